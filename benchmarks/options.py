"""The command-line options of every benchmark."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Labels(StrEnum):
    """Whether the subject comes with the query, or is found by the memory itself."""

    given = "given"
    inferred = "inferred"


class Mode(StrEnum):
    """The algorithm: ours, or the paper's to the letter."""

    default = "default"
    paper = "paper"


class Method(StrEnum):
    """What takes the corrections: a graph, nothing, the prompt, a vector store, or weights."""

    kgt = "kgt"
    none = "none"
    all_facts = "all-facts"
    vector = "vector"
    finetune = "finetune"
    lora = "lora"
    rome = "rome"


# Of the strengths tried, see docs/decisions.md.
ALPHA = 0.35

Data = Annotated[Path, typer.Option(help="The data set.", exists=True, dir_okay=False)]
Out = Annotated[Path, typer.Option(help="Where the report is written.")]
Cases = Annotated[int | None, typer.Option(help="Only the first N cases or users.", min=1)]
LabelsOption = Annotated[Labels, typer.Option(help="Subjects given, or inferred from the query.")]
Alpha = Annotated[float, typer.Option(help="Strength of guided decoding.", min=0.0)]
Model = Annotated[str | None, typer.Option(help="Model id or folder; else the default model.")]
ModeOption = Annotated[Mode, typer.Option(help="Our algorithm, or Algorithm 1 of the paper.")]
MethodOption = Annotated[Method, typer.Option(help="What is corrected.")]
Resume = Annotated[bool, typer.Option(help="Go on where a stopped run of the same code ended.")]
