"""A BEIR folder → a part of it that is measured in minutes: some queries, what is relevant to them, other documents.

    python -m benchmarks.beir_part ../shared/public-sets/scifact-train scifact-part --queries 200 --others 900

Drawn with a fixed seed. Figures on a part are higher than on the whole, and comparable with each other only.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path


def main() -> None:
    """Draw and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--others", type=int, default=900, help="documents that are relevant to none of them")
    options = parser.parse_args()
    draw = random.Random(0)
    judged_in = next((options.folder / "qrels").glob("*.tsv"))
    header, *lines = judged_in.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    kept = set(draw.sample(sorted({query for query, *_ in rows}), options.queries))
    rows = [row for row in rows if row[0] in kept]
    relevant = {document for _, document, *_ in rows}
    documents = (options.folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    queries = (options.folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    others = draw.sample([line for line in documents if json.loads(line)["_id"] not in relevant], options.others)
    chosen = [line for line in documents if json.loads(line)["_id"] in relevant] + others
    (options.out / "qrels").mkdir(parents=True, exist_ok=True)
    (options.out / "corpus.jsonl").write_text("\n".join(chosen) + "\n", encoding="utf-8")
    asked = [line for line in queries if json.loads(line)["_id"] in kept]
    (options.out / "queries.jsonl").write_text("\n".join(asked) + "\n", encoding="utf-8")
    judgements = "\n".join([header, *("\t".join(row) for row in rows)])
    (options.out / "qrels" / "test.tsv").write_text(judgements + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
