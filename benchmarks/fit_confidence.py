"""Development questions and a store of the shipped corpus → coefficients for `advisor/answering/abstention.py`.

    python -m benchmarks.fit_confidence --store store

Reads `first-questions/dev.jsonl` only. Prints the coefficients, and how well they part the questions they were fitted
on and, by five-fold cross-validation, questions they were not.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from advisor.answering.abstention import Signals, signals
from advisor.answering.conversation import standalone
from advisor.answering.evidence import gather
from advisor.embedding import TransformerEmbedder
from advisor.evaluation.datasets import Question, read_sets
from advisor.retrieval.retriever import prepare, retrieve
from advisor.store.versions import Store, open_store

DEV = Path(__file__).parent / "first-questions" / "dev.jsonl"
NAMES = ("sentence", "coverage", "unknown")


def measure(store: Store, embedder: TransformerEmbedder, question: Question) -> Signals:
    """Return the signals for a question, measured as in an answer."""
    text = standalone(question.text, question.history)
    query = prepare(text, embedder, focus=question.text if text != question.text else "")
    hits = retrieve(store, query)
    return signals(store, query, hits, gather(store, query, hits))


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=Path("store"), help="a store of the shipped corpus")
    store, embedder = open_store(parser.parse_args().store), TransformerEmbedder()
    questions = read_sets(DEV)[0].questions
    measured = [measure(store, embedder, question) for question in questions]
    features = np.array([[getattr(one, name) for name in NAMES] for one in measured])
    labels = np.array([question.answerable for question in questions])
    model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    unseen = cross_val_predict(model, features, labels, cv=folds, method="predict_proba")[:, 1]
    fitted = model.fit(features, labels)
    weights = ", ".join(f"{name}={value:.2f}" for name, value in zip(NAMES, fitted.coef_[0], strict=True))
    print(f"Read {DEV.name} only: n = {len(questions)}, {labels.sum()} answerable.")
    print(f"WEIGHTS = Weights({weights}, bias={fitted.intercept_[0]:.2f})")
    for title, scores in (("fitted", fitted.predict_proba(features)[:, 1]), ("cross-validated", unseen)):
        accuracy = balanced_accuracy_score(labels, scores >= 0.5)
        print(f"{title}: AUROC {roc_auc_score(labels, scores):.3f}, balanced accuracy at 0.5 {accuracy:.3f}")
    for threshold in np.arange(0.2, 0.75, 0.05):
        wrong, right = np.mean(unseen[labels] < threshold), np.mean(unseen[~labels] < threshold)
        print(f"  threshold {threshold:.2f}: answerable declined {wrong:.2f}, unanswerable declined {right:.2f}")


if __name__ == "__main__":
    main()
