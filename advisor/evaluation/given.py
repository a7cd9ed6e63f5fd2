"""Files made elsewhere and other people's code → systems to measure."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError, BenchmarkError, UsageError
from advisor.evaluation.answers import Record, checked_record
from advisor.evaluation.datasets import Question, QuestionSet, token
from advisor.evaluation.files import read_objects, text_field
from advisor.evaluation.trec import read_run
from advisor.text import one_line


class RunSystem:
    """A TREC run that was made elsewhere."""

    key = ""
    repeats = True

    def __init__(self, path: Path, questions: QuestionSet) -> None:
        """Read the run.

        Raises:
            BenchmarkError: it cannot be read, or it is a run of another set.
        """
        self.name = path.stem
        self._run = read_run(path)
        known = {token(question.id) for question in questions.questions}
        for query in self._run:
            if query not in known:
                raise BenchmarkError(f"{path} ranks for {query!r}, which is no question of {questions.name}")

    def ask(self, question: Question, *, answers: bool) -> Record:
        """Return the units that the run ranks."""
        scores = self._run.get(token(question.id), {})
        # Ties as in trec_eval: the unit that comes later in the alphabet goes first.
        ordered = sorted(scores, key=lambda unit: (scores[unit], unit), reverse=True)
        return {"id": question.id, "question": question.text, "units": ordered}


class AnswersSystem:
    """Answer records that were made elsewhere, one a line; lines that name another `set` are passed over."""

    key = ""
    repeats = True

    def __init__(self, path: Path, questions: QuestionSet) -> None:
        """Read the records.

        Raises:
            BenchmarkError: they cannot be read, or are not those of the set's questions, one for each.
        """
        self.name = path.stem
        self._records: dict[str, Record] = {}
        asked = {question.id: question.text for question in questions.questions}
        for where, record in read_objects(path):
            if record.get("set", questions.name) != questions.name:
                continue
            identifier = text_field(record, "id", where)
            if identifier in self._records:
                raise BenchmarkError(f"{where}: the id {identifier!r} stands there twice; keep the lines of one system")
            if record.get("question", asked.get(identifier)) != asked.get(identifier):
                raise BenchmarkError(f"{where}: {identifier!r} is another question in {questions.name}")
            self._records[identifier] = checked_record(record, where)
        for identifier in sorted(asked.keys() ^ self._records.keys()):
            what = "answers" if identifier in self._records else "does not answer"
            raise BenchmarkError(f"{path} {what} {identifier!r}; name the answers to {questions.name}")

    def ask(self, question: Question, *, answers: bool) -> Record:
        """Return the record with the question's id."""
        return self._records[question.id]


def is_of_other_sets(path: Path, questions: QuestionSet) -> bool:
    """Tell whether all records of an answers file name a `set`, and each another one than this.

    Raises:
        BenchmarkError: it cannot be read.
    """
    return all(record.get("set", questions.name) != questions.name for _, record in read_objects(path))


@dataclass(frozen=True)
class OwnSystem:
    """What a function of somebody's own has made; what it raises is told in one line.

    Attributes:
        called: the function, as "module:function".
        target: what it has made.
    """

    called: str
    target: Any

    def __post_init__(self) -> None:
        """Refuse what is no system.

        Raises:
            UsageError: it lacks something of one.
        """
        lacking = [name for name in ("name", "key", "repeats", "ask") if not hasattr(self.target, name)]
        if lacking:
            kind = type(self.target).__name__
            raise UsageError(f"{self.called} made {kind}, which has no {lacking[0]}; see benchmarks/stock.py")

    @property
    def name(self) -> str:
        """The name that it gives itself."""
        return str(self.target.name)

    @property
    def key(self) -> str:
        """The key that it gives itself."""
        return str(self.target.key)

    @property
    def repeats(self) -> bool:
        """Whether it says that it repeats."""
        return bool(self.target.repeats)

    def ask(self, question: Question, *, answers: bool) -> Record:
        """Return what it returns.

        Raises:
            AdvisorError: it raised something.
        """
        try:
            record: Record = self.target.ask(question, answers=answers)
        except Exception as error:
            raise failed(f"{self.called} failed at {question.id!r}", error) from error
        return record


def failed(what: str, error: Exception) -> AdvisorError:
    """Return the error for what other people's code has raised."""
    return AdvisorError(one_line(f"{what}: {type(error).__name__}: {error}"))


@dataclass(frozen=True)
class GivenSystem:
    """A LangChain retriever (or anything else with `invoke`), or a function from question and history to a record.

    Attributes:
        first_page: the number that its passages give the first page of a document; LangChain's loaders count from 0.
    """

    name: str
    target: Any
    key: str = ""
    repeats: bool = True
    first_page: int = 1

    def ask(self, question: Question, *, answers: bool) -> Record:
        """Return what the target returns, as a record."""
        started = time.perf_counter()
        found = (
            self.target.invoke(question.text)
            if hasattr(self.target, "invoke")
            else self.target(question.text, list(question.history))
        )
        spent = (time.perf_counter() - started) * 1000
        if isinstance(found, list):
            record: Record = {"passages": [self._passage(document) for document in found]}
        elif isinstance(found, dict):
            record = dict(found)
        elif hasattr(found, "to_dict"):
            record = dict(found.to_dict())
        else:
            raise BenchmarkError(f"{self.name} gave {type(found).__name__} for {question.id!r}, not an answer record")
        return {"timings_ms": {"total": round(spent, 1)}} | record | {"id": question.id, "question": question.text}

    def _passage(self, document: Any) -> Record:
        metadata = getattr(document, "metadata", None)
        if not isinstance(metadata, dict) or not hasattr(document, "page_content"):
            raise BenchmarkError(f"{self.name} found a {type(document).__name__}, which is no LangChain document")
        source = str(metadata.get("source", ""))
        name = str(metadata.get("document") or (Path(source).name if source.endswith(".pdf") else source))
        if not name:
            raise BenchmarkError(f"a document of {self.name} names neither document nor source in its metadata")
        text = str(document.page_content)
        first = metadata.get("first_page", metadata.get("page", self.first_page))
        last = metadata.get("last_page", first)
        if not isinstance(first, int) or not isinstance(last, int):
            raise BenchmarkError(f"a document of {self.name} has the page {first!r}, which is no number")
        passage: Record = {"document": name, "text": text}
        passage |= {"first_page": first + 1 - self.first_page, "last_page": last + 1 - self.first_page}
        start = metadata.get("start_index")
        if isinstance(start, int) and text:
            passage["spans"] = [[passage["first_page"], start, start + len(text)]]
        return passage
