"""Whether a user's message corrects the answer before it."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_kgt.models.base import LanguageModel, Prompt
from langchain_kgt.recalling.likelihood import log_sum_exp

THRESHOLD = 1.0
"""A message is a correction if it is exp(THRESHOLD) times likelier one than anything else."""

# So much of each text is read: what a message is shows in how it begins.
_MAX_CHARACTERS = 300
_ASKED = (
    ("Where does Anna live?", "Anna lives in Oslo."),
    ("What does my uncle collect?", "He collects old stamps."),
    ("Is my train late?", "Your train is ten minutes late."),
    ("Who is our baker?", "Your baker is called Max."),
    ("Which tea does Bob drink?", "Bob drinks black tea."),
)
# Kinds of messages that could follow these answers: five of each, one an answer.
_CORRECTIONS = (
    ("No, she lives in Rome.", "No, he collects coins.", "No, it is on time.",
     "It's Eva, not Max.", "Not black tea, white tea."),
    ("Anna lives in Rome.", "My uncle collects coins.", "It's on time.",
     "Our baker is Eva.", "White tea."),
    ("She moved to Rome.", "That was years ago, now it's coins.",
     "That has changed, it is on time.", "Max left, Eva is the baker now.",
     "He used to. These days it's white tea."),
)
_OTHERS = (
    ("Thank you!", "Okay, thanks.", "Oh no!", "Great, thanks a lot.", "Good to know."),
    ("How long has she been there?", "Which one is his oldest?", "When will it arrive?",
     "Are you sure?", "Can you order some for him?"),
    ("Yes, that's right.", "Exactly.", "Right, as always.", "Yes, Max.", "True, he loves it."),
    ("She will be thirty in June.", "It's a hobby he loves.", "It was late yesterday too.",
     "His bread is the best in town.", "My mother prefers coffee."),
    ("Tell me a joke.", "My car is broken.", "Write that to my boss.", "I'm going to bed now.",
     "Remind me to buy some."),
)


def log_odds(question: str, answer: str, message: str, model: LanguageModel) -> float:
    """The model's log-odds, in nats, that a message corrects the answer to a question.

    log sum_c P(message | examples of c, question, answer) over the kinds c of corrections, less the
    same over the kinds of other messages: thanks, questions, agreement, remarks, requests.
    """
    turn = _turn(question, answer)
    continuations = (f" {_line(message)}\n",)
    prompts = [
        Prompt(_examples(kind) + turn, continuations) for kind in (*_CORRECTIONS, *_OTHERS)
    ]
    scores = [score.value for [score] in model.log_probabilities(prompts)]
    kinds = len(_CORRECTIONS)
    return log_sum_exp(scores[:kinds]) - log_sum_exp(scores[kinds:])


def corrects(question: str, answer: str, message: str, model: LanguageModel) -> bool:
    """Whether a message corrects the answer to a question, with little doubt."""
    return log_odds(question, answer, message, model) > THRESHOLD


def _examples(messages: Sequence[str]) -> str:
    return "".join(
        f"{_turn(question, answer)} {message}\n\n"
        for (question, answer), message in zip(_ASKED, messages, strict=True)
    )


def _turn(question: str, answer: str) -> str:
    return f"User: {_line(question)}\nAssistant: {_line(answer)}\nUser:"


def _line(text: str) -> str:
    """On one line, as in the examples, and bounded."""
    return " ".join(text.split())[:_MAX_CHARACTERS]
