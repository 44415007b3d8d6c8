"""The relations that ship with the package: how facts about people, things, works and places read.

Each reads as the middle of an English sentence, "<subject> <relation> <object>". The list follows
the most used properties of Wikidata and the relations of ConceptNet, with those of everyday life
beside them. What a user adds to their own graph is ranked together with it (`relations.py`).

A relation is single-valued if a subject has one value of it at a time: a new one supersedes the
old. What is told of a multi-valued one stands beside what was told before. A relation that neither
list names holds one value, unless `KGTConfig.multi_valued` names it.

Several wordings may be one relation (`fold`): who "lives in" Rome now does not "reside in" Oslo.
"""

from __future__ import annotations

from collections.abc import Iterable

from langchain_kgt.keys import normalize
from langchain_kgt.tuning.names import bare

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

# One relation a line, the wording of the lists above first. Only what is the same of every subject
# and object: "is produced by" is not "is made by" (a film), nor "lived in" "lives in".
SYNONYMS: tuple[tuple[str, ...], ...] = tuple(
    tuple(line.strip().split(", "))
    for line in """
    is named, is called, has the name
    lives in, resides in, is living in, dwells in, has the home in
    was born in, has the birthplace, has the place of birth
    was born on, has the date of birth, has the birth date
    died in, has the place of death
    died on, has the date of death
    is aged, has the age
    is a citizen of, has the citizenship of
    originates from, comes from
    is married to, has the spouse
    is located in, is situated in, has the location
    is headquartered in, has the headquarters in, has the head office in
    has the capital, has the capital city
    was written by, has the author, was authored by
    was composed by, has the composer
    was directed by, has the director
    was designed by, has the designer
    was invented by, has the inventor
    was founded by, has the founder
    was discovered by, has the discoverer
    is made by, has the maker
    is manufactured by, has the manufacturer
    is developed by, has the developer
    is published by, has the publisher
    is owned by, has the owner
    works for, works at, is employed by, is employed at, has the employer
    works as, is employed as, has the job, has the occupation
    studies at, is a student at
    has the mother tongue, has the native language, has the first language
    has the original language, has the language of origin
    is coloured, is colored, has the colour, has the color
    has the favourite colour, has the favorite color
    has the favourite food, has the favorite food
    has the favourite book, has the favorite book
    has the favourite film, has the favorite film, has the favourite movie, has the favorite movie
    has the favourite music, has the favorite music
    is of the size, has the size
    weighs, has the weight
    costs, has the price, is priced at
    is kept in, is stored in
    has the birthday, has the birthday on
    has the phone number, has the telephone number
    has the email address, has the email, has the e-mail address
    is of the blood type, has the blood type
    is part of, is a part of
    is allergic to, has an allergy to
    is afraid of, fears
    owns, possesses
    likes, enjoys
    """.strip().splitlines()
)

_KEYS = {
    bare(wording): tuple(map(normalize, wordings))
    for wordings in SYNONYMS
    for wording in wordings
}


def synonyms(relation: str) -> tuple[str, ...]:
    """The keys of all wordings of a relation, the first of which stands for it.

    One that is not listed may have an article: "the favourite" is "favourite".

    >>> synonyms("Weighs")
    ('weighs', 'has the weight')
    """
    key = bare(relation)
    if key in _KEYS:
        return _KEYS[key]
    return tuple(dict.fromkeys([key, normalize(relation), f"the {key}"]))


def is_multi_valued(relation: str, declared: Iterable[str]) -> bool:
    """Whether values of a relation stand side by side: by the lists above, or as declared.

    >>> is_multi_valued("enjoys", ()), is_multi_valued("lives in", ["resides in"])
    (True, True)
    """
    return fold(relation) in _MULTI_VALUED_KEYS | set(map(fold, declared))


def fold(relation: str) -> str:
    """One key for a relation, in whatever words it is told.

    >>> fold("resides in"), fold("has the color"), fold("lived in")
    ('lives in', 'is coloured', 'lived in')
    """
    return synonyms(relation)[0]


_MULTI_VALUED_KEYS = frozenset(map(fold, MULTI_VALUED))
