"""One thing has one key, two things have two: Unicode's rules, and no words of any language."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from langchain_kgt.keys import normalize

ENGLAND, SCOTLAND = (
    "🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in tags) + "\U000e007f"
    for tags in ("gbeng", "gbsct")
)


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("Sell Out!", "sell out"), ("rock-and-roll", "rock and roll"), ("Rex.", "rex"),
        ("O’Brien", "O'Brien"), ("м'я", "мʼя"), ("“Rex”", "Rex"), ("« Rex »", "«rex»"),
        ("(Rex)", "rex"), ("(🙂)", "🙂"), ("¿Qué?", "qué"), ("Vive la vie !", "vive la vie!"),
        ("Rome – Oslo", "Rome-Oslo"), ("3 – 5", "3-5"), ("2 : 1", "2:1"), ("−18", "-18"),
        ("5 %", "5%"), ("$ 5", "$5"), ("4>3", "4 > 3"), ("1⁄2", "1 / 2"), ("a \u3000b", "a b"),
        ("ＡＢＣ１２", "abc12"), ("￥５", "¥5"), ("ｶﾞ", "ガ"), ("ﬁsh", "fish"), ("Ⅳ", "iv"),
        ("𝒜𝟎", "a0"), ("ﻣﺮﺣﺒﺎ", "مرحبا"), ("ﯝ", "ۇٴ"),
        ("18 ℃", "18 °C"), ("Straße", "STRASSE"), ("Σας", "ΣΑΣ"),
        ("café", "cafe\u0301"), ("山田 太郎", "山田太郎"), ("ジョン・スミス", "ジョン スミス"),
        ("東京。", "東京"), ("בית־ספר", "בית-ספר"), ("❤\ufe0f", "❤"),
        ("soft\u00adware", "software"), ("\ufeff\u202babc\u200b", "abc"), ("a\u200cb", "ab"),
        ("Ann@X.com", "ann@x.com."),
    ],
)
def test_what_a_reader_calls_the_same_is_one(one: str, same: str) -> None:
    assert normalize(one) == normalize(same)


@pytest.mark.parametrize(
    "distinct",
    [
        ["राम", "रोम"], ["मोना", "मीना"], ["กิน", "กัน"], ["மீனா", "மானா"], ["كَتَبَ", "كُتِبَ"],
        ["é", "e"], ["C♯", "C♭", "C#", "C", "C++"], ["Rh+", "Rh-", "Rh", "Rh -"], ["A*", "A"],
        ["≠5", "=5", "5"], ["👍", "👎"], ["👍🏽", "👍"], ["👩\u200d💻", "👩💻"],
        [ENGLAND, SCOTLAND, "🏴"], ["happy 🙂", "happy 🙁", "happy"], ["happy :)", "happy :("],
        ["4 > 3", "4 < 3"], ["2:1", "2/1", "2 1", "21"], ["-18", "18"], ["5 %", "5"],
        ["$5", "€5", "5"], ["AB-", "AB"], [".NET", "net"], ["!!!", "..."], ["5'", '5"', "5"],
        ["ann.lee@x.com", "ann-lee@x.com", "annlee@x.com", "ann lee@x.com", "ann_lee@x.com"],
        ["x²", "x2", "x₂"], ["1½", "11/2"], ["①", "1"], ["1,5", "1 5", "15", "1.5"],
        ["P!nk", "Pink"], ["AC/DC", "ACDC"], ["نامه\u200cای", "نامهای"],
        ["র\u200d্য", "র্য"], ["ㄱㅏ", "가"], ["¨", "´"], ["my dog", "the dog", "dog"],
    ],
)
def test_what_differs_in_marks_or_signs_is_two(distinct: list[str]) -> None:
    assert len(set(map(normalize, distinct))) == len(distinct)


@given(st.lists(st.text("abcdefgh'", min_size=1, max_size=6), min_size=1, max_size=5))
def test_case_and_space_make_no_difference(words: list[str]) -> None:
    assert normalize(" ".join(words)) == normalize("  ".join(words).upper() + " ")


# Of every kind that the rules tell apart.
_AWKWARD = (
    "aB1 .,:;!?-–'\"()[]@/😀\u200d\u200c\u0301ب\u094dक♂🏴\U000e0067東ー$+=ʼ…½²ﬁ\u3000\u00ad\ufe0f"
)
_ANY = st.one_of(st.text(max_size=12), st.text(_AWKWARD, max_size=14))


@settings(max_examples=1000)
@given(_ANY)
def test_the_key_of_a_key_is_that_key(text: str) -> None:
    key = normalize(text)
    assert normalize(key) == key
    assert key == " ".join(key.split())


@settings(max_examples=1000)
@given(_ANY)
def test_what_can_be_seen_has_a_key(text: str) -> None:
    if regex.search(r"[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]", text):
        assert normalize(text)


_DRAWN = {"<super>", "<sub>", "<circle>", "<square>", "<fraction>"}
_TELLING = st.characters(categories=("L", "M", "N", "S")).filter(
    lambda c: not regex.match(r"\p{Default_Ignorable_Code_Point}", c)
)


def _as_read(text: str) -> str:
    """Canonical, case and compatibility folding, without that of raised and enclosed characters."""
    folded = "".join(
        c if {*unicodedata.decomposition(c).split()[:1]} & _DRAWN or unicodedata.category(c) == "No"
        else unicodedata.normalize("NFKC", c)
        for c in unicodedata.normalize("NFD", text)
    )
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", folded).casefold())


@settings(max_examples=1000)
@given(st.text(_TELLING, min_size=1, max_size=4), st.text(_TELLING, min_size=1, max_size=4))
def test_no_letter_mark_number_or_symbol_is_lost(one: str, other: str) -> None:
    if _as_read(one) != _as_read(other):
        assert normalize(one) != normalize(other)


def test_every_letter_mark_number_and_symbol_has_a_key_of_its_own() -> None:
    owner: dict[str, str] = {}
    for character in map(chr, range(0x110000)):
        visible = not regex.match(r"\p{Default_Ignorable_Code_Point}", character)
        if unicodedata.category(character)[0] in "LMNS" and visible:
            read = _as_read(character)
            assert owner.setdefault(normalize(character), read) == read


@pytest.mark.parametrize(
    "part",
    ["a/", "a(", "5' ", "!", "🏴\U000e0067", "(@", "a@", "- ", ":)", "e\u0301", "ب\u200c", "1:",
     "क\u094d\u200d", "1-", "😀\u200d", "'"],
)
def test_a_key_takes_time_in_proportion_to_the_text(part: str) -> None:
    # A pattern that goes back over the text would take minutes.
    text = part * 50_000
    assert normalize(text) or text
