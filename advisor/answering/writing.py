"""What was found for a question → an answer that a chat model writes, checked sentence by sentence."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from advisor.answering.drafting import drafts
from advisor.answering.extracted import Found, extracted
from advisor.answering.generative import Writer
from advisor.answering.plain import gives_unknown_address, plain_text
from advisor.answering.refusal import REFUSAL
from advisor.answering.talk.replies import say
from advisor.answering.wording import noted, render
from advisor.answering.written import Writing, WrittenAnswer
from advisor.embedding import Embedder
from advisor.errors import CutOffError, GenerationError
from advisor.records import Answer, AnswerEvent, CitationReady, Message


@dataclass(frozen=True, slots=True)
class Prose:
    """Who writes an answer, how, to which question as it was asked, behind which turns."""

    writer: Writer
    embedder: Embedder
    writing: Writing
    question: str
    history: Sequence[Message]


@dataclass(slots=True)
class _Ending:
    """How the writing ended: the `reason` of the answer, and the cause of what went wrong, as an error names it."""

    reason: str
    cause: str = ""


def written(found: Found, answer: Answer, prose: Prose) -> Generator[AnswerEvent, None, Answer]:
    """Yield the checked sentences of the chat model; where it fails, those of the extractive answer instead."""
    held = WrittenAnswer(
        found.store,
        found.sources,
        found.vectors,
        prose.embedder,
        language=answer.language,
        unsupported=prose.writing.unsupported,
    )
    ending = yield from _checked(found, answer.language, prose, held)
    why = say(f"model_{ending.cause}", answer.language) if ending.cause else ""
    if ending.reason == "answered":
        text = "\n\n".join(filter(None, [answer.note, render(held.sentences), why]))
        return replace(
            answer,
            answer=noted(text, answer.language),
            mode="generative",
            sentences=tuple(held.sentences),
            citations=held.citations,
            note=_joined(answer.note, why),
            removed=tuple(held.removed),
        )
    instead = yield from extracted(found, replace(answer, reason=ending.reason, removed=tuple(held.removed)))
    return replace(instead, note=_joined(instead.note, why))


def _checked(found: Found, language: str, prose: Prose, held: WrittenAnswer) -> Generator[AnswerEvent, None, _Ending]:
    """Yield the sentences that are borne out; return how it ended."""
    known = " ".join(source.passage.text for source in found.sources)
    pieces = prose.writer.write(prose.question, found.sources, language=language, history=prose.history)
    ending = _Ending("model-empty")
    try:
        for draft in drafts(_heard(pieces, ending), [source.key for source in found.sources]):
            ending.reason = "model-uncited"
            if REFUSAL in draft.text:
                held.add(draft)
                break
            misleads = gives_unknown_address(draft.text, known)
            plain = replace(draft, text=plain_text(draft.text, known), misleads=misleads)
            if held.is_too_much(plain):
                ending.cause = "cut"
                break
            if ready := held.add(plain):
                yield from map(CitationReady, ready.citations)
                yield ready
            if held.repeats_itself:
                break
    except CutOffError as error:
        ending.cause = error.cause
    except GenerationError as error:
        return _Ending("model-timeout" if error.timed_out else "model-error", error.cause)
    finally:
        pieces.close()  # also where nobody listens any more: the model must not write on
    if held.holds:
        return _Ending("answered", ending.cause)
    if held.refused:
        return _Ending("model-refused")
    if ending.cause and not held.is_judged:
        return _Ending("model-error", ending.cause)
    return _Ending(ending.reason)


def _heard(pieces: Iterator[str], ending: _Ending) -> Iterator[str]:
    """Yield the pieces; once there is one, the model is no longer one that wrote nothing."""
    for piece in pieces:
        if piece.strip() and ending.reason == "model-empty":
            ending.reason = "model-markup"
        yield piece


def _joined(*notes: str) -> str:
    return " ".join(filter(None, notes))
