"""H(q, a, K): which relations could connect the subject with the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from langchain_kgt.keys import normalize
from langchain_kgt.models.base import LanguageModel, Prompt
from langchain_kgt.models.guarded import unguarded
from langchain_kgt.reading.people import as_third_person, is_user
from langchain_kgt.recalling import templates
from langchain_kgt.recalling.templates import DEFAULT, Templates

_MAX_RELATION_WORDS = 8


@dataclass(frozen=True, slots=True)
class MeasuredRelation:
    """log P(r | T_retrieve(q)), the score by which relations are ranked, and how far q asks for r.

    `information` is the pointwise mutual information of relation and query, where the prior was
    asked for.
    """

    log_probability: float
    rank: float
    information: float


def measure(
    model: LanguageModel,
    query: str,
    relations: Mapping[str, Sequence[str]],
    prompts: Templates = DEFAULT,
) -> dict[str, dict[str, MeasuredRelation]]:
    """Measure the relations of each subject after T_retrieve(q), in one call of the model.

    rank = log P(r|T_retrieve(q)) - w log P(r). The prior P(r) is that of the relation after the
    same words without the query. With w = 1 the rank is the pointwise mutual information of
    relation and query; w = 1/2 measures best, and the paper has w = 0. docs/decisions.md has the
    ablation.
    """
    asked = {subject: names for subject, names in relations.items() if names}
    scored: list[Prompt] = []
    for subject, names in asked.items():
        after, before = with_and_without(query, subject, names, prompts)
        scored += (after, before) if prompts.recall_weight else (after,)
    rows = iter(model.log_probabilities(scored) if scored else [])
    measured: dict[str, dict[str, MeasuredRelation]] = {subject: {} for subject in relations}
    for subject, names in asked.items():
        after_query = [score.value for score in next(rows)]
        priors = [0.0] * len(names)
        if prompts.recall_weight:
            priors = [score.value for score in next(rows)]
        measured[subject] = {
            name: MeasuredRelation(value, value - prompts.recall_weight * prior, value - prior)
            for name, value, prior in zip(names, after_query, priors, strict=True)
        }
    return measured


def with_and_without(
    query: str, subject: str, names: Sequence[str], prompts: Templates
) -> tuple[Prompt, Prompt]:
    """Relations after T_retrieve(q), and after the subject alone."""
    query, subject = spoken(query, subject, prompts)
    texts = tuple(f" {name}" for name in names)
    return (
        Prompt(prompts.retrieve(query, subject), texts), Prompt(templates.need(subject), texts)
    )


def spoken(query: str, subject: str, prompts: Templates) -> tuple[str, str]:
    """Query and subject as they are scored: the user goes by a person's name.

    >>> spoken("Where do I live?", "user", DEFAULT)
    ('Where does Anna live?', 'Anna')
    """
    if not is_user(subject):
        return query, subject
    return as_third_person(query, prompts.user), prompts.user


def propose(
    model: LanguageModel,
    query: str,
    subject: str,
    vocabulary: Sequence[str],
    k: int,
    prompts: Templates = DEFAULT,
) -> dict[str, float]:
    """The k relations of a vocabulary that rank best for a query, best first, with their ranks.

    The prior is that of a neutral subject, "it": asked once for a vocabulary, not once a query.
    """
    weight = prompts.proposal_weight
    query, subject = spoken(query, subject, prompts)
    priors = _priors_of(model)
    missing = [name for name in vocabulary if name not in priors] if weight else []
    asked = {prompts.retrieve(query, subject): vocabulary, templates.need("it"): missing}
    scores, *before = model.log_probabilities([
        Prompt(context, tuple(f" {name}" for name in names))
        for context, names in asked.items() if names
    ])
    for row in before:
        priors.update(zip(missing, (score.value for score in row), strict=True))
    ranks = {
        name: score.value - weight * priors.get(name, 0.0)
        for name, score in zip(vocabulary, scores, strict=True)
    }
    return dict(sorted(ranks.items(), key=lambda item: -item[1])[:k])


# log P(r) after the neutral subject. Weak, so that a model that nobody uses any more can go.
_PRIORS: WeakKeyDictionary[LanguageModel, dict[str, float]] = WeakKeyDictionary()


def _priors_of(model: LanguageModel) -> dict[str, float]:
    try:
        return _PRIORS.setdefault(unguarded(model), {})
    except TypeError:  # a model that cannot be hashed, or not be referred to weakly
        return {}


def is_relation(text: str) -> bool:
    """Whether a text can stand between subject and object: a few words, without punctuation.

    >>> is_relation("is a product of"), is_relation("<sep>"), is_relation("")
    (True, False, False)
    """
    words = text.split()
    return 0 < len(words) <= _MAX_RELATION_WORDS and re.search(r"[<>?!:;\n\"{}\[\]]", text) is None


def generate(
    model: LanguageModel, query: str, answer: str, subject: str, k: int
) -> list[str]:
    """T_extract: up to k relations in the model's own words, those that are none left out.

    Small models answer with the template's tags; what survives the validation may be nothing.
    """
    text = model.generate(
        [templates.extract(query, answer, subject, k)], max_new_tokens=8 * k, stop=("\n",)
    )[0]
    found: dict[str, str] = {}
    for part in text.split(templates.SEPARATOR):
        relation = part.strip(" .,;:-")
        if is_relation(relation):
            found.setdefault(normalize(relation), relation)
    return list(found.values())[:k]
