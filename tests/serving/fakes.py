"""A small store of PDFs with known words at known places, and an advisor that says what it is told to say."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from advisor.answering.stepping import in_steps
from advisor.errors import CorpusError, UsageError
from advisor.records import (
    Answer,
    AnswerEvent,
    AnswerReady,
    AnswerSentence,
    Box,
    Citation,
    CitationReady,
    Document,
    Hit,
    Message,
    Page,
    Passage,
    PassagesFound,
    Searching,
    SearchMode,
    Sentence,
    SentenceKind,
    SentenceReady,
    Span,
)

WIDTH, HEIGHT = 595.0, 842.0
LEFT, TOP, SIZE, LEADING = 72.0, 120.0, 11.0, 18.0

HANDBOOK = (
    (
        "Step 4. Find partners abroad",
        "Look for partners where your members already trade.",
        "Visits to fairs and study trips show in a week whether",
        "another cluster works on the same questions.",
        "A cluster organisation can",
        "join a matchmaking event,",
        "ask the European Cluster Collaboration Platform for contacts,",
        "invite a foreign cluster to its own annual meeting.",
    ),
    ("Step 5. Agree on the work", "Put in writing who pays for what.", "Name one person on each side who answers."),
    ("Step 6. Sustain the network", "Meet at least twice a year."),
)
SURVEY = (
    ("Barriers in the first year", "Eight partnerships report that firms are hard to involve.", "Money comes second."),
    ("Contacts", "Half of the partnerships met their partners at a matchmaking event."),
)


FOLLOW_UPS = ("What belongs into an agreement?", "How often should partners meet?")


@dataclass
class Store:
    """The PDFs on disk, with what an ingest would have stored about them."""

    folder: Path
    documents: dict[str, Document] = field(default_factory=dict)
    pages: dict[tuple[str, int], Page] = field(default_factory=dict)
    lines: dict[tuple[str, int], tuple[tuple[int, Box], ...]] = field(default_factory=dict)

    def add(self, document_id: str, title: str, pages: Sequence[Sequence[str]], *, front_matter: int = 0) -> None:
        """Draw the lines of each page; printed page numbers begin after the front matter."""
        path = self.folder / f"{document_id}.pdf"
        canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), invariant=1)
        for number, lines in enumerate(pages, start=1):
            self._draw(canvas, document_id, number, lines, label=str(number - front_matter) if front_matter else "")
        canvas.save()
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self.documents[document_id] = Document(document_id, path.name, str(path), title, len(pages), digest, year=2012)

    def _draw(self, canvas: Canvas, document_id: str, number: int, lines: Sequence[str], *, label: str) -> None:
        start, places = 0, []
        for row, line in enumerate(lines):
            base = TOP + LEADING * row
            canvas.setFont("Helvetica", SIZE)
            canvas.drawString(LEFT, HEIGHT - base, line)
            width = stringWidth(line, "Helvetica", SIZE)
            places.append((start, (LEFT, base - 0.8 * SIZE, LEFT + width, base + 0.25 * SIZE)))
            start += len(line) + 1
        canvas.showPage()
        self.pages[document_id, number] = Page(number, label, "\n".join(lines), WIDTH, HEIGHT)
        self.lines[document_id, number] = tuple(places)

    def cite(self, marker: int, document_id: str, page: int, first: str, last: str = "") -> Citation:
        """Cite the lines from `first` to `last`."""
        stored, document = self.pages[document_id, page], self.documents[document_id]
        start = stored.text.index(first)
        end = stored.text.index(last or first) + len(last or first)
        boxes = tuple(box for begin, box in self.lines[document_id, page] if start <= begin < end)
        quote = stored.text[start:end]
        section = (stored.text.partition("\n")[0],)
        return Citation(
            marker, document_id, document.file, document.title, page, stored.label, section, quote, start, end, boxes,
            passage_id=f"{document_id}-{page}",
        )  # fmt: skip

    def hit(self, rank: int, document_id: str, page: int) -> Hit:
        """A page as a passage that was found."""
        text = self.pages[document_id, page].text
        passage_id = f"{document_id}-{page}"
        span = Span(page, 0, len(text))
        sentence = Sentence(f"{passage_id}-1", passage_id, document_id, "text", 1, text, (span,))
        passage = Passage(passage_id, document_id, (text.partition("\n")[0],), text, (sentence,))
        return Hit(rank, 1.0 / rank, 0.5, passage, self.documents[document_id])


def build_store(folder: Path) -> Store:
    """Two reports of three and two pages."""
    store = Store(folder)
    store.add("d1handbook", "Cluster internationalisation handbook", HANDBOOK, front_matter=-10)
    store.add("d2survey", "Consultation of the partnerships", SURVEY)
    return store


def said(text: str, *markers: int, kind: SentenceKind = "text") -> AnswerSentence:
    """A sentence that quotes its citations."""
    return AnswerSentence(text, markers, "verbatim", kind)


def partners_answer(store: Store) -> Answer:
    """An answer with a paragraph, a list under its lead-in, and quotes from two reports."""
    citations = (
        store.cite(1, "d1handbook", 1, HANDBOOK[0][1]),
        store.cite(2, "d1handbook", 1, HANDBOOK[0][2], HANDBOOK[0][3]),
        store.cite(3, "d1handbook", 1, HANDBOOK[0][5]),
        store.cite(4, "d1handbook", 1, HANDBOOK[0][6]),
        store.cite(5, "d1handbook", 2, HANDBOOK[1][1]),
        store.cite(6, "d2survey", 2, SURVEY[1][1]),
    )
    sentences = (
        said(citations[0].quote, 1),
        said(citations[1].quote.replace("\n", " "), 2),
        said("A cluster organisation can", kind="lead"),
        said("join a matchmaking event,", 3, kind="item"),
        said("ask the European Cluster Collaboration Platform for contacts,", 4, kind="item"),
        said(citations[4].quote, 5),
        said(citations[5].quote, 6),
    )
    return answer(
        "How do we find partners abroad?", sentences, citations, hits=(store.hit(1, "d1handbook", 1),), confidence=0.9
    )


ROWS = (
    (
        "ELBE — Strand: 1; Sector: Ocean energy; Target markets outside Europe: Canada, China",
        "ELBE 1\nOcean energy Canada,\nChina",
    ),
    ("PIMAP — Strand: 1; Target markets outside Europe: To be defined", "PIMAP 1 To be defined"),
    ("NF4 — Strand: 2; Sector: Food; drink; Target markets outside Europe: Japan", "NF4 2\nFood; drink Japan"),
)
"""Rows of a table in words and as on their page: one lacks a cell, one has a semicolon in a cell."""


def rows_answer(store: Store) -> Answer:
    """An answer with rows of a table under its caption, a sentence, and a single row of another table."""
    caption = replace(store.cite(1, "d2survey", 1, SURVEY[0][0]), quote="Table 1: The partnerships.")
    rows = [replace(store.cite(2 + at, "d2survey", 1, SURVEY[0][1]), quote=page) for at, (_, page) in enumerate(ROWS)]
    alone = replace(store.cite(5, "d2survey", 2, SURVEY[1][0]), quote="Chile 4\nELBE")
    sentences = (
        said(caption.quote, 1, kind="lead"),
        *(said(text, 2 + at, kind="row") for at, (text, _) in enumerate(ROWS)),
        said("Money comes second.", 1),
        said("Chile — Number: 4; Partnerships: ELBE", 5, kind="row"),
    )
    return answer("Which partnerships are there?", sentences, (caption, *rows, alone), confidence=0.9)


def near_answer(store: Store, *, reason: str = "near") -> Answer:
    """What comes near a question that no report answers."""
    citation = store.cite(1, "d1handbook", 2, HANDBOOK[1][2])
    sentences = (said(citation.quote, 1),)
    return answer("How many staff?", sentences, (citation,), abstained=True, reason=reason, confidence=0.2)


def answer(
    question: str,
    sentences: tuple[AnswerSentence, ...] = (),
    citations: tuple[Citation, ...] = (),
    *,
    hits: tuple[Hit, ...] = (),
    confidence: float = 0.8,
    abstained: bool = False,
    reason: str = "answered",
) -> Answer:
    """An extractive answer."""
    text = " ".join(sentence.marked for sentence in sentences)
    return Answer(
        "a1", question, question, text, abstained, confidence, reason, "extractive", sentences, citations, hits
    )


@dataclass
class FakeAdvisor:
    """Stands in for the advisor: scripted answers, a gate before each sentence, a record of what it was asked."""

    store: Store
    answers: dict[str, Answer | Exception] = field(default_factory=dict)
    gate: Callable[[str, int], None] = lambda question, sentence: None
    asked: list[tuple[str, tuple[Message, ...]]] = field(default_factory=list)
    searched: list[tuple[str, int, tuple[str, ...], tuple[str, ...], SearchMode]] = field(default_factory=list)
    chosen: list[tuple[str, ...]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def documents(self) -> list[Document]:
        return list(self.store.documents.values())

    def document(self, document_id: str) -> Document:
        try:
            return self.store.documents[document_id]
        except KeyError:
            raise CorpusError(f"no document {document_id!r}") from None

    def page(self, document_id: str, number: int) -> Page:
        try:
            return self.store.pages[document_id, number]
        except KeyError:
            raise CorpusError(f"no page {number} in {document_id!r}") from None

    def sentence(self, sentence_id: str) -> Sentence:
        document_id, _, line = sentence_id.rpartition("-")
        try:
            ((start, box),) = self.store.lines[document_id, 1][int(line) : int(line) + 1]
        except (KeyError, ValueError):
            raise CorpusError(f"no sentence {sentence_id!r}") from None
        text = self.store.pages[document_id, 1].text[start:].partition("\n")[0]
        span = Span(1, start, start + len(text), (box,))
        return Sentence(sentence_id, document_id, document_id, "text", 1, text, (span,))

    def search(
        self,
        query: str,
        *,
        k: int = 8,
        document_ids: Sequence[str] = (),
        sections: Sequence[str] = (),
        mode: SearchMode = "hybrid",
    ) -> list[Hit]:
        self.searched.append((query, k, tuple(document_ids), tuple(sections), mode))
        places = [place for place in self.store.pages if not document_ids or place[0] in document_ids]
        return [self.store.hit(rank, *place) for rank, place in enumerate(places[:k], start=1)]

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        document_ids: Sequence[str] = (),
        extractive: bool = False,
        id: str = "",
    ) -> Answer:
        events = list(self.stream(question, history=history, extractive=extractive, id=id, document_ids=document_ids))
        assert isinstance(events[-1], AnswerReady)
        return events[-1].answer

    async def astream(self, question: str, **options: Any) -> AsyncGenerator[AnswerEvent, None]:
        async with aclosing(in_steps(self.stream(question, **options))) as events:
            async for event in events:
                yield event

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        extractive: bool = False,
        id: str = "",
        document_ids: Sequence[str] = (),
    ) -> Generator[AnswerEvent, None, None]:
        with self._lock:
            self.asked.append((question, tuple(history)))
            self.chosen.append(tuple(document_ids))
        if not question.strip():
            raise UsageError("the question is empty; ask something")
        scripted = self.answers.get(question) or replace(partners_answer(self.store), question=question)
        yield Searching(question, len(self.store.documents), len(self.store.pages))
        if isinstance(scripted, Exception):
            raise scripted
        yield PassagesFound(tuple(self.store.hit(rank, *place) for rank, place in enumerate(self.store.pages, start=1)))
        if not scripted.abstained:
            yield from self._sentences(question, scripted)
        yield AnswerReady(replace(scripted, id=id or scripted.id))

    def follow_ups(
        self, answer: Answer, *, asked: Sequence[str] = (), document_ids: Sequence[str] = (), count: int = 3
    ) -> tuple[str, ...]:
        return tuple(question for question in FOLLOW_UPS if question not in asked)[:count]

    def _sentences(self, question: str, scripted: Answer) -> Iterator[AnswerEvent]:
        for place, sentence in enumerate(scripted.sentences):
            self.gate(question, place)
            new = tuple(citation for citation in scripted.citations if citation.marker in sentence.markers)
            yield from map(CitationReady, new)
            yield SentenceReady(sentence, new)
