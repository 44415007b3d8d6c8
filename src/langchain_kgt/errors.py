"""The exceptions of langchain-kgt. Catch `KGTError` to catch them all.

    KGTError
    ├── InvalidInputError (also a ValueError)   an argument cannot be used as it is
    │   └── TextTooLongError                    longer than is kept, or than the model reads
    ├── NotFoundError (also a KeyError)         no such update, run or fact for this user
    ├── ModelError                              the model failed, or cannot do what is asked
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
    """A text is longer than is kept, or than fits into the context of the model that reads it."""


class NotFoundError(KGTError, KeyError):
    """There is no such update, run or fact for this user."""

    def __str__(self) -> str:
        # KeyError would show the repr of the message, quotes and escapes included.
        return Exception.__str__(self)


class ModelError(KGTError):
    """The model cannot be loaded, lacks something such as a tokenizer, or failed when asked.

    So is the chat model that reads messages, also where its reply is malformed.
    """


class StoreError(KGTError):
    """The graph cannot be opened, read or written."""


class StoreLockedError(StoreError):
    """The path is held by another process."""


class StoreVersionError(StoreError):
    """The database was written by a newer version of this package."""
