"""The forms of English verbs: "lives", "was", "written"."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

_BE = {"present": ("is", "are"), "past": ("was", "were")}
# Verbs whose three forms are one, and those whose participle is the bare form again.
UNCHANGED = frozenset(
    "bet bid burst cast cost cut forecast hit hurt let put quit read rid set shed shut slit split "
    "spread thrust upset".split()
)
_BARE_PARTICIPLE = frozenset("become come overcome run".split())
_ARCHAIC = frozenset("wrought holpen clomb".split())
_PAST = {"be": "was", "beat": "beat"}
_THIRD = {"be": "is", "have": "has", "do": "does", "go": "goes"}


class Inflector:
    """Inflects verbs; irregular ones as the exceptions of a lemmatizer say, turned round.

    Args:
        exceptions: irregular forms of verbs, each with its lemmas ("wrote" of "write").
        verbs: the verbs that are known.

    >>> inflect = Inflector({"wrote": ["write"], "written": ["write"]})
    >>> inflect.past("write"), inflect.participle("write"), inflect.third("carry")
    ('wrote', 'written', 'carries')
    >>> inflect.participle("employ"), inflect.past("stop"), inflect.be("past", plural=True)
    ('employed', 'stopped', 'were')
    """

    def __init__(
        self, exceptions: Mapping[str, list[str]], verbs: Collection[str] = frozenset()
    ) -> None:
        self._verbs = verbs
        self._forms: dict[str, list[str]] = {}
        for form, lemmas in exceptions.items():
            for lemma in lemmas:
                if not form.endswith("ing") and form not in _ARCHAIC:
                    self._forms.setdefault(lemma, []).append(form)

    @classmethod
    def of(cls, nlp: Language) -> Inflector:
        """The inflector of a pipeline's lemmatizer; regular forms only if that has no rules."""
        lookups = getattr(nlp.get_pipe("lemmatizer"), "lookups", None)
        if lookups is None or "lemma_exc" not in lookups:
            return cls({})
        known = lookups.get_table("lemma_index").get("verb", ()) if "lemma_index" in lookups else ()
        return cls(lookups.get_table("lemma_exc").get("verb", {}), frozenset(known))

    def is_verb(self, word: str) -> bool:
        """Whether a word is a verb in its bare form."""
        return word in self._verbs

    def lemma(self, form: str, tag: str, lemma: str) -> str:
        """The bare form of a verb: of "scares" scare, which a lemmatizer may take for scar."""
        guesses = [lemma, form[:-1], form[:-2], form[:-3] + "y"]
        made = {"VBZ": (self.third,), "VBD": (self.past,), "VBN": (self.participle,)}.get(tag, ())
        for guess in guesses:
            if any(make(guess) == form for make in made) and (
                guess == lemma or self.is_verb(guess)
            ):
                return guess
        return lemma

    def third(self, lemma: str) -> str:
        """Third person singular present."""
        return third_person(lemma)

    def past(self, lemma: str) -> str:
        """Simple past, singular."""
        if lemma in _PAST:
            return _PAST[lemma]
        forms = [f for f in self._irregular(lemma) if not _of_participle(f)]
        return forms[0] if forms else self._regular(lemma)

    def participle(self, lemma: str) -> str:
        """Past participle."""
        if lemma == "be":
            return "been"
        if lemma in _BARE_PARTICIPLE:
            return lemma
        forms = self._irregular(lemma)
        return next((f for f in forms if _of_participle(f)), forms[0] if forms
                    else self._regular(lemma))

    def be(self, tense: str, *, plural: bool = False) -> str:
        """The form of "be" for a third person."""
        return _BE[tense][plural]

    def _irregular(self, lemma: str) -> list[str]:
        if lemma in UNCHANGED:
            return [lemma]
        forms = self._forms.get(lemma, [])
        # "burned" beside "burnt": a regular form that is listed is the one for every use.
        return [f for f in forms if f.endswith("ed") and len(f) > 4] or forms

    def _regular(self, lemma: str) -> str:
        if lemma.endswith("e"):
            return lemma + "d"
        if re.search(r"[^aeiou]y$", lemma):
            return lemma[:-1] + "ied"
        if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", lemma):
            return lemma + lemma[-1] + "ed"
        return lemma + "ed"


def third_person(lemma: str) -> str:
    """The third person singular of the present tense, of a verb that is no modal."""
    if lemma in _THIRD:
        return _THIRD[lemma]
    if re.search(r"[^aeiou]y$", lemma):
        return lemma[:-1] + "ies"
    return lemma + ("es" if re.search(r"(s|x|z|ch|sh|o)$", lemma) else "s")


def _of_participle(form: str) -> bool:
    """Whether an irregular form can only be the participle: "written", "gone", "sung"."""
    return bool(re.search(r"(n|ne)$|^[^aeiou]*u[nm][gkm]?$|^begun$", form)) and form not in (
        "ran", "began", "won", "spun",
    )
