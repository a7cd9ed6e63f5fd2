"""Generated documents: PDFs of random parts, with what a reader of them must find, sentence by sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.ingest.pdfs import HEIGHT, LEFT, WIDTH

WORDS = """partnership region export market members workshop organisation internationalisation competitiveness strategy
digital green skills training mission fair agreement network funding company university agency coordinator questionnaire
participation establishment neighbouring countries technology transfer support benefits barriers consortium""".split()
HEADER = "Generated report on clusters"
TEXT_WIDTH, TOP, BOTTOM = 400, 730, 110
OPENING = (
    "Clusters of companies work with universities and agencies of their region. Together they reach markets abroad "
    "which none of them reaches alone. This report was drawn for a test and says nothing that anybody must believe."
)


@dataclass(frozen=True)
class Part:
    """One part of a document: its kind, and its texts (sentences, items, or cells by row)."""

    kind: str
    texts: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass
class Expected:
    """A sentence that must be found: its text, section path, kind, and the words that its spans hold."""

    text: str
    section: tuple[str, ...]
    kind: str
    part: int
    words: tuple[str, ...] = ()


@dataclass
class Generated:
    """A drawn document and what must be found in it."""

    path: Path
    pages: int = 1
    expected: list[Expected] = field(default_factory=list)


_words = st.lists(st.sampled_from(WORDS), min_size=3, max_size=14)
_sentence = _words.map(lambda found: " ".join(found).capitalize() + ".")
_item = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join)
_heading = st.lists(st.sampled_from(WORDS[:12]), min_size=2, max_size=3).map(lambda found: " ".join(found).capitalize())
_cell = st.sampled_from(WORDS)


def _list(texts: tuple[str, list[str]]) -> Part:
    return Part("list", (texts[0].replace(".", ":"), *texts[1]))


parts = st.one_of(
    st.lists(_sentence, min_size=1, max_size=4).map(lambda texts: Part("paragraph", tuple(texts))),
    st.tuples(_sentence, st.lists(_item, min_size=2, max_size=5)).map(_list),
    _heading.map(lambda text: Part("heading", (text,))),
    _heading.map(lambda text: Part("subheading", (text,))),
    st.tuples(_heading, st.lists(_sentence, min_size=1, max_size=3)).map(lambda t: Part("box", (t[0], *t[1]))),
    st.lists(st.tuples(_cell, _cell, _cell), min_size=3, max_size=5).map(lambda rows: Part("table", rows=tuple(rows))),
)


def _document(found: list[Part]) -> list[Part]:
    """Begin with the opening; a table below another one is left out, for it may be the rest of that one."""
    kept, after_table = [Part("paragraph", (OPENING,))], False
    for part in found:
        if part.kind == "table" and after_table:
            continue
        after_table = part.kind == "table" or (after_table and part.kind in ("paragraph", "box"))
        kept.append(part)
    return kept


documents = st.lists(parts, min_size=1, max_size=14).map(_document)


class _Pen:
    """Sets parts line by line, on as many pages as it takes; breaks long words at line ends."""

    def __init__(self) -> None:
        self.pages: list[list[tuple[str, float, float, str, float]]] = [[]]
        self.rules: dict[int, list[tuple[float, float, float, float]]] = {}
        self.tints: dict[int, list[tuple[float, float, float, float]]] = {}
        self._y = float(TOP)

    def line(self, text: str, *, x: float = LEFT, font: str = "Helvetica", size: float = 10, mark: str = "") -> None:
        if self._y < BOTTOM:
            self._turn()
        if mark:
            self.pages[-1].append((mark, LEFT, self._y, font, size))
        self.pages[-1].append((text, x, self._y, font, size))
        self._y -= 1.4 * size

    def gap(self, points: float) -> None:
        self._y -= points

    def _turn(self) -> None:
        self.pages.append([])
        self._y = float(TOP)

    def text(self, text: str, *, x: float = LEFT, mark: str = "") -> None:
        for i, line in enumerate(_lines(text, LEFT + TEXT_WIDTH - x)):
            self.line(line, x=x, mark=mark if not i else "")

    def box(self, title: str, text: str) -> None:
        """Set a tinted box with a bold title, whole on one page."""
        height = 14 * (len(_lines(text, TEXT_WIDTH)) + 1) + 12
        if self._y - height < BOTTOM:
            self._turn()
        self.tints.setdefault(len(self.pages) - 1, []).append(
            (LEFT - 8, self._y - height + 12, TEXT_WIDTH + 16, height)
        )
        self.line(title, font="Helvetica-Bold")
        self.text(text)
        self.gap(8)

    def table(self, rows: tuple[tuple[str, ...], ...]) -> None:
        if self._y - 20 * len(rows) < BOTTOM:
            self._turn()
        rules = self.rules.setdefault(len(self.pages) - 1, [])
        top, width, columns = self._y, 140, len(rows[0])
        bottom = top - 20 * len(rows)
        rules += [(LEFT, top - 20 * i, LEFT + width * columns, top - 20 * i) for i in range(len(rows) + 1)]
        rules += [(LEFT + width * k, top, LEFT + width * k, bottom) for k in range(columns + 1)]
        for i, row in enumerate(rows):
            for k, cell in enumerate(row):
                self.pages[-1].append((cell, LEFT + width * k + 4, top - 20 * i - 13, "Helvetica", 10))
        self._y = bottom - 12


def _lines(text: str, width: float) -> list[str]:
    lines, held = [], ""
    for word in text.split(" "):
        whole = f"{held} {word}".strip()
        if stringWidth(whole, "Helvetica", 10) <= width:
            held = whole
            continue
        head = next(
            (
                i
                for i in range(len(word) - 4, 3, -1)
                if stringWidth(f"{held} {word[:i]}-", "Helvetica", 10) <= width and word[: i + 1].isalpha()
            ),
            0,
        )
        lines.append(f"{held} {word[:head]}-" if head else held)
        held = word[head:]
    return [*lines, held]


def draw(path: Path, found: list[Part]) -> Generated:
    """Draw a document and say what must be found in it."""
    pen, drawn = _Pen(), Generated(path)
    section: list[str] = []
    boxed: list[Expected] = []  # what stands in boxes comes after the text of its section
    for number, part in enumerate(found):
        if part.kind in ("heading", "subheading"):
            main = part.kind == "heading"
            drawn.expected += boxed
            boxed = []
            pen.gap(14)
            pen.line(part.texts[0], font="Helvetica-Bold", size=18 if main else 14)
            section = [part.texts[0]] if main else [*section[:1], part.texts[0]]
            if not main and len(section) == 2 and drawn_without_main(found[:number]):
                section = section[1:]
        elif part.kind == "table":
            pen.table(part.rows)
            header, *rows = part.rows
            for row in rows:
                text = f"{row[0]} — {header[1]}: {row[1]}; {header[2]}: {row[2]}"
                drawn.expected.append(Expected(text, tuple(section), "row", number, row))
        elif part.kind == "box":
            title, *texts = part.texts
            pen.box(title, " ".join(texts))
            boxed += [Expected(text, (*section, title), "text", number) for text in texts]
        elif part.kind == "list":
            lead, *items = part.texts
            pen.text(lead)
            for item in items:
                pen.text(item, x=LEFT + 14, mark="•")
            kinds = ["lead"] + ["item"] * len(items)
            drawn.expected += [
                Expected(text, tuple(section), kind, number) for text, kind in zip(part.texts, kinds, strict=True)
            ]
        else:
            pen.text(" ".join(part.texts))
            texts = [text if text.endswith(".") else f"{text}." for all_ in part.texts for text in all_.split(". ")]
            drawn.expected += [Expected(text, tuple(section), "text", number) for text in texts]
        pen.gap(12)
    drawn.expected += boxed
    _write(pen, drawn)
    return drawn


def drawn_without_main(before: list[Part]) -> bool:
    """Tell whether no main heading has come yet, so that a subheading stands alone in the path."""
    return not any(part.kind == "heading" for part in before)


def _write(pen: _Pen, drawn: Generated) -> None:
    drawn.pages = len(pen.pages)
    canvas = Canvas(str(drawn.path), pagesize=(WIDTH, HEIGHT), invariant=True)
    for i, texts in enumerate(pen.pages):
        if len(pen.pages) > 2:
            texts = [(HEADER, LEFT, 810, "Helvetica", 8), *texts, (f"Page {i + 1}", 280, 30, "Helvetica", 8)]
        canvas.setFillGray(0.92)
        for x, y, width, height in pen.tints.get(i, []):
            canvas.rect(x, y, width, height, fill=1, stroke=0)
        canvas.setFillGray(0)
        for text, x, y, font, size in texts:
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        for rule in pen.rules.get(i, []):
            canvas.line(*rule)
        canvas.showPage()
    canvas.save()
