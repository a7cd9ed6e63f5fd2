"""A conversation → a Word document (DOCX) with headings, lists and references; the one door of python-docx."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from io import BytesIO

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Row
from docx.text.paragraph import Paragraph

from advisor.serving.catalogue import Words
from advisor.serving.conversation import Conversation, Turn
from advisor.serving.keeping.kept import short_title
from advisor.serving.keeping.outline import Block, Line, asked_at, blocks_of, plain, verdict
from advisor.serving.keeping.references import Reference, references_of

_INK, _QUIET, _ACCENT = RGBColor(0x15, 0x20, 0x2B), RGBColor(0x4A, 0x57, 0x65), RGBColor(0x0F, 0x4C, 0x64)
_FONT = "Calibri"
_MARGIN, _WIDTH, _MARKS = Cm(2.5), Cm(16), Cm(1.6)

_STATE, _REFERENCE, _CELL = "Answer State", "Reference", "Table Cell"
_SIZES = {"Title": (22, 0, 4), "Heading 1": (16, 22, 4), "Heading 2": (12, 14, 4), "List Bullet": (11, 0, 3)}
"""Points of each style: of its letters, before and after its paragraphs."""


def to_docx(conversation: Conversation, say: Words) -> bytes:
    """Return all turns of a conversation as a DOCX file: questions as headings, with answers and references."""
    document = Document()
    _set_styles(document, say)
    _set_page(document, conversation, say)
    _set_properties(document, conversation, say)
    document.add_paragraph(say("keeping.heading"), style="Title")
    for turn in conversation.turns:
        _add_turn(document, turn, say)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


# ---- the contents ---------------------------------------------------------------------------------------------------


def _add_turn(document: DocxDocument, turn: Turn, say: Words) -> None:
    document.add_heading(plain(turn.question), level=1)
    state = document.add_paragraph(style=_STATE)
    state.add_run(asked_at(turn, say))
    said = verdict(turn, say)
    if said:
        state.add_run(" · ")
        state.add_run(said).bold = True
    for block in blocks_of(turn, say):
        _add_block(document, block)
    references = references_of(turn, say)
    if references:
        document.add_heading(say("answer.sources"), level=2)
    for reference in references:
        _add_reference(document, reference)


def _add_block(document: DocxDocument, block: Block) -> None:
    if block.kind == "heading":
        document.add_heading(" ".join(line.text for line in block.lines), level=2)
    elif block.kind == "list":
        for line in block.lines:
            _add_line(document.add_paragraph(style="List Bullet"), line)
    elif block.kind == "table":
        _add_table(document, block)
    else:
        paragraph = document.add_paragraph(style=_STATE if block.kind == "note" else "Normal")
        for place, line in enumerate(block.lines):
            if place:
                paragraph.add_run(" ")
            _add_line(paragraph, line)


def _add_table(document: DocxDocument, block: Block) -> None:
    """Add a table whose first row is repeated on each page, with the markers in a last column without a header."""
    table = document.add_table(rows=1, cols=len(block.head) + 1, style="Table Grid")
    _add_cells(table.rows[0], block.head, bold=True)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for line, cells in zip(block.lines, block.cells, strict=True):
        row = table.add_row()
        _add_cells(row, cells)
        _add_marks(row.cells[-1].paragraphs[0], line, before="")
    for column in table.columns:
        for cell in column.cells:
            cell.paragraphs[0].style = _CELL
            cell.width = (_WIDTH - _MARKS) // len(block.head)
    for cell in table.columns[-1].cells:
        cell.width = _MARKS
    document.add_paragraph()  # else what follows would touch the table


def _add_cells(row: _Row, cells: Sequence[str], *, bold: bool = False) -> None:
    for cell, text in zip(row.cells, cells, strict=False):
        cell.paragraphs[0].add_run(text).bold = bold or None


def _add_line(paragraph: Paragraph, line: Line) -> None:
    paragraph.add_run(line.text)
    _add_marks(paragraph, line, before="\u00a0")


def _add_marks(paragraph: Paragraph, line: Line, *, before: str) -> None:
    if line.markers:
        marks = paragraph.add_run(before + "".join(f"[{marker}]" for marker in line.markers))
        marks.font.color.rgb = _ACCENT
    if line.doubt:
        paragraph.add_run(f" ({line.doubt})").italic = True


def _add_reference(document: DocxDocument, reference: Reference) -> None:
    paragraph = document.add_paragraph(style=_REFERENCE)
    marks = paragraph.add_run(" ".join(f"[{marker}]" for marker in reference.markers))
    marks.font.color.rgb = _ACCENT
    paragraph.add_run(f" {reference.text}")


# ---- how it looks ---------------------------------------------------------------------------------------------------


def _set_styles(document: DocxDocument, say: Words) -> None:
    normal = _style(document, "Normal")
    _set_font(normal, 11)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    _set_language(normal, say.code)
    for name, (size, before, after) in _SIZES.items():
        style = _style(document, name)
        _set_font(style, size)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        if name != "List Bullet":
            style.font.bold, style.font.color.rgb = True, _ACCENT
            style.paragraph_format.keep_with_next = True
    _remove_border(_style(document, "Title"))
    state = _new_style(document, _STATE)
    state.font.size, state.font.color.rgb = Pt(10), _QUIET
    reference = _new_style(document, _REFERENCE)
    reference.font.size = Pt(10)
    reference.paragraph_format.left_indent, reference.paragraph_format.first_line_indent = Cm(0.9), Cm(-0.9)
    cell = _new_style(document, _CELL)
    cell.font.size, cell.paragraph_format.space_after, cell.paragraph_format.line_spacing = Pt(10), Pt(2), 1.0


def _set_page(document: DocxDocument, conversation: Conversation, say: Words) -> None:
    """Set A4, a header with the name and the day of the last question, and page numbers."""
    (section,) = document.sections
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = _MARGIN
    for name in ("Header", "Footer"):
        style = _style(document, name)
        style.font.size, style.font.color.rgb = Pt(9), _QUIET
        stops = style.paragraph_format.tab_stops
        stops.clear_all()
        stops.add_tab_stop(_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    header = section.header.paragraphs[0]
    day = f"\t{say.day(conversation.turns[-1].asked_at)}" if conversation.turns else ""
    header.add_run(f"{say('page.name')}{day}")
    footer = section.footer.paragraphs[0]
    footer.add_run("\t")
    _add_page_number(footer)


def _set_properties(document: DocxDocument, conversation: Conversation, say: Words) -> None:
    """Name the product and nobody else; the template brings an author and a comment of its own."""
    core = document.core_properties
    core.author = core.last_modified_by = say("page.name")
    core.title, core.comments, core.language = plain(short_title(conversation.title)), "", say.code
    if conversation.turns:
        core.created = conversation.turns[0].asked_at.astimezone(UTC)
        core.modified = conversation.turns[-1].asked_at.astimezone(UTC)


def _style(document: DocxDocument, name: str) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def _new_style(document: DocxDocument, name: str) -> ParagraphStyle:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style = document.styles["Normal"]
    return style


def _set_font(style: ParagraphStyle, size: int) -> None:
    style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), _INK
    # The template's headings name the fonts of its theme, which a font by name does not displace.
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for part, theme in (
        ("ascii", "asciiTheme"),
        ("hAnsi", "hAnsiTheme"),
        ("cs", "cstheme"),
        ("eastAsia", "eastAsiaTheme"),
    ):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn(f"w:{part}"), _FONT)


def _set_language(style: ParagraphStyle, code: str) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB" if code == "en" else code)
    style.element.get_or_add_rPr().append(language)


def _remove_border(style: ParagraphStyle) -> None:
    for border in list(style.element.iter(qn("w:pBdr"))):
        border.getparent().remove(border)


def _add_page_number(paragraph: Paragraph) -> None:
    """Add the field PAGE, which Word fills in on each page."""
    run = paragraph.add_run("1")  # until a program counts the pages
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run._r.getparent().replace(run._r, field)
    field.append(run._r)
