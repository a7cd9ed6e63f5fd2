"""The sentences of an answer → its text, for people who read it without the page beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.answering.differences.conflicts import Disagreement
from advisor.answering.talk.replies import say, titles_of
from advisor.records import SOURCES_ENGLISH, Answer, AnswerSentence, Document


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


def noted(text: str, language: str) -> str:
    """Return the text of an answer, with the note for those who ask in another language than the sources have."""
    return "\n\n".join(filter(None, [text, source_note(language)]))


def source_note(language: str) -> str:
    """Return a sentence for people who ask in another language than the sources have; "" for English."""
    return SOURCES_ENGLISH.get(language, "")


def declined(answer: Answer, documents: Sequence[Document]) -> str:
    """Return the text of an answer that declines, in the language of the question.

    It says why, which documents were searched, what comes nearest, and what they do answer.
    """
    language = answer.language
    if answer.reason == "empty-store":
        return say("empty", language)
    pages = sum(document.page_count for document in documents)
    titles = titles_of(documents, language)
    searched = say("searched_page" if pages == 1 else "searched", language, titles=titles, pages=f"{pages:,}")
    said = [say(answer.reason, language), answer.note, searched, source_note(language)]
    lines = [" ".join(filter(None, said))]
    if answer.sentences:
        lines[0] += f" {say('nearest', language)}"
        lines += ["", *(f"- {sentence.marked}" for sentence in answer.sentences)]
    if answer.suggestions:
        lines += ["", say("ask", language), "", *(f"- {question}" for question in answer.suggestions)]
    return "\n".join(lines)
