"""A board of jobs → the same jobs done, one at a time and in order, by a process that changes the store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from advisor.errors import AdvisorError
from advisor.serving.shelf.board import Board
from advisor.serving.shelf.jobs import Job, Step, advanced, ended
from advisor.serving.shelf.messages import Command, Fault, Finished, Locked
from advisor.serving.shelf.process import Builder

LOGGER = logging.getLogger(__name__)

LOCKED_S = 1.0
"""Seconds after which a store that another process writes to is tried again."""

Outcome = Finished | Fault | None
"""How a command ended; None where the process did, by itself or because the job was cancelled."""


class Line:
    """Does the jobs in a thread of its own; its process is started with the first and ended when nothing waits."""

    def __init__(
        self,
        board: Board,
        *,
        start_builder: Callable[[], Builder],
        command_for: Callable[[Job], Command],
        conclude: Callable[[Job, Outcome], Job],
        idle_s: float,
    ) -> None:
        """Make the line; `conclude` is given a job and how its command ended, and returns the job at its end."""
        self._board = board
        self._start_builder = start_builder
        self._command_for = command_for
        self._conclude = conclude
        self._idle_s = idle_s
        self._builder: Builder | None = None
        self._killed = False  # it is of no use any more, whatever it still said before its end
        self._busy = ""  # the id of the job that the process works on
        self._closed = False
        self._thread: threading.Thread | None = None

    @property
    def has_builder(self) -> bool:
        """Whether a process runs."""
        return self._builder is not None

    @property
    def is_closed(self) -> bool:
        """Whether the line does nothing more."""
        return self._closed

    def wake(self) -> None:
        """Begin with the jobs on the board."""
        with self._board.changed:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="shelf", daemon=True)
                self._thread.start()

    def stop(self, job_id: str) -> bool:
        """Stop the work on a job at once and return True; False where nobody works on it."""
        with self._board.changed:
            if self._busy != job_id:
                return False
            self._board.change(job_id, _cancelling)
            if self._builder:
                self._killed = True
                self._builder.kill()
            return True

    def close(self) -> None:
        """End the process and the thread; jobs that are not done stay as they are."""
        with self._board.changed:
            self._closed = True
            if self._builder:
                self._builder.kill()
            self._board.changed.notify_all()
        if self._thread:
            self._thread.join()

    def pause(self, until: Callable[[], bool] = lambda: False) -> None:
        """Wait a while for another process to finish, at most until something is so or the line closes."""
        self._board.wait_for(lambda: self._closed or until(), timeout_s=LOCKED_S)

    def _run(self) -> None:
        try:
            while not self._closed:
                job = self._board.next()
                if job is None:
                    self._rest()
                else:
                    self._work(job)
        finally:
            self._end_builder()

    def _rest(self) -> None:
        def is_wanted() -> bool:
            return self._closed or self._board.next() is not None

        if not self._board.wait_for(is_wanted, timeout_s=self._idle_s):
            self._end_builder()
            self._board.wait_for(is_wanted)

    def _work(self, job: Job) -> None:
        with self._board.changed:
            if self._board.next() != job:  # cancelled meanwhile, or a removal came before it
                return
            self._busy = job.job_id
        try:
            outcome = self._carry_out(job)
            if self._closed:
                return
            concluded = self._conclude(self._board.job(job.job_id), outcome)
        except Exception:
            LOGGER.exception("A job of the library failed: %s", job.name)
            self._end_builder()
            concluded = ended(self._board.job(job.job_id), "failed", reason="other")
        with self._board.changed:
            self._busy = ""
            self._board.change(job.job_id, lambda _: concluded)

    def _carry_out(self, job: Job) -> Outcome:
        while True:
            try:
                builder = self._started(job.job_id)
            except AdvisorError as error:
                LOGGER.exception("A job of the library failed: %s", job.name)
                return Fault("other", str(error))
            if builder is None:
                return None
            builder.send(self._command_for(job))
            outcome = self._heard(builder, job.job_id)
            if not isinstance(outcome, Locked):
                if outcome is None:
                    self._end_builder()
                return outcome
            self._board.change(job.job_id, _locked)
            self.pause(lambda: self._board.job(job.job_id).cancelling)

    def _started(self, job_id: str) -> Builder | None:
        """Return the process, None where the job is to be stopped."""
        with self._board.changed:
            if self._closed or self._board.job(job_id).cancelling:
                return None
            if self._killed:
                self._end_builder()
            if self._builder is None:
                self._board.change(job_id, lambda job: advanced(job, Step("starting")))
                self._builder = self._start_builder()
            return self._builder

    def _heard(self, builder: Builder, job_id: str) -> Finished | Fault | Locked | None:
        while True:
            message = builder.receive()
            match message:
                case None | Locked() | Finished():
                    return message
                case Fault():
                    LOGGER.error("The library could not be changed: %s", message.text)
                    return message
                case Step():
                    self._board.change(job_id, partial(_after, step=message))

    def _end_builder(self) -> None:
        with self._board.changed:
            builder, self._builder, self._killed = self._builder, None, False
        if builder:
            builder.close()


def _after(job: Job, *, step: Step) -> Job:
    return advanced(job, step)


def _cancelling(job: Job) -> Job:
    return replace(job, cancelling=True)


def _locked(job: Job) -> Job:
    return replace(job, reason="locked")
