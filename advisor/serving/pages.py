"""A PDF file and a page number → a PNG of that page, and where words stand on it; the door of pypdfium2 for pages."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from advisor.errors import CorpusError
from advisor.records import Box, Document
from ingest.drawn import from_top_left

CACHED_PAGES = 128
MAX_HEIGHT_PX = 12_000

# PDFium keeps global state and is not safe for threads, not even with one document each:
# https://pypdfium2.readthedocs.io/en/stable/python_api.html
_PDFIUM = threading.Lock()


class ChangedFileError(CorpusError):
    """The file of a stored document is gone, or no longer the one that was read into the store.

    Attributes:
        file: its name.
        is_gone: whether it cannot be opened any more.
    """

    def __init__(self, file: str, *, is_gone: bool) -> None:
        super().__init__((_GONE if is_gone else _CHANGED).format(file=file))
        self.file, self.is_gone = file, is_gone


def render_page(pdf: Path, page: int, *, width_px: int = 1100) -> bytes:
    """Return the page as a PNG, `width_px` wide; the latest pages are kept in memory until their file changes.

    Raises:
        CorpusError: no such file, no PDF, or no such page.
    """
    return _rendered(pdf, _stamp(pdf), page, width_px)


def find_words(pdf: Path, page: int, spans_of: Callable[[str], Iterable[tuple[int, int]]]) -> list[Box]:
    """Return where words stand on a page as it is drawn: a box for each line of each of them, in reading order.

    Args:
        pdf: the file.
        page: its number, from 1.
        spans_of: gives start and end of the words in the text of the page.

    Raises:
        CorpusError: no such file, no PDF, or no such page.
    """
    text, boxes = _characters(pdf, _stamp(pdf), page)
    return [line for start, end in spans_of(text) for line in _lines(filter(None, boxes[start:end]))]


def _lines(boxes: Iterable[Box]) -> list[Box]:
    """Return one box for characters that stand side by side, whichever way their line runs."""
    lines: list[Box] = []
    for box in boxes:
        last, gap = lines[-1] if lines else box, (box[3] - box[1]) / 2
        touches = box[0] - last[2] < gap > last[0] - box[2] and box[1] - last[3] < gap > last[1] - box[3]
        if lines and touches:
            lines[-1] = min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3])
        else:
            lines.append(box)
    return lines


def read_document(document: Document) -> bytes:
    """Return the bytes of a stored document's file, once they are known to be the ones that were stored.

    Raises:
        ChangedFileError: the file is gone, or its SHA-256 is another one.
    """
    try:
        content = Path(document.path).read_bytes()
    except OSError as error:
        raise ChangedFileError(document.file, is_gone=True) from error
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise ChangedFileError(document.file, is_gone=False)
    return content


def check_document(document: Document) -> Path:
    """Return the path of a stored document's file, which is still the one that was stored.

    The file is hashed once for each size and time of change.

    Raises:
        ChangedFileError: the file is gone, or its SHA-256 is another one.
    """
    path = Path(document.path)
    try:
        digest = _sha256(path, _stamp(path))
    except CorpusError as error:
        raise ChangedFileError(document.file, is_gone=True) from error
    if digest != document.sha256:
        raise ChangedFileError(document.file, is_gone=False)
    return path


_GONE = "The file {file} is no longer in its place; put it back, or ingest the corpus again"
_CHANGED = "The file {file} has changed since it was read into the store; ingest it again to cite it"


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise CorpusError(f"{path.name} cannot be opened: {error.strerror or error}; check that it is there") from error
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=256)
def _sha256(path: Path, stamp: tuple[int, int]) -> str:
    del stamp  # only part of the key: a changed file is hashed again
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CorpusError(f"{path.name} cannot be read: {error.strerror or error}") from error


@lru_cache(maxsize=CACHED_PAGES)
def _rendered(path: Path, stamp: tuple[int, int], page: int, width_px: int) -> bytes:
    del stamp  # only part of the key: a changed file is rendered again
    with _PDFIUM:
        image = _draw(path, page, width_px)
    target = io.BytesIO()
    # Level 3 takes two thirds of the time of Pillow's usual 6, for files that are no larger.
    image.save(target, format="PNG", compress_level=3)
    return target.getvalue()


@lru_cache(maxsize=CACHED_PAGES)
def _characters(path: Path, stamp: tuple[int, int], page: int) -> tuple[str, tuple[Box | None, ...]]:
    """Return the text of a page as PDFium reads it, with a box for each character that is drawn."""
    del stamp  # only part of the key: a changed file is read again
    with _PDFIUM, _opened(path, page) as sheet:
        text, shown, turn = sheet.get_textpage(), sheet.get_bbox(), sheet.get_rotation()
        codes = [raw.FPDFText_GetUnicode(text, i) for i in range(text.count_chars())]
        said = "".join(chr(code) if 0 < code < 0x110000 else " " for code in codes)
        boxes = [from_top_left(text.get_charbox(i, loose=True), shown, turn) for i in range(len(said))]
        return said, tuple(None if said[i].isspace() else box for i, box in enumerate(boxes))


def _draw(path: Path, page: int, width_px: int) -> Image.Image:
    with _opened(path, page) as sheet:
        width, height = sheet.get_size()
        # A strip of a page must not ask for gigabytes: it is drawn smaller, in the same proportions.
        # PDFium rounds up: without the millionth, 307 / 595 * 595 would give 308 pixels.
        scale = min((width_px - 1e-6) / width, MAX_HEIGHT_PX / height)
        picture: Image.Image = sheet.render(scale=scale).to_pil()
        return picture.convert("RGB")


@contextmanager
def _opened(path: Path, page: int) -> Iterator[pdfium.PdfPage]:
    """Open a page for as long as the block lasts."""
    try:
        pdf = pdfium.PdfDocument(path)
    except (pdfium.PdfiumError, OSError) as error:
        if "password" in str(error).lower():
            raise CorpusError(
                f"{path.name} needs a password, so that its pages cannot be shown; its text can still be quoted",
                reason="encrypted",
            ) from error
        raise CorpusError(f"{path.name} cannot be opened as a PDF: {error}", reason="damaged") from error
    try:
        if not 1 <= page <= len(pdf):
            raise CorpusError(f"{path.name} has no page {page}; its pages are 1 to {len(pdf)}")
        yield pdf[page - 1]
    except (pdfium.PdfiumError, ValueError, ZeroDivisionError) as error:
        raise CorpusError(f"Page {page} of {path.name} cannot be drawn: {error}", reason="damaged") from error
    finally:
        pdf.close()
