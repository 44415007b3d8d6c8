"""What is never kept: passwords, PINs, keys, numbers of cards, accounts and documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detect_secrets.plugins.base import RegexBasedDetector

# Digits in groups: cards have 13 to 19, and check out.
_DIGITS = re.compile(r"(?<![\w+])\d(?:[ .\n-]{0,2}\d){12,18}(?!\w)")
_SOCIAL = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}\b", re.IGNORECASE)
# Random letters and digits of this length are no word.
_TOKEN = re.compile(r"(?<![\w/])[A-Za-z0-9+/_-]{20,}={0,2}(?![\w/])")
_WORDS = (
    r"passwords?|pass ?codes?|pass ?phrases?|passwds?|passwort|pwds?|pw|passports?|cvv|cvc|ssn|"
    r"api[ -]?keys?|secrets?|tokens?|log ?ins?|wi-?fi|otp|social security|seed phrase|"
    r"recovery phrase|security answer|account (?:number|no)|driving licen[cs]e|"
    r"national insurance|(?:\w+ )?codes?|combination|combo"
)
# Elsewhere: words that are inflected, and words that have no blanks around them.
_ELSEWHERE = (
    r"\b(?:contraseña|clave|código|mots? de passe|senha|palavra-passe|codice|kennwort|passwör|"
    r"geheimzahl|wachtwoord|hasł|hesl|lösenord|adgangskode|passord|salasana|şifre|parola|jelsz|"
    r"mật khẩu|kata sandi|парол|пин-?код|κωδικ)\w*|סיסמ\w*|كلمة (?:المرور|السر)|पासवर्ड|"
    r"รหัสผ่าน|密码|密碼|パスワード|暗証番号|비밀번호"
)
_NAMED = re.compile(rf"\b(?:{_WORDS})\b|{_ELSEWHERE}", re.IGNORECASE)
_NUMBERED = re.compile(r"\b(?:pins?|codes?|combination|combo)\b", re.IGNORECASE)
# Beside such a name: a word with a digit in it, or letters of both cases, or signs.
_VALUE = re.compile(
    r"(?<![\w.])(?=[^\s,;]*\d|[^\s,;]*[a-z][A-Z]|[^\s,;]*[!#$%&*@_]\w)[^\s,;\"“”]{3,}"
)
_MIXED = re.compile(r"(?<![\w.])(?=\S*\d)(?=\S*[A-Za-z])[^\s,;\"“”]{4,}")
_NUMBER = re.compile(r"\b\d[\d -]{1,10}\d\b")
_PLAIN = re.compile(
    r"\b(?:passwords?|pass ?codes?|pass ?phrases?|pwds?|pw)\b[^.!?\n]{0,40}?"
    r"(?:\b(?:is|are|was|to)\b|=|:|'s\b)\s*[\"'“]?(?P<value>[^\s\"'”.,;!?]{3,})", re.IGNORECASE,
)
_PLAIN_ELSEWHERE = re.compile(
    rf"(?:{_ELSEWHERE}|\b(?:passwort|password|pin)\b)[^.!?\n]{{0,40}}?"
    r"(?:\b(?:es|est|é|è|ist|lautet|er|är|je|jest)\b|[=:：—–は是는은])\s*[\"'“„«]?"
    r"(?P<value>[^\s\"'”.,;!?。！？]{2,})", re.IGNORECASE,
)
_COMMON = frozenset(
    "the too not out very again wrong expired lost forgotten weak strong easy hard bad good what "
    "that this these those with from and but for now here gone somewhere written saved stored safe "
    "same old new different something anything nothing incorrect invalid correct fine".split()
)
_PIN = re.compile(r"\bpins?\b\W*(?:\w+\W+){0,4}?(?P<value>\d{2,4} ?\d{2,4})\b", re.IGNORECASE)
_IS_PIN = re.compile(r"\b(?P<value>\d{4,8}) (?:is|was) (?:\w+ ){0,3}?pin\b", re.IGNORECASE)
_END = re.compile(r"(?<!\bno)(?<!\bnr)[.!?]+(?=\s|$)|[。！？؟।]+|\n+", re.IGNORECASE)
_ASKS = ("?", "？", "؟")
# So far from its name a value stands, behind it and before it.
_BEHIND, _BEFORE = 100, 40


def secrets(text: str) -> list[str]:
    """The secrets in a text, as they are written there.

    Keys of known services are found by `detect-secrets`, numbers with check digits by
    `python-stdnum`; what is called a password, PIN or code is one too.

    >>> secrets("My card is 4242 4242 4242 4242."), secrets("The alarm code at mum's is 8306.")
    (['4242 4242 4242 4242'], ['8306'])
    >>> secrets("Our beach hut is number 3362.")
    []
    """
    return list(dict.fromkeys(text[begin:end] for begin, end in _spans(text)))


def without_secrets(text: str, asked: str = "") -> tuple[str, bool]:
    """A text without the sentences in which a secret stands, and whether there were any.

    Args:
        text: a message.
        asked: what it may answer; of the answer to "What is your PIN?" nothing is left.

    >>> without_secrets("I live in Porto. The PIN is 4711, ok?")
    ('I live in Porto.', True)
    """
    if asked.rstrip().endswith(_ASKS) and (_NAMED.search(asked) or _NUMBERED.search(asked)):
        return "", True
    spans = list(_spans(text))
    kept: list[str] = []
    begin = 0
    for end in (*(found.end() for found in _END.finditer(text)), len(text)):
        if not any(first < end and last > begin for first, last in spans):
            kept.append(text[begin:end])
        begin = end
    return ("".join(kept).strip() if spans else text), bool(spans)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for one in _detectors():
        for secret in one.analyze_string(text):
            begin = text.find(secret)
            yield begin, begin + len(secret)
    yield from (n.span() for n in _DIGITS.finditer(text) if _checks("stdnum.luhn", n[0]))
    yield from (n.span() for n in _ACCOUNT.finditer(text) if _checks("stdnum.iban", n[0]))
    yield from (n.span() for n in _SOCIAL.finditer(text))
    for token in _TOKEN.finditer(text):
        if any(c.isdigit() for c in token[0]) and any(c.isalpha() for c in token[0]):
            yield token.span()
    for name in _NAMED.finditer(text):
        yield from _beside(name, text)
    yield from (found.span("value") for found in _PIN.finditer(text))
    yield from (found.span("value") for found in _IS_PIN.finditer(text))
    for found in _PLAIN.finditer(text):
        if found["value"].casefold() not in _COMMON:
            yield found.span("value")
    yield from (found.span("value") for found in _PLAIN_ELSEWHERE.finditer(text))


def _beside(name: re.Match[str], text: str) -> Iterator[tuple[int, int]]:
    """What stands near the name of a secret, and looks like one."""
    behind = text[name.end() : name.end() + _BEHIND]
    stop = _END.search(behind)
    own = behind[: stop.start()] if stop else behind
    for value in _VALUE.finditer(own):
        length = len(value[0].rstrip(".:)"))
        yield name.end() + value.start(), name.end() + value.start() + length
    if stop:  # "I changed my password. It's Rosebud77 now."
        for value in _MIXED.finditer(behind, stop.end()):
            yield name.end() + value.start(), name.end() + value.end()
    first = max(0, name.start() - _BEFORE)
    before = text[first : name.start()]
    begins = max((found.end() for found in _END.finditer(before)), default=0)
    like = _NUMBER if _NUMBERED.fullmatch(name[0].split()[-1]) else _MIXED
    for value in like.finditer(before, begins):
        yield first + value.start(), first + value.end()
    if _NUMBERED.search(name[0]):
        for number in _NUMBER.finditer(own):
            yield name.end() + number.start(), name.end() + number.end()


def _checks(module: str, number: str) -> bool:
    is_valid = import_module(module).is_valid
    return bool(is_valid(re.sub(r"[\s.-]", "", number)))


@cache
def _detectors() -> tuple[RegexBasedDetector, ...]:
    from detect_secrets import plugins
    from detect_secrets.plugins.base import RegexBasedDetector

    for module in iter_modules(plugins.__path__):
        import_module(f"{plugins.__name__}.{module.name}")
    # Addresses of machines are no secrets; an app's own plugins are its own affair.
    known = {
        one.__name__: one for one in RegexBasedDetector.__subclasses__()
        if one.__module__.startswith(f"{plugins.__name__}.") and one.__name__ != "IPPublicDetector"
    }
    return tuple(known[name]() for name in sorted(known))
