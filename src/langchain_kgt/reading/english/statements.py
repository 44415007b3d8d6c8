"""A question in the order of a statement, which parses better: "my dog is allergic to"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from langchain_kgt.english import is_participle
from langchain_kgt.reading.english import kinds
from langchain_kgt.reading.english.clauses import Asked, Group, subject_of
from langchain_kgt.reading.english.inflecting import UNCHANGED
from langchain_kgt.reading.english.phrases import is_stranded

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_FINITE = ("VBZ", "VBP", "VBD", "MD")
_WORDS = {
    "'s": "is", "s": "is", "'re": "are", "'m": "am", "'d": "did", "'ll": "will", "ca": "can",
    "wo": "will", "'ve": "have", "id": "did",
}  # fmt: skip
_AUXILIARIES = frozenset(
    "am is are was were do does did has have had can could may might must shall should will "
    "would".split()
)
_BE = frozenset("am is are was were".split())
_LINKS = frozenset("for of to in on at".split())
_HAVE = frozenset("has have had".split())
_BEFORE_A_VERB = _AUXILIARIES - _BE - _HAVE


@dataclass(frozen=True, slots=True)
class Statement:
    """A clause in the order of a statement, less its question phrase.

    Attributes:
        subject: the head of its subject.
        group: its verb.
        rest: what follows the verb, and what stands before it that is neither.
    """

    subject: Token
    group: Group
    rest: tuple[Token, ...]

    @property
    def is_copula(self) -> bool:
        """Whether its verb is "be" alone."""
        return self.group.verb.lemma_ == "be" and not self.group.is_passive

    @property
    def phrase(self) -> list[Token]:
        """Its subject as a phrase."""
        end = min(t.i for t in (self.group.verb, *self.group.auxiliaries))
        return [t for t in self.subject.doc[:end]
                if t.i not in self.group.places and t.i not in {r.i for r in self.rest}]


def auxiliary_after(asked: Asked, doc: Doc) -> Token | None:
    """The auxiliary that stands right after a question phrase."""
    at = asked.phrase_end + 1
    if at >= len(doc):
        return None
    token = doc[at]
    return token if _WORDS.get(token.lower_, token.lower_) in _AUXILIARIES else None


def statement_of(
    asked: Asked, doc: Doc, parse: Callable[[str], Doc], known: Span | None
) -> Statement | None:
    """The statement that a question is in another order; None if the phrase is its subject."""
    first = auxiliary_after(asked, doc)
    at = asked.phrase_end + 1
    if first is None:
        verb = at
        while verb < len(doc) and (doc[verb].pos_ == "ADV" or doc[verb].lower_ in ("else", "all")):
            verb += 1  # "Who never answers my texts?"
        if verb >= len(doc) or (doc[verb].tag_ in (*_FINITE, "VBN") and doc[verb].pos_ != "NOUN"):
            return None
        return _declared(parse(_text(doc, at, len(doc))), parse)
    word = _WORDS.get(first.lower_, first.lower_)
    start = at + 1
    while start < len(doc) and doc[start].lower_ in ("n't", "not", "nt"):
        start += 1
    end = _end_of_subject(doc, start, known, word)
    if _is_definition(asked, doc, start, end, word) or _is_clause(doc, start, end, word):
        end = len(doc)
    elif word in _BE and known is None:
        if asked.word in ("what", "who") and start + 1 < len(doc) and doc[start].pos_ == "ADJ" and (
            doc[start + 1].pos_ == "ADP"
        ):
            return None  # "What's wrong with my car?"
        end = _before_participle(asked, doc, start, _after_name(doc, start, end))
        end = _before_doing(doc, start, end)
        if not _text(doc, end, len(doc)) and _is_done(asked, doc, start, end - 1, word, parse):
            end -= 1
    if end == start:
        return None
    if word in _BEFORE_A_VERB and (known is None or end > known.end):
        end = _before_verb(doc, start, end, parse)
        if asked.word == "who" and doc[end:end + 1].text in _LINKS:
            return None  # "Who did the music for my film?"
    elif word in _HAVE and doc[end:end + 1].text not in UNCHANGED and not any(
        t.tag_ in ("VBN", "VBD") for t in doc[end:]
    ):
        return None
    subject, rest = _text(doc, start, end), _text(doc, end, len(doc))
    if not rest and word not in _BE:
        return None
    # "Doesn't he?" asks what "Does he?" asks.
    negated = " not" if start > at + 1 and asked.word else ""
    told = parse(f"{subject} {word}{negated} {rest}".strip())
    place = next((t.i for t in told if t.i and t.lower_ == word and t.idx >= len(subject)), None)
    return None if place is None else _read(told, place)


def _after_name(doc: Doc, start: int, end: int) -> int:
    """After "Bao" of "is my line cook Bao on probation?", whatever the parse has him cook."""
    name = end
    ours = start < end and doc[start].tag_ == "PRP$"
    while ours and name < len(doc) and doc[name].tag_ in ("NN", "VB", "VBP"):
        name += 1
    last = name
    while last < len(doc) and doc[last].tag_ == "NNP":
        last += 1
    return last if ours and name < last else end


def _before_doing(doc: Doc, start: int, end: int) -> int:
    """Where the subject ends of which more is said than the parse shows.

    "our au pair" of "What is our au pair attending classes in?", "my sister Lena" of "What is my
    sister Lena allergic to?".
    """
    if not (end < len(doc) and is_stranded(doc[end]) and doc[start].tag_ in ("PRP$", "DT")):
        return end
    for t in doc[start + 1:end]:
        before = doc[t.i - 1]
        does = t.tag_ == "VBG" and t.i + 1 < end and before.pos_ == "NOUN"
        name = before.tag_ == "NNP" and kinds.is_person(doc[t.i - 2].lemma_.lower())
        if does or (name and t.i + 1 == end and t.text.islower()):
            return t.i
    return end


def _before_verb(doc: Doc, start: int, end: int, parse: Callable[[str], Doc]) -> int:
    """After such a word a verb follows the subject; the parse may have put it into that."""
    longer = end < len(doc) and doc[end].pos_ == "NOUN"
    ends = (end + 1, end, end + 2, end - 1) if longer else (end, end + 1, end + 2, end - 1)
    at = next((at for at in ends if _is_verb(doc, start, at, parse)), end)
    name = at + 1
    while name < len(doc) and doc[name].tag_ == "NNP":
        name += 1
    # "my line cook Bao", who cooks nobody; my mum cooks Thai food.
    ours = doc[start].tag_ == "PRP$" and at + 1 < name < len(doc) and not (
        kinds.is_person(doc[at - 1].lemma_.lower())
    ) and (doc[name].pos_ == "VERB" or bool(_text(doc, name + 1, len(doc))))
    return name if ours and _is_verb(doc, start, name, parse) else at


def _is_verb(doc: Doc, start: int, at: int, parse: Callable[[str], Doc]) -> bool:
    """Whether what begins somewhere, after a subject, can be done: "will park", "will truck"."""
    if not start < at < len(doc) or doc[at].is_title:
        return False
    if doc[at - 1].tag_ in ("DT", "PRP$"):
        return False
    subject = _text(doc, start, at)
    told = parse(f"{subject} will {_text(doc, at, len(doc))}")
    will = next((t for t in told if t.lower_ == "will" and t.idx >= len(subject)), None)
    if will is None or will.dep_ != "aux":
        return False
    # "will get paid": what is done stands first.
    passive = next((c for c in will.head.children if c.dep_ == "auxpass"), will.head)
    if passive.tag_ != "VB":
        return False
    between = told[will.i + 1:passive.i]
    return all(t.pos_ in ("ADV", "PART") for t in between)


def _is_done(
    asked: Asked, doc: Doc, start: int, at: int, word: str, parse: Callable[[str], Doc]
) -> bool:
    """Whether the last word of what follows "be" is a participle: "the spare key kept"."""
    if at <= start or doc[at - 1].tag_ in ("DT", "PRP$"):
        return False
    told = parse(f"{_text(doc, start, at)} {word} {doc[at].text}")
    verb = told[-1]
    if verb.tag_ == "VBN" and not is_participle(verb.lower_):
        return False
    if not any(c.lower_ == word and c.dep_ in ("aux", "auxpass") for c in verb.children):
        return False
    # "my swim training" is what it was, "which book my club is reading" is not.
    return verb.tag_ == "VBN" or (verb.tag_ == "VBG" and asked.noun is not None)


def _before_participle(asked: Asked, doc: Doc, start: int, end: int) -> int:
    """"rugby union" of "Which country was rugby union created in?", if the parse fell short."""
    last = len(doc)
    while last > start and (doc[last - 1].is_punct or doc[last - 1].pos_ == "ADP"):
        last -= 1
    last -= 1
    if last <= start or doc[last].tag_ not in ("VBN", "VBD") or end >= last:
        return end
    if asked.noun is None and asked.word in ("what", "who") and doc[last + 1:last + 2].text == "?":
        return end
    between = doc[start:last]
    nominal = ("NOUN", "PROPN", "ADJ", "DET", "NUM")
    return last if all(t.pos_ in nominal or t.tag_ == "VBN" for t in between) else end


def _is_clause(doc: Doc, start: int, end: int, word: str) -> bool:
    """Whether a relative clause without its word follows: "the building I sleep in"."""
    return (
        word in _BE and start < end < len(doc) and doc[start].lower_ not in ("i", "you")
        and doc[end].tag_ == "PRP" and any(t.tag_ in _FINITE for t in doc[end:])
    )


def _declared(told: Doc, parse: Callable[[str], Doc]) -> Statement | None:
    """The statement of a clause in its own order: "my sister works"."""
    finite = next((t for t in told if t.i and (t.tag_ in _FINITE or t.pos_ == "AUX")), None)
    finite = finite or next((t for t in told if t.i and t.pos_ == "VERB"), None)
    if finite is None and len(told) > 1 and told[-1].tag_ == "NNS":
        # "my train departs", taken for a noun phrase.
        bare = regex.sub(r"(?<=ch|sh|ss|x|o)es$|(?<!ss)s$", "", told[-1].text)
        told = parse(f"{told[:-1].text} does {bare}")
        finite = next((t for t in told if t.lower_ == "does"), None)
    return None if finite is None else _read(told, finite.i)


def _is_definition(asked: Asked, doc: Doc, start: int, end: int, word: str) -> bool:
    """Whether all that follows "be" is one phrase: "the record label for Anna"."""
    return (
        word in _BE and asked.word in ("what", "who", "which") and not asked.link
        and start < end < len(doc) and (
            asked.noun is None or "one" in (asked.noun.lower_, doc[end - 1].lower_)
        ) and doc[start].lower_ in ("the", "a", "an")
        and doc[end].pos_ == "ADP" and not any(is_stranded(t) for t in doc[end:])
        and not any(t.tag_ in ("VBN", "VBG", *_FINITE) for t in doc[end:])
    )


def _text(doc: Doc, start: int, end: int) -> str:
    while end > start and doc[end - 1].is_punct and doc[end - 1].text not in ")\"'":
        end -= 1
    return doc[start:end].text if end > start else ""


def _read(told: Doc, finite: int) -> Statement:
    verb = told[finite]
    while verb.dep_ in ("aux", "auxpass") and verb.head.i > verb.i:
        verb = verb.head
    if verb.i == finite and verb.lower_ in _AUXILIARIES:
        verb = _participle(told, finite) or verb
    group = Group.between(told, finite, verb)
    subject = subject_of(verb)
    if subject is None or subject.i >= finite:
        subject = told[:finite].root if finite else told[0]
    if subject.pos_ in ("ADP", "ADV", "PUNCT"):
        subject = next((c.root for c in told[:finite].noun_chunks), subject)
    rest = [t for t in told[finite:] if t.i not in group.places and not (
        t.is_punct and t.text in "?.!,;:\"")]
    return Statement(subject, group, tuple(rest))


def _participle(told: Doc, finite: int) -> Token | None:
    """The verb of an auxiliary that the parse took for the verb itself."""
    following = [t for t in told[finite + 1:] if t.lower_ not in ("n't", "not")]
    following = [t for t in following if t.pos_ != "ADV"] or following
    if not following:
        return None
    first = following[0]
    be = told[finite].lower_ in _BE
    if be and first.tag_ in ("VBN", "VBG", "VBD") and first.pos_ in ("VERB", "AUX"):
        return first
    if (not be and first.tag_ in ("VB", "VBN", "VBP", "VBD")) or (
        not be and told[finite].lemma_ == "do"
    ):
        return first
    return None


def _end_of_subject(doc: Doc, start: int, known: Span | None, word: str) -> int:
    """Where the phrase that begins somewhere ends; `start` if no noun phrase begins there."""
    if start >= len(doc):
        return start
    first = doc[start]
    if first.tag_ in ("PRP", "EX") or first.lower_ in ("mine", "yours", "hers", "ours"):
        return start + 1
    end = start
    if first.tag_ == "NNP" and first.pos_ == "PROPN" and first.ent_type_ == "":
        end = start + 1
    if known is not None and known.start <= start + 1 and start < known.end:
        end = known.end
    chunk = next((c for c in doc.noun_chunks if c.start <= start < c.end), None)
    if end == start:
        is_name = first.is_title and word in _BEFORE_A_VERB  # whatever the parse takes it for
        end = chunk.end if chunk is not None else start + 1 if is_name else _to_noun(doc, start)
    while start < end < len(doc):
        token = doc[end]
        if token.tag_ == "POS":
            following = next((c for c in doc.noun_chunks if c.start <= end < c.end), None)
            end = _to_noun(doc, end + 1)
            if following is not None and following.end > end:
                end = following.end
        elif (token.lower_ in ("of", "and", "or") and not is_stranded(token)) or (
            token.lower_ == "for" and end + 1 < len(doc) and doc[end + 1].tag_ == "PRP$"
        ):
            following = next((c for c in doc.noun_chunks if c.start == end + 1), None)
            if following is None:
                break
            end = following.end
        elif token.pos_ == "PROPN" and doc[end - 1].pos_ == "NOUN":
            end += 1  # "my neighbour Tom"
        elif (after := _after_phrase(doc, end)) and after + 1 < len(doc) and (
            doc[after].tag_ in ("VB", "VBP", "VBN", "VBG", "VBD")
            or (doc[after].pos_ == "ADJ" and doc[after + 1].pos_ == "ADP")
        ):
            end = after  # "my flat in Split", of which something is said
        elif token.lower_ in ("who", "that", "which") and token.head.dep_ == "relcl":
            end = max(end + 1, token.head.right_edge.i + 1)
        elif token.tag_ in ("NN", "NNS", "NNP") and token.head.i >= start and (
            doc[end - 1].tag_ in ("NNP", "NN") and doc[end - 1].head == token
        ) and end + 1 < len(doc) and doc[end + 1].pos_ in (
            ("VERB",) if word in ("do", "does", "did") else ("VERB", "ADJ", "ADV", "ADP", "AUX")
        ):
            end += 1
        else:
            break
    return end


def _after_phrase(doc: Doc, start: int) -> int:
    """Where a preposition and its noun phrase end, "in Split", "on the corner"; 0 if none is."""
    if doc[start].pos_ != "ADP":
        return 0
    chunk = next((c for c in doc.noun_chunks if c.start == start + 1), None)
    after = start + 1
    while after < len(doc) and doc[after].is_title:
        after += 1
    return after if after > start + 1 else 0 if chunk is None else chunk.end


def _to_noun(doc: Doc, start: int) -> int:
    """The end of what looks like a noun phrase where the parse has none."""
    end = start
    if start < len(doc) and doc[start].tag_ == "VBG" and not _text(doc, start + 1, len(doc)):
        return start + 1  # "What days is training?"
    while end < len(doc) and (
        doc[end].pos_ in ("DET", "PRON", "ADJ", "NOUN", "PROPN", "NUM")
        or (end > start and doc[end - 1].pos_ == "DET")
    ):
        if doc[end].pos_ == "ADJ" and end > start and doc[end - 1].pos_ in ("NOUN", "PROPN"):
            break  # "Anna's baby due"
        end += 1
    return end
