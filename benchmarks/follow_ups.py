"""Follow-ups → whether they find as much as the same questions asked in full.

    python -m benchmarks.follow_ups benchmarks/cluster-capacity/test.jsonl --corpus corpus --corpus ../shared/corpus \
        --out benchmarks/results/follow-ups-test.json

The questions in full are in `cluster-capacity/follow-ups-in-full.toml`.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from advisor.embedding import TransformerEmbedder
from advisor.evaluation.corpora import open_corpus
from advisor.evaluation.datasets import read_sets
from advisor.evaluation.figures import figures
from advisor.evaluation.judging import judge
from advisor.evaluation.stamp import machine
from advisor.evaluation.systems import open_system

MEASURES = ("Success@1", "Success@5", "evidence@5", "passage hit@5")


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--corpus", type=Path, action="append", default=[])
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    in_full = tomllib.loads((options.set.parent / "follow-ups-in-full.toml").read_text(encoding="utf-8"))
    embedder = TransformerEmbedder()
    result: dict[str, Any] = {"stamp": machine(), "set": options.set.name}
    for each in read_sets(options.set):
        assert each.corpus is not None, "the set is about documents"
        corpus = open_corpus(each.corpus, embedder=embedder, cache=options.cache, folders=options.corpus)
        if corpus is None:
            print(f"left out: {each.name}, whose documents are not at hand")
            continue
        leaning = tuple(question for question in each.questions if question.history and question.answerable)
        whole = tuple(replace(question, text=in_full[question.id], history=()) for question in leaning)
        for name, asked in (("as follow-ups", leaning), ("in full", whole)):
            questions = replace(each, questions=asked)
            system = open_system("advisor", questions, corpus)
            records = {question.id: system.ask(question, answers=False) for question in asked}
            found = figures(list(judge(questions, records).values()), seed=0)["answerable"]
            result[f"{each.name}, {name}"] = {"n": len(asked)} | {measure: found[measure] for measure in MEASURES}
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
