"""A store outlasts a loss of power, a full disk and a run that was stopped anywhere, and nothing removed comes back."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.answering.advisor import Advisor
from advisor.errors import CorpusError, StoreError
from advisor.store import versions
from advisor.store.versions import current_library, current_version
from ingest.build import ingest, rebuild, remove
from tests.advisor.store.test_versions import BETA, Counting, corpus, files, folder, holds, kill, store, versions_in
from tests.conftest import ROOT
from tests.fakes import HashEmbedder
from tests.ingest.pdfs import write_text

__all__ = ["corpus", "store"]  # fixtures

EMBEDDER = HashEmbedder()


# --- loss of power ---------------------------------------------------------------------------------------------


def test_a_version_is_on_the_disk_before_it_is_named_and_named_on_the_disk_before_the_old_one_is_deleted(
    store: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current_version(store)
    steps: list[tuple[str, str]] = []
    sync, replace, delete = os.fsync, os.replace, shutil.rmtree

    def synced(handle: int) -> None:
        steps.append(("sync", Path(os.readlink(f"/proc/self/fd/{handle}")).relative_to(store.resolve()).as_posix()))
        sync(handle)

    def replaced(source: Path, target: Path) -> None:
        steps.append(("name", Path(target).relative_to(store).as_posix()))
        replace(source, target)

    def deleted(path: Path, ignore_errors: bool = False) -> None:
        steps.append(("delete", Path(path).relative_to(store).as_posix()))
        delete(path, ignore_errors=ignore_errors)

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not tell the names of open files")
    write_text(corpus / "beta.pdf", BETA)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", synced)
        patch.setattr(os, "replace", replaced)
        patch.setattr(shutil, "rmtree", deleted)
        ingest([corpus], store=store, embedder=EMBEDDER)
    version = current_version(store)
    named, current = steps.index(("name", version)), steps.index(("name", "CURRENT"))
    written = {path.relative_to(store / version) for path in (store / version).rglob("*")}
    on_disk = {Path(path) for step, path in steps[:named] if step == "sync"}
    assert {".staging" / path for path in written} | {Path(".staging")} <= on_disk
    assert ("sync", ".") in steps[named:current]
    assert ("sync", "CURRENT.new") in steps[named:current]
    gone = steps.index(("delete", f"{before}/vectors"))
    assert ("sync", ".") in steps[current:gone]
    assert ("sync", ".") in steps[gone:]


# --- a full disk -----------------------------------------------------------------------------------------------

LIMITED = """
import resource, sys
from pathlib import Path
from advisor.cli import guarded
from ingest import build
from tests.fakes import HashEmbedder

corpus, store, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
import chromadb
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # no file may grow past this, as on a full disk
sys.exit(guarded(lambda: bool(build.ingest([corpus], store=store, embedder=HashEmbedder())) - 1))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="files have no limit there")
@pytest.mark.parametrize("limit", [4_000, 60_000, 140_000, 170_000])
def test_a_disk_that_is_full_in_the_middle_is_one_line_and_leaves_the_store_as_it_was(
    store: Path, corpus: Path, limit: int
) -> None:
    for number in range(3):
        write_text(corpus / f"more{number}.pdf", *[[f"Region {number} has {i} partners abroad."] for i in range(9)])
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(corpus), str(store), str(limit)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert done.stderr.startswith("advisor: ")
    assert "cannot be written" in done.stderr
    assert "free space" in done.stderr
    assert files(store) == ["alpha.pdf"]
    ingest([corpus], store=store, embedder=EMBEDDER)
    assert files(store) == ["alpha.pdf", "more0.pdf", "more1.pdf", "more2.pdf"]


# --- runs that were stopped ------------------------------------------------------------------------------------


def test_a_version_that_was_whole_when_its_run_was_killed_is_not_built_again(store: Path, corpus: Path) -> None:
    write_text(corpus / "beta.pdf", BETA)
    kill(corpus, store, "before _swap")
    assert files(store) == ["alpha.pdf"]
    embedder = Counting()
    ingest([corpus], store=store, embedder=embedder)
    assert embedder.texts == 0
    assert files(store) == ["alpha.pdf", "beta.pdf"]
    assert versions_in(store) == [current_version(store)]


@pytest.mark.parametrize("point", ["before build_vectors", "before _swap"])
def test_a_removal_that_was_killed_is_not_carried_out_by_a_later_run(store: Path, corpus: Path, point: str) -> None:
    write_text(corpus.parent / "other" / "beta.pdf", BETA)
    kill(corpus, store, point, task="remove")
    ingest([corpus.parent / "other"], store=store, embedder=EMBEDDER)
    assert files(store) == ["alpha.pdf", "beta.pdf"]


def test_a_removal_that_was_killed_after_the_swap_leaves_nothing_once_it_is_asked_for_again(
    store: Path, corpus: Path
) -> None:
    kill(corpus, store, "after _swap", task="remove")
    assert holds(store, b"Zanzibarine")
    with pytest.raises(CorpusError, match=r"no document 'alpha\.pdf'"):
        remove("alpha.pdf", store=store)
    assert holds(store, b"Zanzibarine") == []
    assert versions_in(store) == [current_version(store)]


def test_asking_to_remove_what_is_not_there_keeps_what_a_stopped_run_had_finished(store: Path, corpus: Path) -> None:
    write_text(corpus / "beta.pdf", BETA)
    kill(corpus, store, "publishing")
    with pytest.raises(CorpusError):
        remove("gamma.pdf", store=store)
    embedder = Counting()
    ingest([corpus], store=store, embedder=embedder)
    assert embedder.texts == 0


def test_a_document_is_removed_also_where_the_vectors_are_damaged(store: Path) -> None:
    shutil.rmtree(folder(store) / "vectors")
    remove("alpha.pdf", store=store)
    assert files(store) == []


def test_what_a_reader_left_of_a_deleted_version_goes_with_the_next_run(store: Path, corpus: Path) -> None:
    (store / "v000000-0a0a" / "vectors").mkdir(parents=True)
    (store / "v000000-0a0a" / "vectors" / "chroma.sqlite3").write_bytes(b"empty")
    ingest([corpus], store=store, embedder=EMBEDDER)
    assert versions_in(store) == [current_version(store)]


def test_a_version_that_a_reader_writes_into_while_it_is_deleted_is_deleted_all_the_same(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete, left = shutil.rmtree, iter([1, 1, 1])

    def deleted(path: Path, ignore_errors: bool = False) -> None:
        delete(path, ignore_errors=ignore_errors)
        if path.name == "vectors" and path.parent != store / ".staging" and next(left, 0):
            path.mkdir(parents=True)
            (path / "chroma.sqlite3-journal").write_bytes(b"")

    monkeypatch.setattr(shutil, "rmtree", deleted)
    remove("alpha.pdf", store=store)
    assert versions_in(store) == [current_version(store)]


# --- the ledger ------------------------------------------------------------------------------------------------


def test_a_copy_is_in_the_ledger_and_goes_with_the_document_it_is_a_copy_of(store: Path, corpus: Path) -> None:
    shutil.copy(corpus / "alpha.pdf", corpus / "copy.pdf")
    write_text(corpus / "beta.pdf", BETA)
    ingest([corpus], store=store, embedder=EMBEDDER)
    library = current_library(store)
    ledger = {Path(path).name: entry.reason or entry.status for path, entry in library.ledger().items()}
    sha256 = library.document("alpha.pdf").sha256.encode()
    library.close()
    assert ledger == {"alpha.pdf": "added", "beta.pdf": "added", "copy.pdf": "duplicate"}
    assert holds(store, sha256)
    remove("alpha.pdf", store=store)
    assert holds(store, sha256) == []
    assert holds(store, b"alpha.pdf") == []


def test_a_full_disk_is_reported_as_such_and_not_as_a_failed_rollback(store: Path) -> None:
    library = versions.stage(store)
    library._db.execute(f"PRAGMA max_page_count = {library._db.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(StoreError, match="disk is full"), versions.writing(store), library.transaction():
        library.set_meta(filler="x" * 2_000_000)
    library.close()


# --- places ----------------------------------------------------------------------------------------------------


def test_a_store_may_lie_in_a_folder_with_any_name(tmp_path: Path, corpus: Path) -> None:
    store = tmp_path / "50%41 of #1, done?"
    ingest([corpus], store=store, embedder=EMBEDDER)
    write_text(corpus / "beta.pdf", BETA)
    ingest([corpus], store=store, embedder=EMBEDDER)
    remove("alpha.pdf", store=store)
    assert files(store) == ["beta.pdf"]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not tell which files are open")
def test_an_advisor_that_outlives_many_versions_keeps_no_files_of_them_open(store: Path) -> None:
    advisor = Advisor(store, EMBEDDER)
    for _ in range(3):
        rebuild(store=store)
        assert advisor.search("turbines", mode="dense")
    gc.collect()
    opened = {os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    assert [name for name in opened if name.startswith(str(store)) and current_version(store) not in name] == []
