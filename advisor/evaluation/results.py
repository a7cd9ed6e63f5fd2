"""What was measured → one result with every figure and its stamp, and its files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.evaluation.answers import Record
from advisor.evaluation.corpora import SearchedCorpus, code_sha256
from advisor.evaluation.datasets import QuestionSet, token
from advisor.evaluation.figures import figures
from advisor.evaluation.files import write_all
from advisor.evaluation.judging import Judged
from advisor.evaluation.report import html_report, markdown_report
from advisor.evaluation.stamp import machine
from advisor.evaluation.trec import run_lines

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
