"""A PDF → its pages as stored: text from pypdf, with the place, size and weight of each character."""

from __future__ import annotations

import hashlib
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdf
from pypdf.generic import Destination

from advisor.errors import CorpusError
from advisor.records import Box, Page
from ingest.glyphs import Glyph, GlyphReader

MAX_BYTES = 100 * 1024 * 1024

# On a broken file pypdf raises whatever its parsing runs into, AssertionError and NotImplementedError included. One
# such file must not end a run, so that everything raised while it reads counts as damage here.

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports every flaw that it can read past


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page as read: what is stored, the glyph of each character of its text, and what is drawn.

    See `ingest.glyphs.GlyphPage`.
    """

    page: Page
    glyphs: tuple[Glyph | None, ...]
    rules: tuple[Box, ...] = ()
    frames: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark: its title, its page from 1, its depth from 1, and where it leads to.

    Attributes:
        top: points from the top of the page; None where the bookmark leads to the page as a whole.
    """

    title: str
    page: int
    level: int
    top: float | None = None


@dataclass(frozen=True, slots=True)
class SourcePdf:
    """A PDF as read."""

    path: Path
    title: str
    pages: tuple[SourcePage, ...]
    outline: tuple[OutlineEntry, ...]
    warnings: tuple[str, ...] = ()


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal.

    Raises:
        CorpusError: the file cannot be opened (reason "unreadable").
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CorpusError(
            f"{path} cannot be opened ({error.strerror}); check that you may read it", reason="unreadable"
        ) from error


def read_pages(path: Path) -> list[str]:
    """Return the stored text of each page: what citations quote, byte for byte.

    Raises:
        CorpusError: see `read_pdf`.
    """
    return [_text(path, i, page) for i, page in enumerate(_open(path).pages, start=1)]


def read_pdf(path: Path) -> SourcePdf:
    """Read a PDF with all that layout needs.

    Raises:
        CorpusError: not a PDF, too large, encrypted, damaged, or without a text layer; `reason` says which.
    """
    reader = _open(path)
    try:
        texts = [_text(path, i, page) for i, page in enumerate(reader.pages, start=1)]
        labels = list(reader.page_labels)
        title = str(reader.metadata.title or "") if reader.metadata else ""
        is_labelled = "/PageLabels" in reader.root_object
    except CorpusError:
        raise
    except Exception as error:
        raise _damaged(path, error) from error
    if not any(text.strip() for text in texts):
        raise CorpusError(
            f"{path} has no text layer: its pages are pictures; run text recognition (OCR) on it first",
            reason="no-text-layer",
        )
    if not is_labelled:
        labels = [""] * len(texts)
    with GlyphReader(path) as glyphs:
        pages = tuple(
            _page(glyphs, i, text, label) for i, (text, label) in enumerate(zip(texts, labels, strict=True), start=1)
        )
    warnings: tuple[str, ...] = ()
    outline: tuple[OutlineEntry, ...] = ()
    try:
        heights = [page.page.height for page in pages]
        outline = tuple(_entries(reader, reader.outline, heights, level=1))
    except Exception as error:
        warnings = (f"the outline is damaged ({type(error).__name__}); headings come from the pages alone",)
    return SourcePdf(path, " ".join(title.split()), pages, outline, warnings)


def _open(path: Path) -> pypdf.PdfReader:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        raise CorpusError(
            f"{path} cannot be opened ({error.strerror}); check that you may read it", reason="unreadable"
        ) from error
    if b"%PDF-" not in head:
        raise CorpusError(f"{path} is not a PDF; save or print it as a PDF first", reason="not-a-pdf")
    if size > MAX_BYTES:
        raise CorpusError(
            f"{path} has {size // 2**20} MB; files of at most {MAX_BYTES // 2**20} MB are read, split it first",
            reason="too-large",
        )
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise CorpusError(f"{path} needs a password; save a copy without it and add that copy", reason="encrypted")
        if not reader.pages:
            raise CorpusError(f"{path} has no pages that can be read; download it again", reason="damaged")
    except CorpusError:
        raise
    except Exception as error:
        raise _damaged(path, error) from error
    return reader


def _damaged(path: Path, error: Exception) -> CorpusError:
    return CorpusError(f"{path} is damaged ({type(error).__name__}: {error}); download it again", reason="damaged")


def _text(path: Path, number: int, page: pypdf.PageObject) -> str:
    try:
        # A lone surrogate or NUL is in some broken fonts; neither can be stored as text.
        text = page.extract_text()
    except Exception as error:
        raise CorpusError(
            f"{path}, page {number}, cannot be read ({type(error).__name__}); download the file again", reason="damaged"
        ) from error
    # WinAnsiEncoding shows a bullet for codes that it leaves unused (ISO 32000-1, D.2); pypdf gives code 127 as it is.
    return text.replace("\x00", " ").replace("\x7f", "•").encode("utf-8", "replace").decode("utf-8")


def _page(glyphs: GlyphReader, number: int, text: str, label: str) -> SourcePage:
    found = glyphs.read(number, text)
    return SourcePage(Page(number, label, text, *found.size), found.glyphs, found.rules, found.frames)


def _entries(
    reader: pypdf.PdfReader, items: Sequence[object], heights: Sequence[float], *, level: int
) -> Iterator[OutlineEntry]:
    for item in items:
        if isinstance(item, list):
            yield from _entries(reader, item, heights, level=level + 1)
        elif isinstance(item, Destination):
            number = reader.get_destination_page_number(item)
            if number is not None and item.title and 0 <= number < len(heights):
                top = heights[number] - float(item.top) if isinstance(item.top, int | float) else None
                yield OutlineEntry(" ".join(item.title.split()), number + 1, level, top)


def printed_labels(folios: Sequence[Sequence[str]]) -> list[str]:
    """Return the number printed on each page, "" where none is, from the running lines of each page in order.

    A number counts as the page's own when it runs along with the physical pages: same difference on most pages.
    """
    numbers = [{int(n) for line in lines for n in re.findall(r"\b\d{1,4}\b", line)} for lines in folios]
    offsets = Counter(n - i for i, found in enumerate(numbers, start=1) for n in found)
    if not offsets:
        return [""] * len(folios)
    offset, count = offsets.most_common(1)[0]
    if count < max(2, sum(map(bool, numbers)) // 2):
        return [""] * len(folios)
    return [str(i + offset) if i + offset in found else "" for i, found in enumerate(numbers, start=1)]
