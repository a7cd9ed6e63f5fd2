"""Blocks → quotable sentences: what a person reads, with the exact place of every word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from advisor.records import Box, Page, SentenceKind, Span
from advisor.text import LINE_END_HYPHENS, clean, sentence_spans, words
from ingest.blocks import Block, Range
from ingest.centred import spread
from ingest.layout import Layout
from ingest.lines import union
from ingest.pages import SourcePdf

MAX_ITEM_WORDS = 60
"""A list item longer than this is quoted sentence by sentence."""

SOURCE_NOTE = re.compile(r"(?:rests on|sources?)\s*:", re.IGNORECASE)
"""How a note begins that names where the text before it comes from; it is one sentence, whatever stops stand in it."""

Character = tuple[int, int]
"""Page from 1, and position in the stored text of the page."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence before it has a passage: its readable text, and where its characters stand."""

    kind: SentenceKind
    group: int
    text: str
    spans: tuple[Span, ...]
    borrowed: tuple[Span, ...] = ()


class SentenceReader:
    """Turns the blocks of one document into sentences with exact places."""

    def __init__(self, pdf: SourcePdf, layout: Layout) -> None:
        self._pages: Mapping[int, Page] = {page.number: page for page in layout.pages}
        self._glyphs = {page.page.number: page.glyphs for page in pdf.pages}
        self._vocabulary = {word for page in layout.pages for word in _whole_words(page.text)}
        self._marks = {(page, i) for page, start, end in layout.marks for i in range(start, end)}
        self._borrowed: dict[int, list[Sequence[Range]]] = {}
        self._cells = dict(self._read_cells(layout.blocks))
        self._group = 0

    def drafts(self, blocks: Sequence[Block]) -> Iterator[Draft]:
        """Yield the sentences of the blocks under one section, in reading order."""
        for i, block in enumerate(blocks):
            following = blocks[i + 1] if i + 1 < len(blocks) else None
            before = blocks[i - 1] if i else None
            self._group += not _same_group(before, block)
            match block.kind:
                case "row":
                    yield from self._row(block)
                case "item":
                    yield from self._item(block)
                case "paragraph" | "note" | "display":
                    yield from self._paragraph(block, following)
                case "caption":
                    text, places = self.read(block.ranges)
                    opens = following is not None and bool(following.table)
                    yield self._draft("lead" if opens else "text", text, places)

    def _paragraph(self, block: Block, following: Block | None) -> Iterator[Draft]:
        text, places = self.read(block.ranges)
        found = list(sentence_spans(text)) if not SOURCE_NOTE.match(text) else [(0, len(text))]
        if block.kind == "note" and found:
            found = [(_behind_mark(text), found[0][1]), *found[1:]]
        for i, (start, end) in enumerate(found):
            last = i == len(found) - 1
            opens = last and following is not None and following.kind == "item" and _leads(text[start:end])
            if opens and i:
                self._group += 1
            yield self._draft("lead" if opens else "text", text[start:end], places[start:end])

    def _item(self, block: Block) -> Iterator[Draft]:
        text, places = self.read(block.ranges, glue=bool(block.table))
        found = list(sentence_spans(text))
        if found and len(text.split()) <= MAX_ITEM_WORDS:
            found = [(found[0][0], found[-1][1])]
        for start, end in found:
            yield self._draft("item", text[start:end], places[start:end])

    def _row(self, block: Block) -> Iterator[Draft]:
        places = self.read(block.ranges)[1]
        readable = row_text(self.cells(block))
        if readable and places:
            borrowed = (span for ranges in self._borrowed[id(block)] for span in self._spans(self.read(ranges)[1]))
            yield replace(self._draft("row", readable, places), borrowed=tuple(borrowed))

    def place(self, block: Block) -> tuple[Span, ...]:
        """Return where the words of a block stand."""
        return tuple(self._spans(self.read(block.ranges)[1]))

    def cells(self, row: Block) -> Sequence[tuple[str, str]]:
        """Return the cells of a row, each under the name of its column, "" where that has none.

        An empty first cell, and one that is merged with the one above, has the words of the one above. Where the first
        row of a table has none already, its labels stand in the middle of the rows that they are for: see
        `ingest.centred`. An empty cell stays empty where nothing tells which of them it is for.
        """
        return self._cells[id(row)]

    def _read_cells(self, blocks: Sequence[Block]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
        above: dict[tuple[int, int], tuple[str, Sequence[Range]]] = {}
        names: dict[int, list[str]] = {}
        headers: dict[int, Sequence[Range]] = {}
        centred = self._centred(blocks)
        for block in blocks:
            if block.kind == "header":
                names.setdefault(block.table, [self.read(cell)[0] for cell in block.cells])
                headers[block.table] = block.ranges  # where it is repeated, the one on the page of the row
            if not block.cells:
                continue
            cells = []
            shared: list[Range] = []
            for column, (name, ranges) in enumerate(zip_longest(names.get(block.table, []), block.cells)):
                text, own = self.read(ranges or [])[0], ranges or []
                if column == 0 and id(block) in centred:
                    text, own = centred[id(block)]
                    shared += [part for part in own if part not in (ranges or [])]
                elif not text and (column == 0 or column in block.carried):
                    text, own = above.get((block.table, column), ("", ()))
                    shared += own
                above[block.table, column] = text, own
                cells.append((name or "", text))
            is_named = any(name for name, _ in _told(cells)[1:])
            self._borrowed[id(block)] = [headers[block.table], shared] if is_named else [shared]
            yield id(block), cells

    def _centred(self, blocks: Sequence[Block]) -> dict[int, tuple[str, list[Range]]]:
        """Return the labels of the rows of each page on which a table begins without one, by row, with their places."""
        pages: defaultdict[tuple[int, int], list[Block]] = defaultdict(list)
        for block in blocks:
            if block.kind == "row" and block.cells:
                pages[block.table, block.page].append(block)
        found: dict[int, tuple[str, list[Range]]] = {}
        opened: dict[int, bool] = {}  # tables by whether their first row has a label
        for (table, _), rows in pages.items():
            labels = [self.read(row.cells[0])[0] for row in rows]
            if not opened.setdefault(table, bool(labels[0])) and not labels[0]:
                for row, cells in zip(rows, spread(labels) or [[i] for i in range(len(rows))], strict=True):
                    text = " ".join(filter(None, (labels[i] for i in cells)))
                    found[id(row)] = text, [part for i in cells for part in rows[i].cells[0]]
        return found

    def _draft(self, kind: SentenceKind, text: str, places: Sequence[Character]) -> Draft:
        return Draft(kind, self._group, clean(text), tuple(self._spans(places)))

    def read(self, ranges: Sequence[Range], *, glue: bool = False) -> tuple[str, list[Character]]:
        """Return the readable text of some ranges, and the place of each of its characters.

        With `glue`, a word that two ranges divide without a hyphen is joined where the document has it elsewhere.
        """
        characters: list[str] = []
        places: list[Character] = []
        for page, start, end in ranges:
            text = self._pages[page].text
            if characters and not self._joins(characters, text[start:end], glue=glue):
                characters.append(" ")
                places.append((page, max(start - 1, 0)))
            elif (
                characters
                and characters[-1] in LINE_END_HYPHENS
                and not self._keeps_hyphen(characters, text[start:end])
            ):
                characters.pop()
                places.pop()
            for i in range(start, end):
                space = text[i].isspace()
                if (space and characters and characters[-1] == " ") or (page, i) in self._marks:
                    continue
                characters.append(" " if space else text[i])
                places.append((page, i))
        return "".join(characters), places

    def _joins(self, characters: Sequence[str], following: str, *, glue: bool) -> bool:
        """Tell whether a word goes on over the line end: a hyphen after a letter, a letter after it."""
        if not following[:1].isalpha():
            return False
        if len(characters) > 1 and characters[-1] in LINE_END_HYPHENS:
            return characters[-2].isalpha()
        first, second = _end_and_start(characters, following)
        return glue and characters[-1].isalpha() and following[0].islower() and first + second in self._vocabulary

    def _keeps_hyphen(self, characters: Sequence[str], following: str) -> bool:
        """Tell whether the hyphen at a line end belongs to the word ("cross-border"), by the rest of the text."""
        first, second = _end_and_start(characters, following)
        if first + second in self._vocabulary:
            return False
        return f"{first}-{second}" in self._vocabulary or following[:1].isupper()

    def _spans(self, places: Sequence[Character]) -> Iterator[Span]:
        """Yield one span for each unbroken run of characters, white space aside, on one page."""
        runs: list[list[int]] = []
        for page, i in places:
            if runs and runs[-1][0] == page and i >= runs[-1][2] - 1 and self._only_joins(page, runs[-1][2], i):
                runs[-1][2] = max(runs[-1][2], i + 1)
            else:
                runs.append([page, i, i + 1])
        found = []
        for i, (page, start, end) in enumerate(runs):
            whole = self._pages[page].text
            if i + 1 < len(runs) and whole[end : end + 1] in LINE_END_HYPHENS and whole[end - 1].isalpha():
                end += len(whole[end : end + 1])  # the hyphen of a word that a page end divides
            text = whole[start:end]
            left, right = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
            if left < right:
                found.append(Span(page, left, right, self._boxes(page, left, right)))
        worded = [span for span in found if any(map(str.isalnum, self._pages[span.page].text[span.start : span.end]))]
        yield from worded or found  # a full stop behind a footnote mark is no place of its own

    def _only_joins(self, page: int, start: int, end: int) -> bool:
        between = self._pages[page].text[start:end]
        return all(character.isspace() or character in LINE_END_HYPHENS for character in between)

    def _boxes(self, page: int, start: int, end: int) -> tuple[Box, ...]:
        """Return one box for each line of a span."""
        lines: list[list[Box]] = []
        for glyph in self._glyphs[page][start:end]:
            if glyph is None:
                continue
            if lines and _same_line(lines[-1][-1], glyph.box):
                lines[-1].append(glyph.box)
            else:
                lines.append([glyph.box])
        return tuple(union(boxes) for boxes in lines)


def row_text(cells: Sequence[tuple[str, str]]) -> str:
    """Return a table row as a person reads it: "ELBE — Strand: 1; Sector: Blue Energy". Empty cells are left out."""
    labelled = _told(cells)
    if not labelled:
        return ""
    (_, first), rest = labelled[0], labelled[1:]
    if not rest:
        return first
    return f"{first} — " + "; ".join(f"{name}: {cell}" if name else cell for name, cell in rest)


def _told(cells: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the cells that hold something, with the names of their columns."""
    return [(name, cell) for name, cell in cells if cell and cell not in ("–", "-")]


def _end_and_start(characters: Sequence[str], following: str) -> tuple[str, str]:
    """Return the last word of one text and the first of another, "" where there is none."""
    return (words("".join(characters[-40:])) or [""])[-1], (words(following[:40]) or [""])[0]


def _whole_words(text: str) -> Iterator[str]:
    """Yield the words of a page that no line end divides, hyphenated ones as one word."""
    for line in text.splitlines():
        for word in line.split()[:-1] if line.rstrip()[-1:] in LINE_END_HYPHENS else line.split():
            yield "-".join(words(word))


def _behind_mark(text: str) -> int:
    """Return where the words of a footnote begin, behind its number."""
    found = re.match(r"\d{1,2}\.?\s+", text)
    return found.end() if found else 0


def _same_group(before: Block | None, block: Block) -> bool:
    """Tell whether a block goes on with the list or table of the block before it."""
    if before is None:
        return False
    if block.table:
        return before.table == block.table or (before.kind == "caption" and before.text.lower().startswith("table"))
    if block.kind == "item":
        return not before.table and (before.kind == "item" or (before.kind == "paragraph" and _leads(before.text)))
    return False


def _leads(text: str) -> bool:
    """Tell whether a sentence before a list opens it: it ends with a colon, or does not end at all."""
    return not text.rstrip(" \"'”’»)]").endswith((".", "!", "?", "…", ";"))


def _same_line(a: Box, b: Box) -> bool:
    height = min(a[3] - a[1], b[3] - b[1])
    return min(a[3], b[3]) - max(a[1], b[1]) > 0.4 * height and b[0] > a[0] - height
