"""The exceptions of langchain-kgt. Catch `KGTError` to catch them all.

    KGTError
    ├── InvalidInputError (also a ValueError)   an argument cannot be used as it is
    │   └── TextTooLongError                    it does not fit into the model's context
    ├── NotFoundError (also a KeyError)         no such update, run or fact for this user
    ├── ModelError                              the model cannot do what is asked of it
    └── StoreError                              the graph cannot be opened, read or written
        ├── StoreLockedError                    another process holds the path
        └── StoreVersionError                   written by a newer version of this package

Every message says what to do. When one of these is raised, the graph is as it was before the call.
"""

from __future__ import annotations


class KGTError(Exception):
    """Root of every error that langchain-kgt raises on purpose."""


class InvalidInputError(KGTError, ValueError):
    """An argument is empty, has control characters, or contradicts another one."""


class TextTooLongError(InvalidInputError):
    """A text does not fit into the context of the model that has to read it."""


class NotFoundError(KGTError, KeyError):
    """There is no such update, run or fact for this user."""

    def __str__(self) -> str:
        # KeyError would show the repr of the message, quotes and escapes included.
        return Exception.__str__(self)


class ModelError(KGTError):
    """The model cannot be loaded, or lacks something such as a tokenizer."""


class StoreError(KGTError):
    """The graph cannot be opened, read or written."""


class StoreLockedError(StoreError):
    """The path is held by another process."""


class StoreVersionError(StoreError):
    """The database was written by a newer version of this package."""
