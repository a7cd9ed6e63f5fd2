"""Blocks → passages of quotable sentences, sized by the embedding model's own tokenizer; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from advisor.records import Box, Page, Passage, Sentence, SentenceKind, Span
from advisor.text import LINE_END_HYPHENS, clean, sentence_spans, words
from ingest.layout import Block, Layout, sections, union
from ingest.pages import SourcePdf

MAX_PASSAGE_TOKENS = 200
"""A passage of this size says one thing; with its title and section it stays inside a model that reads 256 tokens."""

MAX_ITEM_WORDS = 60
"""A list item longer than this is quoted sentence by sentence."""

SECTION_MARK = " › "

SOURCE_NOTE = re.compile(r"(?:rests on|sources?)\s*:", re.IGNORECASE)
"""How a note begins that names where the text before it comes from; it is one sentence, whatever stops stand in it."""

CountTokens = Callable[[str], int]
Character = tuple[int, int]
"""Page from 1, and position in the stored text of the page."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence before it has a passage: its readable text, and where its characters stand."""

    kind: SentenceKind
    group: int
    text: str
    spans: tuple[Span, ...]


def context(title: str, section: Sequence[str]) -> str:
    """Return the header under which a passage is embedded: the document's title and the section path."""
    return SECTION_MARK.join(part for part in (title, *section) if part)


def embedded_text(title: str, passage: Passage, *, count_tokens: CountTokens, max_tokens: int) -> str:
    """Return what is embedded for a passage: its header, shortened where it must be, and its text."""
    parts = [title, *passage.section]
    while parts and count_tokens(context("", parts) + "\n" + passage.text) > max_tokens:
        parts.pop(0)  # the title first, then the outer sections: the innermost says most
    return f"{context('', parts)}\n{passage.text}" if parts else passage.text


def split_passages(
    document_id: str, pdf: SourcePdf, layout: Layout, *, count_tokens: CountTokens, max_tokens: int
) -> list[Passage]:
    """Return the passages of a document in reading order, none across a section and none above `max_tokens`.

    `max_tokens` is what the model reads, its own marks included; texts that are longer are cut between words.
    """
    reader = _Reader(pdf, layout)
    limit = min(MAX_PASSAGE_TOKENS, max_tokens)
    passages: list[Passage] = []
    for section, blocks in sections(layout.blocks):
        drafts = [piece for draft in reader.drafts(blocks) for piece in _within(draft, limit, count_tokens)]
        for held in _packed(drafts, limit, count_tokens):
            passages.append(_passage(f"{document_id}-{len(passages) + 1:04d}", document_id, section, held))
    return passages


def _passage(passage_id: str, document_id: str, section: tuple[str, ...], drafts: Sequence[Draft]) -> Passage:
    sentences = tuple(
        Sentence(f"{passage_id}-{i:02d}", passage_id, document_id, draft.kind, draft.group, draft.text, draft.spans)
        for i, draft in enumerate(drafts, start=1)
    )
    lines = [
        (" " if draft.kind == "text" else "\n").join(member.text for member in members)
        for (_, draft), members in _paragraphs(drafts)
    ]
    return Passage(passage_id, document_id, section, "\n".join(lines), sentences)


def _paragraphs(drafts: Sequence[Draft]) -> Iterator[tuple[tuple[int, Draft], list[Draft]]]:
    for group, members in groupby(drafts, key=lambda draft: draft.group):
        held = list(members)
        yield (group, held[0]), held


def _packed(drafts: Sequence[Draft], limit: int, count_tokens: CountTokens) -> Iterator[list[Draft]]:
    """Fill passages up to the limit; a list or table that fits into one passage is not divided."""
    held: list[Draft] = []
    size = 0
    for _, members in groupby(drafts, key=lambda draft: draft.group):
        whole = list(members)
        cost = [count_tokens(draft.text) for draft in whole]
        if held and size + sum(cost) > limit and (sum(cost) <= limit or size > limit // 2):
            yield held
            held, size = [], 0
        for draft, tokens in zip(whole, cost, strict=True):
            if held and size + tokens > limit:
                yield held
                held, size = [], 0
            held.append(draft)
            size += tokens
    if held:
        yield held


def _within(draft: Draft, limit: int, count_tokens: CountTokens) -> Iterator[Draft]:
    """Cut a sentence that no passage can hold between words, or inside one as long; its pieces share its place."""
    if count_tokens(draft.text) <= limit:
        yield draft
        return
    held: list[str] = []
    for word in draft.text.split(" "):
        pieces = _halved(word, limit, count_tokens)
        if held and (len(pieces) > 1 or count_tokens(" ".join([*held, word])) > limit):
            yield replace(draft, text=" ".join(held))
            held = []
        for piece in pieces[:-1]:
            yield replace(draft, text=piece)
        held.append(pieces[-1])
    yield replace(draft, text=" ".join(held))


def _halved(word: str, limit: int, count_tokens: CountTokens) -> list[str]:
    """Halve a word until each piece fits: a line to fill in, "______", has one token for each character."""
    if len(word) < 2 or count_tokens(word) <= limit:
        return [word]
    middle = len(word) // 2
    return _halved(word[:middle], limit, count_tokens) + _halved(word[middle:], limit, count_tokens)


class _Reader:
    """Turns the blocks of one document into sentences with exact places."""

    def __init__(self, pdf: SourcePdf, layout: Layout) -> None:
        self._pages: Mapping[int, Page] = {page.number: page for page in layout.pages}
        self._glyphs = {page.page.number: page.glyphs for page in pdf.pages}
        self._vocabulary = {word for page in layout.pages for word in _whole_words(page.text)}
        self._headers = {block.table: block for block in layout.blocks if block.kind == "header"}
        self._group = 0

    def drafts(self, blocks: Sequence[Block]) -> Iterator[Draft]:
        """Yield the sentences of the blocks under one section, in reading order."""
        carried: dict[int, str] = {}
        for i, block in enumerate(blocks):
            following = blocks[i + 1] if i + 1 < len(blocks) else None
            before = blocks[i - 1] if i else None
            self._group += not _same_group(before, block)
            if block.kind == "row":
                yield from self._row(block, carried)
            elif block.kind == "item":
                yield from self._item(block)
            elif block.kind == "paragraph":
                yield from self._paragraph(block, following)

    def _paragraph(self, block: Block, following: Block | None) -> Iterator[Draft]:
        text, places = self._read(block.ranges)
        found = list(sentence_spans(text)) if not SOURCE_NOTE.match(text) else [(0, len(text))]
        for i, (start, end) in enumerate(found):
            opens = i == len(found) - 1 and following is not None and _opens_list(text[start:end], block, following)
            if opens and i:
                self._group += 1
            yield self._draft("lead" if opens else "text", text[start:end], places[start:end])

    def _item(self, block: Block) -> Iterator[Draft]:
        text, places = self._read(block.ranges)
        found = list(sentence_spans(text))
        if found and len(text.split()) <= MAX_ITEM_WORDS:
            found = [(found[0][0], found[-1][1])]
        for start, end in found:
            yield self._draft("item", text[start:end], places[start:end])

    def _row(self, block: Block, carried: dict[int, str]) -> Iterator[Draft]:
        header = self._headers.get(block.table)
        names = [self._read(cell)[0] for cell in header.cells] if header else []
        cells = []
        for column, ranges in enumerate(block.cells):
            text = self._read(ranges)[0]
            if not text and column == 0:
                text = carried.get(column, "")  # a merged first cell speaks for the rows below it
            carried[column] = text
            cells.append(text)
        places = [place for ranges in [block.ranges] for place in self._read(ranges)[1]]
        readable = row_text(names, cells)
        if readable and places:
            yield self._draft("row", readable, places)

    def _draft(self, kind: SentenceKind, text: str, places: Sequence[Character]) -> Draft:
        return Draft(kind, self._group, clean(text), tuple(self._spans(places)))

    def _read(self, ranges: Sequence[tuple[int, int, int]]) -> tuple[str, list[Character]]:
        """Return the readable text of some ranges, and the place of each of its characters."""
        characters: list[str] = []
        places: list[Character] = []
        for page, start, end in ranges:
            text = self._pages[page].text
            if characters and not self._joins(characters, text[start:end]):
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
                if space and characters and characters[-1] == " ":
                    continue
                characters.append(" " if space else text[i])
                places.append((page, i))
        return "".join(characters), places

    @staticmethod
    def _joins(characters: Sequence[str], following: str) -> bool:
        """Tell whether a word goes on over the line end: a hyphen after a letter, a letter after it."""
        return (
            len(characters) > 1
            and characters[-1] in LINE_END_HYPHENS
            and characters[-2].isalpha()
            and following[:1].isalpha()
        )

    def _keeps_hyphen(self, characters: Sequence[str], following: str) -> bool:
        """Tell whether the hyphen at a line end belongs to the word ("cross-border"), by the rest of the text."""
        first = words("".join(characters[-40:]))[-1]
        second = (words(following[:40]) or [""])[0]
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
        for page, start, end in runs:
            text = self._pages[page].text[start:end]
            left, right = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
            if left < right:
                yield Span(page, left, right, self._boxes(page, left, right))

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


def row_text(names: Sequence[str], cells: Sequence[str]) -> str:
    """Return a table row as a person reads it: "ELBE — Strand: 1; Sector: Blue Energy". Empty cells are left out."""
    labelled = [
        (names[i] if i < len(names) else "", cell) for i, cell in enumerate(cells) if cell and cell not in ("–", "-")
    ]
    if not labelled:
        return ""
    (_, first), rest = labelled[0], labelled[1:]
    if not rest:
        return first
    return f"{first} — " + "; ".join(f"{name}: {cell}" if name else cell for name, cell in rest)


def _whole_words(text: str) -> Iterator[str]:
    """Yield the words of a page that no line end divides, hyphenated ones as one word."""
    for line in text.splitlines():
        for word in line.split()[:-1] if line.rstrip()[-1:] in LINE_END_HYPHENS else line.split():
            yield "-".join(words(word))


def _same_group(before: Block | None, block: Block) -> bool:
    """Tell whether a block goes on with the list or table of the block before it."""
    if before is None:
        return False
    if block.table:
        return before.table == block.table or _is_caption(before)
    if block.kind == "item":
        return before.kind == "item" or (before.kind == "paragraph" and _leads(before.text))
    return False


def _opens_list(sentence: str, block: Block, following: Block) -> bool:
    if following.table:
        return _is_caption(block)
    return following.kind == "item" and _leads(sentence)


def _leads(text: str) -> bool:
    """Tell whether a sentence before a list opens it: it ends with a colon, or does not end at all."""
    return not text.rstrip(" \"'”’»)]").endswith((".", "!", "?", "…", ";"))


def _is_caption(block: Block) -> bool:
    return block.kind == "paragraph" and block.text.lower().startswith("table ")


def _same_line(a: Box, b: Box) -> bool:
    height = min(a[3] - a[1], b[3] - b[1])
    return min(a[3], b[3]) - max(a[1], b[1]) > 0.4 * height and b[0] > a[0] - height
