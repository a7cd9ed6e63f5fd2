"""TREC qrels and runs: judgments without questions, and rankings made elsewhere (https://trec.nist.gov)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from advisor.errors import BenchmarkError
from advisor.evaluation.datasets import Question, QuestionSet, token
from advisor.evaluation.files import read_lines, sha256_of

MOST_RELEVANT = 1_000_000
"""Judgments beyond this are no degrees of relevance."""


def read_set(path: Path) -> list[QuestionSet]:
    """Return a set of judgments: a line is query id, "0", document, relevance, divided by white space.

    Raises:
        BenchmarkError: a line has another form, a pair is judged twice, or a query has no relevant document.
    """
    judged: dict[str, dict[str, int]] = {}
    for where, line in read_lines(path):
        cells = line.split()
        try:
            query, _, unit, relevance = cells
            value = int(relevance)
            if abs(value) > MOST_RELEVANT:
                raise ValueError(f"{value} is out of range")
        except ValueError as error:
            raise BenchmarkError(f"{where}: {line[:80]!r} is not query, 0, document and relevance") from error
        if unit in judged.setdefault(query, {}):
            raise BenchmarkError(f"{where}: {query!r} and {unit!r} are judged twice")
        judged[query][unit] = value
    for query, relevance_of in judged.items():
        if not any(value > 0 for value in relevance_of.values()):
            raise BenchmarkError(f"{path}: the query {query!r} has no relevant document; take it out of the judgments")
    questions = tuple(Question(query, "", relevance=relevance_of) for query, relevance_of in judged.items())
    return [QuestionSet(path.stem, questions, "document", None, sha256_of([path]))]


def read_run(path: Path) -> dict[str, dict[str, float]]:
    """Return a run: query id → unit → score; a line is query id, "Q0", unit, rank, score, name of the run.

    Raises:
        BenchmarkError: a line has another form, or a unit stands twice under a query.
    """
    run: dict[str, dict[str, float]] = {}
    for where, line in read_lines(path):
        cells = line.split()
        try:
            query, _, unit, _, score, _ = cells
            value = float(score)
        except ValueError as error:
            raise BenchmarkError(f"{where}: {line[:80]!r} is not query, Q0, unit, rank, score and name") from error
        if math.isnan(value) or unit in run.setdefault(query, {}):
            problem = f"the score {score}" if math.isnan(value) else f"{unit!r} twice under {query!r}"
            raise BenchmarkError(f"{where}: {problem}")
        run[query][unit] = value
    if not run:
        raise BenchmarkError(f"{path} holds no run")
    return run


def run_lines(run: Mapping[str, Mapping[str, float]], name: str) -> Iterable[str]:
    """Yield the lines of a run file, best first within each query; ranks count from 1."""
    for query, scores in run.items():
        ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        for rank, (unit, score) in enumerate(ordered, start=1):
            yield f"{token(query)} Q0 {token(unit)} {rank} {score:.6f} {token(name)}"
