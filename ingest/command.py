"""The command `advisor ingest`: shows progress, prints what became of each file."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from advisor.embedding import Embedder, TransformerEmbedder
from advisor.records import SKIP_REASONS, UNUSED
from advisor.settings import Settings
from advisor.text import count_of, one_line
from ingest.build import ingest
from ingest.progress import Lines, shown_on
from ingest.results import IngestResult


def build(
    paths: Sequence[Path],
    *,
    store: Path,
    settings: Settings,
    embedder: Embedder | None = None,
    passwords: Sequence[str] = (),
    ocr: Path | None = None,
    leave_out: Collection[str] = (),
    progress: Lines | None = None,
) -> IngestResult:
    """Ingest and show the progress, on stderr unless given; the embedder is that of the settings unless given.

    Files whose SHA-256 is one of `leave_out` are passed over.

    Raises:
        KeyboardInterrupt: the run was stopped (Ctrl-C or SIGTERM); its text says what is kept.
    """
    progress = progress or shown_on(sys.stderr)
    try:
        with _stopped_by_sigterm():
            model = embedder or TransformerEmbedder(settings.embedder)
            return ingest(
                paths,
                store=store,
                embedder=model,
                progress=progress,
                passwords=passwords,
                ocr=ocr,
                leave_out=leave_out,
            )
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt(progress.tally.stopped()) from error
    finally:
        progress.close()


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Make SIGTERM stop the run as Ctrl-C does; only the main thread may ask for it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def run(
    paths: Sequence[Path],
    *,
    store: Path,
    settings: Settings,
    as_json: bool = False,
    strict: bool = False,
    passwords: Sequence[str] = (),
    ocr: Path | None = None,
) -> int:
    """Ingest, print the result, and return the exit code: 1 when `strict` and a file could not be used."""
    result = build(paths, store=store, settings=settings, passwords=passwords, ocr=ocr)
    if as_json:
        print(*_missing(result), sep="\n", end="\n" if result.missing else "", file=sys.stderr)
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
    lines.extend(_missing(result))
    used = [item for item in result.documents if item.status not in UNUSED]
    fresh = sum(item.status != "unchanged" for item in used)
    pages, passages = sum(item.pages for item in used), sum(item.passages for item in used)
    lines.append(
        f"{count_of(len(used), 'document')} ({fresh} new or changed), {count_of(pages, 'page')}, "
        f"{count_of(passages, 'passage')} in {result.store}, {result.seconds['total']:.0f} s."
    )
    return "\n".join(lines)


def _missing(result: IngestResult) -> list[str]:
    return [
        f"Note: the file {one_line(document.file)} is gone from its folder; the store still answers from it. "
        f"`advisor documents remove {document.document_id}` takes it out."
        for document in result.missing
    ]
