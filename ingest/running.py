"""Lines of all pages → those that run along: headers and footers, which repeat in the margin from page to page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from advisor.records import Page
from ingest.lines import Line

MARGIN = 0.1
"""Share of the page height, at the top and at the bottom, in which running headers and footers stand."""

LARGE = 1.1
"""A line this many times larger than the body is a heading and not a running line, unless its words repeat exactly."""

ALIKE, LONG = 0.9, 15
"""Similarity from which two lines of at least so many characters are the same line with a reading error in it."""

MAX_COMPARED = 300
"""Different lines in the margins of a document up to which they are compared with one another."""

Key = tuple[bool, str]
"""Whether a line stands at the top of its page, and its words with the numbers that count the pages masked."""


def running_lines(pages: Sequence[Page], lines: Mapping[int, Sequence[Line]], *, body: float) -> dict[int, list[Line]]:
    """Return the headers and footers of each page: the same words in the same margin of several pages.

    Numbers that count the pages are left aside, and so are reading errors in long lines. A line that the outline
    names is none, and a line of figures alone is a page number wherever it stands in the margin.
    """
    margins = {page.number: _margin_lines(page.height, lines[page.number]) for page in pages}
    enough = 3 if len(pages) > 5 else 2
    counted = Counter(name for found in margins.values() for name in {n for line in found for n in _counted(line)})
    counting = {name for name, count in counted.items() if count >= enough}
    heights = {page.number: page.height for page in pages}

    def key(line: Line) -> Key:
        words = line.text.lower()
        is_large = line.size >= LARGE * body and any(map(str.isalpha, words))
        if not is_large and not line.heading:  # else "Step 1", "Step 2" are headings
            names = iter(_counted(line))
            words = re.sub(r"\d+", lambda found: "#" if next(names) in counting else found.group(), words)
        return line.box[3] < MARGIN * heights[line.page], words

    keys = {page: [key(line) for line in found] for page, found in margins.items()}
    repeated = _repeated(keys, enough)
    running = {
        page: [line for line, name in zip(found, keys[page], strict=True) if name in repeated]
        for page, found in margins.items()
    }
    return {
        page: [line for line in margins[page] if line in found or _is_folio(line, margins[page], found)]
        for page, found in running.items()
    }


def _is_folio(line: Line, margin: Sequence[Line], running: Sequence[Line]) -> bool:
    """Tell whether a line is a page number: figures with nothing beside them but what runs along."""
    if not re.fullmatch(r"[\d\W]+", line.text):
        return False
    middle = (line.box[1] + line.box[3]) / 2
    return not any(
        one is not line and one.box[1] < middle < one.box[3] and one not in running and any(map(str.isalpha, one.text))
        for one in margin
    )


def _repeated(keys: Mapping[int, Sequence[Key]], enough: int) -> set[Key]:
    """Return the keys that stand on enough pages, and those that differ from such a one by a reading error."""
    counts = Counter(name for found in keys.values() for name in set(found))
    repeated = {name for name, count in counts.items() if count >= enough}
    if len(counts) <= MAX_COMPARED:
        repeated |= {name for name in counts if any(_alike(name, other) for other in repeated)}
    return repeated


def _alike(one: Key, other: Key) -> bool:
    if one[0] != other[0] or min(len(one[1]), len(other[1])) < LONG:
        return False
    matcher = SequenceMatcher(None, one[1], other[1], autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _margin_lines(height: float, lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.box[3] < MARGIN * height or line.box[1] > (1 - MARGIN) * height]


def _counted(line: Line) -> list[tuple[str, int, int]]:
    """Return for each number of a line the words around it, its place among them and what it is ahead of the page.

    Where that is the same on several pages, the number counts the pages. Five figures and more never do.
    """
    words = re.sub(r"\d+", "#", line.text.lower())
    return [(words, i, int(found[:5]) - line.page) for i, found in enumerate(re.findall(r"\d+", line.text))]
