"""Questions → how many real disagreements between and within the reports are shown, and how many that are none.

    python -m benchmarks.conflicts --store store --out benchmarks/results/conflicts.json

The store holds the five original reports. `conflicts/disagreements.jsonl` has questions on which they differ, with the
values; `conflicts/agreements.jsonl` has questions on which they only seem to. Ids with an odd number are for
development, those with an even one are held out. What is shown for other questions is listed, to be read by people:
`conflicts/read.jsonl` keeps what they found.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from advisor import Advisor
from advisor.answering.differences.conflicts import LOOKED_AT, disagreements
from advisor.embedding import TransformerEmbedder
from advisor.errors import BenchmarkError
from advisor.evaluation.stamp import machine
from advisor.jsonl import parse_jsonl
from advisor.records import Message
from advisor.retrieval.retriever import Retriever
from advisor.store.versions import open_store
from advisor.text import words

SETS = Path(__file__).parent / "conflicts"
OTHERS = Path(__file__).parent / "cluster-capacity" / "dev.jsonl"
HALVES = ("dev", "held-out")


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--others", type=Path, default=OTHERS, help="questions for which what is shown is listed")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    embedder = TransformerEmbedder()
    advisor = Advisor.open(options.store, embedder=embedder)
    differ, agree = (read(SETS / f"{name}.jsonl") for name in ("disagreements", "agreements"))
    result: dict[str, Any] = {"stamp": machine(), "store": size_of(advisor)}
    # First of all, before any sentence has been read.
    result["ms"] = milliseconds(options.store, embedder, [each["question"] for each in [*differ, *agree]])
    for half in HALVES:
        result[half] = of_half(advisor, in_half(differ, half), in_half(agree, half))
    result["others"] = of_others(advisor, read(options.others), read(SETS / "read.jsonl"))
    options.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1, ensure_ascii=False))


def read(path: Path) -> list[dict[str, Any]]:
    """Return the entries of a set."""
    text = path.read_text(encoding="utf-8")
    return [entry for _, entry in parse_jsonl(text, source=path.name, error=BenchmarkError)]


def in_half(entries: Iterable[dict[str, Any]], half: str) -> list[dict[str, Any]]:
    """Return the entries with an odd number in their id for "dev", with an even one for "held-out"."""
    return [entry for entry in entries if int(entry["id"].rpartition("-")[2]) % 2 == (half == "dev")]


def shows(conflicts: Sequence[str], values: Sequence[str]) -> bool:
    """Tell whether one line states all values, in whatever number their nouns are."""
    return any(all(_plain(value) in _plain(line) for value in values) for line in conflicts)


def _plain(text: str) -> str:
    return " " + " ".join(word.removesuffix("s") for word in words(text)) + " "


def size_of(advisor: Advisor) -> dict[str, int]:
    """Return how much the store holds."""
    counts = advisor.counts()
    return {"documents": counts.documents, "pages": counts.pages, "sentences": counts.sentences}


def of_half(advisor: Advisor, differ: Sequence[dict[str, Any]], agree: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return which disagreements are shown and which are missed, and what is shown where there is none."""
    shown = {each["id"]: advisor.ask(each["question"]).conflicts for each in [*differ, *agree]}
    found = [each["id"] for each in differ if shows(shown[each["id"]], each["values"])]
    return {
        "disagreements": len(differ),
        "found": found,
        "missed": [each["id"] for each in differ if each["id"] not in found],
        "others shown for them": {
            each["id"]: list(shown[each["id"]]) for each in differ if shown[each["id"]] and each["id"] not in found
        },
        "agreements": len(agree),
        "false alarms": {each["id"]: list(shown[each["id"]]) for each in agree if shown[each["id"]]},
    }


def of_others(advisor: Advisor, asked: Sequence[dict[str, Any]], verdicts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what is shown for other questions, and how many of those are right, wrong, or not yet read by people."""
    right = {each["id"]: each["right"] for each in verdicts}
    shown: dict[str, list[str]] = {}
    for each in asked:
        history = [Message(turn["role"], turn["content"]) for turn in each.get("history", [])]
        if conflicts := advisor.ask(each["question"], history=history).conflicts:
            shown[each["id"]] = list(conflicts)
    judged = [right.get(item) for item in shown]
    return {
        "questions": len(asked),
        "shown": shown,
        "right": judged.count(True),
        "wrong": judged.count(False),
        "unread": judged.count(None),
    }


def milliseconds(path: Path, embedder: TransformerEmbedder, questions: Sequence[str]) -> dict[str, Any]:
    """Return the milliseconds that looking for disagreements takes, the first time and again."""
    store = open_store(path)
    retriever = Retriever(store, embedder)
    found = [(query, retriever.retrieve(query, k=LOOKED_AT)) for query in map(retriever.understand, questions)]
    measured: dict[str, Any] = {"questions": len(questions)}
    for name in ("first", "again"):
        spent = []
        for query, hits in found:
            started = time.perf_counter()
            disagreements(store, query, hits)
            spent.append((time.perf_counter() - started) * 1000)
        measured[name] = {"median": round(float(np.median(spent)), 1), "p95": round(float(np.quantile(spent, 0.95)), 1)}
    store.close()
    return measured


if __name__ == "__main__":
    main()
