"""A question set and an advisor → a result with every figure, and its files: answers, run, figures."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import fmean, median
from typing import Any

from tqdm import tqdm

from advisor.answering.advisor import Advisor
from advisor.errors import BenchmarkError
from advisor.evaluation.datasets import Question, read_questions
from advisor.evaluation.measures import auroc, fact_recall, ranking_measures
from advisor.records import Answer

VERSIONS = ("chromadb", "sentence-transformers", "torch", "pypdf", "pypdfium2")


def evaluate(advisor: Advisor, path: Path, *, out: Path | None = None) -> dict[str, Any]:
    """Ask every question of a set and return the figures, ready for JSON; with `out`, write the files there too.

    Pages are ranked by the best passage on them. Files: NAME.answers.jsonl (answer records), NAME.run (TREC run over
    pages) and NAME.json (the figures).

    Raises:
        BenchmarkError: the set cannot be read, its evidence lies in documents that the store lacks, or `out` cannot be
            written.
    """
    questions = read_questions(path)
    _check_documents(advisor, questions, path)
    answers = {
        question.id: advisor.ask(question.text, history=question.history, extractive=True, id=question.id)
        for question in tqdm(questions, desc=path.stem, unit="question", disable=None)
    }
    result = {"set": path.stem, "n": len(questions)} | _figures(questions, answers) | {"stamp": _stamp(advisor)}
    if out is not None:
        _write(out, path.stem, answers, result)
    return result


def _figures(questions: Sequence[Question], answers: Mapping[str, Answer]) -> dict[str, Any]:
    answerable = [q for q in questions if q.answerable]
    unanswerable = [q for q in questions if not q.answerable]
    kinds = sorted({q.kind for q in answerable})
    return {
        "answerable": _group(answerable, answers),
        "by_kind": {kind: _group([q for q in answerable if q.kind == kind], answers) for kind in kinds},
        "abstention": _abstention(answerable, unanswerable, answers),
        "latency_ms": _latency([answer.timings_ms["total"] for answer in answers.values()]),
    }


def _group(questions: Sequence[Question], answers: Mapping[str, Answer]) -> dict[str, Any]:
    if not questions:
        return {"n": 0}
    qrels = {q.id: {f"{e.document}#{e.page}": 1 for e in q.evidence} for q in questions}
    run = {q.id: page_scores(answers[q.id]) for q in questions}
    told = [answers[q.id] for q in questions]
    facts = [
        fact_recall(answer.answer if not answer.abstained else "", q.key_facts)
        for q, answer in zip(questions, told, strict=True)
    ]
    right = [_cites_evidence(q, answer) for q, answer in zip(questions, told, strict=True) if not answer.abstained]
    return {
        "n": len(questions),
        **{name: round(value, 3) for name, value in ranking_measures(qrels, run).items()},
        "cites an evidence page": round(fmean(right), 3) if right else 0.0,
        "key facts, mean": round(fmean(facts), 3),
        "key facts, all": round(fmean(fact == 1.0 for fact in facts), 3),
        "words, median": median(len(answer.answer.split()) for answer in told),
    }


def page_scores(answer: Answer) -> dict[str, float]:
    """Return "FILE#PAGE" → 1 / rank for the pages of an answer's passages, in the order of the passages.

    Ranks are of pages and never tied: measures break ties each in their own way.
    """
    pages = (
        f"{hit.document.file}#{page}"
        for hit in answer.hits
        for page in range(hit.passage.first_page, hit.passage.last_page + 1)
    )
    return {page: 1 / rank for rank, page in enumerate(dict.fromkeys(pages), start=1)}


def _cites_evidence(question: Question, answer: Answer) -> bool:
    pages = {(e.document, e.page) for e in question.evidence}
    return any((citation.document, citation.page) in pages for citation in answer.citations)


def _abstention(
    answerable: Sequence[Question], unanswerable: Sequence[Question], answers: Mapping[str, Answer]
) -> dict[str, Any]:
    def declined(questions: Sequence[Question]) -> float:
        return round(fmean(answers[q.id].abstained for q in questions), 3) if questions else 0.0

    kinds = sorted({q.kind for q in unanswerable})
    return {
        "n": len(unanswerable),
        "AUROC": round(
            auroc([answers[q.id].confidence for q in answerable], [answers[q.id].confidence for q in unanswerable]), 3
        ),
        "answerable wrongly declined": declined(answerable),
        "unanswerable declined": declined(unanswerable),
        "by kind": {kind: declined([q for q in unanswerable if q.kind == kind]) for kind in kinds},
    }


def _latency(totals: Sequence[float]) -> dict[str, float]:
    ordered = sorted(totals)
    return {"p50": round(median(ordered), 1), "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1)}


def _check_documents(advisor: Advisor, questions: Sequence[Question], path: Path) -> None:
    held = {document.file for document in advisor.documents()}
    missing = sorted({e.document for q in questions for e in q.evidence} - held)
    if missing:
        raise BenchmarkError(f"{path} asks about {missing[0]}, which is not in the store; ingest it first")


def _stamp(advisor: Advisor) -> dict[str, Any]:
    return machine() | {"documents": {document.file: document.document_id for document in advisor.documents()}}


def machine() -> dict[str, Any]:
    """Return on what and when a figure was measured: the part of a result's stamp that needs no store."""
    return {
        "date": date.today().isoformat(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in VERSIONS},
    }


def _write(out: Path, name: str, answers: Mapping[str, Answer], result: Mapping[str, Any]) -> None:
    lines = [json.dumps(answer.to_dict(), ensure_ascii=False) for answer in answers.values()]
    run = [
        f"{question} Q0 {page.replace(' ', '_')} {rank} {score:.6f} advisor"
        for question, answer in answers.items()
        for rank, (page, score) in enumerate(page_scores(answer).items(), start=1)
    ]
    files = {
        f"{name}.answers.jsonl": "\n".join(lines) + "\n",
        f"{name}.run": "\n".join(run) + "\n",
        f"{name}.json": json.dumps(result, ensure_ascii=False, indent=2) + "\n",
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            temporary = out / f".{file}.part"
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(out / file)
    except OSError as error:
        raise BenchmarkError(f"{out} cannot be written ({error.strerror}); choose another folder with --out") from error


def table(result: Mapping[str, Any]) -> str:
    """Return the figures of a result as Markdown tables."""
    groups = {"all": result["answerable"]} | result["by_kind"]
    names = list(result["answerable"])
    lines = [
        f"## {result['set']} (n = {result['n']})",
        "",
        f"| answerable | {' | '.join(names)} |",
        "| --- " * (len(names) + 1) + "|",
    ]
    lines += [
        f"| {kind} | {' | '.join(str(group.get(name, '')) for name in names)} |" for kind, group in groups.items()
    ]
    abstention = result["abstention"]
    lines += ["", f"Abstention (n = {abstention['n']} unanswerable): AUROC {abstention['AUROC']}, "]
    lines[-1] += f"answerable wrongly declined {abstention['answerable wrongly declined']}, unanswerable declined "
    lines[-1] += f"{abstention['unanswerable declined']} ("
    lines[-1] += ", ".join(f"{kind} {share}" for kind, share in abstention["by kind"].items()) + ")."
    lines.append(f"Milliseconds a question: p50 {result['latency_ms']['p50']}, p95 {result['latency_ms']['p95']}.")
    return "\n".join(lines)
