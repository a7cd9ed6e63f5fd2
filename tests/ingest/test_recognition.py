"""Text is recognised in scans where the program for it is installed and asked for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from advisor.answering.advisor import Advisor
from advisor.errors import UsageError
from ingest import recognition
from ingest.build import ingest
from ingest.verification import verify_file
from tests.fakes import HashEmbedder
from tests.ingest.pdfs import HEIGHT, WIDTH, write_pdf, write_text

needs_program = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
EMBEDDER = HashEmbedder()


def scan(path: Path, text: str) -> Path:
    """Write a PDF with one page that is a picture of a text."""

    def draw(canvas: Canvas) -> None:
        picture = Image.new("L", (WIDTH * 3, HEIGHT * 3), 255)
        ImageDraw.Draw(picture).text((200, 300), text, font=ImageFont.load_default(60), fill=0)
        canvas.drawImage(ImageReader(picture), 0, 0, WIDTH, HEIGHT)

    return write_pdf(path, draw)


@needs_program
def test_the_text_of_a_scan_is_read_from_a_copy_that_proves_it(tmp_path: Path) -> None:
    scan(tmp_path / "corpus" / "scan.pdf", "Clusters export turbines.")
    store, copies = tmp_path / "store", tmp_path / "copies"
    (result,) = ingest([tmp_path / "corpus"], store=store, embedder=EMBEDDER, ocr=copies).documents
    assert (result.status, result.pages, result.passages) == ("added", 1, 1)
    assert "recognised from pictures" in result.warnings[-1]
    (copy,) = copies.iterdir()
    assert result.file == copy.name

    answer = Advisor.open(store, embedder=EMBEDDER).ask("What do clusters export?")
    answers = tmp_path / "answers.jsonl"
    answers.write_text(json.dumps(answer.to_dict()))
    assert not verify_file(answers, store=store).problems


@needs_program
def test_a_second_run_recognises_nothing_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan(tmp_path / "corpus" / "scan.pdf", "Clusters export turbines.")
    store, copies = tmp_path / "store", tmp_path / "copies"
    ingest([tmp_path / "corpus"], store=store, embedder=EMBEDDER, ocr=copies)
    monkeypatch.setattr(recognition, "PROGRAM", "ls")  # would fail
    (result,) = ingest([tmp_path / "corpus"], store=store, embedder=EMBEDDER, ocr=copies).documents
    assert result.status == "unchanged"


def test_without_the_program_one_line_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_text(tmp_path / "corpus" / "good.pdf", ["Clusters export turbines."])
    monkeypatch.setattr(recognition, "PROGRAM", "no-such-program")
    with pytest.raises(UsageError, match="OCRmyPDF"):
        ingest([tmp_path / "corpus"], store=tmp_path / "store", embedder=EMBEDDER, ocr=tmp_path / "copies")
    assert not (tmp_path / "store").exists()


@needs_program
def test_a_recognition_that_fails_skips_the_scan_and_leaves_no_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(tmp_path / "corpus" / "scan.pdf", "Clusters export turbines.")
    write_text(tmp_path / "corpus" / "good.pdf", ["Clusters export turbines."])
    monkeypatch.setattr(recognition, "PROGRAM", "false")
    found = ingest([tmp_path / "corpus"], store=tmp_path / "store", embedder=EMBEDDER, ocr=tmp_path / "copies")
    assert {result.file: result.reason or result.status for result in found.documents} == {
        "good.pdf": "added",
        "scan.pdf": "no-text-layer",
    }
    assert "recognition failed" in found.documents[1].warnings[0]
    assert not list((tmp_path / "copies").iterdir())


@needs_program
def test_a_scan_with_the_longest_name_that_a_disk_takes_gets_its_copy(tmp_path: Path) -> None:
    scan(tmp_path / "corpus" / f"{'s' * 251}.pdf", "Clusters export turbines.")
    (result,) = ingest([tmp_path / "corpus"], store=tmp_path / "store", embedder=EMBEDDER, ocr=tmp_path).documents
    assert (result.status, result.passages) == ("added", 1)
