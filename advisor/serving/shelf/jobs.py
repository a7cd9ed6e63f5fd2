"""What is being done to the library, one job after another: frozen records, and how a job goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

Kind = Literal["add", "remove", "shipped"]
State = Literal[
    "waiting", "starting", "reading", "embedding", "publishing", "done", "skipped", "failed", "cancelled"
]  # in this order

FINISHED: frozenset[State] = frozenset({"done", "skipped", "failed", "cancelled"})

_RUNNING: tuple[State, ...] = ("waiting", "starting", "reading", "embedding", "publishing")


@dataclass(frozen=True, slots=True)
class Step:
    """How far the work on a job is: what it is doing, pages done and in all, pages a second, seconds left."""

    state: State
    done: int = 0
    total: int = 0
    rate: float = 0.0
    left_s: float | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One file that is added, one document that is removed, or the shipped briefs that are loaded.

    Attributes:
        browser: who asked for it.
        name: the file's name, or the document's title.
        path: the file, where there is one.
        reason: why it was skipped or failed, or what it waits for ("locked"); "" otherwise.
        pages_done: never more than `pages_total`, and never less than before.
        rate: pages a second, 0 before the first.
        left_s: seconds left, None where they are not known.
        cancelling: whether it is to be stopped, and is not yet.
    """

    job_id: str
    browser: str
    kind: Kind
    name: str
    path: Path | None = None
    sha256: str = ""
    state: State = "waiting"
    document_id: str = ""
    reason: str = ""
    pages_done: int = 0
    pages_total: int = 0
    rate: float = 0.0
    left_s: float | None = None
    cancelling: bool = False

    @property
    def finished(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in FINISHED

    def to_dict(self) -> dict[str, Any]:
        """Return what the browser that asked for the job is told of it: not where files lie."""
        return {
            "id": self.job_id,
            "kind": self.kind,
            "name": self.name,
            "state": self.state,
            "reason": self.reason,
            "document_id": self.document_id,
            "pages_done": self.pages_done,
            "pages_total": self.pages_total,
            "pages_per_second": round(self.rate, 2),
            "seconds_left": None if self.left_s is None else round(self.left_s),
            "cancelling": self.cancelling,
        }


def advanced(job: Job, step: Step) -> Job:
    """Return a running job after a step; it never goes back, whatever the step says."""
    if job.finished or step.state not in _RUNNING:
        return job
    state = max(job.state, step.state, key=_RUNNING.index)
    total = max(step.total, job.pages_done)
    done = min(max(step.done, job.pages_done), total)
    return replace(
        job, state=state, reason="", pages_done=done, pages_total=total, rate=max(step.rate, 0.0), left_s=step.left_s
    )


def ended(job: Job, state: State, *, reason: str = "", document_id: str = "", pages: int = 0) -> Job:
    """Return a job at its end; one that is done has done all its pages."""
    pages = max(pages, job.pages_done)
    done, total = (pages, pages) if state == "done" else (job.pages_done, job.pages_total)
    return replace(
        job,
        state=state,
        reason=reason,
        document_id=document_id or job.document_id,
        pages_done=done,
        pages_total=total,
        rate=job.rate if state == "done" else 0.0,
        left_s=None,
        cancelling=False,
    )
