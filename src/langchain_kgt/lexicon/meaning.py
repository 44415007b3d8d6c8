"""From a wording to the relation that it is one of."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from langchain_kgt.english import lemma, reads_as_english, third_person
from langchain_kgt.keys import normalize
from langchain_kgt.lexicon.entries import Relation
from langchain_kgt.lexicon.wording import (
    PREPOSITIONS,
    Tense,
    Wording,
    head,
    is_the_only,
    take_apart,
)

# Whatever lasts has one end, and one beginning.
_BOUNDS = frozenset({"until", "till", "since"})
_WHEN = frozenset({"on", "in", "at"})
_Signature = tuple[str, Tense, bool, str]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a wording says.

    Attributes:
        relation: what is known of it; of an unknown one, its name alone.
        key: the one wording for all that say this.
    """

    relation: Relation
    key: str
    tense: Tense = ""
    denied: bool = False
    modal: str = ""
    plural: bool = False

    @property
    def name(self) -> str:
        """That of its relation, whatever is said of it."""
        return self.relation.name

    @property
    def holds(self) -> bool:
        """Whether it says that something is so now."""
        return not (self.tense or self.denied or self.modal)


class Meanings:
    """The wordings of all known relations, taken apart once they are needed."""

    def __init__(
        self, known: Iterable[Relation], ranked: Iterable[str], forms: Mapping[str, str]
    ) -> None:
        self._known = tuple(known)
        self._ranked = tuple(ranked)
        self._forms = dict(forms)
        # What is told in the very words of the data is found without taking it apart.
        self.names: dict[str, str] = {}
        for relation in self._known:
            for wording in (relation.name, *relation.also):
                self.names.setdefault(normalize(wording), relation.name)
        for wording in self._ranked:
            self.names.setdefault(normalize(wording), wording)
        self.of = functools.lru_cache(maxsize=16384)(self._read)
        self.fold = functools.lru_cache(maxsize=16384)(self._fold)

    def _fold(self, key: str) -> str:
        """The key of what a wording says, which is its own key."""
        name = self.names.get(key)
        if name is not None:
            return name
        # Of no English, the key may read as other words do.
        for _ in range(4):
            key, before = self.of(key).key, key
            if key == before:
                break
        return key

    def _read(self, key: str) -> Meaning:
        words = [word for word in key.split(" ") if word not in self._words]
        if key not in self.names and words and not reads_as_english(words):
            return Meaning(Relation(key), key)
        wording = self._apart(key)
        readings = [wording, *self._others(key, wording)]
        for reading in readings:
            found = self._find(reading)
            if found is not None:
                return found
        if wording.bare and self._is_noun(key.split(" ")):
            wording = readings[-1]
        unlisted = _unlisted(self._with_head(wording))
        if unlisted.key == wording.base != key and self.of(wording.base).name != wording.base:
            # "rents" is no "rent".
            return replace(unlisted, key=third_person(wording.base))
        return unlisted

    def _others(self, key: str, wording: Wording) -> Iterator[Wording]:
        """What a wording may be too, if nothing is known of it as it stands."""
        verb, *words = wording.base.split(" ")
        if verb == "has" and words[1:] and words[-1] in _WHEN:
            # "birthday is on".
            dated = replace(wording, base=wording.base.rpartition(" ")[0])
            found = self._find(dated)
            if found is not None and found.relation.kind == "date":
                yield dated
        if wording.bare:
            # "allergic to", "named": no verb.
            yield self._apart(f"is {key}")
            noun = self._apart(f"has {key}")
            if " " in wording.base or not noun.plural:
                # "name", "best colour": no verb either. But "names" is one.
                yield noun

    def _is_noun(self, words: list[str]) -> bool:
        """Whether words without a verb are what a subject has: "best colour", "shoe size"."""
        if len(words) < 2 or not PREPOSITIONS.isdisjoint(words):
            return False
        of_head = self._listed.get((f"has {words[-1]}", "", False, ""))
        return is_the_only(words[:1]) or (
            of_head is not None and of_head.values == "one" and lemma(words[0]) == words[0]
        )

    def _find(self, wording: Wording) -> Meaning | None:
        """The relation that the data has for a wording, as it stands or but for what it adds."""
        base, tense = wording.base, wording.tense
        relation = self._listed.get((base, tense, wording.denied, wording.modal))
        if relation is not None:
            return Meaning(relation, relation.name, plural=wording.plural)
        relation = self._listed.get((base, tense, False, ""))
        if relation is not None:
            tense = ""
        else:
            relation = self._listed.get((base, "", False, ""))
        if relation is None:
            return None
        told = self._apart(normalize(relation.name))
        said = replace(
            told, tense=tense or told.tense, denied=wording.denied, modal=wording.modal
        )
        key = self._as_ranked.get((base, tense, wording.denied, wording.modal))
        key = key or (wording if tense == "perfect" else said).key
        return Meaning(relation, key, tense, wording.denied, wording.modal, wording.plural)

    def _with_head(self, wording: Wording) -> Wording:
        """Of a noun with others before it, the one that stands for all that mean the same."""
        verb, *words = wording.base.split(" ")
        if verb != "has" or len(words) < 2:
            return wording
        at = head(words)
        relation = self._listed.get((f"has {words[at]}", "", False, ""))
        if relation is None or not relation.name.startswith("has the "):
            return wording
        words[at] = relation.name.removeprefix("has the ")
        return replace(wording, base=" ".join([verb, *words]))

    def unlisted(self, name: str) -> Relation:
        """What the words of an unlisted relation say of it: a shoe size is an amount, and one."""
        verb, *words = name.split(" ")
        if words and words[-1] in _BOUNDS:
            return Relation(name, values="one", kind="date")
        if verb != "has" or len(words) < 2:
            return Relation(name)
        at = head(words)
        of_head = self._listed.get((f"has {words[at]}", "", False, ""), Relation(name))
        if is_the_only(words[:at]):
            return Relation(name, values="one", kind=of_head.kind)
        if of_head.kind == "person":
            # A business partner is another thing than a partner.
            return Relation(name, kind="person")
        return replace(of_head, name=name, also=(), implies=(), opposite=(), ended_by=())

    def _apart(self, key: str) -> Wording:
        return take_apart(key, lambda word: self._forms.get(word, word))

    @functools.cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for name in self.names for word in name.split(" "))

    @functools.cached_property
    def _listed(self) -> Mapping[_Signature, Relation]:
        listed: dict[_Signature, Relation] = {}
        again: list[tuple[Wording, Relation]] = []
        for relation in self._known:
            for wording in (relation.name, *relation.also):
                told = self._apart(normalize(wording))
                listed.setdefault(_signature(told), relation)
                if relation.timeless:
                    again.append((told, relation))
        for wording in self._ranked:
            told = self._apart(normalize(wording))
            if not told.tense:
                listed.setdefault(_signature(told), Relation(wording))
        for told, relation in again:
            listed.setdefault((told.base, "past", False, ""), relation)
            listed.setdefault((told.base, "perfect", False, ""), relation)
            if not (told.bare and told.tense):
                # But who moves to Rome has not moved there.
                listed.setdefault((told.base, "", False, ""), relation)
        return listed

    @functools.cached_property
    def _as_ranked(self) -> Mapping[_Signature, str]:
        return {_signature(self._apart(normalize(w))): w for w in self._ranked}


def _signature(wording: Wording) -> _Signature:
    return wording.base, wording.tense, wording.denied, wording.modal


def _unlisted(wording: Wording) -> Meaning:
    tense = wording.tense
    if tense == "past" and wording.base.startswith("is ") and wording.base.endswith(" by"):
        # What somebody did once is not over.
        tense = ""
        wording = replace(wording, tense="")
    return Meaning(
        Relation(wording.base), wording.key, tense, wording.denied, wording.modal, wording.plural
    )
