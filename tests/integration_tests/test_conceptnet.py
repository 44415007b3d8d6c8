"""Background knowledge: both layouts, a load that was killed, and what users make of it."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from langchain_kgt import InMemoryTripleStore, InvalidInputError, KGTMemory, KuzuTripleStore
from langchain_kgt.conceptnet import import_conceptnet, read
from langchain_kgt.graphs.base import SHARED
from langchain_kgt.models.huggingface import HuggingFaceModel

OFFICIAL = "\n".join(
    f"/a/[/r/{r}/,{s},{o}]\t/r/{r}\t{s}\t{o}\t{{}}"
    for r, s, o in [
        ("UsedFor", "/c/en/sea_shell/n", "/c/en/decoration"),
        ("IsA", "/c/en/quartz", "/c/en/mineral/n/wn/substance"),
        ("IsA", "/c/de/quarz", "/c/de/mineral"),
        ("Synonym", "/c/de/quarz", "/c/en/quartz"),
        ("dbpedia/capital", "/c/en/peru", "/c/en/lima"),
    ]
)
WANTED = [
    "(sea shell, is used for, decoration)", "(quartz, is a, mineral)", "(peru, capital, lima)",
]


def test_both_layouts_are_read_plain_and_gzipped(tmp_path: Path) -> None:
    plain, zipped, small = (tmp_path / name for name in ("a.csv", "a.csv.gz", "b.tsv"))
    plain.write_text(OFFICIAL, encoding="utf-8")
    zipped.write_bytes(gzip.compress(OFFICIAL.encode()))
    small.write_text("IsA\tcafé 🐕\tplace\n", encoding="utf-8")
    assert [str(t) for t in read(plain)] == [str(t) for t in read(zipped)] == WANTED
    assert [str(t) for t in read(plain, language="de")] == ["(quarz, is a, mineral)"]
    assert [str(t) for t in read(small)] == ["(café 🐕, is a, place)"]
    small.write_text("not a ConceptNet file")
    with pytest.raises(InvalidInputError, match="line 1"):
        list(read(small))
    with pytest.raises(InvalidInputError, match="is not a file"):
        import_conceptnet(tmp_path / "none", InMemoryTripleStore())


def test_awkward_texts_survive_the_bulk_load(tmp_path: Path) -> None:
    texts = ['say "hi", \\ or', "tab", "naïve 🐕", "'; MATCH (n) DELETE n", "0", "null"]
    file = tmp_path / "a.tsv"
    file.write_text("".join(f"IsA\t{text}\tx{n}\n" for n, text in enumerate(texts)))
    with KuzuTripleStore(tmp_path / "m.kuzu") as graph:
        assert import_conceptnet(file, graph, progress=False) == len(texts)
        assert import_conceptnet(file, graph, progress=False) == 0
        found = [s.triple.subject for s in graph.triples(SHARED)]
        assert sorted(found) == sorted(texts)


LOADER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    import langchain_kgt.graphs.kuzu_load as kuzu_load
    from langchain_kgt import KuzuTripleStore
    from langchain_kgt.conceptnet import read

    kuzu_load._BUFFER_BYTES_A_TRIPLE = 2**28 // 500

    def told():
        for number, triple in enumerate(read(Path(sys.argv[1]))):
            if number % 500 == 0:
                print(number, flush=True)
            yield triple

    with KuzuTripleStore(sys.argv[2]) as graph:
        print(graph.load(told(), source="the file"), flush=True)
    """
)


def test_a_load_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    file, database = tmp_path / "a.tsv", tmp_path / "m.kuzu"
    file.write_text("".join(f"IsA\tthing {n % 4000}\tkind {n}\n" for n in range(20_000)))
    command = [sys.executable, "-c", LOADER, str(file), str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        while int(first.stdout.readline()) < 2000:
            pass
        os.kill(first.pid, signal.SIGKILL)
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert 0 < int(again.stdout.splitlines()[-1]) <= 18_000
    with KuzuTripleStore(database) as graph:
        assert len(graph.triples(SHARED)) == 20_000
        assert len(graph.triples("ann", "thing 7")) == 5


def test_users_contradict_the_background_for_themselves_alone(
    smollm: HuggingFaceModel, tmp_path: Path
) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("AtLocation\tbook club\tlibrary\nDesires\tbook club\tsilence\n")
    question = "Where is the book club found?"
    with KGTMemory(model=smollm, graph=KuzuTripleStore(tmp_path / "m.kuzu")) as memory:
        import_conceptnet(file, memory.graph, progress=False)

        def said(user: str) -> list[str]:
            return [r.triple.object for r in memory.recall(question, user_id=user)]

        assert said("ann")[0] == said("bob")[0] == "library"
        update = memory.correct(
            question, "the attic", user_id="ann", subject="the book club", relation="is found at"
        )
        assert [t.object for t in update.retired] == ["library"]
        assert said("ann")[0] == "the attic"
        assert "library" not in said("ann")
        assert said("bob")[0] == "library"
        undone = memory.undo(update.id, user_id="ann")
        assert said("ann")[0] == "library"
        memory.undo(undone.id, user_id="ann")
        assert said("ann")[0] == "the attic"
        assert memory.recall("Where is the teapot?", user_id="ann") == []
