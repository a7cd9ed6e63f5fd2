"""A question set on disk → checked questions and what they are asked of. `read_sets` knows each format by its files.

FILE.jsonl                              our questions about the PDFs of a store, or of the folders in corpora.toml
FOLDER/ questions.jsonl, *.pdf          our questions about the PDFs beside them
FOLDER/ corpus.jsonl, queries.jsonl, qrels/   BEIR
FILE.json                               SQuAD 2.0
FOLDER/ queries.jsonl, corpora/*.md     questions with spans of plain texts (Chroma's chunking evaluation)
FILE.qrels                              TREC qrels: judgments alone, for runs that were made elsewhere
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from advisor.errors import BenchmarkError
from advisor.records import Message
from ingest.texts import PlainText

Unit = Literal["page", "document", "span"]
"""What judgments are about."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that answers a question.

    Attributes:
        document: file name of a PDF, or the name of a text.
        page: from 1; 1 in texts.
        phrase: some words that stand there.
        part: places with the same part say the same; an answer needs a place of each part.
        span: start and end in the text, where the set says so.
    """

    document: str
    page: int = 1
    phrase: str = ""
    part: int = 1
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what is known about its answer.

    Attributes:
        kind: a group of questions that a report shows by itself; "" where the set has none.
        evidence: empty where the corpus does not answer.
        answers: the gold answer and other wordings of it; empty where the set has none.
        key_facts: what a right answer says: for each fact its wordings, one of which must occur.
        relevance: judgments by unit, where they do not follow from the evidence.
    """

    id: str
    text: str
    kind: str = ""
    answerable: bool = True
    evidence: tuple[Evidence, ...] = ()
    answers: tuple[str, ...] = ()
    key_facts: tuple[tuple[str, ...], ...] = ()
    history: tuple[Message, ...] = ()
    language: str = "en"
    relevance: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PdfCorpus:
    """PDFs that questions are about.

    Attributes:
        files: their names; empty for whatever a store holds.
        folder: where they are; None for the store, or the folders, that the evaluator names.
    """

    files: tuple[str, ...] = ()
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class TextCorpus:
    """Texts that questions are about, read anew at each call, so that none is held; `sha256` is of their files."""

    read: Callable[[], Iterator[PlainText]]
    sha256: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions of one corpus.

    Attributes:
        name: of the set, with its view where it has several: "test (briefs)".
        corpus: None where only judgments are known.
        sha256: of the files that it was read from.
    """

    name: str
    questions: tuple[Question, ...]
    unit: Unit
    corpus: PdfCorpus | TextCorpus | None
    sha256: str

    def qrels(self, question: Question) -> dict[str, int]:
        """Return the judgments of a question: unit → relevance."""
        if question.relevance:
            return dict(question.relevance)
        return {unit_of(place.document, place.page, self.unit): 1 for place in question.evidence}


def unit_of(document: str, page: int, unit: Unit) -> str:
    """Return the name of a unit in qrels and runs: "FILE#PAGE" for a page, the name for a document."""
    return f"{document}#{page}" if unit == "page" else document


def token(text: str) -> str:
    """Return a name for a file whose columns are divided by white space."""
    return "_".join(text.split()) or "_"


def read_sets(path: Path) -> list[QuestionSet]:
    """Return the question sets at a path: one, or one for each view of its corpus.

    Raises:
        BenchmarkError: nothing is there, it has none of the known forms, or something in it is wrong; the file and,
            where there is one, the line are named.
    """
    from advisor.evaluation import beir, questions, spans, squad, trec

    try:
        there = path.exists()
    except (OSError, ValueError):  # a name too long for the system, a NUL
        there = False
    if not there:
        raise BenchmarkError(
            f"there is no question set at {str(path)[:200]}; name a file or a folder, see benchmarks/README.md"
        )
    if path.is_file():
        readers: dict[str, Callable[[Path], list[QuestionSet]]] = {
            ".jsonl": questions.read_file,
            ".json": squad.read_file,
            ".qrels": trec.read_set,
            ".tsv": beir.read_split,
        }
        if path.suffix in readers:
            return _checked(path, readers[path.suffix](path))
        raise BenchmarkError(f"{path} is no question set: its name ends in none of {', '.join(readers)}")
    if (path / "corpus.jsonl").is_file():
        return _checked(path, beir.read_folder(path))
    if (path / "corpora").is_dir():
        return _checked(path, spans.read_folder(path))
    if (path / "questions.jsonl").is_file():
        return _checked(path, questions.read_folder(path))
    raise BenchmarkError(
        f"{path} is no question set: it holds neither questions.jsonl (with PDFs), corpus.jsonl (BEIR) nor corpora/ "
        "(texts with spans); to use one split of a set, name its file"
    )


def _checked(path: Path, sets: Sequence[QuestionSet]) -> list[QuestionSet]:
    for each in sets:
        if not each.questions:
            raise BenchmarkError(f"{path} holds no questions")
        seen: set[str] = set()
        for question in each.questions:
            if token(question.id) in seen:  # in runs, white space within an id is a low line
                raise BenchmarkError(f"{path}: the id {question.id!r} stands there twice; give each its own")
            seen.add(token(question.id))
    return list(sets)
