"""The library of a running server: what it holds, and files added, documents removed, briefs loaded by its page."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.answering.mentions import Mentions
from advisor.errors import StoreError
from advisor.records import Document
from advisor.serving.shelf.board import Board, NoSuchJobError
from advisor.serving.shelf.entries import Entry, file_state, list_entries
from advisor.serving.shelf.jobs import Job, State, ended
from advisor.serving.shelf.leavings import drop_leavings, is_locked
from advisor.serving.shelf.leftout import read_left_out, write_left_out
from advisor.serving.shelf.line import Line, Outcome
from advisor.serving.shelf.messages import Add, Command, Fault, Finished, Load, Remove
from advisor.serving.shelf.names import clean_name
from advisor.serving.shelf.process import Builder
from advisor.serving.shelf.uploads import NotTakenError, Upload, delete_partial

if TYPE_CHECKING:
    from advisor.answering.advisor import Advisor

LOGGER = logging.getLogger(__name__)

MAX_WAITING = 50
"""Files that one browser may have waiting or arriving."""

FOUND = 12
"""Places that a search inside the documents shows."""

IDLE_S = 120.0
"""Seconds without a job after which the process that does them ends and gives back its memory."""


class Shelf:
    """The library of one advisor. Safe to share between threads; `close` it when the server stops."""

    def __init__(
        self,
        advisor: Advisor,
        *,
        store: Path,
        folder: Path,
        corpus: Path,
        start_builder: Callable[[], Builder],
        idle_s: float = IDLE_S,
    ) -> None:
        """Make the library.

        Args:
            advisor: answers from the store; it notices new versions by itself.
            store: the folder of the store.
            folder: where added files are kept, inside the corpus.
            corpus: the folder of the shipped briefs, which a start of the server reads.
            start_builder: starts the process that changes the store, see `process.builder_starter`.
            idle_s: seconds without a job after which that process ends.
        """
        self._advisor = advisor
        self._store = store
        self._folder = folder
        self._corpus = corpus
        self._board = Board()
        self._arriving: Counter[str] = Counter()
        self._taking = threading.Lock()
        self._line = Line(
            self._board,
            start_builder=start_builder,
            command_for=self._command_for,
            conclude=self._conclude,
            idle_s=idle_s,
        )
        delete_partial(folder)

    def close(self) -> None:
        """Stop the work. Files that were not read yet stay in the folder: the next start of the server reads them."""
        self._line.close()

    # --- what there is -----------------------------------------------------------------------------------------

    def entries(self) -> list[Entry]:
        """Return the documents, by title."""
        return list_entries(self._advisor.holdings(), folder=self._folder, corpus=self._corpus)

    def find(self, query: str) -> Mentions:
        """Return the passages of all documents that bear on a query; none for one without words.

        Raises:
            UsageError: the query is too long.
        """
        is_empty = not any(map(str.isalnum, query)) or not self._advisor.documents()
        return Mentions() if is_empty else self._advisor.mentions(query, k=FOUND)

    def left_out_files(self) -> int:
        """Return how many files of the corpus are left out because their documents were removed here.

        Raises:
            CorpusError: the list of them cannot be read.
        """
        return len(read_left_out(self._folder))

    def jobs(self, browser: str) -> list[Job]:
        """Return the jobs of one browser, oldest first."""
        return [job for job in self._board.jobs() if job.browser == browser]

    def others(self, browser: str) -> int:
        """Return how many files other browsers are adding: all that anybody is told of them."""
        return sum(job.browser != browser and job.kind != "remove" for job in self._board.unfinished())

    def wait(self, job_id: str, *states: State, timeout_s: float | None = None) -> Job:
        """Wait until a job is in one of these states or at its end, and return it."""

        def is_there() -> bool:
            job = self._board.job(job_id)
            return job.finished or job.state in states

        self._board.wait_for(is_there, timeout_s=timeout_s)
        return self._board.job(job_id)

    # --- adding ------------------------------------------------------------------------------------------------

    @contextmanager
    def arriving(self, browser: str, name: str) -> Iterator[Upload]:
        """Begin to take a file; give the upload to `take` when all of it has arrived, else nothing is left of it.

        Raises:
            NotTakenError: the name is not that of a PDF, too many files wait, or the folder cannot be written to.
        """
        if not clean_name(name):
            raise NotTakenError("no-pdf-name")
        with self._board.changed:
            waiting = sum(job.browser == browser and job.kind == "add" for job in self._board.unfinished())
            if waiting + self._arriving[browser] >= MAX_WAITING:
                raise NotTakenError("too-many")
            self._arriving[browser] += 1
        try:
            upload = Upload(self._folder)
            try:
                yield upload
            finally:
                upload.abort()
        finally:
            with self._board.changed:
                self._arriving[browser] -= 1
                if not self._arriving[browser]:
                    del self._arriving[browser]

    def take(self, browser: str, name: str, upload: Upload) -> Job:
        """Put a file that has arrived into the folder and return the job that adds it.

        A file whose content the library holds is not kept: its job is skipped from the start. What becomes of a file
        whose content is still being added is seen when its turn comes.

        Raises:
            NotTakenError: the disk is full.
        """
        job = Job(secrets.token_hex(8), browser, "add", clean_name(name), sha256=upload.sha256)
        with self._taking:
            held = self._held(job.sha256)
            is_leaving = held and any(self._removes(other, held) for other in self._board.unfinished())
            if held and file_state(held) == "ready" and not is_leaving:
                return self._board.put(ended(job, "skipped", reason="duplicate", document_id=held.document_id, pages=0))
            path = upload.finish(job.name)
            self._board.put(replace(job, name=path.name, path=path))
        self._line.wake()
        return self._board.job(job.job_id)

    def load_shipped(self, browser: str) -> Job:
        """Return the job that reads the corpus folder again, with all that was removed on the page."""
        with self._board.changed:
            running = next((job for job in self._board.unfinished() if job.kind == "shipped"), None)
            job = running or self._board.put(Job(secrets.token_hex(8), browser, "shipped", ""))
        self._line.wake()
        return job

    def drop(self, browser: str, job_id: str) -> Job:
        """Cancel a job, or dismiss one that is at its end; a removal that is going on is not stopped.

        Raises:
            NoSuchJobError: there is no such job, or it is another browser's.
        """
        with self._board.changed:
            job = self._board.job(job_id)
            if job.browser != browser:
                raise NoSuchJobError(f"there is no job {job_id[:40]!r}")
            if job.finished:
                self._board.drop(job_id)
                return job
            if job.state != "waiting" and job.kind == "remove":
                return job
            if self._line.stop(job_id):
                return self._board.job(job_id)
            job = self._board.change(job_id, lambda waiting: ended(waiting, "cancelled"))
        _delete(job.path)
        return job

    # --- removing ----------------------------------------------------------------------------------------------

    def remove(self, document_id: str, browser: str = "") -> Job:
        """Return the job that takes a document out of the library, with its file where it was added here.

        Raises:
            CorpusError: the library holds no such document.
        """
        document = self._advisor.document(document_id)
        with self._board.changed:
            running = next((job for job in self._board.unfinished() if self._removes(job, document)), None)
            job = running or self._board.put(
                Job(
                    secrets.token_hex(8),
                    browser,
                    "remove",
                    document.title,
                    path=Path(document.path),
                    sha256=document.sha256,
                    document_id=document.document_id,
                )
            )
        self._line.wake()
        return job

    @staticmethod
    def _removes(job: Job, document: Document) -> bool:
        return job.kind == "remove" and job.document_id == document.document_id

    # --- how a job is done, on the thread of the line ------------------------------------------------------------

    def _command_for(self, job: Job) -> Command:
        if job.kind == "shipped":
            return Load(self._store, self._corpus)
        if job.kind == "remove":
            return Remove(self._store, job.document_id)
        assert job.path
        return Add(self._store, job.path)

    def _conclude(self, job: Job, outcome: Outcome) -> Job:
        is_late = job.cancelling and job.kind == "add"  # cancelled while the last message was on its way
        if isinstance(outcome, Finished) and (outcome.unused or not is_late):
            return self._finished(job, outcome)
        self._clean()
        if self._line.is_closed:
            return job
        held = self._held(job.sha256) if job.kind == "add" else None
        if held and not job.cancelling:
            return self._finished(job, Finished("", held.document_id, held.page_count))
        if held:  # it was cancelled when the new version was current already
            self.remove(held.document_id, job.browser)
        elif job.kind == "add":
            _delete(job.path)
        if job.cancelling:
            return ended(job, "cancelled")
        return ended(job, "failed", reason=outcome.reason if isinstance(outcome, Fault) else "died")

    def _finished(self, job: Job, outcome: Finished) -> Job:
        if outcome.unused:
            _delete(job.path)
            held = self._held(job.sha256) if outcome.unused == "duplicate" else None
            return ended(job, "skipped", reason=outcome.unused, document_id=held.document_id if held else "")
        if job.kind == "shipped":
            write_left_out(self._folder, ())
        elif job.kind == "remove":
            self._leave(job)
        elif job.sha256 in (left_out := read_left_out(self._folder)):
            write_left_out(self._folder, left_out - {job.sha256})
        return ended(job, "done", document_id=outcome.document_id, pages=outcome.pages)

    def _leave(self, job: Job) -> None:
        """Delete the file of a removed document, or note that the next start is to leave it out."""
        assert job.path
        if self._folder.resolve() in job.path.parents:
            _delete(job.path)
        else:
            write_left_out(self._folder, read_left_out(self._folder) | {job.sha256})

    def _clean(self) -> None:
        """Drop what a command that was stopped has left of the next version, once nobody else writes to the store."""
        while not self._line.is_closed:
            try:
                drop_leavings(self._store)
            except StoreError as error:
                if not is_locked(error):
                    LOGGER.exception("What a stopped job has left could not be dropped")
                    return
                self._line.pause()
            else:
                return

    def _held(self, sha256: str) -> Document | None:
        documents = (holding.document for holding in self._advisor.holdings())
        return next((document for document in documents if document.sha256 == sha256), None)


def _delete(path: Path | None) -> None:
    """Delete a file that is of no use in the folder; where that fails, the next start tells of it."""
    try:
        if path:
            path.unlink(missing_ok=True)
    except OSError:
        LOGGER.exception("A file could not be deleted from the folder of added documents")
