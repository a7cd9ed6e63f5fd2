"""The PDFs of a folder and another checkout → seconds of each step of an ingest, with its code and with ours.

    python -m benchmarks.reading.seconds FOLDER --before CHECKOUT [--rounds 3]

The two take turns on the same machine, each in a process and a store of its own; medians over the rounds are compared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from advisor.evaluation.stamp import machine

STEPS = ("parse", "embed", "write", "total")


def ingest_seconds(checkout: Path, files: Sequence[Path]) -> dict[str, float]:
    """Return the seconds of each step of an ingest with the code of a checkout."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "advisor.cli",
            "ingest",
            *map(str, files),
            "--store",
            f"{folder}/store",
            "--json",
        ]
        done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=True)
    seconds: dict[str, float] = json.loads(done.stdout)["seconds"]
    return seconds


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--before", type=Path, required=True, help="a checkout of the code to compare with")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/reading-seconds.json"))
    options = parser.parse_args()
    files = sorted(path.resolve() for path in options.folder.glob("*.pdf"))
    checkouts = {"before": options.before, "after": Path.cwd()}
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in checkouts}
    for _ in range(options.rounds):
        for name, checkout in checkouts.items():
            runs[name].append(ingest_seconds(checkout, files))
    medians = {
        name: {step: round(median(run[step] for run in held), 1) for step in STEPS} for name, held in runs.items()
    }
    commit = ["git", "-C", str(options.before), "rev-parse", "--short", "HEAD"]
    result: dict[str, Any] = {
        "documents": len(files),
        "rounds": options.rounds,
        "before": subprocess.run(commit, capture_output=True, text=True, check=True).stdout.strip(),
        "median seconds": medians,
        "before to after": {step: round(medians["before"][step] / medians["after"][step], 2) for step in STEPS},
        "runs": runs,
        "stamp": machine(),
    }
    print("| | " + " | ".join(STEPS) + " |\n" + "| --- " * (len(STEPS) + 1) + "|")
    for name, steps in medians.items():
        print(f"| {name} | " + " | ".join(str(steps[step]) for step in STEPS) + " |")
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
