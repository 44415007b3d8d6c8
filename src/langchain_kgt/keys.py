"""When two texts are one name: the key under which a graph keeps an entity, a relation, a value.

Unicode decides, and no list of words of any language: what a reader calls the same has one key, and
nothing is lost that tells two things apart.
"""

from __future__ import annotations

import unicodedata

import regex

# Letters, numbers, the marks that combine with them, "_", and such joiners as are seen.
_WORD = r"\p{L}\p{M}\p{N}\p{Pc}\u200c\u200d"
# The scripts that write words one after another: each character stands for itself.
_SOLID = r"\p{Han}\p{Hiragana}\p{Katakana}ー"
_BRACKETS = r"\p{Ps}\p{Pe}"
_COMMAS = r"[\p{Terminal_Punctuation}--\p{Sentence_Terminal}--:]・"
_STOPS = r"\p{Sentence_Terminal}:"
_TAGS = r"\U000e0020-\U000e007f"
_UNSEEN = r"\p{Default_Ignorable_Code_Point}"

TOKEN = regex.compile(
    rf"[{_SOLID}][\p{{M}}{_UNSEEN}]*"
    rf"|[[{_WORD}]--[{_SOLID}]][[{_WORD}{_UNSEEN}]--[{_SOLID}]]*[+#♯♭]*"
    rf"|[^\s{_UNSEEN}][\p{{M}}{_UNSEEN}]*",
    regex.V1,
)
"""A word, one character of a script that writes without spaces, or one other visible character."""

# A reader calls these the same as what they stand for: wide and narrow forms, letters in other
# fonts or as they join, ligatures. Not so superscripts, fractions, and numbers in circles.
_FORM = regex.compile(
    r"[\p{dt=Wide}\p{dt=Narrow}\p{dt=Font}\p{dt=Initial}\p{dt=Medial}\p{dt=Final}\p{dt=Isolated}"
    r"\p{dt=Small}\p{dt=Vertical}"
    r"[\p{dt=Compat}--[\p{No}\p{Sm}\p{Block=Hangul_Compatibility_Jamo}]]]",
    regex.V1,
)
# Joiners are seen between pictures, beside the sign that mutes a vowel, and where they part letters
# that would join; the tags behind a flag say whose it is. All else of the kind makes no difference.
_INVISIBLE = regex.compile(
    r"(?!(?<=\p{S}\p{M}*)\u200d\p{S}"
    r"|(?<=\p{ccc=Virama}\p{M}*)[\u200c\u200d]|\u200d\p{M}*\p{ccc=Virama}"
    r"|(?<=[\p{jt=D}\p{jt=L}]\p{M}*)\u200c\p{M}*[\p{jt=D}\p{jt=R}]"
    rf"|(?<=🏴[{_TAGS}]{{0,9}})[{_TAGS}]){_UNSEEN}",
    regex.V1,
)
_SINGLE = regex.compile(r"[‘’‚‛‹›׳]|(?<=[\p{L}\p{M}])ʼ(?=\p{L})")
_DOUBLE = regex.compile(r"[\p{Quotation_Mark}״--']", regex.V1)
_DASH = regex.compile(r"[\p{Pd}−]")

_SPELLED = rf"[[{_WORD}]--[{_SOLID}\u200c\u200d]][[{_WORD}]--[{_SOLID}]]*"
# What a key keeps of a text.
_KEPT = regex.compile(
    rf"""
    # An address, with all its signs.
    (?<!\S) [{_BRACKETS}'"]* \K [\p{{L}}\p{{N}}] \S* (?:@|://) \S* [\p{{L}}\p{{M}}\p{{N}}\p{{Pc}}]
    # A face, of a few signs alone: its bracket encloses nothing.
    | (?<!\S) (?=\S{{2,9}}(?!\S)) (?!\S*\p{{Ps}}\S*\p{{Pe}})
      (?=\S*[{_BRACKETS}]) (?=\S*[^\s'"{_BRACKETS}]) [^\s{_WORD}]+ (?!\S)
    # A word, with the signs that belong to it: ".net", "-18", "o'neil", "1,000", "ab-", "5'".
    | (?: (?<![\-{_STOPS}{_WORD}]) [\-{_STOPS}]+ )?
      (?: [{_SOLID}][\p{{M}}\u200c\u200d]*
        | {_SPELLED} (?: (?: (?!(?<=\p{{N}}):+\p{{N}}) [{_STOPS}]+
                           | ['"] | (?<=\p{{N}})[{_COMMAS}](?=\p{{N}}) ) {_SPELLED} )* )
      (?: -+(?![\-{_WORD}]) | (?<=\p{{N}}) (?=['"]) (?<!['"].*?) ['"](?![{_WORD}]) )?
    # "3-5", "3 - 5", "2:1"; "Rh -".
    | (?<=\p{{N}})[\-:]+(?=\p{{N}}) | (?<=\p{{N}}\s)[\-:]+(?=\s\p{{N}}) | (?<=\S\s)-+$
    # A sign, with what makes one picture of several.
    | \p{{S}} (?: [\p{{M}}\u200c{_TAGS}] | \u200d\p{{S}}? )*
    | [^\s\-'"¿¡{_WORD}{_BRACKETS}{_COMMAS}{_STOPS}]
    """,
    regex.V1 | regex.VERBOSE,
)


def normalize(text: str) -> str:
    """The key of an entity, a relation or a value: words and signs, a space between each.

    The key of a key is that key, and no visible text has an empty one.

    >>> normalize("Sell Out!"), normalize("rock-and-roll"), normalize("“Rex”."), normalize("ＲＥＸ")
    ('sell out', 'rock and roll', 'rex', 'rex')
    >>> normalize("C♯"), normalize("x²"), normalize("-18 °C"), normalize(".NET"), normalize("...")
    ('c ♯', 'x²', '-18 ° c', '.net', '...')
    """
    words = (text.lower() if text.isascii() else _folded(text)).split()
    if text.isascii():
        # Nearly every name: the same, in a tenth of the time.
        plain = [word.rstrip(".,;:!?") for word in words]
        if words and all(map(str.isalnum, plain)):
            return " ".join(plain)
    folded = " ".join(words)
    return " ".join(_KEPT.findall(folded)) or folded or " ".join(text.split())


def _folded(text: str) -> str:
    """The characters of a text as a reader tells them apart, whatever their case and encoding."""
    text = unicodedata.normalize("NFD", text)
    text = _FORM.sub(_plain, _INVISIBLE.sub("", text))
    # Canonical caseless matching (The Unicode Standard, D145).
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
    text = _DOUBLE.sub('"', _SINGLE.sub("'", text))
    return _DASH.sub("-", text).replace("\u2044", "/")


def _plain(form: regex.Match[str]) -> str:
    """What a character is a form of; itself, where that is a mark alone or stands in brackets."""
    codes = unicodedata.decomposition(form[0]).split()[1:]
    plain = "".join(chr(int(code, 16)) for code in codes)
    if unicodedata.category(plain[0]) in ("Zs", "Ps"):
        return form[0]
    return _FORM.sub(_plain, plain)
