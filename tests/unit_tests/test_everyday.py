"""What people say of every day, and what a graph has of it afterwards; each stands for a kind."""

from __future__ import annotations

import pytest

from tests.unit_tests.test_small_cases import memory_of, stand, stand_after

ALLERGIC = "What am I allergic to?"
PETS = "What pets do I have?"
WORK = "Where do I work?"


@pytest.mark.parametrize(
    ("told", "asked", "stands"),
    [
        # What is no longer so was so: "still" asks for that.
        ([("I", "play", "the violin")], [("Do I still play the violin?", "No")],
         ["the user plays the violin [ended]"]),
        ([("I", "play", "the violin")], [("Do I still play the violin?", "I gave it up in 2019")],
         ["the user gave up the violin [ended, until 2019]",
          "the user plays the violin [ended, until 2019]"]),
        ([], [("Does my son still smoke?", "Yes")], ["my son does smoke"]),
        ([], [("Does my son still smoke?", "No, he never did")], ["my son does not smoke"]),
        ([], [("Is my aunt still a nurse?", "No, she's a baker now")],
         ["my aunt is a baker", "my aunt is a nurse [ended]"]),
        # "Also", "too", "and": beside what was answered before.
        ([], [(ALLERGIC, "penicillin"), (ALLERGIC, "latex too")],
         ["the user is allergic to latex", "the user is allergic to penicillin"]),
        ([], [(ALLERGIC, "penicillin"), (ALLERGIC, "I'm also allergic to latex")],
         ["the user is allergic to latex", "the user is allergic to penicillin"]),
        ([], [(ALLERGIC, "penicillin"), (ALLERGIC, "latex")],
         ["the user is allergic to latex", "the user is allergic to penicillin [mistaken]"]),
        ([], [(ALLERGIC, "penicillin"), (ALLERGIC, "No, latex")],
         ["the user is allergic to latex", "the user is allergic to penicillin [mistaken]"]),
        ([], [("Where do I live?", "Rome"), ("Where do I live?", "also in Oslo")],
         ["the user lives in Oslo", "the user lives in Rome [mistaken]"]),
        # None of them.
        ([("my dog", "is allergic to", "chicken")],
         [("What is my dog allergic to?", "He isn't allergic to anything")],
         ["my dog is allergic to chicken [mistaken]", "my dog is not allergic to anything"]),
        # Lists and what belongs together.
        ([], [("What is my son good at?", "maths and chess")],
         ["my son is good at chess", "my son is good at maths"]),
        ([], [("What do I drink in the morning?", "black coffee, no sugar")],
         ["the user drinks in the morning black coffee, no sugar"]),
        # Amounts that changed.
        ([], [("What is my weight?", "81 kilos"), ("What is my weight?", "I'm down to 78 kilos")],
         ["the user has the weight 78 kilos", "the user has the weight 81 kilos [ended]"]),
        # Work and school that begin.
        ([("I", "work at", "Siemens")], [(WORK, "I started at Bosch in October")],
         ["the user works at Bosch [since 2026-10]",
          "the user works at Siemens [ended, until 2026-10]"]),
        ([], [("What school does my son go to?", "He joined Eton in September")],
         ["my son goes to the school Eton [since 2026-09]"]),
        # One of those who were answered is no more.
        ([], [(PETS, "a hamster and two cats"), (PETS, "The hamster died last week")],
         ["the hamster has died [2026-W47]",
          "the user has the pets a hamster [ended, until 2026-W47]",
          "the user has the pets two cats"]),
        ([], [("Who is my girlfriend?", "Lena"), ("Who is my girlfriend?", "Lena is my ex now")],
         ["Lena is my ex", "the user has the girlfriend Lena [ended]"]),
        ([], [("Who is my doctor?", "Dr Lis"),
              ("Who is my doctor?", "Dr Lis retired, now I see Dr Rao")],
         ["Dr Lis has retired", "the user has the doctor Dr Lis [ended]",
          "the user has the doctor Dr Rao"]),
        # Who has what was asked for.
        ([], [(PETS, "I have a snake")], ["the user has the pets a snake"]),
        ([], [(PETS, "a cat"), (PETS, "I got a dog in May")],
         ["the user has the pets a cat", "the user has the pets a dog [since 2026-05]"]),
        ([], [("What car do I have?", "a Fiat"), ("What car do I have?", "I bought a Kia in May")],
         ["the user has the car a Fiat [ended, until 2026-05]",
          "the user has the car a Kia [since 2026-05]"]),
        ([], [("What phone do I have?", "a Nokia"), ("What phone do I have?", "It broke")],
         ["my phone has broken", "the user has the phone a Nokia [ended]"]),
        # Who is meant by "he" and "it".
        ([], [("Who is my doctor?", "Dr Lis"), ("Who is my doctor?", "She lives in Ghent")],
         ["my doctor lives in Ghent", "the user has the doctor Dr Lis"]),
        ([], [("Who is Tom's wife?", "She's a nurse")], ["Tom's wife is a nurse"]),
        ([], [("Where do I live?", "It is cold here")], []),
        ([], [("Who's picking up the kids?", "My husband is")],
         ["the kids are being picked up by My husband"]),
        # What is planned is yet to come.
        ([("my sister", "lives in", "Lyon")],
         [("Where does my sister live?", "She's moving to Nice next month")],
         ["my sister is moving to Nice [since 2026-12]", "my sister lives in Lyon"]),
        ([], [("When is my appointment?", "It's been moved to Wednesday at 11")],
         ["my appointment is on Wednesday at 11 [2026-12-02T11:00]"]),
        # Words of their own, beside "is".
        ([], [("Is my brother single?", "No, he's engaged to Mei")],
         ["my brother is engaged to Mei", "my brother is not single"]),
        ([], [("Who's my son's godmother?", "That would be Ilse")],
         ["my son has the godmother Ilse"]),
        ([], [("Where do I buy my bread?", "At the bakery, never at the supermarket")],
         ["my bread is bought at the bakery"]),
        ([], [("What size T-shirt do I wear?", "M")], ["the user wears M"]),
        # The points of an address end no clause.
        ([], [("What's my email address?", "I changed it to b@y.org in May")],
         ["the user has the email address b@y.org [since 2026-05]"]),
        # Somebody else is.
        ([], [("Where does my brother work?", "at IKEA"),
              ("Where does my brother work?", "That's my sister.")],
         ["my brother works at IKEA [doubtful]"]),
    ],
)  # fmt: skip
def test_what_stands_afterwards(
    told: list[tuple[str, str, str]], asked: list[tuple[str, str]], stands: list[str]
) -> None:
    assert stand_after(told, asked) == sorted(stands)


def test_you_is_the_user_where_the_assistant_speaks() -> None:
    memory = memory_of()
    memory.tell("you", "are allergic to", "eggs", user_id="ann", said_by="assistant")
    memory.tell("your dog", "eats", "carrots", user_id="ann", said_by="assistant")
    assert stand(memory) == ["my dog eats carrots", "the user is allergic to eggs"]
