"""Everyday questions of one person: each says its own relation, and no answer erases another."""

from __future__ import annotations

from tests.stub_models import reading_memory

# What is asked, the answer, and the relations that say what was asked.
EVERYDAY = [
    ("What should people call me?", "Bea", {"is called", "is named", "should be called"}),
    ("Which city do I live in?", "Tartu", {"lives in"}),
    ("Where did I grow up?", "on a farm near Cork", {"grew up", "grew up in", "grew up on"}),
    ("Where was I born?", "Galway", {"was born in"}),
    ("When was I born?", "3 May 1988", {"was born on", "was born in"}),
    ("What do I do for work?", "beekeeper", {"works as", "does for work", "has the job"}),
    ("Who do I work for?", "the county council", {"works for"}),
    ("Who is my boss?", "Marta", {"has the boss"}),
    ("Who am I married to?", "Jonas", {"is married to"}),
    ("How many brothers do I have?", "three", {"has brothers", "has the number of brothers"}),
    ("Which languages do I speak?", "Irish and Estonian", {"speaks", "speaks the languages"}),
    ("What am I allergic to?", "wasp stings", {"is allergic to"}),
    ("What medicine do I take?", "ibuprofen", {"takes the medicine", "takes"}),
    ("What's my blood type?", "AB-", {"has the blood type"}),
    ("What do I have for breakfast?", "porridge", {"has for breakfast"}),
    ("How do I take my coffee?", "black", {"takes their coffee"}),
    ("Which instrument do I play?", "the fiddle", {"plays", "plays the instrument"}),
    ("What car do I drive?", "an old Saab", {"drives", "drives the car"}),
    ("What is my shoe size?", "39", {"has the shoe size"}),
    ("Who cuts my hair?", "Ingrid", {"has the hair cut by", "has hair cut by", "is cut by"}),
    ("Which gym do I go to?", "Kraftwerk", {"goes to", "goes to the gym"}),
    ("What time do I get up?", "at six", {"gets up", "gets up at"}),
    ("Where do I keep my spare keys?", "under the blue pot", {"are kept"}),
    ("What am I reading?", "Middlemarch", {"is reading"}),
]


def test_every_answer_says_what_was_asked_and_all_of_them_stay() -> None:
    memory = reading_memory()
    wrong = {}
    for question, answer, right in EVERYDAY:
        update = memory.correct(question, answer, user_id="ann")
        assert update.retired == ()
        for triple in update.added:
            if {triple.relation, triple.relation.rpartition(" ")[0]}.isdisjoint(right):
                wrong[question] = str(triple)
    assert wrong == {}
    live = [fact.triple.object for fact in memory.facts(user_id="ann")]
    assert len(live) == 25
    for _, answer, _ in EVERYDAY:
        if answer != "Irish and Estonian":
            assert any(answer.endswith(value) for value in live)
