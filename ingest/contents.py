"""Lines of a page → whether it is a page of contents, whose entries are kept out of retrieval."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.blocks import Block
from ingest.lines import Line

_CONTENTS = re.compile(
    r"^(?:table of )?contents$|^(?:(?:list|index) of|table of) (?:figures|tables|boxes)$", re.IGNORECASE
)
_LEADERS = re.compile(r"(?:\.\s?){3,}\s*\d{1,4}$")
_CONTENTS_LINE = re.compile(rf"{_LEADERS.pattern}|\s\d{{1,3}}$")


class ContentsReader:
    """Finds pages of contents; asked page by page, as contents may go on over a page end."""

    def __init__(self, page_count: int) -> None:
        self._page_count = page_count
        self._inside = False
        self._last = 0

    def take(self, lines: list[Line], *, has_table: bool) -> tuple[list[Block], list[Line]]:
        """Return the headings of a page of contents and its entries as one block, and the lines of any other page.

        A page of contents is known by its title or, without one, by dot leaders or by page numbers in their order;
        what stands on the page after it and counts on belongs to it.
        """
        entries = [line for line in lines if _CONTENTS_LINE.search(line.text)]
        titled = any(_CONTENTS.match(line.text) for line in lines[:4])
        goes_on = self._inside and len(entries) >= max(1, 0.8 * len(lines)) and _numbers(entries)[0] >= self._last
        self._inside = not has_table and (
            (titled and len(entries) > max(5, 0.3 * len(lines)))
            or (goes_on and _rises(entries))
            or _is_untitled_contents(lines, entries, self._page_count)
        )
        if not self._inside:
            return [], lines
        self._last = _numbers(entries)[-1] if entries else 0
        titles = [line for line in lines if _CONTENTS.match(line.text) or (line.heading and line not in entries)]
        rest = [line for line in lines if line not in titles]
        blocks = [Block("heading", title.text, [title.range], level=title.level or 1) for title in titles]
        return [*blocks, Block("contents", " ".join(line.text for line in rest), [line.range for line in rest])], []


def _is_untitled_contents(lines: Sequence[Line], entries: Sequence[Line], page_count: int) -> bool:
    if len(entries) <= max(5, 0.6 * len(lines)):
        return False
    leaders = sum(bool(_LEADERS.search(line.text)) for line in entries) > 0.6 * len(lines)
    return leaders or (_rises(entries) and _numbers(entries)[-1] <= page_count)


def _rises(entries: Sequence[Line]) -> bool:
    numbers = _numbers(entries)
    return numbers == sorted(numbers) and (numbers[0] < numbers[-1] or len(numbers) < 3)


def _numbers(entries: Sequence[Line]) -> list[int]:
    ordered = sorted(entries, key=lambda line: line.box[1])
    return [int(re.findall(r"\d{1,4}$", line.text)[0]) for line in ordered]
