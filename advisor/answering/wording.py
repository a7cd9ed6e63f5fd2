"""The sentences of an answer → its text, for people who read it without the page beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from advisor.answering.conflicts import Disagreement
from advisor.records import AnswerSentence, Document
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


def conflict_note(disagreement: Disagreement, markers: Sequence[Sequence[int]]) -> str:
    """Return a line with each value, its report and year (or its page, where one report differs with itself), marked.

    `markers` are those of the citations of each value, in its order.
    """
    within = disagreement.is_within_one_report
    report = report_and_year(disagreement.said[0].hit.document)
    parts = []
    for one, marks in zip(disagreement.said, markers, strict=True):
        where = f"page {one.sentence.spans[0].page}" if within else report_and_year(one.hit.document)
        parts.append(f"{one.value} ({where}) {''.join(f'[{marker}]' for marker in marks)}")
    opening = f"The reports differ on {disagreement.what}"
    if within:
        opening = f"One report ({report}) says different things about {disagreement.what}"
    return f"{opening}: {'; '.join(parts)}."


def report_and_year(document: Document) -> str:
    """Return the title of a report and its year: the one that is known, or one that its file name holds."""
    named = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", document.file)
    year = str(document.year) if document.year else named.group() if named else ""
    return document.title if not year or year in document.title else f"{document.title}, {year}"


SOURCES_ENGLISH: Mapping[str, str] = {
    "de": "Die Quellen sind auf Englisch.",
    "es": "Las fuentes están en inglés.",
    "fr": "Les sources sont en anglais.",
    "it": "Le fonti sono in inglese.",
    "nl": "De bronnen zijn in het Engels.",
    "pl": "Źródła są po angielsku.",
    "pt": "As fontes estão em inglês.",
    "ro": "Sursele sunt în engleză.",
    "sv": "Källorna är på engelska.",
}
"""What an answer to a question in another language says, in that language."""


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
