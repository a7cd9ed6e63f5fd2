"""Plain texts → store: passages as from a PDF, for corpora that have no pages, such as those of public benchmarks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from advisor.embedding import Embedder
from advisor.records import Document, Page, Passage
from advisor.store.library import Embedded
from advisor.store.versions import publish, stage, writing
from ingest.blocks import Block
from ingest.build import SHORT_ID
from ingest.embedding import embed_passages
from ingest.layout import Layout
from ingest.pages import SourcePage, SourcePdf
from ingest.passages import CountTokens, split_document

BATCH = 64
"""Texts that are embedded and written together: memory does not grow with the corpus."""

_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![ \t]*\n))+")


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text without pages; `name` stands for the file name and is its own in its corpus."""

    name: str
    title: str
    text: str


def ingest_texts(
    texts: Iterable[PlainText], *, store: Path, embedder: Embedder, progress: Callable[[int], object] | None = None
) -> None:
    """Build a new store from texts, each a document of one page; `progress` is told how many were written.

    A run that is stopped leaves no store, and the next one begins anew.

    Raises:
        StoreError: the store cannot be written, or there is one already that another process writes.
    """
    with writing(store):
        library = stage(store, anew=True)
        try:
            library.set_meta(embedder=embedder.name, dim=str(embedder.dim))
            for batch in _batches(texts):
                read = [
                    (text, read_text(text, embedder.count_tokens, max_tokens=embedder.max_tokens)) for text in batch
                ]
                titled = [(text.title, passage) for text, passages in read for passage in passages]
                embedded = embed_passages(titled, embedder)
                parts = _parts(embedded, [passages for _, passages in read])
                with library.transaction():
                    for (text, passages), part in zip(read, parts, strict=True):
                        library.add(_document(text), [_page(text)], passages, part)
                if progress:
                    progress(len(batch))
            publish(store, library)
        finally:
            library.close()


def _batches(texts: Iterable[PlainText]) -> Iterator[list[PlainText]]:
    rest = iter(texts)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _parts(embedded: Embedded, read: Sequence[Sequence[Passage]]) -> Iterator[Embedded]:
    """Divide the vectors of a batch among its texts."""
    first = said = 0
    for passages in read:
        last, spoken = first + len(passages), said + sum(len(passage.sentences) for passage in passages)
        yield Embedded(embedded.passages[first:last], embedded.tokens[first:last], embedded.sentences[said:spoken])
        first, said = last, spoken


def read_text(text: PlainText, count_tokens: CountTokens, *, max_tokens: int) -> list[Passage]:
    """Return the passages of a text: its paragraphs, divided by empty lines, packed as those of a PDF are."""
    page = _page(text)
    blocks = tuple(
        Block("paragraph", found.group(), [(1, found.start(), found.end())])
        for found in _PARAGRAPH.finditer(text.text)
        if any(map(str.isalnum, found.group()))
    )
    pdf = SourcePdf(Path(text.name), text.title, (SourcePage(page, (None,) * len(text.text)),), ())
    layout = Layout((page,), blocks, tables=0)
    split = split_document(_id(text), pdf, layout, count_tokens=count_tokens, max_tokens=max_tokens)
    return list(split.passages)


def _page(text: PlainText) -> Page:
    return Page(1, "", text.text, 0, 0)


def _id(text: PlainText) -> str:
    return _sha256(text)[:SHORT_ID]


def _sha256(text: PlainText) -> str:
    return hashlib.sha256("\0".join((text.name, text.title, text.text)).encode("utf-8", "replace")).hexdigest()


def _document(text: PlainText) -> Document:
    return Document(_id(text), text.name, text.name, text.title or text.name, page_count=1, sha256=_sha256(text))
