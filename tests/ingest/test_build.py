"""What becomes of each file: added, unchanged, updated or skipped with a reason; no file ends a run."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from advisor.embedding import Progress, Vectors
from advisor.errors import AdvisorError, CorpusError, EmbeddingError, StoreError, UsageError
from advisor.records import SKIP_REASONS
from advisor.store.library import Library
from advisor.store.versions import current_version, open_store
from advisor.text import terms
from ingest import build, pages
from ingest.build import ingest
from ingest.results import FileResult
from tests.fakes import FailingEmbedder, HashEmbedder
from tests.ingest.pdfs import table, write_encrypted, write_pdf, write_text

EMBEDDER = HashEmbedder()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write_text(tmp_path / "corpus" / "good.pdf", ["Clusters export turbines."])
    return tmp_path / "corpus"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def run(corpus: Path, store: Path) -> dict[str, FileResult]:
    return {result.file: result for result in ingest([corpus], store=store, embedder=EMBEDDER).documents}


def statuses(corpus: Path, store: Path) -> dict[str, str]:
    return {name: result.reason or result.status for name, result in run(corpus, store).items()}


def held(store: Path) -> list[str]:
    opened = open_store(store)
    found = [document.file for document in opened.library.documents()]
    opened.close()
    return found


def texts(store: Path) -> list[str]:
    opened = open_store(store)
    ids = [passage for passage, _, _ in opened.library.passage_vectors()]
    found = [passage.text for passage in opened.library.passages(ids)]
    opened.close()
    return found


# --- statuses --------------------------------------------------------------------------------------------------


def test_a_new_file_is_added_with_its_figures(corpus: Path, store: Path) -> None:
    write_pdf(corpus / "table.pdf", table([["Name", "Sector"], ["ELBE", "Energy"]]))
    result = run(corpus, store)
    assert (result["good.pdf"].status, result["good.pdf"].pages, result["good.pdf"].passages) == ("added", 1, 1)
    assert (result["good.pdf"].tables, result["table.pdf"].tables) == (0, 1)


def test_a_second_run_skips_unchanged_files_and_makes_no_new_version(corpus: Path, store: Path) -> None:
    first = run(corpus, store)["good.pdf"]
    second = run(corpus, store)["good.pdf"]
    assert second.status == "unchanged"
    assert (second.document_id, second.pages, second.passages) == (first.document_id, first.pages, first.passages)
    assert current_version(store).startswith("v000001-")


def test_a_changed_file_replaces_its_document(corpus: Path, store: Path) -> None:
    run(corpus, store)
    write_text(corpus / "good.pdf", ["Clusters import cheese."])
    assert statuses(corpus, store) == {"good.pdf": "updated"}
    assert texts(store) == ["Clusters import cheese."]


def test_a_renamed_file_is_the_same_document_under_its_new_name(corpus: Path, store: Path) -> None:
    before = run(corpus, store)["good.pdf"]
    (corpus / "good.pdf").rename(corpus / "renamed.pdf")
    after = run(corpus, store)["renamed.pdf"]
    assert (after.status, after.document_id) == ("unchanged", before.document_id)
    assert held(store) == ["renamed.pdf"]


def test_a_second_file_with_the_same_content_is_a_duplicate(corpus: Path, store: Path) -> None:
    shutil.copy(corpus / "good.pdf", corpus / "later.pdf")
    expected = {"good.pdf": "added", "later.pdf": "duplicate"}
    assert statuses(corpus, store) == expected
    assert statuses(corpus, store) == expected | {"good.pdf": "unchanged"}
    assert held(store) == ["good.pdf"]


def test_a_duplicate_takes_the_place_of_the_first_file_when_that_is_gone(corpus: Path, store: Path) -> None:
    shutil.copy(corpus / "good.pdf", corpus / "later.pdf")
    run(corpus, store)
    (corpus / "good.pdf").unlink()
    assert statuses(corpus, store) == {"later.pdf": "unchanged"}
    assert held(store) == ["later.pdf"]


def test_a_file_that_another_one_was_moved_over_is_no_longer_in_the_store(corpus: Path, store: Path) -> None:
    write_text(corpus / "new.pdf", ["Clusters import cheese."])
    run(corpus, store)
    (corpus / "new.pdf").replace(corpus / "good.pdf")
    run(corpus, store)
    assert texts(store) == ["Clusters import cheese."]
    assert held(store) == ["good.pdf"]


def test_a_file_that_became_a_copy_of_another_one_is_no_longer_in_the_store(corpus: Path, store: Path) -> None:
    write_text(corpus / "new.pdf", ["Clusters import cheese."])
    run(corpus, store)
    shutil.copy(corpus / "new.pdf", corpus / "good.pdf")
    assert statuses(corpus, store) == {"good.pdf": "duplicate", "new.pdf": "unchanged"}
    assert texts(store) == ["Clusters import cheese."]


def test_two_files_that_changed_names_are_both_kept(corpus: Path, store: Path) -> None:
    write_text(corpus / "new.pdf", ["Clusters import cheese."])
    run(corpus, store)
    (corpus / "good.pdf").rename(corpus / "aside")
    (corpus / "new.pdf").rename(corpus / "good.pdf")
    (corpus / "aside").rename(corpus / "new.pdf")
    run(corpus, store)
    opened = open_store(store)
    titles = {d.file: opened.library.page(d.document_id, 1).text.strip() for d in opened.library.documents()}
    opened.close()
    assert titles == {"good.pdf": "Clusters import cheese.", "new.pdf": "Clusters export turbines."}


def test_a_file_that_became_damaged_keeps_its_document_and_says_so(corpus: Path, store: Path) -> None:
    run(corpus, store)
    (corpus / "good.pdf").write_bytes(b"")
    assert statuses(corpus, store) == {"good.pdf": "empty"}
    assert texts(store) == ["Clusters export turbines."]


def test_a_file_that_was_mended_is_added(corpus: Path, store: Path) -> None:
    (corpus / "bad.pdf").write_bytes(b"%PDF-1.4 cut off")
    assert statuses(corpus, store)["bad.pdf"] == "damaged"
    write_text(corpus / "bad.pdf", ["Mended now."])
    assert statuses(corpus, store)["bad.pdf"] == "added"


# --- files that cannot be used ---------------------------------------------------------------------------------


def skipped(corpus: Path, store: Path, name: str, reason: str) -> None:
    """Assert that a file is skipped for a reason with a warning that names it, and that the others are read."""
    result = run(corpus, store)
    assert (result[name].status, result[name].reason) == ("skipped", reason)
    assert reason in SKIP_REASONS
    assert name in result[name].warnings[0]
    assert result["good.pdf"].status == "added"
    assert held(store) == ["good.pdf"]
    assert run(corpus, store)[name].reason == reason
    assert current_version(store).startswith("v000001-")  # an unusable file is no change


def test_a_file_that_needs_a_password_is_skipped(corpus: Path, store: Path) -> None:
    write_encrypted(corpus / "secret.pdf", corpus / "good.pdf", user_password="cluster")
    skipped(corpus, store, "secret.pdf", "encrypted")


def test_a_file_that_anybody_may_read_but_not_change_is_read(corpus: Path, store: Path) -> None:
    plain = write_pdf(corpus.parent / "plain.pdf", table([["Name", "Sector"], ["ELBE", "Energy"]]))
    write_encrypted(corpus / "locked.pdf", plain, user_password="")
    assert run(corpus, store)["locked.pdf"].tables == 1
    assert "ELBE — Sector: Energy" in texts(store)


def test_a_file_of_pictures_is_skipped(corpus: Path, store: Path) -> None:
    def picture_page(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("L", (40, 40), 90)), 72, 600)

    write_pdf(corpus / "scan.pdf", picture_page)
    skipped(corpus, store, "scan.pdf", "no-text-layer")


@pytest.mark.parametrize("content", [b"Just a letter.", b"PK\x03\x04" * 500], ids=["text", "zip"])
def test_a_file_that_is_no_pdf_is_skipped(corpus: Path, store: Path, content: bytes) -> None:
    (corpus / "letter.pdf").write_bytes(content)
    skipped(corpus, store, "letter.pdf", "not-a-pdf")


def test_a_file_that_is_cut_off_is_skipped(corpus: Path, store: Path) -> None:
    (corpus / "cut.pdf").write_bytes((corpus / "good.pdf").read_bytes()[:600])
    skipped(corpus, store, "cut.pdf", "damaged")


def test_a_file_that_is_too_large_is_skipped_and_not_even_hashed(corpus: Path, store: Path) -> None:
    shutil.copy(corpus / "good.pdf", corpus / "large.pdf")
    os.truncate(corpus / "large.pdf", 2**40)  # a hole of a terabyte takes no room on the disk
    skipped(corpus, store, "large.pdf", "too-large")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_that_may_not_be_read_is_skipped(corpus: Path, store: Path) -> None:
    write_text(corpus / "closed.pdf", ["Nobody reads this."]).chmod(0)
    skipped(corpus, store, "closed.pdf", "unreadable")


def test_a_file_that_is_gone_when_its_turn_comes_is_skipped(corpus: Path, store: Path) -> None:
    (corpus / "gone.pdf").symlink_to(corpus / "nowhere.pdf")
    found = ingest([corpus / "good.pdf"], store=store, embedder=EMBEDDER).documents
    assert [result.status for result in found] == ["added"]
    with pytest.raises(CorpusError) as caught:
        pages.content_hash(corpus / "gone.pdf")
    assert caught.value.reason == "unreadable"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/FlateDecode", b"/FlateXecode"),
        (b"/Rotate 0", b"/Rotate <<>>"),
        (b"/MediaBox [ 0 0 595 842 ]", b"/MediaBox [ 0 0 595 842 ] /CropBox null"),
        (b"/Count 1", b"/Count 9"),
        (b"/Kids [ ", b"/Kids [ [ "),
    ],
)
def test_a_pdf_with_a_broken_part_never_ends_the_run(corpus: Path, store: Path, old: bytes, new: bytes) -> None:
    content = write_pdf(corpus.parent / "t.pdf", table([["Name", "Sector"], ["ELBE", "Energy"]])).read_bytes()
    assert old in content
    (corpus / "broken.pdf").write_bytes(content.replace(old, new))
    result = run(corpus, store)
    assert result["broken.pdf"].reason in ("", "damaged", "no-text-layer")
    assert "good.pdf" in held(store)


def test_no_pdf_with_random_damage_ends_the_run(corpus: Path, store: Path) -> None:
    whole = write_pdf(corpus.parent / "t.pdf", table([["Name", "Sector"], ["ELBE", "Energy"]])).read_bytes()
    chance = random.Random(5)
    for number in range(250):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 3, 10))):
            place = chance.randrange(len(content))
            content[place : place + chance.choice((1, 1, 9))] = bytes([chance.randrange(256)])
        (corpus / f"broken{number:03}.pdf").write_bytes(content)
    result = run(corpus, store)
    assert len(result) == 251
    assert {item.reason for item in result.values()} <= {"", "damaged", "no-text-layer", "not-a-pdf"}
    assert result["good.pdf"].status == "added"


@pytest.mark.parametrize(
    ("error", "reason", "words"),
    [
        (ZeroDivisionError("no\nwidth"), "damaged", "ZeroDivisionError: no width"),
        (RecursionError(), "damaged", "RecursionError"),
        (OSError(5, "Input/output error"), "unreadable", "Input/output error"),
    ],
)
def test_whatever_goes_wrong_while_one_file_is_read_fails_that_file_and_no_other(
    corpus: Path, store: Path, error: Exception, reason: str, words: str
) -> None:
    write_text(corpus / "odd.pdf", ["Odd."])
    for _ in range(2):
        results = ingest([corpus], store=store, embedder=FailingEmbedder("Odd.", error)).documents
        result = {item.file: item for item in results}["odd.pdf"]
        assert (result.status, result.reason, result.document_id) == ("failed", reason, "")
        assert words in result.warnings[0]
        assert result.warnings[0].startswith(f"{corpus / 'odd.pdf'} cannot be read")
        assert held(store) == ["good.pdf"]
    assert current_version(store).startswith("v000001-")
    assert statuses(corpus, store)["odd.pdf"] == "added"


@pytest.mark.parametrize("error", [EmbeddingError("no model"), StoreError("no room"), UsageError("x")])
def test_an_error_that_is_not_about_the_file_ends_the_run(corpus: Path, store: Path, error: AdvisorError) -> None:
    with pytest.raises(type(error), match=str(error)):
        ingest([corpus], store=store, embedder=FailingEmbedder("turbines", error))


def test_a_copy_takes_the_place_of_a_first_file_that_may_no_longer_be_read(
    corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(corpus, store)
    shutil.copy(corpus / "good.pdf", corpus / "later.pdf")
    original = pages.content_hash

    def refuse(path: Path) -> str:
        if path.name == "good.pdf":
            raise CorpusError("closed", reason="unreadable")
        return original(path)

    monkeypatch.setattr(build, "content_hash", refuse)
    assert statuses(corpus, store) == {"good.pdf": "unreadable", "later.pdf": "unchanged"}
    assert held(store) == ["later.pdf"]


def test_the_ledger_is_not_read_anew_for_each_file(corpus: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        write_text(corpus / f"other{number}.pdf", [f"Other {number}."])
    (corpus / "bad.pdf").write_bytes(b"")
    run(corpus, store)
    read: list[str] = []

    def counting(name: str, original: Callable[[Library], Any]) -> Callable[[Library], Any]:
        def call(library: Library) -> Any:
            read.append(name)
            return original(library)

        return call

    for name in ("ledger", "documents", "passage_counts"):
        monkeypatch.setattr(Library, name, counting(name, getattr(Library, name)))
    run(corpus, store)
    assert all(read.count(name) <= 2 for name in read)  # of seven files


def test_pages_without_text_are_named_in_a_warning(corpus: Path, store: Path) -> None:
    write_text(corpus / "gaps.pdf", ["Words here."], [], ["And here."])
    assert run(corpus, store)["gaps.pdf"].warnings == ("no text on 1 of 3 pages: 2",)


def test_a_run_without_any_usable_file_still_gives_a_store_that_opens(corpus: Path, store: Path) -> None:
    (corpus / "good.pdf").write_bytes(b"")
    assert statuses(corpus, store) == {"good.pdf": "empty"}
    assert held(store) == []


def test_a_title_comes_from_the_manifest_then_from_the_pdf_then_from_the_file_name(corpus: Path, store: Path) -> None:
    write_text(corpus / "own.pdf", ["One."], title="A title of its own")
    write_text(corpus / "listed.pdf", ["Two."], title="Not this one")
    (corpus / "sources.toml").write_text('[[publication]]\nfile = "listed.pdf"\ntitle = "Listed"\nyear = 2012\n')
    run(corpus, store)
    opened = open_store(store)
    found = {d.file: (d.title, d.year) for d in opened.library.documents()}
    opened.close()
    assert found == {
        "good.pdf": ("untitled", None),
        "own.pdf": ("A title of its own", None),
        "listed.pdf": ("Listed", 2012),
    }


def test_what_the_manifest_says_anew_of_an_unchanged_file_is_taken_over(corpus: Path, store: Path) -> None:
    run(corpus, store)
    manifest = (
        '[[publication]]\nfile = "good.pdf"\ntitle = "Compendium"\npublisher = "ECCP"\nyear = 2021\nlanguage = "en"\n'
    )
    (corpus / "sources.toml").write_text(manifest)
    assert statuses(corpus, store) == {"good.pdf": "unchanged"}
    opened = open_store(store)
    (document,) = opened.library.documents()
    assert (document.title, document.publisher, document.year, document.language) == ("Compendium", "ECCP", 2021, "en")
    assert len(opened.library.match(terms("compendium"))) == 1
    opened.close()
    version = current_version(store)
    (corpus / "sources.toml").write_text(manifest + "\n")
    run(corpus, store)
    assert current_version(store) == version  # the same is said in other words
    (corpus / "sources.toml").unlink()
    run(corpus, store)
    opened = open_store(store)
    (document,) = opened.library.documents()
    assert (document.title, document.publisher, document.year) == ("Compendium", "", None)
    opened.close()


def test_a_file_without_a_title_is_called_by_its_name(corpus: Path, store: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.append(corpus / "good.pdf")
    with (corpus / "Handbook 2012.pdf").open("wb") as file:
        writer.write(file)
    run(corpus, store)
    opened = open_store(store)
    titles = [document.title for document in opened.library.documents() if document.file == "Handbook 2012.pdf"]
    opened.close()
    assert titles == ["Handbook 2012"]


class Stopped(HashEmbedder):
    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        raise KeyboardInterrupt


def test_a_first_run_that_was_stopped_binds_nobody_to_its_model(corpus: Path, store: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        ingest([corpus], store=store, embedder=Stopped("other"))
    assert statuses(corpus, store) == {"good.pdf": "added"}


@pytest.mark.parametrize("moved", [False, True], ids=["in its place", "renamed"])
def test_a_file_that_an_older_version_read_is_read_anew_once(corpus: Path, store: Path, moved: bool) -> None:
    run(corpus, store)
    library = Library(store / current_version(store) / "library.sqlite", writable=True)
    for entry in library.ledger().values():
        library.record(replace(entry, result={key: value for key, value in entry.result.items() if key != "reader"}))
    library.close()
    name = "good.pdf"
    if moved:
        name = "renamed.pdf"
        (corpus / "good.pdf").rename(corpus / name)
    assert statuses(corpus, store) == {name: "updated"}
    assert statuses(corpus, store) == {name: "unchanged"}
    assert held(store) == [name]


def test_files_that_are_left_out_are_passed_over_as_if_they_were_not_there(tmp_path: Path) -> None:
    kept = write_text(tmp_path / "corpus" / "kept.pdf", ["Welders are trained."])
    left = write_text(tmp_path / "corpus" / "left.pdf", ["Smiths are trained."])
    digest = hashlib.sha256(left.read_bytes()).hexdigest()
    result = ingest([tmp_path / "corpus"], store=tmp_path / "store", embedder=HashEmbedder(), leave_out={digest})
    assert [(each.file, each.status) for each in result.documents] == [(kept.name, "added")]


def test_a_document_stays_in_the_store_when_its_file_the_only_one_is_left_out(tmp_path: Path) -> None:
    file = write_text(tmp_path / "corpus" / "kept.pdf", ["Welders are trained."])
    ingest([tmp_path / "corpus"], store=tmp_path / "store", embedder=HashEmbedder())
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    ingest([tmp_path / "corpus"], store=tmp_path / "store", embedder=HashEmbedder(), leave_out={digest})
    opened = open_store(tmp_path / "store")
    assert [document.file for document in opened.library.documents()] == ["kept.pdf"]
    opened.close()
