"""The folder of a store: one version at a time is current, a new one is built beside it and swapped in.

    store/
      CURRENT                      the name of the current version
      v000003-3f9a/library.sqlite  what is true
      v000003-3f9a/vectors/        Chroma, built from it
      .staging/                    the next version while it is built; left over by a run that was stopped
      lock                         held by the one process that writes

A version never changes once CURRENT names it. Readers look at CURRENT before each question, so that they see whole
versions only; the version before is deleted after the swap, and with it all that was removed. Each of these steps is
brought to the disk before the next, so that a loss of power finds one whole version, too. The four digits after
the number are drawn by chance: a store that was deleted and built anew has other names, so that readers notice.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from advisor.embedding import Embedder
from advisor.errors import StoreError, StoreMismatchError, StoreNotFoundError
from advisor.store.disk import sync_folder, sync_tree, write_whole
from advisor.store.library import FORMAT, Library, sqlite_uri
from advisor.store.vectors import PASSAGES, SENTENCES, VectorIndex, build_vectors

CURRENT, STAGING, LOCK, LIBRARY, VECTORS = "CURRENT", ".staging", "lock", "library.sqlite", "vectors"

VERSION = re.compile(r"v(\d{6})(-[0-9a-f]{4})?")
"""The name of a version. Stores built before names were drawn by chance have the number alone."""

TRIES = 5
"""How often a version is deleted before it is left to the next run: a reader may put a file into it meanwhile."""


@dataclass(frozen=True, slots=True)
class Store:
    """One whole version of a store, open for reading."""

    path: Path
    version: str
    library: Library
    vectors: VectorIndex

    def is_built_with(self, embedder: str) -> bool:
        """Tell whether its vectors are those of the embedding model with this name."""
        return self.library.meta("embedder") == embedder

    def close(self) -> None:
        """Close both halves."""
        self.library.close()
        self.vectors.close()


def current_version(path: Path) -> str:
    """Return the name of the current version, "" where there is no store."""
    try:
        version = (path / CURRENT).read_text(encoding="utf-8", errors="replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise StoreError(f"the store {path} cannot be read ({error.strerror}); check that you may read it") from error
    if version and not VERSION.fullmatch(version):  # other programs, RocksDB for one, keep a CURRENT too
        raise StoreError(
            f"{path / CURRENT} names no version of a store ({version[:40]!r}); name another folder with --store"
        )
    return version


def is_free(path: Path) -> bool:
    """Tell whether a store may be begun at a path: there is none yet, and nothing stands in its way.

    Raises:
        StoreError: the folder cannot be read.
    """
    return not current_version(path) and not _hindrance(path)


def _hindrance(path: Path) -> str:
    """Return why no store can be at a path, and what to do; "" where one can."""
    if file := next((place for place in (path, *path.parents) if place.is_file()), None):
        return f"{file} is a file, so that no store can be at {path}; name a folder with --store"
    names = {entry.name for entry in path.iterdir()} if path.is_dir() and os.access(path, os.R_OK) else set()
    if names and not current_version(path) and not names & {LOCK, STAGING}:
        return f"{path} holds other files and no store; name an empty or a new folder with --store"
    return ""


def open_store(path: Path) -> Store:
    """Open the current version for reading.

    Raises:
        StoreNotFoundError: there is no store at the path.
        StoreMismatchError: the store has another format.
        StoreError: the store is damaged.
    """
    version = current_version(path)
    if not version:
        advice = f"there is no store at {path}; build one with `advisor ingest corpus/ --store {path}`"
        raise StoreNotFoundError(_hindrance(path) or advice)
    try:
        return _open_version(path, version)
    except StoreError:
        if current_version(path) == version:
            raise
        return open_store(path)  # a writer took the version away while it was opened


def _open_version(path: Path, version: str) -> Store:
    library = Library(path / version / LIBRARY)
    try:
        check_format(path, library)
        return Store(path, version, library, VectorIndex(path / version / VECTORS))
    except BaseException:
        library.close()
        raise


def check_format(path: Path, library: Library) -> None:
    """Refuse a store of another format version."""
    if library.meta("format") != str(FORMAT):
        raise StoreMismatchError(
            f"{path} has format {library.meta('format') or 'unknown'}, this version reads format {FORMAT}; "
            f"delete {path} and run `advisor ingest` again"
        )


def check_embedder(path: Path, library: Library, embedder: Embedder) -> None:
    """Refuse an embedder other than the one that built the store."""
    name, dim = library.meta("embedder"), library.meta("dim")
    if name != embedder.name or dim != str(embedder.dim):
        raise StoreMismatchError(
            f"{path} was built with {name!r} (dim {dim}), but the embedder in use is {embedder.name!r} "
            f"(dim {embedder.dim}); set ADVISOR_EMBEDDER={name} or delete {path} and run `advisor ingest` again"
        )


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Hold the store's write lock.

    Raises:
        StoreNotFoundError: a file stands there, or the folder holds other things.
        StoreError: another process is writing, or the folder cannot be written to.
    """
    try:
        if hindrance := _hindrance(path):
            raise StoreNotFoundError(hindrance)
        path.mkdir(parents=True, exist_ok=True)
        with FileLock(path / LOCK, timeout=0):
            yield
    except Timeout as error:
        raise StoreError(f"another process is writing to {path}; wait until it has finished") from error
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be written ({error}); check permissions and free space") from error
    except OSError as error:
        raise StoreError(
            f"{error.filename or path} cannot be written ({error.strerror}); check permissions and free space, "
            "or choose another folder with --store"
        ) from error


def stage(path: Path, *, anew: bool = False) -> Library:
    """Open the next version's library for writing: a copy of the current one, or what a stopped run had of it.

    A run that was stopped left documents that are whole, each written in one transaction; they are kept when the
    current version is still the one that run started from, unless the copy is to be made `anew`.

    Raises:
        StoreMismatchError: the store has another format.
        StoreError: the current version is damaged.
    """
    staging, version = path / STAGING, current_version(path)
    if version:
        current_library(path).close()
    if not anew:
        _take_back(path, version)
    delete_other_versions(path, version)
    left = None if anew else _left_over(staging, version)
    if left is not None:
        return left
    discard_staging(path)
    staging.mkdir(parents=True)
    if version:
        _copy(path / version / LIBRARY, staging / LIBRARY)
    library = Library(staging / LIBRARY, writable=True)
    library.set_meta(base=version, format=str(FORMAT), removing="", changed="")
    return library


def current_library(path: Path) -> Library:
    """Open the current version's library alone, for reading; a store of another format is refused."""
    library = Library(path / current_version(path) / LIBRARY)
    try:
        check_format(path, library)
    except BaseException:
        library.close()
        raise
    return library


def _take_back(path: Path, version: str) -> None:
    """Make a version that was whole, but never named as the current one, the next version again."""
    for folder in _other_versions(path, version):
        try:
            library = Library(folder / LIBRARY)
        except StoreError:
            continue
        is_next = library.meta("base") == version and library.meta("format") == str(FORMAT)
        library.close()
        if is_next and not (path / STAGING / LIBRARY).exists():
            discard_staging(path)
            os.replace(folder, path / STAGING)


def _left_over(staging: Path, version: str) -> Library | None:
    """Return the library of a stopped run where a new run can go on with it."""
    if not (staging / LIBRARY).exists():
        return None
    try:
        left = Library(staging / LIBRARY, writable=True)
    except StoreError:
        return None  # that run was stopped while it copied the library
    if left.meta("base") == version and left.meta("format") == str(FORMAT) and not left.meta("removing"):
        return left
    left.close()
    return None


def _copy(source: Path, target: Path) -> None:
    original, copy = sqlite3.connect(sqlite_uri(source, mode="ro"), uri=True), sqlite3.connect(target)
    try:
        original.backup(copy)
    finally:
        original.close()
        copy.close()


def publish(path: Path, library: Library) -> str:
    """Build the vectors of the staged library, check them against it, make it the current version and return its name.

    Raises:
        StoreError: Chroma does not hold exactly the passages and sentences of the library.
    """
    staging, before = path / STAGING, current_version(path)
    library.vacuum()
    build_vectors(staging / VECTORS, library.passage_vectors(), library.sentence_vectors())
    _check_vectors(staging, library)
    library.close()
    sync_tree(staging)
    version = _next_version(before)
    os.replace(staging, path / version)
    sync_folder(path)
    _swap(path, version)
    delete_other_versions(path, version)
    return version


def _next_version(before: str) -> str:
    found = VERSION.fullmatch(before)
    return f"v{int(found[1]) + 1 if found else 1:06d}-{secrets.token_hex(2)}"


def _other_versions(path: Path, version: str) -> list[Path]:
    """Return the folders of all versions but one; a folder that only has such a name is somebody else's."""
    return [
        folder
        for folder in sorted(path.iterdir())
        if VERSION.fullmatch(folder.name) and folder.name != version and _is_version(folder)
    ]


def _is_version(folder: Path) -> bool:
    """Tell a version, or what a reader that opened one while it was deleted has left: Chroma makes its folder anew."""
    return (folder / LIBRARY).is_file() or [entry.name for entry in folder.glob("*")] == [VECTORS]


def delete_other_versions(path: Path, version: str) -> None:
    """Delete all versions but one: the one before, and what runs that were stopped in the middle of a swap left."""
    found = _other_versions(path, version)
    for folder in found:
        # The library goes last: a version is known by it, and one that is deleted in part must be found again.
        for _ in range(TRIES):
            shutil.rmtree(folder / VECTORS, ignore_errors=True)
            if not (folder / VECTORS).exists():
                shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
    if found:
        sync_folder(path)


def check_removed(path: Path) -> None:
    """Make sure that nothing of what was removed is left in a version before the current one.

    Raises:
        StoreError: the version before could not be deleted.
    """
    left = _other_versions(path, current_version(path))
    if left:
        raise StoreError(
            f"the document is no longer in the store, but its text may still be in {left[0]}, which could not be "
            "deleted; close the programs that use it and delete that folder"
        )


def _check_vectors(staging: Path, library: Library) -> None:
    index = VectorIndex(staging / VECTORS)
    try:
        for collection, items in ((PASSAGES, library.passage_vectors()), (SENTENCES, library.sentence_vectors())):
            expected = {item for item, _, _ in items}
            if index.ids(collection) != expected:
                raise StoreError(
                    f"{staging / VECTORS} holds {index.count(collection)} {collection} instead of {len(expected)}; "
                    "run `advisor ingest` again"
                )
    finally:
        index.close()  # Chroma keeps clients by path, and the next run builds in the same place


def _swap(path: Path, version: str) -> None:
    """Name the current version in one step. All of it is on the disk by now, and the one before is deleted later."""
    write_whole(path / CURRENT, version + "\n")


def discard_staging(path: Path) -> None:
    """Drop the next version: nothing was changed."""
    shutil.rmtree(path / STAGING, ignore_errors=True)
