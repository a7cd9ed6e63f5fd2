"""Development questions → what each signal of a sentence should count in `advisor/answering/evidence.py`; printed.

    python -m benchmarks.fit_evidence --corpus corpus --corpus ../shared/corpus

Reads the sets named in `SETS` only, on the corpora that are at hand, and says so; of these the questions that the
embedding model did not learn from. A sentence is right where it stands on a page of evidence and holds the words of its
phrase. Weights are those of a logistic regression on the differences between right and other sentences of one question,
divided by that of "words". How often a right sentence comes first, or among the first three or eight, is
cross-validated by question, beside the weights that are shipped.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from advisor.answering.conversation import standalone
from advisor.answering.evidence import WEIGHTS, Evidence, gather
from advisor.answering.finding import PASSAGES
from advisor.embedding import TransformerEmbedder
from advisor.evaluation.datasets import Question
from advisor.retrieval.retriever import Retriever
from advisor.retrieval.understanding import Query
from benchmarks.fit_adapter import HELD, parts
from benchmarks.questions import answers, group_of, sets_at_hand

SETS = ("cluster-capacity/dev.jsonl", "practitioners/dev.jsonl", "asked/dev.jsonl", "written/dev.jsonl")
NAMES = tuple(WEIGHTS)
FOLDS = 5

Array = npt.NDArray[np.float64]
Asked = tuple[str, Array, npt.NDArray[np.bool_]]
"""A question's id, the signals of each sentence of its hits (sentences, signals), and which sentences are right."""


def held_out(options: argparse.Namespace, names: Sequence[str]) -> Iterator[tuple[str, Retriever, Question]]:
    """Yield of some sets the questions that the embedding model did not learn from, each with its group and corpus."""
    part = parts(options.corpus, options.cache)
    for name, each, retriever in sets_at_hand(
        names, TransformerEmbedder(), folders=options.corpus, cache=options.cache
    ):
        own = [q for q in each.questions if q.evidence and part.get(group_of(q, name)) == HELD]
        yield from ((group_of(question, name), retriever, question) for question in own)
        print(f"read {each.name}: {len(own)} questions not learned from", flush=True)


def asked(options: argparse.Namespace) -> list[Asked]:
    """Return what is known of each question of the part for which a right sentence was found."""
    found: list[Asked] = []
    for group, retriever, question in held_out(options, SETS):
        _, evidence = evidence_of(retriever, question)
        right = np.array([answers(item.sentence, item.hit.document.file, question) for item in evidence])
        if right.any():
            values = np.array([[item.signals[name] for name in NAMES] for item in evidence])
            found.append((group, values, right))
    return found


def evidence_of(retriever: Retriever, question: Question) -> tuple[Query, list[Evidence]]:
    """Return a question as it is searched for, and the evidence that an answer to it is made of."""
    text = standalone(question.text, question.history)
    query = retriever.understand(text, focus=question.text if text != question.text else "")
    return query, gather(retriever.store, query, retriever.retrieve(query, k=PASSAGES))


def fitted(questions: Sequence[Asked]) -> Array:
    """Return the weights of a logistic regression on differences; each question counts as much as any other."""
    differences, weights = [], []
    for _, values, right in questions:
        for one in values[right]:
            differences.append(one - values[~right])
            weights.append(np.full(len(differences[-1]), 1 / (right.sum() * max((~right).sum(), 1))))
    pairs, counts = np.concatenate(differences), np.concatenate(weights)
    scale = pairs.std(axis=0) + 1e-9
    model = LogisticRegression(fit_intercept=False, max_iter=2000)
    both = np.concatenate([pairs, -pairs]) / scale
    model.fit(both, np.r_[np.ones(len(pairs)), np.zeros(len(pairs))], sample_weight=np.r_[counts, counts])
    return np.asarray(model.coef_[0] / scale)


def shares(questions: Sequence[Asked], weights: Sequence[Array]) -> str:
    """Return how often a right sentence is the first, among three and among eight, each question by its weights."""
    ranks = [
        int(np.flatnonzero(right[np.argsort(-(values @ own), kind="stable")])[0])
        for (_, values, right), own in zip(questions, weights, strict=True)
    ]
    return ", ".join(f"among {k} {np.mean([rank < k for rank in ranks]):.3f}" for k in (1, 3, 8))


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", type=Path, required=True, metavar="DIR")
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    options = parser.parse_args()
    questions = asked(options)
    ids = sorted({name for name, _, _ in questions})
    order = np.random.default_rng(0).permutation(len(ids))
    fold = {ids[i]: place % FOLDS for place, i in enumerate(order)}
    of_fold = [fitted([q for q in questions if fold[q[0]] != number]) for number in range(FOLDS)]
    shipped = np.array([WEIGHTS[name] for name in NAMES])
    print(f"{len(questions)} questions with a right sentence among those of the first {PASSAGES} passages")
    print(f"shipped: {shares(questions, [shipped] * len(questions))}")
    print(f"fitted, cross-validated: {shares(questions, [of_fold[fold[name]] for name, _, _ in questions])}")
    weights = fitted(questions)
    for name, weight in zip(NAMES, weights / weights[NAMES.index("words")], strict=True):
        print(f"{name:12} fitted {weight:6.2f}  shipped {WEIGHTS[name]:6.2f}")


if __name__ == "__main__":
    main()
