"""A file of questions, a JSON object a line → what to ask, all lines checked before anything is answered."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from advisor.answering.conversation import checked, messages
from advisor.answering.options import as_texts
from advisor.errors import UsageError
from advisor.jsonl import parse_jsonl
from advisor.records import Message

KEYS = ("id", "question", "history", "documents")
"""What a line may say; question sets say more, such as an answer, which is passed over."""

LIKENESS = 0.82
"""Of a key to one of these from which it is taken for it misspelt: "histroy" and "document", but not "document_id"."""


@dataclass(frozen=True, slots=True)
class Line:
    """One question of a file.

    Attributes:
        where: file and line.
        id: as it was given; the number of the line where it was not.
        documents: ids or file names; empty where the line names none.
    """

    where: str
    id: str | int
    question: str
    history: tuple[Message, ...]
    documents: tuple[str, ...]


def read_questions(source: str) -> list[Line]:
    """Return the questions of a file, or of standard input for "-".

    Raises:
        UsageError: the file cannot be read, or a line is no question, or has the id of another; the line is named.
    """
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        advice = "name a JSONL file in UTF-8, or - for standard input"
        raise UsageError(f"{source} cannot be read ({getattr(error, 'strerror', None) or error}); {advice}") from error
    lines: dict[str, Line] = {}
    for where, record in parse_jsonl(text, source=source, error=UsageError):
        line = _line(where, record)
        if str(line.id) in lines:
            raise UsageError(f"{where}: the id {line.id!r} stands there twice; give each its own")
        lines[str(line.id)] = line
    return list(lines.values())


def _line(where: str, record: Mapping[str, Any]) -> Line:
    for key in record:
        [meant] = get_close_matches(key.lower(), KEYS, n=1, cutoff=LIKENESS) or [key]
        if meant not in record:
            raise UsageError(f"{where}: there is no key {key!r}; write {meant!r}, or take it out")
    if not isinstance(record.get("question"), str):
        raise UsageError(f'{where}: no question; write {{"id": …, "question": …}}')
    try:
        checked(record["question"])
        history = tuple(messages(record.get("history")))
        documents = as_texts(record.get("documents"), "documents")
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from error
    identifier = record.get("id")
    if identifier in (None, ""):
        identifier = where.rpartition(" ")[2]
    if type(identifier) not in (str, int):  # a bool is an int to isinstance
        raise UsageError(f"{where}: the id is {identifier!r}; give a text or a whole number")
    return Line(where, identifier, record["question"], history, documents)
