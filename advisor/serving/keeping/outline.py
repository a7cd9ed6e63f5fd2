"""A turn → what an export says of it, in order and in plain words; Markdown, Word and the clipboard only set it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from advisor.answering.wording import source_note
from advisor.records import AnswerSentence
from advisor.serving.catalogue import Words
from advisor.serving.conversation import Turn
from advisor.serving.tables import Table, parts_of
from advisor.serving.verdict import REPLIES, is_well_supported
from advisor.text import clean

_BULLET = re.compile(r"^[•▪●○◦‣∙·–—*-]\s+")
# Control characters, halves of surrogate pairs and the two code points that are no characters: XML 1.0, section 2.2.
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """Return a text on one line that any file can hold: what is no character shows as U+FFFD, direction marks go."""
    return clean(_UNFIT.sub("\ufffd", text))


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or list item with the markers of its citations, and a doubt where the page does not bear it out."""

    text: str
    markers: tuple[int, ...] = ()
    doubt: str = ""

    @property
    def marks(self) -> str:
        """Its markers and its doubt: "[1][2] (only partly borne out by the page)"."""
        marks = "".join(f"[{marker}]" for marker in self.markers)
        return " ".join(filter(None, [marks, self.doubt and f"({self.doubt})"]))

    @property
    def marked(self) -> str:
        """The text, its markers and its doubt."""
        return " ".join(filter(None, [self.text, self.marks]))


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: sentences of one paragraph, or the items of a list; or a heading of one line.

    Attributes:
        head: of a table, the headers of its columns; that of the first is "".
        cells: of a table, those of each line.
    """

    kind: Literal["heading", "paragraph", "list", "note", "table"]
    lines: tuple[Line, ...]
    head: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()


def asked_at(turn: Turn, say: Words) -> str:
    """Return when a question was asked: "12 November 2026, 14:05 (UTC)"."""
    return say("keeping.asked_at", day=say.day(turn.asked_at), hour=say.hour(turn.asked_at))


def verdict(turn: Turn, say: Words) -> str:
    """Return how well an answer is borne out and how it was made; "" for a reply that claims nothing."""
    if turn.answer is None or turn.answer.reason in REPLIES:
        return ""
    match turn.answer.reason:
        case "near":
            return say("none.near")
        case "declined":
            return say("none.declined")
        case "empty-store":
            return say("none.nothing_stored")
    good = is_well_supported(turn.answer)
    reports = len({citation.document_id for citation in turn.citations})
    made = say("answer.written") if turn.answer.mode == "generative" else say("answer.quoted", n=reports)
    return f"{say('answer.well_supported') if good else say('answer.partly_supported')} · {made}"


def blocks_of(turn: Turn, say: Words) -> list[Block]:
    """Return all that is said to a question: what to know of the answer, the answer, where the reports disagree."""
    return [*_before(turn, say), *_answer(turn, say), *_after(turn, say)]


def _before(turn: Turn, say: Words) -> Iterator[Block]:
    if turn.phase == "failed":
        yield _note(say(turn.error) if say.has(turn.error) else turn.error)
    elif turn.answer is None:
        yield _note(say("progress.stopped") if turn.sentences else say("progress.stopped_early"))
    elif turn.answer.reason == "near":
        yield _note(say("none.near_says"))
    elif turn.answer.reason == "declined":
        yield _note(say("none.declined_says"))
        if turn.documents:
            documents, pages = say("none.documents", n=turn.documents), say("none.pages", n=turn.pages)
            yield _note(say("none.searched", documents=documents, pages=pages))
    elif turn.answer.reason.startswith("model-"):
        key = f"model.{turn.answer.reason.removeprefix('model-')}"
        yield _note(say(key if say.has(key) else "model.other"))


def _answer(turn: Turn, say: Words) -> Iterator[Block]:
    if turn.answer is not None and not turn.sentences:
        yield from _reply(turn.answer.note)
    abstained = turn.answer is not None and turn.answer.abstained
    if abstained and turn.sentences:
        if turn.answer is not None and turn.answer.reason == "declined":
            yield Block("heading", (Line(say("none.nearest")),))
        yield Block("list", tuple(_line(sentence, say, near=True) for sentence in turn.sentences))
        return
    for kind, run in groupby(_parts(turn), key=lambda part: "table" if isinstance(part, Table) else part.kind):
        parts = list(run)
        yield from (_table(part, say) for part in parts if isinstance(part, Table))
        lines = tuple(_line(part, say) for part in parts if isinstance(part, AnswerSentence))
        if lines:
            yield Block("list" if kind in ("item", "row") else "paragraph", lines)


def _parts(turn: Turn) -> Iterator[AnswerSentence | Table]:
    """Yield sentences and tables of two rows or more, each caption as the sentence that it is."""
    for part in parts_of(turn):
        if isinstance(part, Table) and part.caption:
            yield part.caption
        yield part.rows[0].sentence if isinstance(part, Table) and len(part.rows) == 1 else part


def _table(table: Table, say: Words) -> Block:
    return Block(
        "table",
        tuple(_line(row.sentence, say) for row in table.rows),
        head=("", *map(plain, table.columns)),
        cells=tuple(tuple(map(plain, (row.label, *table.cells(row)))) for row in table.rows),
    )


def _after(turn: Turn, say: Words) -> Iterator[Block]:
    answer = turn.answer
    if answer is None:
        return
    if turn.sentences:
        yield from map(_note, filter(None, [plain(answer.note), source_note(answer.language)]))
    if answer.removed:
        yield _note(say("answer.removed", n=len(answer.removed)))
    if answer.suspicious:
        yield _note(say("answer.suspicious", n=len(answer.suspicious)))
    if answer.conflicts:
        yield Block("heading", (Line(say("answer.disagree", n=len(answer.conflicts))),))
        yield Block("list", tuple(Line(plain(conflict)) for conflict in answer.conflicts))


def _reply(note: str) -> Iterator[Block]:
    """Yield a reply of the advisor's own; its lines that begin with "- " are a list."""
    lines = [line for line in note.splitlines() if line.strip()]
    for listed, run in groupby(lines, key=lambda line: line.startswith("- ")):
        said = [Line(plain(line.removeprefix("- "))) for line in run]
        if listed:
            yield Block("list", tuple(said))
        else:
            yield from (Block("paragraph", (line,)) for line in said)


def _line(sentence: AnswerSentence, say: Words, *, near: bool = False) -> Line:
    text = plain(sentence.text)
    if sentence.kind in ("item", "row"):
        text = _BULLET.sub("", text)
    doubted = not near and sentence.support in ("partial", "unsupported")
    return Line(text, sentence.markers, say(f"answer.{sentence.support}") if doubted else "")


def _note(text: str) -> Block:
    return Block("note", (Line(plain(text)),))
