"""Outline and looks → which lines are headings, and of what level."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from advisor.text import comparable
from ingest.lines import Line, Look
from ingest.pages import OutlineEntry

LARGER = 1.08
"""Size of a heading against the body, from which its size alone makes it one."""

MAX_CHARS = 160
MAX_LINES = 4

ALIKE = 0.88
"""Similarity from which a heading is an outline entry with a reading error in one of the two."""

DISPLAY, DISPLAY_LINES = 1.3, 15
"""Size of display type against the body, and the most lines of a cover or divider."""

BELOW_OUTLINE = 10
"""Added to the level of headings that stand out by weight or slope alone: they lie below all others."""

_NUMBER = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+\S")


def mark_outlined(lines: Sequence[Line], entries: Sequence[OutlineEntry]) -> None:
    """Note for each line of a page whether it belongs to an outline entry of that page, and of which level.

    An entry is found by its words, in up to four lines in a row; where they occur more than once, next to the place
    that the outline gives.
    """
    for number, entry in enumerate(entries, start=1):
        run = _run_of(lines, entry)
        for line in run:
            line.heading, line.level = number, entry.level


def _run_of(lines: Sequence[Line], entry: OutlineEntry) -> Sequence[Line]:
    title = comparable(entry.title)
    runs: list[tuple[float, float, Sequence[Line]]] = []
    for i, first in enumerate(lines):
        whole = ""
        for length in range(1, MAX_LINES + 1):
            if i + length > len(lines) or lines[i + length - 1].heading:
                break
            whole += comparable(lines[i + length - 1].text)
            likeness = _likeness(whole, title)
            if likeness >= ALIKE:
                away = abs(first.box[1] - entry.top) if entry.top is not None else float(i)
                runs.append((round(1 - likeness, 2), away, lines[i : i + length]))
            if len(whole) > 1.2 * len(title) + 2:
                break
    return min(runs, key=lambda run: run[:2])[2] if runs else ()


def _likeness(text: str, title: str) -> float:
    if text == title:
        return 1.0
    if not title or not 0.8 < len(text) / len(title) < 1.25 or len(title) < 8:
        return 0.0
    return SequenceMatcher(None, text, title, autojunk=False).ratio()


class HeadingLevels:
    """Tells headings from other lines by their looks, and gives each look its level.

    Looks of outline entries and of numbered headings ("2.1 Coordination") show the levels; a heading without either
    has the level of those that look like it, else that of the next smaller size. Without any to go by, larger is higher.
    """

    def __init__(self, body: Look, lines: Iterable[Line]) -> None:
        self._body = body
        shown: defaultdict[Look, Counter[int]] = defaultdict(Counter)
        sizes: set[float] = set()
        outlined = False
        found = list(lines)
        for line in found:
            number = _NUMBER.match(line.text)
            if line.heading:
                outlined = True
                shown[line.look][line.level] += 10  # the outline is sure, a number is not
            elif self.stands_out(line) and len(line.text) <= MAX_CHARS and not line.callout:
                if self.is_large(line):
                    sizes.add(line.look[0])
                if number:
                    shown[line.look][number.group(1).count(".") + 1] += 1
        self._outlined = outlined
        self._first = min(((line.page, line.start) for line in found if line.heading), default=(0, 0))
        self._display_pages = _display_pages(found, body[0])
        self._shown = {look: found.most_common(1)[0][0] for look, found in shown.items()}
        self._sizes = sorted(sizes, reverse=True)

    @property
    def body_size(self) -> float:
        """The size of most of the text, in points."""
        return self._body[0]

    def is_large(self, line: Line) -> bool:
        """Tell whether a line is larger than the body."""
        return line.size >= LARGER * self._body[0]

    def stands_out(self, line: Line) -> bool:
        """Tell whether a line is larger, bolder or more slanted than the body."""
        _, bold, italic = self._body
        return self.is_large(line) or (line.bold and not bold) or (line.italic and not italic)

    def is_display(self, line: Line) -> bool:
        """Tell whether a line is on a cover or divider of a document whose outline does not name it."""
        return self._outlined and not line.heading and line.page in self._display_pages

    def level(self, group: Sequence[Line], text: str) -> int:
        """Return the level of some lines that stand by themselves, 0 where they are no heading."""
        first = group[0]
        if first.heading:
            return first.level
        if self.is_display(first) or (first.page, first.start) < self._first:
            return 0  # an outline names the headings of its document; a title page has none
        if first.opens_item or len(text) > MAX_CHARS or not any(map(str.isalpha, text)) or text[0].islower():
            return 0
        large = min(map(self.is_large, group))
        if not all(map(self.stands_out, group)) or text.endswith((",", ";")) or (text.endswith(".") and not large):
            return 0
        if not large and (first.size < 0.9 * self._body[0] or len(group) > 2 or _is_quoted(text)):
            return 0
        return self._level_of(first, text, large)

    def _level_of(self, line: Line, text: str, large: bool) -> int:
        number = _NUMBER.match(text)
        if number and (large or line.bold) and not self._outlined and not line.callout:
            return number.group(1).count(".") + 1
        if not large or line.callout:
            return BELOW_OUTLINE + (1 if large else 2 if line.bold else 3)
        if line.look in self._shown:
            return self._shown[line.look]
        smaller = [level for (size, _, _), level in self._shown.items() if size <= line.look[0]]
        if smaller:
            return min(smaller)
        if self._shown:
            return max(self._shown.values()) + 1
        return 1 + self._sizes.index(line.look[0]) if line.look[0] in self._sizes else 1


def _display_pages(lines: Iterable[Line], body: float) -> set[int]:
    """Return the pages that hold a few lines in large type and none of the size of the body: covers and dividers."""
    sizes: defaultdict[int, list[float]] = defaultdict(list)
    for line in lines:
        sizes[line.page].append(line.size / body)
    return {
        page
        for page, found in sizes.items()
        if max(found) >= DISPLAY and len(found) <= DISPLAY_LINES and not any(abs(size - 1) < 0.04 for size in found)
    }


def _is_quoted(text: str) -> bool:
    return text.startswith(("“", '"', "‘", "«", "„"))
