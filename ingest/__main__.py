"""`python -m ingest PATH…`, the same as `advisor ingest`: shows progress, prints what became of each file."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from advisor.embedding import Embedder, TransformerEmbedder
from advisor.records import SKIP_REASONS, FileStatus
from advisor.settings import Settings
from advisor.text import count_of, one_line
from ingest.build import IngestResult, ingest

UNUSED = ("skipped", "failed")


class Bar:
    """A progress bar over all files on stderr; one line a file where stderr is no terminal."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._live = sys.stderr.isatty()

    def files(self, total: int) -> None:
        """Begin: one step a file, moved on in parts as its texts are embedded."""
        self._bar = tqdm(
            total=float(total),
            desc="Reading",
            disable=not self._live,
            file=sys.stderr,
            bar_format="{desc:<46.46} {percentage:3.0f} % |{bar}| {elapsed}, {remaining} left",
        )
        self._texts = 1
        self._done = 0

    def reading(self, file: str) -> None:
        """Show which file is read."""
        self._texts = 0
        self._say(f"Reading {one_line(file)}")

    def embedding(self, file: str, texts: int) -> None:
        """Show that a file is being indexed."""
        self._texts = max(texts, 1)
        self._say(f"Indexing {one_line(file)}")

    def embedded(self, texts: int) -> None:
        """Move on by the share of the file that is embedded."""
        if self._bar is not None and self._texts:
            self._bar.update(texts / self._texts)

    def done(self, file: str, status: FileStatus) -> None:
        """Finish a file."""
        self._done += 1
        if self._bar is not None:
            self._bar.update(self._done - self._bar.n)
        if not self._live:
            print(f"{one_line(file)}: {status}", file=sys.stderr, flush=True)

    def publishing(self) -> None:
        """Show the last step."""
        self._say("Building the index")

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._bar is not None:
            self._bar.close()

    def _say(self, text: str) -> None:
        if self._bar is not None:
            self._bar.set_description_str(text)


def build(
    paths: Sequence[Path],
    *,
    store: Path,
    settings: Settings,
    embedder: Embedder | None = None,
    passwords: Sequence[str] = (),
) -> IngestResult:
    """Ingest with a progress bar; the embedder is that of the settings unless given."""
    bar = Bar()
    model = embedder or TransformerEmbedder(settings.embedder)
    try:
        return ingest(paths, store=store, embedder=model, progress=bar, passwords=passwords)
    finally:
        bar.close()


def run(
    paths: Sequence[Path],
    *,
    store: Path,
    settings: Settings,
    as_json: bool = False,
    strict: bool = False,
    passwords: Sequence[str] = (),
) -> int:
    """Ingest, print the result, and return the exit code: 1 when `strict` and a file could not be used."""
    result = build(paths, store=store, settings=settings, passwords=passwords)
    if as_json:
        print(json.dumps(result.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(summary(result))
    unused = [item for item in result.documents if item.status in UNUSED and item.reason != "duplicate"]
    return 1 if strict and unused else 0


def summary(result: IngestResult) -> str:
    """Return what became of a run, in words."""
    lines = []
    for item in result.documents:
        if item.status in UNUSED:
            lines.append(f"Not used: {one_line(item.file)} ({item.reason}). {SKIP_REASONS[item.reason]}")
        lines.extend(
            one_line(f"Note: {item.file}: {warning}") for warning in item.warnings if item.status not in UNUSED
        )
    used = [item for item in result.documents if item.status not in UNUSED]
    fresh = sum(item.status != "unchanged" for item in used)
    pages, passages = sum(item.pages for item in used), sum(item.passages for item in used)
    lines.append(
        f"{count_of(len(used), 'document')} ({fresh} new or changed), {count_of(pages, 'page')}, "
        f"{count_of(passages, 'passage')} in {result.store}, {result.seconds['total']:.0f} s."
    )
    return "\n".join(lines)


def main() -> int:
    """Run `advisor ingest` with the arguments of this command."""
    from advisor.cli import main as advisor

    return advisor(["ingest", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
