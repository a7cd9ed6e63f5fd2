"""Development questions → `advisor/adapter.safetensors`, which makes the installed MiniLM read reports.

    python -m benchmarks.fit_adapter --corpus corpus --corpus ../shared/corpus
    python -m benchmarks.fit_adapter --corpus corpus --corpus ../shared/corpus --measure

Reads the sets named in `SETS` only, and says so. A question and the passages with its evidence are pulled together,
passages that search finds for it otherwise are pushed away: by late interaction, sentence by sentence and passage by
passage, and by the cosine of whole texts. Only low-rank changes of the encoder's matrices are learned (Hu et al., 2021,
arXiv:2106.09685). One part of the questions is not learned from: on it the model is measured, and what comes after it
is fitted (`fit_evidence`, `fit_confidence`), as it knows the others too well. No passage that by itself answers one of
them answers a question that is learned from. With `--measure` nothing is fitted: the adapter that is there is measured
beside the model as published.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import normalize

from advisor.adapter import ADAPTER, DOWN, UP
from advisor.answering.conversation import standalone
from advisor.answering.evidence import rarity
from advisor.answering.matching import content_words
from advisor.embedding import PUBLISHED_MODEL, TransformerEmbedder, default_model_path, projection
from advisor.evaluation.datasets import Question, QuestionSet
from advisor.evaluation.stamp import machine
from advisor.minilm import read_tokenizer
from advisor.records import Sentence
from advisor.retrieval.retriever import Retriever
from benchmarks.questions import answers, group_of, sets_at_hand
from ingest.passages import embedded_text

SETS = (
    *("cluster-capacity/dev.jsonl", "practitioners/dev.jsonl", "first-questions/dev.jsonl", "asked/dev.jsonl"),
    *("twins/pairs.jsonl", "written/dev.jsonl", "other-fields"),
)
MAX_TOKENS = 256
RANK, DROPOUT = 8, 0.1
EPOCHS, BATCH, RATE, DECAY = 2, 16, 1e-3, 0.01
FOUND, NEGATIVES = 30, 10
"""How many passages are found for a question, and among how many of the first one is drawn that does not answer it."""
PARTS, HELD = 4, 0
SHARP_SENTENCES, SHARP_PASSAGES, SHARP_VECTORS = 0.05, 0.02, 0.05
WEIGHTS = (1.0, 0.5, 0.3)
"""What the three losses count: of sentences, passages and whole texts."""
TOGETHER = 2_048
"""At most how many word pieces are encoded at once, of texts of about the same length."""

Place = tuple[str, int]
"""A passage and a sentence of it, from 1."""


@dataclass
class Corpus:
    """The passages of one store: what is encoded of each, to which sentence each token belongs, and all sentences.

    `sentences` has for each file and page the sentences on it with their places.
    """

    retriever: Retriever
    encoded: dict[str, list[int]] = field(default_factory=dict)
    owners: dict[str, Tensor] = field(default_factory=dict)
    sentences: dict[tuple[str, int], list[tuple[Place, Sentence]]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, eq=False)
class Answered:
    """A question on one corpus and the right sentences."""

    group: str
    corpus: Corpus
    right: frozenset[Place]

    @property
    def answering(self) -> list[str]:
        """Ids of the passages with a right sentence."""
        return sorted({passage for passage, _ in self.right})


@dataclass(frozen=True, eq=False)
class Pair(Answered):
    """A question as it is searched for: `weights` of its tokens, and ids of the passages found."""

    set: str
    kind: str
    text: str
    encoded: list[int]
    weights: Tensor
    found: list[str]


def read(
    folders: Sequence[Path],
    cache: Path,
    *,
    names: Sequence[str] = SETS,
    model: str = PUBLISHED_MODEL,
    unanswered: Sequence[str] = (),
) -> Iterator[Pair]:
    """Yield each question of some sets that has evidence, on each corpus that is at hand; say what was read.

    `model` finds the passages. Questions of the kinds `unanswered` come too, without right sentences.
    """
    for name, each, corpus in corpora(names, TransformerEmbedder(model), folders, cache):
        pairs = [pair(corpus, question, name) for question in each.questions if question.evidence]
        found = [one for one in pairs if one.right]
        yield from found
        print(f"read {each.name}: {len(found)} of {len(pairs)} questions have evidence in a sentence", flush=True)
        yield from (pair(corpus, question, name) for question in each.questions if question.kind in unanswered)


def parts(folders: Sequence[Path], cache: Path, *, later: Sequence[str] = ()) -> dict[str, int]:
    """Return in which part each question of `SETS` is, and of some later sets, see `parts_of`; none is searched for."""
    questions: dict[bool, list[Answered]] = {True: [], False: []}
    for name, each, corpus in corpora((*SETS, *later), TransformerEmbedder(), folders, cache):
        for question in each.questions:
            if places := frozenset(right(corpus, question)):
                questions[name in SETS].append(Answered(group_of(question, name), corpus, places))
    return parts_of(questions[True], later=questions[False])


def corpora(
    names: Sequence[str], embedder: TransformerEmbedder, folders: Sequence[Path], cache: Path
) -> Iterator[tuple[str, QuestionSet, Corpus]]:
    """Yield each set, in each of its views, with its name and its corpus, each of these read once."""
    read_once: dict[int, Corpus] = {}
    for name, each, retriever in sets_at_hand(names, embedder, folders=folders, cache=cache):
        if id(retriever) not in read_once:
            read_once[id(retriever)] = read_corpus(retriever, embedder)
        yield name, each, read_once[id(retriever)]


def read_corpus(retriever: Retriever, embedder: TransformerEmbedder) -> Corpus:
    """Return a corpus with all its passages as they are embedded at ingest."""
    corpus, store = Corpus(retriever), retriever.store
    documents = {document.document_id: document for document in store.library.documents()}
    ids = sorted(store.vectors.ids("passages"))
    held = store.library.passage_tokens(ids)
    for passage in store.library.passages(ids):
        document = documents[passage.document_id]
        count, most = embedder.count_tokens, embedder.max_tokens
        text = embedded_text(document.title, passage, count_tokens=count, max_tokens=most)
        corpus.encoded[passage.passage_id] = tokens_of(text)
        corpus.owners[passage.passage_id] = torch.from_numpy(held[passage.passage_id].owners.astype(np.int64))
        for number, sentence in enumerate(passage.sentences, start=1):
            for page in {span.page for span in sentence.spans}:
                corpus.sentences[document.file, page].append(((passage.passage_id, number), sentence))
    return corpus


@cache
def tokenizer() -> Tokenizer:
    """Return the model's tokenizer, which cuts off what the model does not read."""
    read = read_tokenizer(default_model_path() / "tokenizer.json")
    read.enable_truncation(MAX_TOKENS)
    return read


def tokens_of(text: str) -> list[int]:
    """Return the numbers of the word pieces of a text, with the marks around it."""
    return list(tokenizer().encode(text).ids)


def pair(corpus: Corpus, question: Question, name: str) -> Pair:
    """Return what is learned from a question, as it is searched for."""
    retriever = corpus.retriever
    text = standalone(question.text, question.history)
    query = retriever.understand(text, focus=question.text if text != question.text else "")
    found = [hit.passage.passage_id for hit in retriever.retrieve(query, k=FOUND)]
    asked = content_words(query, rarity(retriever.store, query.terms))
    encoded = tokens_of(query.searched)
    weights = torch.zeros(len(encoded) - 2)
    for word in asked:
        weights[list(word.columns)] += word.rarity / len(word.columns) / sum(each.rarity for each in asked)
    return Pair(
        group=group_of(question, name),
        corpus=corpus,
        right=frozenset(right(corpus, question)),
        set=name,
        kind=question.kind,
        text=query.searched,
        encoded=encoded,
        weights=weights,
        found=found,
    )


def right(corpus: Corpus, question: Question) -> Iterator[Place]:
    """Yield the places of the sentences that answer a question."""
    for document, page in {(place.document, place.page) for place in question.evidence}:
        for at, sentence in corpus.sentences[document, page]:
            if answers(sentence, document, question):
                yield at


class Changed(nn.Module):
    """A linear layer and its low-rank change, which is nothing at first."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(RANK, layer.in_features) / math.sqrt(layer.in_features))
        self.up = nn.Parameter(torch.zeros(layer.out_features, RANK))
        self.dropped = nn.Dropout(DROPOUT)

    def forward(self, given: Tensor) -> Tensor:
        """Return what the changed layer makes of some vectors."""
        unchanged: Tensor = self.layer(given)
        dropped: Tensor = self.dropped(given @ self.down.T)  # of few numbers: dropping takes long
        return unchanged + dropped @ self.up.T


class Reader(nn.Module):
    """MiniLM with changes: texts → vectors of their tokens, as a store keeps them but unrounded, and of the whole."""

    def __init__(self) -> None:
        super().__init__()
        from transformers import AutoModel

        self.encoder = AutoModel.from_pretrained(default_model_path(), attn_implementation="eager")
        self.encoder.requires_grad_(False)
        for name, layer in list(self.encoder.encoder.named_modules()):
            if isinstance(layer, nn.Linear):
                parent, _, own = name.rpartition(".")
                setattr(self.encoder.encoder.get_submodule(parent), own, Changed(layer))
        self.shorter = torch.from_numpy(projection(self.encoder.config.hidden_size))

    def forward(self, texts: Sequence[Sequence[int]]) -> tuple[list[Tensor], Tensor]:
        """Return unit vectors: of each text those of its tokens, shape (tokens, shorter), and its own, shape (dim,)."""
        tokens: dict[int, Tensor] = {}
        whole: dict[int, Tensor] = {}
        for rows in together([len(text) for text in texts]):
            longest = len(texts[rows[-1]])
            ids = torch.tensor([[*texts[i], *[0] * (longest - len(texts[i]))] for i in rows])
            mask = torch.tensor([[1] * len(texts[i]) + [0] * (longest - len(texts[i])) for i in rows])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
            states = states.float()
            summed = normalize((states * mask[:, :, None]).sum(dim=1), dim=1)
            short = normalize(states @ self.shorter, dim=2)
            tokens |= {i: short[row, 1 : len(texts[i]) - 1] for row, i in enumerate(rows)}
            whole |= {i: summed[row] for row, i in enumerate(rows)}
        return [tokens[i] for i in range(len(texts))], torch.stack([whole[i] for i in range(len(texts))])

    def changes(self) -> dict[str, Tensor]:
        """Return what an adapter holds."""
        return {name: value.detach().half().contiguous() for name, value in self._changed()}

    def take(self, changes: Mapping[str, Tensor]) -> None:
        """Take the changes of an adapter in the place of its own."""
        for name, value in self._changed():
            value.data = changes[name].float()

    def _changed(self) -> Iterator[tuple[str, nn.Parameter]]:
        for name, layer in self.encoder.encoder.named_modules():
            if isinstance(layer, Changed):
                yield f"encoder.{name}{DOWN}", layer.down
                yield f"encoder.{name}{UP}", layer.up


def together(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield which texts are encoded at once, in groups of about the same length; the shortest comes first."""
    rows: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if rows and (len(rows) + 1) * lengths[i] > TOGETHER:
            yield rows
            rows = []
        rows.append(i)
    yield rows


def best(cosines: Tensor, owners: Tensor, number: int) -> Tensor:
    """Return for each of `number` owners the best cosine of each column among its rows, -1 without any."""
    found = torch.full((number, cosines.shape[1]), -1.0)
    return found.scatter_reduce(0, owners[:, None].expand_as(cosines), cosines, "amax")


def sentence_scores(one: Pair, question: Tensor, passages: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Return how well each sentence of some passages, under its headings, meets the question, and which are right."""
    scores, flags = [], []
    for passage_id, vectors in passages.items():
        owners = one.corpus.owners[passage_id]
        met = best(vectors @ question.T, owners, int(owners.max()) + 1)
        scores.append(torch.maximum(met[1:], met[0]) @ one.weights)
        flags += [(passage_id, number) in one.right for number in range(1, len(met))]
    return torch.cat(scores), torch.tensor(flags, dtype=torch.bool)


def missed(scores: Tensor, wanted: Tensor, sharpness: float) -> Tensor:
    """Return minus the logarithm of the share of what is wanted in a softmax; 0 where nothing is."""
    if not wanted.any():
        return torch.zeros(())
    return -torch.logsumexp(torch.log_softmax(scores / sharpness, dim=0)[wanted], dim=0)


def losses(reader: Reader, batch: Sequence[Pair], drawn: random.Random) -> Tensor:
    """Return the mean losses of some questions on one corpus: of sentences, passages and whole texts."""
    corpus = batch[0].corpus
    own = []
    for one in batch:
        others = [item for item in one.found[:NEGATIVES] if item not in one.answering]
        own.append([drawn.choice(one.answering), *drawn.sample(others, min(1, len(others)))])
    ids = sorted({item for chosen in own for item in chosen})
    tokens, whole = reader([corpus.encoded[item] for item in ids])
    questions, asked = reader([one.encoded for one in batch])
    owners = torch.cat([torch.full((len(vectors),), i) for i, vectors in enumerate(tokens)])
    joined, total = torch.cat(tokens), torch.zeros(3)
    for one, question, vector, chosen in zip(batch, questions, asked, own, strict=True):
        passages = best(joined @ question.T, owners, len(ids)).mean(dim=1)
        wanted = torch.tensor([item in one.answering for item in ids])
        total = total + torch.stack(
            [
                missed(*sentence_scores(one, question, {i: tokens[ids.index(i)] for i in chosen}), SHARP_SENTENCES),
                missed(passages, wanted, SHARP_PASSAGES),
                missed(whole @ vector, wanted, SHARP_VECTORS),
            ]
        )
    return total / len(batch)


def fit(reader: Reader, pairs: Sequence[Pair]) -> None:
    """Learn from some questions; prints the mean losses of each round."""
    changing = [each for each in reader.parameters() if each.requires_grad]
    drawn = random.Random(0)
    steps = EPOCHS * math.ceil(len(pairs) / BATCH)
    optimiser = torch.optim.AdamW(changing, lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda i: min(1.0, (i + 1) / (0.06 * steps)) * max(0.0, 1 - i / steps)
    )
    by_corpus: dict[int, list[Pair]] = defaultdict(list)
    for one in pairs:
        by_corpus[id(one.corpus)].append(one)
    reader.train()
    for number in range(EPOCHS):
        batches = []
        for own in by_corpus.values():
            drawn.shuffle(own)
            batches += [own[i : i + BATCH] for i in range(0, len(own), BATCH)]
        drawn.shuffle(batches)
        told = np.zeros(3)
        for batch in batches:
            parts = losses(reader, batch, drawn)
            torch.autograd.backward(parts @ torch.tensor(WEIGHTS))
            nn.utils.clip_grad_norm_(changing, 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            told += len(batch) * parts.detach().numpy()
        print(f"round {number + 1}: losses {np.round(told / len(pairs), 3)}", flush=True)


@torch.inference_mode()
def shares(reader: Reader, pairs: Sequence[Pair]) -> str:
    """Return how often a right sentence is first or among three, and a right passage first or among five found."""
    reader.eval()
    ranks: dict[str, list[int]] = defaultdict(list)
    kept: dict[tuple[int, str], tuple[Tensor, Tensor]] = {}
    for one in pairs:
        need = [item for item in one.found if (id(one.corpus), item) not in kept]
        if need:
            tokens, whole = reader([one.corpus.encoded[item] for item in need])
            kept |= {(id(one.corpus), i): both for i, both in zip(need, zip(tokens, whole, strict=True), strict=True)}
        (question,), (vector,) = reader([one.encoded])
        held = {item: kept[id(one.corpus), item] for item in one.found}
        first = {item: held[item][0] for item in one.found[:8]}
        scores, flags = sentence_scores(one, question, first)
        wanted = torch.tensor([item in one.answering for item in one.found])
        late = torch.stack([(tokens @ question.T).amax(dim=0).mean() for tokens, _ in held.values()])
        cosine = torch.stack([whole @ vector for _, whole in held.values()])
        for name, values, good in (("sentence", scores, flags), ("late", late, wanted), ("cosine", cosine, wanted)):
            if good.any():
                ranks[name].append(int(good[values.argsort(descending=True, stable=True)].int().argmax()))
    return ", ".join(
        f"{name} n={len(own)} first {np.mean(np.array(own) < 1):.3f} among {few} {np.mean(np.array(own) < few):.3f}"
        for name, few in (("sentence", 3), ("late", 5), ("cosine", 5))
        if (own := ranks[name])
    )


def by_set(reader: Reader, pairs: Sequence[Pair]) -> str:
    """Return a line for each set, see `shares`."""
    names = sorted({one.set for one in pairs})
    return "\n".join(f"{name}: {shares(reader, [one for one in pairs if one.set == name])}" for name in names)


def parts_of(questions: Sequence[Answered], *, later: Sequence[Answered] = ()) -> dict[str, int]:
    """Return the part, from 0, of each group; those with the same one right passage are in the same.

    Questions with several right passages would join whole reports: they are put where these are, and in no part, which
    is `PARTS`, where some of these are in the part that is held out and some are not, or none is in a part. So are the
    `later` questions, which the encoder was not fitted on.
    """
    above: dict[object, object] = {}

    def top(item: object) -> object:
        while above.setdefault(item, item) != item:
            item = above[item]
        return item

    def places(one: Answered) -> list[object]:
        return [(id(one.corpus), passage) for passage in one.answering]

    of_group: dict[str, list[Answered]] = defaultdict(list)
    for one in questions:
        of_group[one.group].append(one)
    joining = {group for group, own in of_group.items() if all(len(one.answering) == 1 for one in own)}
    for one in later:
        of_group[one.group].append(one)
    for group in joining:
        for one in of_group[group]:
            above[top(*places(one))] = top(group)
    joined: dict[object, list[str]] = defaultdict(list)
    for group in joining:
        joined[top(group)].append(group)
    size, part, of_top = [0] * PARTS, dict[str, int](), dict[object, int]()
    for first, groups in sorted(joined.items(), key=lambda item: (-len(item[1]), sorted(item[1]))):
        of_top[first] = size.index(min(size))
        size[of_top[first]] += len(groups)
        part |= dict.fromkeys(groups, of_top[first])
    for group, own in of_group.items():
        if group not in joining:
            parts = {of_top.get(top(place), PARTS) for one in own for place in places(one)} - {PARTS}
            part[group] = PARTS if HELD in parts and len(parts) > 1 else min(parts, default=PARTS)
    return part


def read_options(description: str | None, adapter: Path) -> argparse.Namespace:
    """Return what was asked of a script that fits an adapter."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, action="append", required=True, help="a folder with PDFs; repeat")
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    parser.add_argument("--measure", action="store_true", help="measure the adapter that is there, fit none")
    parser.add_argument("--out", type=Path, default=adapter, help="where the adapter is written (where it is used)")
    return parser.parse_args()


def main() -> None:
    """Fit and write, or only measure."""
    options = read_options(__doc__, ADAPTER)
    torch.manual_seed(0)
    print(f"Reads {', '.join(SETS)} only. {json.dumps(machine())}\n")
    pairs = list(read(options.corpus, options.cache))
    part = parts_of(pairs)
    held = [one for one in pairs if part[one.group] == HELD]
    learned = [one for one in pairs if part[one.group] not in (HELD, PARTS)]
    reader = Reader()
    print(f"\nThe model as published, on the part that is held out:\n{by_set(reader, held)}", flush=True)
    if options.measure:
        reader.take(load_file(options.out))
    else:
        fit(reader, learned)
        save_file(reader.changes(), options.out, metadata={"model": PUBLISHED_MODEL})
    print(f"\nWith the adapter, which learned from {len(learned)} others:\n{by_set(reader, held)}")


if __name__ == "__main__":
    main()
