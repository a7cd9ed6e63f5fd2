"""What a person sees of a run, and what stopping it says and keeps."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pytest

from advisor.store.versions import open_store
from ingest.build import ingest
from ingest.estimate import seeming_pages
from ingest.progress import Lines, Tally
from ingest.results import FileResult
from tests.conftest import CORPUS, ROOT
from tests.fakes import HashEmbedder
from tests.ingest.pdfs import write_text

COMMAND = """
import os, signal, sys
from pathlib import Path
import ingest.command as command
from advisor.cli import guarded
from advisor.settings import Settings
from tests.ingest.waiting import Waiting

signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background ignores it, and so would this
command.TransformerEmbedder = lambda name: Waiting()
corpus, store = map(Path, sys.argv[1:3])
sys.exit(guarded(lambda: command.run([corpus], store=store, settings=Settings(), as_json="--json" in sys.argv)))
"""


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def added(pages: int) -> FileResult:
    return FileResult("a.pdf", "1", "added", pages=pages, passages=2 * pages)


def tally(*expected: int) -> tuple[Tally, Clock]:
    clock = Clock()
    return Tally(expected, clock=clock), clock


# --- figures ---------------------------------------------------------------------------------------------------


def test_time_left_follows_the_pages_that_are_to_be_read_and_not_the_files() -> None:
    figures, clock = tally(10, 40, 0)
    figures.begin()
    clock.now = 5.0
    figures.finish(added(10))
    assert (figures.rate(), figures.left_s(), figures.share()) == (2.0, 20.0, 0.2)
    assert str(figures) == "1 of 3 files, 10 pages, 20 passages, 2.0 pages/s, 00:20 left"


def test_a_part_of_a_file_counts_by_its_share_of_embedded_text_and_its_real_pages() -> None:
    figures, clock = tally(10, 50)
    figures.begin()
    figures.embedding(20)  # ten were expected
    clock.now = 4.0
    figures.embedded(0.25)
    figures.embedded(0.25)
    assert (figures.rate(), figures.left_s()) == (2.5, 24.0)


def test_unchanged_files_cost_nothing_and_do_not_make_the_run_look_fast() -> None:
    figures, clock = tally(0, 0, 30)
    for _ in range(2):
        figures.begin()
        figures.finish(FileResult("a.pdf", "1", "unchanged", pages=500, passages=900))
    assert (figures.rate(), figures.left_s(), figures.share()) == (0.0, None, 0.0)
    figures.begin()
    figures.embedding(30)
    clock.now = 10.0
    figures.embedded(0.5)
    assert (figures.rate(), figures.left_s()) == (1.5, 10.0)
    assert figures.pages == 1000


def test_before_the_first_page_no_time_is_made_up() -> None:
    figures, clock = tally(10)
    figures.begin()
    clock.now = 3.0
    assert figures.left_s() is None
    assert "left" not in str(figures)


def test_a_run_over_unchanged_files_moves_on_by_files() -> None:
    figures, _ = tally(0, 0)
    figures.begin()
    figures.finish(FileResult("a.pdf", "1", "unchanged", pages=5, passages=9))
    assert (figures.share(), figures.left_s()) == (0.5, 0.0)


class Expecting(Lines):
    """Remembers what it was told to expect."""

    expected: Sequence[int] = ()

    def files(self, expected: Sequence[int]) -> None:
        self.expected = expected
        super().files(expected)


def test_the_pages_of_new_and_changed_files_are_expected_and_those_of_unchanged_ones_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    for name, pages in (("a", 1), ("b", 2), ("c", 3)):
        write_text(folder / f"{name}.pdf", *[[f"Page {i} of {name}."] for i in range(pages)])
    ingest([folder], store=tmp_path / "store", embedder=HashEmbedder())
    write_text(folder / "b.pdf", *[[f"Page {i} anew."] for i in range(4)])
    write_text(folder / "d.pdf", ["New."], ["New, too."])
    progress = Expecting(io.StringIO())
    ingest([folder], store=tmp_path / "store", embedder=HashEmbedder(), progress=progress)
    assert progress.expected == [0, 4, 0, 2]


def test_the_pages_of_a_file_are_guessed_well_without_reading_it(tmp_path: Path) -> None:
    assert seeming_pages(CORPUS / "capacity-building-guide.pdf") == 17
    web = tmp_path / "web.pdf"
    web.write_bytes(b"%PDF-1.6\n1 0 obj <</Linearized 1/L 9/O 4/E 7/N 22/T 3>> endobj " + b"x" * 2000)
    assert seeming_pages(web) == 22
    hidden = tmp_path / "hidden.pdf"
    hidden.write_bytes(b"%PDF-1.6\n" + b"x" * 36_000)
    assert seeming_pages(hidden) == 3
    assert seeming_pages(tmp_path / "nowhere.pdf") == 0


# --- lines and bar ---------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_text(tmp_path / "corpus" / "a.pdf", ["Clusters export turbines."], ["And cheese."])
    (tmp_path / "corpus" / "b.pdf").write_bytes(b"")
    return tmp_path / "corpus"


def start(
    folder: Path, *, stderr: int | IO[str] = subprocess.PIPE, options: Sequence[str] = ()
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(folder), str(folder.parent / "store"), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        start_new_session=True,
    )


def test_into_a_pipe_each_file_is_one_line_with_its_figures(folder: Path) -> None:
    output, errors = start(folder).communicate(timeout=60)
    assert re.sub(r"\d+\.\d s", "N s", errors).splitlines() == [
        "1 of 2  a.pdf: added, 2 pages, 1 passage, N s",
        "2 of 2  b.pdf: skipped (empty), N s",
        "Building the index",
    ]
    assert output.splitlines()[-1].startswith("1 document (1 new or changed), 2 pages, 1 passage in ")


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_in_a_terminal_one_bar_shows_files_pages_passages_and_rate(folder: Path) -> None:
    import fcntl
    import pty
    import struct
    import termios

    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("4H", 24, 100, 0, 0))
    with start(folder, stderr=there) as process:
        os.close(there)
        shown = b""
        try:
            while part := os.read(here, 4096):
                shown += part
        except OSError:  # the other end is closed
            pass
        os.close(here)
        process.communicate(timeout=60)
    drawn = shown.decode().replace("\r\n", "\n").rstrip("\n")
    assert "\n" not in drawn  # the bar is redrawn in its place
    frames = [frame.rstrip() for frame in drawn.split("\r") if frame.strip()]
    assert all(len(frame) <= 100 for frame in frames)
    assert frames[1].endswith("0 of 2 files, 0 pages, 0 passages · reading a.pdf")
    assert any("indexing a.pdf" in frame for frame in frames)
    assert re.fullmatch(
        r"100 % \|█{10}\| 2 of 2 files, 2 pages, 1 passage, \d+\.\d pages/s · building the index", frames[-1]
    )


# --- stopping --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_stopping_a_run_is_one_line_that_says_what_is_kept_and_the_next_run_goes_on(
    folder: Path, number: signal.Signals
) -> None:
    write_text(folder / "c.pdf", ["Endless words."])
    with start(folder) as process:
        assert process.stderr is not None
        told = [process.stderr.readline() for _ in range(3)]
        assert told[2] == "waiting\n"
        os.kill(process.pid, number)
        rest = process.stderr.read()
        assert process.wait(timeout=60) == 130
    assert rest == "advisor: stopped; 2 of 3 files finished and kept, the same command goes on from there\n"
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)  # no process of the run is left
    store = folder.parent / "store"
    assert sorted(path.name for path in store.iterdir()) == [".staging", "lock"]
    (folder / "c.pdf").unlink()
    statuses = [item.status for item in ingest([folder], store=store, embedder=HashEmbedder()).documents]
    assert statuses == ["unchanged", "skipped"]
    opened = open_store(store)
    assert [document.file for document in opened.library.documents()] == ["a.pdf"]
    opened.close()


# --- files that are gone ---------------------------------------------------------------------------------------


def test_a_document_whose_file_is_gone_stays_and_the_run_says_how_to_remove_it(folder: Path) -> None:
    start(folder).communicate(timeout=60)
    (folder / "a.pdf").rename(folder.parent / "a.pdf")
    (folder / "b.pdf").unlink()
    write_text(folder / "c.pdf", ["Others."])
    process = start(folder, options=["--json"])
    output, errors = process.communicate(timeout=60)
    store = open_store(folder.parent / "store")
    gone, kept = store.library.documents()
    assert [Path(path).name for path in store.library.ledger()] == ["a.pdf", "c.pdf"]  # b.pdf gave no document
    store.close()
    assert (gone.file, kept.file) == ("a.pdf", "c.pdf")
    note = "Note: the file a.pdf is gone from its folder; the store still answers from it."
    assert errors.splitlines()[-1] == f"{note} `advisor documents remove {gone.document_id}` takes it out."
    assert "Note" not in output


def test_a_document_from_a_folder_that_was_not_named_is_not_missed(folder: Path, tmp_path: Path) -> None:
    write_text(tmp_path / "other" / "c.pdf", ["Others."])
    ingest([tmp_path / "other"], store=tmp_path / "store", embedder=HashEmbedder())
    (tmp_path / "other" / "c.pdf").unlink()
    assert ingest([folder], store=tmp_path / "store", embedder=HashEmbedder()).missing == ()
