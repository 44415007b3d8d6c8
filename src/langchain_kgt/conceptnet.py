"""ConceptNet as background knowledge: `python -m langchain_kgt.conceptnet FILE DATABASE`.

Two layouts are read, plain or gzipped: the official assertions ("/a/... /r/IsA /c/en/dog/n
/c/en/animal {...}", five columns), and the three columns relation, head, tail of CN-100K.
ConceptNet is licensed CC BY-SA 4.0.
"""

from __future__ import annotations

import argparse
import gzip
import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from tqdm import tqdm

from langchain_kgt.errors import InvalidInputError
from langchain_kgt.graphs.base import TripleStore
from langchain_kgt.triples import Triple

# Of the command: the whole of ConceptNet goes in fewer, larger steps.
_BUFFER_POOL = 3 * 2**28

RELATIONS = {
    "AtLocation": "is found at",
    "CapableOf": "can",
    "Causes": "causes",
    "CausesDesire": "makes one want to",
    "CreatedBy": "is created by",
    "DefinedAs": "is defined as",
    "DerivedFrom": "is derived from",
    "DesireOf": "is desired by",
    "Desires": "desires",
    "DistinctFrom": "is distinct from",
    "HasA": "has",
    "HasContext": "is a term of",
    "HasFirstSubevent": "begins with",
    "HasLastSubevent": "ends with",
    "HasPrerequisite": "requires",
    "HasProperty": "is",
    "HasSubevent": "includes",
    "InheritsFrom": "inherits from",
    "InstanceOf": "is an instance of",
    "IsA": "is a",
    "LocatedNear": "is near",
    "LocationOfAction": "takes place at",
    "MadeOf": "is made of",
    "MannerOf": "is a way to",
    "MotivatedByGoal": "is done for",
    "NotCapableOf": "cannot",
    "NotDesires": "does not desire",
    "NotHasA": "does not have",
    "NotHasProperty": "is not",
    "NotIsA": "is not a",
    "NotMadeOf": "is not made of",
    "PartOf": "is part of",
    "ReceivesAction": "can be",
    "RelatedTo": "is related to",
    "SymbolOf": "is a symbol of",
    "Synonym": "is the same as",
    "UsedFor": "is used for",
}


def import_conceptnet(
    path: str | Path, graph: TripleStore, *, language: str = "en", progress: bool = True
) -> int:
    """Load a ConceptNet file into the shared graph, and return how many triples were added.

    It streams; stopped at any instant, it goes on where it was when it is called again.

    Args:
        path: the official assertions or CN-100K, plain or gzipped.
        graph: whose shared graph takes them.
        language: only assertions between concepts of this language; CN-100K is English.
        progress: whether to show a progress bar.

    Raises:
        InvalidInputError: the file does not exist or has another layout.
    """
    file = Path(path)
    if not file.is_file():
        raise InvalidInputError(f"{file} is not a file; give the path of a ConceptNet file")
    source = f"conceptnet:{file.name}:{file.stat().st_size}:{language}"
    return graph.load(read(file, language=language, progress=progress), source=source)


def read(path: Path, *, language: str = "en", progress: bool = False) -> Iterator[Triple]:
    """The triples of a ConceptNet file, one line at a time."""
    with (
        path.open("rb") as raw,
        gzip.open(raw) if path.suffix == ".gz" else nullcontext(raw) as lines,
        tqdm(total=path.stat().st_size, unit="B", unit_scale=True, desc=path.name,
             disable=not progress) as bar,
    ):
        for number, line in enumerate(lines, start=1):
            triple = _parse(line.decode("utf-8", "replace").rstrip("\n"), language, path, number)
            if number % 10_000 == 0:
                bar.update(raw.tell() - bar.n)
            if triple is not None:
                yield triple
        bar.update(raw.tell() - bar.n)


def _parse(line: str, language: str, path: Path, number: int) -> Triple | None:
    columns = line.split("\t")
    if len(columns) == 3:
        relation, head, tail = columns
    elif len(columns) == 5 and columns[1].startswith("/r/"):
        _, relation, start, end, _ = columns
        in_language = f"/c/{language}/"
        if not (start.startswith(in_language) and end.startswith(in_language)):
            return None
        head, tail = (uri.split("/")[3].replace("_", " ") for uri in (start, end))
        relation = relation.removeprefix("/r/")
    else:
        raise InvalidInputError(
            f"line {number} of {path} has {len(columns)} columns; a ConceptNet file has five (the "
            "official assertions) or three (relation, head, tail)"
        )
    if not head.strip() or not tail.strip():
        return None
    return Triple(head, RELATIONS.get(relation) or _spelled_out(relation), tail)


def _spelled_out(relation: str) -> str:
    """A relation that is not listed, in words.

    >>> _spelled_out("HasPainIntensity"), _spelled_out("dbpedia/capital")
    ('has pain intensity', 'capital')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", relation.rsplit("/", 1)[-1]).lower()


def main() -> None:
    """Import a file from the command line."""
    from langchain_kgt.graphs.kuzu import KuzuTripleStore

    parser = argparse.ArgumentParser(prog="python -m langchain_kgt.conceptnet", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("database", type=Path)
    parser.add_argument("--language", default="en")
    given = parser.parse_args()
    with KuzuTripleStore(given.database, buffer_pool_size=_BUFFER_POOL) as graph:
        added = import_conceptnet(given.file, graph, language=given.language)
    tqdm.write(f"{added} triples added")


if __name__ == "__main__":
    main()
