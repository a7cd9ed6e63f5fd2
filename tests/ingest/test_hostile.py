"""Nothing that a folder of PDFs contains can hurt a run: the good file beside it is read, and each has its reason."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from advisor.records import SKIP_REASONS
from advisor.store.versions import open_store
from ingest.build import ingest
from ingest.pages import read_pages
from ingest.results import FileResult
from ingest.worker import Limits
from tests.fakes import HashEmbedder
from tests.ingest.hostile import CRASHED, KINDS, WORDS, Kind, good, write_all, write_many

EMBEDDER = HashEmbedder()

GIVEN_UP = {CRASHED: Limits(memory_mb=256)}
"""Limits under which a file with this outcome is given up soon."""

Outcome = tuple[Kind, FileResult, str]
"""A kind, what became of its file, and the text that was read."""


def texts_of(store: Path, result: FileResult) -> str:
    opened = open_store(store)
    pages = [opened.library.page(result.document_id, number).text for number in range(1, result.pages + 1)]
    opened.close()
    return "\n".join(pages)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def outcomes(folder: Path) -> dict[str, Outcome]:
    """Ingest all kinds but the slow ones in one run, a good file before and after them; return all by kind."""
    kinds = write_all(folder / "corpus", [kind for kind in KINDS if kind.outcome not in GIVEN_UP])
    for name in ("!first.pdf", "\uffeelast.pdf"):
        (folder / "corpus" / name).write_bytes(good(f"{name[1:-4]}: {WORDS}"))
        kinds[name] = Kind(name, lambda path: None, "added", WORDS)
    results = ingest([folder / "corpus"], store=folder / "store", embedder=EMBEDDER).documents
    assert len(results) == len(kinds)
    return {
        kinds[result.file].name: (
            kinds[result.file],
            result,
            texts_of(folder / "store", result) if result.document_id else "",
        )
        for result in results
    }


@pytest.mark.parametrize("name", [kind.name for kind in KINDS if kind.outcome not in GIVEN_UP])
def test_a_hostile_file_has_the_outcome_expected_of_it(outcomes: dict[str, Outcome], name: str) -> None:
    kind, result, text = outcomes[name]
    assert (result.reason or result.status) == kind.outcome, result.warnings
    assert kind.says in text
    assert result.reason in SKIP_REASONS or not result.reason


def test_the_good_files_beside_them_are_read(outcomes: dict[str, Outcome]) -> None:
    assert [outcomes[name][1].status for name in ("!first.pdf", "\uffeelast.pdf")] == ["added", "added"]


def test_no_text_and_no_warning_holds_what_cannot_be_shown(outcomes: dict[str, Outcome]) -> None:
    for _, result, text in outcomes.values():
        assert {c for c in text if unicodedata.category(c) in ("Cc", "Cs")} <= {"\n", "\t"}, result.file
        json.dumps(result.to_dict(), ensure_ascii=False).encode()


def test_a_hostile_title_is_one_short_line(outcomes: dict[str, Outcome], folder: Path) -> None:
    opened = open_store(folder / "store")
    titles = [document.title for document in opened.library.documents()]
    opened.close()
    assert max(map(len, titles)) <= 500
    assert not any("\x1b" in title and not title.startswith("name") for title in titles)


def test_nothing_that_a_pdf_would_start_is_started(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["launch"][1].status == "added"
    assert not Path("/tmp/launched").exists()


def test_pages_that_are_cut_off_are_named_and_the_others_keep_their_numbers(
    outcomes: dict[str, Outcome], folder: Path
) -> None:
    _, result, _ = outcomes["cut-60"]
    (warning, *_) = result.warnings
    texts = read_pages(folder / "corpus" / "cut-60.pdf")
    read = [number for number, text in enumerate(texts, start=1) if text]
    assert 4 < len(read) < 12
    assert all(f"Page {number} says" in texts[number - 1] for number in read)
    assert warning == f"{len(read)} of 12 pages can be read; {len(read) + 1}–12 are damaged"
    opened = open_store(folder / "store")
    stored = [opened.library.page(result.document_id, number).text for number in range(1, 13)]
    opened.close()
    assert stored == texts


@pytest.mark.parametrize("share", [number / 20 for number in range(1, 20)])
def test_a_file_cut_off_anywhere_gives_right_page_numbers_or_none(tmp_path: Path, share: float) -> None:
    data = good(*(f"Page {number} says that {WORDS}" for number in range(1, 13)))
    (tmp_path / "cut.pdf").write_bytes(data[: int(len(data) * share)])
    (result,) = ingest([tmp_path / "cut.pdf"], store=tmp_path / "store", embedder=EMBEDDER).documents
    if result.status == "added":
        for number, text in enumerate(read_pages(tmp_path / "cut.pdf"), start=1):
            assert not text or f"Page {number} says that {WORDS}" in text
    else:
        assert result.reason == "damaged"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.outcome in GIVEN_UP], ids=lambda kind: kind.name)
def test_a_file_that_does_not_come_to_an_end_is_given_up(tmp_path: Path, kind: Kind) -> None:
    write_all(tmp_path / "corpus", [kind])
    (tmp_path / "corpus" / "zz.pdf").write_bytes(good())
    limits = GIVEN_UP[kind.outcome]
    results = ingest([tmp_path / "corpus"], store=tmp_path / "store", embedder=EMBEDDER, limits=limits).documents
    assert [result.reason or result.status for result in results] == [kind.outcome, "added"]


# --- the folder itself -----------------------------------------------------------------------------------------


def run(folder: Path) -> dict[str, str]:
    results = ingest([folder / "corpus"], store=folder / "store", embedder=EMBEDDER).documents
    return {result.file: result.reason or result.status for result in results}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "good.pdf").write_bytes(good())
    return tmp_path / "corpus"


def test_a_link_out_of_the_folder_is_not_followed(corpus: Path) -> None:
    outside = corpus.parent / "outside.pdf"
    outside.write_bytes(good("A secret."))
    (corpus / "link.pdf").symlink_to(outside)
    (corpus / "system.pdf").symlink_to("/etc/passwd")
    expected = {"good.pdf": "added", "link.pdf": "outside-folder", "system.pdf": "outside-folder"}
    assert run(corpus.parent) == expected
    assert run(corpus.parent) == expected | {"good.pdf": "unchanged"}


def test_a_link_out_of_the_folder_is_read_where_it_is_named(corpus: Path) -> None:
    (corpus.parent / "outside.pdf").write_bytes(good("A report."))
    (corpus / "link.pdf").symlink_to(corpus.parent / "outside.pdf")
    results = ingest([corpus, corpus / "link.pdf"], store=corpus.parent / "store", embedder=EMBEDDER).documents
    assert [(result.file, result.status) for result in results] == [("good.pdf", "added"), ("link.pdf", "added")]


def test_a_link_inside_the_folder_is_the_same_file(corpus: Path) -> None:
    (corpus / "deep").mkdir()
    (corpus / "deep" / "link.pdf").symlink_to(corpus / "good.pdf")
    assert len(run(corpus.parent)) == 1


def test_links_to_nothing_and_in_circles_are_named(corpus: Path) -> None:
    (corpus / "lost.pdf").symlink_to(corpus / "nowhere.pdf")
    (corpus / "a.pdf").symlink_to(corpus / "b.pdf")
    (corpus / "b.pdf").symlink_to(corpus / "a.pdf")
    (corpus / "around").symlink_to(corpus)
    found = run(corpus.parent)
    assert found.pop("good.pdf") == "added"
    assert set(found.values()) == {"unreadable"}
    assert "lost.pdf" in found


def test_folders_and_pipes_that_are_called_like_pdfs_are_passed_over(corpus: Path) -> None:
    (corpus / "folder.pdf").mkdir()
    os.mkfifo(corpus / "pipe.pdf")
    assert run(corpus.parent) == {"good.pdf": "added"}


def test_a_name_that_is_no_text_is_named_as_far_as_it_can_be(corpus: Path) -> None:
    Path(os.fsdecode(bytes(corpus) + b"/r\xe9sum\xe9.pdf")).write_bytes(good("A summary."))
    found = run(corpus.parent)
    assert found == {"good.pdf": "added", "r?sum?.pdf": "bad-name"}


@pytest.mark.parametrize("manifest", [b"x = " + b"[" * 100_000, b"x = " + b"9" * 10_000, b"\xff\xfe", b"\0"])
def test_a_hostile_manifest_is_one_clear_error(corpus: Path, manifest: bytes) -> None:
    (corpus / "sources.toml").write_bytes(manifest)
    with pytest.raises(Exception, match=r"sources\.toml cannot be read") as caught:
        run(corpus.parent)
    assert type(caught.value).__name__ == "CorpusError"


def test_a_folder_of_many_files_is_read_to_the_end(tmp_path: Path) -> None:
    write_many(tmp_path / "corpus", 200)
    assert set(run(tmp_path).values()) == {"added"}
    assert set(run(tmp_path).values()) == {"unchanged"}


def test_the_command_prints_hostile_names_in_one_line_each(corpus: Path) -> None:
    (corpus / "a\nb\x1b[31m.pdf").write_bytes(b"")
    from ingest.command import summary

    result = ingest([corpus], store=corpus.parent / "store", embedder=EMBEDDER)
    lines = summary(result).splitlines()
    assert lines[0].startswith(r"Not used: a\nb\x1b[31m.pdf (empty).")
    assert len(lines) == 2


def test_ctrl_c_ends_the_process_that_reads(corpus: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, os, signal, threading\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # tests in the background ignore it
        f"sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
        "from pathlib import Path\n"
        "from ingest.build import ingest\n"
        "from tests.fakes import HashEmbedder\n"
        "class Stop:\n"
        "    def files(self, total): pass\n"
        "    def reading(self, file): threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "    def embedding(self, file, texts): pass\n"
        "    def embedded(self, texts): pass\n"
        "    def done(self, file, status): pass\n"
        "    def publishing(self): pass\n"
        "ingest([Path(sys.argv[1])], store=Path(sys.argv[2]), embedder=HashEmbedder(), progress=Stop())\n"
    )
    (corpus / "good.pdf").unlink()
    write_all(corpus, [kind for kind in KINDS if kind.name == "bomb-forms"])
    done = subprocess.run(
        [sys.executable, str(script), str(corpus), str(tmp_path / "store")], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in done.stderr
