"""Small stores with known words at known places, written straight through the library: no PDF, no weights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.embedding import Embedder
from advisor.records import Document, Heading, Hit, Page, Passage, Sentence, SentenceKind, Span
from advisor.retrieval.retriever import Retriever
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store, publish, stage, writing
from ingest.embedding import embed_passages
from tests.fakes import HashEmbedder

WIDTH, HEIGHT = 595.0, 842.0

Line = tuple[SentenceKind, str, str]
"""Kind, text on the page, text as it is read. A form feed in the text on the page is the end of the page."""


def prose(*sentences: str) -> tuple[Line, ...]:
    """A paragraph."""
    return tuple(("text", sentence, sentence.replace("\f", " ")) for sentence in sentences)


def listed(lead: str, *items: str) -> tuple[Line, ...]:
    """A lead-in with its list."""
    return ("lead", lead, lead), *(("item", item, item) for item in items)


def table(*rows: tuple[str, str]) -> tuple[Line, ...]:
    """The rows of a table: as they stand on the page, and as they are read under their column headers."""
    return tuple(("row", on_page, read) for on_page, read in rows)


@dataclass(frozen=True)
class Section:
    """A heading path and the blocks under it; it becomes one passage. `opens_page` puts it on a new page."""

    path: tuple[str, ...]
    blocks: tuple[tuple[Line, ...], ...]
    opens_page: bool = False


def section(*path: str, blocks: Sequence[tuple[Line, ...]], opens_page: bool = False) -> Section:
    return Section(path, tuple(blocks), opens_page)


@dataclass(frozen=True)
class Report:
    """A document; `outlined` writes its headings too, behind all text on the last page."""

    file: str
    title: str
    sections: tuple[Section, ...]
    outlined: bool = False

    @property
    def document_id(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


HANDBOOK = Report(
    "handbook.pdf",
    "Harbour handbook",
    (
        section(
            "Journey",
            "Step 3",
            blocks=[
                prose("Step 3 turns loose contacts into partners.", "It takes about six months."),
                listed(
                    "Before leaving step 3 a cluster organisation should hold:",
                    "a signed letter of intent,",
                    "a shared budget,",
                    "one named contact on each side.",
                ),
            ],
        ),
        section(
            "Journey",
            "Step 4",
            blocks=[
                listed(
                    "Before leaving step 4 a cluster organisation should hold:", "a joint calendar,", "a translator."
                )
            ],
        ),
        section(
            "Fairs",
            blocks=[prose("Visits to trade fairs bring new partners.", "A visit costs about 1,200 euros.")],
            opens_page=True,
        ),
        section("Recommendations", blocks=[prose("R9 asks policy makers to finance joint missions.")]),
        section("Fees", blocks=[prose("Members pay a yearly fee\fof 300 euros to the Harbour Cluster.")]),
    ),
)
SURVEY = Report(
    "survey.pdf",
    "Partnership survey",
    (
        section("Contacts", blocks=[prose("Visits to trade fairs bring new partners.")]),
        section(
            "Barriers",
            blocks=[
                table(
                    ("Money 8", "Barrier: Money; Named by: 8 partnerships"),
                    ("Language 3", "Barrier: Language; Named by: 3 partnerships"),
                    ("Distance 5", "Barrier: Distance; Named by: 5 partnerships"),
                )
            ],
        ),
        section("Skills", blocks=[prose("Half of the staff learned Portuguese in Lisbon.")]),
    ),
)


def build_store(path: Path, *reports: Report, embedder: Embedder | None = None) -> Path:
    """Add reports to the store at a path, made where there is none, as one new version; return the path."""
    model = embedder or HashEmbedder()
    with writing(path):
        library = stage(path)
        library.set_meta(embedder=model.name, dim=str(model.dim))
        for report in reports:
            document, pages, passages, headings = _read(report)
            embedded = embed_passages([(report.title, passage) for passage in passages], model)
            with library.transaction():
                library.add(document, pages, passages, embedded, headings)
        publish(path, library)
    return path


def _read(report: Report) -> tuple[Document, list[Page], list[Passage], list[Heading]]:
    texts = [""]
    passages: list[Passage] = []
    group = 0
    for found in report.sections:
        if found.opens_page:
            texts.append("")
        passage_id = f"{report.document_id}-{len(passages) + 1:04d}"
        sentences: list[Sentence] = []
        for block in found.blocks:
            group += 1
            for kind, on_page, read in block:
                spans = tuple(_placed(on_page, texts))
                sentence_id = f"{passage_id}-{len(sentences) + 1:02d}"
                sentences.append(Sentence(sentence_id, passage_id, report.document_id, kind, group, read, spans))
        text = "\n".join(sentence.text for sentence in sentences)
        passages.append(Passage(passage_id, report.document_id, found.path, text, tuple(sentences)))
    first: dict[tuple[str, ...], str] = {}
    for passage in passages:
        for depth in range(1, len(passage.section) + 1):
            first.setdefault(passage.section[:depth], passage.passage_id)
    headings = [
        Heading(passage_id, report.document_id, path, tuple(_placed(path[-1], texts)))
        for path, passage_id in first.items()
        if report.outlined
    ]
    pages = [Page(number, f"p{number}", text, WIDTH, HEIGHT) for number, text in enumerate(texts, start=1)]
    digest = hashlib.sha256(report.document_id.encode()).hexdigest()
    document = Document(report.document_id, report.file, report.file, report.title, len(pages), digest, year=2020)
    return document, pages, passages, headings


def _placed(on_page: str, texts: list[str]) -> Iterator[Span]:
    """Write a sentence behind what is on the last page, and yield where its parts stand."""
    for i, part in enumerate(on_page.split("\f")):
        if i:
            texts.append("")
        elif texts[-1]:
            texts[-1] += "\n"
        start = len(texts[-1])
        texts[-1] += part
        top = 100.0 + 18.0 * texts[-1].count("\n")
        yield Span(len(texts), start, len(texts[-1]), ((72.0, top, 72.0 + 5.0 * len(part), top + 11.0),))


def understood(store: Store, question: str) -> Query:
    """Return the query for a question, with the stand-in without weights."""
    return Retriever(store, HashEmbedder()).understand(question)


def searched(store: Store, question: str, focus: str = "") -> tuple[Query, list[Hit]]:
    """Return the query for a question, which ends with `focus` where it leans on another, and its hits."""
    retriever = Retriever(store, HashEmbedder())
    query = retriever.understand(question, focus=focus)
    return query, retriever.retrieve(query)
