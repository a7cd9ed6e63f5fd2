"""Development questions → how often an answer tells a right sentence, and in how many words; printed.

    python -m benchmarks.choose_measures --corpus corpus --corpus ../shared/corpus

Reads the sets named in `SETS` only, on the corpora that are at hand, and says so; of these the questions that the
embedding model did not learn from. Each is answered from its evidence as `advisor ask` puts an answer together, with
the measures that are shipped and with others: "told" is the share of questions of whose right sentences the answer has
one, "found" the mean share of these sentences that it has, with questions for which search found none as nothing. What
tells more in as many words is better. Declines are left out: every question is answered.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from advisor.answering.choosing import MEASURES, Measure
from advisor.answering.evidence import Evidence
from advisor.answering.extractive import compose
from advisor.answering.units import words_in
from advisor.retrieval.kinds import Kind
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store
from benchmarks.fit_evidence import evidence_of, held_out
from benchmarks.questions import answers

SETS = (
    *("cluster-capacity/dev.jsonl", "practitioners/dev.jsonl", "asked/dev.jsonl", "written/dev.jsonl"),
    "other-fields",
)
FREE: tuple[Kind, ...] = ("open", "how-to", "advice")


def changed(*kinds: Kind, **values: Any) -> Mapping[Kind, Measure]:
    """Return the shipped measures with changes for some kinds."""
    return {**MEASURES, **{kind: replace(MEASURES[kind], **values) for kind in kinds}}


TRIED: Mapping[str, Mapping[Kind, Measure]] = {
    "shipped": MEASURES,
    "facts: 75 words": changed("fact", words=75),
    "facts: 4 units": changed("fact", units=4),
    "others: nearby .1": changed(*FREE, nearby=0.1),
    "others: 125 words": changed(*FREE, words=125),
    "others: 180 words": changed(*FREE, words=180),
    "others: margin .2": changed(*FREE, margin=0.2),
    "others: margin .3": changed(*FREE, margin=0.3),
    "others: margin .3, 7 units": changed(*FREE, margin=0.3, units=7),
    "lists: nearby .05": changed("list", nearby=0.05),
    "lists: 180 words": changed("list", words=180),
}


@dataclass(frozen=True)
class Asked:
    """A question with the evidence for it, and the ids of the right sentences of that."""

    store: Store
    query: Query
    evidence: Sequence[Evidence]
    right: frozenset[str]


def asked(options: argparse.Namespace) -> list[Asked]:
    """Return the questions that the model did not learn from."""
    found: list[Asked] = []
    for _, retriever, question in held_out(options, SETS):
        query, evidence = evidence_of(retriever, question)
        right = [item for item in evidence if answers(item.sentence, item.hit.document.file, question)]
        found.append(Asked(retriever.store, query, evidence, frozenset(item.sentence.sentence_id for item in right)))
    return found


def told(one: Asked, measures: Mapping[Kind, Measure]) -> tuple[bool, float, int]:
    """Return whether an answer tells a right sentence, which share of them, and in how many words."""
    statements = compose(one.store, one.query, one.evidence, measures=measures)
    sentences = [sentence for each in statements for sentence in (each.sentence, *each.also)]
    met = one.right & {sentence.sentence_id for sentence in sentences}
    return bool(met), len(met) / max(len(one.right), 1), words_in([each.sentence for each in statements])


def line(name: str, own: Sequence[tuple[bool, float, int]]) -> str:
    """Return a line of the output."""
    some, share, words = (np.array(each, dtype=float) for each in zip(*own, strict=True))
    return (
        f"{name:38} told {some.mean():.3f}, found {share.mean():.3f}, "
        f"words {words.mean():.1f} (median {np.median(words):.0f}), n = {len(own)}"
    )


def main() -> None:
    """Answer and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", type=Path, required=True, metavar="DIR")
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    questions = asked(parser.parse_args())
    for name, measures in TRIED.items():
        own = [told(one, measures) for one in questions]
        print(f"\n{line(name, own)}")
        kinds = sorted({one.query.kind for one in questions if measures[one.query.kind] != MEASURES[one.query.kind]})
        for kind in kinds if name != "shipped" else sorted(MEASURES):
            print(line(f"  {kind}", [each for one, each in zip(questions, own, strict=True) if one.query.kind == kind]))


if __name__ == "__main__":
    main()
