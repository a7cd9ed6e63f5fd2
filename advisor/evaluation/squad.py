"""SQuAD 2.0 files: each paragraph is a document, to be found among all paragraphs of the file.

Format: Rajpurkar et al., ACL 2018, doi:10.18653/v1/P18-2124, and https://rajpurkar.github.io/SQuAD-explorer/.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from advisor.errors import BenchmarkError
from advisor.evaluation.datasets import Evidence, Question, QuestionSet, TextCorpus
from advisor.evaluation.files import read_text, sha256_of, text_field
from ingest.texts import PlainText


def read_file(path: Path) -> list[QuestionSet]:
    """Return the set of a file; a paragraph is named "TITLE/N", from 1.

    Raises:
        BenchmarkError: the file has another form; the article and paragraph are named.
    """
    questions: list[Question] = []
    texts: list[PlainText] = []
    names: set[str] = set()
    for name, title, where, paragraph in _paragraphs(path):
        if name in names:
            raise BenchmarkError(f"{where}: another article has the same title; give each its own")
        names.add(name)
        texts.append(PlainText(name, title, text_field(paragraph, "context", where)))
        for entry in _listed(paragraph, "qas", where):
            questions.append(_question(entry, name, where))
    sha256 = sha256_of([path])
    return [QuestionSet(path.stem, tuple(questions), "document", TextCorpus(lambda: iter(texts), sha256), sha256)]


def _paragraphs(path: Path) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    try:
        root = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise BenchmarkError(f"{path} is not JSON ({error})") from error
    if not isinstance(root, dict) or "data" not in root:
        raise BenchmarkError(f"{path} is no SQuAD file: it has no list named data")
    for number, article in enumerate(_listed(root, "data", str(path)), start=1):
        title = text_field(article, "title", f"{path}, article {number}")
        for i, paragraph in enumerate(_listed(article, "paragraphs", f"{path}, {title}"), start=1):
            yield (
                "_".join(f"{title}/{i}".split()),
                title.replace("_", " "),
                f"{path}, {title}, paragraph {i}",
                paragraph,
            )


def _listed(record: Mapping[str, Any], name: str, where: str) -> list[Mapping[str, Any]]:
    value = record.get(name)
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise BenchmarkError(f"{where}: {name} is no list of objects")
    return value


def _question(entry: Mapping[str, Any], document: str, where: str) -> Question:
    impossible = entry.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise BenchmarkError(f"{where}: is_impossible is {impossible!r}; write true or false")
    answers = tuple(dict.fromkeys(text_field(answer, "text", where) for answer in _listed(entry, "answers", where)))
    if not impossible and not answers:
        raise BenchmarkError(f"{where}: the question {entry.get('id')!r} has no answer and is not marked impossible")
    return Question(
        id=text_field(entry, "id", where),
        text=text_field(entry, "question", where),
        kind="unanswerable" if impossible else "answerable",
        answerable=not impossible,
        evidence=() if impossible else (Evidence(document, phrase=answers[0]),),
        answers=() if impossible else answers,
        key_facts=() if impossible else (answers,),
    )
