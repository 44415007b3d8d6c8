"""The relations that ship with the package: how facts about people, things, works and places read.

Each reads as the middle of an English sentence, "<subject> <relation> <object>". The list follows
the most used properties of Wikidata and the relations of ConceptNet, with those of everyday life
beside them. What a user adds to their own graph is ranked together with it (`relations.py`).

A relation is single-valued if a subject has one value of it at a time: a new one supersedes the
old. Everything else may hold several values.
"""

from __future__ import annotations

SINGLE_VALUED: frozenset[str] = frozenset(
    """
    is named
    lives in
    was born in
    was born on
    died in
    died on
    died of
    is buried in
    is aged
    has the gender
    is a citizen of
    originates from
    is married to
    is engaged to
    is the capital of
    has the capital
    is located in
    is located on the continent
    is headquartered in
    is led by
    is run by
    is governed by
    was founded in
    was founded by
    was formed in
    was created in
    was made in
    was built in
    was opened in
    was released in
    was published in
    was first broadcast on
    premiered on
    was directed by
    was written by
    was composed by
    was invented by
    was discovered by
    was designed by
    is made by
    is produced by
    is developed by
    is manufactured by
    is published by
    is owned by
    is named after
    has the original language
    has the mother tongue
    has the official language
    has the currency
    has the religion
    has the profession
    has the position
    has the rank
    works as
    works for
    works in
    is employed by
    studies at
    studied at
    plays as
    plays for
    is coloured
    is of the size
    weighs
    measures
    costs
    is kept in
    is stored in
    is parked in
    sleeps in
    sits in
    was bought in
    was bought on
    was bought from
    is due on
    starts at
    starts on
    ends on
    meets on
    meets at
    meets in
    takes place on
    takes place in
    has the birthday
    has the address
    has the phone number
    has the email address
    has the password hint
    has the favourite colour
    has the favourite food
    has the favourite book
    has the favourite film
    has the favourite music
    has the mother
    has the father
    is of the blood type
    belongs to the family
    belongs to the genus
    has the parent organisation
    is broadcast on
    is signed to the label
    flows into
    """.strip().replace("\n    ", "\n").split("\n")
)

MULTI_VALUED: frozenset[str] = frozenset(
    """
    is a
    is part of
    is a member of
    is a fan of
    is a friend of
    is known for
    is used for
    is used by
    is made of
    is capable of
    is similar to
    is related to
    is the opposite of
    is interested in
    is good at
    is afraid of
    is allergic to
    is responsible for
    is affiliated with
    is connected to
    is twinned with
    is near
    is next to
    has
    has a
    has the brother
    has the sister
    has the child
    has the son
    has the daughter
    has the pet
    has the hobby
    has the nickname
    has the genre
    has the symptom
    has the disease
    has the award
    has the ingredient
    has visited
    has worked in
    has studied
    has written
    has played for
    owns
    likes
    loves
    dislikes
    hates
    prefers
    wants
    needs
    avoids
    eats
    drinks
    reads
    watches
    listens to
    wears
    uses
    drives
    rides
    plays
    sings
    dances
    speaks
    writes in
    teaches
    studies
    collects
    grows
    cooks
    serves
    sells
    buys
    makes
    produces
    performs
    supports
    follows
    visits
    goes to
    travels to
    knows
    helps
    takes
    starred
    starred in
    stars
    appeared in
    fought in
    took part in
    won
    was nominated for
    was influenced by
    was translated into
    causes
    contains
    requires
    begins with
    ends with
    happens in
    happens after
    happens before
    """.strip().replace("\n    ", "\n").split("\n")
)
