"""A model between the rest of the package and whoever wrote it: it fails in one way only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, cast

from langchain_kgt import attempts
from langchain_kgt.errors import KGTError, ModelError
from langchain_kgt.models.base import LanguageModel


def guarded(model: LanguageModel) -> LanguageModel:
    """The same model, of which every error is a `ModelError` with the error as its cause.

    It is not asked for a call that was given up meanwhile.

    >>> from langchain_kgt.testing import ScriptedChatModel
    >>> guarded(ScriptedChatModel(replies=[])).log_probabilities([])
    Traceback (most recent call last):
      ...
    langchain_kgt.errors.ModelError: ScriptedChatModel failed with AttributeError("'Scripted...
    """
    return cast(LanguageModel, _Guarded(model))


def unguarded(model: LanguageModel) -> LanguageModel:
    """The model behind a guard; itself, if there is none."""
    # A guard is built for each call, so nothing can be kept by it.
    return model._model if isinstance(model, _Guarded) else model


class _Guarded:
    # No LanguageModel by inheritance: what that gets some day must not be answered here.

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    def __getattr__(self, name: str) -> Any:
        with _one_error(self._model):
            value = getattr(self._model, name)
        return self._asked(value) if callable(value) else value

    def _asked(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def asked(*args: Any, **kwargs: Any) -> Any:
            attempts.go_on()
            with _one_error(self._model):
                return method(*args, **kwargs)

        return asked


@contextmanager
def _one_error(model: LanguageModel) -> Iterator[None]:
    try:
        yield
    except KGTError:
        raise
    except Exception as error:
        raise ModelError(
            f"{type(model).__name__} failed with {error!r}, and nothing was written; mend the "
            "model, or try again if it was short of memory or of its server"
        ) from error
