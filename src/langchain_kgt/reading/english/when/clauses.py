"""Words, clauses and tense of a message, as far as times need them; no parse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from langchain_kgt.reading.english.when.calendar_words import TURNING

_TOKEN = regex.compile(
    r"""[\w.+-]+@\w[\w-]*(?:\.\w+)*             # an address, whose points end nothing
      | \d{4}-\d\d?-\d\d?(?!\d)                  # 2024-12-18
      | \d\d?([/.])\d\d?\1(?:\d{4}|\d\d)(?!\d)   # 18/12/2024
      | \d\d?[:.]\d\d(?!\d)                      # 9.15
      | (?<!\w)'\d0'?s\b | (?<!\w)'\d\d(?!\d) | \d+0'?s\b   # '80s, '04, 1980s
      | \d+(?:st|nd|rd|th)\b | \d+
      | [ap]\.m\.?(?!\w) | o'clock
      | '(?:s|re|ve|ll|d|m)\b                     # what is cut off: it's, we've
      | [\p{L}\p{M}]+(?:(?!'(?:s|re|ve|ll|d|m)\b)'[\p{L}\p{M}]+)*
      | \n | [^\s\w]
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_PLAIN = str.maketrans("‘’ʼ`‐‑‒–—−\u00a0", "''''------ ")
_NEGATIVES = "is are was were do does did has have had ca wo would could should must".split()
# Written without the apostrophe, and no other word: where "im" is cut, and "isnt" mended.
_CUT = {
    "im": 1, "ive": 1, "youre": 3, "youve": 3, "theyre": 4, "theyve": 4, "weve": 2, "hes": 2,
    "shes": 3, "thats": 4, "theres": 5, "whos": 3, "itll": 2, "youll": 3,
}  # fmt: skip
_MENDED = {stem + "nt": stem + "n't" for stem in _NEGATIVES}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark, in lower case, and where it stands."""

    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """Words, numbers and marks of a text; what an apostrophe cuts off is a word.

    Example:
        >>> [token.text for token in tokens_of("On Friday I’m there, at 8.15am")]
        ['on', 'friday', 'i', "'m", 'there', ',', 'at', '8.15', 'am']
    """
    tokens = []
    for match in _TOKEN.finditer(text.translate(_PLAIN)):
        word, start, end = match.group().lower(), match.start(), match.end()
        if cut := _CUT.get(word):
            tokens.append(Token(word[:cut], start, start + cut))
            word, start = "'" + word[cut:], start + cut
        tokens.append(Token(_MENDED.get(word, word), start, end))
    return tokens


def place_of(text: str, tokens: Sequence[Token], words: str) -> int | None:
    """The token at which words of a text begin, whatever their case; none if they are not there."""
    if not words:
        return None
    found = regex.search(regex.escape(words.strip()), text, regex.IGNORECASE)
    return found and next((at for at, t in enumerate(tokens) if t.end > found.start()), None)


_SUBJECTS = frozenset("i we he she they you it".split())
_NOW = frozenset(
    "am is are 'm 're 's do does don't doesn't isn't aren't ain't has have 've".split()
)
_WILL = frozenset(
    "will 'll won't shall gonna can could can't would 'd should might may must due".split()
)
_WAS = frozenset("was were wasn't weren't had hadn't did didn't been haven't hasn't".split())
_HAVE = frozenset("have has 've haven't hasn't having".split())
_PASSIVE = frozenset("am is are 'm 're be being isn't aren't get gets getting to".split())
_IRREGULAR = frozenset(
    "ate arose awoke became began bent bet bled blew bought bred broke brought built burnt "
    "burst came caught chose clung crept cut dealt dove drank dreamt drew drove dug fed fell felt "
    "fled flew flung forgave forgot fought found froze gave got grew heard held hid hit hung hurt "
    "kept knelt knew laid lay leapt learnt led left lent let lit lost made meant met overcame "
    "overslept paid put quit ran rang rebuilt rode rose said sang sank sat saw sent shook shone "
    "shot shrank shut slept slid sold spat sped spelt spent spilt split spoilt spoke sprang spun "
    "stank stole stood stuck stung struck swam swept swore swung taught thought threw told took "
    "tore understood upset went wept withdrew woke won wore wove wound wrote".split()
)
_PARTICIPLES = frozenset(
    "been begun bitten blown broken chosen done drawn driven drunk eaten fallen flown forgotten "
    "frozen given gone gotten grown hidden known lain ridden risen rung seen shaken shown sung "
    "sunk sworn swum taken thrown torn woken worn written".split()
)
_NOT_PAST = frozenset("bed red shed wed hundred sacred naked wicked".split())
_DETERMINERS = frozenset(
    "the a an my your his her its our their this that these those no some any every each".split()
)


# Before a participle they make it an adjective: "bit scared", "so excited".
_DEGREES = frozenset(
    "bit so very too really pretty quite rather fairly kinda super well dead absolutely feeling "
    "more most less".split()
)


def _past_form(word: str) -> bool:
    if word in _IRREGULAR or word in _PARTICIPLES:
        return True
    return len(word) > 3 and word[-2:] == "ed" and word[-3] != "e" and word not in _NOT_PAST


def _signs(words: Sequence[str], first: int) -> Iterator[tuple[int, bool]]:
    """Where a verb tells the tense, and whether it is past."""
    helper = ""
    for at, word in enumerate(words):
        previous = words[at - 1] if at else ""
        if word in _NOW | _WILL | _WAS and not (
            word == "may" and not (previous.isalpha() and previous not in ("in", "since", "of"))
        ):
            # "will have been" is to come.
            ahead = helper in _WILL and word in ("have", "been")
            helper = helper if ahead else word
            yield first + at, word in _WAS and not ahead
        elif word == "to" and (helper not in _HAVE or previous in _HAVE):
            helper = word
        elif (
            _past_form(word)
            and previous not in _DETERMINERS | _DEGREES | {"not"}
            and helper not in _WILL | _PASSIVE
            # "have got" is to have.
            and not (word == "got" and helper in _HAVE | {"'s"})
        ):
            yield first + at, True
        elif word in TURNING and previous not in _DETERMINERS and helper not in _WILL:
            yield first + at, False


@dataclass(frozen=True, slots=True)
class Clause:
    """The words of a clause, and the places of its tokens in the message.

    Attributes:
        words: in lower case.
        first: the place of the first.
        signs: where a verb tells the tense, and whether it is past.
    """

    words: tuple[str, ...]
    first: int
    signs: tuple[tuple[int, bool], ...]

    @property
    def stop(self) -> int:
        """The place after the last."""
        return self.first + len(self.words)

    @property
    def verbal(self) -> bool:
        """Whether there is a verb that shows, or who does something."""
        return bool(self.signs) or not _SUBJECTS.isdisjoint(self.words)

    @property
    def perfect(self) -> bool:
        """Whether something has gone on until now: "have lived", "been living"."""
        if not {"had", "hadn't"}.isdisjoint(self.words[1:]):
            return False
        return self.words[0] == "had" or any(
            word == "been"
            or (word in _HAVE and any(_past_form(later) for later in self.words[at + 1 : at + 4]))
            for at, word in enumerate(self.words)
        )

    def past(self, at: int) -> bool:
        """Whether what the clause says of that place has happened: the nearest verb tells."""
        before = [past for place, past in self.signs if place < at]
        after = [past for place, past in self.signs if place >= at]
        return before[-1] if before else bool(after and after[0])


_ENDS = frozenset("! ? … \n".split(" "))
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr st prof approx ca c jr sr no jan feb mar apr jun jul aug sep sept oct nov dec "
    "mon tue tues wed thu thur thurs fri".split()
)
_MARKS = frozenset(", ; : ( ) -".split())
_JOINTS = frozenset(
    "and but so because cos cause coz who which that where while when whilst although though if "
    "or then plus whereas".split()
)
_TIMED = frozenset("after before as".split())


def clauses_of(tokens: Sequence[Token]) -> list[Clause]:
    """The clauses of a message.

    What has no verb of its own belongs to the clause before it, or after it at the beginning.

    Example:
        >>> [clause.words for clause in clauses_of(tokens_of("On Sunday, we left, but he stayed"))]
        [('on', 'sunday', ',', 'we', 'left', ','), ('but', 'he', 'stayed')]
    """
    clauses: list[Clause] = []
    first = 0
    for at, token in enumerate(tokens):
        end = token.text in _ENDS or (
            token.text == "." and not (at and tokens[at - 1].text in _ABBREVIATIONS)
        )
        if end or at == len(tokens) - 1:
            clauses += _split([token.text for token in tokens[first : at + 1]], first)
            first = at + 1
    return clauses


def _split(words: Sequence[str], first: int) -> list[Clause]:
    cuts = [
        at
        for at in range(1, len(words))
        if (words[at] in _JOINTS and words[at - 1] not in _TIMED)
        or words[at - 1] in _MARKS
        or (
            words[at] in _TIMED and words[at + 1 : at + 2] and words[at + 1] in _SUBJECTS | {"that"}
        )
    ]
    pieces: list[Clause] = []
    for start, stop in zip([0, *cuts], [*cuts, len(words)], strict=True):
        piece = _clause(words[start:stop], first + start)
        if pieces and not (piece.verbal and pieces[-1].verbal):
            before = pieces.pop()
            words_of_both = before.words + piece.words
            signs = before.signs + piece.signs
            piece = Clause(words_of_both, before.first, signs)
        pieces.append(piece)
    return pieces


def _clause(words: Sequence[str], first: int) -> Clause:
    return Clause(tuple(words), first, tuple(_signs(words, first)))
