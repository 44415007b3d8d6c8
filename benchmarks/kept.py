"""What is worth keeping of a message, by kind, and what is never kept: `kept-dev.json`.

Kept: the text of a stored fact of that status has one of the texts of an item in it. Where nothing
is to keep, nothing that holds and no instruction is stored. What is never to be kept is looked for
in all that is exported of the user, the journal included.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

import typer
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from benchmarks import options
from benchmarks.harness import open_model, progress, share
from benchmarks.learned import new_memories, text_of, write_report
from langchain_kgt import StoredTriple


def main(
    data: options.Data,
    out: options.Out,
    model: options.Model = None,
    encoder: options.Encoder = True,
) -> None:
    """Learn every message for a user of its own, and write a report."""
    items: list[dict[str, Any]] = json.loads(data.read_text(encoding="utf-8"))
    scorer = open_model(model)
    new_memory = new_memories(scorer, encoder=encoder)
    kept: dict[str, list[bool]] = defaultdict(list)
    halves: dict[int, list[bool]] = defaultdict(list)
    nothing: list[bool] = []
    subjects: list[bool] = []
    stored_secrets = 0
    with progress(len(items), "messages") as advance:
        for number, item in enumerate(items):
            memory = new_memory()
            said: list[BaseMessage] = [AIMessage(item["before"])] if item["before"] else []
            memory.learn([*said, HumanMessage(item["message"])], user_id="u")
            facts = memory.facts(user_id="u", every=True)
            for wanted in item["keep"]:
                named = [f for f in facts if is_so(f, wanted)]
                kept[item["kind"]].append(bool(named))
                halves[number % 2].append(bool(named))
                if named:
                    who = "user" if named[0].triple.subject == "user" else "other"
                    subjects.append(who == ("user" if wanted["subject"] == "user" else "other"))
            if not item["keep"]:
                nothing.append(not any(
                    f.status == "holds" and f.kind != "event" for f in facts
                ))
            everything = folded(json.dumps(memory.export(user_id="u"), ensure_ascii=False))
            stored_secrets += sum(folded(secret) in everything for secret in item["never"])
            advance()
    metrics = {
        **{f"kept_{kind}": share(found) for kind, found in sorted(kept.items())},
        "kept_looked_at": share(halves[0]), "kept_not_looked_at": share(halves[1]),
        "nothing_kept": share(nothing), "subject_right": share(subjects),
        "secrets_stored": stored_secrets,
    }
    write_report("kept", metrics, data, out, scorer, encoder=encoder)


def is_so(fact: StoredTriple, wanted: dict[str, Any]) -> bool:
    """Whether a fact is what an item wants, and stands as it says."""
    stands = {
        "holds": fact.status == "holds" and fact.kind == "state",
        "event": fact.status == "holds" and fact.kind == "event",
        "ended": fact.status == "ended", "instruction": fact.kind == "instruction",
    }
    text = f" {folded(text_of(fact))} "
    return stands[wanted["status"]] and any(f" {folded(one)} " in text for one in wanted["any_of"])


def folded(text: str) -> str:
    """Case and apostrophes aside."""
    return " ".join(re.findall(r"\w+", re.sub(r"['’]", "", text.casefold())))


if __name__ == "__main__":
    typer.run(main)
