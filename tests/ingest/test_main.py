"""What the command prints, and when it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import ingest.command as command
from advisor.cli import main as advisor
from advisor.settings import Settings
from ingest.results import FileResult, IngestResult
from tests.fakes import HashEmbedder
from tests.ingest.pdfs import write_text


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "TransformerEmbedder", lambda name: HashEmbedder())
    write_text(tmp_path / "corpus" / "good.pdf", ["Clusters export turbines."])
    (tmp_path / "corpus" / "bad.pdf").write_bytes(b"")
    return tmp_path / "corpus"


def test_the_summary_says_what_became_of_each_file_and_what_to_do() -> None:
    results = (
        FileResult("a.pdf", "1", "added", pages=3, passages=7, warnings=("no text on 1 of 3 pages: 2",)),
        FileResult("b.pdf", "2", "unchanged", pages=2, passages=4),
        FileResult("c.pdf", "", "skipped", "encrypted", warnings=("…",)),
    )
    assert command.summary(IngestResult("store", results, {"total": 1.2})).splitlines() == [
        "Note: a.pdf: no text on 1 of 3 pages: 2",
        "Not used: c.pdf (encrypted). This file needs a password. Give the right one with --password, or save a copy "
        "without it and add that copy.",
        "2 documents (1 new or changed), 5 pages, 11 passages in store, 1 s.",
    ]


def test_json_is_alone_on_stdout_and_progress_is_on_stderr(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run([corpus], store=corpus.parent / "store", settings=Settings(), as_json=True) == 0
    printed = capsys.readouterr()
    assert [item["status"] for item in json.loads(printed.out)["documents"]] == ["skipped", "added"]
    assert [line.split(",")[0] for line in printed.err.splitlines()] == [
        "1 of 2  bad.pdf: skipped (empty)",
        "2 of 2  good.pdf: added",
        "Building the index",
    ]


def test_strict_fails_where_a_file_was_not_used_but_not_for_a_duplicate(corpus: Path) -> None:
    assert command.run([corpus], store=corpus.parent / "store", settings=Settings(), strict=True) == 1
    (corpus / "bad.pdf").write_bytes((corpus / "good.pdf").read_bytes())
    (corpus / "good.pdf").rename(corpus / "a.pdf")
    assert command.run([corpus], store=corpus.parent / "store", settings=Settings(), strict=True) == 0


def test_a_removal_says_when_the_file_is_still_there_and_would_come_back(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = corpus.parent / "store"
    command.run([corpus], store=store, settings=Settings())
    capsys.readouterr()
    assert advisor(["documents", "remove", "good.pdf", "--store", str(store)]) == 0
    removed, still_there = capsys.readouterr().out.splitlines()
    assert removed.startswith("Removed good.pdf (")
    assert still_there == f"Its file is still there: the next `advisor ingest` of {corpus} adds it again."
    command.run([corpus], store=store, settings=Settings())
    (corpus / "good.pdf").unlink()
    capsys.readouterr()
    assert advisor(["documents", "remove", "good.pdf", "--store", str(store)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
