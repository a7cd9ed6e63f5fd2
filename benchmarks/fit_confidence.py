"""Development questions → the models of `advisor/answering/abstention.py`, written to `confidence*.toml` beside it.

With them comes `computing-vector.toml`, by which `advisor/answering/computing.py` tells clusters of computers.

    python -m benchmarks.fit_confidence --corpus corpus --corpus ../shared/corpus

Reads the sets named in `SETS` only, each on the corpora that are at hand, and says so. The models that read passages
and questions know those that they were fitted on too well: only questions count that neither was fitted on (see
`fit_adapter` and `fit_sufficiency`), and of those that cannot be answered the ones whose twin they were not fitted on
either; in the calibration they stand for the others too. All it prints is cross-validated by question: both views of a
question and both questions of a pair are in the same fold. The threshold is that at which the wrongly declined share is
as asked, as a mean over the sets: lower than what is aimed at, since a model declines more on a set that it was not
fitted on. A second model does without what only the shipped encoder has: the reading of the question for what it asks,
and its vector.
"""

from __future__ import annotations

import argparse
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from advisor.answering.abstention import LEAST, SCOPE, SUFFICIENCY, UNREAD
from advisor.answering.conversation import standalone
from advisor.answering.finding import PASSAGES
from advisor.answering.sufficiency import measure
from advisor.embedding import Embedder, TransformerEmbedder
from advisor.evaluation.datasets import Question
from advisor.retrieval.retriever import Retriever
from benchmarks.fit_adapter import HELD, PARTS, parts
from benchmarks.fit_sufficiency import INVENTED, LATER, part_by_name
from benchmarks.fit_sufficiency import SETS as ASKED_OF_SUFFICIENCY
from benchmarks.questions import HERE, group_of, sets_at_hand

SETS = (
    *("cluster-capacity/dev.jsonl", "first-questions/dev.jsonl", "twins/pairs.jsonl", "asked/dev.jsonl"),
    *("written/dev.jsonl", "invented", *LATER, "twins/out-of-scope.jsonl"),
)
NATURAL = SETS[:2]
"""Sets in which about as many questions cannot be answered as may be asked: the probability is one among such, and some
more on other things, see `BEYOND`."""

ABOUT_SUFFICIENCY = "asked/dev.jsonl"
"""The set without questions on other things. Scope is fitted without it: many of its questions are on the edge of what
the documents are about, and none beyond says where the edge is."""

BRIEFS = "briefs"
COMPUTING = "computing-cluster"
OUT_OF_SCOPE = (COMPUTING, "off-topic")
OUT_OF_SCOPE_WEIGHT = 4.0
BEYOND, BEYOND_SHARE = SETS[-1], 0.2
"""The set of questions on other things, and what it weighs in the calibration beside the natural sets."""
FOLDS, REPEATS = 8, 4
VECTOR_STRENGTH, WORDS_SCALE = 3.0, 4.0
"""Of the regression on vectors: the inverse of its regularisation, and what the words of computing clusters are
multiplied by, so that it spares them. Chosen among 1, 3, 10 and 30, and 2 and 4, by what was declined of all sets."""
WRITTEN_TO = HERE.parent / "advisor" / "answering"
READ, OTHERS = "confidence.toml", "confidence-unread.toml"
MODELS = {READ: SUFFICIENCY, OTHERS: UNREAD}
"""What is written, and which signals of sufficiency it has."""
COMPUTING_VECTOR = "computing-vector.toml"

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Fit = Callable[[Array, Flags, float], tuple[Array, float]]


@dataclass(frozen=True)
class Row:
    """A question on one corpus: what was measured, what is known, and how many of its set and sort it stands for."""

    group: str
    set: str
    view: str
    kind: str
    answerable: bool
    values: dict[str, float]
    vector: Array
    stands_for: float = 1.0

    @property
    def features(self) -> Array:
        """Return the question's vector, and behind it the words of computing clusters, scaled."""
        return np.append(self.vector, WORDS_SCALE * self.values["computing"])


def rows(folders: Sequence[Path], cache: Path, embedder: Embedder, part: Mapping[str, int]) -> list[Row]:
    """Measure the questions of the sets that nothing was learned from; a twin of one that was is left out too."""
    measured: list[Row] = []
    asked: Counter[tuple[str, str, bool]] = Counter()
    for question, name, view, retriever in questions_of(folders, cache, embedder):
        asked[name, view, question.answerable] += 1
        if part_of(question, name, part) == HELD:
            measured.append(row(question, name, view, retriever))
    kept = Counter((each.set, each.view, each.answerable) for each in measured)
    share = {sort: number / kept[sort] for sort, number in asked.items() if kept[sort]}
    return [replace(each, stands_for=share[each.set, each.view, each.answerable]) for each in measured]


def part_of(question: Question, name: str, part: Mapping[str, int]) -> int:
    """Return the part that a question is in; `part` has those that the encoder was fitted on, or held out of it."""
    group = group_of(question, name)
    if group in part or (question.evidence and name != INVENTED):
        return part.get(group, PARTS)
    return part_by_name(group) if name in ASKED_OF_SUFFICIENCY else HELD


def questions_of(
    folders: Sequence[Path], cache: Path, embedder: Embedder
) -> Iterator[tuple[Question, str, str, Retriever]]:
    """Yield each question of the sets with its set, its view and what searches that, on the corpora at hand; say so."""
    for name, each, retriever in sets_at_hand(SETS, embedder, folders=folders, cache=cache):
        view = BRIEFS if BRIEFS in each.name or "(" not in each.name else "originals"
        yield from ((question, name, view, retriever) for question in each.questions)
        print(f"read {name} on {view}: {len(each.questions)} questions", flush=True)


def row(question: Question, name: str, view: str, retriever: Retriever) -> Row:
    """Measure one question as it is measured in an answer."""
    text = standalone(question.text, question.history)
    query = retriever.understand(text, focus=question.text if text != question.text else "")
    values = measure(retriever.store, query, retriever.retrieve(query, k=PASSAGES)).to_dict()
    vector = query.vector.astype(np.float64)
    return Row(group_of(question, name), name, view, question.kind, question.answerable, values, vector)


def fitted(values: Array, wanted: Flags, strength: float) -> tuple[Array, float]:
    """Return weights and bias, for values as they are measured, of a regression on standardised ones."""
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=5000)
    model.fit(scaler.transform(values), wanted)
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - np.sum(weights * scaler.mean_))


def fitted_to_vectors(values: Array, wanted: Flags, strength: float) -> tuple[Array, float]:
    """Return weights and bias of a regression that leaves the values, and the share of those wanted, as they are.

    Of the rows one in eleven is about clusters of computers: that is how likely one is before it is read.
    """
    model = LogisticRegression(C=strength, max_iter=5000).fit(values, wanted)
    return model.coef_[0], float(model.intercept_[0])


def cross_validated(
    values: Array, wanted: Flags, groups: Sequence[str], kept: Flags, strength: float, fit_to: Fit = fitted
) -> Array:
    """Return the mean log odds of each row, always from models that did not see its group; fitted on `kept` rows."""
    names = sorted(set(groups))
    total = np.zeros(len(values))
    for seed in range(REPEATS):
        order = np.random.default_rng(seed).permutation(len(names))
        fold_of = {names[i]: place % FOLDS for place, i in enumerate(order)}
        fold = np.array([fold_of[group] for group in groups])
        for number in range(FOLDS):
            train = (fold != number) & kept
            weights, bias = fit_to(values[train], wanted[train], strength)
            total[fold == number] += values[fold == number] @ weights + bias
    return total / REPEATS


def threshold(confidence: Array, source: npt.NDArray[np.str_], options: argparse.Namespace) -> float:
    """Return the confidence below which, as a mean over the sets, the share that may be declined wrongly lies."""
    weights = np.array([1 / np.sum(source == name) for name in source]) / len(set(source))
    order = np.argsort(confidence)
    below = np.cumsum(weights[order])
    return float(confidence[order][np.searchsorted(below, options.declined, side="right")])


def logistic(z: Array) -> Array:
    """Return 1 / (1 + exp(-z))."""
    return np.asarray(1 / (1 + np.exp(-np.clip(z, -50, 50))))


def left_out(found: Sequence[Row], signals: Sequence[str], name: str, options: argparse.Namespace) -> str:
    """Return how well models fitted on the other sets tell the questions of one set apart: AUROC by kind."""
    kind, source = (np.array([getattr(r, what) for r in found]) for what in ("kind", "set"))
    answerable = np.array([r.answerable for r in found])
    about, says = (np.array([[r.values[each] for each in names] for r in found]) for names in (SCOPE, signals))
    in_scope, computing = ~np.isin(kind, OUT_OF_SCOPE), kind == COMPUTING
    train, test = source != name, source == name
    bounded = train & (source != ABOUT_SUFFICIENCY)
    scope_weights, scope_bias = fitted(about[bounded], in_scope[bounded], options.scope_strength)
    weights, bias = fitted(says[train & in_scope], answerable[train & in_scope], options.strength)
    scope = logistic(about @ scope_weights + scope_bias)
    if "said" in signals:
        features, learned = np.stack([r.features for r in found]), train & (in_scope | computing)
        by_feature, base = fitted_to_vectors(features[learned], computing[learned], VECTOR_STRENGTH)
        scope *= 1 - logistic(features @ by_feature + base)
    scores = np.log(np.clip(scope, LEAST, 1)) + (says @ weights + bias)
    areas = []
    for each in ("absent", "false-premise", *OUT_OF_SCOPE):
        some = test & (answerable | (kind == each))
        if np.any(test & (kind == each)) and np.any(test & answerable):
            areas.append(
                f"{each} {roc_auc_score(answerable[some], scores[some]):.3f} ({np.sum(test & (kind == each))})"
            )
    return f"fitted without {name}, tried on it: AUROC against {', '.join(areas)}"


def table(name: str, values: dict[str, float]) -> str:
    """Return a table of TOML."""
    return "\n".join([f"[{name}]", *(f"{key} = {value:.3f}" for key, value in values.items()), ""])


def main() -> None:
    """Fit, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, action="append", required=True, help="a folder with PDFs; repeat")
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    parser.add_argument("--declined", type=float, default=0.06, help="share of answerable questions to decline (0.06)")
    parser.add_argument("--out-of-scope", type=float, default=0.01, help="of these, as out of scope (0.01)")
    parser.add_argument("--scope-strength", type=float, default=0.3)
    parser.add_argument("--strength", type=float, default=0.1, help="inverse of the regularisation (0.1)")
    options = parser.parse_args()
    part = parts(options.corpus, options.cache, later=LATER)
    found = rows(options.corpus, options.cache, TransformerEmbedder(), part)
    likely, text = fit_computing(found)
    (WRITTEN_TO / COMPUTING_VECTOR).write_text(text, encoding="utf-8")
    for name, signals in MODELS.items():
        computers = likely if name == READ else np.zeros(len(found))
        told = [replace(r, values=r.values | {"computers": float(c)}) for r, c in zip(found, computers, strict=True)]
        print(f"\n{name}")
        (WRITTEN_TO / name).write_text(fit(told, signals, options), encoding="utf-8")


def fit_computing(found: Sequence[Row]) -> tuple[Array, str]:
    """Return how likely each row is about clusters of computers, by models that did not see its group, and the model.

    Print how well they tell such questions apart.
    """
    values = np.stack([r.features for r in found])
    computing = np.array([r.kind == COMPUTING for r in found])
    kept = computing | np.array([r.kind not in OUT_OF_SCOPE for r in found])
    groups = [r.group for r in found]
    likely = logistic(cross_validated(values, computing, groups, kept, VECTOR_STRENGTH, fitted_to_vectors))
    area = roc_auc_score(computing[kept], likely[kept])
    print(f"\nclusters of computers by vector and words: AUROC {area:.4f} ({computing.sum()} of {kept.sum()})")
    told = [*heading(found), "# How much a question is about clusters of computers: advisor/answering/computing.py."]
    return likely, vector_text(told, *fitted_to_vectors(values[kept], computing[kept], VECTOR_STRENGTH))


def vector_text(told: Sequence[str], weights: Array, bias: float) -> str:
    """Return what is written of a regression on `Row.features`, under some lines."""
    *vector, words = weights * np.append(np.ones(len(weights) - 1), WORDS_SCALE)
    lines = textwrap.wrap(", ".join(f"{weight:.3f}" for weight in vector), 118)
    numbers = [
        "",
        f"words = {words:.3f}",
        f"bias = {bias:.3f}",
        "vector = [",
        *(f"  {line}" for line in lines),
        "]",
        "",
    ]
    return "\n".join([*told, *numbers])


def heading(found: Sequence[Row]) -> list[str]:
    """Return the first lines of what is written."""
    return [
        "# Written by `python -m benchmarks.fit_confidence`, which see; fitted on development questions only:",
        f"# {', '.join(SETS)}; n = {len(found)} on {' and '.join(sorted({r.view for r in found}))}.",
    ]


def fit(found: Sequence[Row], signals: Sequence[str], options: argparse.Namespace) -> str:
    """Fit on the rows, print how well that tells apart questions it has not seen, and return the model."""
    groups = [r.group for r in found]
    kind, source = (np.array([getattr(r, name) for r in found]) for name in ("kind", "set"))
    answerable = np.array([r.answerable for r in found])
    in_scope = ~np.isin(kind, OUT_OF_SCOPE)
    about = np.array([[r.values[name] for name in SCOPE] for r in found])
    says = np.array([[r.values[name] for name in signals] for r in found])
    bounded = source != ABOUT_SUFFICIENCY
    others = 1 - np.array([r.values["computers"] for r in found])
    scope = logistic(cross_validated(about, in_scope, groups, bounded, options.scope_strength)) * others
    enough = cross_validated(says, answerable, groups, in_scope, options.strength)
    odds = np.stack([np.log(np.clip(scope, LEAST, 1)), enough], axis=1)
    # Kinds of questions that are out of scope are few in the sets; in the calibration they weigh as much as the others.
    weigh = np.where(in_scope, 1.0, OUT_OF_SCOPE_WEIGHT) * np.array([r.stands_for for r in found])
    natural = np.isin(source, NATURAL)  # half of the pairs cannot be answered, which is more than people ask
    beyond = source == BEYOND
    weigh[beyond] *= BEYOND_SHARE * weigh[natural].sum() / weigh[beyond].sum()
    counted = natural | beyond
    calibration = LogisticRegression(C=1e6).fit(odds[counted], answerable[counted], sample_weight=weigh[counted])
    confidence = logistic(calibration.decision_function(odds))
    scope_from = float(np.quantile(scope[answerable & bounded], options.out_of_scope))
    answer_from = threshold(np.where(scope < scope_from, 0.0, confidence)[answerable], source[answerable], options)
    declined = (scope < scope_from) | (confidence < answer_from)
    tell(found, confidence, declined)
    print()
    for name in SETS[:-1]:
        print(left_out(found, signals, name, options))
    scope_weights, scope_bias = fitted(about[bounded], in_scope[bounded], options.scope_strength)
    weights, bias = fitted(says[in_scope], answerable[in_scope], options.strength)
    text = "\n".join(
        [
            *heading(found),
            "# What the signals are: advisor/answering/sufficiency.py. What becomes of them: abstention.py.",
            "",
            table("scope", dict(zip(SCOPE, map(float, scope_weights), strict=True)) | {"bias": scope_bias}),
            table("sufficiency", dict(zip(signals, map(float, weights), strict=True)) | {"bias": bias}),
            table(
                "calibration",
                {
                    "scope": float(calibration.coef_[0][0]),
                    "sufficiency": float(calibration.coef_[0][1]),
                    "bias": float(calibration.intercept_[0]),
                },
            ),
            table("thresholds", {"answer_from": answer_from, "scope_from": scope_from}),
        ]
    )
    print(f"\nRead {', '.join(SETS)} only. Written:\n\n{text}")
    return text


def tell(found: Sequence[Row], confidence: Array, declined: Flags) -> None:
    """Print how well the natural set and the pairs are told apart, on each corpus, and what of them is declined."""
    view, kind, source = (np.array([getattr(r, name) for r in found]) for name in ("view", "kind", "set"))
    answerable, dev = np.array([r.answerable for r in found]), source == SETS[0]
    for each in sorted(set(view)):
        rest = dev & (view == each)
        told = rest & answerable
        overall = roc_auc_score(answerable[rest], confidence[rest])
        print(f"\n{each} (dev): AUROC {overall:.3f}, answerable declined {declined[told].mean():.3f} of {told.sum()}")
        for name in ("absent", "false-premise", *OUT_OF_SCOPE):
            some = rest & (kind == name)
            area = roc_auc_score(answerable[told | some], confidence[told | some])
            print(f"  {name}: AUROC {area:.3f}, declined {declined[some].mean():.2f} of {some.sum()}")
        pairs = (source == SETS[2]) & (view == each)
        area = roc_auc_score(answerable[pairs], confidence[pairs])
        print(
            f"  pairs: AUROC {area:.3f}, declined {declined[pairs & ~answerable].mean():.2f} of "
            f"{(pairs & ~answerable).sum()}, their answerable twins {declined[pairs & answerable].mean():.2f}"
        )


if __name__ == "__main__":
    main()
