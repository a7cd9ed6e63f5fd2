"""The process that reads PDFs for `ingest.worker`: jobs come in on standard input, messages go out on a pipe.

A file can crash this process, fill its memory or hold it for ever; the process that asked is never hurt. It ends when
that process is gone.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from advisor.errors import AdvisorError, CorpusError, EmbeddingError
from ingest.reading import read_document

MIB = 2**20
GRACE_S = 5
"""Seconds after which a stalled process ends itself, where the one that should have ended it is gone."""


def main(memory_mb: int) -> None:
    """Answer jobs until standard input ends.

    A job is a dict with path, document_id, counter (a pickled object with `count_tokens`), max_tokens, passwords and
    stall_s. Answered with ("begun",) and any number of ("pages", n) and ("alive",), then one of ("read", Reading),
    ("unused", error) and ("failed", what, reason). With every answer goes the address space in use, in bytes.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the answers
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked, which then ends this one
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _send(answers, ("ready",))
    _silence()
    while True:
        try:
            job = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        _send(answers, _answer(job, answers, memory_mb))
        _watch(0)


def _answer(job: dict[str, Any], answers: BinaryIO, memory_mb: int) -> tuple[Any, ...]:
    try:
        counter = _counter(job["counter"])
        counter.count_tokens("")  # loads what it needs before memory is limited
    except Exception as error:
        return "unused", _unusable(error)
    _send(answers, ("begun",))
    beat = _Beat(answers, job["stall_s"])
    try:
        _limit_memory(job["counter"], memory_mb)
        reading = read_document(
            Path(job["path"]),
            document_id=job["document_id"],
            count_tokens=lambda text: beat.after(counter.count_tokens(text)),
            max_tokens=job["max_tokens"],
            passwords=job["passwords"],
            progress=beat,
        )
        return "read", reading
    except MemoryError:
        return "failed", "its content takes more memory than a file may use", "too-much-memory"
    except AdvisorError as error:
        return "unused", error
    except Exception as error:  # what pypdf and pdfplumber run into on a broken file has no common root
        what = ": ".join(filter(None, (type(error).__name__, " ".join(str(error).split())[:300])))
        return "failed", what, "unreadable" if isinstance(error, OSError) else "damaged"


class _Beat:
    """Tells that work goes on, at most four times a second."""

    def __init__(self, answers: BinaryIO, stall_s: float) -> None:
        self._answers = answers
        self._stall_s = stall_s
        self._last = 0.0
        _watch(stall_s)

    def pages(self, total: int) -> None:
        """Tell how many pages there are: steps over all of them may take longer."""
        self._stall_s += total * SECONDS_A_PAGE
        _send(self._answers, ("pages", total))
        _watch(self._stall_s)

    def page_done(self) -> None:
        """Tell that a part of the work is done."""
        now = time.monotonic()
        if now - self._last > 0.25:
            self._last = now
            _send(self._answers, ("alive",))
            _watch(self._stall_s)

    def after(self, value: int) -> int:
        """Tell that a part is done, and return its value."""
        self.page_done()
        return value


SECONDS_A_PAGE = 0.02
"""Longer silence that a document is given for each of its pages, for the steps that look at all of them at once."""


def _watch(stall_s: float) -> None:
    """End this process when it says nothing for so long; the system does it, whatever code is running. 0: never."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, stall_s + GRACE_S if stall_s else 0)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _silence() -> None:
    """Write what native libraries print about broken files to nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


@lru_cache(maxsize=2)
def _counter(pickled: bytes) -> Any:
    return pickle.loads(pickled)


def _unusable(error: Exception) -> AdvisorError:
    if isinstance(error, AdvisorError) and not isinstance(error, CorpusError):
        return error
    return EmbeddingError(
        f"the embedder cannot count tokens where PDFs are read ({type(error).__name__}: {error}); define its class "
        "in a module that can be imported"
    )


@lru_cache(maxsize=1)
def _limit_memory(pickled: bytes, memory_mb: int) -> None:
    """Limit what files may add to the address space; once for a tokenizer, so that what files leave behind counts."""
    size = address_space()
    if size:  # elsewhere the system does not say, or does not keep the limit
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = size + memory_mb * MIB
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def address_space() -> int:
    """Return the bytes of address space of this process, 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _send(answers: BinaryIO, message: tuple[Any, ...]) -> None:
    try:
        pickle.dump((message, address_space()), answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()
    except BrokenPipeError:
        os._exit(1)
