"""The clauses of a sentence: who, what of them, whether it is so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Span, Token

from langchain_kgt.reading.english.replies.third_person import verb_words

_FINITE = frozenset("VBZ VBP VBD MD".split())
_SUBJECTS = frozenset("nsubj nsubjpass expl csubj".split())
_OFTEN = frozenset(
    "never always often usually sometimes rarely seldom hardly barely scarcely mostly only "
    "occasionally frequently generally".split()
)
_BY_THE_WAY = frozenset(
    "also actually just really still already now then both all too even probably simply instead "
    "currently nowadays recently finally".split()
)
_JOINED = frozenset("conj appos nummod amod compound cc det poss pobj npadvmod nmod prep".split())
_NO_LONGER = frozenset({"any more", "anymore", "any longer", "no longer", "no more"})


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with a finite verb.

    Attributes:
        verb: its verb: "live" of "she used to live in Rome".
        subject: its subject, if it has one; of "sold it and moved" both have the same.
        relation: the words of the verb, "does not live", with the adjective of "is allergic to".
        positive: the same without a denial.
        preposition: what leads to the object: "in".
        object: what the verb is said with, as it is written; "" if nothing.
        head: the first word of the object.
        negated: whether it denies: "not", "never".
        over: whether it says that it was so: "used to", "no longer".
        past: whether it stands in the past tense.
        span: all of it.
        cleft: whether it stresses its subject: "it is Tom who sings".
    """

    verb: Token
    subject: Token | None
    relation: str
    positive: str
    preposition: str
    object: str
    head: Token | None
    negated: bool
    over: bool
    past: bool
    span: Span
    cleft: bool = False


def read(sentence: Span) -> list[Clause]:
    """The clauses of a sentence in their order; of "it is Tom who sings" that Tom sings."""
    heads = sorted(_heads(sentence.root), key=lambda token: token.i)
    clauses = [_clause(head, _own(head, heads)) for head in heads]
    return [_cleft(clause) or clause for clause in clauses]


def _cleft(clause: Clause) -> Clause | None:
    if clause.verb.lemma_ != "be" or clause.subject is None or clause.subject.lower_ != "it":
        return None
    for name in clause.span:
        verb = next((c for c in name.children if c.dep_ == "relcl"), None)
        if name.head == clause.verb and name.dep_ == "attr" and verb is not None and any(
            c.dep_ == "nsubj" and c.lower_ in {"who", "that", "which"} for c in verb.children
        ):
            return replace(_clause(verb, _own(verb, [])), subject=name, cleft=True)
    return None


def _heads(root: Token) -> Iterator[Token]:
    """The verbs that are asserted: the main one, what is joined to it or stands beside it."""
    if _is_clause(root):
        yield root
    for child in root.children:
        beside = (
            child.dep_ in {"conj", "parataxis"}
            # "She moved, he stayed": the parser has the first as a complement of the second.
            or (child.dep_ in {"ccomp", "advcl", "dep"} and child.i < root.i
                and _has_own_subject(child) and not _is_marked(child))
        )
        if beside:
            yield from _heads(child)


def _is_clause(verb: Token) -> bool:
    if verb.pos_ not in {"VERB", "AUX"}:
        return False
    own = own_subject(verb)
    alone = all(child.i < verb.i or child.is_punct for child in verb.children)
    if own is not None and own.i == verb.i - 2 and verb.nbor(-1).text == "," and alone:
        return False  # "nuts, shellfish"
    if verb.lower_ == "am" and verb.i and verb.nbor(-1).like_num:
        return False  # "10 am"
    chain = [verb, *(child for child in verb.children if child.dep_ in {"aux", "auxpass"})]
    if any(token.tag_ in _FINITE for token in chain):
        if _has_own_subject(verb) or (verb.dep_ == "conj" and _subject(verb) is not None):
            return True
        # "works for the council", "moved to Rome": a verb in front that takes something.
        first = next((t for t in verb.doc[verb.sent.start : verb.i] if t.pos_ != "ADV"
                      and t not in chain and t.dep_ != "neg" and not t.is_punct), None)
        taken = any(c.dep_ in {"dobj", "prep", "acomp", "xcomp", "attr", "advmod"} and c.i > verb.i
                    for c in verb.children)
        return first is None and taken and chain[-1].tag_ != "VBP" and verb.tag_ != "VB"
    # A participle that shares its auxiliary: "has sold it and moved away".
    return verb.dep_ == "conj" and verb.tag_ == "VBN" and _subject(verb) is not None


def _has_own_subject(verb: Token) -> bool:
    return own_subject(verb) is not None


def own_subject(verb: Token) -> Token | None:
    """Its subject, which the parser may hang on its auxiliary."""
    for token in (verb, *(c for c in verb.children if c.dep_ in {"aux", "auxpass"})):
        for child in token.children:
            if child.dep_ in _SUBJECTS:
                return child
    return None


def _is_marked(verb: Token) -> bool:
    return any(child.dep_ == "mark" or child.tag_ in {"WRB", "WP"} for child in verb.children)


def _subject(verb: Token) -> Token | None:
    if (own := own_subject(verb)) is not None:
        return own
    return _subject(verb.head) if verb.dep_ == "conj" and verb.head != verb else None


def _own(head: Token, heads: list[Token]) -> list[Token]:
    """The tokens of a clause, without those of another in it."""
    others = set(heads) - {head}

    def below(token: Token) -> Iterator[Token]:
        yield token
        for child in token.children:
            if child not in others:
                yield from below(child)

    return sorted(below(head), key=lambda token: token.i)


def _clause(head: Token, tokens: list[Token]) -> Clause:
    verb, used_to = head, False
    if head.lemma_ == "use" and head.tag_ == "VBD":
        verb = next((c for c in head.children if c.dep_ == "xcomp"), head)
        used_to = True
    auxiliaries = [c for c in verb.children if c.dep_ in {"aux", "auxpass"} and c.tag_ != "TO"]
    if not auxiliaries and verb.dep_ == "conj" and verb.tag_ == "VBN":
        auxiliaries = [c for c in verb.head.children if c.dep_ in {"aux", "auxpass"}]
    negations = [c for c in verb.children if c.dep_ == "neg" and c.lower_ != "no"]
    group = [head, verb, *(a for a in auxiliaries if a.head == verb), *negations]
    particles = [c for c in verb.children if c.dep_ == "prt"]
    group += [c for c in particles if c.i == verb.i + 1]
    end = max(token.i for token in group)
    text = " ".join(token.lower_ for token in tokens)
    over = used_to or any(words in text for words in _NO_LONGER)
    often = [t.lower_ for t in tokens if t.lower_ in _OFTEN and t.dep_ in {"advmod", "neg"}
             and t.i < end and t.head == verb]
    denial = ["not"] if any(n.lower_ != "never" for n in negations) else []
    relation = verb_words(verb, auxiliaries, (*denial, *often))
    kept = [word for word in often if word != "never"]
    if used_to:
        relation = positive = verb_words(verb, ())
    else:
        positive = verb_words(verb, [a for a in auxiliaries if a.lemma_ != "do"]
                              if denial else auxiliaries, kept)
    after = [token for token in tokens if token.i > end]
    # "I do, a Fiat" has said what it says at the comma.
    cut = bool(after) and after[0].text == "," and verb.lemma_ in {"be", "do", "have", "can"}
    rest = [] if cut else _complement(after)
    if [token.lower_ for token in rest] == ["to"]:
        rest = []
    if len(rest) > 1 and rest[1] in particles:
        rest = rest[:1]  # "gave it up"
    for particle in particles:
        relation, positive = f"{relation} {particle.lower_}", f"{positive} {particle.lower_}"
    adjective, rest = _adjective(verb, rest)
    if adjective:
        relation, positive = f"{relation} {adjective}", f"{positive} {adjective}"
    preposition, rest = _preposition(rest)
    doc = head.doc
    tense = auxiliaries[0] if auxiliaries else verb
    return Clause(
        verb, _subject(head), relation, positive, preposition, _text(doc, rest),
        rest[0] if rest else None, bool(denial) or "never" in often, over,
        tense.tag_ == "VBD" and not used_to, doc[tokens[0].i : tokens[-1].i + 1],
    )


def _complement(tokens: list[Token]) -> list[Token]:
    """What a verb is said with, up to where something else begins."""
    while tokens and (tokens[0].is_punct or tokens[0].lower_ in _BY_THE_WAY):
        tokens = tokens[1:]
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        if kept and token.i != kept[-1].i + 1:
            break
        if token.text in {";", ":", "–", "—", "--", "..."} or (
            token.text == "," and not _goes_on(tokens[place + 1 :], token.i)
        ):
            break
        kept.append(token)
    while kept and (kept[-1].text in set(".,!?…-–") or kept[-1].dep_ == "cc"):
        kept.pop()
    return kept


def _goes_on(tokens: list[Token], comma: int) -> bool:
    """Whether what stands behind a comma belongs to what stands before it."""
    if not tokens:
        return False
    token = tokens[0]
    while token.i > comma and token.head != token:
        if token.dep_ not in _JOINED:
            return False
        token = token.head
    return token.i < comma and token.pos_ not in {"VERB", "AUX"}


def _adjective(verb: Token, rest: list[Token]) -> tuple[str, list[Token]]:
    """The adjective of "is very allergic to", with what follows it."""
    if verb.lemma_ not in {"be", "get", "become", "feel"}:
        return "", rest
    for place, token in enumerate(rest[:-1]):
        if token.dep_ == "acomp" and rest[place + 1].pos_ == "ADP" and place < 3 and len(
            rest
        ) > place + 2:
            return " ".join(t.lower_ for t in rest[: place + 1]), rest[place + 1 :]
        if token.pos_ not in {"ADV", "ADJ"}:
            break
    return "", rest


def _preposition(rest: list[Token]) -> tuple[str, list[Token]]:
    place = 0
    while place < len(rest) and (
        (rest[place].pos_ == "ADP" and rest[place].dep_ != "quantmod")
        or (place + 1 < len(rest) and rest[place].pos_ == "ADV" and rest[place + 1].pos_ == "ADP")
    ):
        place += 1
    if place == len(rest):
        return "", rest
    return " ".join(t.lower_ for t in rest[:place] if t.lower_ not in _BY_THE_WAY), rest[place:]


def _text(doc: Doc, tokens: list[Token]) -> str:
    return doc[tokens[0].i : tokens[-1].i + 1].text if tokens else ""
