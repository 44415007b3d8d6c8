"""What a reply says to a question for yes or no."""

from __future__ import annotations

import re
from typing import Literal

from langchain_kgt.reading.base import Assertion
from langchain_kgt.reading.english.replies.clauses import Clause
from langchain_kgt.reading.english.replies.third_person import auxiliary_word, finite, third_person

Word = Literal["yes", "no", "over", "open", ""]

_YES = re.compile(
    r"^(?:(?:yes|yeah|yep|yup|sure|of course|certainly|definitely|absolutely|indeed|exactly|"
    r"correct|true|right|always|very much|a lot|totally|obviously|naturally|probably|likely|"
    r"oh yes|i (?:think|guess|suppose|believe|hope|assume|reckon) so|i'm afraid so|for sure|"
    r"no doubt|"
    r"(?:only |just )?(?:a (?:little|bit|lot)|somewhat|slightly)(?: bit)?|"
    r"without a doubt|that's (?:right|true|correct)|you bet|so it is)[\s,.!]*)+$",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^(?:(?:no|nope|nah|never|not (?:really|yet|at all|exactly|quite|ever|much|particularly|"
    r"especially)|no way|by no means|on the contrary|(?:of course|certainly|definitely|absolutely|"
    r"probably|i (?:think|guess|suppose|hope)|i'm afraid|maybe|perhaps) not|i don't (?:think|"
    r"believe) so|i doubt it|hardly|barely|false|not that i know(?: of)?|not that i'm aware of)"
    r"[\s,.!]*)+$",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"^(?:no,? )?(?:not since\b.*|not (?:any ?more|any longer|now)|no longer|once|formerly|"
    r"in the past|(?:she|he|it|they|we|i) used to(?: be)?|used to(?: be)?)[\s.!]*$",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"^(?:maybe|perhaps|possibly|could be|might be|yes and no|more or less|kind of|sort of|"
    r"so so|it's complicated|both|neither)[\s.!]*$",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    r"^(?:only |just |but )?((?:some|often|usual|most|rare|seldom|occasion|frequent)\w*)[\s.!]*$",
    re.IGNORECASE,
)


def word(text: str) -> Word:
    """What a reply says that is a yes or a no in other words.

    >>> word("Of course!"), word("Not really"), word("Not any more"), word("Maybe"), word("Rome")
    ('yes', 'no', 'over', 'open', '')
    """
    text = text.replace("’", "'").strip()
    for pattern, said in (_OVER, "over"), (_NO, "no"), (_OPEN, "open"), (_YES, "yes"):
        if pattern.match(text):
            return said  # type: ignore[return-value]
    return ""


def how_often(text: str) -> str:
    """An adverb that says how often, if that is all.

    >>> how_often("Only sometimes"), how_often("Rome")
    ('sometimes', '')
    """
    found = _OFTEN.match(text)
    return found[1].lower() if found else ""


def with_adverb(adverb: str, relation: str) -> str:
    """A relation that holds so often.

    >>> with_adverb("rarely", "eats"), with_adverb("sometimes", "is")
    ('rarely eats', 'is sometimes')
    """
    first, _, rest = relation.partition(" ")
    if first in {"is", "was", "has", "can", "does"} and (first in {"is", "was", "can"} or rest):
        return " ".join(part for part in (first, adverb, rest) if part)
    return f"{adverb} {relation}"


def elliptical(clause: Clause) -> bool:
    """Whether a clause is an auxiliary alone: "he does", "she isn't", "I used to"."""
    return not clause.object and not clause.preposition and (
        clause.verb.lemma_ in {"be", "have", "do", "can", "could", "will", "would", "use", "must"}
        or clause.verb.tag_ == "MD"
    )


def unstressed(text: str) -> str:
    """Without words behind an object that only stress it.

    >>> unstressed("jazz very much"), unstressed("it at all"), unstressed("a lot")
    ('jazz', 'it', 'a lot')
    """
    return re.sub(
        r"(?<=\w)\s+(?:at all|(?:very|so|that|too) much|a lot|a bit|either|too|any ?more)[\s.!]*$",
        "", text, flags=re.IGNORECASE,
    )


def about(clause: Clause, stated: Assertion) -> bool:
    """Whether a clause says or denies what was asked."""
    words = f"{stated.relation} {stated.object}".casefold().split()
    verb = clause.verb
    forms = {verb.lemma_, verb.lower_, third_person(verb.lemma_), finite(verb)}
    if verb.lemma_ == "be":
        forms = {auxiliary_word(verb)}
    if not forms & set(words):
        return False
    said = unstressed(clause.object).casefold()
    if said in {"", "it", "them", "that", "so", "one", "any", "him", "her"}:
        return True
    wanted = stated.object.casefold()
    return bool(wanted) and (said == wanted or said.split()[-1:] == wanted.split()[-1:]
                             or wanted in said.split(" and "))
