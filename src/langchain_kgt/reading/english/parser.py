"""spaCy, loaded when a reader is built and not before, and the parses that were made last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from importlib import import_module
from importlib.metadata import distributions
from typing import TYPE_CHECKING

from langchain_kgt.errors import InvalidInputError
from langchain_kgt.forking import in_child

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_INSTALL = 'pip install "langchain-kgt[english]"'
_NEEDED = ("tagger", "parser", "lemmatizer")
_KEPT = 256


class Parser:
    """Parses English; one thread at a time.

    Args:
        model: a spaCy pipeline, the name of an installed one, or None for the first `en_core_web_*`
            that is installed.

    Raises:
        InvalidInputError: if there is no spaCy, no such pipeline, or one that cannot parse.
    """

    def __init__(self, model: Language | str | None = None) -> None:
        self.nlp = _load(model)
        lacking = [pipe for pipe in _NEEDED if pipe not in self.nlp.pipe_names]
        if self.nlp.lang != "en" or lacking:
            raise InvalidInputError(
                f"The reader of English needs an English pipeline of spaCy with {_NEEDED}, but "
                f"{self.nlp.meta['name']!r} (language {self.nlp.lang!r}) lacks {lacking}: "
                f"{_INSTALL}"
            )
        self._begin()
        in_child(self, Parser._begin)
        self._docs: OrderedDict[str, Doc] = OrderedDict()

    def _begin(self) -> None:
        # Held by whoever uses the pipeline, which is not made for several threads.
        self.alone = threading.Lock()

    def __call__(self, text: str) -> Doc:
        """The parse of a text, which is kept among the last few hundred."""
        with self.alone:
            if text in self._docs:
                self._docs.move_to_end(text)
            else:
                # What is named is told by the words around it: names of kinds are not needed.
                self._docs[text] = self.nlp(text, disable=["ner"])
                if len(self._docs) > _KEPT:
                    self._docs.popitem(last=False)
            return self._docs[text]


def _load(model: Language | str | None) -> Language:
    try:
        spacy = import_module("spacy")
    except ImportError as error:
        raise InvalidInputError(f"Reading English needs spaCy: {_INSTALL}") from error
    if model is not None and not isinstance(model, str):
        return model
    name = model if model is not None else _installed()
    if name is None:
        raise InvalidInputError(f"No English pipeline of spaCy (en_core_web_*) is here: {_INSTALL}")
    try:
        nlp: Language = spacy.load(name)
    except (OSError, ImportError) as error:
        raise InvalidInputError(f"spaCy has no pipeline {name!r} here: {_INSTALL}") from error
    return nlp


def _installed() -> str | None:
    """The best of the installed pipelines: of the sizes sm, md, lg the last; trf is slow."""
    names = {d.metadata["Name"].replace("-", "_").lower() for d in distributions()}
    english = [name for name in names if name.startswith("en_core_web_")]
    sizes = ["trf", "sm", "md", "lg"]
    return max(
        english, key=lambda name: (sizes.index(size) if (size := name.split("_")[3]) in sizes
                                   else -1, name), default=None,
    )
