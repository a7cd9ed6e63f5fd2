"""Questions and PDFs → how long a warm search takes, what its parts cost, what memory the process needs.

    python -m benchmarks.search_speed benchmarks/cluster-capacity/dev.jsonl --corpus ../shared/corpus \
        --out benchmarks/results/search-speed.json

Asks every question of the view `originals` several times over, one after another in one process, and reports medians
and 95th percentiles in milliseconds, and their ratio to embedding the question alone; then the same with the model run
by sentence-transformers, and how long a process takes that has to load the model first. The cost of a reranker is
that of a cross-encoder of the size of MiniLM-L6 with random weights: the time does not depend on them.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from advisor.adapter import ADAPTER, adapted
from advisor.answering.advisor import Advisor
from advisor.embedding import DEFAULT_MODEL, Embedder, TransformerEmbedder, default_model_path
from advisor.evaluation.corpora import open_corpus
from advisor.evaluation.datasets import Question, read_sets
from advisor.evaluation.stamp import machine
from advisor.retrieval.reranking import TOP_N, CrossEncoderReranker

VIEW = "originals"


class Reference(TransformerEmbedder):
    """The shipped model as sentence-transformers runs it from a folder, under the name that the stores know."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(written_out(folder)))

    @property
    def name(self) -> str:
        """The name of the shipped model."""
        return DEFAULT_MODEL


def written_out(folder: Path) -> Path:
    """Write the shipped model, as sentence-transformers reads it, into a folder that is not there yet; return it."""
    if not folder.exists():
        shutil.copytree(default_model_path(), folder)
        weights = folder / "model.safetensors"
        save_file(adapted(load_file(weights), load_file(ADAPTER)), weights, metadata={"format": "pt"})
    return folder


COLD = """
import sys, time
from pathlib import Path
started = time.perf_counter()
from advisor import Advisor
from advisor.embedding import TransformerEmbedder
from benchmarks.search_speed import Reference
embedder = Reference(Path(sys.argv[3])) if sys.argv[2] == "reference" else TransformerEmbedder()
Advisor.open(sys.argv[1], embedder=embedder).search("joint international strategy")
seconds = time.perf_counter() - started
kept = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(seconds, int(kept.split()[1]) // 1024)
"""


def cold(store: Path, rounds: int, reference: Path) -> dict[str, dict[str, float]]:
    """Return the median seconds of a first search in a new process, and its memory, with and without the reference."""
    found: dict[str, list[tuple[float, float]]] = {"onnxruntime": [], "reference": []}
    for _ in range(rounds):  # in turn, so that what else the machine does falls on both
        for name, each in found.items():
            command = [sys.executable, "-c", COLD, str(store), name, str(reference)]
            seconds, mb = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
            each.append((float(seconds), float(mb)))
    return {
        name: {"first_search_s": round(median(s for s, _ in each), 2), "peak_memory_mb": median(mb for _, mb in each)}
        for name, each in found.items()
    }


def timed(work: Callable[[], object]) -> float:
    """Return how many milliseconds a piece of work takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def spread(values: list[float]) -> dict[str, float]:
    """Return median and 95th percentile."""
    return {"p50": round(median(values), 2), "p95": round(float(np.percentile(values, 95)), 2)}


def random_cross_encoder(folder: Path) -> str:
    """Save a cross-encoder of the size of MiniLM-L6 with random weights and return its path."""
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    size: dict[str, Any] = {"hidden_size": 384, "num_hidden_layers": 6, "intermediate_size": 1536, "num_labels": 1}
    config = BertConfig(**size)
    BertForSequenceClassification(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(default_model_path()).save_pretrained(folder)
    return str(folder)


def search_times(advisor: Advisor, questions: list[Question], rounds: int) -> list[float]:
    """Return the milliseconds of each search, after one round that counts for nothing."""
    for question in questions:
        advisor.search(question.text, history=question.history)
    return [
        timed(lambda question=question: advisor.search(question.text, history=question.history))  # type: ignore[misc]
        for _ in range(rounds)
        for question in questions
    ]


def embedding_times(embedder: Embedder, questions: list[Question], rounds: int) -> list[float]:
    """Return the milliseconds that each question takes to be embedded."""
    return [
        timed(lambda question=question: embedder.embed([question.text]))  # type: ignore[misc]
        for _ in range(rounds)
        for question in questions
    ]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--corpus", type=Path, action="append", required=True)
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    embedder = TransformerEmbedder()
    questions = next(each for each in read_sets(options.set) if VIEW in each.name)
    assert questions.corpus is not None, "the set names its documents"
    corpus = open_corpus(questions.corpus, embedder=embedder, cache=options.cache, folders=options.corpus)
    assert corpus is not None, "name the folder of the reports with --corpus"
    advisor = Advisor.open(corpus.store, embedder=embedder)
    asked = list(questions.questions)
    english = [question for question in asked if question.language == "en"]
    search = search_times(advisor, asked, options.rounds)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    embed = embedding_times(embedder, asked, options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        reference: Embedder = Reference(Path(folder, "reference"))
        by_reference = search_times(Advisor.open(corpus.store, embedder=reference), asked, options.rounds)
        embed_by_reference = embedding_times(reference, asked, options.rounds)
        cold_start = cold(corpus.store, options.rounds, Path(folder, "reference"))
        reranker = CrossEncoderReranker(random_cross_encoder(Path(folder, "reranker")))
        again = search_times(Advisor.open(corpus.store, embedder=embedder, reranker=reranker), english[:40], 1)
    counts = advisor.counts()
    result: dict[str, Any] = {
        "stamp": machine(),
        "set": str(options.set.name),
        "questions": len(asked),
        "rounds": options.rounds,
        "corpus": {"pages": counts.pages, "passages": counts.passages, "sentences": counts.sentences},
        "search_ms": spread(search),
        "search_ms_english": spread(search_times(advisor, english, options.rounds)),
        "embedding_alone_ms": spread(embed),
        "search_in_embeddings": round(median(search) / median(embed), 2),
        "peak_memory_mb": memory,
        "search_with_sentence_transformers_ms": spread(by_reference),
        "embedding_alone_with_sentence_transformers_ms": spread(embed_by_reference),
        "cold": cold_start,
        f"search_with_reranker_of_{TOP_N}_ms": spread(again),
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
