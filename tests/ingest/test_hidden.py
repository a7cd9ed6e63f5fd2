"""What nobody can see on a page is in no passage, and the file says so; what text recognition wrote is there."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.hidden import hidden_runs
from ingest.pages import read_pdf
from tests.ingest.pdfs import HEIGHT, WIDTH, Draw, at, drawn, text_page, write_boxed, write_pdf
from tests.ingest.reading import read

SHOWN = ["Clusters export turbines to Norway.", "Their staff speaks three languages.", "Visits to fairs help them."]
SECRET = "The harbour cluster is the best of all."

White, Black, Navy = Color(1, 1, 1), Color(0, 0, 0), Color(0.1, 0.1, 0.4)


def painted(
    text: str, *, paint: Color = White, size: float = 10, y: float = 500, mode: Literal[1, 3] | None = None
) -> Draw:
    """Return a line of text in a paint, in a text rendering mode of ISO 32000-1, table 106."""

    def draw(canvas: Canvas) -> None:
        line = canvas.beginText(72, y)
        line.setFont("Helvetica", size)
        line.setFillColor(paint)
        if mode is not None:
            line.setTextRenderMode(mode)
        line.textOut(text)
        canvas.drawText(line)

    return draw


def box(paint: Color, *, y: float = 490, height: float = 30) -> Draw:
    """Return a filled box across the page."""

    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(paint)
        canvas.rect(60, y, 480, height, stroke=0, fill=1)
        canvas.setFillColor(Black)

    return draw


def picture(text: str = "", *, paint: int = 255, y: float = 0, height: float = HEIGHT) -> Draw:
    """Return a picture across the page, with words in it as a scanner sees them, not as text."""

    def draw(canvas: Canvas) -> None:
        image = Image.new("L", (WIDTH, int(height)), paint)
        ImageDraw.Draw(image).text((72, height - 515 + y), text * 8, fill=0)
        canvas.drawImage(ImageReader(image), 0, y, WIDTH, height)

    return draw


def texts_of(folder: Path, *parts: Draw) -> tuple[list[str], tuple[str, ...]]:
    """Return the sentences read from a page, and what is told of the file."""
    path = write_pdf(folder / "report.pdf", drawn(*parts))
    return read(path).texts, read_pdf(path).warnings


HIDDEN = ("hidden text on page 1 was left out: it cannot be seen there",)


@pytest.mark.parametrize(
    "secret",
    [
        drawn(painted(SECRET)),
        drawn(painted(SECRET, paint=Color(0.97, 0.97, 0.97))),
        drawn(painted(SECRET, paint=Color(0, 0, 0, alpha=0))),
        drawn(painted(SECRET, paint=Black, size=0.5)),
        drawn(painted(SECRET, paint=Black, mode=3)),
        drawn(painted(SECRET, paint=Black, y=HEIGHT + 40)),
        drawn(box(Navy), painted(SECRET, paint=Navy)),
        drawn(painted(SECRET, paint=Black), box(White)),
        drawn(painted(SECRET, paint=Black), picture(y=480, height=60)),
        drawn(painted(SECRET, paint=Black), picture(paint=120, y=480, height=60)),
    ],
    ids=[
        "white",
        "nearly white",
        "transparent",
        "half a point high",
        "rendering mode 3",
        "above the page",
        "in the colour of its box",
        "under a white box",
        "behind a white picture",
        "behind a grey picture",
    ],
)
def test_words_that_cannot_be_seen_are_left_out_and_told_of(tmp_path: Path, secret: Draw) -> None:
    assert texts_of(tmp_path, text_page(SHOWN), secret) == (SHOWN, HIDDEN)


def test_words_outside_the_crop_box_are_left_out(tmp_path: Path) -> None:
    source = write_pdf(tmp_path / "source.pdf", drawn(text_page(SHOWN), at(72, 100, SECRET)))
    path = write_boxed(tmp_path / "report.pdf", source, crop=(0, 300, WIDTH, HEIGHT))
    assert read(path).texts == SHOWN
    assert read_pdf(path).warnings == HIDDEN


def test_hidden_words_in_the_middle_of_a_line_are_left_out_and_the_others_stay(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        line = canvas.beginText(72, 500)
        line.setFont("Helvetica", 10)
        for words, paint in (("Fairs help firms", Black), (" and the harbour is best", White), (" every year.", Black)):
            line.setFillColor(paint)
            line.textOut(words)
        canvas.drawText(line)

    texts, warnings = texts_of(tmp_path, text_page(SHOWN), draw)
    assert "harbour" not in " ".join(texts)
    assert "Fairs help firms" in " ".join(texts)
    assert "every year." in " ".join(texts)
    assert warnings == HIDDEN


def test_a_page_of_nothing_but_white_words_is_hidden(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "report.pdf", text_page(SHOWN), drawn(painted(SECRET), painted(SECRET, y=400)))
    assert read(path).texts == SHOWN
    assert read_pdf(path).warnings == ("hidden text on page 2 was left out: it cannot be seen there",)


@pytest.mark.parametrize(
    "parts",
    [
        (box(Navy), painted(SECRET)),
        (picture(paint=90, y=480, height=60), painted(SECRET)),
        (painted(SECRET, paint=Color(0.7, 0.7, 0.7)),),
        (painted(SECRET, paint=Black, size=3),),
        (painted(SECRET, paint=Black, mode=1),),
    ],
    ids=["white on a dark box", "white on a dark picture", "grey", "3 points high", "outlined letters"],
)
def test_words_that_can_be_seen_are_kept(tmp_path: Path, parts: tuple[Draw, ...]) -> None:
    texts, warnings = texts_of(tmp_path, text_page(SHOWN), *parts)
    assert SECRET in texts
    assert warnings == ()


@pytest.mark.parametrize("under", [False, True])
@pytest.mark.parametrize("words", [SECRET, ""], ids=["a scan", "a scan that is drawn as a blank"])
def test_recognised_text_of_a_scan_is_kept(tmp_path: Path, words: str, *, under: bool) -> None:
    """It is laid without paint over the picture of the page, or with paint under it."""
    scan = picture(words)
    parts = (painted(SECRET, paint=Black), scan) if under else (scan, painted(SECRET, paint=Black, mode=3))
    assert texts_of(tmp_path, *parts) == ([SECRET], ())


def test_words_laid_into_a_scan_where_it_shows_nothing_are_left_out(tmp_path: Path) -> None:
    layer = [painted(SHOWN[0], paint=Black, mode=3), painted("The harbour wins.", paint=Black, mode=3, y=100)]
    assert texts_of(tmp_path, picture(SHOWN[0]), *layer) == (SHOWN[:1], HIDDEN)


@given(st.lists(st.tuples(st.text("ab .\n", max_size=8), st.sampled_from([True, False, None]))))
def test_hidden_runs_stand_in_order_apart_and_begin_and_end_with_a_word(parts: list[tuple[str, bool | None]]) -> None:
    text = "".join(words for words, _ in parts)
    seen = [known for words, known in parts for _ in words]
    runs = list(hidden_runs(text, seen))
    edges = [edge for run in runs for edge in run]
    assert edges == sorted(edges)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in runs)
    assert all(False in seen[start:end] for start, end in runs)
