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
        # What was told in the question's own words is its answer too.
        ([("my doctor", "is", "Dr Abel"), ("my doctor", "is", "very kind")],
         [("Who's my doctor?", "Dr Benn")],
         ["my doctor is Dr Abel [mistaken]", "my doctor is very kind",
          "the user has the doctor Dr Benn"]),
        ([("my sister-in-law's birthday", "is", "8 March")],
         [("What's my sister-in-law's birthday?", "Actually it's the 9th of March")],
         ["my sister-in-law has the birthday the 9th of March [2027-03-09]",
          "my sister-in-law's birthday is 8 March [mistaken]"]),
        ([("my favourite colour", "is", "blue")], [("What's my favourite colour?", "green")],
         ["my favourite colour is blue [doubtful]", "the user has the favourite colour green"]),
        ([("my doctor", "is", "German")], [("Who's my doctor?", "Dr Benn")],
         ["my doctor is German [doubtful]", "the user has the doctor Dr Benn"]),
        ([("my favourite food", "is", "very spicy")], [("What's my favourite food?", "pizza")],
         ["my favourite food is very spicy", "the user has the favourite food pizza"]),
        ([("my neighbour", "is", "a Londoner")], [("Who's my neighbour?", "Tom")],
         ["my neighbour is a Londoner", "the user has the neighbour Tom"]),
        ([("my sister", "is", "a nurse")], [("Who is my sister?", "Anna")],
         ["my sister is a nurse", "the user has the sister Anna"]),
        # The same relation asked for in other words.
        ([], [("What's my car's licence plate?", "B-KL 1"),
              ("What's the licence plate of my car?", "B-LK 2")],
         ["my car has the licence plate B-KL 1 [mistaken]", "my car has the licence plate B-LK 2"]),
        # Of what is no more, the whole fact.
        ([("user", "is married to", "Ed")], [("Am I married?", "Not anymore, I'm divorced")],
         ["the user is divorced", "the user is married to Ed [ended]"]),
        ([("user", "smokes", "cigarettes")], [("Do I smoke?", "No")],
         ["the user does not smoke", "the user smokes cigarettes [mistaken]"]),
        ([("user", "smokes", "cigarettes")], [("Do I smoke?", "I've never smoked in my life")],
         ["the user has never smoked", "the user smokes cigarettes [mistaken]"]),
        ([("user", "likes", "chocolate ice cream")], [("Do I like chocolate?", "No")],
         ["the user does not like chocolate", "the user likes chocolate ice cream"]),
        # "Not any more" is an answer, whatever follows.
        ([("user", "owns", "a bike")], [("Do I own a bike?", "Not any more, sadly.")],
         ["the user owns a bike [ended]"]),
        ([("user", "owns", "a bike")], [("Do I own a bike?", "Not any more, since 2019")],
         ["the user owns a bike [ended, until 2019]"]),
        ([("user", "is", "vegan")], [("Am I vegan?", "Not any more, I eat fish again")],
         ["the user eats fish", "the user is vegan [ended]"]),
        ([("user", "owns", "a bike")],
         [("Do I own a bike?", "Not any more, it got stolen in August")],
         ["the user owns a bike [ended, until 2026-08]"]),
        ([("user", "takes", "ibuprofen"), ("user", "takes", "iron tablets")],
         [("What medication do I take?", "No more ibuprofen")],
         ["the user takes ibuprofen [ended]", "the user takes iron tablets"]),
        ([], [("What's my favourite colour?", "Used to be blue. These days it's green.")],
         ["the user has the favourite colour blue [ended]",
          "the user has the favourite colour green"]),
        ([], [("What's my favourite band?", "Radiohead"),
              ("What's my favourite band?", "Changed my mind: Portishead")],
         ["the user has the favourite band Portishead",
          "the user has the favourite band Radiohead [ended]"]),
        # What is so since lately, or was measured today, was otherwise before.
        ([("my mum", "lives in", "Hull")], [("Where does my mum live?", "In York since October")],
         ["my mum lives in Hull [ended, until 2026-10]", "my mum lives in York [since 2026-10]"]),
        ([("my mum", "lives in", "Hull")],
         [("Where does my mum live?", "She has lived in York since 1990")],
         ["my mum lives in Hull [mistaken]", "my mum lives in York [since 1990]"]),
        ([("user", "weighs", "82 kilos")], [("How much do I weigh?", "80.5 this morning")],
         ["the user weighs 80.5", "the user weighs 82 kilos [ended]"]),
        # Words that are no value.
        ([], [("What is my locker number?", "114"), ("What is my locker number?", "Typo: 141")],
         ["the user has the locker number 114 [mistaken]", "the user has the locker number 141"]),
        ([], [("Which team do I support?", "Tottenham. Always have.")],
         ["the user supports Tottenham"]),
        ([], [("Do I like olives?", "can't stand them")], ["the user cannot stand olives"]),
        ([], [("Do I like olives?", "Love them!")], ["the user loves olives"]),
        ([], [("What's my favourite film?", "Love Actually. Watch it.")],
         ["the user has the favourite film Love Actually"]),
        # One of several; and a name.
        ([], [("Which of my kids has a peanut allergy?", "Emil"),
              ("Which of my kids has a peanut allergy?", "No, not Emil. It's Ida.")],
         ["a peanut allergy is with Emil [mistaken]", "a peanut allergy is with Ida"]),
        ([("my neighbour", "is called", "Frank")], [("Is my neighbour's name Fred?", "Yes")],
         ["my neighbour is called Frank [mistaken]", "my neighbour is called Fred"]),
        ([], [("Is my name Anna?", "No, it's Hanna")], ["the user is named Hanna"]),
    ],
)
def test_the_old_goes_however_it_was_told(
    told: list[tuple[str, str, str]], asked: list[tuple[str, str]], stands: list[str]
) -> None:
    assert stand_after(told, asked) == sorted(stands)


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
        # What comes again has no date after which it would be over.
        ([], [("When does the parish newsletter come out?", "The last Tuesday of the month")],
         ["the parish newsletter comes out on The last Tuesday of the month"]),
        ([], [("When does my choir rehearse?", "Friday evening, usually")],
         ["my choir rehearses on Friday evening"]),
        ([], [("When are the bins collected?", "First and third Tuesday")],
         ["the bins are collected on First and third Tuesday"]),
        ([], [("When does the book club meet?", "It meets the first Thursday of the month.")],
         ["the book club meets on the first Thursday of the month"]),
        ([], [("When is my driving test?", "It's on Friday")],
         ["my driving test is on Friday [2026-12-04]"]),
        ([], [("When are the bins collected?", "Friday")], ["the bins are collected on Friday"]),
        # What starts or leaves does so once.
        ([], [("When does my flight leave?", "Saturday at 10 am")],
         ["my flight leaves on Saturday at 10 am [2026-11-28T10:00]"]),
        ([], [("When does the post come?", "10 am, usually")], ["the post comes at 10 am"]),
        ([], [("When is the wedding?", "next Saturday in Rome")],
         ["the wedding is on 2026-12-05 in Rome [2026-12-05]"]),
        ([], [("When is my exam?", "8:15"), ("When is my exam?", "9:30, not 8:15")],
         ["my exam is at 8:15 [mistaken]", "my exam is at 9:30"]),
        # What was, was before; what has to be done will be.
        ([], [("When did I stop smoking?", "three years ago")],
         ["the user stopped smoking in 2023 [2023]"]),
        ([], [("When does my car need its inspection?",
               "It has to be done by the 14th of December")],
         ["my car has to be done [until 2026-12-14]"]),
        ([], [("When did my brother arrive?", "on Friday")],
         ["my brother arrived on Friday [2026-11-20]"]),
        ([], [("What is my cat called?", "Her name's Pickles")],
         ["my cat is named Pickles"]),
        # A list, whatever the parse makes of it; and who it is, not what.
        ([], [("Who do I spend Christmas with?", "friends, family")],
         ["the user spends Christmas with family", "the user spends Christmas with friends"]),
        ([], [("Where does my brother live?", "He, lives in Rome")], ["my brother lives in Rome"]),
        ([], [("What am I allergic to?", "peanuts, shellfish")],
         ["the user is allergic to peanuts", "the user is allergic to shellfish"]),
        ([], [("Who covers for my colleague Nadia?", "the trainee, Solène")],
         ["my colleague Nadia is covered for by Solène"]),
        # What is over and what is so instead, in two clauses or one and a half.
        ([], [("What car do I drive?", "a Golf"),
              ("What car do I drive?", "I sold the Golf and bought a Zoe")],
         ["the user drives a Golf [ended]", "the user drives a Zoe"]),
        ([], [("What car do I drive?", "a Golf"),
              ("What car do I drive?", "Sold the Golf, got a Zoe")],
         ["the user drives a Golf [ended]", "the user drives a Zoe"]),
        ([], [("What does my son play?", "the cello"),
              ("What does my son play?", "He dropped the cello and took up drums")],
         ["my son plays drums", "my son plays the cello [ended]"]),
        ([], [("What do I drink in the morning?", "coffee"),
              ("What do I drink in the morning?", "I gave up coffee, tea now")],
         ["the user drinks in the morning coffee [ended]", "the user drinks in the morning tea"]),
        ([], [("What am I reading?", "Dune"),
              ("What am I reading?", "Finished it, now on Hyperion")],
         ["the user is reading Dune [ended]", "the user is reading Hyperion"]),
        ([], [("What is my salary?", "3200"), ("What is my salary?", "I got a raise, 3500")],
         ["the user got a raise", "the user has the salary 3200 [ended]",
          "the user has the salary 3500"]),
        ([], [("What is my phone number?", "0171 221"),
              ("What is my phone number?", "New one: 0171 222")],
         ["the user has the phone number 0171 221 [ended]",
          "the user has the phone number 0171 222"]),
        ([], [("Who cuts my hair?", "Marco"),
              ("Who cuts my hair?", "Marco went back to Italy so Jess does it")],
         ["Marco went back to Italy", "my hair is cut by Jess",
          "my hair is cut by Marco [ended]"]),
        ([], [("What does my dog eat?", "kibble"),
              ("What does my dog eat?", "The vet took him off it, so it's salmon")],
         ["my dog eats kibble [ended]", "my dog eats salmon", "the vet took him off it"]),
        ([], [("What is my cat called?", "Biscuit"),
              ("What is my cat called?", "No cats in the house any more")],
         ["my cat is named Biscuit [ended]"]),
        # What stays so stays.
        ([], [("What is my sister studying?", "law"),
              ("What is my sister studying?", "Yeah she's still doing that")],
         ["my sister is studying law"]),
        ([], [("When is my wedding?", "18 July 2027"),
              ("When is my wedding?", "no change there, deposit's paid")],
         ["my wedding is on 18 July 2027 [2027-07-18]"]),
        # What says something else is no name.
        ([], [("What is my boss called?", "Christina"),
              ("What is my boss called?", "spelt without the h")],
         ["my boss is named Christina"]),
        ([], [("Who is my energy supplier?", "British Gas"),
              ("Who is my energy supplier?", "I changed to Octopus ages ago")],
         ["the user has the energy supplier British Gas [ended]",
          "the user has the energy supplier Octopus"]),
        ([], [("Who is my godmother?", "Auntie Bernie"),
              ("Who is my godmother?", "Auntie Bernie died in February, didn't I tell you?")],
         ["Auntie Bernie has died [2026-02]",
          "the user has the godmother Auntie Bernie [ended, until 2026-02]"]),
        # Who wants something has not sold it.
        ([], [("What does Tom want?", "He sold his car and bought a bike")],
         ["Tom bought a bike", "Tom sold his car"]),
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
