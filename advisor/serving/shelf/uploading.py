"""Jobs → the list of files that are being added, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.records import MAX_FILE_BYTES
from advisor.serving.catalogue import Words
from advisor.serving.markup import escape, icon
from advisor.serving.shelf.jobs import Job

_SIGNS = {"waiting": "clock", "done": "tick", "skipped": "warn", "failed": "warn"}


def render_jobs(jobs: Sequence[Job], say: Words, *, others: int = 0) -> str:
    """Return the list alone, to be put in the place of the one before; empty where there is nothing to tell."""
    shown = [job for job in jobs if _is_shown(job)]
    begun = [job for job in jobs if not job.finished]
    rows = "".join(_row(job, say, first=begun[:1] == [job]) for job in shown)
    note = f'<p class="ca-up-others">{escape(say("shelf.others", n=others))}</p>' if others else ""
    # Rows of files that are still being sent are put in by the browser, before those of the server.
    listed = f'<ul class="ca-up" aria-label="{escape(say("shelf.uploads"))}">{rows}</ul>'
    return f'<div id="ca-jobs" data-live="{int(_is_live(jobs, others))}">{listed}{note}</div>'


def render_sending(say: Words) -> str:
    """Return the row of a file on its way to the server, and what may be said of it, for the browser to fill in."""
    said = {
        "sending": say("shelf.sending"),
        "wait": say("shelf.sending_wait"),
        "sent": say("shelf.sent", done="{done}", size="{size}"),
        "lost": say("shelf.lost", name="{name}"),
        "large": say("shelf.refused_too_large", name="{name}"),
        "begun": say("shelf.begun", name="{name}"),
        "over": say("shelf.over", name="{name}", what="{what}"),
        "cancel": say("shelf.cancel_file", name="{name}"),
        "dismiss": say("shelf.dismiss"),
        "dismiss-file": say("shelf.dismiss_file", name="{name}"),
        "plain": say("shelf.lost_plain"),
        "most": str(MAX_FILE_BYTES),
    }
    data = " ".join(f'data-{name}="{escape(text)}"' for name, text in said.items())
    return (
        f'<template id="ca-sending" {data}><li>{icon("add")}{icon("warn")}<b></b><small></small>'
        f'<button type="button" class="ca-link" data-do="shelf-stop">{escape(say("shelf.cancel"))}</button>'
        "<p></p><progress></progress></li></template>"
    )


def outcome_words(job: Job, say: Words) -> tuple[str, str]:
    """Return what became of a job and what to do about it; plain text, both "" for one that is going on."""
    key = job.reason.replace("-", "_")
    match job.state:
        case "done" if job.kind == "shipped":
            return say("shelf.done_shipped", n=job.pages_done), ""
        case "done":
            return say("shelf.done", n=job.pages_done), ""
        case "skipped":
            return say("shelf.skipped", what=say(f"shelf.skip_{key}")), say(f"shelf.help_{key}")
        case "failed":
            lead = "shelf.not_removed" if job.kind == "remove" else "shelf.failed"
            return say(lead, what=say(f"shelf.fail_{key}")), say(f"shelf.help_{key}")
    return "", ""


def _is_shown(job: Job) -> bool:
    if job.kind == "remove":
        return job.state == "failed"  # while it goes on, the row of the document says so
    return job.state != "cancelled"


def _is_live(jobs: Sequence[Job], others: int) -> bool:
    return bool(others) or any(not job.finished for job in jobs)


def _row(job: Job, say: Words, *, first: bool) -> str:
    name = escape(_name(job, say))
    what, advice = outcome_words(job, say)
    style = f"ca-{job.state}"
    said = say("shelf.over", name=_name(job, say), what=f"{what} {advice}".strip()) if job.finished else ""
    return (
        f'<li class="{style}" data-job="{escape(job.job_id)}" data-state="{job.state}" data-over="{escape(said)}">'
        f"{icon(_SIGNS.get(job.state, 'add'))}<b>{name}</b>{_figures(job, say)}{_button(job, say)}"
        f"{_line(job, say, first=first)}{_bar(job, name)}</li>"
    )


def _name(job: Job, say: Words) -> str:
    return say("shelf.shipped") if job.kind == "shipped" else job.name


def _figures(job: Job, say: Words) -> str:
    if job.finished or not job.pages_total:
        return "<small></small>"
    if job.state in ("waiting", "starting", "reading"):
        return f"<small>{escape(say('shelf.pages', n=job.pages_total))}</small>"
    parts = [say("shelf.pages_of", done=job.pages_done, n=job.pages_total), _left(job, say)]
    return f"<small>{escape(' · '.join(filter(None, parts)))}</small>"


def _left(job: Job, say: Words) -> str:
    if not job.left_s or job.state != "embedding":
        return ""
    return say.left(job.left_s)


def _button(job: Job, say: Words) -> str:
    if job.cancelling:
        return ""
    name = _name(job, say)
    what, label = ("dismiss", "dismiss_file") if job.finished else ("cancel", "cancel_file")
    return (
        f'<button type="button" class="ca-link" data-do="shelf-drop" data-id="{escape(job.job_id)}" '
        f'aria-label="{escape(say(f"shelf.{label}", name=name))}">{escape(say(f"shelf.{what}"))}</button>'
    )


def _line(job: Job, say: Words, *, first: bool) -> str:
    what, advice = outcome_words(job, say)
    if job.state == "done":
        return f"<p>{escape(what)}</p>"
    if job.finished:
        return f"<p><strong>{escape(what)}</strong> {escape(advice)}</p>"
    return f"<p>{escape(_doing(job, say, first=first))}</p>"


def _doing(job: Job, say: Words, *, first: bool) -> str:
    if job.cancelling:
        return say("shelf.cancelling")
    if job.reason == "locked":
        return say("shelf.locked")
    if job.state == "waiting":
        return say("shelf.waiting_first" if first else "shelf.waiting")
    if job.state == "embedding" and job.rate > 0:
        return _pace(job.rate, say)
    return say(f"shelf.{job.state}")


def _pace(rate: float, say: Words) -> str:
    if rate < 1:
        return say("shelf.embedding_slow", seconds=round(1 / rate))
    return say("shelf.embedding_rate", n=round(rate), rate=round(rate))


def _bar(job: Job, name: str) -> str:
    if job.finished or job.state == "waiting":
        return ""
    if job.state == "embedding" and job.pages_total:
        return f'<progress max="{job.pages_total}" value="{job.pages_done}" aria-label="{name}"></progress>'
    return f'<progress aria-label="{name}"></progress>'  # how long it takes is not known
