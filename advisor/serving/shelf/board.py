"""The jobs of all browsers, in order, for the threads of the server: whoever waits for a change is woken by it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from advisor.errors import AdvisorError
from advisor.serving.shelf.jobs import Job

MAX_FINISHED = 100
"""Finished jobs that are kept for one browser; it sees what became of the last ones, and nobody fills the memory."""


class NoSuchJobError(AdvisorError):
    """There is no such job, or it is another browser's."""


class Board:
    """Jobs by id. A job is replaced, never changed."""

    def __init__(self) -> None:
        self.changed = threading.Condition(threading.RLock())
        self._jobs: dict[str, Job] = {}

    def put(self, job: Job) -> Job:
        """Add a job."""
        with self.changed:
            self._jobs[job.job_id] = job
            self._forget_old(job.browser)
            self.changed.notify_all()
            return job

    def change(self, job_id: str, how: Callable[[Job], Job]) -> Job:
        """Replace a job by what becomes of it.

        Raises:
            NoSuchJobError: there is none.
        """
        with self.changed:
            job = self._jobs[job_id] = how(self.job(job_id))
            self.changed.notify_all()
            return job

    def job(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            NoSuchJobError: there is none.
        """
        with self.changed:
            if job_id not in self._jobs:
                raise NoSuchJobError(f"there is no job {job_id[:40]!r}")
            return self._jobs[job_id]

    def drop(self, job_id: str) -> None:
        """Forget a job."""
        with self.changed:
            self._jobs.pop(job_id, None)
            self.changed.notify_all()

    def jobs(self) -> list[Job]:
        """Return all jobs, oldest first."""
        with self.changed:
            return list(self._jobs.values())

    def unfinished(self) -> list[Job]:
        """Return the jobs that are not done, oldest first."""
        return [job for job in self.jobs() if not job.finished]

    def next(self) -> Job | None:
        """Return the job whose turn it is, None where nothing waits: removals first, as somebody looks at the row."""
        waiting = self.unfinished()
        return next((job for job in waiting if job.kind == "remove"), waiting[0] if waiting else None)

    def wait_for(self, is_so: Callable[[], bool], *, timeout_s: float | None = None) -> bool:
        """Wait until something is so and return whether it is."""
        with self.changed:
            return self.changed.wait_for(is_so, timeout_s)

    def _forget_old(self, browser: str) -> None:
        finished = [job for job in self._jobs.values() if job.browser == browser and job.finished]
        for job in finished[:-MAX_FINISHED]:
            del self._jobs[job.job_id]
