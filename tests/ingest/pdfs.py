"""PDFs for the tests, drawn line by line, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pypdf
from pypdf.generic import NameObject, RectangleObject
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595, 842
"""A4 in points; all pages here have this size."""

LEFT, TOP, LEADING = 72, 760, 14
"""Where the first line of a page begins, and the distance of two lines."""

Draw = Callable[[Canvas], None]


def write_pdf(path: Path, *pages: Draw, title: str = "") -> Path:
    """Write a PDF with one page for each function, which draws it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), invariant=True)
    if title:
        canvas.setTitle(title)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def write_text(path: Path, *pages: Sequence[str], title: str = "") -> Path:
    """Write a PDF whose pages hold these lines in 10 point type; a line with "# " before it is a heading."""
    return write_pdf(path, *(text_page(lines) for lines in pages), title=title)


def text_page(lines: Sequence[str], *, top: float = TOP) -> Draw:
    """Return a page of lines; "" leaves one out, "# " makes a heading of 16 points, "## " one of 13."""

    def draw(canvas: Canvas) -> None:
        y = top
        for line in lines:
            size, text = (
                (16, line[2:]) if line.startswith("# ") else (13, line[3:]) if line[:3] == "## " else (10, line)
            )
            canvas.setFont("Helvetica-Bold" if size > 10 else "Helvetica", size)
            if size > 10:
                y -= 10
            canvas.drawString(LEFT, y, text)
            y -= LEADING if size == 10 else 24

    return draw


def drawn(*parts: Draw) -> Draw:
    """Return a page on which all parts are drawn."""

    def draw(canvas: Canvas) -> None:
        for part in parts:
            part(canvas)

    return draw


def at(x: float, y: float, text: str, *, size: float = 10, font: str = "Helvetica") -> Draw:
    """Return a text at a place, counted from the bottom left."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)

    return draw


def table(rows: Sequence[Sequence[str]], *, top: float = 600, width: float = 130, merged_first: int = 0) -> Draw:
    """Return a ruled table; the first `merged_first` rows below the header have one first cell together."""

    def draw(canvas: Canvas) -> None:
        columns, height = len(rows[0]), 20
        right, bottom = LEFT + columns * width, top - len(rows) * height
        for i in range(len(rows) + 1):
            inside = 1 < i <= merged_first
            canvas.line(LEFT + (width if inside else 0), top - i * height, right, top - i * height)
        for k in range(columns + 1):
            canvas.line(LEFT + k * width, top, LEFT + k * width, bottom)
        canvas.setFont("Helvetica", 10)
        for i, row in enumerate(rows):
            for k, cell in enumerate(row):
                canvas.drawString(LEFT + k * width + 4, top - i * height - 13, cell)

    return draw


def write_encrypted(path: Path, source: Path, *, user_password: str, owner_password: str = "owner") -> Path:
    """Write a copy of a PDF that needs a password, or none to read it where `user_password` is ""."""
    writer = pypdf.PdfWriter(clone_from=source)
    writer.encrypt(user_password, owner_password, algorithm="AES-256")
    with path.open("wb") as file:
        writer.write(file)
    return path


def write_boxed(
    path: Path,
    source: Path,
    *,
    crop: tuple[float, ...] | None = None,
    media: tuple[float, ...] | None = None,
    turn: int = 0,
) -> Path:
    """Write a copy of a PDF whose pages have these boxes, their corners in the order given, and are turned."""
    writer = pypdf.PdfWriter(clone_from=source)
    for page in writer.pages:
        for name, box in (("/CropBox", crop), ("/MediaBox", media)):
            if box:
                page[NameObject(name)] = RectangleObject(box)
        page.rotate(turn)
    with path.open("wb") as file:
        writer.write(file)
    return path
