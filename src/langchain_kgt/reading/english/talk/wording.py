"""A clause as a fact: who, the words of the verb, and the rest of what is said."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Token

from langchain_kgt.reading.english.replies.third_person import verb_words
from langchain_kgt.reading.english.talk.clauses import Spoken

_POSSESSORS = frozenset({"my", "our"})
_DETERMINERS = frozenset("my our the a an your his her their its this that these those".split())
# What begins a clause and says nothing: "So, anyway, I live in Porto".
_IDLE = frozenset(
    "so well anyway oh ah ok okay and but or btw actually honestly also then now hey hi hello "
    "yes yeah yep no nope sorry thanks ta cheers right look listen plus because cause cos since "
    "though although as if when while where that which who whom lol haha mind please".split()
)
_OFTEN = frozenset(
    "never always often usually sometimes rarely seldom hardly only mostly still".split()
)
_AUXILIARIES = frozenset("is was has can cannot will would does did got".split())
_BY_THE_WAY = frozenset("also actually just really then now though so too".split())
_EDGES = frozenset(",.;:!?–—-…()[]\"'“”‘’*")


def name_of(subject: Token) -> tuple[str, str]:
    """A noun with what belongs to it, and what is said of it besides.

    "My sister in Cork" is my sister, of whom one hears that she is "in Cork".
    """
    tokens = list(subject.subtree)
    own = any(t.dep_ == "poss" and t.lower_ in _POSSESSORS for t in subject.children)
    kept: list[Token] = []
    rest: list[Token] = []
    for token in tokens:
        if token.i > subject.i and (rest or _begins_more(token, subject, cut=own)):
            rest.append(token)
        else:
            kept.append(token)
    while kept and kept[0].lower_ in _IDLE and kept[0] is not subject:
        kept.pop(0)
    more = rest if rest and rest[0].dep_ == "prep" else []
    more = [t for n, t in enumerate(more) if all(one.text != "," for one in more[: n + 1])]
    return _cased(text_of(kept)), text_of(more)


def _begins_more(token: Token, subject: Token, *, cut: bool) -> bool:
    if token.text in {",", "(", "–", "—", "-", ";", ":"} and token.head == subject:
        return True
    if token.dep_ in {"relcl", "appos"} and token.head == subject and token.pos_ != "PROPN":
        return True
    if any(token == a.left_edge for a in subject.children if a.dep_ in {"relcl", "acl"}):
        return True
    return cut and token.dep_ == "prep" and token.head == subject and token.lower_ != "of"


def _cased(text: str) -> str:
    first, _, rest = text.partition(" ")
    return f"{first.lower()} {rest}".strip() if first.casefold() in _DETERMINERS else text


def text_of(tokens: Sequence[Token]) -> str:
    """The words as they are written, without marks at either end; gaps are closed."""
    tokens = list(tokens)
    while tokens and tokens[0].text in _EDGES:
        tokens = tokens[1:]
    while tokens and (tokens[-1].text in _EDGES or tokens[-1].dep_ == "cc"):
        tokens = tokens[:-1]
    words: list[str] = []
    for token in tokens:
        gap = words and (token.nbor(-1).whitespace_ or token.nbor(-1) not in tokens)
        words.append(f" {token.text}" if gap else token.text)
    return " ".join("".join(words).split())


def worded(spoken: Spoken) -> tuple[str, str]:
    """The words of the relation, and of the object.

    "We've been living in Porto since May" is "has been living in" and "Porto since May"; what
    stands in front comes last: "On Sundays I swim" is "does" and "swim on Sundays".
    """
    if not spoken.verbal:
        return "is", text_of(_without_idle(spoken.tokens))
    group = spoken.group
    end, begin = max(t.i for t in group), min(t.i for t in group)
    subject = set(spoken.subject.subtree) if spoken.subject is not None else set()
    front = _without_idle([t for t in spoken.lasting if t.i < begin and t not in subject])
    rest = _without_idle([t for t in spoken.lasting if t.i > end], _BY_THE_WAY)
    relation = _verb(spoken)
    if len(rest) > 1 and rest[1].dep_ == "prt":  # "gave it up"
        relation, rest = f"{relation} {rest[1].lower_}", [rest[0], *rest[2:]]
    leading = _leading(spoken.verb, rest)
    relation = " ".join([relation, *(t.lower_ for t in rest[:leading])])
    value = " ".join(filter(None, (text_of(rest[leading:]), text_of(front))))
    return (relation, value) if value else _alone(relation)


def _verb(spoken: Spoken) -> str:
    verb, auxiliaries = spoken.verb, spoken.auxiliaries
    denied = any(t.lower_ not in {"never", "no"} for t in spoken.negations)
    # "Doesn't smoke any more" was so: smokes.
    adverbs = ["not"] if denied and not spoken.is_over else []
    if spoken.is_over and auxiliaries and auxiliaries[0].lemma_ == "do":
        auxiliaries = []
    adverbs += [t.lower_ for t in spoken.tokens
                if t.head == verb and t.lower_ in _OFTEN and t.i < verb.i]
    if not auxiliaries and verb.tag_ in {"VBN", "VBG"} and verb.lemma_ != "be":
        if spoken.head.dep_ == "conj":
            auxiliaries = [c for c in spoken.head.head.children if c.dep_ in {"aux", "auxpass"}]
        if not auxiliaries and spoken.head.dep_ == "ROOT" and verb.tag_ == "VBN":
            return " ".join([*adverbs, verb.lower_])  # "Sold the boat"
        if not auxiliaries:
            return " ".join(["is", *adverbs, verb.lower_])
    words = verb_words(verb, [a for a in auxiliaries if a.tag_ != "TO"], adverbs)
    particle = next((c for c in verb.children if c.dep_ == "prt" and c.i == verb.i + 1), None)
    return f"{words} {particle.lower_}" if particle is not None else words


def _leading(verb: Token, rest: Sequence[Token]) -> int:
    """How many words lead to the object: "allergic to" of "is allergic to nuts", "in"."""
    place = 0
    if verb.lemma_ in {"be", "get", "become", "feel"}:
        while place < len(rest) and (
            rest[place].dep_ == "acomp" or rest[place].pos_ == "ADV"
        ):
            place += 1
        place = place if place < len(rest) and rest[place].pos_ == "ADP" else 0
    while place < len(rest) and rest[place].pos_ == "ADP" and rest[place].dep_ != "quantmod":
        place += 1
    return place if place < len(rest) else 0


def _alone(relation: str) -> tuple[str, str]:
    """A verb that takes nothing, as relation and object: "has | died", "does not | smoke"."""
    words = relation.split(" ")
    if len(words) > 1 and words[0] in _AUXILIARIES:
        cut = 2 if words[1] in {"not", "never"} and len(words) > 2 else 1
        return " ".join(words[:cut]), " ".join(words[cut:])
    if words[0] in {"is", "was"}:
        return relation, "so"
    return "does", relation


def _without_idle(
    tokens: Sequence[Token], idle: frozenset[str] = _IDLE
) -> list[Token]:
    tokens = list(tokens)
    while tokens and (tokens[0].lower_ in idle or tokens[0].text in _EDGES):
        tokens = tokens[1:]
    return tokens
