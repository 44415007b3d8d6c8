"""Ways to make a model answer as it was corrected: a graph that is tuned, and what else there is.

One file a method, each the smallest honest form of it, on the same model with the same prompts.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from benchmarks.harness import Records, Run, open_model

if TYPE_CHECKING:
    from benchmarks.baselines.base import Method

# Imported only when chosen: each needs packages of its own.
CLASSES = {
    "kgt": ("kgt", "KGT"),
    "none": ("base", "Method"),
    "all-facts": ("all_facts", "AllFacts"),
    "vector": ("vector", "Vector"),
    "finetune": ("finetune", "FineTune"),
    "lora": ("lora", "LoRA"),
    "rome": ("rome", "ROME"),
}


def open_method(run: Run, records: Records) -> Method:
    """The method of a run, with the edits that an earlier run of the same options has saved."""
    module, name = CLASSES[run.method]
    kind = getattr(import_module(f"benchmarks.baselines.{module}"), name)
    method: Method = kind(open_model(run.model), run, records)
    return method
