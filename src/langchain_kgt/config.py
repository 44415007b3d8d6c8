"""The hyperparameters, in one validated value."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class KGTConfig(BaseModel):
    """The hyperparameters of Knowledge Graph Tuning.

    >>> config = KGTConfig(limit=1, wanted=-float("inf"))
    >>> KGTConfig.model_validate_json(config.model_dump_json()) == config
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    mode: Literal["default", "paper"] = "default"
    """`paper` runs Algorithm 1 to the letter, with the paper's templates; see decision 22."""

    relations: Literal["ranked", "generated"] = "ranked"
    """Where candidate relations come from: the lexicon ranked by log-probability, or T_extract,
    which the model answers in its own words; what small models fail to give is filled by rank."""

    lexicon: dict[str, Any] = Field(default_factory=dict)
    """What an app knows of relations beside the shipped lexicon, or otherwise than it, in the form
    of `langchain_kgt/lexicon/relations.toml`: `{"relations": {"is fed at": {"values": "one"}}}`."""

    candidates: int = Field(default=5, ge=1)
    """K: how many candidate relations are measured at most for one piece of feedback. What a reader
    reads is often one; the rest of a ranked vocabulary could not be written, and is not ranked."""

    limit: int = Field(default=5, ge=1)
    """How many facts a recall gives at most, but for lists, which are given whole."""

    max_tokens: int = Field(default=512, ge=1)
    """The facts of a recall take at most so many tokens, as the model counts them; the best one is
    given in any case."""

    relevance: float = Field(default=0.5, ge=0.0, le=1.0)
    """A fact is recalled if its P(z|q) is at least this share of that of the best one; of a query
    that spells out no relation, a tenth will do."""

    wanted: float = 0.0
    """By how many nats of log-odds a query must seem to want something of what is known, and to be
    answered by it; `-inf` gives what is nearest. Not asked where this very query was answered."""

    margin: float = Field(default=0.5, ge=0.0)
    """By how much log P(a|q) must exceed that of every rival before tuning stops."""

    epsilon: float = Field(default=2.0, gt=0.0)
    """`paper` mode: tuning stops once the loss L is at most this."""

    delta: float = Field(default=1e-6, gt=0.0, lt=1.0)
    """The floor of P(z|q) for a triple outside the graph, whose loss would else be infinite."""

    rival_tokens: int = Field(default=2, ge=0)
    """Tokens generated to learn what the model would answer by itself; 0 asks for no such rival."""
