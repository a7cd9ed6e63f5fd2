"""The sentences of an answer → its text, for people who read it without the page beside it."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.records import SOURCES_ENGLISH, AnswerSentence
from advisor.store.library import Counts
from advisor.text import count_of


def render(sentences: Sequence[AnswerSentence]) -> str:
    """Return an answer as Markdown text: paragraphs, and lists under their lead-in, each sentence with its markers."""
    lines: list[str] = []
    before = ""
    for sentence in sentences:
        listed = sentence.kind in ("item", "row")
        text = f"{'- ' if listed else ''}{sentence.marked}"
        if not lines:
            lines.append(text)
        elif listed:
            lines.append(("\n" if before in ("item", "row", "lead") else "\n\n") + text)
        elif before == "text" and sentence.kind == "text":
            lines.append(" " + text)
        else:
            lines.append("\n\n" + text)
        before = sentence.kind
    return "".join(lines)


def source_note(language: str) -> str:
    """Return a sentence for people who ask in another language than the sources have; "" for English."""
    return SOURCES_ENGLISH.get(language, "")


def declined(language: str, reason: str, sentences: Sequence[AnswerSentence], counts: Counts) -> str:
    """Return the text of an answer that declines: why, what was searched, and the nearest statements."""
    if reason == "empty-store":
        return "There are no documents yet. Add PDF reports with `advisor ingest`."
    searched = f"Searched: {count_of(counts.documents, 'document')}, {count_of(counts.pages, 'page')}."
    if note := source_note(language):
        searched = f"{searched} {note}"
    if reason == "near":
        opening = (
            f"Near, not an answer. The documents do not state what was asked. {searched} These statements come nearest:"
        )
    else:
        opening = f"Not in the documents. {searched} Nearest statements, for your own judgement:"
    return "\n".join([opening, "", *(f"- {sentence.marked}" for sentence in sentences)])
