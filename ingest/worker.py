"""A PDF's path → what was read from it, by a process of its own that may hang, crash or run out of memory.

The process is started by command line, not by `multiprocessing`, so that a script without `if __name__ == "__main__"`
can ingest as well. It speaks pickles over its standard input and output. It guards against faults and excess, not
against a file that takes the process over: it runs with the same rights.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from advisor.embedding import Embedder
from advisor.errors import AdvisorError, CorpusError, EmbeddingError
from ingest.reading import Reading
from ingest.worker_process import MIB, SECONDS_A_PAGE

_START = (
    "import sys, pickle; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from ingest.worker_process import main; main(int(sys.argv[1]))"
)

START_S = 120
"""Seconds a process may take to start: imports are slow on a cold disk."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may use.

    Attributes:
        stall_s: seconds without a finished page, passage or step; a page of a real report takes well under one.
        page_s: seconds that a page may take on average, with `stall_s` once; a long honest report takes its time.
        memory_mb: address space above what the process needs by itself. The largest reports at hand take 0.2 GB; pypdf
            unpacks up to 75 MB a stream, and what it makes of that is several times as large.
    """

    stall_s: float = 15.0
    page_s: float = 2.0
    memory_mb: int = 2048


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be read, and how.

    Attributes:
        counter: the embedder, pickled: its tokenizer sizes the passages.
        passwords: tried in order on a file that needs one.
    """

    path: str
    document_id: str
    counter: bytes
    max_tokens: int
    passwords: tuple[str, ...] = ()


class UnforeseenError(Exception):
    """Something went wrong with a file that nobody foresaw: what, and the reason that comes nearest."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(what)
        self.reason = reason


class Worker:
    """Reads PDFs in one process, started with the first file and replaced when a file has ended it.

    Attributes:
        busy_s: seconds spent on reading by now.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.busy_s = 0.0
        self._process: _Process | None = None
        self._job: Job | None = None

    @property
    def pid(self) -> int | None:
        """The id of the running process, None where there is none."""
        return self._process.pid if self._process else None

    def begin(self, job: Job) -> None:
        """Begin to read a file, and return at once. A file that was begun before and not fetched is given up."""
        if self._job == job:
            return
        if self._job is not None:
            self.close()
        if self._process is None or not self._process.is_alive():
            self.close()
            self._process = _Process(self.limits.memory_mb)
        self._job = job
        self._process.send(
            {
                "path": job.path,
                "document_id": job.document_id,
                "counter": job.counter,
                "max_tokens": job.max_tokens,
                "passwords": job.passwords,
                "stall_s": self.limits.stall_s,
            }
        )

    def read(self, job: Job) -> Reading:
        """Return what was read from a file.

        Raises:
            CorpusError: the file cannot be used; `reason` says why.
            UnforeseenError: reading it failed in a way that has no reason of its own.
            AdvisorError: anything that is not about this file.
        """
        self.begin(job)
        process = self._process
        assert process is not None
        try:
            kind, *rest = process.answer(self.limits)
        except _GivenUpError as error:
            self.close()
            raise CorpusError(f"{job.path} cannot be read: {error}", reason=error.reason) from error
        except BaseException:  # Ctrl-C: nobody waits for this file any more
            self.close()
            raise
        finally:
            self.busy_s += process.busy_s
        self._job = None
        if process.grown > self.limits.memory_mb * MIB // 4 or (kind == "failed" and rest[1] == "too-much-memory"):
            self.close()  # what a file has left behind must not count against the next one
        if kind == "read":
            reading: Reading = rest[0]
            return reading
        if kind == "unused":
            unusable: AdvisorError = rest[0]
            raise unusable
        if rest[1] == "too-much-memory":
            raise CorpusError(f"{job.path} cannot be read: {rest[0]}", reason=rest[1])
        raise UnforeseenError(rest[0], rest[1])

    def close(self) -> None:
        """End the process; the next file starts a new one."""
        process, self._process, self._job = self._process, None, None
        if process:
            process.kill()

    def is_idle(self) -> bool:
        """Tell whether a process is running that has nothing to do."""
        return self._job is None and self._process is not None


class _GivenUpError(Exception):
    def __init__(self, what: str, reason: str) -> None:
        super().__init__(what)
        self.reason = reason


class _Process:
    """The running process, and a thread that fetches its answers as they come."""

    def __init__(self, memory_mb: int) -> None:
        self._folder = tempfile.mkdtemp(prefix="advisor-")  # ours, since a process that is killed leaves files behind
        try:
            self._popen = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, str(memory_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C in the terminal is for us
                env=os.environ | {"TMPDIR": self._folder, "TEMP": self._folder},
            )
        except OSError as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise AdvisorError(f"the process that reads PDFs cannot be started ({error}); free some memory") from error
        self.pid = self._popen.pid
        self.grown = 0
        self.busy_s = 0.0
        self._base = self._space = 0
        self._begun = self._heard = time.monotonic()
        self._answers: queue.SimpleQueue[tuple[float, Any]] = queue.SimpleQueue()
        assert self._popen.stdin
        assert self._popen.stdout
        self._stdin, stdout = self._popen.stdin, self._popen.stdout
        self._pump = threading.Thread(target=_pump, args=(stdout, self._answers), daemon=True)
        self._pump.start()
        self._put(sys.path)
        if self._next(START_S) != ("ready",):
            code = self._popen.poll()
            self.kill()
            raise AdvisorError(
                f"the process that reads PDFs does not start (exit code {code}); run `advisor doctor`, or install anew"
            )
        self._base = self._space

    def is_alive(self) -> bool:
        return self._popen.poll() is None

    def send(self, job: dict[str, Any]) -> None:
        self._begun = self._heard = time.monotonic()
        self._put(job)

    def _put(self, value: object) -> None:
        # A process that is gone is noticed when its answer is fetched.
        with contextlib.suppress(OSError):
            pickle.dump(value, self._stdin)
            self._stdin.flush()

    def answer(self, limits: Limits) -> tuple[Any, ...]:
        """Wait for what came of the job.

        Raises:
            _GivenUpError: the process ended, stalled or took too long.
        """
        pages, until = 0, self._begun + START_S
        try:
            while True:
                message = self._next(max(0.0, until - time.monotonic()))
                if message is None:
                    code = self._popen.wait()
                    raise _GivenUpError(f"reading it ended the process (exit code {code})", "crashed")
                if message == ():
                    seconds = time.monotonic() - self._begun
                    raise _GivenUpError(f"no progress, or too little, in {seconds:.0f} s", "too-slow")
                if message[0] == "pages":
                    pages = message[1]
                elif message[0] not in ("begun", "alive"):
                    return message
                until = self._heard + limits.stall_s + pages * SECONDS_A_PAGE
                if pages:
                    until = min(until, self._begun + limits.stall_s + pages * limits.page_s)
        finally:
            self.busy_s = self._heard - self._begun

    def _next(self, timeout_s: float) -> tuple[Any, ...] | None:
        """Return the next message, None when the process has ended, () when the time is over."""
        try:
            when, received = self._answers.get(timeout=timeout_s)
        except queue.Empty:
            self._heard = time.monotonic()
            return ()
        self._heard = when
        if received is None:
            return None
        message: tuple[Any, ...]
        message, self._space = received
        self.grown = self._space - self._base if self._base else 0
        return message

    def kill(self) -> None:
        self._popen.kill()
        self._popen.wait()
        self._pump.join()
        with contextlib.suppress(OSError):
            self._stdin.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _pump(stdout: BinaryIO, answers: queue.SimpleQueue[tuple[float, Any]]) -> None:
    """Fetch answers until the process ends, each with the time at which it came."""
    with stdout:
        while True:
            try:
                received = pickle.load(stdout)
            except Exception:  # the process ended, perhaps in the middle of an answer
                answers.put((time.monotonic(), None))
                return
            answers.put((time.monotonic(), received))


_idle: list[Worker] = []
"""The worker that the last run left: starting one takes about a second, which small runs need not pay each time."""
_idle_lock = threading.Lock()


@contextmanager
def worker(limits: Limits | None = None) -> Iterator[Worker]:
    """Lend a worker for one run. One with the usual limits is kept for the next run, until this process ends."""
    with _idle_lock:
        lent = _idle.pop() if _idle and limits is None else Worker(limits)
    try:
        yield lent
    finally:
        with _idle_lock:
            if limits is None and lent.is_idle() and not _idle:
                _idle.append(lent)
            else:
                lent.close()


def end_idle() -> None:
    """End the process that waits for the next run, where there is one."""
    with _idle_lock:
        while _idle:
            _idle.pop().close()


atexit.register(end_idle)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)  # the process belongs to the parent


def job_for(path: Path, *, document_id: str, embedder: Embedder, passwords: tuple[str, ...]) -> Job:
    """Return the job of reading a file for an embedder.

    Raises:
        EmbeddingError: the embedder cannot be sent to another process.
    """
    try:
        counter = pickle.dumps(embedder)
    except Exception as error:  # pickle raises whatever the object's parts raise
        raise EmbeddingError(
            f"the embedder {embedder.name!r} cannot be sent to the process that reads PDFs ({error}); define its class "
            "at the top level of a module, and let it load its model when first used"
        ) from error
    return Job(str(path.absolute()), document_id, counter, embedder.max_tokens, passwords)
