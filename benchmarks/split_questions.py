"""Questions → the files `dev.jsonl` and `test.jsonl`, so that no section of a document gives evidence to both.

    python -m benchmarks.split_questions questions.jsonl benchmarks/cluster-capacity \
        --corpus corpus --corpus ../originals

Questions with a section in common, directly or through others, go the same way. Groups are dealt out from the largest
to the smallest, each to the file that lacks its kinds most; questions without evidence are groups of one. The same
questions give the same files.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.check_questions import Section, sections_in

FILES = ("dev", "test")

Entry = dict[str, Any]


def grouped(entries: Sequence[Entry], folders: Sequence[Path]) -> list[list[Entry]]:
    """Return the questions in groups that share a section, the largest group first."""
    sections = sections_in(folders)
    parent = list(range(len(entries)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    first: dict[Section, int] = {}
    for i, entry in enumerate(entries):
        for section in sections(entry):
            parent[root(i)] = root(first.setdefault(section, i))
    groups: dict[int, list[Entry]] = defaultdict(list)
    for i, entry in enumerate(entries):
        groups[root(i)].append(entry)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0]["id"]))


def dealt(groups: Sequence[Sequence[Entry]]) -> dict[str, list[Entry]]:
    """Deal groups out so that each kind is about as frequent in both files."""
    files: dict[str, list[Entry]] = {name: [] for name in FILES}
    counts: dict[str, Counter[str]] = {name: Counter() for name in FILES}
    for group in groups:
        kinds = Counter(entry["kind"] for entry in group)

        def excess(name: str, kinds: Counter[str] = kinds) -> tuple[float, int]:
            held = counts[name]
            return sum(number * held[kind] for kind, number in kinds.items()) / kinds.total(), held.total()

        chosen = min(FILES, key=excess)
        files[chosen] += group
        counts[chosen] += kinds
    return files


def main() -> int:
    """Write the two files and print how many questions of each kind they hold."""
    parser = argparse.ArgumentParser(description="Split questions by the sections of their evidence.")
    parser.add_argument("questions", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--corpus", type=Path, action="append", required=True)
    options = parser.parse_args()
    entries = [json.loads(line) for line in options.questions.read_text(encoding="utf-8").split("\n") if line.strip()]
    groups = grouped(entries, options.corpus)
    print(f"{len(groups)} groups, the largest of {len(groups[0])}")
    for name, chosen in dealt(groups).items():
        lines = [json.dumps(entry, ensure_ascii=False) for entry in sorted(chosen, key=lambda entry: entry["id"])]
        (options.out / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        kinds = Counter(entry["kind"] for entry in chosen)
        print(f"{name}: {len(chosen)} questions, " + ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
