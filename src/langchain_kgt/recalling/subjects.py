"""e_q: which entity a query is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

import regex as re

from langchain_kgt.errors import InvalidInputError
from langchain_kgt.graphs.base import SHARED, TripleStore
from langchain_kgt.keys import TOKEN, normalize
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.models.base import LanguageModel, Prompt
from langchain_kgt.reading.base import Question
from langchain_kgt.reading.people import (
    NO_NAMES,
    TITLES,
    USER,
    is_user,
    spans_of_asking,
    speaks_of_user,
)
from langchain_kgt.recalling import sentences, templates
from langchain_kgt.recalling.aliases import Aliases, aliases
from langchain_kgt.recalling.names import DETERMINERS, bare, variants

# Longer names than this are found only if they are given.
MAX_NAME_TOKENS = 16
LATEST = 1024
"""Of all that a user told, so much is looked at where nothing narrows it."""
_MAX_SPAN_WORDS = 7
# Where the user's own graph knows nothing, so many concepts of the shared one are looked at.
_SHARED_NAMES = 2
_DETERMINERS = frozenset({"my", "our", "the", "this"})
_DETERMINED = re.compile(rf"({'|'.join(sorted(_DETERMINERS))})\s+", re.IGNORECASE)
_OURS = re.compile(r"(my|our)\s", re.IGNORECASE)
_WITH_A_NAME = re.compile(r"(?i:my|our) (?:\p{Ll}[\w'’-]* )+(?P<name>\p{Lu}.*)")
_PROPER = re.compile(r"\b\p{Lu}")
# Not where a sentence begins.
_A_CAPITAL = re.compile(r"[^.!?\s]\s+\p{Lu}\p{Ll}")
_CUT_SHORT = re.compile(r" (?:and|or|of|the)$")
_OF_A_NAME = re.compile(r" of (?:\p{Ll}+ )?\p{Lu}")
# Not the user's: "your mum", "Tom's mum", "a mum".
_SOMEBODYS = re.compile(
    r"(?i:\b(?:a|an|the|this|that|your|his|her|its|their|each|every|any|no|some|which|what|whose)"
    r"|['’]s?)\s+$"
)
_OF_MINE = re.compile(r"\s+of\s+(mine|ours)\b", re.IGNORECASE)
# A capital after one of these is the beginning of a name, not the middle of one.
_OPENING = frozenset(
    "a about according an and are as at based be by can could describe did do does explain for "
    "from give had has have how i if in is it may must my name of on or our please say should so "
    "tell that the then these this those to was were what when where which while who whom whose "
    "why will with would your".split()
)

# These mean somebody who was named before, and are no names.
PRONOUN = re.compile(r"\b(?ai:(he|him|his|she|hers?|it|its|they|them|theirs?))\b")
# "What does she eat?", "They live in": who is meant was said before.
_ABOUT_A_PRONOUN = re.compile(
    r"^(he|she|it|they)\b|^(his|her|its|their) |\b(is|are|was|were|do|does|did|has|have|had|can|"
    r"could|will|would|should|may|might|must) (he|she|it|they)\b",
    re.IGNORECASE,
)

# Before a name of several words these make another name: "South San Francisco".
_QUALIFIERS = frozenset(
    "north northern south southern east eastern west western central new old great greater upper "
    "lower little inner outer mount mt lake port fort saint st san santa los las el la le de der "
    "den van von al".split()
)
# What stands at a word, with no space between: ".NET", "A*".
_SIGNS_BEFORE = re.compile(r"(?<!\S)[^\s\w\p{N}]+(?=[\w\p{N}])")
_SIGNS_AFTER = re.compile(r"(?<=[\w\p{N}])[^\s\w\p{N}]+(?!\S)")
# "my sister" and what is hers: "my sister's dog", "my parents' house".
_OWNER = re.compile(r"['’]s?\s+(?=\w)")
# Before and after such words where they ask for something of the owner: "Who is my sister's
# husband?", "Tom's profession is a".
_ASKED_OF = re.compile(r"\b(what|which|who|when)(['’]s| is| are| was| were)\s+$", re.IGNORECASE)
_TOLD_OF = re.compile(r"\s+(is|are|was|were)(\s+(a|an|the|in|on|at))?\W*$")
# "What's Anna's job?", "Isn't Anna a dentist?", "Hello Anna"
_CONTRACTED = re.compile(r"(?<=can)['’]t$|(?<!ca)n['’]t$|['’](s|re|d|ll|ve)$", re.IGNORECASE)
_COPULA = re.compile(r"\b(?:is|was|isn['’]t|wasn['’]t) $", re.IGNORECASE)
_IS_AGED = re.compile(r" \d+(?:\W*$| (?:or|and|years?|months?|today|now|yet|already|this)\b)")
_LEADING_IN = frozenset("but hello hey hi oh ok okay so thanks".split())
# How a sentence may begin before what it says.
_INTERJECTIONS = frozenset(
    "ah alright but hello hey hi i i'm i'd i'll i've no nope oh ok okay please so sorry sure thank "
    "thanks well yes".split()
)

# What may stand in lower case between the words of one name.
_JOINING = frozenset("& @ and de der di du et for la le of og the und van von with y".split())
# A longer name wins over a part of it that is up to exp(5) times likelier.
_WHOLE_NAME = 5.0
# So many names are put before the model; what a message is about stands at its end.
_MAX_CANDIDATES = 200
# So far around a mention, its neighbours are looked at.
_NEAR = 64


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a query that names an entity, with the key under which it would be stored."""

    text: str
    key: str
    start: int
    end: int


def mentions(query: str) -> Iterator[Mention]:
    """Every stretch of up to 16 words and signs, longest first, then from left to right.

    One with words in it begins and ends with a word, and with such signs at it as make it another.

    >>> [mention.text for mention in mentions("my dog, 🐕")]
    ['my dog', ', 🐕', 'my', 'dog', ',', '🐕']
    >>> [mention.key for mention in mentions("an A*?")]
    ['an a *', 'an a', '*', 'an', 'a *', 'a', '*', '?']
    """
    tokens = [(match.start(), match.end()) for match in TOKEN.finditer(query)]
    words = [query[start].isalnum() or query[start] == "_" for start, _ in tokens]
    before = {
        signs.end(): signs.start() for signs in _SIGNS_BEFORE.finditer(query)
        if normalize(f"{signs[0]}a") != "a"
    }
    after = {
        signs.start(): signs.end() for signs in _SIGNS_AFTER.finditer(query)
        if normalize(f"a{signs[0]}") != "a"
    }
    for length in range(min(len(tokens), MAX_NAME_TOKENS), 0, -1):
        for first in range(len(tokens) - length + 1):
            last = first + length - 1
            if any(words[first : last + 1]) and not (words[first] and words[last]):
                continue
            start, end = tokens[first][0], tokens[last][1]
            key = normalize(query[start:end])
            if words[first]:
                left, right = before.get(start, start), after.get(end, end)
                for begin, stop in dict.fromkeys([(left, right), (left, end), (start, right)]):
                    if (begin, stop) != (start, end) and (
                        other := normalize(query[begin:stop])
                    ) != key:
                        yield Mention(query[begin:stop], other, begin, stop)
            yield Mention(query[start:end], key, start, end)


def link(
    query: str,
    user_id: str,
    graph: TripleStore,
    *,
    shared: bool = True,
    also: Aliases | None = None,
) -> list[str]:
    """The names of the user's subjects that the query mentions, in the order of the query.

    No model is asked. A name counts where it stands as a whole name: "Dodge" is not mentioned by
    "Dodge Charger", nor "my dog" by "a dog", "your dog" or "my sister's dog". Of several names of
    one entity the first is given, and the user is `USER` under whatever name. Only where the user's
    own graph is mentioned nowhere, the shared one is looked at, unless told not to.
    """
    if query.isupper() and len(lower := query.lower()) == len(query):
        # In capitals throughout, none says what is a name.
        query = lower
    asking = spans_of_asking(query)
    spans = [
        (mention, _stored_as(mention)) for mention in mentions(query)
        # "Tell me" is not about the user.
        if not any(a <= mention.start and mention.end <= b for a, b in asking)
    ]
    keys = {key for _, stored_as in spans for key in stored_as}
    of_user = variants(USER) if speaks_of_user(query) else []
    found = graph.subjects(user_id, keys.union(of_user))
    also = also or aliases(user_id, graph)
    known = also.spelled | found
    mentioned = _linked(query, spans, known)
    if _A_CAPITAL.search(query) and not any(_PROPER.search(name) for name in mentioned):
        mentioned = _linked(query, spans, _by_their_own_names(user_id, graph) | known)
    # Of the names of one entity, that which comes first.
    one = {also.one(name): name for name in reversed(mentioned)}
    own = [USER if key == USER else one[key] for key in dict.fromkeys(map(also.one, mentioned))]
    if not found.keys().isdisjoint(of_user) and USER not in own:
        own.append(USER)
    if own or not shared or not graph.has_shared:
        return own
    shared_names = graph.subjects(SHARED, {key for key in keys if key not in _OPENING})
    return _linked(query, spans, shared_names)[:_SHARED_NAMES]


def _by_their_own_names(user_id: str, graph: TripleStore) -> dict[str, str]:
    """Of the user's latest: "my neighbour Tom" by the key of "Tom", where nobody else has it."""
    subjects = {s.triple.key[0]: s.triple.subject for s in graph.triples(user_id, newest=LATEST)}
    named: dict[str, list[str]] = {}
    for subject in subjects.values():
        if called := _WITH_A_NAME.fullmatch(subject):
            named.setdefault(normalize(called["name"]), []).append(subject)
    return {key: some[0] for key, some in named.items() if len(some) == 1}


def _stored_as(mention: Mention) -> list[str]:
    """The keys of the names that a stretch can mean, its own first.

    A common noun needs some determiner to be meant ("the dog"), and a proper name none that ends as
    such names do ("Beatles", "neighbour Tom"). Of all other stretches, which are nearly all of a
    query, their own key alone is looked up.
    """
    if _has_article(mention.text) or _OF_MINE.search(mention.text):
        return variants(mention.key)
    if is_user(mention.text):
        return variants(USER)
    if _is_called(mention.text):
        return variants(f"my {mention.key}")
    words = mention.text.split()
    if words[-1].islower() or words[0].casefold() in _OPENING:
        return [mention.key]
    return [mention.key, *(f"{determiner} {mention.key}" for determiner in DETERMINERS)]


def _linked(
    query: str, spans: list[tuple[Mention, list[str]]], known: dict[str, str]
) -> list[str]:
    found: list[tuple[Mention, str]] = []
    taken = bytearray(len(query))
    for mention, stored_as in spans:
        name = next((known[key] for key in stored_as if key in known), None)
        # The longest come first, so that an overlap covers one end.
        if name is None or taken[mention.start] or taken[mention.end - 1]:
            continue
        if _names(query, mention, name):
            found.append((mention, name))
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    found.sort(key=lambda each: each[0].start)
    return list(dict.fromkeys(name for _, name in found))


def _names(query: str, mention: Mention, name: str) -> bool:
    """Whether this stretch of the query means the entity, and is not a part of another name."""
    word = mention.text.casefold()
    if name != USER and (word in _OPENING or PRONOUN.fullmatch(word)) and mention.text != name:
        # Will is no "will".
        return False
    before = query[max(0, mention.start - _NEAR) : mention.start]
    if _is_common(name) and not (
        _DETERMINED.match(mention.text) or _OF_MINE.search(mention.text)
        or (_is_called(mention.text) and not _SOMEBODYS.search(before))
    ):
        return False
    after = query[mention.end : mention.end + _NEAR]
    if re.search(r"[\w][-–&/]$", before) or re.match(r"[-–&/][\w]", after):
        return False
    if _is_common(name):
        return True
    # What stands before a name of one word may begin it: "HMAS Sydney". Before one of several words
    # it seldom does, but for its own article, "Israel Football Association" is not The Football
    # Association, and in a question or where all begins: "Mary Anna Holm".
    whole = _has_article(mention.text) == _has_article(name) and len(mention.text.split()) > 1
    previous = re.search(r"([\w'’.&-]+) $", before)
    if previous and _begins_a_name(previous[1], begins=_begins(before[: previous.start()])):
        qualified = previous[1].casefold().rstrip(".") in _QUALIFIERS
        apart = previous[1].endswith((".", "'s", "’s")) or previous[1].casefold() in TITLES
        asks = templates.is_question(query) or len(previous[0]) == mention.start
        if not whole or qualified or (asks and not apart):
            return False
    following = re.match(r" ([\w'’&-]+)", after)
    if not following or not (following[1][0].isupper() or following[1][0].isdigit()):
        return True
    # "Is Anna 30?"
    return _COPULA.search(before) is not None and _IS_AGED.match(after) is not None


def _is_called(text: str) -> bool:
    """Whether it is what the user calls one of theirs: "Mum"."""
    return text[1:].islower() and Lexicon.shipped().called(text.casefold())


def _has_article(text: str) -> bool:
    return _DETERMINED.match(text) is not None


def _begins(before: str) -> bool:
    """Whether a sentence begins after this."""
    return not before or before.rstrip()[-1:] in tuple(".!?:")


def _begins_a_name(word: str, *, begins: bool) -> bool:
    """Whether a word before a name may belong to it; "What's", "Isn't" and "Hello" do not.

    Nor does "Ask", where it begins a sentence.
    """
    opening = _CONTRACTED.sub("", word).casefold()
    if begins and opening in NO_NAMES:
        return False
    return _goes_on(word) and opening not in _OPENING and opening not in _LEADING_IN


def _goes_on(word: str) -> bool:
    """Whether a name could go on after this word: "HMAS", "J.", "Dr.", not "Is" nor a "Chris."."""
    if not word[0].isupper() or word.casefold() in _OPENING:
        return False
    stem = word.rstrip(".")
    return stem == word or sentences.is_abbreviation(stem)


def _is_common(name: str) -> bool:
    """A common noun with its determiner ("my dog"), as against a proper name ("the Beatles")."""
    determined = _DETERMINED.match(name)
    rest = name[determined.end() :] if determined else name
    return (determined is not None or _OF_MINE.search(name) is not None) and rest == rest.lower()


def spans(query: str) -> list[str]:
    """The stretches of up to seven words that could name a new subject, without outer punctuation.

    Where there are `names`, nothing else is offered.

    >>> spans("Who made my car?")
    ['my car']
    >>> spans("Why?")
    []
    """
    return names(query) or list(dict.fromkeys(stretch.text for stretch in _stretches(query)))


def names(query: str) -> list[str]:
    """Those with a capital in them, or a determiner before them.

    They are whole ("HMAS Sydney", not "Sydney"; "my neighbour Tom", not "Tom"), and end in no
    function word.

    >>> names("When was HMAS Sydney built?")
    ['HMAS Sydney', 'HMAS Sydney built']
    >>> names("What eats fish?")
    []
    """
    asks = templates.is_question(query)
    return list(dict.fromkeys(
        s.text for s in _stretches(query) if _could_be_name(s, s.start == 0 and asks)
    ))


def names_before(query: str, end: int) -> bool:
    """Whether a name stands before a place in the query, in the same sentence.

    >>> names_before("Does Anna like her dog?", 15), names_before("Which book did I give her?", 22)
    (True, False)
    """
    begin = sentences.sentence_start(query, end)
    # "I" has a capital and is no name.
    sentence, end = re.sub(r"\bI\b", "i", query[begin:]), end - begin
    asks = templates.is_question(sentence)
    return any(
        s.end <= end and _could_be_name(s, s.start == 0 and asks)
        and s.text.split()[0].casefold() not in _OPENING - _DETERMINERS
        for s in takewhile(lambda s: s.start < end, _stretches(sentence))
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Some words of a query, as they stand and stripped, and the words next to them."""

    text: str
    written: str
    start: int
    end: int
    before: tuple[str, ...]
    after: str


def _stretches(query: str) -> Iterator[_Stretch]:
    words = [match.span() for match in re.finditer(r"\S+", query)]
    asks = templates.is_question(query)
    for first in range(len(words)):
        if first == 0 and asks and _stripped(_bare(query, words[0])).casefold() in _OPENING:
            continue
        for last in range(first, min(first + _MAX_SPAN_WORDS, len(words))):
            start, end = words[first][0], words[last][1]
            text = _stripped(query[start:end])
            if any(c.isalnum() for c in text):
                before = tuple(query[b:e] for b, e in words[max(0, first - 2) : first])
                after = "".join(query[b:e] for b, e in words[last + 1 : last + 2])
                yield _Stretch(text, query[start:end], start, end, before, after)


def _could_be_name(stretch: _Stretch, opens: bool) -> bool:
    text, before, after = stretch.text, stretch.before, stretch.after
    words = text.split()
    determined = words[0].casefold() in _DETERMINERS
    capital = any(c.isupper() or c.isdigit() for c in (text[1:] if opens else text))
    if not capital and not (determined and len(words) > 1):
        return False
    if words[-1] in _OPENING or (words[0] in _OPENING and not determined):
        return False
    begins = not before or before[-1].endswith((".", "!", "?", ","))
    if begins and words[0].strip(".,!").casefold().replace("’", "'") in _INTERJECTIONS:
        return False
    if stretch.written[-1] not in ",;:?" and after[:1].isupper():
        return False
    if before and not before[-1].endswith((",", ";", ":", ".", "?")):
        if before[-1].casefold() in {"my", "our"}:
            return False
        if not determined and len(before) > 1 and before[-2].casefold() in {"my", "our"}:
            return False
        if _goes_on(before[-1]) and not re.search(r"['’]s$", before[-1]):
            return False
    return True


def _stripped(text: str) -> str:
    """Without the punctuation around it and a possessive 's; pairs of brackets stay."""
    text = re.sub(r"['’]s$", "", text.strip(" ,;:?\"“”¿¡"))
    if text.count("(") != text.count(")"):
        text = text.strip("()")
    return text


def _bare(query: str, span: tuple[int, int]) -> str:
    return re.sub(r"['’]s$", "", query[span[0] : span[1]])


def find(
    question: Question,
    user_id: str,
    graph: TripleStore,
    model: LanguageModel,
    also: Aliases | None = None,
) -> str:
    """The subject of a new piece of feedback: one the user's graph knows, else the likeliest span.

    The model scores log P(span, end of line | four examples, query). Scoring where a span ends
    keeps the short ones from winning, and a part of a name gives way to the name:
    "Gregory of Nazianzus", not "Gregory". "She" is nobody's name.
    """
    query = question.text
    # What ends in "and" is cut short.
    read = [s for s in question.subjects[:1] if not _CUT_SHORT.search(s)]
    if read and is_user(read[0]):
        return USER
    # Where common nouns end, a parse knows best; where names do, the model.
    of_a_name = bool(read) and _of_a_name(query, read[0])
    if read and (_is_common(read[0]) or _OURS.match(read[0])) and not of_a_name:
        return read[0]
    known = [n for n in link(query, user_id, graph, also=also) if not is_user(n)]
    if of_a_name or (read and _PROPER.search(_DETERMINED.sub("", read[0]))):
        # "Anna speaks the language" is not about the language, though that is known.
        known = [n for n in known if not _is_common(n) or _OURS.match(n)]
    # "Which of my kids plays chess?" is not about them all.
    candidates = [
        name for name in _owned(query, known) or names(query)
        if f"which of {name.casefold()}" not in query.casefold()
    ]
    # What a parse takes for the subject is one more, unless a capital or an article says better.
    if not candidates and read and not PRONOUN.fullmatch(read[0]):
        candidates = list(read)
    if not candidates and speaks_of_user(query):
        return USER
    if not candidates and not _ABOUT_A_PRONOUN.search(query):
        candidates = spans(query)
    if not candidates:
        raise InvalidInputError(f"cannot tell what {query!r} is about; give subject=...")
    if len(candidates) == 1:
        return candidates[0]
    candidates = candidates[-_MAX_CANDIDATES:]
    prompt = Prompt(templates.about(query), tuple(f" {text}\n" for text in candidates))
    scores = model.log_probabilities([prompt])[0]
    ranked = {text: score.value for text, score in zip(candidates, scores, strict=True)}
    best = max(candidates, key=ranked.__getitem__)
    whole = [
        text
        for text in candidates
        if best in text and _is_one_name(text) and ranked[best] - ranked[text] < _WHOLE_NAME
    ]
    return max(whole, key=len, default=best)


def _of_a_name(query: str, noun: str) -> bool:
    """Whether a name follows: "The language of La dama boba"."""
    after = query.partition(noun)[2]
    return _OF_A_NAME.match(after) is not None


def _owned(query: str, owners: list[str]) -> list[str]:
    """In the place of an owner, what the query is about: "my sister's dog", not "my sister"."""
    things: dict[str, list[str]] = {}
    asked_of: set[str] = set()
    for text in names(query):
        if text.endswith((" called", " named")):
            continue
        holders = [bare(text[: sign.start()]) for sign in _OWNER.finditer(text)]
        if not holders:
            continue
        before, _, after = query.partition(text)
        if (
            (len(after) < _NEAR and _TOLD_OF.fullmatch(after))
            or (_ASKED_OF.search(before[-_NEAR:]) and not after.strip(" ?!."))
        ):
            asked_of.add(holders[-1])
        else:
            for holder in holders:
                things.setdefault(holder, []).append(text)
    found: list[str] = []
    for owner in owners:
        key = bare(owner)
        found += [owner] if key in asked_of else things.get(key, [owner])
    return found


def _is_one_name(text: str) -> bool:
    """Capitals and numbers, with joining words and commas between them at most.

    >>> _is_one_name("Riverway, Townsville"), _is_one_name("The language of Zampa")
    (True, False)
    >>> _is_one_name("In Kashubia"), _is_one_name("PAX? It")
    (False, False)
    """
    words = [word.strip("(),\"“”") for word in text.split()]
    if words[0] != "The" and words[0].casefold() in _OPENING:
        return False
    if re.search(r"[?!;:] |[a-z]\. ", text):
        return False
    return all(word in _JOINING or not word[:1].islower() for word in words)
