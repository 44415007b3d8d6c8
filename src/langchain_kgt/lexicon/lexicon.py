"""What is one relation, what holds one value, and what cannot stay beside a new fact."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from langchain_kgt.english import third_person
from langchain_kgt.keys import normalize
from langchain_kgt.lexicon import entries
from langchain_kgt.lexicon.entries import Relation
from langchain_kgt.lexicon.meaning import Meaning, Meanings
from langchain_kgt.lexicon.values import are_several, form, unit, value
from langchain_kgt.reading.people import AGREES
from langchain_kgt.triples import Triple

# Kinds that say all of a value: a name is one if it looks like a date, a date if it does not.
_WHATEVER_ITS_FORM = ("name", "date", "amount")


class Lexicon:
    """Relations, in whatever words they are told.

    >>> lexicon = Lexicon.shipped()
    >>> lexicon.fold("is residing in"), lexicon.fold("has the color"), lexicon.fold("wohnt in")
    ('lives in', 'is coloured', 'wohnt in')
    >>> lexicon.opposite("eats", "never eats"), lexicon.is_past("used to live in")
    (True, True)
    >>> oslo, rome = (Triple("Ann", "lives in", city) for city in ("Oslo", "Rome"))
    >>> lexicon.replaces(rome, oslo)
    True
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data = entries.given(data)
        self.wordings: tuple[str, ...] = tuple(data.get("ranked", ()))
        """Those among which a model ranks what a question asks for."""
        known = [entries.relation(*item) for item in data.get("relations", {}).items()]
        self._known = {relation.name: relation for relation in known}
        self._meanings = Meanings(known, self.wordings, data.get("forms", {}))
        known_verbs = (name.partition(" ")[0] for name in (*self._known, *self.wordings))
        self._verbs = frozenset([*known_verbs, *AGREES.values()])
        kin = [
            tuple(wording.removeprefix("has the ") for wording in (relation.name, *relation.also))
            for relation in known if relation.kin
        ]
        self._kin = {noun: nouns for nouns in kin for noun in nouns}
        self._called = {
            wording.removeprefix("has the ")
            for relation in known if relation.called for wording in relation.also
        }
        self._listed = frozenset(self._meanings.names.values())
        regions = data.get("places", {}).get("regions", "")
        self._regions = frozenset(map(value, regions.replace("\n", " ").split(",")))

    @classmethod
    @functools.lru_cache(maxsize=1)
    def shipped(cls) -> Lexicon:
        """The lexicon that comes with the package."""
        return cls(entries.read())

    def extended(self, more: Mapping[str, Any] | Path | str) -> Lexicon:
        """This lexicon and more: a mapping like that of `relations.toml`, or a path to such a file.

        What it says of a relation that is known, in whatever words, takes the place of what was
        said. Raises `InvalidInputError` for what is no such data.

        >>> mine = {"relations": {"resides in": {"values": "many"}, "is fed at": {"values": "one"}}}
        >>> lexicon = Lexicon.shipped().extended(mine)
        >>> lexicon.single_valued("lives in"), lexicon.single_valued("are fed at")
        (False, True)
        """
        data = entries.given(more if isinstance(more, Mapping) else entries.read(Path(more)))
        return Lexicon(entries.merged(self._data, data, self.fold))

    def fold(self, relation: str) -> str:
        """One key for all wordings of a relation; polarity and tense stay in it.

        What is not English is its own key.
        """
        return self._meanings.fold(normalize(relation))

    def same(self, one: str, other: str) -> bool:
        """Whether two wordings are one relation."""
        return self.fold(one) == self.fold(other)

    def synonyms(self, relation: str) -> tuple[str, ...]:
        """The keys of the listed wordings of a relation, and its own; the first stands for it.

        There are more wordings than are listed: to find what a graph holds, fold what it has.

        >>> Lexicon.shipped().synonyms("is costing")
        ('costs', 'is costing', 'has the price', 'is priced at')
        """
        name = self.fold(relation)
        listed = (w for w, its in self._meanings.names.items() if its == name)
        return tuple(dict.fromkeys([name, normalize(relation), *listed]))

    def kind(self, relation: str) -> str:
        """What its values are: "person", "place", "date" and the like; empty if unknown.

        >>> Lexicon.shipped().kind("lives in"), Lexicon.shipped().kind("has the shoe size")
        ('place', 'amount')
        """
        return self._known_of(self._meaning(relation)).kind

    def single_valued(self, relation: str, *, subject: str = "") -> bool:
        """Whether a subject has one value of it at a time; no, if nothing is known of it.

        >>> lexicon = Lexicon.shipped()
        >>> lexicon.single_valued("has the best friend"), lexicon.single_valued("has the friend")
        (True, False)
        >>> lexicon.single_valued("is named"), lexicon.single_valued("are named", subject="my dogs")
        (True, False)
        """
        meaning = self._meaning(relation)
        known = self._known_of(meaning)
        if not meaning.holds or known.values != "one":
            return False
        if meaning.plural and meaning.name.startswith("has "):
            return False
        return not (known.of_each and (are_several(subject) if subject else meaning.plural))

    def names(self, relation: str) -> bool:
        """Whether its value is a name that the subject goes by now.

        >>> lexicon = Lexicon.shipped()
        >>> lexicon.names("is called"), lexicon.names("is no longer called")
        (True, False)
        """
        meaning = self._meaning(relation)
        return meaning.holds and self._known_of(meaning).naming

    def kin(self, noun: str) -> tuple[str, ...]:
        """All nouns for who is this one to somebody, always in one order; else the noun alone.

        >>> Lexicon.shipped().kin("dad"), Lexicon.shipped().kin("dog")
        (('father', 'dad', 'daddy', 'papa', 'pappa'), ('dog',))
        """
        return self._kin.get(noun, (noun,))

    def called(self, noun: str) -> bool:
        """Whether one calls somebody that, without "my".

        >>> Lexicon.shipped().called("mum"), Lexicon.shipped().called("mother")
        (True, False)
        """
        return noun in self._called

    def opposite(self, one: str, other: str) -> bool:
        """Whether two relations cannot both be said of one value."""
        a, b = self._meaning(one), self._meaning(other)
        return self._contradicts(a, b) or self._contradicts(b, a)

    def concerns(self, new: str, old: str) -> bool:
        """Whether a fact of one relation may say again, replace or end one of the other.

        >>> lexicon = Lexicon.shipped()
        >>> lexicon.concerns("moved to", "lives in"), lexicon.concerns("hates", "likes")
        (True, True)
        >>> lexicon.concerns("lives in", "works in")
        False
        """
        n, o = self._meaning(new), self._meaning(old)
        return o.name in self._implied(n.name) or self.opposite(new, old) or self._ends(n, o)

    def is_past(self, relation: str) -> bool:
        """Whether a wording says that something is over: "was a nurse", "no longer lives in"."""
        meaning = self._meaning(relation)
        return meaning.tense in ("past", "ended") and not meaning.denied

    def in_third_person(self, relation: str) -> str:
        """What "I live in" says of somebody else; only verbs that the lexicon has are known.

        >>> lexicon = Lexicon.shipped()
        >>> lexicon.in_third_person("live in"), lexicon.in_third_person("am not allergic to")
        ('lives in', 'is not allergic to')
        >>> lexicon.in_third_person("favourite colour is"), lexicon.in_third_person("lived in")
        ('favourite colour is', 'lived in')
        """
        verb, gap, rest = relation.partition(" ")
        told = AGREES.get(verb.lower()) or third_person(verb.lower())
        return told + gap + rest if told in self._verbs else relation

    def timeless(self, relation: str) -> bool:
        """Whether what was so once is so for ever: births, origins, events.

        >>> Lexicon.shipped().timeless("was born in"), Lexicon.shipped().timeless("lives in")
        (True, False)
        """
        return self._known_of(self._meaning(relation)).timeless

    def present(self, relation: str) -> str:
        """What a wording says that it is so, or was, or is not: its relation alone.

        >>> Lexicon.shipped().present("no longer resides in"), Lexicon.shipped().present("was a")
        ('lives in', 'is a')
        """
        return self._meaning(relation).name

    def replaces(self, new: Triple, old: Triple) -> bool:
        """Whether an old fact cannot stay beside a new one of the same subject.

        It cannot if the new one says of the same value that it is not so, or no longer; or if its
        relation holds one value and the new one has another of the same kind.
        """
        n, o = self._meaning(new.relation), self._meaning(old.relation)
        if value(new.object) == value(old.object):
            return self.opposite(new.relation, old.relation) or self._ends(n, o)
        if not (n.holds and o.holds and o.name in self._implied(n.name)):
            return False
        known = self._known_of(o)
        if known.of_each and are_several(old.subject):
            return False
        if n.name == o.name and unit(new.object) and not known.timeless:
            # Six hives are not forty, whatever else there is.
            return unit(new.object).rstrip("s") == unit(old.object).rstrip("s")
        return (
            known.values == "one"
            and not any(m.plural and m.name.startswith("has ") for m in (n, o))
            and self._excludes(self._known_of(n), told(new), known, told(old))
        )

    def answers_alike(self, new: Triple, old: Triple) -> bool:
        """Whether who asks for one value is given the other too, though both may be so.

        Of relations that are listed alone: what is unknown may be asked in many ways.

        >>> lexicon = Lexicon.shipped()
        >>> carrots, meat = (Triple("my dog", "eats", food) for food in ("carrots", "meat"))
        >>> lexicon.replaces(carrots, meat), lexicon.answers_alike(carrots, meat)
        (False, True)
        """
        n, o = self._meaning(new.relation), self._meaning(old.relation)
        if n.name != o.name or not (n.holds and o.holds) or n.name not in self._listed:
            return False
        # When somebody was born is no answer to where.
        return (form(told(new)) == "date") == (form(told(old)) == "date")

    def of_one_kind(self, one: Triple, other: Triple) -> bool:
        """Whether the values of two facts could answer one question, as far as can be told.

        >>> lexicon = Lexicon.shipped()
        >>> born, home, born_on = Triple("Ann", "was born in", "Rome"), Triple(
        ...     "Ann", "lives in", "Oslo"), Triple("Ann", "was born on", "3 May 1990")
        >>> lexicon.of_one_kind(born, home), lexicon.of_one_kind(born, born_on)
        (True, False)
        """
        kinds = {self.kind(triple.relation) for triple in (one, other)} - {""}
        forms = {form(told(triple)) == "date" for triple in (one, other)}
        return len(kinds) < 2 and len(forms) == 1

    def _meaning(self, relation: str) -> Meaning:
        return self._meanings.of(normalize(relation))

    def _known_of(self, meaning: Meaning) -> Relation:
        return self._known.get(meaning.name) or self._meanings.unlisted(meaning.name)

    def _implied(self, name: str) -> frozenset[str]:
        """What is so with a relation, itself first."""
        found = {name}
        new = [name]
        while new:
            more = self._known.get(new.pop(), Relation("")).implies
            new = [*new, *(n for n in map(self._name, more) if n not in found)]
            found.update(new)
        return frozenset(found)

    def _name(self, wording: str) -> str:
        return self._meaning(wording).name

    def _contradicts(self, one: Meaning, other: Meaning) -> bool:
        """Whether one says that something is not so that the other says is."""
        if other.denied or one.modal not in (other.modal, "can"):
            return False
        if one.tense == "ended":
            return not other.tense and one.name in self._implied(other.name)
        if one.tense != other.tense or (one.modal != other.modal and not one.denied):
            return False
        if one.denied:
            return one.name in self._implied(other.name)
        return self._contrary(one.name, other.name)

    def _contrary(self, one: str, other: str) -> bool:
        if other.removeprefix("is ") == "un" + one.removeprefix("is "):
            return one.startswith("is ")
        implied = self._implied(other)
        return any(
            self._name(wording) in implied
            for name in self._implied(one)
            for wording in self._known.get(name, Relation("")).opposite
        )

    def _ends(self, new: Meaning, old: Meaning) -> bool:
        """Whether the same value of an old fact is said to be over."""
        if new.denied or new.modal or old.denied or old.modal or old.tense:
            return False
        if new.name in map(self._name, self._known_of(old).ended_by):
            return True
        verb, _, noun = new.name.partition(" ")
        former = noun.removeprefix("ex ").removeprefix("former ")
        if verb == "has" and former != noun:
            return self._name(f"has {former}") == old.name
        return new.tense in ("past", "ended") and new.name in self._implied(old.name)

    def _excludes(self, new: Relation, its: str, old: Relation, other: str) -> bool:
        """Whether one value leaves no room for another: both of one kind, and not a part of it.

        Who lives in "Cork, Ireland" lives in Cork, and Ann Lee is named Ann.
        """
        kinds = self._kind_of(new, its), self._kind_of(old, other)
        parts = other.split(" " if kinds[0] in ("name", "person") else ",")
        return "" not in kinds and kinds[0] == kinds[1] and value(its) not in map(value, parts)

    def _kind_of(self, relation: Relation, text: str) -> str:
        if relation.kind in _WHATEVER_ITS_FORM:
            return relation.kind
        its = form(text)
        if its in ("date", "yes or no") or (its == "amount" and not relation.kind):
            return its
        if relation.kind == "place" and value(text) in self._regions:
            return "region"
        return (relation.kinds or {}).get(its, relation.kind or "thing")


def told(triple: Triple) -> str:
    """The object with the article that its relation ends with: "lives in a", "flat"."""
    article = triple.relation.rpartition(" ")[2].lower()
    return f"{article} {triple.object}" if article in ("a", "an", "the") else triple.object
