"""A turn → the line under its question and the notes above its answer: how far it is, how well it is borne out."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.answering.wording import source_note
from advisor.records import Answer
from advisor.serving.catalogue import Words
from advisor.serving.conversation import Turn
from advisor.serving.keeping.kept import UNREADABLE
from advisor.serving.markup import escape, icon

WELL_SUPPORTED_FROM = 0.8
"""An answer of this confidence or more is called well supported: three bars of three."""

REPLIES = ("small-talk", "nothing-before", "nothing-more", "needs-model")
"""Reasons of answers that are words of the advisor's own."""


def is_well_supported(answer: Answer) -> bool:
    """Tell whether an answer is confident, borne out in each sentence, and not contradicted by another report."""
    doubtful = any(sentence.support in ("partial", "unsupported") for sentence in answer.sentences)
    return answer.confidence >= WELL_SUPPORTED_FROM and not doubtful and not answer.conflicts


def render_state(turn: Turn, number: int, say: Words) -> str:
    """Return how far the answer is, or how well it is borne out."""
    match turn.phase:
        case "starting":
            return f"<span>{escape(say('progress.starting'))}</span>"
        case "searching":
            return f"<span>{escape(say('progress.looking', n=turn.documents))}</span>"
        case "writing":
            origin, where = say("progress.from_passages", n=turn.passages), say("progress.in_reports", n=turn.reports)
            return f"<span>{escape(say('progress.composing', from_passages=origin, in_reports=where))}</span>"
        case "stopped":
            return f"<span>{escape(say('progress.stopped' if turn.sentences else 'progress.stopped_early'))}</span>"
        case "failed":
            return ""
    return _verdict(turn, number, say)


def render_queue(place: int, say: Words) -> str:
    """Return how many are before someone who waits."""
    return f"<span>{escape(say('progress.queue', n=place))}</span>"


def render_notes(turn: Turn, number: int, say: Words) -> str:
    """Return what a reader must know before the answer: why it failed, what the model did, what was left out."""
    if turn.phase == "failed":
        again = _again(number, say("acts.again"))
        error = say(UNREADABLE) if turn.error == UNREADABLE else turn.error
        told = error[:1].upper() + error[1:]  # on the command line it stands behind a colon
        return f'<p class="ca-bad" role="alert">{icon("warn")}<span>{escape(told)} {again}</span></p>'
    return "".join(_notes(turn, number, say))


def _verdict(turn: Turn, number: int, say: Words) -> str:
    answer = turn.answer
    if answer is None or answer.reason in REPLIES:
        return ""
    match answer.reason:
        case "near":
            searched = say("none.searched_short", n=turn.documents) if turn.documents else ""
            return _confidence(say("none.near"), bars=1, style="ca-mid") + _dotted(searched)
        case "declined":
            return _confidence(say("none.declined"), bars=0, style="ca-no")
        case "empty-store":
            return _confidence(say("none.nothing_stored"), bars=0, style="ca-no")
    if is_well_supported(answer):
        said = _confidence(say("answer.well_supported"), bars=3, style="ca-ok")
    else:
        said = _confidence(say("answer.partly_supported"), bars=2, style="ca-mid")
    reports = len({citation.document_id for citation in turn.citations})
    written = answer.mode == "generative"
    return (
        said
        + _dotted(say("answer.written") if written else say("answer.quoted", n=reports))
        + _disagree(turn, number, say)
    )


def _disagree(turn: Turn, number: int, say: Words) -> str:
    if turn.answer is None or not turn.answer.conflicts:
        return ""
    points = escape(say("answer.disagreement", n=len(turn.answer.conflicts)))
    return (
        '<span class="ca-dot" aria-hidden="true">·</span>'
        f'<button type="button" class="ca-link" data-do="to-conflicts" data-turn="{number}">{points}</button>'
    )


def _confidence(said: str, *, bars: int, style: str) -> str:
    drawn = "".join("<i></i>" if bar < bars else '<i class="ca-off"></i>' for bar in range(3))
    return f'<span class="ca-conf {style}"><span class="ca-bars" aria-hidden="true">{drawn}</span>{escape(said)}</span>'


def _dotted(said: str) -> str:
    return f'<span class="ca-dot" aria-hidden="true">·</span><span>{escape(said)}</span>' if said else ""


def _notes(turn: Turn, number: int, say: Words) -> Iterator[str]:
    answer = turn.answer
    if answer is None:
        return
    if answer.reason.startswith("model-"):
        reason = answer.reason.removeprefix("model-")
        note = say(f"model.{reason}" if say.has(f"model.{reason}") else "model.other")
        again = _again(number, say("model.again"))
        yield f'<p class="ca-bad" role="alert">{icon("warn")}<span>{escape(note)} {again}</span></p>'
    if turn.sentences:
        own = "" if answer.abstained else answer.note  # why there is no answer stands in its place
        for note in filter(None, [own, source_note(answer.language)]):
            yield f'<p class="ca-muted" lang="{escape(answer.language)}">{escape(note)}</p>'
    if answer.removed:
        yield f'<p class="ca-muted">{escape(say("answer.removed", n=len(answer.removed)))}</p>'
    if answer.suspicious:
        yield f'<p class="ca-muted">{escape(say("answer.suspicious", n=len(answer.suspicious)))}</p>'


def _again(number: int, name: str) -> str:
    return f'<button type="button" class="ca-link" data-do="again" data-turn="{number}">{escape(name)}</button>'
