"""A store, a folder of PDFs → what a citation is checked against: page texts and drawn pages, read anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from types import TracebackType

from advisor.answering.talk.headings import question_of
from advisor.errors import CorpusError
from advisor.records import Document, Heading, Page, Passage
from advisor.retrieval.glossary import Glossary
from advisor.store.versions import current_library, current_version
from ingest.build import SHORT_ID
from ingest.glyphs import Drawing, GlyphReader
from ingest.pages import content_hash, read_pages
from ingest.recovery import readable

DRAWN_PAGES = 32
"""Drawn pages kept: answers to related questions cite the same ones. A page of A4 takes 2 MB."""

OPEN_FILES = 32


class Sources:
    """Reads each PDF once, finds it by its content, and knows what the store says of it. Use as a context manager."""

    def __init__(self, store: Path, corpus: Path | None, passwords: Sequence[str]) -> None:
        self._passwords = passwords
        self._library = current_library(store) if current_version(store) else None
        self._known = {d.document_id: d for d in self._library.documents()} if self._library else {}
        self._folder = sorted(path for path in corpus.rglob("*") if path.is_file()) if corpus else []
        self._ids: dict[Path, str] = {}
        self._paths: dict[str, Path] = {}
        self._texts: dict[str, list[str]] = {}
        self._open: dict[str, GlyphReader] = {}
        self._files = ExitStack()
        self.drawing = lru_cache(maxsize=DRAWN_PAGES)(self._drawing)

    def __enter__(self) -> Sources:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()
        if self._library:
            self._library.close()

    @property
    def has_store(self) -> bool:
        """Whether there is a store to compare with."""
        return self._library is not None

    def texts(self, document_id: str, file: str) -> list[str]:
        """Return the page texts of the document with this content.

        Raises:
            CorpusError: no PDF with this content is found, or it cannot be read.
        """
        if document_id not in self._texts:
            self._texts[document_id] = read_pages(self._path(document_id, file), passwords=self._passwords)
        return self._texts[document_id]

    def document(self, document_id: str) -> Document | None:
        """Return what the store knows of a document; None where it does not hold it."""
        return self._known.get(document_id)

    @cached_property
    def glossary(self) -> Glossary | None:
        """The words of the store; None where there is no store."""
        return Glossary(self._library) if self._library else None

    def page(self, document_id: str, number: int) -> Page | None:
        """Return a page as the store holds it; None where it does not hold its document."""
        return self._library.page(document_id, number) if self._library and document_id in self._known else None

    def passage(self, passage_id: str) -> Passage | None:
        """Return a passage of the store; None where it holds none of that id."""
        return next(iter(self._library.passages([passage_id])), None) if self._library else None

    def documents(self) -> list[Document]:
        """Return the documents of the store; none where there is no store."""
        return list(self._known.values())

    @cached_property
    def questions(self) -> frozenset[str]:
        """The questions that the headings of the store make, which an answer may suggest."""
        sections = {path for held in self._outlines() for _, path in held}
        return frozenset(made[1] for path in sections for heading in path if (made := question_of(heading)))

    def _outlines(self) -> Iterator[Sequence[tuple[str, Sequence[str]]]]:
        if self._library:
            yield from map(self._library.outline, self._known)

    def headings(self, document_id: str) -> list[Heading]:
        """Return the headings of a document as the store holds them; none where it does not hold it."""
        return self._library.headings(document_id) if self._library else []

    def _drawing(self, document_id: str, file: str, number: int) -> Drawing:
        """Return a page of a document as it is shown.

        Raises:
            CorpusError: the PDF is not found, or the page cannot be drawn.
        """
        if document_id not in self._open:
            if len(self._open) >= OPEN_FILES:
                self._files.close()
                self._open.clear()
            path = self._files.enter_context(readable(self._path(document_id, file))).path
            self._open[document_id] = self._files.enter_context(self._reader(path))
        try:
            return self._open[document_id].draw(number)
        except (CorpusError, MemoryError):
            raise
        except Exception as error:  # numbers that no page can have go through pdfium and fail in arithmetic
            raise CorpusError(
                f"page {number} of {file} cannot be drawn ({type(error).__name__}); look at it in a viewer"
            ) from error

    def _reader(self, path: Path) -> GlyphReader:
        """Return a reader of a file that one of the passwords opens; the texts were read, so one of them does."""
        for password in self._passwords:
            try:
                return GlyphReader(path, password=password)
            except CorpusError:  # the next one may open it, and none may be needed
                continue
        return GlyphReader(path)

    def _path(self, document_id: str, file: str) -> Path:
        if document_id not in self._paths:
            named = [path for path in self._folder if path.name == file]
            held = self._known.get(document_id)
            named += [path for path in (Path(held.path),) if path.is_file()] if held else []
            others = (path for path in self._folder if path.name != file and path.suffix.lower() == ".pdf")
            same = next((path for path in chain(named, others) if self._id(path) == document_id), None)
            if same is None and named:
                raise CorpusError(f"{named[0]} has changed since it was cited; ingest it again")
            if same is None:
                raise CorpusError(f"{file[:200]} is not found; name its folder with --corpus")
            self._paths[document_id] = same
        return self._paths[document_id]

    def _id(self, path: Path) -> str:
        """Return the document id of a file's content, "" where it cannot be opened."""
        if path not in self._ids:
            try:
                self._ids[path] = content_hash(path)[:SHORT_ID]
            except CorpusError:
                self._ids[path] = ""
        return self._ids[path]
