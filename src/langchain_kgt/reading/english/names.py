"""Names in a question, each put for the time of the parse behind one that parses well."""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

# A parser has seen these as one proper noun; one that stands in the text already is passed over.
_STANDINS = ("Anna", "Maria", "Peter", "David", "Emma", "Susan")
_NAMED = regex.compile(r"[\"'(.]*(?:\p{Lu}|\p{N}|\p{Ll}[\p{L}\u2011'-]*\p{Lu})")
# What may stand between two words of one name, one or two of them.
_LINKS = frozenset(
    "of the and & in with to from for on a an de la los las du des del della di da do dos le el "
    "von van der den zu af av y e et und per - – + /".split()
)
_FIRM = _LINKS - set("and in with to from for on a an do".split())
# With a capital at the head of a sentence only.
_HEADS = frozenset(
    "am is are was were be been do does did has have had can could may might must shall should "
    "will would who whom whose what which when where why how in on at to from by for of with since "
    "until tell remind give name show say please and but so or if "
    "the a an my our your his her its their "
    "this that these those he she it they we you there isn aren wasn weren doesn "
    "don didn hasn haven hadn can won".split()
)
_BEFORE = frozenset(
    "of in by for from to on at with about the a an this that does did do is was are were who what "
    "which has had film movie book genus".split()
)
_WH = frozenset("who whom whose which what where when why how".split())
# The owner's mark and what ends a clause; the point of an abbreviation belongs to the name.
_OWNER = regex.compile(r"'s?(?=$|[?.!,;:])|[?!,;:]+$|(?<=\p{Ll}{2})\.$|['\"]+$")
_I = frozenset(("I", "I'm", "I've", "I'd", "I'll"))


@dataclass(slots=True)
class Standins:
    """A text with names replaced, and the names.

    >>> hidden = Standins.of_names("Who wrote The Lord of the Rings?")
    >>> hidden.text, hidden.restored("Anna was written by")
    ('Who wrote Anna?', 'The Lord of the Rings was written by')
    """

    text: str
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_names(cls, text: str) -> Standins:
        """With each name of several words replaced, and each that is no word of letters."""
        hidden = cls(text)
        for start, end in reversed(_runs(text)):
            name = text[start:end]
            if len(name.split()) > 1 or not regex.fullmatch(r"\p{L}[\p{Ll}]*|\p{N}+", name):
                hidden._replace(start, end)
        return hidden

    @classmethod
    def of(cls, text: str, subject: str) -> Standins:
        """With a subject that is a name replaced, wherever it stands; others are left."""
        hidden = cls(text)
        pattern = r"\s+".join(map(regex.escape, subject.split()))
        article = "" if regex.match(r"the\s", subject, regex.IGNORECASE) else r"(?:\bthe\s+)?"
        named = r"(?:\b(?:an?|the) \p{Ll}+ (?:named|called) )?"
        places = list(regex.finditer(
            rf"{named}{article}(?<!\w)({pattern})(?!\w)", text, regex.IGNORECASE
        ))
        for place in reversed(places):
            hidden._replace(place.start(), place.end(), name=place[1])
        # The apostrophe of a name in s.
        for standin in hidden.names:
            hidden.text = regex.sub(rf"\b{standin}'(?=\s+\w)", f"{standin}'s", hidden.text)
        return hidden

    def from_subject(self) -> Standins:
        """Without what stands before the first name and has no part in a prompt about it."""
        first = min((self.text.find(s) for s in self.names), default=-1)
        before = self.text[:max(first, 0)].split()
        if not before or "?" in self.text or _WH & {word.lower() for word in before}:
            return self
        if before[-1].lower() in _BEFORE or before[-1].endswith("ing"):
            return self
        return Standins(self.text[first:], self.names)

    def hiding(self, text: str, start: int, end: int) -> Standins:
        """Of a text made of this one, with one more piece of it replaced; the names are shared."""
        more = Standins(text, self.names)
        more._replace(start, end, name=self.restored(text[start:end]))
        return more

    def restored(self, text: str) -> str:
        """A piece of the text, or of what was made of it, with the names in it."""
        for standin, name in self.names.items():
            text = name.join(regex.split(rf"\b{standin}\b", text))
        return text

    def _replace(self, start: int, end: int, name: str = "") -> None:
        name = name or self.text[start:end]
        standin = next((s for s, known in self.names.items() if known == name), "") or next(
            (s for s in _STANDINS if s not in self.text and s not in self.names), ""
        )
        if standin:
            self.names[standin] = name
            self.text = self.text[:start] + standin + self.text[end:]


def _runs(text: str) -> list[tuple[int, int]]:
    """Where words with a capital or a digit follow each other, small links between them."""
    words = [(m.start(), m[0]) for m in regex.finditer(r"\S+", text)]
    runs: list[tuple[int, int]] = []
    polar = bool(words) and words[0][1].lower() in ("am", "is", "are", "was", "were")
    i = 0
    while i < len(words):
        if not _starts(words[i][1], first=i == 0, following=words[i + 1:i + 2]):
            i += 1
            continue
        last = i
        j = i + 1
        while j < len(words) and not _closed(words[last][1], words[j][1]):
            if _is_named(words[j][1]):
                if polar and j == len(words) - 1 and words[j][1].rstrip("?").isdigit():
                    break  # "Is Anna 30?"
                last = j
            elif words[j][1] not in _LINKS or j - last > 2 or not (
                j - last == 2 or words[j][1] in _FIRM or _linked(words, j)
            ):
                break
            j += 1
        end = words[last][0] + len(words[last][1])
        mark = _OWNER.search(words[last][1])
        if mark is not None and (mark[0] != "." or last == len(words) - 1):
            end = words[last][0] + mark.start()
        runs.append((words[i][0], end))
        i = last + 1
    return runs


def _starts(word: str, *, first: bool, following: list[tuple[int, str]]) -> bool:
    bare = word.lower().rstrip("?.!,;:").split("'")[0]
    if not _is_named(word):
        return False
    if not first:
        return True
    if bare in ("the", "a", "an"):
        return bool(following) and _is_named(following[0][1])
    return bare not in _HEADS


def _is_named(word: str) -> bool:
    return bool(_NAMED.match(word)) and word.rstrip("?.!,;:") not in _I


def _closed(word: str, following: str) -> bool:
    """Whether nothing of the name can follow; after a comma a word with a capital can."""
    return word[-1] in "?!;:" or (word[-1] == "," and (
        not _is_named(following) or following.lower() in _HEADS
    ))


def _linked(words: list[tuple[int, str]], at: int) -> bool:
    """Whether a preposition links: an article and a name follow."""
    following = [word for _, word in words[at + 1:at + 3]]
    return (
        len(following) == 2 and following[0] in ("the", "a", "an", "and")
        and _is_named(following[1])
    ) or (words[at][1] in ("and", "a", "an") and bool(following) and _is_named(following[0]))
