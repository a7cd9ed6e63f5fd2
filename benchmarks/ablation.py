"""A question set → a table of what each step of the search adds, and what is lost without it.

    python -m benchmarks.ablation benchmarks/cluster-capacity/test.jsonl --corpus corpus --corpus ../shared/corpus \
        --out benchmarks/results/ablation-test

Writes `ablation.json` and `ablation.md`. Each row is a system of `advisor evaluate`; all are measured in one run, on
the same stores. Nothing is fitted here.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from advisor.embedding import TransformerEmbedder
from advisor.evaluation.corpora import open_corpus
from advisor.evaluation.datasets import read_sets
from advisor.evaluation.figures import figures
from advisor.evaluation.judging import judge
from advisor.evaluation.stamp import machine
from advisor.evaluation.systems import open_system
from advisor.evaluation.tables import Table, interval

SWITCHES = ("completion", "translation", "spelling", "expansion", "restriction", "sides")
OFF = ",".join(f"{switch}=0" for switch in SWITCHES)

STEPS: Mapping[str, str] = {
    "stock pipeline": "stock",
    "passage cosine alone": f"dense:{OFF}",
    "BM25 alone": f"lexical:{OFF}",
    "passage + sentence + BM25": f"advisor:dense=1,late=0,{OFF}",
    "+ late interaction": f"advisor:{OFF}",
    "+ follow-ups completed": "advisor:" + ",".join(f"{switch}=0" for switch in SWITCHES[1:]),
    "+ words put into English": "advisor:" + ",".join(f"{switch}=0" for switch in SWITCHES[2:]),
    "+ spelling": "advisor:" + ",".join(f"{switch}=0" for switch in SWITCHES[3:]),
    "+ abbreviations and names": "advisor:" + ",".join(f"{switch}=0" for switch in SWITCHES[4:]),
    "+ documents named": "advisor:sides=0",
    "+ sides = shipped": "advisor",
    "shipped without passage cosine": "advisor:dense=0",
    "shipped without best sentence": "advisor:sentence=0",
    "shipped without BM25": "advisor:lexical=0",
    "shipped without late interaction": "advisor:late=0",
}
MEASURES = ("Success@1", "Success@5", "evidence@5", "passage hit@1", "passage hit@5", "nDCG@10", "all facts found@3")
KINDS_BY = "evidence@5"


def rows(results: Mapping[str, Mapping[str, Any]], group: str) -> list[tuple[str, ...]]:
    """Return a row for each step: its name and its measures with intervals."""
    return [
        (step, *(interval(results[name][group].get(measure)) for measure in MEASURES)) for step, name in STEPS.items()
    ]


def by_kind(results: Mapping[str, Mapping[str, Any]]) -> Table:
    """Return evidence@5 of each kind of question for each step."""
    kinds = sorted({kind for name in results for kind in results[name]["by_kind"]})
    body = [
        (step, *(f"{results[name]['by_kind'][kind][KINDS_BY]['value']:.2f}" for kind in kinds))
        for step, name in STEPS.items()
    ]
    first = next(iter(results.values()))["by_kind"]
    return Table(KINDS_BY, ("step", *(f"{kind} ({first[kind]['n']})" for kind in kinds)), tuple(body))


def measured(paths: Sequence[Path], folders: Sequence[Path], cache: Path) -> dict[str, dict[str, Any]]:
    """Return the figures of each step, by set. Passages are asked for, no answers."""
    embedder = TransformerEmbedder()
    results: dict[str, dict[str, Any]] = {}
    for each in [found for path in paths for found in read_sets(path)]:
        assert each.corpus is not None, "these sets are about documents"
        corpus = open_corpus(each.corpus, embedder=embedder, cache=cache, folders=folders)
        if corpus is None:
            print(f"left out: {each.name}, whose documents are not at hand")
            continue
        results[each.name] = {}
        asked = replace(each, questions=tuple(question for question in each.questions if question.answerable))
        for name in tqdm(STEPS.values(), desc=each.name, disable=None):
            system = open_system(name, asked, corpus)
            records = {question.id: system.ask(question, answers=False) for question in asked.questions}
            results[each.name][name] = figures(list(judge(asked, records).values()), seed=0)
    return results


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--corpus", type=Path, action="append", default=[])
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    results = measured(options.sets, options.corpus, options.cache)
    stamp = machine()
    lines = ["# What each step of the search adds", "", "95% bootstrap intervals over questions stand in brackets."]
    for name, systems in results.items():
        n = next(iter(systems.values()))["answerable"]["n"]
        table = Table("", ("step", *MEASURES), tuple(rows(systems, "answerable")))
        lines += ["", f"## {name}: {n} answerable questions", "", table.markdown()]
        lines += ["", f"### {KINDS_BY} by kind (n)", "", by_kind(systems).markdown()]
    lines += ["", "## Measured on", "", *(f"- {key}: {value}" for key, value in stamp.items())]
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "ablation.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    kept = {"stamp": stamp, "steps": dict(STEPS), "sets": results}
    (options.out / "ablation.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
