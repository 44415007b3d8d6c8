"""The reader that is used where nobody says which: of English, if its extra is installed."""

from __future__ import annotations

import functools
import logging

from langchain_kgt.errors import InvalidInputError
from langchain_kgt.reading.base import Reader

logger = logging.getLogger(__name__)


@functools.cache
def default_reader() -> Reader | None:
    """One reader for all memories, whose pipeline is loaded once; none without the extra."""
    from langchain_kgt.reading.english.reader import EnglishReader

    try:
        return EnglishReader()
    except InvalidInputError as error:
        logger.info("questions and answers are not read: %s", error)
        return None
