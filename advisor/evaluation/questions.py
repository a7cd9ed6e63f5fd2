"""Our own question sets: a JSON object a line, about PDFs by page. `benchmarks/README.md` describes the format."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from advisor.errors import BenchmarkError
from advisor.evaluation.datasets import Evidence, PdfCorpus, Question, QuestionSet
from advisor.evaluation.files import read_objects, read_text, sha256_of, text_field
from advisor.records import Message
from advisor.text import words

CORPORA = "corpora.toml"
"""Beside a file of questions, where they have evidence in several corpora: for each of these views its documents."""


def read_file(path: Path) -> list[QuestionSet]:
    """Return the set of a file, or one set for each view that `corpora.toml` beside it names.

    In a view, answerable questions are left out whose evidence lies elsewhere only. Questions of which nobody has said
    whether they can be answered (`answerable` is null) wait for somebody who does; they are passed over.

    Raises:
        BenchmarkError: a line is not a question; file and line are named.
    """
    lines = [(where, record) for where, record in read_objects(path) if record.get("answerable", "") is not None]
    if not (path.parent / CORPORA).is_file():
        questions = tuple(
            _question(where, record, _places(where, record.get("evidence", []))) for where, record in lines
        )
        return [QuestionSet(path.stem, questions, "page", PdfCorpus(), sha256_of([path]))]
    views = _views(path.parent / CORPORA)
    read = [(where, record, _by_view(where, record, views)) for where, record in lines]
    sha256 = sha256_of([path, path.parent / CORPORA])
    name = f"{path.parent.resolve().name}-{path.stem}"
    return [
        QuestionSet(
            f"{name} ({view})",
            tuple(
                _question(where, record, places[view])
                for where, record, places in read
                if record.get("answerable") is not True or places[view] or not any(places.values())
            ),
            "page",
            PdfCorpus(files),
            sha256,
        )
        for view, files in views.items()
    ]


def read_folder(path: Path) -> list[QuestionSet]:
    """Return the set of a folder that holds `questions.jsonl` and the PDFs it is about.

    Raises:
        BenchmarkError: there are no PDFs, a line is not a question, or its evidence is in none of the PDFs.
    """
    found, *others = read_file(path / "questions.jsonl")
    if others:
        raise BenchmarkError(
            f"{path / CORPORA} names several corpora; name the file of questions instead of its folder"
        )
    files = tuple(sorted(file.name for file in path.glob("*.pdf")))
    if not files:
        raise BenchmarkError(f"{path} holds questions.jsonl but no PDF; put the PDFs it is about beside it")
    for question in found.questions:
        for place in question.evidence:
            if place.document not in files:
                raise BenchmarkError(f"{path}: question {question.id!r} names {place.document}, which is not there")
    return [QuestionSet(path.resolve().name, found.questions, "page", PdfCorpus(files, path), found.sha256)]


def _views(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        views = tomllib.loads(read_text(path))
        found = {str(view): tuple(map(str, table["documents"])) for view, table in views.items()}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BenchmarkError(f"{path} names no corpora ({error}); see benchmarks/README.md") from error
    if not found:
        raise BenchmarkError(f"{path} names no corpora; see benchmarks/README.md")
    return found


def _by_view(
    where: str, record: Mapping[str, Any], views: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[Evidence, ...]]:
    evidence = record.get("evidence", {})
    if not isinstance(evidence, dict) or set(evidence) - set(views):
        raise BenchmarkError(f"{where}: evidence is an object with the views {', '.join(views)} of {CORPORA}")
    places = {view: _places(where, evidence.get(view, [])) for view in views}
    for view, found in places.items():
        for place in found:
            if place.document not in views[view]:
                raise BenchmarkError(f"{where}: {place.document} is no document of {view} in {CORPORA}")
    return places


def _question(where: str, record: Mapping[str, Any], evidence: tuple[Evidence, ...]) -> Question:
    answerable = record.get("answerable")
    if not isinstance(answerable, bool):
        raise BenchmarkError(f"{where}: answerable is {answerable!r}; write true or false")
    if answerable and not evidence:
        raise BenchmarkError(f"{where}: an answerable question names its evidence: document, page and phrase")
    gold = [text_field(record, "answer", where)] if record.get("answer") else []
    return Question(
        id=text_field(record, "id", where),
        text=text_field(record, "question", where),
        kind=text_field(record, "kind", where),
        answerable=answerable,
        evidence=evidence if answerable else (),
        answers=tuple(gold + _texts(where, record, "variants")) if answerable else (),
        key_facts=tuple(_fact(where, fact) for fact in _list(where, record, "key_facts")),
        history=tuple(_turn(where, turn) for turn in _list(where, record, "history")),
        language=text_field(record, "language", where) if record.get("language") is not None else "en",
    )


def _list(where: str, record: Mapping[str, Any], name: str) -> list[Any]:
    value = record.get(name) or []
    if not isinstance(value, list):
        raise BenchmarkError(f"{where}: {name} is {value!r}, not a list; see benchmarks/README.md")
    return value


def _texts(where: str, record: Mapping[str, Any], name: str) -> list[str]:
    return [text_field({name: text}, name, where) for text in _list(where, record, name)]


def _fact(where: str, fact: object) -> tuple[str, ...]:
    wordings = fact if isinstance(fact, list) and fact else [fact]
    return tuple(_worded({"key_facts": wording}, "key_facts", where) for wording in wordings)


def _worded(record: Mapping[str, Any], name: str, where: str) -> str:
    """Return a text that is compared word by word."""
    text = text_field(record, name, where)
    if not words(text):
        raise BenchmarkError(f"{where}: {name} is {text!r}, which holds no word and no figure")
    return text


def _turn(where: str, turn: object) -> Message:
    if not isinstance(turn, dict) or turn.get("role") not in ("user", "assistant"):
        raise BenchmarkError(f'{where}: history is a list of {{"role": "user" or "assistant", "content": text}}')
    return Message(turn["role"], text_field(turn, "content", where))


def _places(where: str, places: object) -> tuple[Evidence, ...]:
    if not isinstance(places, Iterable) or isinstance(places, (str, dict)):
        raise BenchmarkError(f"{where}: evidence is {places!r}, not a list of places; see benchmarks/README.md")
    return tuple(_place(where, place) for place in places)


def _place(where: str, place: object) -> Evidence:
    if not isinstance(place, dict):
        raise BenchmarkError(f"{where}: {place!r} is no place; write document, page and phrase")
    page, part = place.get("page"), place.get("part", 1)
    if type(page) is not int or page < 1:
        raise BenchmarkError(f"{where}: page is {page!r}, not a number from 1")
    if type(part) is not int or part < 1:
        raise BenchmarkError(f"{where}: part is {part!r}, not a number from 1")
    return Evidence(text_field(place, "document", where), page, _worded(place, "phrase", where), part)
