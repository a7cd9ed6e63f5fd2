"""A system and a question set → one record for each question, kept as they come, so that a stopped run goes on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tqdm import tqdm

from advisor.errors import BenchmarkError, UsageError
from advisor.evaluation.answers import Record, checked_record
from advisor.evaluation.datasets import Question, QuestionSet
from advisor.evaluation.systems import System


def ask_all(
    system: System,
    questions: QuestionSet,
    *,
    corpus_sha256: str = "",
    cache: Path | None = None,
    progress: bool = True,
) -> tuple[dict[str, Record], int]:
    """Return the records of all questions by id, and how many of them were taken from the cache.

    A record is kept under what it depends on: the corpus, the system's `key`, and the question with its history.
    Nothing is kept for a system without a key, or without `cache`. What may come out otherwise the next time is kept
    until all questions are asked, so that a run that was stopped goes on.

    Raises:
        BenchmarkError: the system returned something else than a record, or cannot be asked a question, or the cache
            cannot be written.
    """
    wants_answers = any(q.answers or q.key_facts or not q.answerable for q in questions.questions)
    kept = _Kept(cache, system, f"{corpus_sha256}\n{wants_answers}") if cache and system.key else None
    records: dict[str, Record] = {}
    taken = 0
    for question in tqdm(
        questions.questions, desc=f"{questions.name}, {system.name}", unit="question", disable=not progress or None
    ):
        record = kept.get(question) if kept else None
        if record is None:
            record = _asked(system, question, wants_answers)
            if kept:
                kept.put(question, record)
        else:
            taken += 1
        records[question.id] = record | {"id": question.id}
    if kept and not system.repeats:
        kept.discard()
    return records, taken


def _asked(system: System, question: Question, wants_answers: bool) -> Record:
    try:
        record = system.ask(question, answers=wants_answers)
    except UsageError as error:
        raise BenchmarkError(f"{system.name} cannot be asked {question.id!r}: {error}") from error
    return checked_record(record, f"what {system.name} gave for {question.id!r}")


class _Kept:
    """The records of one system in a file of JSON Lines; a line that is not whole is dropped."""

    def __init__(self, cache: Path, system: System, asked: str) -> None:
        key = hashlib.sha256(f"{system.key}\n{asked}".encode()).hexdigest()[:16]
        name = "".join(c if c.isalnum() else "-" for c in system.name)[:60]
        self._path = cache / "answers" / f"{name}-{key}.jsonl"
        self._records: dict[str, Record] = {}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            lines = self._path.read_bytes().split(b"\n") if self._path.exists() else [b""]
            whole = [line for line in lines if self._take(line)]
            if whole != lines[:-1] or lines[-1]:  # what was cut off when a run was stopped
                beside = self._path.with_suffix(".part")
                beside.write_bytes(b"".join(line + b"\n" for line in whole))
                beside.replace(self._path)
        except OSError as error:
            raise self._unwritable(error) from error

    def _take(self, line: bytes) -> bool:
        """Tell whether a line is whole, and remember its record."""
        try:
            entry = json.loads(line)
            self._records[entry["key"]] = dict(entry["record"])
        except (ValueError, KeyError, TypeError):
            return False
        return True

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

    def discard(self) -> None:
        """Forget the records."""
        self._path.unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> BenchmarkError:
        return BenchmarkError(f"{self._path} cannot be written ({error.strerror}); choose another folder with --cache")


def _key(question: Question) -> str:
    turns = [[turn.role, turn.content] for turn in question.history]
    return hashlib.sha256(json.dumps([question.text, turns]).encode()).hexdigest()
