"""Whether a request wants anything of what is known, and whether that answers it.

Two decisions. *Wanted*: whether any fact is of use at all, "Book us a table" and not "Who painted
this?", by how likely all of them are together, and whether the user speaks of themselves.
*Answered*: where the request spells out what it asks for, whether a fact has that, "Where do I
live?" and not "What is my shoe size?" when only the home is known, by how far the likeliest facts
are asked for. The weights stand in `weights.toml`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from langchain_kgt.recalling.likelihood import Evidence, log_sum_exp, softmax, weights

# Who names a thing of theirs is served worse by silence than by another fact of it: so much less
# sure an answer is enough. docs/decisions.md, 40, has what it gains and costs.
_OF_A_THING = 0.125


def features(
    evidence: Sequence[Evidence], logits: Sequence[float], *, personal: bool
) -> dict[str, float]:
    """What both decisions go by; of what was measured of a few, what P(z|q) expects among them.

    So one fact and a crowd are told by the same threshold: of a crowd, something is always near.
    """
    pairs = zip(evidence, logits, strict=True)
    close = [pair for pair in pairs if not math.isnan(pair[0].information)]
    shares = softmax([logit for _, logit in close])
    return {
        "bias": 1.0,
        "likely": log_sum_exp(logits),
        "personal": float(personal),
        "information": math.fsum(
            share * one.information for share, (one, _) in zip(shares, close, strict=True)
        ),
        "same": math.fsum(share * one.same for share, (one, _) in zip(shares, close, strict=True)),
    }


def decisions(
    evidence: Sequence[Evidence], logits: Sequence[float], *, personal: bool, asks: bool,
    of_a_thing: bool, encoder: bool,
) -> tuple[float, float | None]:
    """The log-odds that something is wanted, and that it is answered, if that was asked."""
    measured = features(evidence, logits, personal=personal)
    wanted = weights("wanted", encoder=encoder).sum(measured)
    if not asks:
        return wanted, None
    answered = weights("answered", encoder=encoder).sum(measured)
    return wanted, answered + (_OF_A_THING if of_a_thing else 0.0)
