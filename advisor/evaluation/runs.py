"""A system and a question set → one record for each question, kept as they come, so that a stopped run goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from advisor.errors import BenchmarkError
from advisor.evaluation.datasets import Question, QuestionSet
from advisor.evaluation.systems import Record, System


def ask_all(
    system: System, questions: QuestionSet, *, cache: Path | None = None, progress: bool = True
) -> tuple[dict[str, Record], int]:
    """Return the records of all questions by id, and how many of them were taken from the cache.

    A record is kept under what it depends on: the system's `key`, and the question with its history. Nothing is kept
    for a system without a key, or without `cache`.

    Raises:
        BenchmarkError: the system returned something else than a record, or the cache cannot be written.
    """
    wants_answers = any(q.answers or q.key_facts or not q.answerable for q in questions.questions)
    kept = _Kept(cache, system, wants_answers) if cache and system.key else None
    records: dict[str, Record] = {}
    taken = 0
    for question in tqdm(
        questions.questions, desc=f"{questions.name}, {system.name}", unit="question", disable=not progress or None
    ):
        record = kept.get(question) if kept else None
        if record is None:
            record = _checked(system.ask(question, answers=wants_answers), system, question)
            if kept:
                kept.put(question, record)
        else:
            taken += 1
        records[question.id] = record | {"id": question.id}
    return records, taken


class _Kept:
    """The records of one system in a file of JSON Lines; a line that was cut off when a run was stopped is dropped."""

    def __init__(self, cache: Path, system: System, wants_answers: bool) -> None:
        key = hashlib.sha256(f"{system.key}\n{wants_answers}".encode()).hexdigest()[:16]
        name = "".join(c if c.isalnum() else "-" for c in system.name)
        self._path = cache / "answers" / f"{name}-{key}.jsonl"
        self._records: dict[str, Record] = {}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            lines = self._path.read_bytes().split(b"\n") if self._path.exists() else [b""]
            if lines.pop():  # the file is left as whole lines
                self._path.write_bytes(b"".join(line + b"\n" for line in lines))
        except OSError as error:
            raise self._unwritable(error) from error
        for line in lines:
            entry = json.loads(line)
            self._records[entry["key"]] = entry["record"]

    def get(self, question: Question) -> Record | None:
        """Return the record that is kept for a question."""
        return self._records.get(_key(question))

    def put(self, question: Question, record: Record) -> None:
        """Keep a record."""
        line = json.dumps({"key": _key(question), "record": record}, ensure_ascii=False) + "\n"
        try:
            with self._path.open("ab") as file:
                file.write(line.encode("utf-8", "replace"))
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> BenchmarkError:
        return BenchmarkError(f"{self._path} cannot be written ({error.strerror}); choose another folder with --cache")


def _key(question: Question) -> str:
    turns = [[turn.role, turn.content] for turn in question.history]
    return hashlib.sha256(json.dumps([question.text, turns]).encode()).hexdigest()


def _checked(record: Mapping[str, Any], system: System, question: Question) -> Record:
    """Return a record whose parts have the kinds that are judged.

    Raises:
        BenchmarkError: one of them has not.
    """
    found = dict(record)

    def expect(holds: bool, what: str) -> None:
        if not holds:
            raise BenchmarkError(f"{system.name} gave no answer record for {question.id!r}: {what}")

    expect("passages" in found or "units" in found, "it has no passages")
    for name, kind in (("passages", list), ("units", list), ("sentences", list), ("citations", list), ("answer", str)):
        expect(isinstance(found.get(name, kind()), kind), f"{name} is {found.get(name)!r}")
    for passage in found.get("passages", []):
        expect(isinstance(passage, dict) and isinstance(passage.get("document"), str), "a passage names no document")
    for citation in found.get("citations", []):
        expect(isinstance(citation, dict) and {"marker", "document", "page", "quote"} <= citation.keys(), "a citation")
    return found
