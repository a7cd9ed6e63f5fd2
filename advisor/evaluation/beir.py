"""BEIR folders: `corpus.jsonl`, `queries.jsonl`, `qrels/SPLIT.tsv` (https://github.com/beir-cellar/beir)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from advisor.errors import BenchmarkError
from advisor.evaluation.datasets import Question, QuestionSet, TextCorpus
from advisor.evaluation.files import read_lines, read_objects, sha256_of, text_field, well_formed
from advisor.evaluation.trec import MOST_RELEVANT
from ingest.texts import PlainText


def read_folder(path: Path) -> list[QuestionSet]:
    """Return the set of a folder: its split "test", or its only one.

    Raises:
        BenchmarkError: see `read_split`; also where there are several splits and none is "test".
    """
    splits = sorted((path / "qrels").glob("*.tsv"))
    test = [split for split in splits if split.stem == "test"]
    if not test and len(splits) != 1:
        named = ", ".join(map(str, splits)) or "none"
        raise BenchmarkError(f"{path} has no qrels/test.tsv; name the file of one split (found: {named})")
    return read_split((test or splits)[0])


def read_split(path: Path) -> list[QuestionSet]:
    """Return the set of one split, by its file of judgments in the folder `qrels` of a BEIR folder.

    Raises:
        BenchmarkError: a file is missing or a line has another form, an id is unknown or stands twice, or a query has
            no relevant document; file and line are named.
    """
    folder = path.resolve().parent.parent
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    for needed in (corpus, queries):
        if not needed.is_file():
            raise BenchmarkError(f"{path} is no split of a BEIR folder: {needed} is missing")
    names = _unique(corpus)
    judged = _judgments(path, names)
    texts: dict[str, str] = {}
    for where, record in read_objects(queries):
        identifier = text_field(record, "_id", where)
        if identifier in texts:
            raise BenchmarkError(f"{where}: the id {identifier!r} stands there twice")
        texts[identifier] = text_field(record, "text", where)
    for query, (where, relevance) in judged.items():
        if query not in texts:
            raise BenchmarkError(f"{where}: the query {query!r} is not in {queries}")
        if not any(value > 0 for value in relevance.values()):
            raise BenchmarkError(f"{where}: the query {query!r} has no relevant document; take it out of the judgments")
    questions = tuple(Question(query, texts[query], relevance=relevance) for query, (_, relevance) in judged.items())
    files = [corpus, queries, path]
    name = f"{folder.name}-{path.stem}"
    return [
        QuestionSet(
            name, questions, "document", TextCorpus(lambda: _documents(corpus), sha256_of([corpus])), sha256_of(files)
        )
    ]


def _unique(corpus: Path) -> set[str]:
    names: set[str] = set()
    for where, record in read_objects(corpus):
        name = text_field(record, "_id", where)
        if name in names:
            raise BenchmarkError(f"{where}: the id {name!r} stands there twice; give each document its own")
        names.add(name)
    return names


def _judgments(path: Path, names: set[str]) -> dict[str, tuple[str, dict[str, int]]]:
    """Return for each query the place of its first judgment and the relevance of each judged document."""
    judged: dict[str, tuple[str, dict[str, int]]] = {}
    for i, (where, line) in enumerate(read_lines(path)):
        cells = line.split("\t")
        if i == 0 and cells[0] == "query-id":
            continue
        try:
            query, document, relevance = cells[0], cells[1], int(cells[2])
        except (IndexError, ValueError) as error:
            raise BenchmarkError(
                f"{where}: {line[:80]!r} is not query-id, corpus-id and score, divided by tabs"
            ) from error
        if abs(relevance) > MOST_RELEVANT:
            raise BenchmarkError(f"{where}: the score {relevance} is out of range")
        if document not in names:
            raise BenchmarkError(f"{where}: the document {document!r} is not in corpus.jsonl")
        held = judged.setdefault(query, (where, {}))[1]
        if held.setdefault(document, relevance) != relevance:
            raise BenchmarkError(f"{where}: {query!r} and {document!r} were judged otherwise in a line before")
    if not judged:
        raise BenchmarkError(f"{path} holds no judgments")
    return judged


def _documents(corpus: Path) -> Iterator[PlainText]:
    for where, record in read_objects(corpus):
        text = record.get("text")
        if not isinstance(text, str):
            raise BenchmarkError(f"{where}: text is {text!r}, not a text")
        title = well_formed(str(record.get("title") or ""), "title", where)
        yield PlainText(text_field(record, "_id", where), title, well_formed(text, "text", where))
