"""PDFs → store: joins the steps, keeps the ledger, and makes the new version current when it is whole."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from advisor.embedding import Embedder
from advisor.errors import AdvisorError, CorpusError
from advisor.records import SKIP_REASONS, UNUSED, Document
from advisor.store.library import Embedded, LedgerEntry, Library
from advisor.store.versions import (
    check_embedder,
    check_removed,
    current_library,
    current_version,
    delete_other_versions,
    discard_staging,
    open_store,
    publish,
    stage,
    writing,
)
from ingest.absent import absent_documents
from ingest.embedding import embed_passages
from ingest.estimate import seeming_pages
from ingest.manifest import Found, Source, find_files, read_sources
from ingest.pages import content_hash
from ingest.reading import READER, Reading
from ingest.recognition import check_program, recognised_copy
from ingest.results import FileResult, IngestResult, Progress
from ingest.worker import Job, Limits, UnforeseenError, Worker, job_for, worker

SHORT_ID = 12
"""Hexadecimal digits of the SHA-256 that make a document's id: 48 bits tell a million documents apart."""


@dataclass(slots=True)
class _Clock:
    """Adds up the seconds of each step."""

    spent: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.spent[name] += time.perf_counter() - started  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A document as read, before its vectors."""

    document: Document
    reading: Reading


@dataclass(frozen=True, slots=True)
class _Run:
    """What the steps of one run share."""

    library: Library
    store: Path
    embedder: Embedder
    worker: Worker
    clock: _Clock
    progress: Progress | None
    passwords: tuple[str, ...]
    ocr: Path | None

    def job(self, file: Path, sha256: str) -> Job:
        return job_for(file, document_id=sha256[:SHORT_ID], embedder=self.embedder, passwords=self.passwords)


def ingest(
    paths: Iterable[Path],
    *,
    store: Path,
    embedder: Embedder,
    progress: Progress | None = None,
    passwords: Sequence[str] = (),
    ocr: Path | None = None,
    leave_out: Collection[str] = (),
    limits: Limits | None = None,
) -> IngestResult:
    """Read PDFs and folders of PDFs into a store, skipping files whose content it already holds.

    PDFs are read in a process of their own, so that none can hang, crash or fill this one: `limits` are what one may
    use. `passwords` are tried in order on files that need one, and are kept nowhere. The embedder's tokenizer is used
    in that process too: its class must be importable there. A file of pictures is read from a copy with recognised
    text, made in the folder `ocr` where one is given: that copy is the document. Files whose SHA-256 is one of
    `leave_out` are passed over as if they were not there; what the store already holds of them stays.

    Each file is committed by itself; the new version becomes current once, at the end. A run that is stopped loses
    nothing: the store stays what it was, and the next run goes on with the files that were finished.

    Raises:
        CorpusError: a path does not exist, or a folder holds no PDF. A file that cannot be used is a result instead.
        StoreMismatchError: the store was built by another embedder or in another format.
        StoreError: the store cannot be written, or another process is writing to it.
        UsageError: `ocr` is given, and the program for it is not installed.
    """
    if ocr is not None:
        check_program()
    clock = _Clock()
    started = time.perf_counter()
    paths = list(paths)
    files = [found for found in find_files(paths) if not _is_left_out(found, leave_out)]
    folders = [path.resolve() for path in paths if path.is_dir()]
    with writing(store):
        library = stage(store)
        if not current_version(store) and library.meta("embedder") not in ("", embedder.name):
            library.close()  # what a first run with another model left when it was stopped
            library = stage(store, anew=True)
        try:
            with worker(limits) as reader:
                run = _Run(library, store, embedder, reader, clock, progress, tuple(passwords), ocr)
                before = reader.busy_s
                results = _ingest_files(files, run)
                clock.spent["parse"] = reader.busy_s - before  # type: ignore[assignment]
            missing = absent_documents(folders, library)
            if library.meta("changed") or not current_version(store):
                if progress:
                    progress.publishing()
                with clock.step("write"):
                    publish(store, library)
            else:
                library.close()
                discard_staging(store)
        finally:
            library.close()
    seconds = {step: clock.spent.get(step, 0.0) for step in ("parse", "embed", "write")}
    seconds["total"] = time.perf_counter() - started
    return IngestResult(str(store), tuple(results), seconds, missing)


def remove(document_id: str, *, store: Path) -> Document:
    """Take a document out of a store, so that neither its text nor its vectors stay on the disk.

    Raises:
        CorpusError: the store holds no such document.
        StoreNotFoundError: there is no store.
        StoreError: the store cannot be written, or the version that still holds the document cannot be deleted.
    """
    if not current_version(store):
        open_store(store)
    with writing(store):
        document = _held(document_id, store)
        library = stage(store, anew=True)  # what a stopped run left in staging is not what was asked for
        try:
            library.set_meta(removing="yes")  # a removal that is stopped is begun anew, never gone on with
            with library.transaction():
                library.remove(document.document_id)
            publish(store, library)
        finally:
            library.close()
        check_removed(store)
    return document


def _held(document_id: str, store: Path) -> Document:
    """Return a document of the current version; where it is gone, make sure that no version before still has it."""
    library = current_library(store)
    try:
        return library.document(document_id)
    except CorpusError:
        delete_other_versions(store, current_version(store))  # a removal that was stopped after the swap
        check_removed(store)
        raise
    finally:
        library.close()


def rebuild(*, store: Path) -> None:
    """Build the vectors of a store anew from SQLite alone, as a new version.

    Raises:
        StoreNotFoundError: there is no store.
        StoreMismatchError: the store has another format.
        StoreError: the store cannot be written.
    """
    if not current_version(store):
        open_store(store)
    with writing(store):
        publish(store, stage(store, anew=True))


def _ingest_files(files: Sequence[Found], run: _Run) -> list[FileResult]:
    if not run.library.meta("embedder"):
        run.library.set_meta(embedder=run.embedder.name, dim=str(run.embedder.dim))
    check_embedder(run.store, run.library, run.embedder)
    if run.progress:
        run.progress.files([_expected_pages(file, run.library) for file in files])
    sources = {folder: read_sources(folder) for folder in {file.path.parent for file in files}}
    results = []
    for file, following in zip_longest(files, files[1:]):
        if run.progress:
            run.progress.reading(_name(file.path))
        source = sources[file.path.parent].get(file.path.name, Source())
        result = _ingest_file(file, source, following, run)
        results.append(result)
        if run.progress:
            run.progress.done(result)
    _remove_replaced(run.library)
    return results


def _name(path: Path) -> str:
    """Return the name of a file as it can be stored and printed."""
    return path.name.encode("utf-8", "replace").decode()


def _expected_pages(found: Found, library: Library) -> int:
    if found.problem:
        return 0
    entry = library.entry(str(found.path.resolve()))
    is_current = entry is not None and bool(entry.document_id) and entry.result.get("reader") == READER
    if entry and is_current and _has_content(found.path, entry.sha256):
        return 0
    return seeming_pages(found.path)


def _ingest_file(found: Found, source: Source, following: Found | None, run: _Run) -> FileResult:
    """Read one file; while it is embedded, the one after it is already being read."""
    file = found.path
    if found.problem:
        return _unused(file, "", found.problem, run.library)
    try:
        sha256 = content_hash(file)
    except CorpusError as error:
        return _unused(file, "", error, run.library)
    known = _known(file, sha256, source, run.library)
    if known:
        return known
    try:
        reading = run.worker.read(run.job(file, sha256))
    except (AdvisorError, UnforeseenError) as error:
        if run.ocr is not None and isinstance(error, CorpusError) and error.reason == "no-text-layer":
            return _ingest_recognised(file, sha256, source, run.ocr, run)
        return _unused(file, sha256, error, run.library)
    _look_ahead(following, sha256, run)
    parsed = _parsed(file, sha256, source, reading)
    with run.clock.step("embed"):
        embedded = _embed(parsed, run.embedder, run.progress)
    with run.clock.step("write"):
        return _write(file, parsed, embedded, run.library)


def _ingest_recognised(file: Path, sha256: str, source: Source, folder: Path, run: _Run) -> FileResult:
    """Read a copy of a file of pictures whose text was recognised; what goes wrong is told of the file itself."""
    try:
        with run.clock.step("parse"):
            copy = recognised_copy(file, sha256, folder, pages=seeming_pages(file))
    except CorpusError as error:
        return _unused(file, sha256, error, run.library)
    result = _ingest_file(Found(copy), source, None, replace(run, ocr=None))
    if result.status in UNUSED:
        return result
    note = f"the text of {_name(file)} was recognised from pictures and may hold errors; quotes are from this copy"
    return replace(result, warnings=(*result.warnings, note))


def _look_ahead(found: Found | None, sha256: str, run: _Run) -> None:
    """Begin to read the next file, unless its content is that of the present one or in the store."""
    if found is None or found.problem:
        return
    try:
        following = content_hash(found.path)
    except CorpusError:  # it gets its reason when its turn comes
        return
    if following != sha256 and run.library.document_with(following) is None:
        run.worker.begin(run.job(found.path, following))


def _place(file: Path, reason: str) -> str:
    """Return where a file is, as the ledger names it: a link out of the folder and one to nowhere by themselves."""
    is_itself = reason == "outside-folder" or not file.is_file()
    place = file.parent.resolve() / file.name if is_itself else file.resolve()
    return str(place).encode("utf-8", "backslashreplace").decode()


def _unused(file: Path, sha256: str, error: Exception, library: Library) -> FileResult:
    """Note a file that cannot be used, and why; what an earlier content of it gave stays in the store.

    Raises:
        AdvisorError: `error` itself, where it is not about this file.
    """
    if isinstance(error, CorpusError) and error.reason in SKIP_REASONS:
        warning = str(error).encode("utf-8", "replace").decode()
        result = FileResult(_name(file), "", "skipped", error.reason, warnings=(warning,))
    elif isinstance(error, UnforeseenError):
        warning = f"{file} cannot be read ({error}); download it again or leave it out"
        result = FileResult(_name(file), "", "failed", error.reason, warnings=(warning,))
    else:
        raise error
    path = _place(file, result.reason)
    entry, before = LedgerEntry(path, sha256, "", result.status, result.reason, result.to_dict()), library.entry(path)
    if before is None or (not before.document_id and before != entry):
        with library.transaction():
            library.record(entry)
            library.set_meta(changed="yes")
    return result


def _known(file: Path, sha256: str, source: Source, library: Library) -> FileResult | None:
    """Return the result for content that the store already holds, None for new content."""
    path = str(file.resolve())
    held = library.document_with(sha256)
    if held is None:
        return None
    entry = library.entry(held.path)
    figures = entry.result if entry and entry.document_id == held.document_id else {}
    result = FileResult(
        file.name,
        held.document_id,
        "unchanged",
        pages=held.page_count,
        passages=library.passage_count(held.document_id),
        tables=int(figures.get("tables", 0)),
        warnings=tuple(figures.get("warnings", ())),
    )
    if held.path != path and _has_content(Path(held.path), sha256):
        result = replace(result, status="skipped", reason="duplicate", warnings=(f"same content as {held.path}",))
        duplicate = LedgerEntry(path, sha256, "", "skipped", "duplicate", result.to_dict())
        if library.entry(path) != duplicate:
            with library.transaction():
                library.record(duplicate)
                library.set_meta(changed="yes")
        return result
    if figures.get("reader") != READER:
        return None  # read by an older version of this program: this one reads it better
    with library.transaction():
        if held.path != path:  # the same document under another name or in another place
            library.relocate(held.document_id, file=file.name, path=path)
            library.record(LedgerEntry(path, sha256, held.document_id, "added", "", _remembered(result)))
            library.set_meta(changed="yes")
        # Passages are not embedded again: their vectors keep the title that they were embedded under. A title that the
        # manifest no longer gives stays, too, since the PDF's own is not read again.
        described = replace(
            held,
            title=source.title or held.title,
            publisher=source.publisher,
            year=source.year,
            language=source.language,
        )
        if described != held:
            library.describe(described)
            library.set_meta(changed="yes")
    return result


def _is_left_out(found: Found, leave_out: Collection[str]) -> bool:
    if not leave_out or found.problem:
        return False
    try:
        return content_hash(found.path) in leave_out
    except CorpusError:  # it gets its reason when its turn comes
        return False


def _has_content(path: Path, sha256: str) -> bool:
    try:
        return content_hash(path) == sha256
    except CorpusError:  # it is gone, or may no longer be read
        return False


def _remove_replaced(library: Library) -> None:
    """Remove documents whose file now has the content of another document that the store holds."""
    ledger = library.ledger()
    for document in library.documents():
        if ledger[document.path].document_id != document.document_id:
            with library.transaction():
                library.remove(document.document_id)
                library.set_meta(changed="yes")


def _parsed(file: Path, sha256: str, source: Source, reading: Reading) -> _Parsed:
    document = Document(
        document_id=sha256[:SHORT_ID],
        file=file.name,
        path=str(file.resolve()),
        title=source.title or reading.title or file.stem,
        page_count=len(reading.pages),
        sha256=sha256,
        publisher=source.publisher,
        year=source.year,
        language=source.language,
    )
    return _Parsed(document, reading)


def _embed(parsed: _Parsed, embedder: Embedder, progress: Progress | None) -> Embedded:
    if progress:
        progress.embedding(parsed.document.file, parsed.document.page_count)
    titled = [(parsed.document.title, passage) for passage in parsed.reading.passages]
    return embed_passages(titled, embedder, progress=progress.embedded if progress else None)


def _write(file: Path, parsed: _Parsed, embedded: Embedded, library: Library) -> FileResult:
    """Write a document in one transaction; an older version of the same file goes out in the same step."""
    path = str(file.resolve())
    before, held = library.entry(path), library.document_with(parsed.document.sha256)
    replaced = {before.document_id if before else "", held.document_id if held else ""} - {""}
    result = FileResult(
        file.name,
        parsed.document.document_id,
        "updated" if replaced else "added",
        pages=len(parsed.reading.pages),
        passages=len(parsed.reading.passages),
        tables=parsed.reading.tables,
        warnings=parsed.reading.warnings,
    )
    with library.transaction():
        for document_id in replaced:
            library.remove(document_id)
        reading = parsed.reading
        library.add(parsed.document, reading.pages, reading.passages, embedded, reading.headings)
        entry = LedgerEntry(path, parsed.document.sha256, parsed.document.document_id, "added", "", _remembered(result))
        library.record(entry)
        library.set_meta(changed="yes")
    return result


def _remembered(result: FileResult) -> dict[str, Any]:
    """Return what the ledger keeps of a result: with it the version of the reading, so that a better one reads anew."""
    return result.to_dict() | {"reader": READER}
