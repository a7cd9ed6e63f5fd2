"""Files that nobody would send on purpose, and what is expected of each: built from raw bytes, the same each time."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject, TextStringObject

from tests.ingest.pdfs import LEADING, write_encrypted, write_text

Build = Callable[[Path], None]

WORDS = "Clusters export turbines to Norway."
"""What stands on a page that can be read."""

CRASHED = "crashed"
"""The outcomes of files that only a limit ends: of time, or of memory where native code asks for it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Attributes:
        build: writes the file at a path.
        outcome: what becomes of it: "added", or a reason.
        says: a part of its text that must be read.
    """

    name: str
    build: Build
    outcome: str
    says: str = ""


# --- raw PDFs --------------------------------------------------------------------------------------------------


def stream(content: bytes, extra: bytes = b"", *, packed: bool = False) -> bytes:
    """Return a stream object, packed by Flate where asked for."""
    if packed:
        content, extra = zlib.compress(content, 9), extra + b" /Filter /FlateDecode"
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


def show(*lines: str) -> bytes:
    """Return the content of a page that shows lines of text."""
    escaped = (re.sub(rb"([()\\])", rb"\\\1", line.encode("cp1252")) for line in lines)
    shown = b" ".join(b"(%s) Tj T*" % line for line in escaped)
    return b"BT /F1 10 Tf %d TL 72 760 Td %s ET" % (LEADING, shown)


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"


def usual(content: bytes | None = None) -> dict[int, bytes]:
    """Return the objects of a PDF with one page."""
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: PAGE,
        4: stream(show(WORDS) if content is None else content),
        5: FONT,
    }


def raw(objects: Mapping[int, bytes], *, trailer: bytes = b"", root: int = 1) -> bytes:
    """Return a PDF with these objects and a right table."""
    data, starts = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in objects.items():
        starts[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(data)
    data += b"xref\n0 1\n0000000000 65535 f \n"
    for number, start in sorted(starts.items()):
        data += b"%d 1\n%010d 00000 n \n" % (number, start)
    size = max(starts) + 1
    data += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer, table)
    return bytes(data)


def one(changed: Mapping[int, bytes] | None = None, *, trailer: bytes = b"") -> Build:
    """Return what writes a PDF of one page with some objects changed or added."""
    return lambda path: write(path, raw(usual() | dict(changed or {}), trailer=trailer))


def content(data: bytes) -> Build:
    """Return what writes a PDF whose one page has this content."""
    return one({4: stream(data, packed=len(data) > 10_000)})


def page(entries: bytes) -> bytes:
    """Return a page object with these entries beside the usual ones."""
    return PAGE[:-2] + entries + b" >>"


def boxed(box: bytes) -> Build:
    """Return what writes a PDF whose page has this media box."""
    return one({3: PAGE.replace(b"/MediaBox [0 0 595 842]", box)})


def write(path: Path, data: bytes) -> None:
    """Write bytes."""
    path.write_bytes(data)


def good(*pages: str) -> bytes:
    """Return the bytes of a PDF with a line on each page."""
    lines = pages or (WORDS,)
    first = 10
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(lines), b" ".join(b"%d 0 R" % (first + 2 * i) for i in range(len(lines)))),
        5: FONT,
    }
    for i, line in enumerate(lines):
        objects[first + 2 * i] = PAGE.replace(b"4 0 R", b"%d 0 R" % (first + 2 * i + 1))
        objects[first + 2 * i + 1] = stream(show(line))
    return raw(objects)


def chain(depth: int) -> bytes:
    """Return a deep array."""
    return b"[" * depth + b"]" * depth


# --- the builders that need more than a line -------------------------------------------------------------------


def _many_pages(count: int) -> Build:
    def build(path: Path) -> None:
        objects = usual()
        kids = b" ".join(b"%d 0 R" % number for number in range(10, 10 + count))
        objects[2] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids)
        objects |= dict.fromkeys(range(10, 10 + count), PAGE)
        write(path, raw(objects))

    return build


def _nested_filters(path: Path) -> None:
    data = zlib.compress(zlib.compress(zlib.compress(b"0" * 100_000_000, 9), 9), 9)
    body = b"<< /Length %d /Filter [/FlateDecode /FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (
        len(data),
        data,
    )
    write(path, raw(usual() | {4: body}))


def _object_stream_bomb(path: Path) -> None:
    data = zlib.compress(b"3 0 " + b" " * 100_000_000, 9)
    packed = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        len(data),
        data,
    )
    out = bytearray(b"%PDF-1.7\n")
    starts = {}
    for number, body in {1: usual()[1], 2: usual()[2], 6: packed}.items():
        starts[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    rows = [(1, starts[1], 0), (1, starts[2], 0), (2, 6, 0), (1, starts[6], 0), (1, table, 0)]
    entries = b"".join(bytes([kind]) + place.to_bytes(4, "big") + bytes([index]) for kind, place, index in rows)
    head = b"/Type /XRef /Size 8 /Root 1 0 R /W [1 4 1] /Index [1 3 6 2]"
    out += b"7 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(entries, head), table)
    write(path, bytes(out))


def _image_bomb(path: Path) -> None:
    image = stream(
        b"\0" * 100_000_000,
        b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB",
        packed=True,
    )
    resources = b"/Resources << /Font << /F1 5 0 R >> /XObject << /I 6 0 R >> >>"
    objects = usual() | {3: PAGE.replace(b"/Resources << /Font << /F1 5 0 R >> >>", resources), 6: image}
    write(path, raw(objects | {4: stream(show(WORDS) + b" q 100 0 0 100 0 0 cm /I Do Q")}))


def _font_bomb(path: Path) -> None:
    font = FONT.replace(b"/BaseFont /Helvetica", b"/BaseFont /ABCDEF+Odd /FontDescriptor 6 0 R")
    descriptor = b"<< /Type /FontDescriptor /FontName /ABCDEF+Odd /Flags 4 /FontFile2 7 0 R >>"
    write(path, raw(usual() | {5: font, 6: descriptor, 7: stream(b"\0" * 100_000_000, packed=True)}))


def _cmap_bomb(path: Path) -> None:
    ranges = b"1 beginbfrange <0000> <ffffffff> <0000> endbfrange\n" * 3
    objects = usual() | {5: FONT[:-2] + b"/ToUnicode 6 0 R >>", 6: stream(ranges + b" " * 100_000_000, packed=True)}
    write(path, raw(objects))


def _forms(depth: int, *, wide: int = 1) -> Build:
    """Return what writes nested forms: each draws the next one `wide` times."""

    def build(path: Path) -> None:
        objects = usual()
        resources = b"/Resources << /Font << /F1 5 0 R >> /XObject << /X 100 0 R >> >>"
        objects[3] = PAGE.replace(b"/Resources << /Font << /F1 5 0 R >> >>", resources)
        objects[4] = stream(show(WORDS) + b" /X Do")
        for number in range(100, 100 + depth):
            last = number == 99 + depth
            following = b"/XObject << /X %d 0 R >>" % (number + 1) if not last else b""
            extra = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> %s >>"
            objects[number] = stream(b"q Q" if last else b"/X Do " * wide, extra % following)
        write(path, raw(objects))

    return build


def _to_unicode(cmap: bytes) -> Build:
    return one({5: FONT[:-2] + b"/ToUnicode 6 0 R >>", 6: stream(cmap)})


def _fonts(count: int) -> Build:
    def build(path: Path) -> None:
        fonts = b" ".join(b"/F%d %d 0 R" % (i, 100 + i) for i in range(count))
        objects = usual() | {100 + i: FONT for i in range(count)}
        objects[3] = PAGE.replace(b"/F1 5 0 R", fonts)
        write(path, raw(objects))

    return build


def _type3(path: Path) -> None:
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 10 10] /FontMatrix [0.1 0 0 0.1 0 0] /FirstChar 65 "
        b"/LastChar 65 /Widths [10] /Encoding << /Type /Encoding /Differences [65 /A] >> /CharProcs << /A 6 0 R >> "
        b"/Resources << /Font << /F1 5 0 R >> >> >>"
    )
    glyph = stream(b"10 0 0 0 10 10 d1 BT /F1 1 Tf (A) Tj ET")
    write(path, raw(usual(show("AAAA AAAA")) | {5: font, 6: glyph}))


def _outline(entry: bytes) -> Build:
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>", 6: b"<< /First 7 0 R /Last 7 0 R >>", 7: entry}
    return one(objects)


def _prev_cycle(path: Path) -> None:
    data = raw(usual())
    table = int(data.split(b"startxref\n")[1].split(b"\n")[0])
    write(path, raw(usual(), trailer=b"/Prev %d" % table))


def _updated(path: Path) -> None:
    writer = pypdf.PdfWriter(str(_plain(path)), incremental=True)
    writer.add_metadata({"/Title": "A second edition"})
    writer.write(path)


def _plain(path: Path) -> Path:
    """Return a good file out of the folder that is read."""
    target = path.parent.parent / "plain" / path.name
    return write_text(target, [WORDS])


def _with_catalog(change: Callable[[pypdf.PdfWriter], None]) -> Build:
    def build(path: Path) -> None:
        writer = pypdf.PdfWriter(clone_from=_plain(path))
        change(writer)
        writer.write(path)

    return build


def _launch(writer: pypdf.PdfWriter) -> None:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("/bin/touch /tmp/launched")}
    )
    writer.root_object[NameObject("/OpenAction")] = action


def _xfa(writer: pypdf.PdfWriter) -> None:
    form = DictionaryObject(
        {
            NameObject("/XFA"): TextStringObject("<xdp:xdp><!ENTITY a 'bomb'></xdp:xdp>"),
            NameObject("/Fields"): ArrayObject(),
        }
    )
    writer.root_object[NameObject("/AcroForm")] = form


def _unknown_handler(path: Path) -> None:
    entry = b"/Encrypt << /Filter /Vendor.Secret /V 9 /R 9 /Length 128 /O (x) /U (x) /P -4 >> /ID [(a) (a)]"
    write(path, raw(usual(), trailer=entry))


def _sparse(path: Path) -> None:
    write(path, good())
    os.truncate(path, 2**40)  # a hole of a terabyte takes no room on the disk


def _attach(writer: pypdf.PdfWriter) -> None:
    writer.add_attachment("../../evil.exe", b"MZ" * 1000)


def _locked(user_password: str) -> Build:
    return lambda path: _lock(path, user_password)


def _lock(path: Path, user_password: str) -> None:
    write_encrypted(path, _plain(path), user_password=user_password)


def _big_numbers(writer: pypdf.PdfWriter) -> None:
    writer.pages[0][NameObject("/UserUnit")] = FloatObject("1e38")
    writer.pages[0][NameObject("/Rotate")] = NumberObject(123456789)


def _cut(share: float, *pages: str) -> Build:
    def build(path: Path) -> None:
        data = good(*pages)
        write(path, data[: int(len(data) * share)])

    return build


TWELVE = tuple(f"Page {number} says that {WORDS}" for number in range(1, 13))

LINE = b"(%s) Tj T* "

BAIT = {
    "numbers": "1." * 400,
    "spaces": "a" + " " * 3000 + "b",
    "leaders": "Contents " + ". " * 300 + "x",
    "brackets": "(" * 3000,
    "quotes": "\u00ab" * 200 + "\u00bb" * 2000,
    "words": "aa, " * 1000,
    "letters": "x" * 5000,
    "hyphens": "a-" * 2500,
    "bullets": "\u2022" * 2000,
    "stops": "e.g. " * 1500 + "i.e." * 500,
    "digits": "9" * 4500,
}
"""Lines that an expression with two ways to read them would take for ever on."""

OPERATORS = b"0 0 m 1 1 l S\n"

KINDS: tuple[Kind, ...] = (
    # Bombs: little that unpacks to much.
    Kind("bomb-content", content(b"0 " * 50_000_000), "too-much-memory"),
    Kind("bomb-nested-filters", _nested_filters, "too-much-memory"),
    Kind("bomb-object-stream", _object_stream_bomb, "damaged"),
    Kind("bomb-image", _image_bomb, "added", WORDS),
    Kind("bomb-font", _font_bomb, "added", WORDS),
    Kind("bomb-cmap", _cmap_bomb, "too-much-memory"),
    Kind("bomb-forms", _forms(25, wide=10), CRASHED),
    # Circles and lies in the structure.
    Kind("tree-self", one({2: b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"}), "damaged"),
    Kind("tree-cycle", one({3: b"<< /Type /Pages /Count 1 /Parent 2 0 R /Kids [2 0 R] >>"}), "damaged"),
    Kind("tree-twice", one({2: b"<< /Type /Pages /Count 2 /Kids [3 0 R 3 0 R] >>"}), "added", WORDS),
    Kind("tree-parent-self", one({3: PAGE.replace(b"/Parent 2 0 R", b"/Parent 3 0 R")}), "added", WORDS),
    Kind("tree-no-kids", one({2: b"<< /Type /Pages /Count 1 >>"}), "damaged"),
    Kind("tree-null-kid", one({2: b"<< /Type /Pages /Count 2 /Kids [99 0 R 3 0 R] >>"}), "damaged"),
    Kind(
        "tree-deep",
        one({2: b"<< /Type /Pages /Count 1 /Kids %s >>" % (b"[" * 2000 + b"3 0 R" + b"]" * 2000)}),
        "damaged",
    ),
    Kind("count-huge", one({2: b"<< /Type /Pages /Count 2000000000 /Kids [3 0 R] >>"}), "added", WORDS),
    Kind("count-negative", one({2: b"<< /Type /Pages /Count -5 /Kids [3 0 R] >>"}), "added", WORDS),
    Kind("count-text", one({2: b"<< /Type /Pages /Count (many) /Kids [3 0 R] >>"}), "added"),
    Kind("pages-20000", _many_pages(20_000), "too-many-pages"),
    Kind("outline-cycle", _outline(b"<< /Title (A) /Next 7 0 R /First 7 0 R /Dest [3 0 R /Fit] >>"), "added", WORDS),
    Kind("outline-long", _outline(b"<< /Title (%s) /Dest [3 0 R /Fit] >>" % (b"A" * 1_000_000)), "added", WORDS),
    Kind("contents-self", one({4: b"[4 0 R]"}), "no-text-layer"),
    Kind(
        "resources-self",
        one(
            {
                3: PAGE.replace(b"<< /Font << /F1 5 0 R >> >>", b"6 0 R"),
                6: b"<< /Font 6 0 R /XObject 6 0 R /F1 5 0 R >>",
            }
        ),
        "added",
    ),
    Kind(
        "form-self",
        one(
            {
                3: PAGE.replace(b">> >> >>", b">> /XObject << /X 6 0 R >> >> >>"),
                4: stream(show(WORDS) + b" /X Do"),
                6: stream(
                    b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
                ),
            }
        ),
        "added",
        WORDS,
    ),
    Kind("length-self", one({4: stream(show(WORDS)).replace(b"/Length 53", b"/Length 4 0 R")}), "added"),
    Kind("length-lie", one({4: stream(show(WORDS)).replace(b"<< /Length ", b"<< /Length 9999999")}), "damaged"),
    Kind("prev-cycle", _prev_cycle, "added"),
    Kind("prev-nowhere", one(trailer=b"/Prev 999999999"), "added"),
    Kind("root-missing", lambda path: write(path, raw(usual(), root=77)), "damaged"),
    Kind("size-huge", one(trailer=b"/Size 2147483647"), "added", WORDS),
    Kind(
        "labels-cycle",
        one({1: b"<< /Type /Catalog /Pages 2 0 R /PageLabels 6 0 R >>", 6: b"<< /Kids [6 0 R] >>"}),
        "added",
        WORDS,
    ),
    Kind(
        "labels-huge",
        one({1: b"<< /Type /Catalog /Pages 2 0 R /PageLabels << /Nums [0 << /S /r /St 2000000000 >>] >> >>"}),
        "added",
        WORDS,
    ),
    # Depth and size.
    Kind("deep-array", one({6: chain(100_000), 3: page(b" /Odd 6 0 R")}), "added", WORDS),
    Kind("deep-dict", one({3: page(b" /Odd " + b"<< /A " * 20_000 + b"1" + b" >>" * 20_000)}), "added"),
    Kind("deep-q", content(b"q " * 200_000 + show(WORDS)), "added"),
    Kind("deep-forms", _forms(2_000), "added"),
    Kind("deep-content-array", content(b"BT /F1 10 Tf " + chain(50_000) + b" TJ ET " + show(WORDS)), "damaged"),
    Kind("operators-180-thousand", content(OPERATORS * 60_000 + show(WORDS)), "added", WORDS),
    Kind("fonts-5000", _fonts(5_000), "added", WORDS),
    Kind("line-of-a-million", content(b"BT /F1 10 Tf 72 760 Td (%s) Tj ET" % (b"abcdefgh " * 120_000)), "damaged"),
    Kind("lines-of-full-stops", content(show(*[". . . . . . . ." for _ in range(200)])), "added"),
    *(Kind(f"bait-{name}", content(show(*[line] * 3, WORDS)), "added", WORDS) for name, line in BAIT.items()),
    # Boxes.
    Kind("box-zero", boxed(b"/MediaBox [0 0 0 0]"), "added"),
    Kind("box-negative", boxed(b"/MediaBox [0 0 -595 -842]"), "added"),
    Kind("box-huge", boxed(b"/MediaBox [0 0 1e30 1e30]"), "no-text-layer"),
    Kind("box-text", boxed(b"/MediaBox [(a) (b) (c) (d)]"), "added"),
    Kind("box-nan", boxed(b"/MediaBox [NaN nan 595 842]"), "no-text-layer"),
    Kind("box-short", boxed(b"/MediaBox [0 0]"), "added"),
    Kind("box-missing", boxed(b""), "added", WORDS),
    Kind("box-elsewhere", boxed(b"/MediaBox [-20000 -20000 -10000 -10000]"), "added"),
    Kind("numbers-huge", _with_catalog(_big_numbers), "added"),
    # Text.
    Kind(
        "text-control",
        content(b"BT /F1 10 Tf 72 760 Td (Clusters\\000\\001\\033[31m export\\007 turbines.) Tj ET"),
        "added",
        "turbines.",
    ),
    Kind(
        "text-surrogates",
        _to_unicode(b"1 beginbfchar <43> <D800> endbfchar 1 beginbfchar <6c> <DFFF> endbfchar"),
        "added",
    ),
    Kind("text-nul-map", _to_unicode(b"1 beginbfrange <20> <7e> <0000> endbfrange"), "added"),
    Kind("text-broken-map", _to_unicode(b"beginbfchar <zz> <1 endbfchar 9 beginbfrange <00 [[[ << (("), "added"),
    Kind("text-long-map", _to_unicode(b"1 beginbfchar <43> <" + b"0041" * 50_000 + b"> endbfchar"), "damaged"),
    Kind("text-arabic", _to_unicode(b"1 beginbfrange <41> <7a> <0627> endbfrange"), "added"),
    Kind("text-chinese", _to_unicode(b"1 beginbfrange <41> <7a> <4E2D> endbfrange"), "added"),
    Kind("text-bidi", _to_unicode(b"1 beginbfchar <43> <202E> endbfchar"), "added", "lusters"),
    Kind("font-no-encoding", one({5: b"<< /Type /Font /Subtype /TrueType >>"}), "added"),
    Kind("font-empty", one({5: b"<< >>"}), "added"),
    Kind("font-missing", one({3: PAGE.replace(b"/F1 5 0 R", b"/F1 99 0 R")}), "added"),
    Kind(
        "font-self",
        one(
            {
                5: b"<< /Type /Font /Subtype /Type0 /BaseFont /X /DescendantFonts [5 0 R] /Encoding 5 0 R "
                b"/ToUnicode 5 0 R >>"
            }
        ),
        "added",
    ),
    Kind(
        "font-differences",
        one(
            {
                5: FONT.replace(
                    b"/WinAnsiEncoding", b"<< /Differences [0 /%s 999999999 /a (x) null] >>" % (b"g" * 100_000)
                )
            }
        ),
        "damaged",
    ),
    Kind("font-type3", _type3, "added"),
    Kind("turned", one({3: page(b" /Rotate 270")}), "added", WORDS),
    Kind("turned-oddly", one({3: page(b" /Rotate 17.5")}), "added"),
    Kind("no-contents", one({3: PAGE.replace(b"/Contents 4 0 R", b"")}), "no-text-layer"),
    Kind("blank", content(b""), "no-text-layer"),
    # What a viewer would run, attach or show.
    Kind(
        "javascript",
        one({1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"}),
        "added",
        WORDS,
    ),
    Kind("launch", _with_catalog(_launch), "added", WORDS),
    Kind(
        "embedded",
        _with_catalog(_attach),
        "added",
        WORDS,
    ),
    Kind("xfa", _with_catalog(_xfa), "added", WORDS),
    Kind(
        "title-odd",
        _with_catalog(lambda writer: writer.add_metadata({"/Title": "\x1b[31mRed\x00\u202e" + "x" * 100_000})),
        "added",
        WORDS,
    ),
    # Other files, and PDFs in odd clothes.
    Kind("zero-bytes", lambda path: write(path, b""), "empty"),
    Kind("text", lambda path: write(path, b"A letter, not a PDF."), "not-a-pdf"),
    Kind("html", lambda path: write(path, b"<!doctype html><title>Log in</title>"), "not-a-pdf"),
    Kind("zip", lambda path: write(path, b"PK\x03\x04" + bytes(5000)), "not-a-pdf"),
    Kind("zeros", lambda path: write(path, bytes(100_000)), "not-a-pdf"),
    Kind("header-alone", lambda path: write(path, b"%PDF-1.7\n"), "damaged"),
    Kind("header-and-noise", lambda path: write(path, b"%PDF-1.7\n" + bytes(range(256)) * 400), "damaged"),
    Kind("junk-before", lambda path: write(path, b"HTTP/1.1 200 OK\r\n\r\n" + good()), "added", WORDS),
    Kind("junk-after", lambda path: write(path, good() + b"\0" * 50_000), "added", WORDS),
    Kind("html-after", lambda path: write(path, good() + b"<script>1</script>" * 50), "added", WORDS),
    Kind("objects-after", lambda path: write(path, good() + b"<html>9 0 obj endobj</html>" * 50), "added", WORDS),
    Kind("updated", _updated, "added", WORDS),
    Kind("sparse", _sparse, "too-large"),
    Kind("needs-password", _locked("cluster"), "encrypted"),
    Kind("owner-password", _locked(""), "added", WORDS),
    Kind("unknown-handler", _unknown_handler, "encrypted"),
    # Cut off.
    Kind("cut-5", _cut(0.05, *TWELVE), "damaged"),
    Kind("cut-30", _cut(0.30, *TWELVE), "added", "Page 1 says"),
    Kind("cut-60", _cut(0.60, *TWELVE), "added", "Page 5 says"),
    Kind("cut-80", _cut(0.80, *TWELVE), "added", "Page 11 says"),
    Kind("cut-99", _cut(0.99, *TWELVE), "added", "Page 12 says"),
    # Names: the file is good.
    *(
        Kind(
            name,
            lambda path: write(path, good(f"{WORDS} {path.name[:20].encode('ascii', 'replace').decode()}")),
            "added",
            WORDS,
        )
        for name in (
            "name with spaces",
            "-rf",
            "name\nwith\nlines",
            "\u540d\u524d \u0627\u0633\u0645 \U0001f600",
            "..\\..\\x",
            "name\x1b[31m",
            "a" * 240,
            "$(touch x)`x`",
            "%s%n{0}",
        )
    ),
)


def write_all(folder: Path, kinds: Iterable[Kind] = KINDS) -> dict[str, Kind]:
    """Write one file of each kind into a folder, and return the kind of each by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for kind in kinds:
        path = folder / f"{kind.name}.pdf"
        kind.build(path)
        found[path.name] = kind
    return found


def write_many(folder: Path, count: int) -> None:
    """Write a folder of small good files, each with its own words."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        write(folder / f"report-{number:05}.pdf", good(f"Report {number} says that {WORDS}"))
