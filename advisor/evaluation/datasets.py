"""A JSONL file of questions → checked records. The format is described in `benchmarks/README.md`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.errors import BenchmarkError
from advisor.jsonl import parse_jsonl
from advisor.records import Message


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that answers a question: a page, from 1, of a PDF by its file name, and words that stand there."""

    document: str
    page: int
    phrase: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what is known about its answer; `evidence` is empty where the corpus does not answer it."""

    id: str
    text: str
    kind: str
    answerable: bool
    evidence: tuple[Evidence, ...] = ()
    key_facts: tuple[str, ...] = ()
    history: tuple[Message, ...] = ()


def read_questions(path: Path) -> list[Question]:
    """Return the questions of a set, in order.

    Raises:
        BenchmarkError: the file cannot be read, is empty, or a line is not a question; file and line are named.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BenchmarkError(f"{path} cannot be read ({error}); name a JSONL file in UTF-8") from error
    records = parse_jsonl(text, source=str(path), error=BenchmarkError)
    questions = [_question(where, record) for where, record in records]
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise BenchmarkError(f"{path}: the id {question.id!r} stands there twice; give each question its own")
        seen.add(question.id)
    return questions


def _question(where: str, record: Mapping[str, Any]) -> Question:
    try:
        question = Question(
            id=_text(record["id"]),
            text=_text(record["question"]),
            kind=_text(record["kind"]),
            answerable=record["answerable"],
            evidence=tuple(_evidence(item) for item in record.get("evidence", [])),
            key_facts=tuple(_text(fact) for fact in record.get("key_facts", [])),
            history=tuple(Message(turn["role"], _text(turn["content"])) for turn in record.get("history", [])),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BenchmarkError(
            f"{where}: not a question ({type(error).__name__}: {error}); see benchmarks/README.md"
        ) from error
    if question.answerable is not True and question.answerable is not False:
        raise BenchmarkError(f"{where}: answerable is {question.answerable!r}; write true or false")
    if question.answerable and not question.evidence:
        raise BenchmarkError(f"{where}: an answerable question names its evidence: document, page and phrase")
    return question


def _evidence(item: dict[str, Any]) -> Evidence:
    if not isinstance(item["page"], int) or item["page"] < 1:
        raise TypeError(f"page is {item['page']!r}, not a number from 1")
    return Evidence(_text(item["document"]), item["page"], _text(item["phrase"]))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{value!r} is not a text")
    return value
