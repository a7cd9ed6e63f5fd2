"""Development questions → how much richer signals of sentences, and learners that are not linear, would give; printed.

    python -m benchmarks.ceiling --corpus corpus --corpus ../shared/corpus > benchmarks/results/ceiling.txt

Reads the sets of `fit_confidence` only. Two trials on the vectors of the model as published. *Choice*: is a
right sentence the first of those found? *Sufficiency*: do the sentences hold an answer? There every question that can
be answered also stands as one that cannot, with the passages of its evidence taken away ("hidden"): the same words,
the same form, so that only reading helps. Choice is cross-validated by question; sufficiency is fitted on the other
sets than the one that it is tried on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from advisor.answering.abstention import SUFFICIENCY
from advisor.answering.conversation import standalone
from advisor.answering.evidence import WEIGHTS, Evidence, gather, rarity
from advisor.answering.finding import PASSAGES
from advisor.answering.matching import Match, Word, content_words, match_sentences, weighted
from advisor.answering.sufficiency import measure
from advisor.embedding import PUBLISHED_MODEL, TransformerEmbedder
from advisor.evaluation.datasets import Question
from advisor.evaluation.stamp import machine
from advisor.retrieval.retriever import Retriever
from advisor.retrieval.understanding import Query
from advisor.text import terms
from benchmarks.fit_confidence import OUT_OF_SCOPE, SETS, questions_of
from benchmarks.questions import answers, group_of

Array = npt.NDArray[np.float64]
Learner = Callable[[], Any]

LEARNERS: Mapping[str, Learner] = {
    "logistic regression": lambda: LogisticRegression(C=0.03, max_iter=5000, class_weight="balanced"),
    "boosted trees": lambda: HistGradientBoostingClassifier(
        max_iter=150, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=30, l2_regularization=10,
        class_weight="balanced", random_state=0,
    ),
    "extra trees": lambda: ExtraTreesClassifier(
        400, min_samples_leaf=5, max_features=0.3, n_jobs=2, class_weight="balanced", random_state=0
    ),
}  # fmt: skip
FOLDS = 5
SHARPNESS = 10.0
FIRST = 3


@dataclass(frozen=True)
class Asked:
    """A question on one corpus: the signals of its sentences, best first as shipped, and which of them are right."""

    group: str
    set: str
    kind: str
    answerable: bool
    shipped: Array
    signals: Array
    right: npt.NDArray[np.bool_]
    passages: npt.NDArray[np.str_]

    def hidden(self) -> Array:
        """Return the signals of the sentences in passages without a right one."""
        return self.signals[~np.isin(self.passages, self.passages[self.right])]


def signals(
    query: Query, words: Sequence[Word], item: Evidence, match: Match | None, weights: Mapping[str, float]
) -> Array:
    """Return what is measured of one sentence: the shipped signals, and how each part of the question is met.

    The rank and score of its passage are left out: they would give away that a better one is hidden.
    """
    sentence, hit = item.sentence, item.hit
    held = set(terms(sentence.text))
    above = held | set(terms(" ".join([hit.document.title, *hit.passage.section])))
    total = sum(weights.values()) or 1.0
    form = [
        *(float(sentence.kind == kind) for kind in ("text", "item", "row", "lead")),
        len(sentence.text.split()), hit.similarity, hit.passage.sentences.index(sentence),
        sum(weight for term, weight in weights.items() if term in held) / total,
        sum(weight for term, weight in weights.items() if term in above) / total,
    ]  # fmt: skip
    met = np.zeros(13)
    if match is not None and words:
        names = np.array([word.is_name for word in words])
        rarest = int(np.argmax([word.rarity for word in words]))
        content = {column for word in words for column in word.columns}
        plain = [i for i in range(len(query.tokens.spans)) if i not in content]
        best = match.tokens.max(axis=0)
        back = match.tokens.max(axis=1)
        met[:] = [
            weighted(match.alone, words), match.alone.min(), match.headed.min(), match.headed.std(),
            match.alone[rarest], match.headed[rarest],
            match.headed[names].mean() if names.any() else -1, match.alone[~names].mean() if not names.all() else -1,
            best.mean(), best[plain].mean() if plain else -1, back.mean(), back.max(), back.min(),
        ]  # fmt: skip
    own = {name: value for name, value in item.signals.items() if name != "passage"}
    score = sum(WEIGHTS[name] * value for name, value in own.items())
    return np.array([score, *own.values(), *form, *met], dtype=float)


def asked(retriever: Retriever, question: Question, name: str) -> Asked | None:
    """Measure one question; None where nothing is found."""
    text = standalone(question.text, question.history)
    query = retriever.understand(text, focus=question.text if text != question.text else "")
    store, hits = retriever.store, retriever.retrieve(query, k=PASSAGES)
    evidence = gather(store, query, hits)
    if not evidence:
        return None
    weights = rarity(store, query.terms)
    words = content_words(query, weights)
    held = store.library.passage_tokens([hit.passage.passage_id for hit in hits])
    met = {match.sentence.sentence_id: match for match in match_sentences(query, words, hits, held)}
    shipped = measure(store, query, hits).to_dict()
    return Asked(
        group_of(question, name),
        name,
        question.kind,
        question.answerable,
        np.array([shipped[each] for each in SUFFICIENCY]),
        np.array([signals(query, words, e, met.get(e.sentence.sentence_id), weights) for e in evidence]),
        np.array([question.answerable and answers(e.sentence, e.hit.document.file, question) for e in evidence]),
        np.array([e.hit.passage.passage_id for e in evidence]),
    )


def read(folders: Sequence[Path], cache: Path) -> list[Asked]:
    """Measure the questions that are in scope, on the corpora that are at hand."""
    found = (
        asked(retriever, question, name)
        for question, name, _, retriever in questions_of(folders, cache, TransformerEmbedder(PUBLISHED_MODEL))
        if question.kind not in OUT_OF_SCOPE
    )
    return [one for one in found if one is not None]


def choice(questions: Sequence[Asked]) -> None:
    """Print how often a right sentence is the first, by the shipped score and by each learner."""
    told = [q for q in questions if q.right.any()]
    groups = sorted({q.group for q in told})
    order = np.random.default_rng(0).permutation(len(groups))
    fold = {groups[i]: place % FOLDS for place, i in enumerate(order)}
    print(f"Choice: {len(told)} questions with a right sentence, {sum(q.set == SETS[0] for q in told)} of {SETS[0]}")
    print(f"  {'shipped':20} {shares(told, [-np.arange(len(q.right), dtype=float) for q in told])}")
    values = [np.hstack([q.signals, q.signals - q.signals.max(axis=0)]) for q in told]
    for name, learner in LEARNERS.items():
        scores: list[Array] = [np.zeros(0)] * len(told)
        for number in range(FOLDS):
            kept = [i for i, q in enumerate(told) if fold[q.group] != number]
            weights = np.concatenate([np.full(len(told[i].right), 1 / len(told[i].right)) for i in kept])
            model = make_pipeline(StandardScaler(), learner())
            model.fit(
                np.vstack([values[i] for i in kept]),
                np.concatenate([told[i].right for i in kept]),
                **{f"{model.steps[-1][0]}__sample_weight": weights * len(weights) / weights.sum()},
            )
            for i, q in enumerate(told):
                if fold[q.group] == number:
                    scores[i] = model.predict_proba(values[i])[:, 1]
        print(f"  {name:20} {shares(told, scores)}", flush=True)


def shares(questions: Sequence[Asked], scores: Sequence[Array]) -> str:
    """Return the share of questions with a right sentence first, and among three, on the first set and on all."""
    ranks = np.array(
        [np.flatnonzero(q.right[np.argsort(-s, kind="stable")])[0] for q, s in zip(questions, scores, strict=True)]
    )
    first = np.array([q.set == SETS[0] for q in questions])
    parts = [(SETS[0], ranks[first]), ("all", ranks)]
    return ", ".join(f"{name}: first {np.mean(r < 1):.3f}, among three {np.mean(r < FIRST):.3f}" for name, r in parts)


def summary(found: Array) -> Array:
    """Return what is known of a question from the signals of its sentences: of the best, of three, of all by weight."""
    scores = found[:, 0]
    by_score = np.exp(SHARPNESS * (scores - scores.max()))
    gaps = scores.max() - np.array([scores[min(FIRST, len(scores)) - 1], np.median(scores)])
    return np.concatenate(
        [found[0], found[:FIRST].max(axis=0), found.max(axis=0), np.average(found, axis=0, weights=by_score), gaps]
    )


def sufficiency(questions: Sequence[Asked]) -> None:
    """Print the AUROC of each learner on each set, fitted on the others, with and without hidden evidence."""
    rows = [(q, summary(q.signals), q.kind) for q in questions]
    hidden = [q for q in questions if q.right.any() and len(q.hidden()) > FIRST]
    rows += [(q, summary(q.hidden()), "hidden") for q in hidden]
    kind = np.array([k for _, _, k in rows])
    source = np.array([q.set for q, _, _ in rows])
    yes = np.array([q.answerable for q, _, _ in rows]) & (kind != "hidden")
    form = [SUFFICIENCY.index(name) for name in ("presupposes", "negated", "figures")]
    rich = np.array([np.concatenate([values, q.shipped[form]]) for q, values, _ in rows])
    plain = np.array([q.shipped for q, _, _ in rows])
    print(
        f"\nSufficiency: {len(questions)} questions, {len(hidden)} of them also with hidden evidence; AUROC on each set"
    )
    trials = [("shipped signals", plain, "logistic regression", False)]
    trials += [(f"all signals, {name}", rich, name, True) for name in LEARNERS]
    for label, values, name, with_hidden in trials:
        for fitted_with in (False, True) if with_hidden else (False,):
            parts = []
            for each in SETS[:5]:
                train = (source != each) & (fitted_with | (kind != "hidden"))
                model = make_pipeline(StandardScaler(), LEARNERS[name]()).fit(values[train], yes[train])
                scores = model.predict_proba(values)[:, 1]
                areas = []
                for other in ("absent", "false-premise", *(("hidden",) if with_hidden else ())):
                    some = (source == each) & (yes | (kind == other))
                    areas.append(f"{roc_auc_score(yes[some], scores[some]):.2f}")
                parts.append(f"{each.split('/')[0]} {' '.join(areas)}")
            print(f"  {label + (' + hidden' if fitted_with else ''):38} {' | '.join(parts)}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, action="append", required=True, help="a folder with PDFs; repeat")
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    options = parser.parse_args()
    print(f"Reads {', '.join(SETS)} only. {json.dumps(machine())}\n")
    questions = read(options.corpus, options.cache)
    choice(questions)
    sufficiency(questions)
    print("\nBehind each set: AUROC against absent questions, false premises and, with all signals, hidden evidence.")


if __name__ == "__main__":
    main()
