"""An answers file → its records, each with the place it stands at; what is looked at later is of the right kind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from advisor.errors import UsageError

MAX_NUMBER = 1_000_000_000
"""More pages, characters or citations than anything has: a number that no message has to print."""

Record = Mapping[str, Any]
"""An answer record, or a part of it."""


def read_answers(path: Path) -> Iterator[tuple[str, Record]]:
    """Yield each record of a JSONL file, with "FILE, line N (id)".

    Raises:
        UsageError: the file cannot be read or holds no record, or a line is not an answer record.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # JSON texts may hold other line ends
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read ({error}); name a file that `advisor ask --jsonl` wrote") from error
    found = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            record = json.loads(line)
            json.dumps(record, ensure_ascii=False).encode()  # refuses half a surrogate pair, which cannot be printed
            _check(record)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UsageError(f"{where} is not an answer record ({type(error).__name__}: {error})") from error
        found += 1
        yield f"{where} ({str(record.get('id', ''))[:80]})", record
    if not found:
        raise UsageError(f"{path} holds no answers; write some with `advisor ask --jsonl`")


def _check(record: Record) -> None:
    """Raise KeyError or TypeError where a value that is looked at is missing or of the wrong kind."""
    _expect(record, answer=str, sentences=list, citations=list)
    usual = {"conflicts": [], "passages": [], "abstained": False}
    _expect(usual | dict(record), conflicts=list, passages=list, abstained=bool)
    texts = ("mode", "note", "question", "standalone_question", "reason")
    _expect(dict.fromkeys(texts, "") | dict(record), **dict.fromkeys(texts, str))
    _all_are(str, record.get("conflicts", []), "conflicts are texts")
    for passage in record.get("passages", []):
        _expect({"text": ""} | passage, passage_id=str, text=str)
    for sentence in record["sentences"]:
        _expect(sentence, text=str, markers=list, support=str)
        _all_are(int, sentence["markers"], "markers are numbers")
    for citation in record["citations"]:
        _expect(citation, marker=int, document_id=str, document=str, title=str, page=int, page_label=str)
        _expect(citation, section=list, quote=str, start=int, end=int, boxes=list, passage_id=str)
        _all_are(str, citation["section"], "a section is made of texts")


def _expect(record: Record, **kinds: type) -> None:
    for name, kind in kinds.items():
        _all_are(kind, [record[name]], f"{name} is not of the kind {kind.__name__}, or far too large")


def _all_are(kind: type, values: list[Any], rule: str) -> None:
    for value in values:
        # a bool is an int to isinstance
        if type(value) is not kind or (isinstance(value, int) and abs(value) > MAX_NUMBER):
            raise TypeError(rule)
