"""Questions with exact spans of plain texts, as in Chroma's evaluation of chunking (research.trychroma.com)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from advisor.errors import BenchmarkError
from advisor.evaluation.datasets import Evidence, Question, QuestionSet, TextCorpus
from advisor.evaluation.files import read_objects, read_text, sha256_of, text_field
from ingest.texts import PlainText


def read_folder(path: Path) -> list[QuestionSet]:
    """Return the set of a folder with `queries.jsonl` and `corpora/*.md`; all texts are searched together.

    Beside what Chroma's files hold, a question may have a "kind" (its document by default) and then no evidence, which
    says that the texts do not answer it; and evidence may have a "corpus_id" of its own.

    Raises:
        BenchmarkError: a line has another form, or its words are not at their span; file and line are named.
    """
    files = sorted((path / "corpora").glob("*.md"))
    if not files:
        raise BenchmarkError(f"{path / 'corpora'} holds no texts (*.md)")
    texts = {file.stem: read_text(file) for file in files}
    queries = path / "queries.jsonl"
    questions = tuple(_question(where, record, texts) for where, record in read_objects(queries))
    corpus = TextCorpus(lambda: _documents(texts), sha256_of(files))
    return [QuestionSet(path.resolve().name, questions, "span", corpus, sha256_of([*files, queries]))]


def _documents(texts: dict[str, str]) -> Iterator[PlainText]:
    for name, text in texts.items():
        yield PlainText(name, name, text)


def _question(where: str, record: dict[str, Any], texts: dict[str, str]) -> Question:
    document = text_field(record, "corpus_id", where)
    if document not in texts:
        raise BenchmarkError(f"{where}: there is no text {document}.md in corpora/")
    kind = record.get("kind", document)
    if not isinstance(kind, str):
        raise BenchmarkError(f"{where}: kind is {kind!r}; it is a word")
    places = record.get("evidence")
    if not isinstance(places, list) or not (places or "kind" in record):
        raise BenchmarkError(f"{where}: the question has no evidence, nor a kind for questions without it")
    evidence = []
    for part, place in enumerate(places, start=1):
        try:
            content, start, end = str(place["content"]), int(place["start"]), int(place["end"])
            text = str(place.get("corpus_id", document))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise BenchmarkError(f"{where}: evidence needs content, start and end ({error})") from error
        if not content or start < 0 or texts.get(text, "")[start:end] != content:
            raise BenchmarkError(f"{where}: {content[:40]!r} does not stand at {start} to {end} of {text}.md")
        evidence.append(Evidence(text, phrase=content, part=part, span=(start, end)))
    return Question(
        text_field(record, "_id", where),
        text_field(record, "text", where),
        kind,
        answerable=bool(evidence),
        evidence=tuple(evidence),
    )
