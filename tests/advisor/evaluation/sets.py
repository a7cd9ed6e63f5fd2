"""Small question sets in each form, written to a folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def question(identifier: str = "q1", **changed: Any) -> dict[str, Any]:
    """Return an answerable question about page 2 of a handbook."""
    evidence = [{"document": "handbook.pdf", "page": 2, "phrase": "trade fairs"}]
    whole = {"id": identifier, "question": "Where do we meet partners?", "kind": "fact", "answerable": True}
    return whole | {"evidence": evidence, "key_facts": ["trade fairs"]} | changed


def unanswerable(identifier: str = "u1", **changed: Any) -> dict[str, Any]:
    return {"id": identifier, "question": "How do I boil an egg?", "kind": "off-topic", "answerable": False} | changed


DOCUMENTS = {
    "d1": ("Harbours", "The harbour of Genoa moves two million containers a year.\n\nIt was enlarged in 1999."),
    "d2": ("Cheese", "Goat cheese ripens in cool cellars for sixty days."),
    "d3": ("Bees", "Bees find their way home by the sun. A colony holds forty thousand bees in summer."),
}


def write_beir(folder: Path, *, split: str = "test") -> Path:
    """Write a BEIR folder of three documents and two queries."""
    documents = [{"_id": name, "title": title, "text": text} for name, (title, text) in DOCUMENTS.items()]
    write_lines(folder / "corpus.jsonl", documents)
    queries = {"1": "containers in the harbour of Genoa", "2": "how bees find home by the sun", "3": "not judged"}
    write_lines(folder / "queries.jsonl", [{"_id": name, "text": text} for name, text in queries.items()])
    qrels = folder / "qrels" / f"{split}.tsv"
    qrels.parent.mkdir()
    qrels.write_text("query-id\tcorpus-id\tscore\n1\td1\t1\n2\td3\t2\n2\td2\t0\n", encoding="utf-8")
    return folder


def squad(*paragraphs: tuple[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "version": "v2.0",
        "data": [{"title": "Sea_Life", "paragraphs": [{"context": text, "qas": asked} for text, asked in paragraphs]}],
    }


def write_squad(path: Path) -> Path:
    """Write a SQuAD 2.0 file of two paragraphs with an answerable and an impossible question."""
    whales = "Blue whales weigh up to 190 tonnes. They feed on krill in cold water."
    crabs = "Crabs shed their shell several times in a life."
    asked = [
        {
            "id": "w1",
            "question": "What do blue whales feed on in cold water?",
            "is_impossible": False,
            "answers": [{"text": "krill", "answer_start": 54}, {"text": "on krill", "answer_start": 51}],
        },
        {"id": "w2", "question": "Which zebra painted Lisbon?", "is_impossible": True, "answers": []},
    ]
    path.write_text(json.dumps(squad((whales, asked), (crabs, []))), encoding="utf-8")
    return path


def write_spans(folder: Path) -> Path:
    """Write texts with span evidence: a question whose two places lie in one text."""
    text = (
        "Tides rise twice a day.\n\nThe moon pulls the water. The sun pulls too, by half as much.\n\nWind is no tide.\n"
    )
    (folder / "corpora").mkdir(parents=True)
    (folder / "corpora" / "sea.md").write_text(text, encoding="utf-8")
    (folder / "corpora" / "land.md").write_text("Hills are old.\n", encoding="utf-8")
    places = ["The moon pulls the water.", "The sun pulls too"]
    evidence = [{"content": p, "start": text.index(p), "end": text.index(p) + len(p)} for p in places]
    query = {"_id": "s1", "text": "What pulls the water of the tides?", "corpus_id": "sea", "evidence": evidence}
    write_lines(folder / "queries.jsonl", [query])
    return folder
