"""What was found for a question → an answer that a chat model writes, checked sentence by sentence."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from advisor.answering.drafting import drafts
from advisor.answering.extracted import Found, extracted
from advisor.answering.generative import Writer
from advisor.answering.plain import plain_text
from advisor.answering.refusal import REFUSAL
from advisor.answering.wording import noted, render
from advisor.answering.written import Writing, WrittenAnswer
from advisor.embedding import Embedder
from advisor.errors import GenerationError
from advisor.records import Answer, AnswerEvent, CitationReady, Message


@dataclass(frozen=True, slots=True)
class Prose:
    """Who writes an answer, how, to which question as it was asked, behind which turns."""

    writer: Writer
    embedder: Embedder
    writing: Writing
    question: str
    history: Sequence[Message]


def written(found: Found, answer: Answer, prose: Prose) -> Generator[AnswerEvent, None, Answer]:
    """Yield the checked sentences of the chat model; where it fails, those of the extractive answer instead."""
    sources = found.sources
    known = " ".join(source.passage.text for source in sources)
    held = WrittenAnswer(
        found.store,
        sources,
        found.vectors,
        prose.embedder,
        language=answer.language,
        unsupported=prose.writing.unsupported,
    )
    pieces = prose.writer.write(prose.question, sources, language=answer.language, history=prose.history)
    reason = "model-empty"
    try:
        for draft in drafts(pieces, [source.key for source in sources]):
            reason = "model-uncited"
            if REFUSAL in draft.text:
                held.add(draft)
                break
            if ready := held.add(replace(draft, text=plain_text(draft.text, known))):
                yield from map(CitationReady, ready.citations)
                yield ready
    except GenerationError as error:
        reason = "model-timeout" if error.timed_out else "model-error"
    else:
        if held.holds:
            return replace(
                answer,
                answer=noted(render(held.sentences), answer.language),
                mode="generative",
                sentences=tuple(held.sentences),
                citations=held.citations,
                removed=tuple(held.removed),
            )
        reason = "model-refused" if held.refused else reason
    finally:
        pieces.close()  # also where nobody listens any more: the model must not write on
    return (yield from extracted(found, replace(answer, reason=reason, removed=tuple(held.removed))))
