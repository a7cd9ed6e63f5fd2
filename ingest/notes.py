"""Lines of a page → its footnotes, and the marks in the text that lead to them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.lines import Line
from ingest.pages import SourcePage

SMALL = 0.93
"""Size of a footnote against the body, at most."""

RAISED = 0.8
"""Size of a mark against its line, at most."""

_OPENING = re.compile(r"^(\d{1,2})\.?\s+\S")
_BEHIND_A_WORD = re.compile(r"(?:[^\W\d_]|[.,;:)”\"'’])\s?(\d{1,2})(?!\d)")

Mark = tuple[int, int, int]
"""Characters of a mark in the text: page from 1, start and end in the page's stored text."""


def find_notes(page: SourcePage, lines: Sequence[Line], body: float) -> list[tuple[list[Line], Mark]]:
    """Return the lines of each footnote of a page, with the mark in the text that leads to it.

    A footnote is small, stands below all text of the body and opens with a number; that number stands, small too,
    behind a word of the body. Small lines whose number leads nowhere are no footnotes.
    """
    floor = max((line.box[3] for line in lines if line.size > SMALL * body), default=0.0)
    low = [line for line in lines if line.size <= SMALL * body and line.box[1] >= floor - 1]
    notes: list[list[Line]] = []
    for line in low:
        if _OPENING.match(line.text):
            notes.append([line])
        elif notes:
            notes[-1].append(line)
    marks = _marks(page, [line for line in lines if line not in low])
    found = []
    for note in notes:
        number = _OPENING.match(note[0].text)
        if number and number.group(1) in marks:
            found.append((note, marks[number.group(1)]))
    return found


def _marks(page: SourcePage, lines: Sequence[Line]) -> dict[str, Mark]:
    """Return the small numbers behind words of the body, by what they say."""
    found: dict[str, Mark] = {}
    for line in lines:
        for match in _BEHIND_A_WORD.finditer(page.page.text[line.start : line.end]):
            start, end = line.start + match.start(1), line.start + match.end(1)
            glyphs = page.glyphs[start:end]
            if all(glyph and glyph.size <= RAISED * line.size for glyph in glyphs):
                found.setdefault(match.group(1), (line.page, start, end))
    return found
