"""Questions that name two things → what is found and told of both, with the names side by side and without; written.

    python -m benchmarks.two_names --corpus corpus --corpus ../shared/corpus --out benchmarks/results/two-names.json

Reads the sets named in `SETS` only, on the corpora that are at hand, and of these the questions whose sides are set
apart by names alone: "What do Anvil and Bellows pay?". Of the places of evidence of a question, "found" is the mean
share that stands among the first five passages, "told" that whose sentence is in the answer, "all" the share of
questions with each of their places there. The encoder has learned from most of the questions, for both alike.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from advisor.answering.evidence import gather
from advisor.answering.extractive import compose
from advisor.answering.finding import PASSAGES
from advisor.answering.units import words_in
from advisor.embedding import TransformerEmbedder
from advisor.evaluation.datasets import Question
from advisor.evaluation.stamp import machine
from advisor.records import Sentence
from advisor.retrieval.retriever import Retriever
from advisor.retrieval.understanding import Query
from benchmarks.questions import places_in, sets_at_hand

SETS = tuple(f"{name}/dev.jsonl" for name in ("cluster-capacity", "practitioners", "asked", "written", "written-later"))
FIRST = 5
NAMES = ("found", "all found", "told", "all told", "words")

Measured = tuple[str, list[float], list[float]]
"""The kind of a question, and its measures in the order of `NAMES` without and with sides."""


def measured(retriever: Retriever, query: Query, question: Question) -> list[float]:
    """Return the measures of a question as it is searched for, in the order of `NAMES`."""
    hits = retriever.retrieve(query, k=PASSAGES)
    files = {document.document_id: document.file for document in retriever.store.library.documents()}
    statements = compose(retriever.store, query, gather(retriever.store, query, hits))
    told = [sentence for each in statements for sentence in (each.sentence, *each.also)]
    shares: list[float] = []
    for sentences in ([sentence for hit in hits[:FIRST] for sentence in hit.passage.sentences], told):
        met = _met(sentences, files, question)
        shares += [len(met) / len(question.evidence), float(len(met) == len(question.evidence))]
    return [*shares, float(words_in([each.sentence for each in statements]))]


def _met(sentences: Sequence[Sentence], files: dict[str, str], question: Question) -> set[int]:
    return {i for sentence in sentences for i in places_in(sentence, files[sentence.document_id], question)}


def questions(options: argparse.Namespace) -> Iterator[tuple[Retriever, Query, Question]]:
    """Yield the questions that name two things and have evidence, each as it is searched for."""
    for _, each, retriever in sets_at_hand(SETS, TransformerEmbedder(), folders=options.corpus, cache=options.cache):
        for question in each.questions:
            if question.evidence and question.answerable and not question.history:
                query = retriever.understand(question.text)
                if query.names_apart:
                    yield retriever, query, question


def figures(own: Sequence[Measured]) -> dict[str, Any]:
    """Return the means of some questions, and of how many more or less was told."""
    without, with_sides = (np.array([one[i] for one in own]) for i in (1, 2))
    told = NAMES.index("told")
    return {
        "n": len(own),
        "without sides": dict(zip(NAMES, without.mean(axis=0).round(3).tolist(), strict=True)),
        "with sides": dict(zip(NAMES, with_sides.mean(axis=0).round(3).tolist(), strict=True)),
        "more told": int((with_sides[:, told] > without[:, told]).sum()),
        "less told": int((with_sides[:, told] < without[:, told]).sum()),
    }


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", type=Path, required=True, metavar="DIR")
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    own: list[Measured] = [
        (question.kind, measured(retriever, replace(query, sides=()), question), measured(retriever, query, question))
        for retriever, query, question in questions(options)
    ]
    result = {
        "stamp": machine(),
        "sets": SETS,
        "comparisons": figures([one for one in own if one[0] == "comparison"]),
        "other kinds": figures([one for one in own if one[0] != "comparison"]),
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
