"""Hostile files → what becomes of each, how long it takes and how much memory: `python -m benchmarks.reading.hostile`.

Every file is ingested alone, with the shipped embedding model. Further files, such as real reports that are damaged,
come from the folders named on the command line. A table goes to standard output, the figures to
benchmarks/results/reading-hostile.json.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from advisor.embedding import TransformerEmbedder
from advisor.evaluation.stamp import machine
from ingest.build import ingest
from ingest.worker import Limits
from tests.fakes import HashEmbedder
from tests.ingest.hostile import KINDS, write_many

OUT = Path(__file__).parents[1] / "results" / "reading-hostile.json"


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one file; `peak_mb` is the resident memory of the process that read it, 0 where none did."""

    kind: str
    expected: str
    status: str
    reason: str
    seconds: float
    peak_mb: int

    @property
    def is_expected(self) -> bool:
        """Whether the outcome is the one foreseen; a file without an expectation has none to miss."""
        return self.expected in ("", self.reason or self.status)


class Peak:
    """Looks every 10 ms how much memory the child processes of this one have held at most (Linux)."""

    def __init__(self) -> None:
        self.mb = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Peak:
        for pid in _children():  # what earlier files took is forgotten (proc(5), clear_refs)
            Path(f"/proc/{pid}/clear_refs").write_text("5")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.01):
            for pid in _children():
                try:
                    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                except OSError:  # it has just ended
                    continue
                found = next((line for line in lines if line.startswith("VmHWM")), "VmHWM: 0")
                self.mb = max(self.mb, int(found.split()[1]) // 1024)


def _children() -> list[str]:
    found: list[str] = []
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            found.extend(task.read_text().split())
        except OSError:  # the thread has just ended
            continue
    return found


def measure(file: Path, kind: str, expected: str, embedder: TransformerEmbedder, folder: Path) -> Row:
    """Ingest one file into a store of its own."""
    started = time.perf_counter()
    with Peak() as peak:
        (result,) = ingest([file], store=folder / f"store-{os.urandom(4).hex()}", embedder=embedder).documents
    return Row(kind, expected, result.status, result.reason, round(time.perf_counter() - started, 2), peak.mb)


def measure_many(count: int, folder: Path) -> dict[str, object]:
    """Ingest a folder of many small files, and once more when nothing has changed.

    The embedder has no weights: reading, the ledger and the index are what is measured.
    """
    write_many(folder / "many", count)
    found: dict[str, object] = {"files": count, "embedder": "hash"}
    for name in ("first_s", "again_s"):
        started = time.perf_counter()
        results = ingest([folder / "many"], store=folder / "many-store", embedder=HashEmbedder()).documents
        found[name] = round(time.perf_counter() - started, 1)
        found[name.replace("_s", "")] = dict(Counter(result.reason or result.status for result in results))
    return found


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| kind | expected | found | s | MB |", "| --- | --- | --- | ---: | ---: |"]
    for row in rows:
        found = (row.reason or row.status) + ("" if row.is_expected else " (!)")
        name = row.kind.encode("unicode_escape").decode()[:40]
        lines.append(f"| {name} | {row.expected or '–'} | {found} | {row.seconds} | {row.peak_mb or '–'} |")
    return "\n".join(lines)


def main() -> int:
    """Measure all kinds and the folders named; return 1 where an outcome is not the expected one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="further files, without expectation")
    parser.add_argument("--many", type=int, default=5_000, metavar="N", help="small files in one folder (5000)")
    options = parser.parse_args()
    embedder = TransformerEmbedder()
    embedder.embed(["a first text, so that loading the model counts for no file"])
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="hostile-") as temporary:
        folder = Path(temporary)
        (folder / "set").mkdir()
        for kind in tqdm(KINDS, unit="file"):
            path = folder / "set" / f"{kind.name}.pdf"
            kind.build(path)
            rows.append(measure(path, kind.name, kind.outcome, embedder, folder))
            path.unlink()
        for file in sorted(path for given in options.folders for path in given.glob("*.pdf")):
            rows.append(measure(file, file.name, "", embedder, folder))
        write(rows, {})
        print(table(rows), flush=True)
        many = measure_many(options.many, folder)
    write(rows, many)
    print(f"\n{sum(row.is_expected for row in rows)} of {len(rows)} as expected; many files: {many}")
    return 0 if all(row.is_expected for row in rows) else 1


def write(rows: list[Row], many: dict[str, object]) -> None:
    """Write the figures, stamped with the date, the machine and the versions."""
    result = {
        "limits": asdict(Limits()),
        "files": [asdict(row) for row in rows],
        "as_expected": sum(row.is_expected for row in rows),
        "many": many,
        "stamp": machine(),
    }
    OUT.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
