"""A PDF that was cut off → one with the same pages that readers can open, and which of them are whole.

The table of a PDF's objects stands at its end. Without it the objects are found by looking for them, as ISO 32000-1,
7.3.10, writes them, inside object streams too. Page numbers stay what they were: a page that is lost leaves an empty
one. Where the page tree does not say how many are lost, nothing behind them is used.
"""

from __future__ import annotations

import io
import re
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from advisor.errors import CorpusError

MAX_OBJECT_STREAM = 50_000_000
"""Bytes that an object stream may unpack to."""

MAX_TREE = 100_000
"""Nodes of a page tree that are looked at."""

_OBJECT = re.compile(rb"(?<!\d)(\d{1,9})[ \r\n]{1,9}(\d{1,5})[ \r\n]{1,9}obj\b")
_LENGTH = re.compile(rb"/Length\s{0,9}(\d{1,10})(?!\s{1,9}\d{1,5}\s{1,9}R)")
_STREAM = re.compile(rb"stream\r?\n")
_END = re.compile(rb"\s{0,9}endstream")


@dataclass(frozen=True, slots=True)
class Readable:
    """A file that readers can open.

    Attributes:
        path: the file itself, or a mended copy of it.
        missing: pages, from 1, of which something is lost.
    """

    path: Path
    missing: frozenset[int] = frozenset()


@contextmanager
def readable(path: Path) -> Iterator[Readable]:
    """Lend the file itself or, where it was cut off, a mended copy.

    Raises:
        CorpusError: the file was cut off, and its pages cannot be told (reason "damaged").
    """
    data = path.read_bytes()
    if not is_cut_off(data):
        yield Readable(path)
        return
    try:
        mended, missing = mend(data)
    except MemoryError:
        raise
    except Exception as error:  # pypdf raises whatever its parsing runs into
        raise CorpusError(
            f"{path} is cut off, and what is left of it does not tell its pages ({type(error).__name__}); download it "
            "again",
            reason="damaged",
        ) from error
    with tempfile.TemporaryDirectory(prefix="advisor-") as folder:
        copy = Path(folder, "mended.pdf")
        copy.write_bytes(mended)
        try:
            yield Readable(copy, missing)
        except CorpusError as error:
            raise CorpusError(str(error).replace(str(copy), str(path)), reason=error.reason) from error


def is_cut_off(data: bytes) -> bool:
    """Tell whether a PDF ends before its end: its last objects are not followed by "%%EOF"."""
    end = data.rfind(b"%%EOF")
    return data.rfind(b"obj") > end if end >= 0 else True


@dataclass(slots=True)
class _Found:
    """The objects of a file: where each begins, and those that were unpacked from object streams."""

    data: bytes
    starts: dict[int, int] = field(default_factory=dict)
    unpacked: dict[int, bytes] = field(default_factory=dict)
    catalog: int = 0
    top: int = 0

    def note(self, number: int, body: bytes, start: int | None) -> None:
        if start is None:
            self.unpacked[number] = body
            self.starts.pop(number, None)
        else:
            self.starts[number] = start
            self.unpacked.pop(number, None)
        if re.search(rb"/Type\s{0,9}/Catalog\b", body):
            self.catalog = number
        elif re.search(rb"/Type\s{0,9}/Pages\b", body) and not re.search(rb"/Parent\b", body):
            self.top = number


def mend(data: bytes) -> tuple[bytes, frozenset[int]]:
    """Return a PDF with the objects that are whole and with all pages, and the numbers of the pages that are not whole.

    Raises:
        ValueError: the page tree is lost. pypdf's own errors, where it cannot read what is left.
    """
    found = _objects(data[max(data.find(b"%PDF-"), 0) :])
    if not found.catalog and not found.top:
        raise ValueError("no page tree")
    reader = pypdf.PdfReader(io.BytesIO(_written(found, {})))
    known = found.starts.keys() | found.unpacked.keys()
    blanks: dict[int, bytes] = {}
    lost = set(_lost(reader, known, blanks))
    mended = _written(found, blanks)
    reader = pypdf.PdfReader(io.BytesIO(mended))
    missing = {n for n, page in enumerate(reader.pages, start=1) if n in lost or not _is_whole(page, known)}
    return mended, frozenset(missing)


def _objects(data: bytes) -> _Found:
    found = _Found(data)
    place = 0
    while match := _OBJECT.search(data, place):
        end, content = _end_of(data, match.end())
        if end < 0:
            break  # the object in which the file ends
        body = data[match.end() : min(end, match.end() + 2000)]
        found.note(int(match[1]), body, match.start())
        if content and re.search(rb"/Type\s{0,9}/ObjStm\b", body):
            for number, inner in _unpacked(body, content):
                found.note(number, inner, None)
        place = end
    found.data = data[:place]
    return found


def _end_of(data: bytes, start: int) -> tuple[int, bytes]:
    """Return where an object ends, -1 where it does not, and the content of its stream."""
    end = data.find(b"endobj", start)
    stream = _STREAM.search(data, start, end if end >= 0 else len(data))
    if not stream:
        return (end + 6 if end >= 0 else -1), b""
    length = _LENGTH.search(data, start, stream.start())
    stop = stream.end() + int(length[1]) if length else -1
    if stop < 0 or not _END.match(data, stop):
        stop = data.find(b"endstream", stream.end())
    end = data.find(b"endobj", stop) if stop >= 0 else -1
    return (end + 6, data[stream.end() : stop]) if end >= 0 else (-1, b"")


def _unpacked(head: bytes, content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the objects of an object stream (ISO 32000-1, 7.5.7)."""
    count, first = (re.search(rb"/%s\s{0,9}(\d{1,9})" % name, head) for name in (b"N", b"First"))
    if not count or not first:
        return
    if b"/FlateDecode" in head:
        try:
            content = zlib.decompressobj().decompress(content, MAX_OBJECT_STREAM)
        except zlib.error:
            return
    numbers = [int(number) for number in content[: int(first[1])].split()[: 2 * int(count[1])] if number.isdigit()]
    places = [int(first[1]) + place for place in numbers[1::2]]
    for number, start, end in zip(numbers[::2], places, [*places[1:], len(content)], strict=False):
        yield number, content[start:end]


def _written(found: _Found, blanks: Mapping[int, bytes]) -> bytes:
    """Return the objects with a new table at the end."""
    parts = [found.data, b"\n"]
    size = len(found.data) + 1
    starts = dict(found.starts)
    added = {**found.unpacked, **blanks}
    catalog = found.catalog
    if not catalog:
        catalog = max([*starts, *added]) + 1
        added[catalog] = b"<< /Type /Catalog /Pages %d 0 R >>" % found.top
    for number, body in added.items():
        starts[number] = size
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        size += len(parts[-1])
    parts.append(b"xref\n0 1\n0000000000 65535 f \n")
    parts.extend(b"%d 1\n%010d 00000 n \n" % (number, starts[number]) for number in sorted(starts))
    parts.append(b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (max(starts) + 1, catalog, size))
    return b"".join(parts)


_BLANK = b"<< /Type /Page /Parent %d 0 R /MediaBox [ 0 0 595 842 ] /Resources << >> >>"


def _lost(reader: pypdf.PdfReader, known: Set[int], blanks: dict[int, bytes]) -> Iterator[int]:
    """Yield the numbers of pages whose object is lost, and write an empty page or branch for each into `blanks`.

    Raises:
        ValueError: the tree does not say how many pages are lost before one that is there.
    """
    top = reader.root_object.raw_get("/Pages")
    number, seen = 1, 0
    stack: list[tuple[object, int, int]] = [(top, 0, 1)]  # a reference, its parent, how many pages it has where lost
    while stack:
        reference, parent, pages = stack.pop()
        seen += 1
        if seen > MAX_TREE:
            raise ValueError("the page tree has no end")
        if isinstance(reference, IndirectObject) and reference.idnum not in known:
            kids = b" ".join([_BLANK % parent] * pages)
            blanks[reference.idnum] = (
                _BLANK % parent
                if pages == 1
                else b"<< /Type /Pages /Parent %d 0 R /Count %d /Kids [ %s ] >>" % (parent, pages, kids)
            )
            yield from range(number, number + pages)
            number += pages
            continue
        node = reference.get_object() if isinstance(reference, IndirectObject) else reference
        if not isinstance(node, DictionaryObject) or "/Kids" not in node:
            number += 1
            continue
        held = node["/Kids"]
        kids_here = list(held) if isinstance(held, ArrayObject) else []
        shares = _shares(node, kids_here, known)
        own = reference.idnum if isinstance(reference, IndirectObject) else parent
        stack.extend((kid, own, share) for kid, share in reversed(list(zip(kids_here, shares, strict=True))))


def _shares(node: DictionaryObject, kids: list[object], known: Set[int]) -> list[int]:
    """Return how many pages each kid of a node stands for; that of kids that are there is not used."""
    lost = [isinstance(kid, IndirectObject) and kid.idnum not in known for kid in kids]
    if not any(lost):
        return [1] * len(kids)
    total = node.get("/Count")
    there = sum(_count(kid) for kid, is_lost in zip(kids, lost, strict=True) if not is_lost)
    rest = int(total) - there if isinstance(total, int) else -1
    if rest == sum(lost):
        return [1] * len(kids)
    if sum(lost) == 1 and 0 < rest <= MAX_TREE:
        return [rest] * len(kids)
    raise ValueError("the page tree does not say how many pages are lost")


def _count(kid: object) -> int:
    node = kid.get_object() if isinstance(kid, IndirectObject) else kid
    count = node.get("/Count", 1) if isinstance(node, DictionaryObject) and "/Kids" in node else 1
    return int(count) if isinstance(count, int) else 1


_NEEDLESS = ("/Parent", "/FontDescriptor", "/CharProcs", "/SMask")
"""What can be lost of a font or form without a letter of its text being another one."""


def _is_whole(page: pypdf.PageObject, known: Set[int]) -> bool:
    """Tell whether all is there that the text of a page comes from: content, fonts and forms."""
    waiting: list[object] = [page.raw_get("/Contents")] if "/Contents" in page else []
    if "/Resources" in page:
        waiting.append(page.raw_get("/Resources"))
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            if item.idnum not in known:
                return False
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            item = item.get_object()
        if isinstance(item, ArrayObject):
            waiting.extend(item)
        elif isinstance(item, DictionaryObject):
            is_resources = "/Font" in item or "/XObject" in item or "/ProcSet" in item
            keys = [key for key in ("/Font", "/XObject") if key in item] if is_resources else item.keys()
            waiting.extend(item.raw_get(key) for key in keys if key not in _NEEDLESS)
    return True
