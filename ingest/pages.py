"""A PDF → its pages as stored: text from pypdf, with the place, size and weight of each character."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

import pypdf
from pypdf.errors import LimitReachedError
from pypdf.generic import Destination

from advisor.errors import CorpusError
from advisor.records import MAX_FILE_BYTES, Box, Page
from advisor.text import count_of
from ingest.glyphs import Glyph, GlyphReader
from ingest.recovery import Readable, readable

MAX_PAGES = 5_000
MAX_PAGE_CHARS = 200_000
"""A page of small print holds some 10,000 characters, a printed spreadsheet perhaps ten times as many."""
MAX_CHARS = 20_000_000
"""5,000 dense pages; embedding as much takes most of a day."""
MAX_OUTLINE = 20_000
MAX_TITLE_CHARS = 500
MAX_LABEL_CHARS = 40
A4 = (595.0, 842.0)

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
    hidden: tuple[tuple[int, int], ...] = ()


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
    password: str = field(default="", repr=False)


class Progress(Protocol):
    """Who is told that the reading of a file goes on; one that reads for another process passes it on."""

    def pages(self, total: int) -> None:
        """The file has so many pages."""

    def page_done(self) -> None:
        """A page is read, or a part of it."""


class Unheard:
    """The progress of a reading that nobody waits for."""

    def pages(self, total: int) -> None:
        """Do nothing."""

    def page_done(self) -> None:
        """Do nothing."""


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal.

    Raises:
        CorpusError: the file cannot be opened (reason "unreadable"), or is larger than any that is read ("too-large").
    """
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise CorpusError(f"{path} is no longer a file; put the file back", reason="unreadable")
            _check_size(path, status.st_size)
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CorpusError(
            f"{path} cannot be opened ({error.strerror}); check that you may read it", reason="unreadable"
        ) from error


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting: a pipe that was put in its place may have nobody who writes."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _check_size(path: Path, size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise CorpusError(
            f"{path} has {size // 2**20} MB; files of at most {MAX_FILE_BYTES // 2**20} MB are read, split it first",
            reason="too-large",
        )


def read_pages(path: Path, *, passwords: Sequence[str] = ()) -> list[str]:
    """Return the stored text of each page: what citations quote, byte for byte; "" where a page is damaged.

    Raises:
        CorpusError: see `read_pdf`.
    """
    _check_kind(path)
    with readable(path) as file:
        reader, _ = _open(path, file, passwords)
        return [found.text for found in _texts(path, reader, file, Unheard())]


def read_pdf(path: Path, *, passwords: Sequence[str] = (), progress: Progress | None = None) -> SourcePdf:
    """Read a PDF with all that layout needs. Pages that are damaged are empty, and a warning names them.

    Raises:
        CorpusError: not a PDF, too large, encrypted, damaged, or without a text layer; `reason` says which.
    """
    _check_kind(path)
    with readable(path) as file:
        try:
            return _read(path, file, passwords, progress or Unheard())
        except (CorpusError, MemoryError):
            raise
        except Exception as error:
            raise _damaged(path, error) from error


def _read(path: Path, file: Readable, passwords: Sequence[str], progress: Progress) -> SourcePdf:
    reader, password = _open(path, file, passwords)
    progress.pages(len(reader.pages))
    texts = _texts(path, reader, file, progress)
    damaged = {number for number, found in enumerate(texts, start=1) if found.fault}
    if len(damaged) == len(texts):
        raise _no_page(path, texts)
    if not any(found.text.strip() for found in texts) and not damaged:
        raise CorpusError(
            f"{path} has no text layer: its pages are pictures; run text recognition (OCR) on it first",
            reason="no-text-layer",
        )
    labels = _labels(reader, len(texts))
    with GlyphReader(file.path, password=password) as glyphs:
        pages = []
        for number, (found, label) in enumerate(zip(texts, labels, strict=True), start=1):
            page = _page(glyphs, number, found.text, label)
            if page is None:
                damaged.add(number)
            pages.append(page or _unplaced(number, found.text, label))
            progress.page_done()
    if len(damaged) == len(texts):
        raise CorpusError(f"{path} is damaged: none of its pages can be drawn; download it again", reason="damaged")
    warnings: tuple[str, ...] = ()
    if damaged:
        counts = f"{len(texts) - len(damaged)} of {count_of(len(texts), 'page')}"
        one = len(damaged) == 1
        warnings = (f"{counts} can be read; {_runs(damaged)} {'is' if one else 'are'} damaged",)
    if hiding := [page.page.number for page in pages if page.hidden]:
        pages_named = f"page{'s' if len(hiding) > 1 else ''} {_runs(hiding)}"
        warnings += (f"hidden text on {pages_named} was left out: it cannot be seen there",)
    outline: tuple[OutlineEntry, ...] = ()
    try:
        heights = [page.page.height for page in pages]
        outline = tuple(islice(_entries(reader, reader.outline, heights, level=1), MAX_OUTLINE))
    except MemoryError:
        raise
    except Exception as error:
        warnings += (f"the outline is damaged ({type(error).__name__}); headings come from the pages alone",)
    return SourcePdf(path, _title(reader), tuple(pages), outline, warnings, password)


def _open(path: Path, file: Readable, passwords: Sequence[str]) -> tuple[pypdf.PdfReader, str]:
    """Open a file, and return the password that opens it, "" where it needs none."""
    try:
        reader = pypdf.PdfReader(file.path)
        password = _password(path, reader, passwords)
        count = len(reader.pages)
    except (CorpusError, MemoryError):
        raise
    except NotImplementedError as error:  # what pypdf says to a protection that it does not know
        raise CorpusError(
            f"{path} is protected in a way that is not known here ({_words(error)}); save a copy without protection",
            reason="encrypted",
        ) from error
    except Exception as error:
        raise _damaged(path, error) from error
    if not count:
        raise CorpusError(f"{path} has no pages that can be read; download it again", reason="damaged")
    if count > MAX_PAGES:
        raise CorpusError(
            f"{path} has {count} pages; files of at most {MAX_PAGES} are read, split it first", reason="too-many-pages"
        )
    return reader, password


def _check_kind(path: Path) -> None:
    """Raise what is wrong with a file that can be seen before it is read as a PDF."""
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(1024)
    except OSError as error:
        raise CorpusError(
            f"{path} cannot be opened ({error.strerror}); check that you may read it", reason="unreadable"
        ) from error
    if not size:
        raise CorpusError(f"{path} is empty; download it again", reason="empty")
    if b"%PDF-" not in head:
        raise CorpusError(f"{path} is not a PDF; save or print it as a PDF first", reason="not-a-pdf")
    _check_size(path, size)


def _password(path: Path, reader: pypdf.PdfReader, passwords: Sequence[str]) -> str:
    if not reader.is_encrypted:
        return ""
    for password in ("", *passwords):
        if reader.decrypt(password):
            return password
    advice = "none of those given opens it" if passwords else "give it with --password, or save a copy without it"
    raise CorpusError(f"{path} needs a password; {advice}", reason="encrypted")


def _damaged(path: Path, error: Exception) -> CorpusError:
    return CorpusError(f"{path} is damaged ({_words(error)}); download it again", reason="damaged")


def _words(error: Exception) -> str:
    """Return what an outside error says, short and in one line: it may hold pieces of the file."""
    return f"{type(error).__name__}: {' '.join(readable_text(str(error)).split())[:200]}"


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of a page, and why it cannot be read where it cannot."""

    text: str
    fault: str = ""
    reason: str = "damaged"


def _texts(path: Path, reader: pypdf.PdfReader, file: Readable, progress: Progress) -> list[_Text]:
    found: list[_Text] = []
    total = 0
    for number, page in enumerate(reader.pages, start=1):
        found.append(_Text("", "part of it is cut off") if number in file.missing else _text(page))
        total += len(found[-1].text)
        if total > MAX_CHARS:
            raise CorpusError(
                f"{path} has more than {MAX_CHARS} characters of text; split it first", reason="too-much-memory"
            )
        progress.page_done()
    return found


def _text(page: pypdf.PageObject) -> _Text:
    try:
        text = page.extract_text()
    except MemoryError:
        raise
    except LimitReachedError as error:  # pypdf limits much else, too: only unpacking is about memory
        return _Text("", _words(error), "too-much-memory" if "decompress" in str(error) else "damaged")
    except Exception as error:
        return _Text("", _words(error))
    if len(text) > MAX_PAGE_CHARS:
        return _Text("", f"it has {len(text)} characters, more than a page can show")
    return _Text(readable_text(text))


def _no_page(path: Path, texts: Sequence[_Text]) -> CorpusError:
    first = texts[0]
    return CorpusError(
        f"{path}: none of {count_of(len(texts), 'page')} can be read (page 1: {first.fault}); download it again",
        reason=first.reason,
    )


_UNSEEN = {code: " " for code in (*range(0x20), *range(0x80, 0xA0)) if chr(code) not in "\t\n"}
# WinAnsiEncoding shows a bullet for codes that it leaves unused (ISO 32000-1, D.2); pypdf gives code 127 as it is.
_UNSEEN[0x7F] = "•"


def readable_text(text: str) -> str:
    """Return a text of the same length that can be stored and shown: no control character, no half of a surrogate."""
    return text.translate(_UNSEEN).encode("utf-8", "replace").decode("utf-8")


def _title(reader: pypdf.PdfReader) -> str:
    try:
        title = str(reader.metadata.title or "") if reader.metadata else ""
    except MemoryError:
        raise
    except Exception:  # a title is no reason to refuse a file; its name takes the place
        return ""
    return " ".join(readable_text(title).split())[:MAX_TITLE_CHARS]


def _labels(reader: pypdf.PdfReader, pages: int) -> list[str]:
    try:
        if "/PageLabels" in reader.root_object:
            return [readable_text(label)[:MAX_LABEL_CHARS] for label in reader.page_labels]
    except MemoryError:
        raise
    except Exception:  # numbers printed on the pages take the place
        return [""] * pages
    return [""] * pages


def _runs(numbers: Iterable[int]) -> str:
    """Return numbers in words: "3, 5–9"."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:20]]
    return ", ".join(shown) + (", …" if len(runs) > 20 else "")


def _page(glyphs: GlyphReader, number: int, text: str, label: str) -> SourcePage | None:
    try:
        found = glyphs.read(number, text)
    except MemoryError:
        raise
    except Exception:  # numbers that no page can have go through pdfium and fail in arithmetic
        return None
    return SourcePage(Page(number, label, text, *found.size), found.glyphs, found.rules, found.frames, found.hidden)


def _unplaced(number: int, text: str, label: str) -> SourcePage:
    """Return a page whose characters have no place, as pdfium cannot read it: nothing on it is quoted."""
    return SourcePage(Page(number, label, text, *A4), (None,) * len(text))


def _entries(
    reader: pypdf.PdfReader, items: Sequence[object], heights: Sequence[float], *, level: int
) -> Iterator[OutlineEntry]:
    for item in items:
        if isinstance(item, list):
            yield from _entries(reader, item, heights, level=level + 1)
        elif isinstance(item, Destination):
            number = reader.get_destination_page_number(item)
            if number is not None and item.title and 0 <= number < len(heights):
                title = " ".join(readable_text(item.title).split())[:MAX_TITLE_CHARS]
                top = heights[number] - float(item.top) if isinstance(item.top, int | float) else None
                yield OutlineEntry(title, number + 1, level, top)


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
