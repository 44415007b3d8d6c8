"""Whether a text is English, for the reader that reads nothing else."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import regex

from langchain_kgt.errors import InvalidInputError

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

# Below this probability of English, none of 28,000 English questions, prompts and messages was
# left that has neither a word of _ENGLISH nor the end of a prompt.
_LEAST = 0.01

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*(?:['’][\p{L}\p{M}]+)*")
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_NOT_LATIN = regex.compile(r"[^\P{L}\p{Latin}]")
_QUOTED = regex.compile(r'"[^"]*"|“[^”]*”|«[^»]*»|„[^“”]*[“”]')
# A prompt to be completed: "Pamukkale is in", "Who's Afraid? stars".
_UNFINISHED = regex.compile(
    r"(?:\b(?:in|by|on|as|at|of|for|to|is|was|a|the|with|from)|[.?!]\s+\p{Ll}+)\W*(?<![.?!]\W*)$",
    regex.IGNORECASE,
)

# Words that no neighbouring language writes so: one of them, and the text is English. Not "is",
# "in", "was", "me", "no", "so".
_ENGLISH = frozenset(
    "the what which who whose where when why how does did are were has have had would should could "
    "my your his their our it it's you she they i'm of with from that this there been not and him "
    "them us its but if then than about into because while some any every much many very just only "
    "always never please thanks like get got say says said tell told".split()
)


def check_english(text: str) -> None:
    """Refuse a question or message that is surely in another language than English.

    Not for a value alone: "tagliatelle al ragù, no cheese" looks Italian.

    A text of fewer than four words (two in another script, five signs where words have no spaces
    between) may be in any. Without the package `py3langid` (extra `english`) nothing is refused.

    Raises:
        InvalidInputError: if it is in another language, which the message names.

    Example:
        >>> check_english("Where does my sister live?")
        >>> check_english("Wo wohnt meine Schwester?")
        Traceback (most recent call last):
        langchain_kgt.errors.InvalidInputError: this reader reads English, and 'Wo wohnt meine \
Schwester?' looks like German; give subject and relation
    """
    said = _QUOTED.sub(" ", text.replace("\0", " "))
    words = _WORD.findall(said)
    plain = _without_names(words, question=said.rstrip().endswith("?"))
    if _too_short(said, words, plain) or _UNFINISHED.search(said):
        return
    if not _ENGLISH.isdisjoint(word.lower().replace("’", "'") for word in words):
        return
    identifier = _identifier()
    if identifier is None:
        return
    ranked = identifier.rank(said)
    if dict(ranked)["en"] > _LEAST or dict(identifier.rank(" ".join(plain)))["en"] > 5 * _LEAST:
        return
    shown = text if len(text) <= 60 else text[:60] + "…"
    language = _NAMES.get(ranked[0][0], "another language")
    raise InvalidInputError(
        f"this reader reads English, and {shown!r} looks like {language}; give subject and relation"
    )


def _without_names(words: list[str], question: bool) -> list[str]:
    """The words but those with a capital; the first too if it begins a name of two words."""
    named = len(words) > 1 and words[1][0].isupper() and not question
    return [
        word.lower() for at, word in enumerate(words) if not (word[0].isupper() and (at or named))
    ]


def _too_short(text: str, words: list[str], plain: list[str]) -> bool:
    if len(_SPACELESS.findall(text)) > 4:
        return False
    if _NOT_LATIN.search(text):
        return len(plain) < 2
    return len([word for word in words if len(word) > 1]) < 4 or len(plain) < 3


@cache
def _identifier() -> LanguageIdentifier | None:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        return None
    # Its own: the package's is shared, and may have been told other languages.
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


_NAMES = {
    "ar": "Arabic", "ary": "Arabic", "arz": "Arabic", "bg": "Bulgarian", "bn": "Bengali",
    "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek",
    "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "ga": "Irish", "gl": "Galician", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "mr": "Marathi",
    "ms": "Malay", "ne": "Nepali", "nl": "Dutch", "nn": "Norwegian", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
    "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
    "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "wuu": "Chinese", "yue": "Chinese",
    "zh": "Chinese",
}  # fmt: skip
