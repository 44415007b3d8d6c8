"""What the lexicon takes for one relation, for two, for a contradiction, and for news."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langchain_kgt.errors import InvalidInputError
from langchain_kgt.keys import normalize
from langchain_kgt.lexicon import Lexicon
from langchain_kgt.lexicon.values import are_several, form, unit, value
from langchain_kgt.triples import Triple

LEXICON = Lexicon.shipped()

APART = """
    was born in / grew up in
    was born in / was born on
    was born in / lives in
    works as / works at
    works as / works with
    works for / works with
    works in / works on
    works for / worked for
    is named / is named after
    is called / calls
    has the name / has the nickname
    likes / is like
    likes / would like
    likes / looks like
    likes / dislikes
    likes / does not like
    likes / used to like
    lives in / lives near
    lives in / lives with
    lives in / lives on
    lives in / lived in
    lives in / moved from
    lives in / will live in
    lives in / is going to live in
    works in / has to work in
    owns / owes
    owns / owned
    is owned by / owns
    is allergic to / is afraid of
    is allergic to / is not allergic to
    teaches / learns
    teaches / is taught by
    is a teacher of / has the teacher
    has / had
    has / needs
    has the husband / has the ex-husband
    has the mother / is the mother of
    has the mother / has the mother-in-law
    has the mother / has the grandmother
    has the brother / has the sister
    has the brother / has the half-brother
    has the son / has the daughter
    has the boss / is the boss of
    has the favourite colour / has the colour
    has the favourite book / has the favourite film
    has the phone number / has the house number
    has the birthday / has the wedding day
    plays / plays for
    plays / plays with
    plays / is played by
    is married to / was married to
    is married to / is engaged to
    is a nurse at / was a nurse at
    is a / is a fan of
    studies / studies at
    studied at / studies at
    moved to / moved from
    moved to / moves to
    moved to / is moving to
    moved to / is moving in with
    travels to / travels with
    goes to / goes with
    goes to / is going to buy
    speaks / speaks to
    speaks / speaks about
    eats / never eats
    eats / can eat
    eats at / eats with
    reads / reads to
    drives / drives to
    drinks / drinks with
    wants / wants to visit
    has visited / wants to visit
    looks after / looks for
    gets up at / gets on with
    is good at / is good for
    takes / takes after
    takes / takes off on
    meets on / meets with
    starts at / starts with
    is made of / is made by
    is used for / used to be
    uses / is used by
    is part of / takes part in
    is capital of / has the capital
    leaves / leaves for
    found / founded
    has a cold / is cold
    pays / pays for
    sells / sells to
    borrowed from / lent to
    knows / knows about
    needs in / used to need in
    cares for / cares about
    cannot swim in / swims in
    does judo on / judo on
    is named / names
    rents / has the rent
    has lived in / lives in
    has lived in / used to live in
    has the landlord in / has the landlord
""".strip().splitlines()

ONE = """
    like / likes
    like / is liking
    enjoys / enjoy
    lives in / is living in
    lives in / live in
    lives in / resides in
    lives in / currently lives in
    lives in / still lives in
    lives in / has been living in
    lives in a / lives in
    Lives In / lives in
    lived in / used to live in
    lived in / was living in
    used to reside in / lived in
    work at / works for
    work for / is working for
    works at / is employed by
    is working as / works as
    work as / has the job
    has the profession / has the occupation
    has the job / job is
    name is / is named
    is named / is called
    are named / is named
    is called / has the name
    name / is named
    her name is / is named
    allergic to / is allergic to
    have an allergy to / has an allergy to
    has an allergy to / is allergic to
    are allergic to / is allergic to
    married to / is married to
    is married to / has a wife named
    is married to / has the husband
    has the wife / has the spouse
    has the mother / has the mum
    has a mum called / has the mom
    mother is / has the mother
    has a sister named / has the sister
    has sisters named / has the sister
    has got a brother called / has the brother
    has two kids / has two kids
    has the child / has children named
    has the favourite colour / has the favorite color
    favourite colour is / has the favourite colour
    has as favourite colour / has the favourite colour
    has the birthday / has a birthday on
    birthday is on / has the birthday
    was born in / born in
    was born on / has the date of birth
    was born in / is born in
    were born in / was born in
    originates from / comes from
    comes from / is from
    is originally from / originates from
    is written by / was written by
    was founded by / is founded by
    is a member of / is member of
    is a fan of / are fans of
    is afraid of / is scared of
    does not eat / doesn't eat
    does not eat / never eats
    don't eat / does not eat
    can't eat / cannot eat
    no longer lives in / doesn't live in any more
    no longer lives in / stopped living in
    no longer smokes / quit smoking
    no longer smokes / gave up smoking
    started smoking / smokes
    is going to live in / will live in
    has to work in / must work in
    has a dog named / has dogs named
    has a landlord called / has the landlord
    landlord is / has the landlord
    studies at / is studying at
    is studying / studies
    is writing for / writes for
    is baking for / bakes for
    used to feel like / felt like
    takes care of / is taking care of
    speaks / is speaking
    speaks / can speak
    visited / has visited
    owns / own
    owns / is the owner of
    plays for / is playing for
    is aged / has the age
    age is / is aged
    is situated in / is located in
    sponsors / is sponsoring
    drives a / drives
    moved to / has moved to
    moved to / relocated to
    weighs / weight is
    graduated from / has graduated from
    phone number is / has the telephone number
    is scheduled for / is planned for
    shoe size / has the shoe size
    best friend / has the best friend
""".strip().splitlines()

REPLACES = """
    my sister / lives in / Oslo > my sister / lives in / Rome
    my sister / lives in / Oslo > my sister / is living in / Rome
    my sister / resides in / Oslo > my sister / moved to / Rome
    my brother / work at / Siemens > my brother / work for / Bosch
    my brother / works for / Siemens > my brother / works in / a bakery
    my brother / works as / a nurse > my brother / works as / a teacher
    my brother / has the job / nurse > my brother / works as / teacher
    I / is married to / Tom > I / has the husband / Paul
    I / has a wife named / Ann > I / is married to / Eve
    I / has the birthday / 3 May > I / birthday is on / 4 May
    my sister / was born in / Riga > my sister / was born in / Oslo
    my sister / was born in / 1990 > my sister / was born in / 1991
    my sister / is aged / 7 > my sister / is aged / 8
    my dog / is named / Rex > my dog / is called / Max
    I / name is / Nadia > I / has the name / Nadja
    I / has the favourite colour / red > I / favourite color is / blue
    I / has the favourite dish / soup > I / has the favourite dish / stew
    I / has the boss / Kim > I / has a boss called / Lee
    I / has the dentist / Dr Ray > I / has the dentist / Dr Bo
    I / phone number is / 123 > I / has the phone number / 456
    I / has the best friend / Ann > I / has the best friend / Eve
    I / shoe size is / 38 > I / shoe size is / 39
    I / has the shift pattern number / 4 > I / has the shift pattern number / 5
    my keys / are in / the kitchen > my keys / are in / the car
    my bike / is kept in / the attic > my bike / is stored in / the shed
    my parents / live in / Faro > my parents / live in / Porto
    the exam / is on / 14 June > the exam / is on / 5 July
    the meeting / starts at / 3 pm > the meeting / starts at / 4 pm
    my brother / likes / jazz > my brother / hates / jazz
    my brother / loves / jazz > my brother / does not like / jazz
    my uncle / eats / meat > my uncle / never eats / meat
    my uncle / does not eat / meat > my uncle / eats / the meat
    my sister / lives in / Oslo > my sister / no longer lives in / Oslo
    my sister / works as / a nurse > my sister / used to work as / a nurse
    my sister / is a / nurse > my sister / was a / nurse
    I / smokes / cigars > I / stopped smoking / cigars
    I / is married to / Tom > I / is divorced from / Tom
    I / is married to / Tom > I / has the ex-husband / Tom
    I / owns / a van > I / sold / the van
    I / drinks / coffee > I / gave up / coffee
    my tea / costs / 3 euros > my tea / costs / 4 euros
    my dog / is named / May > my dog / is named / Rex
    I / has the address / 12 hill road > I / has the address / rose cottage
    France / has the capital / Paris > France / has the capital / Lyon
""".strip().splitlines()

STAYS = """
    my sister / was born in / Riga > my sister / was born in / 1990
    my sister / was born in / Riga > my sister / was born on / 3 May 1990
    my sister / was born in / Riga > my sister / lives in / Oslo
    I / is allergic to / nuts > I / has an allergy to / shrimps
    I / has the friend / Ann > I / has a friend named / Eve
    I / speaks / Greek > I / speaks / Polish
    I / has the pet / Rex > I / has the pet / Tom
    I / has a dog named / Rex > I / has a dog named / Max
    I / has the sister / Ann > I / has the sister / Eve
    I / has the hobby / chess > I / has the hobby / golf
    I / has the husband / Tom > I / has the ex-husband / Paul
    I / has the ex-husband / Tom > I / has the ex-husband / Paul
    I / likes / jazz > I / likes / blues
    I / likes / jazz > I / loves / jazz
    I / likes / jazz > I / hates / blues
    I / would like / a cat > I / hates / a cat
    my uncle / eats / meat > my uncle / does not eat / fish
    I / frobnicates / a gizmo > I / frobnicates / a widget
    I / sponsors / Ann > I / sponsors / Eve
    my dogs / are named / Rex > my dogs / are named / Luna
    my children / are aged / 4 > my children / are aged / 7
    my sister / lives in / Ghent > my sister / lives in / a student house
    my sister / lives in / Berlin > my sister / lives in / Germany
    my sister / lives in / Cork, Ireland > my sister / lives in / Cork
    my son / works in / a bakery > my son / works in / Leeds
    my son / works in / a bakery > my son / works in / catering
    my son / works for / Tesco > my son / works as / a baker
    my son / works as / a baker > my son / works since / 2019
    my sister / lived in / Oslo > my sister / lives in / Rome
    my sister / lives in / Rome > my sister / lived in / Oslo
    I / has visited / Rome > I / has visited / Oslo
    I / moved to / Rome > I / lives in / Oslo
    I / lives in / Oslo > I / moves to / Rome
    I / bought / a car > I / bought / a bike
    I / has the uncle / Tom > I / has the uncle / Paul
    I / is a / nurse > I / is a / mother
    I / is a member of / a choir > I / is a member of / a club
    I / is in / a choir > I / is in / a book club
    I / wants / a boat > I / does not want / a car
    I / plays / tennis > I / plays for / Leeds
    I / has the phone number / 123 > I / has the house number / 12
    I / bought / two shirts > I / bought / three shirts
    I / has the favourite book / Emma > I / has favourite books / Dune
    I / owns / a van > I / did not sell / the van
    I / owned / a van > I / sold / the van
    I / lives in / Rome > I / has lived in / Rome
    Ann Lee / is named / Ann Lee > Ann Lee / is called / Ann
""".strip().splitlines()

OPPOSITE = """
    likes / hates
    likes / dislikes
    loves / hates
    enjoys / does not enjoy
    loves / does not like
    eats / does not eat
    eats / never eats
    eats / doesn't eat
    eats / can't eat
    can swim / cannot swim
    is allergic to / is not allergic to
    is a fan of / dislikes
    is fond of / can't stand
    is married to / is not married to
    is happy with / is unhappy with
    is able to lift / is unable to lift
    lives in / does not live in
    lives in / no longer lives in
    smokes / quit smoking
    has / does not have
    has the car / has no car
    agrees with / disagrees with
    trusts / distrusts
    supports / opposes
    is for / is against
    owns / doesn't own
    drinks / avoids
    wants / does not want
    is vaccinated against / isn't vaccinated against
    has visited / has never visited
""".strip().splitlines()

NOT_OPPOSITE = """
    likes / likes
    likes / loves
    hates / dislikes
    likes / eats
    does not like / hates
    does not love / likes
    likes / used to hate
    likes / would not like
    eats / drinks
    eats / does not drink
    is allergic to / is afraid of
    plays / displays
    covers / discovers
    covers / does not discover
    works for / does not work as
    lives in / does not live with
    has the brother / has no sister
    is able to lift / is unable to carry
    can eat / could not find
    ate / does not eat
    does not eat / never eats
    no longer eats / does not eat
    can agree with / disagrees with
    covers / uncovers
""".strip().splitlines()


def pairs(table: list[str]) -> list[tuple[str, str]]:
    return [tuple(part.strip() for part in line.split("/")) for line in table]  # type: ignore[misc]


def words(table: str) -> list[str]:
    return [word.strip() for word in table.replace("\n", "/").split("/") if word.strip()]


def facts(line: str) -> tuple[Triple, Triple]:
    old, new = (Triple(*map(str.strip, half.split("/"))) for half in line.split(">"))
    return old, new


@pytest.mark.parametrize(("one", "other"), pairs(APART))
def test_what_is_near_is_not_the_same(one: str, other: str) -> None:
    assert not LEXICON.same(one, other)


@pytest.mark.parametrize(("one", "other"), pairs(ONE))
def test_one_relation_has_many_wordings(one: str, other: str) -> None:
    assert LEXICON.same(one, other)


@pytest.mark.parametrize("line", REPLACES, ids=str.strip)
def test_a_new_value_replaces_what_cannot_stay_beside_it(line: str) -> None:
    old, new = facts(line)
    assert LEXICON.replaces(new, old)


@pytest.mark.parametrize("line", STAYS, ids=str.strip)
def test_and_nothing_else(line: str) -> None:
    old, new = facts(line)
    assert not LEXICON.replaces(new, old)


@pytest.mark.parametrize(("one", "other"), pairs(OPPOSITE))
def test_opposites_cannot_both_be_said_of_one_thing(one: str, other: str) -> None:
    assert LEXICON.opposite(one, other)
    assert LEXICON.opposite(other, one)


@pytest.mark.parametrize(("one", "other"), pairs(NOT_OPPOSITE))
def test_what_can_both_be_so_is_no_opposite(one: str, other: str) -> None:
    assert not LEXICON.opposite(one, other)
    assert not LEXICON.opposite(other, one)


FOREIGN = """
    wohnt in / heißt / ist verheiratet mit / kommt aus / arbeitet als / die Mutter ist / mag
    vive en / se llama / trabaja como / come carne / has comido / habite à / a peur de / est né à
    è nato a / is geboren in / woont in / is bang voor / bor i / jobbar som / gosta de / mieszka w
    the / not / ... / живёт в / का नाम है / に住んでいる / 住在 / يسكن في / 👍
"""


@pytest.mark.parametrize("relation", words(FOREIGN))
def test_what_is_not_english_is_its_own_key(relation: str) -> None:
    assert LEXICON.fold(relation) == normalize(relation)
    assert not LEXICON.single_valued(relation)
    assert not LEXICON.is_past(relation)


_WORDS = st.sampled_from(
    "is are was has had does did not never no longer used to can would a the my in at of named "
    "lives living worked name dogs best mother stopped smoking until 's don't promotor क".split()
)


@given(st.one_of(st.text(max_size=12), st.lists(_WORDS, max_size=6).map(" ".join)))
@settings(deadline=None)
def test_the_key_of_a_key_is_that_key(relation: str) -> None:
    key = LEXICON.fold(relation)
    assert LEXICON.fold(key) == key
    assert LEXICON.same(relation, key)


@pytest.mark.parametrize("relation", LEXICON.wordings)
def test_a_ranked_wording_is_a_key(relation: str) -> None:
    assert LEXICON.fold(LEXICON.fold(relation)) == LEXICON.fold(relation)
    assert normalize(relation) in LEXICON.synonyms(relation)


@pytest.mark.parametrize(
    ("relation", "kind"),
    [
        ("lives in", "place"), ("is residing in", "place"), ("has a wife named", "person"),
        ("birthday is", "date"), ("has the shoe size", "amount"), ("name is", "name"),
        ("works as", "job"), ("hobby is", "activity"), ("has the business partner", "person"),
        ("stays until", "date"), ("frobnicates", ""), ("wohnt in", ""),
    ],
)
def test_the_kind_of_its_values(relation: str, kind: str) -> None:
    assert LEXICON.kind(relation) == kind


ONE_VALUE = """
    has the spouse / has the mum / has the boss / has the favourite colour / has the age / is aged
    has the height / has the name / has the address / has the capital / has the best friend
    has the oldest brother / has the main hobby / has the shoe size / has the locker code
    has the work address / stays until / works there since / has the career / has the landlord
"""
MANY_VALUES = """
    has the friend / has the sister / has the brother / has the child / has the hobby
    has a dog named / has the allergy / has the pet / has the language / has the ex-husband
    has the business partner / has the phone numbers / has the guest room / has the test result
    frobnicates / is / is a / has visited / used to live in / does not live in / would live in
    lived in / pay in rent / knows password / 喜欢
"""


@pytest.mark.parametrize("relation", words(ONE_VALUE))
def test_one_at_a_time(relation: str) -> None:
    assert LEXICON.single_valued(relation)


@pytest.mark.parametrize("relation", words(MANY_VALUES))
def test_many_and_what_nobody_knows(relation: str) -> None:
    assert not LEXICON.single_valued(relation)


@pytest.mark.parametrize(
    ("subject", "single"),
    [
        ("my dog", True), ("my dogs", False), ("Rex and Luna", False), ("the children", False),
        ("James", True), ("my boss", True), ("we", False),
    ],
)
def test_several_subjects_have_a_name_each(subject: str, single: bool) -> None:
    assert LEXICON.single_valued("is named", subject=subject) == single
    assert LEXICON.single_valued("lives in", subject=subject)


@pytest.mark.parametrize(
    ("relation", "present"),
    [
        ("was a", "is a"), ("used to live in", "lives in"), ("lived in", "lives in"),
        ("no longer works at", "works for"), ("stopped smoking", "smokes"),
        ("doesn't live in any more", "lives in"), ("had the landlord", "has the landlord"),
        ("was living in", "lives in"), ("studied at", "studies at"),
        ("was married to", "is married to"),
    ],
)
def test_a_wording_that_says_that_it_is_over(relation: str, present: str) -> None:
    assert LEXICON.is_past(relation)
    assert LEXICON.present(relation) == present


@pytest.mark.parametrize(
    "relation",
    "was born in/lives in/has visited/was written by/moved to/was repaired by/is a/has been to/"
    "did not live in/originated from/has lived in/is named after".split("/"),
)
def test_a_wording_that_does_not(relation: str) -> None:
    assert not LEXICON.is_past(relation)


@pytest.mark.parametrize(
    "relation", ["rents", "wants for dinner", "needs in tea", "has lived in", "has resided in"]
)
def test_a_key_is_kept(relation: str) -> None:
    assert LEXICON.fold(relation) == LEXICON.fold(LEXICON.fold(relation))
    assert LEXICON.present(relation) == LEXICON.present(LEXICON.fold(relation))


@pytest.mark.parametrize(
    ("text", "its"),
    [
        ("yes", "yes or no"), ("the Netherlands", "name"), ("the attic", "definite"),
        ("about 80 kg", "amount"), ("80kg", "amount"), ("7 Hill Road", "name"), ("nurse", "bare"),
        ("the first of May", "date"), ("half past three", "date"), ("6 till 2", "date"),
        ("last year", "date"), ("5", "amount"), ("1990", "date"), ("", "bare"),
    ],
)
def test_the_form_of_a_value(text: str, its: str) -> None:
    assert form(text) == its


def test_what_a_value_is_of_and_whose_it_is() -> None:
    assert (unit("80kg"), unit("about forty hives"), unit("Oslo")) == ("kg", "hives", "")
    assert (value("a +"), value("the kitchen")) == ("a +", "kitchen")
    assert not are_several("Dogs")


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        ("two cats", "three cats", True),
        ("two cats", "one cat", True),
        ("two cats", "three dogs", False),
        ("two cats", "a dog", False),
        ("a cat", "a dog", False),
    ],
)
def test_a_count_replaces_a_count_of_the_same(old: str, new: str, replaced: bool) -> None:
    assert LEXICON.replaces(Triple("I", "has", new), Triple("I", "has", old)) == replaced


def test_the_article_of_a_relation_is_that_of_its_value() -> None:
    city, house = Triple("I", "lives in", "Ghent"), Triple("I", "lives in a", "bedsitter")
    assert LEXICON.same(city.relation, house.relation)
    assert not LEXICON.replaces(house, city)
    assert LEXICON.replaces(Triple("I", "lives in", "a flat"), house)


def test_an_app_adds_its_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        """
        ranked = ["is fed at"]
        [relations]
        "is fed at" = { values = "one", kind = "date", also = ["gets food at"] }
        "lives in" = { values = "many" }
        [nouns]
        keeper = { values = "one", kind = "person", also = ["zookeeper"] }
        """,
        encoding="utf-8",
    )
    lexicon = LEXICON.extended(path)
    assert lexicon.wordings == (*LEXICON.wordings, "is fed at")
    assert lexicon.single_valued("was fed at") is False
    assert lexicon.single_valued("are fed at")
    assert lexicon.same("gets food at", "is fed at")
    assert lexicon.same("zookeeper is", "has a keeper named")
    assert lexicon.single_valued("has the keeper")
    assert not lexicon.single_valued("lives in")
    assert LEXICON.single_valued("lives in")
    assert not LEXICON.single_valued("has the keeper")


@pytest.mark.parametrize("wording", ["lives in", "resides in", "is dwelling in"])
def test_an_app_names_what_has_many(wording: str) -> None:
    lexicon = LEXICON.extended({"relations": {wording: {"values": "many"}}})
    assert lexicon.same("resides in", "lives in")
    oslo, rome = (Triple("I", "lives in", city) for city in ("Oslo", "Rome"))
    assert not lexicon.replaces(rome, oslo)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"relations": {"eats": {"value": "one"}}}, "value"),
        ({"relations": {"eats": {"values": "two"}}}, "'one' or 'many'"),
        ({"relations": {"eats": {"also": "devours"}}}, "list"),
        ({"relation": {}}, "'relation'"),
    ],
)
def test_data_that_is_none_is_refused(data: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidInputError, match=named):
        LEXICON.extended(data)


@pytest.mark.parametrize("text", ["", "[relations"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    if text:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError, match="no TOML file"):
        LEXICON.extended(path)


def test_the_dictionary_is_loaded_when_it_is_wanted() -> None:
    program = (
        "import sys; from langchain_kgt.lexicon import Lexicon; "
        "l = Lexicon.shipped(); l.fold('resides in'); print('simplemma' in sys.modules); "
        "l.fold('is snoring in'); print('simplemma' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["False", "True"]
