"""Question sets and systems → one result with every figure, its stamp, and its files: joins the steps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from advisor.embedding import Embedder
from advisor.errors import BenchmarkError, UsageError
from advisor.evaluation.answers import Record
from advisor.evaluation.corpora import Listener, SearchedCorpus, code_sha256, open_corpus
from advisor.evaluation.datasets import QuestionSet, read_sets
from advisor.evaluation.figures import figures
from advisor.evaluation.files import check_writable, write_all
from advisor.evaluation.judging import Judged, judge
from advisor.evaluation.report import html_report, markdown_report
from advisor.evaluation.runs import ask_all
from advisor.evaluation.stamp import machine
from advisor.evaluation.systems import CountingWriter, GivenSystem, System, needs_corpus, open_system
from advisor.evaluation.trec import run_lines, token

FORMAT = 1
"""Counted up when the form of a result changes."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One set with what its systems were measured at, each under its name."""

    questions: QuestionSet
    corpus: SearchedCorpus | None
    judged: Mapping[str, Mapping[str, Judged]]
    records: Mapping[str, Mapping[str, Record]]
    from_cache: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Options:
    """How figures are made.

    Attributes:
        seed: of the intervals and tests.
        price: of a chat model, per million tokens read and written.
        texts: whether answers may stand in the files; they quote the documents.
    """

    seed: int = 0
    price: tuple[float, float] | None = None
    texts: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where systems by name search, see `advisor.evaluation.corpora.open_corpus`, and where is kept what is built."""

    embedder: Embedder
    cache: Path
    store: Path | None = None
    folders: tuple[Path, ...] = ()
    writer: CountingWriter | None = None
    writer_name: str = ""
    default_store: Path = Path("store")
    listener: Listener = field(default=print)


def evaluate(
    system: Any,
    path: str | Path,
    *,
    name: str = "system",
    view: str = "",
    first_page: int = 1,
    out: str | Path | None = None,
    seed: int = 0,
    progress: bool = True,
) -> dict[str, Any]:
    """Measure a system of your own on a question set and return the figures, ready for JSON.

    Args:
        system: a LangChain retriever, whose documents name `document` (or `source`) and `first_page` (or `page`) in
            their metadata; or a function of a question and its history that returns an answer record.
        path: a question set in any form that `advisor.evaluation.datasets` knows.
        name: how the report calls it.
        view: which corpus of the set it searches, where the set has several ("briefs"); all of them by default.
        first_page: the number that its documents give a first page; LangChain's loaders of PDFs count from 0.
        out: write the report, the figures, the runs and the answers here.
        seed: of the intervals.
        progress: show a bar on the terminal.

    Raises:
        BenchmarkError: the set cannot be read, the system gave no record, or `out` cannot be written.
    """
    sets = [each for each in read_sets(Path(path)) if each.name.endswith(f"({view})" if view else "")]
    if not sets:
        raise BenchmarkError(f"{path} has no view {view!r}")
    if out:
        check_writable(Path(out))
    given = GivenSystem(name, system, first_page=first_page)
    measured = [_measure(each, [given], None, cache=None, progress=progress) for each in sets]
    return conclude(measured, Options(seed=seed), out=Path(out) if out else None)


def evaluate_systems(
    paths: Sequence[Path], names: Sequence[str], place: Place, *, progress: bool = True
) -> list[Measured]:
    """Measure systems by name on question sets, each on a corpus of its own; see `systems.open_system` for the names.

    Sets whose documents are not at hand are left out, which the listener is told.

    Raises:
        BenchmarkError: a set, a corpus, a run or the cache cannot be used, or no set is left.
        UsageError: there is no system of a name.
    """
    measured: list[Measured] = []
    sets = [each for path in paths for each in read_sets(path)]
    known: set[str] = set()
    for each in sets:
        if each.name in known:
            raise BenchmarkError(f"two sets are named {each.name!r}; rename the file of one")
        known.add(each.name)
    for each in sets:
        corpus = None
        if each.corpus is not None and any(map(needs_corpus, names)):
            corpus = open_corpus(
                each.corpus,
                embedder=place.embedder,
                cache=place.cache,
                store=place.store,
                default_store=place.default_store,
                folders=place.folders,
                listener=place.listener,
            )
            if corpus is None:
                place.listener(
                    f"left out: {each.name}, whose documents are not at hand; name their folder with --corpus"
                )
                continue
        systems = [
            open_system(name, each, corpus, writer=place.writer, writer_name=place.writer_name) for name in names
        ]
        if len({system.name for system in systems}) < len(systems):
            raise UsageError(f"two systems have the same name ({', '.join(s.name for s in systems)}); rename a file")
        measured.append(_measure(each, systems, corpus, cache=place.cache, progress=progress))
    if not measured:
        raise BenchmarkError("no documents of these sets are at hand; name their folder with --corpus")
    return measured


def _measure(
    questions: QuestionSet,
    systems: Sequence[System],
    corpus: SearchedCorpus | None,
    *,
    cache: Path | None,
    progress: bool,
) -> Measured:
    _check_documents(questions, corpus)
    judged: dict[str, Mapping[str, Judged]] = {}
    records: dict[str, Mapping[str, Record]] = {}
    from_cache: dict[str, int] = {}
    for system in systems:
        records[system.name], from_cache[system.name] = ask_all(
            system, questions, corpus_sha256=corpus.sha256 if corpus else "", cache=cache, progress=progress
        )
        judged[system.name] = judge(questions, records[system.name], corpus)
    return Measured(questions, corpus, judged, records, from_cache)


def _check_documents(questions: QuestionSet, corpus: SearchedCorpus | None) -> None:
    """Refuse a set that asks about PDFs which are not searched: it is a set for another corpus."""
    if corpus is None or not corpus.pdfs:
        return
    asked = {place.document for question in questions.questions for place in question.evidence}
    missing = sorted(asked - corpus.pdfs.keys())
    if missing:
        raise BenchmarkError(f"{questions.name} asks about {missing[0]}, which is not in the store; ingest it first")


def conclude(
    measured: Sequence[Measured], options: Options, *, out: Path | None = None, stamp: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the result with every figure; with `out`, write it there together with its files.

    Files: `report.html`, `report.md`, `result.json`, `judged.jsonl` (each question, for comparisons), `answers.jsonl`
    (answer records; only with `texts`), and for each set and system a TREC run, with the judgments beside it.

    Raises:
        BenchmarkError: `out` cannot be written.
    """
    result = {
        "format": FORMAT,
        "sets": [_set_result(each, options) for each in measured],
        "stamp": machine() | {"code": code_sha256()[:16], "seed": options.seed} | dict(stamp or {}),
    }
    if out is not None:
        files = {
            "report.html": html_report(result, measured, texts=options.texts),
            "report.md": markdown_report(result, measured),
            "result.json": "",
            "judged.jsonl": "".join(_judged_lines(measured)),
            **_runs(measured),
        }
        if options.texts:
            files["answers.jsonl"] = "".join(_answer_lines(measured))
        result["files"] = sorted(files)
        files["result.json"] = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
        write_all(out, files, instead_of=_written_before(out))
    return result


def _written_before(out: Path) -> list[str]:
    """Return the files of an earlier result in a folder, so that none of them is taken for a part of the next."""
    try:
        named = json.loads((out / "result.json").read_bytes()).get("files", [])
    except (OSError, ValueError, AttributeError):  # there is none, or it is not ours
        return []
    return [name for name in named if isinstance(name, str) and Path(name).name == name]


def _set_result(each: Measured, options: Options) -> dict[str, Any]:
    questions = each.questions
    return {
        "set": questions.name,
        "n": len(questions.questions),
        "answerable": sum(question.answerable for question in questions.questions),
        "unit": questions.unit,
        "sha256": questions.sha256,
        "corpus_sha256": each.corpus.sha256 if each.corpus else "",
        "store": each.corpus.version if each.corpus else "",
        "systems": {
            name: figures(list(judged.values()), seed=options.seed, price=options.price)
            | {"from_cache": each.from_cache[name]}
            for name, judged in each.judged.items()
        },
    }


def _judged_lines(measured: Sequence[Measured]) -> list[str]:
    return [
        json.dumps(
            {
                "set": each.questions.name,
                "sha256": each.questions.sha256,
                "corpus_sha256": each.corpus.sha256 if each.corpus else "",
            }
            | {"system": name, "question": item.question.text}
            | item.to_dict(),
            ensure_ascii=False,
        )
        + "\n"
        for each in measured
        for name, judged in each.judged.items()
        for item in judged.values()
    ]


def _answer_lines(measured: Sequence[Measured]) -> list[str]:
    return [
        json.dumps({"set": each.questions.name, "system": name} | _shown(record), ensure_ascii=False) + "\n"
        for each in measured
        for name, records in each.records.items()
        for record in records.values()
        if "answer" in record
    ]


def _shown(record: Record) -> Record:
    """Return a record as others read it: with the passages that have their text, and without what only judges need."""
    passages = [passage for passage in record.get("passages", []) if "text" in passage]
    return record | {"passages": [{k: v for k, v in each.items() if k != "spans"} for each in passages]}


def _runs(measured: Sequence[Measured]) -> dict[str, str]:
    files: dict[str, str] = {}
    for each in measured:
        if each.questions.unit == "span":
            continue
        stem = _unused(file_stem(each.questions.name), ".qrels", files)
        judgments = [
            f"{token(question.id)} 0 {token(unit)} {relevance}\n"
            for question in each.questions.questions
            for unit, relevance in each.questions.qrels(question).items()
        ]
        files[f"{stem}.qrels"] = "".join(judgments)
        for name, judged in each.judged.items():
            run = {
                item.question.id: {unit: 1 / rank for rank, unit in enumerate(item.ranked, start=1)}
                for item in judged.values()
            }
            own = _unused(f"{stem}.{file_stem(name)}", ".run", files)
            files[f"{own}.run"] = "".join(f"{line}\n" for line in run_lines(run, name))
    return files


def _unused(stem: str, suffix: str, files: Mapping[str, str]) -> str:
    """Return a stem that no file has yet: names that differ in their signs alone have the same letters."""
    stems = (stem, *(f"{stem}-{i}" for i in range(2, len(files) + 3)))
    return next(free for free in stems if f"{free}{suffix}" not in files)


def file_stem(name: str) -> str:
    """Return a name as a part of a file name: letters, figures and hyphens."""
    return "-".join("".join(c if c.isalnum() else " " for c in name).split())[:80] or "unnamed"
