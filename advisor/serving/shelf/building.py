"""The process that changes the store for the page: commands come in on standard input, messages go out on a pipe.

It is started by `advisor.serving.shelf.process`, gives way to the server that answers questions, and ends when that
is gone. The store is safe from its end at any moment, see `advisor.store.versions`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence

from advisor.embedding import Embedder
from advisor.errors import AdvisorError, CorpusError, EmbeddingError, StoreError
from advisor.records import UNUSED
from advisor.serving.shelf.jobs import State, Step
from advisor.serving.shelf.leavings import drop_leavings, is_locked
from advisor.serving.shelf.messages import Add, Command, Fault, Finished, Load, Locked, Message, Ready, Remove
from ingest.build import ingest, remove
from ingest.progress import Tally
from ingest.results import FileResult

Say = Callable[[Message], None]

NICENESS = 10


def main() -> None:
    """Carry out commands until standard input ends. The first pickle on it is the embedder, itself pickled."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the messages
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends this process
    if hasattr(os, "nice"):
        os.nice(NICENESS)

    def say(message: Message) -> None:
        pickle.dump(message, answers)
        answers.flush()

    given: bytes = pickle.load(sys.stdin.buffer)
    commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
    threading.Thread(target=_fetch, args=(commands,), daemon=True).start()
    try:
        embedder: Embedder = pickle.loads(given)
        embedder.embed(["The weights are loaded with the first text."])
    except Exception as error:
        say(fault(error))
        return
    say(Ready())
    while True:
        say(carried_out(commands.get(), embedder, say))


def _fetch(commands: queue.SimpleQueue[Command]) -> None:
    try:
        while True:
            commands.put(pickle.load(sys.stdin.buffer))
    except EOFError:
        os._exit(0)  # the server is gone, and with it whoever wanted the rest


def carried_out(command: Command, embedder: Embedder, say: Say) -> Finished | Locked | Fault:
    """Carry out one command and return how it ended."""
    try:
        match command:
            case Add():
                return _add(command, embedder, say)
            case Load():
                return _load(command, embedder, say)
            case Remove():
                return _remove(command, say)
    except Exception as error:
        return Locked() if is_locked(error) else fault(error)


def _add(command: Add, embedder: Embedder, say: Say) -> Finished:
    try:
        results = ingest([command.file], store=command.store, embedder=embedder, progress=Listener(say, alone=True))
    except UnusedError as error:
        drop_leavings(command.store)
        return Finished(error.result.reason)
    result = results.documents[0]
    return Finished("", result.document_id, result.pages)


def _load(command: Load, embedder: Embedder, say: Say) -> Finished:
    results = ingest([command.corpus], store=command.store, embedder=embedder, progress=Listener(say))
    used = [result for result in results.documents if result.status not in UNUSED]
    return Finished("", "", sum(result.pages for result in used))


def _remove(command: Remove, say: Say) -> Finished:
    say(Step("publishing"))
    with contextlib.suppress(CorpusError):  # somebody else was faster
        remove(command.document_id, store=command.store)
    return Finished("", command.document_id)


class UnusedError(Exception):
    """Ends a run for one file that cannot be used before it makes a new version of the store for nothing."""

    def __init__(self, result: FileResult) -> None:
        super().__init__(result.reason)
        self.result = result


class Listener:
    """Tells the steps of a run; see `ingest.results.Progress`. With a file `alone`, one that is unused ends the run."""

    def __init__(self, say: Say, *, alone: bool = False) -> None:
        self._say = say
        self._alone = alone
        self._expected: Sequence[int] = ()
        self._tally = Tally()
        self._total = 0
        self._pages = 0

    def files(self, expected: Sequence[int]) -> None:
        """Begin."""
        self._expected, self._tally, self._total = expected, Tally(expected), sum(expected)

    def reading(self, file: str) -> None:
        """Begin a file."""
        self._tally.begin()
        self._tell("reading")

    def embedding(self, file: str, pages: int) -> None:
        """Know how many pages a file really has."""
        self._total += pages - self._expected[self._tally.done]
        self._tally.embedding(pages)
        self._tell("embedding")

    def embedded(self, share: float) -> None:
        """Know that a part of a file is embedded."""
        self._tally.embedded(share)
        self._tell("embedding")

    def done(self, result: FileResult) -> None:
        """Know what became of a file."""
        if self._alone and result.status in UNUSED:
            raise UnusedError(result)
        self._tally.finish(result)

    def publishing(self) -> None:
        """Begin the last step."""
        self._say(Step("publishing", self._total, self._total, self._tally.rate()))

    def _tell(self, state: State) -> None:
        done = int(self._tally.share() * self._total + 1e-6)
        self._say(Step(state, done, self._total, self._tally.rate(), self._tally.left_s()))


def fault(error: Exception) -> Fault:
    """Return what went wrong, with the words for it and for the log."""
    text = "".join(traceback.format_exception(error))
    if any(_is_full(cause) for cause in _causes(error)):
        return Fault("disk-full", text)
    match error:
        case StoreError():
            return Fault("store", text)
        case EmbeddingError():
            return Fault("embedding", text)
        case CorpusError():
            return Fault("corpus", text)
        case AdvisorError() | _:
            return Fault("other", text)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _is_full(error: BaseException) -> bool:
    return (isinstance(error, OSError) and error.errno == errno.ENOSPC) or "disk is full" in str(error)
