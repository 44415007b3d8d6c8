"""What a message is made of: each clause with its subject, and what has no verb."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from langchain_kgt.reading.english.replies.clauses import own_subject

_FINITE = frozenset("VBZ VBP VBD MD".split())
_HEADS = frozenset(
    "ROOT conj ccomp advcl relcl parataxis acl dep pcomp csubj appos intj".split()
)
_APART = frozenset("ccomp dep parataxis advcl nsubj nmod appos attr dobj csubj".split())
_NO_LONGER = frozenset({("no", "longer"), ("any", "more"), ("any", "longer")})
# Of a list of verbs without end no more are read.
_DEEPEST = 60
_RELATIVE = frozenset({"WP", "WDT"})


@dataclass(frozen=True, slots=True)
class Spoken:
    """One clause of a message, or a sentence without a verb.

    Attributes:
        head: its verb; without one its root.
        subject: who or what it is about, also where that stands in another clause: "who sings" of
            "my sister who sings" is about the sister. None if the clause names nobody.
        tokens: its own words in their order, without those of other clauses in it.
        verbal: whether its head is a verb.
    """

    head: Token
    subject: Token | None
    tokens: tuple[Token, ...]
    verbal: bool

    @property
    def sentence(self) -> Span:
        """The sentence that it stands in."""
        return self.head.sent

    @property
    def verb(self) -> Token:
        """The verb that says what is so: "live" of "used to live"."""
        if self.used_to:
            return next((c for c in self.head.children if c.dep_ == "xcomp"), self.head)
        return self.head

    @property
    def used_to(self) -> bool:
        """Whether it was so once: "she used to live there"."""
        return self.head.lemma_ == "use" and self.head.tag_ == "VBD" and any(
            c.dep_ == "xcomp" for c in self.head.children
        )

    @property
    def is_over(self) -> bool:
        """Whether it says in so many words that it was so and is no longer."""
        return self.used_to or bool(self._no_longer)

    @property
    def _no_longer(self) -> list[Token]:
        low = [token.lower_ for token in self.tokens]
        pairs = zip(self.tokens, self.tokens[1:], low, low[1:], strict=False)
        said = [t for one, two, a, b in pairs if (a, b) in _NO_LONGER for t in (one, two)]
        return said + [token for token in self.tokens if token.lower_ == "anymore"]

    @property
    def lasting(self) -> list[Token]:
        """Its words without those that say that it is over."""
        return [token for token in self.tokens if token not in self._no_longer]

    @property
    def auxiliaries(self) -> list[Token]:
        """Those of its verb, without the "to" of an infinitive."""
        return [t for t in self.verb.children if t.dep_ in {"aux", "auxpass"} and t.tag_ != "TO"]

    @property
    def negations(self) -> list[Token]:
        """What denies it: "not", "never"."""
        return [t for t in self.verb.children if t.dep_ == "neg"]

    @property
    def group(self) -> list[Token]:
        """The verb with all that belongs to it."""
        particles = [t for t in self.verb.children if t.dep_ == "prt" and t.i == self.verb.i + 1]
        return [self.head, self.verb, *self.auxiliaries, *self.negations, *particles]

    @property
    def finite(self) -> Token | None:
        """The word that bears the tense."""
        return next((t for t in (*self.auxiliaries, self.head) if t.tag_ in _FINITE), None)


def clauses(doc: Doc) -> Iterator[Spoken]:
    """All that might be worth keeping, in the order of the sentences."""
    for sentence in doc.sents:
        heads = [token for token in sentence if _is_head(token)]
        for head in heads:
            tokens, subject = _own(head, heads), subject_of(head)
            for beside in _beside(head, subject):
                apart = [t for t in tokens if t in set(beside.subtree)]
                if len(apart) > 1:
                    tokens = [t for t in tokens if t not in apart]
                    yield Spoken(beside, None, tuple(apart), verbal=False)
            yield Spoken(head, subject, tuple(tokens), verbal=True)
        if sentence.root not in heads:
            yield Spoken(sentence.root, None, tuple(_own(sentence.root, heads)), verbal=False)


def _beside(head: Token, subject: Token | None) -> list[Token]:
    """What the parser hangs on a verb and stands for itself: "Tavita on bass, I sing"."""
    return [
        child for child in head.children
        if child.i < head.i and child != subject and child.dep_ in _APART
        and child.pos_ in {"NOUN", "PROPN", "VERB", "AUX", "ADJ"}
    ]


def subject_of(verb: Token) -> Token | None:
    """Who does it, be it said of an earlier verb, or the noun that a clause tells more of."""
    own = own_subject(verb)
    if own is not None and not (own.tag_ in _RELATIVE and verb.dep_ == "relcl"):
        return own
    if verb.dep_ in {"relcl", "acl"}:
        return verb.head
    shares = verb.dep_ == "conj" or (verb.dep_ == "advcl" and verb.tag_ in {"VBG", "VBN"})
    deep = sum(1 for _ in verb.ancestors) > _DEEPEST
    if not shares or deep or verb.head.pos_ not in {"VERB", "AUX"}:
        return None
    return subject_of(verb.head)


def _is_head(token: Token) -> bool:
    if token.pos_ not in {"VERB", "AUX"} or token.dep_ not in _HEADS:
        return False
    chain = (token, *(c for c in token.children if c.dep_ in {"aux", "auxpass"}))
    finite = any(one.tag_ in _FINITE for one in chain)
    if finite and (own_subject(token) is not None or token.dep_ in {"conj", "relcl"}):
        return True
    if token.dep_ in {"acl", "advcl"} and token.tag_ in {"VBG", "VBN"}:
        return True
    if token.dep_ == "ROOT":
        return True
    joined = token.dep_ == "conj" and token.tag_ in {"VBN", "VBG", "VB"}
    deep = sum(1 for _ in token.ancestors) > _DEEPEST
    return joined and not deep and token.head.pos_ in {"VERB", "AUX"} and _is_head(token.head)


def _own(head: Token, heads: list[Token]) -> list[Token]:
    """Its words, without those of other clauses; a parse may be hundreds of words deep."""
    others, found, left = set(heads) - {head}, [], [head]
    while left:
        token = left.pop()
        found.append(token)
        left += (child for child in token.children if child not in others)
    return sorted(found, key=lambda token: token.i)
