"""Development questions → `advisor/answering/sufficiency.safetensors`, by which a question is read for what it asks.

    python -m benchmarks.fit_sufficiency --corpus corpus --corpus ../shared/corpus
    python -m benchmarks.fit_sufficiency --corpus corpus --corpus ../shared/corpus --measure

Learns from the sets named in `SETS` only, and says so. MiniLM with an adapter of its own reads the question, and its
token vectors meet those of the passages that the store holds: the best sentence should meet them well where it says
what is asked, and badly where none does. Learned is where the line lies: for questions that can be answered against
what is found for them, and against the same without the passages that answer them; and for questions that cannot be.
With it is learned by which vector the tokens of a question count for more or less.

The wording of a question tells a good deal of whether its askers could answer it. That is so in these sets, and not of
people. So a question counts the more, the less its wording gives away: by the inverse of the probability that a
regression on its words, fitted on others, gives to what it is (Rosenbaum and Rubin, 1983, doi:10.1093/biomet/70.1.41).
The area under the curve is printed as it is and weighted so, by which wording alone is at chance.

The part that `benchmarks/fit_adapter.py` holds out is held out here too. Other questions, those of `invented` and those
that cannot be answered, are held out by their names, not by their passages: what is learned is how to read questions,
the vectors of passages stay what they are. The sets in `TRIED`, which other askers put, are only tried on.
"""

from __future__ import annotations

import json
import math
import random
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_union
from torch import Tensor, nn
from torch.nn.functional import softplus

from advisor.answering.demand import ADAPTER, HEED, evened
from advisor.embedding import CODE, DEFAULT_MODEL, PUBLISHED_MODEL
from advisor.evaluation.stamp import machine
from benchmarks.fit_adapter import (
    HELD,
    PARTS,
    Changed,
    Pair,
    Reader,
    missed,
    parts_of,
    read,
    read_options,
    sentence_scores,
)
from benchmarks.fit_adapter import SETS as ENCODED

INVENTED = "invented"
"""The set that the encoder was not fitted on: all its passages are new to it."""
LATER = ("written-later/dev.jsonl",)
"""Sets from after the encoder was fitted; of these is held out what is about passages that were held out of it."""
SETS = ("written/dev.jsonl", INVENTED, "other-fields", *LATER)
TRIED = ("cluster-capacity/dev.jsonl", "first-questions/dev.jsonl", "asked/dev.jsonl", "twins/pairs.jsonl")
UNANSWERED = ("absent", "false-premise")

EPOCHS, BATCH, RATE, DECAY = 5, 32, 1e-3, 0.01
HEEDING = 4.0
"""By how much faster than the rest the vector is learned by which tokens count."""
FOUND, LEARNED_ON = 8, 6
"""How many of the passages found a question meets when it is tried, and when it is learned from."""
SHARPNESS = 0.05
RANKING = 0.5
"""What it counts that a right sentence is the best, beside where the line lies."""
FOLDS, STRENGTH, LEAST = 5, 2.0, 0.03
"""Of the regression on words: its folds, the inverse of its regularisation, the least probability divided by."""

Held = Mapping[str, Tensor]


class Asker(Reader):
    """The reader of questions, and by which vector their tokens count; by none at first."""

    def __init__(self) -> None:
        super().__init__()
        self.heed = nn.Parameter(torch.zeros(self.shorter.shape[1]))

    def changes(self) -> dict[str, Tensor]:
        """Return what the adapter holds, and the vector."""
        return super().changes() | {HEED: HEEDING * self.heed.detach()}

    def take(self, changes: Mapping[str, Tensor]) -> None:
        """Take the changes of an adapter, and its vector, in the place of its own."""
        super().take(changes)
        self.heed.data = changes[HEED] / HEEDING

    def best_sentence(self, one: Pair, question: Tensor, held: Held, passages: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Return how well each sentence of some passages meets the question as it is read, and which are right."""
        weights = heeded(torch.from_numpy(evened(one.weights.numpy())), question, HEEDING * self.heed)
        return sentence_scores(replace(one, weights=weights), question, {item: held[item] for item in passages})


def heeded(weights: Tensor, question: Tensor, heed: Tensor) -> Tensor:
    """Return what `advisor.answering.demand.heeded` does, so that it can be learned; the vectors are not rounded."""
    weighed = weights * torch.exp(question @ heed)
    return weighed / weighed.sum()


def part_by_name(group: str) -> int:
    """Return the part, from 0, of a question that `fit_adapter.parts_of` puts in none."""
    return zlib.crc32(group.encode()) % PARTS


def token_vectors(pairs: Sequence[Pair]) -> dict[int, Held]:
    """Return for each corpus the token vectors that its store holds, of each passage found and each that answers."""
    found: dict[int, Held] = {}
    for corpus in {id(one.corpus): one.corpus for one in pairs}.values():
        ids = {item for one in pairs if one.corpus is corpus for item in (*one.found[: 2 * FOUND], *one.answering)}
        held = corpus.retriever.store.library.passage_tokens(sorted(ids))
        found[id(corpus)] = {i: torch.from_numpy(t.vectors.astype(np.float32)) / CODE for i, t in held.items()}
    return found


def counts(pairs: Sequence[Pair]) -> list[float]:
    """Return how much each question counts: 1 in the mean of its set and sort, more where its wording misleads."""
    texts, said = [one.text for one in pairs], np.array([bool(one.right) for one in pairs])
    fold = np.array([zlib.crc32(one.group.encode()) // PARTS % FOLDS for one in pairs])
    likely = np.zeros(len(pairs))
    for number in range(FOLDS):
        read_words = make_union(
            TfidfVectorizer(ngram_range=(1, 3), min_df=2, sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True),
        )
        others, own = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        model = LogisticRegression(C=STRENGTH, max_iter=2000)
        model.fit(read_words.fit_transform([texts[i] for i in others]), said[others])
        likely[own] = model.predict_proba(read_words.transform([texts[i] for i in own]))[:, 1]
    weights = 1 / np.clip(np.where(said, likely, 1 - likely), LEAST, 1 - LEAST)
    for name in {one.set for one in pairs}:
        for sort in (True, False):
            some = (said == sort) & np.array([one.set == name for one in pairs])
            weights[some] /= weights[some].mean() if some.any() else 1.0
    return [float(each) for each in weights]


def hidden(one: Pair, number: int) -> list[str]:
    """Return the first passages found that do not answer the question."""
    return [item for item in one.found[: 2 * FOUND] if item not in one.answering][:number]


def fit(reader: Asker, pairs: Sequence[Pair], counting: Sequence[float], vectors: Mapping[int, Held]) -> None:
    """Learn from some questions; prints the mean losses of each round."""
    line = nn.Parameter(torch.tensor(0.5))
    changing = [line, *(each for each in reader.parameters() if each.requires_grad)]
    drawn, order = random.Random(0), list(range(len(pairs)))
    steps = EPOCHS * math.ceil(len(pairs) / BATCH)
    optimiser = torch.optim.AdamW(changing, lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda i: min(1.0, (i + 1) / (0.06 * steps)) * max(0.0, 1 - i / steps)
    )
    reader.eval()
    for layer in reader.modules():
        if isinstance(layer, Changed):  # nothing is dropped but in what is learned
            layer.train()
    for number in range(EPOCHS):
        drawn.shuffle(order)
        told = np.zeros(2)
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            questions, _ = reader([pairs[i].encoded for i in batch])
            total = torch.zeros(2)
            for i, question in zip(batch, questions, strict=True):
                total = total + losses(reader, pairs[i], question, vectors[id(pairs[i].corpus)], line, counting[i])
            torch.autograd.backward(total @ torch.tensor([1.0, RANKING]) / len(batch))
            nn.utils.clip_grad_norm_(changing, 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            told += total.detach().numpy()
        print(f"round {number + 1}: losses {np.round(told / len(pairs), 3)}, line {line.item():.3f}", flush=True)


def losses(reader: Asker, one: Pair, question: Tensor, held: Held, line: Tensor, count: float) -> Tensor:
    """Return the losses of a question: of where the line lies, and of which sentence is the best."""
    found = one.found[:LEARNED_ON]
    if not one.right:
        scores, _ = reader.best_sentence(one, question, held, found)
        return torch.stack([count * softplus((scores.max() - line) / SHARPNESS), torch.zeros(())])
    found = found if set(found) & set(one.answering) else [*found, one.answering[0]]
    scores, right = reader.best_sentence(one, question, held, found)
    lies = softplus((line - scores[right].max()) / SHARPNESS)
    if others := hidden(one, LEARNED_ON):
        lies = lies + softplus((reader.best_sentence(one, question, held, others)[0].max() - line) / SHARPNESS)
    return torch.stack([count * lies, missed(scores, right, SHARPNESS)])


@torch.inference_mode()
def areas(reader: Asker, pairs: Sequence[Pair], counting: Sequence[float], vectors: Mapping[int, Held]) -> str:
    """Return a line for each set: areas under the curve of the best sentence, as they are and weighted."""
    reader.eval()
    told: dict[str, list[tuple[Pair, float, float, float]]] = defaultdict(list)
    for one, count in zip(pairs, counting, strict=True):
        (question,), _ = reader([one.encoded])
        held = vectors[id(one.corpus)]
        shown, rest = (
            float(reader.best_sentence(one, question, held, passages)[0].max()) if passages else math.nan
            for passages in (one.found[:FOUND], hidden(one, FOUND))
        )
        told[one.set].append((one, count, shown, rest))
    lines = []
    for name, own in sorted(told.items()):
        parts = []
        for kind in UNANSWERED:
            some = [(bool(one.right), score, count) for one, count, score, _ in own if one.right or one.kind == kind]
            right, scores, weights = (np.array(each) for each in zip(*some, strict=True))
            if not right.all() and right.any():
                raw, even = roc_auc_score(right, scores), roc_auc_score(right, scores, sample_weight=weights)
                parts.append(f"{kind} {raw:.3f}, weighted {even:.3f} (n = {np.sum(~right)})")
        both = [(score, rest) for one, _, score, rest in own if one.right and not math.isnan(rest)]
        area = roc_auc_score([1, 0] * len(both), np.array(both).ravel())
        lines.append(f"{name}: {'; '.join([*parts, f'passages hidden {area:.3f} (n = {len(both)})'])}")
    return "\n".join(lines)


def main() -> None:
    """Fit and write, or only measure."""
    options = read_options(__doc__, ADAPTER)
    torch.manual_seed(0)
    print(f"Learns from {', '.join(SETS)} only, tried on {', '.join(TRIED)} too. {json.dumps(machine())}\n")
    sets = (*ENCODED, *LATER, INVENTED)
    every = list(read(options.corpus, options.cache, names=sets, model=DEFAULT_MODEL, unanswered=UNANSWERED))
    answered = [one for one in every if one.right]
    part = parts_of(
        [one for one in answered if one.set in ENCODED], later=[one for one in answered if one.set in LATER]
    )
    every = [one for one in every if one.found]
    for one in every:
        part.setdefault(one.group, part_by_name(one.group) if one.set in SETS else HELD)
    pairs = [one for one in every if one.set in SETS or (one.set in TRIED and part[one.group] == HELD)]
    counting, vectors = counts(pairs), token_vectors(pairs)
    held = [i for i, one in enumerate(pairs) if part[one.group] == HELD]
    learned = [i for i, one in enumerate(pairs) if part[one.group] not in (HELD, PARTS)]
    reader = Asker()
    own = [pairs[i] for i in held], [counting[i] for i in held]
    print(f"\nThe model as published, on the part that is held out:\n{areas(reader, *own, vectors)}", flush=True)
    if options.measure:
        reader.take(load_file(options.out))
    else:
        fit(reader, [pairs[i] for i in learned], [counting[i] for i in learned], vectors)
        save_file(reader.changes(), options.out, metadata={"model": PUBLISHED_MODEL})
    print(f"\nWith the adapter, which learned from {len(learned)} others:\n{areas(reader, *own, vectors)}")


if __name__ == "__main__":
    main()
