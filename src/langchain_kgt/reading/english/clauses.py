"""The parts of a clause that asks: question phrase, verb, subject, and what is left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from langchain_kgt.reading.english import kinds
from langchain_kgt.reading.english.inflecting import Inflector
from langchain_kgt.reading.english.phrases import (
    WE,
    I,
    is_plural,
    is_subject,
    joined,
    subtree,
    text_of,
)  # fmt: skip

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_WH = ("WP", "WP$", "WDT", "WRB")
_ASKING = frozenset("tell remind know remember say ask wonder recall show forget see".split())
_SORTS = ("kind", "type", "sort")
_FINITE = ("VBZ", "VBP", "VBD", "MD")
_FULL = {"'s": "is", "'re": "are", "'m": "am", "s": "is", "'d": "would", "'ll": "will",
         "ca": "can", "wo": "will", "sha": "shall", "'ve": "have"}  # fmt: skip
_THIRD_BE = {"am": "is", "'m": "is"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The question phrase, "in which city": its word, its noun, its preposition, its places.

    Attributes:
        word: "who", "where", "how many", "how tall", ...
        noun: "city"; None of a phrase that is the word alone.
        link: "in", before the phrase; empty if there is none.
        places: which tokens of the text the phrase takes.
    """

    word: str
    noun: Token | None
    link: str
    places: frozenset[int]

    @property
    def phrase_end(self) -> int:
        """The place of its last token."""
        return max(self.places)


def wh_of(doc: Doc) -> Token | None:
    """The question word that asks: not that of a relative clause."""
    for token in doc:
        if token.tag_ in _WH and token.lower_ not in ("that", "whatever", "whoever", "however"):
            before = doc[token.i - 1] if token.i else None
            if before is not None and before.pos_ == "ADP" and token.i > 1:
                before = doc[token.i - 2]
            clause = token
            while clause.head != clause and clause.dep_ not in ("relcl", "acl", "advcl", "ccomp"):
                clause = clause.head
            relative = clause.dep_ in ("relcl", "acl") and before is not None and (
                clause.head.i < token.i
            )
            adverbial = (
                clause.dep_ == "advcl" and clause.head.lemma_ not in _ASKING
                and token.lower_ in ("when", "where", "how")
                and any(t.tag_ in (*_WH, *_FINITE) for t in doc[:token.i])
            )
            aside = before is not None and token.i and doc[token.i - 1].text == "," and (
                "?" not in doc.text and not any(t.tag_ in _FINITE for t in doc[:token.i])
            )
            if token.i == 0 or (not relative and not adverbial and not aside):
                return token
    return None


def asked_of(wh: Token) -> Asked:
    """The phrase of a question word."""
    doc = wh.doc
    places = {wh.i}
    word = wh.lower_
    before = doc[wh.i - 1] if wh.i else None
    is_link = before is not None and (before.pos_ in ("ADP", "SCONJ") or before.tag_ == "TO")
    link = ""
    if is_link:
        start = _start_of_link(wh)
        link = doc[start:wh.i].text.lower()
        places |= set(range(start, wh.i))
    following = wh.i + 1
    if word == "how" and following < len(doc) and doc[following].pos_ in ("ADJ", "ADV") and (
        doc[following].lower_ not in ("else", "exactly", "best")
    ):
        word = f"how {doc[following].lower_}"
        places.add(following)
        following += 1
    noun = None
    if word == "which" and doc[following:following + 1].text == "of":
        # "Which of my kids plays chess?" asks who does.
        several = next((c for c in doc.noun_chunks if c.start == following + 1), None)
        if several is not None:
            who = "who" if kinds.is_person(several.root.lemma_.lower()) else "which"
            return Asked(who, None, link, frozenset((*places, *range(wh.i, several.end))))
    # "what Anna's address is"; not "which McDonald's do I go to".
    of_owner = doc[following:following + 2].text.endswith("'s") and (
        doc[following].tag_ == "NNP" and not any(map(_is_aux, doc[following + 2:following + 3]))
    )
    if word in ("what", "which", "whose", "how many", "how much") and not of_owner:
        end = following
        if end + 1 < len(doc) and _is_aux(doc[end + 1]) and not _is_aux(doc[end]) and (
            doc[end].is_alpha
        ):
            end += 1  # "which os am I on": whatever the parse takes it for
        elif end + 1 < len(doc) and doc[end].tag_ in ("VBP", "VB") and not _is_aux(doc[end]) and (
            doc[end + 1].tag_ in ("PRP", "PRP$", "NNP")
        ):
            end += 1  # "which street my aunt lives in"
        while end < len(doc) and not _ends_phrase(doc[end], wh):
            end += 1
        phrase = doc[following:end]
        if len(phrase):
            noun = _head(list(phrase))
            if noun is not None:
                places |= {t.i for t in phrase}
    return Asked(word, noun, link, frozenset(places))


def _start_of_link(wh: Token) -> int:
    """Where the prepositions before a question word begin: "out of which", "on behalf of whom"."""
    before = wh.doc[:wh.i - 1]
    first = next((t.i for t in before if t.pos_ in ("ADP", "SCONJ")), wh.i - 1)
    whole = all(t.pos_ in ("ADP", "SCONJ", "NOUN") and t.is_alpha for t in wh.doc[first:wh.i])
    return first if whole and wh.i - first <= 3 else wh.i - 1


def _is_aux(token: Token) -> bool:
    return (token.lemma_ in ("be", "do", "have") and token.pos_ in ("AUX", "VERB")) or (
        token.tag_ == "MD"
    )


def _ends_phrase(token: Token, wh: Token) -> bool:
    following = token.nbor() if token.i + 1 < len(token.doc) else None
    if token.tag_ == "DT" and following is not None and kinds.is_time(following.lemma_):
        return False  # "how many days a week"
    if token.tag_ in _FINITE or token.pos_ == "AUX":
        return True
    if token.is_punct and token.text not in "-(/)":
        return True
    if token.tag_ in ("PRP", "PRP$", "DT", "EX") and token.nbor(-1).pos_ != "ADP":
        return True
    if token.tag_ in ("VBN", "VB", "VBG") and token.pos_ == "VERB" and token.dep_ in (
        "ROOT", "acl", "relcl", "ccomp"
    ):
        return True
    if token.tag_ == "VBN" and not any(t.tag_ in _FINITE for t in wh.doc):
        return True
    if following is not None and following.i + 1 < len(token.doc) and _is_aux(following) and (
        following.nbor().tag_ == "PRP"
    ):
        return False  # "what size T-shirt do I wear"
    # "what time Anna's train leaves": a subject begins.
    return token.tag_ == "NNP" and token.nbor(-1).tag_ in ("NN", "NNS") and not any(
        t.tag_ in _FINITE for t in wh.doc[wh.i:token.i]
    )


def _head(phrase: list[Token]) -> Token | None:
    """The noun of a question phrase: "music" of "what kind of music"."""
    nouns = [t for t in phrase if t.pos_ in ("NOUN", "PROPN", "NUM", "ADJ", "VERB")]
    if not nouns:
        return phrase[0] if len(phrase) == 1 else None
    if nouns[0].lower_ in (*_SORTS, "type(s") and len(nouns) > 1 and any(
        t.lower_ == "of" for t in phrase
    ):
        nouns = nouns[1:]
    head = nouns[0]
    for token in nouns[1:]:
        if token.i == head.i + 1 or token.nbor(-1).text in "-/" or token.nbor(-1).pos_ == "CCONJ":
            head = token
        else:
            break
    return head


def kind_asked(asked: Asked) -> str:
    """The first noun of "what kind of music"; nothing, if no kind is asked for."""
    if asked.noun is None:
        return ""
    words = [asked.noun.doc[i] for i in sorted(asked.places)]
    words = [t for t in words if t.tag_ not in ("WP", "WDT", "DT") and t.i != asked.noun.i]
    of_kind = len(words) > 1 and words[0].lower_ in _SORTS
    return words[0].lower_ if of_kind and words[1].lower_ == "of" else ""


def noun_text(asked: Asked) -> str:
    """The noun of a question phrase with what belongs to it: "shoe size" of "what shoe size"."""
    if asked.noun is None:
        return ""
    doc = asked.noun.doc
    wh = next((i for i in sorted(asked.places) if doc[i].tag_ in _WH), -1)
    words = [doc[i] for i in sorted(asked.places) if doc[i].tag_ not in _WH]
    words = [t for t in words if not (asked.link and t.i < wh)]
    if words and words[0].pos_ == "DET":
        words = words[1:]
    if words and words[0].lower_ in _SORTS and len(words) > 2:
        words = words[2:] if words[1].lower_ == "of" else words
    return text_of(words).removeprefix("many ").removeprefix("much ")


def main_verb(wh: Token, asked: Asked) -> Token | None:
    """The verb of the clause that a question phrase opens."""
    doc = wh.doc
    finite = next(
        (t for t in doc[asked.phrase_end + 1:] if t.tag_ in _FINITE or t.pos_ == "AUX"
         or t.pos_ == "VERB"), None,
    )
    if finite is None:
        return None
    verb = finite
    while verb.dep_ in ("aux", "auxpass") and verb.head != verb:
        verb = verb.head
    return verb


@dataclass(frozen=True, slots=True)
class Group:
    """A verb with its auxiliaries, its adverbs before it and its "not"."""

    verb: Token
    auxiliaries: tuple[Token, ...]
    adverbs: tuple[Token, ...]
    negated: bool

    @classmethod
    def of(cls, verb: Token) -> Group:
        """The group of a verb."""
        auxiliaries = tuple(
            c for c in verb.children if c.dep_ in ("aux", "auxpass") and c.tag_ != "TO"
        )
        adverbs = tuple(
            t for c in verb.children if c.dep_ in ("advmod", "neg") and c.i < verb.i
            and c.tag_ not in ("WRB",) and c.lower_ not in ("n't", "not", "nt")
            and not any(d.tag_ == "WRB" for d in c.subtree) and c.i > _opening(verb)
            for t in c.subtree
        )
        negated = any(c.lower_ in ("n't", "not", "nt") for c in verb.children)
        return cls(verb, auxiliaries, adverbs, negated)

    @classmethod
    def between(cls, doc: Doc, finite: int, verb: Token) -> Group:
        """The group of a statement, from its finite word to its verb."""
        words = [t for t in doc[finite:verb.i] if not t.is_punct]
        auxiliaries = tuple(t for t in words if t.pos_ == "AUX" or t.tag_ == "MD" or t.i == finite)
        no = ("n't", "not", "nt")
        before = [t for t in doc[verb.left_edge.i:finite] if t.head == verb
                  and t.dep_ in ("advmod", "neg") and t.lower_ not in no]
        adverbs = tuple(before) + tuple(
            t for t in words if t not in auxiliaries and t.lower_ not in no
        )
        negated = any(t.lower_ in no for t in (*words, *doc[finite + 1:finite + 2]))
        return cls(verb, auxiliaries, adverbs, negated)

    @property
    def is_passive(self) -> bool:
        """Whether it is in the passive voice."""
        return any(a.dep_ == "auxpass" for a in self.auxiliaries) or bool(
            self.auxiliaries and self.auxiliaries[-1].lemma_ == "be"
            and self.verb.tag_ in ("VBN", "VBD")
        )

    def having(self, *, plural: bool) -> str:
        """"have" in the place of "be" alone, in its tense, under its modal, denied where it is."""
        no = "not" if self.negated else ""
        if self.finite.tag_ == "MD":
            return joined(_FULL.get(self.finite.lower_, self.finite.lower_), no, "have")
        if self.negated:
            return "did not have" if self.past else "do not have" if plural else "does not have"
        return "had" if self.past else "have" if plural else "has"

    @property
    def finite(self) -> Token:
        """The word that carries the tense."""
        return self.auxiliaries[0] if self.auxiliaries else self.verb

    @property
    def past(self) -> bool:
        """Whether it speaks of the past."""
        return self.finite.tag_ == "VBD" or self.finite.lower_ in ("did", "was", "were", "had")

    @property
    def places(self) -> set[int]:
        """Its tokens."""
        return {t.i for t in (self.verb, *self.auxiliaries, *self.adverbs)} | {
            c.i for c in self.verb.children if c.lower_ in ("n't", "not", "nt")
        }

    def turned(
        self, inflect: Inflector, *, plural: bool, negated: bool | None = None,
        perfect: bool = False,
    ) -> str:
        """In the order of a statement, for a third person; negated or not as asked."""
        no = self.negated if negated is None else negated
        adverbs = text_of(self.adverbs)
        first, *others = [*self.auxiliaries, self.verb]
        lemma = bare_form(self.verb, inflect)
        of_do = first.lemma_ == "do" and first is not self.verb
        if of_do and self.verb.nbor(-1).lower_ in (first.lower_, "not") and not (
            self.verb.lower_.endswith(("ed", "s", "ing"))
        ):
            lemma = self.verb.lower_  # "lay" of "do lay" is no form of "lie"
        tail = ""
        if of_do and len(self.auxiliaries) > 1:  # "did get sold"
            lemma, tail = others[0].lemma_, text_of(others[1:])
        if of_do or (first is self.verb and (
            lemma != "be"
        )):
            tense = "past" if self.past else "present"
            if no:
                do = "did" if tense == "past" else "do" if plural else "does"
                return joined(do, "not", adverbs, lemma, tail)
            if perfect:
                return joined("have" if plural else "has", adverbs, inflect.participle(lemma))
            said = replace(self, verb=others[0]) if tail else self
            return joined(adverbs, said._finite(lemma, tense, inflect, plural=plural), tail)
        finite = _finite_auxiliary(first, inflect, plural=plural)
        if perfect and first is self.verb and not self.past:
            return joined("have" if plural else "has", adverbs, "been")
        if finite == "can" and no:
            return joined("cannot", adverbs, *(t.lower_ for t in others))
        rest = [_FULL.get(t.lower_, t.lower_) for t in others]
        return joined(finite, "not" if no else "", adverbs, *rest)

    def _finite(self, lemma: str, tense: str, inflect: Inflector, *, plural: bool) -> str:
        if tense == "past":
            return self.verb.lower_ if self.verb.tag_ == "VBD" else inflect.past(lemma)
        if self.verb.tag_ == "VBZ" and not plural:
            return self.verb.lower_
        return lemma if plural else inflect.third(lemma)

    def passive(self, inflect: Inflector, *, plural: bool) -> str:
        """In the passive voice, for a subject that was its object."""
        participle = inflect.participle(bare_form(self.verb, inflect))
        words = [a.lower_ for a in self.auxiliaries if a.lemma_ != "do"]
        if self.verb.tag_ == "VBG" and len(words) > 1 and words[-1] == "be":
            words.pop()  # who will be doing it does it
        adverbs = text_of(self.adverbs)
        if not words:
            be = inflect.be("past" if self.past else "present", plural=plural)
            return joined(be, "not" if self.negated else "", adverbs, participle)
        if self.auxiliaries[0].tag_ == "MD":
            return joined(_FULL.get(words[0], words[0]), "not" if self.negated else "", adverbs,
                           *words[1:], "be", participle)
        first = _finite_auxiliary(self.auxiliaries[0], inflect, plural=plural)
        be = "being" if self.verb.tag_ == "VBG" else "been"
        return joined(first, "not" if self.negated else "", *words[1:], adverbs, be, participle)


def bare_form(verb: Token, inflect: Inflector) -> str:
    """The lemma of a verb, mended."""
    return inflect.lemma(verb.lower_, verb.tag_, verb.lemma_.lower())


def _opening(verb: Token) -> int:
    """Where the subject of a verb ends, or its first auxiliary stands."""
    return min(
        [t.i for t in verb.children if t.dep_ in ("aux", "auxpass") or is_subject(t)] or [verb.i]
    )


def _finite_auxiliary(token: Token, inflect: Inflector, *, plural: bool) -> str:
    word = _FULL.get(token.lower_, token.lower_)
    if token.lemma_ == "be" or word in ("am", "is", "are", "was", "were"):
        return inflect.be("past" if word in ("was", "were") else "present", plural=plural)
    if token.lemma_ == "have" or word in ("have", "has"):
        return "had" if word in ("had", "'d") else "have" if plural else "has"
    return word


def subject_of(verb: Token, asked: Asked | None = None) -> Token | None:
    """The subject of a verb that is not the question phrase itself."""
    places = asked.places if asked else frozenset()
    for child in verb.children:
        if is_subject(child) and child.i not in places:
            return child
    return None


def number(subject: Token, group: Group) -> bool:
    """Whether the verb of a subject is to stand in the plural."""
    finite = group.finite.lower_
    if subject.lower_ in I | WE | {"you"} or finite in ("is", "was", "does", "has", "'s"):
        return False
    return is_plural(subject) or finite in ("are", "were", "do", "have", "'re", "'ve") or (
        group.finite.tag_ == "VBP"
    )


def left_over(verb: Token, taken: set[int]) -> list[Token]:
    """What a clause holds beside what is taken, less its opening and its end."""
    return [
        t for t in subtree(verb, taken)
        if not (t.is_punct and t.text in "?.!,;:\"") and t.dep_ not in ("intj",)
        and not (t.dep_ in ("cc", "advmod") and t.i < verb.i and t.i < min(taken, default=0))
    ]
