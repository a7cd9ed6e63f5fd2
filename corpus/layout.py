"""Blocks of one brief → the bytes of its PDF, the same on every machine.

Two things keep the bytes the same: ReportLab's invariant mode fixes dates and ids, and no stream is compressed, because
zlib and its replacements do not agree on the compressed bytes. The fonts come from the package font-source-sans-pro
(SIL Open Font License 1.1), never from the system.
"""

from __future__ import annotations

import functools
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import zip_longest
from pathlib import Path

from blocks import Block, BriefError, Grid, Heading, ItemList, Prose
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    HRFlowable,
    PageTemplate,
    Paragraph,
    Table,
)

AUTHOR = "Cluster Advisor"
SUBJECT = "Internationalisation of industry clusters"
LANGUAGE = "en-GB"
FOOTER = "Cluster Advisor corpus"

PAGE_WIDTH, PAGE_HEIGHT = A4
SIDE = 30 * mm
TOP = 33 * mm
BOTTOM = 35 * mm
WIDTH = PAGE_WIDTH - 2 * SIDE
HEIGHT = PAGE_HEIGHT - TOP - BOTTOM
MAX_WHOLE_LINES = 6
"""A paragraph of fewer lines stays on one page with the source note below it."""
PADDING = 5.0
"""Points between a table's lines and the text of its cells."""

PETROL, GREY, TINT, RULE = HexColor("#0f4c64"), HexColor("#6b7780"), HexColor("#e4edf1"), HexColor("#8fa3ad")
FONT = "SourceSansPro"
FACES = {FONT: "Regular", f"{FONT}-Bold": "Bold", f"{FONT}-It": "It", f"{FONT}-BoldIt": "BoldIt"}

BASE = ParagraphStyle(
    "base", fontName=FONT, fontSize=11, leading=15.5, bulletFontName=FONT, bulletFontSize=11, hyphenationLang="",
    allowWidows=0, allowOrphans=0,
)  # fmt: skip
STYLES = {
    "body": ParagraphStyle("body", BASE, spaceAfter=8),
    "note": ParagraphStyle("note", BASE, fontName=f"{FONT}-It", fontSize=9, leading=12.5, textColor=GREY, spaceAfter=8),
    "caption": ParagraphStyle("caption", BASE, fontName=f"{FONT}-Bold", fontSize=10, leading=14, spaceBefore=4,
                              textColor=PETROL, spaceAfter=5),
    "item": ParagraphStyle("item", BASE, leftIndent=18, bulletIndent=4, spaceAfter=3),
    "last item": ParagraphStyle("last item", BASE, leftIndent=18, bulletIndent=4, spaceAfter=9),
}  # fmt: skip
HEADINGS = {
    1: ParagraphStyle("title", BASE, fontName=f"{FONT}-Bold", fontSize=23, leading=28, textColor=PETROL, spaceAfter=9),
    2: ParagraphStyle("heading", BASE, fontName=f"{FONT}-Bold", fontSize=15, leading=19, textColor=PETROL,
                      spaceBefore=11, spaceAfter=6),
    3: ParagraphStyle("subheading", BASE, fontName=f"{FONT}-Bold", fontSize=12, leading=16, textColor=PETROL,
                      spaceBefore=6, spaceAfter=4),
}  # fmt: skip
LINE_SHARES = (1.0, 0.8, 0.5)
"""Shares of a column's cells that its width may be meant to hold on one line each."""
CELL_SIZES = (9.5, 9.0, 8.5, 8.0)
"""A table is set in the first of these sizes in which the longest word of each column fits."""


class OutlinedHeading(Paragraph):
    """A heading that adds itself to the outline where it is drawn; `outline` is its key, its text and its level."""

    outline = ("", "", 0)

    def draw(self) -> None:
        """Draw the heading and enter it in the outline."""
        key, title, level = self.outline
        self.canv.bookmarkHorizontal(key, 0, self.height)
        self.canv.addOutlineEntry(title, key, level)
        super().draw()


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to draw; `start` is how much of it, in points, has to stand on the page on which it begins."""

    flowable: Flowable
    keeps_with_next: bool
    start: float | None = None

    def start_height(self) -> float:
        """Return `start`, for a paragraph without it two lines, or all of up to three lines."""
        if self.start is not None:
            return self.start
        height = height_of(self.flowable)
        return height if height < 3.9 * BASE.leading else 2 * BASE.leading


@functools.cache
def register_fonts() -> dict[str, frozenset[int]]:
    """Register the four faces with ReportLab; return the code points that each of them can show."""
    folder = Path(str(resources.files("font_source_sans_pro"))) / "files"
    letters = {}
    for name, face in FACES.items():
        font = TTFont(name, folder / f"{FONT}-{face}.ttf", asciiReadable=True)
        pdfmetrics.registerFont(font)
        letters[name] = frozenset(font.face.charToGlyph)
    pdfmetrics.registerFontFamily(FONT, *FACES)
    return letters


def missing_letters(text: str, *, italic: bool = False) -> str:
    """Return the characters of `text` that would not show, each once: soft hyphens and what the fonts do not have."""
    faces = [letters for name, letters in register_fonts().items() if italic or "It" not in name]
    return "".join(c for c in dict.fromkeys(text) if c == "\u00ad" or not all(ord(c) in letters for letters in faces))


def height_of(flowable: Flowable) -> float:
    """Return the height in points over the full text width, with the space around it."""
    return float(flowable.wrap(WIDTH, HEIGHT)[1]) + flowable.getSpaceBefore() + flowable.getSpaceAfter()


def cells_of(grid: Grid, size: float) -> list[list[Paragraph]]:
    """Return the cells of a table in the given size of type; those of the header row are bold."""
    cell = ParagraphStyle("cell", BASE, fontSize=size, leading=size + 3)
    head = ParagraphStyle("head", cell, fontName=f"{FONT}-Bold", textColor=PETROL)
    return [[Paragraph(text.markup, cell if number else head) for text in row] for number, row in enumerate(grid.rows)]


def share_out(spare: float, gaps: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Divide `spare` points by weight, no share larger than its gap, until nothing is left or every gap is full."""
    shares = [0.0] * len(gaps)
    wanting = set(range(len(gaps)))
    while wanting:
        unit = (spare - sum(shares)) / sum(weights[c] for c in wanting)
        full = {c for c in wanting if unit * weights[c] >= gaps[c]}
        for c in full or wanting:
            shares[c] = gaps[c] if full else unit * weights[c]
        wanting = wanting - full if full else set()
    return shares


def column_widths(grid: Grid, cells: Sequence[Sequence[Paragraph]], size: float) -> list[float]:
    """Return the widths that make the table lowest; none when the longest words do not fit beside each other."""
    # One point more than the word, so that no rounding can break it.
    least = [max(cell.minWidth() for cell in column) + 2 * PADDING + 1 for column in zip(*cells, strict=True)]
    spare = WIDTH - sum(least)
    if spare < 0:
        return []
    texts = [[cell.plain for cell in column] for column in zip(*grid.rows, strict=True)]
    lengths = [sorted(pdfmetrics.stringWidth(text, f"{FONT}-Bold", size) for text in column) for column in texts]
    candidates = []
    for part in LINE_SHARES:
        wanted = [column[int(part * (len(column) - 1))] + 2 * PADDING for column in lengths]
        gaps = [max(1.0, want - low) for want, low in zip(wanted, least, strict=True)]
        for weights in (gaps, [math.sqrt(gap) for gap in gaps], [1.0] * len(gaps)):
            widths = [low + share for low, share in zip(least, share_out(spare, gaps, weights), strict=True)]
            candidates.append([round(width * WIDTH / sum(widths), 2) for width in widths])
    return min(candidates, key=lambda widths: sum(row_heights(cells, widths)))


def row_heights(cells: Sequence[Sequence[Paragraph]], widths: Sequence[float]) -> list[float]:
    """Return the height of each row of a table, its padding included."""
    return [
        max(cell.wrap(width - 2 * PADDING, HEIGHT)[1] for cell, width in zip(row, widths, strict=True)) + 2 * PADDING
        for row in cells
    ]


def table_of(grid: Grid) -> tuple[Table, list[float]]:
    """Return the table and the heights of its rows."""
    for size in CELL_SIZES:
        cells = cells_of(grid, size)
        if widths := column_widths(grid, cells, size):
            break
    else:
        raise BriefError(
            grid.line, "found a table wider than the page; shorten its longest words or leave a column out"
        )
    heights = row_heights(cells, widths)
    table = Table(
        cells,
        colWidths=widths,
        repeatRows=1,
        # A row is only ever cut when no page could hold it below the repeated header row.
        splitInRow=int(heights[0] + max(heights[1:]) > HEIGHT),
        spaceAfter=12,
        style=[
            ("GRID", (0, 0), (-1, -1), 0.5, RULE),
            ("BACKGROUND", (0, 0), (-1, 0), TINT),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
            ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
            ("TOPPADDING", (0, 0), (-1, -1), PADDING - 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), PADDING + 1),
            # The cells bring their own font, but without this ReportLab names Helvetica and does not embed it.
            ("FONTNAME", (0, 0), (-1, -1), FONT),
        ],
    )
    return table, heights


def parts_of(block: Block, key: str, following: Block | None) -> Iterator[Part]:
    """Yield what to draw for a block; `key` names a heading in the outline."""
    noted = isinstance(following, Prose) and following.kind == "note"
    match block:
        case Heading(level, text):
            heading = OutlinedHeading(text.markup, HEADINGS[level])
            heading.outline = (key, text.plain, level - 1)
            yield Part(heading, keeps_with_next=True)
            if level == 1:
                yield Part(HRFlowable(width="100%", thickness=1.2, color=PETROL, spaceAfter=14), keeps_with_next=True)
        case Prose(kind, text):
            paragraph = Paragraph(text.markup, STYLES[kind])
            leads = isinstance(following, ItemList) and text.plain.endswith(":")
            short = height_of(paragraph) < MAX_WHOLE_LINES * BASE.leading
            yield Part(paragraph, keeps_with_next=kind == "caption" or leads or (noted and short))
        case ItemList(items):
            for number, (marker, text) in enumerate(items, 1):
                style = STYLES["item" if number < len(items) else "last item"]
                paragraph = Paragraph(text.markup, style, bulletText=marker)
                yield Part(paragraph, keeps_with_next=noted and number == len(items))
        case Grid():
            table, heights = table_of(block)
            whole = sum(heights) < HEIGHT / 2
            yield Part(table, keeps_with_next=noted and whole, start=sum(heights if whole else heights[:3]))


def story_of(blocks: Sequence[Block]) -> list[Flowable]:
    """Return everything to draw, in order, with a page break wherever a part would lose the one it leads to."""
    story: list[Flowable] = []
    waiting: list[Flowable] = []
    for number, (block, following) in enumerate(zip_longest(blocks, blocks[1:])):
        for part in parts_of(block, f"heading-{number}", following):
            waiting.append(part.flowable)
            if not part.keeps_with_next:
                needed = sum(map(height_of, waiting[:-1])) + part.start_height()
                story += [CondPageBreak(min(needed, HEIGHT)), *waiting] if len(waiting) > 1 else waiting
                waiting = []
    return story + waiting


def shorten(text: str, max_width: float, *, size: float) -> str:
    """Return the text, with its last words left out where it would be wider than `max_width` points."""
    words = text.split()
    while pdfmetrics.stringWidth(text, FONT, size) > max_width and len(words) > 1:
        words.pop()
        text = " ".join(words).rstrip(",:;–") + " …"
    return text


def render(blocks: Sequence[Block]) -> bytes:
    """Return the PDF of a brief; its first block is the title. Raises BriefError for a table that is too wide."""
    register_fonts()
    title = blocks[0].text.plain if isinstance(blocks[0], Heading) else ""

    def draw_header(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont(FONT, 8.5)
        canvas.setFillColor(GREY)
        if document.page > 1:
            canvas.drawString(SIDE, PAGE_HEIGHT - 20 * mm, shorten(title, WIDTH, size=8.5))

    # The footer is drawn last, so that text read from the page comes in the order in which it stands there.
    def draw_footer(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont(FONT, 8.5)
        canvas.setFillColor(GREY)
        canvas.drawString(SIDE, 19 * mm, FOOTER)
        canvas.drawRightString(PAGE_WIDTH - SIDE, 19 * mm, str(document.page))

    frame = Frame(SIDE, BOTTOM, WIDTH, HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    target = io.BytesIO()
    document = BaseDocTemplate(
        target, pagesize=A4, invariant=1, pageCompression=0, initialFontName=FONT, lang=LANGUAGE,
        title=title, author=AUTHOR, subject=SUBJECT, creator=AUTHOR, displayDocTitle=True,
        pageTemplates=[PageTemplate("page", [frame], onPage=draw_header, onPageEnd=draw_footer)],
    )  # fmt: skip
    document.build(story_of(blocks))
    return target.getvalue()
