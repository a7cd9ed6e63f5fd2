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
MAX_ENTRIES = 200
"""Outline entries of one page that are looked for."""

ALIKE = 0.88
"""Similarity from which a heading is an outline entry with a reading error in one of the two."""

DISPLAY, DISPLAY_LINES = 1.3, 15
"""Size of display type against the body, and the most lines of a cover or divider."""

REPEATED = 3
"""Pages from which a large line that the outline does not name is taken for the name of the publisher or the series."""

BELOW_OUTLINE = 10
"""Added to the level of headings that stand out by weight or slope alone: they lie below all others."""

_NUMBER = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+\S")


def mark_outlined(lines: Sequence[Line], entries: Sequence[OutlineEntry]) -> None:
    """Note for each line of a page whether it belongs to an outline entry of that page, and of which level.

    An entry is found by its words, in up to four lines in a row; where they occur more than once, next to the place
    that the outline gives.
    """
    for number, entry in enumerate(entries[:MAX_ENTRIES], start=1):
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
    """Tells headings from other lines by their looks, and gives each look its level. Wants call-outs marked.

    Looks of outline entries and of numbered headings ("2.1 Coordination") show the levels; a heading without either
    has the level of those that look like it, else that of the next smaller size. Without any to go by, larger is
    higher.
    """

    def __init__(self, body: Look, lines: Iterable[Line]) -> None:
        self._body = body
        shown: defaultdict[Look, Counter[int]] = defaultdict(Counter)
        sizes: set[float] = set()
        outlined = False
        found = list(lines)
        boxed: defaultdict[int, Counter[float]] = defaultdict(Counter)
        for line in found:
            boxed[line.callout][line.look[0]] += len(line.text)
        self._box_sizes = {number: sizes.most_common(1)[0][0] for number, sizes in boxed.items() if number}
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
        self._display_pages = _display_pages(found, body[0], outlined=outlined)
        self._titles = _titles(found, self._display_pages)
        pages = Counter(text for text, _ in {(line.text, line.page) for line in found})
        self._repeated = {text for text, count in pages.items() if count >= REPEATED}
        self._shown = {look: found.most_common(1)[0][0] for look, found in shown.items()}
        self._sizes = sorted(sizes, reverse=True)

    @property
    def body_size(self) -> float:
        """The size of most of the text, in points."""
        return self._body[0]

    def is_large(self, line: Line) -> bool:
        """Tell whether a line is larger than the body."""
        return line.size >= LARGER * self._size_around(line)

    def stands_out(self, line: Line) -> bool:
        """Tell whether a line is larger, bolder or more slanted than the body."""
        _, bold, italic = self._body
        return self.is_large(line) or (line.bold and not bold) or (line.italic and not italic)

    def _size_around(self, line: Line) -> float:
        """Return the size of most of the text around a line: that of its call-out box, or the body's."""
        return self._box_sizes.get(line.callout, self._body[0])

    def is_display(self, line: Line) -> bool:
        """Tell whether a line is on a cover or divider and no entry of the outline."""
        return not line.heading and line.page in self._display_pages

    def _display_level(self, line: Line) -> int:
        """Return 1 for the title of a divider: the largest words on it, unless other pages have them too."""
        is_after = self._outlined and (line.page, line.start) > self._first
        return int(is_after and line.text == self._titles.get(line.page))

    def level(self, group: Sequence[Line], text: str) -> int:
        """Return the level of some lines that stand by themselves, 0 where they are no heading."""
        first = group[0]
        if first.heading:
            return first.level
        if self.is_display(first):
            return self._display_level(first)
        large = min(map(self.is_large, group))
        is_name = large and not first.callout and all(line.text in self._repeated for line in group)
        if self._outlined and ((first.page, first.start) < self._first or is_name):
            return 0  # the outline names the headings; a title page has none, and a publisher's name is none
        if first.opens_item or len(text) > MAX_CHARS or not any(map(str.isalpha, text)) or text[0].islower():
            return 0
        if not all(map(self.stands_out, group)) or text.endswith((",", ";")) or (text.endswith(".") and not large):
            return 0
        if not large and (first.size < 0.9 * self._size_around(first) or len(group) > 2 or _is_quoted(text)):
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


def _display_pages(lines: Iterable[Line], body: float, *, outlined: bool) -> set[int]:
    """Return the pages that are covers or dividers: a few lines in large type, and none of the size of the body.

    Without an outline that names the headings, only a first page on which no sentence ends is taken for a cover.
    """
    pages: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    few = {
        page: found
        for page, found in pages.items()
        if len(found) <= DISPLAY_LINES and max(line.size for line in found) >= DISPLAY * body
    }
    if outlined:
        return {page for page, found in few.items() if not any(abs(line.size / body - 1) < 0.04 for line in found)}
    is_cover = 1 in few and len(pages) > 1 and not any(line.text.endswith((".", ":", "?", ";")) for line in few[1])
    return {1} if is_cover else set()


def _titles(lines: Sequence[Line], pages: set[int]) -> dict[int, str]:
    """Return the largest line with words of each of these pages that no other page has."""
    texts = Counter(line.text for line in lines)
    found: dict[int, Line] = {}
    for line in lines:
        if line.page not in pages or texts[line.text] > 1 or not any(map(str.isalpha, line.text)):
            continue
        if line.page not in found or line.size > found[line.page].size:
            found[line.page] = line
    return {page: line.text for page, line in found.items()}


def _is_quoted(text: str) -> bool:
    return text.startswith(("“", '"', "‘", "«", "„"))
