"""Locked files are read with a password that is given, and the password is kept nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor import Advisor
from advisor.cli import main
from advisor.errors import CorpusError
from advisor.serving.pages import render_page
from advisor.store.versions import open_store
from ingest.build import ingest
from ingest.results import FileResult
from ingest.verification import verify_file
from tests.fakes import HashEmbedder
from tests.ingest.pdfs import table, write_encrypted, write_pdf

PASSWORD = "Zwölf-Zebras"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    plain = write_pdf(tmp_path / "plain.pdf", table([["Name", "Sector"], ["ELBE", "Energy"]]))
    (tmp_path / "corpus").mkdir()
    write_encrypted(tmp_path / "corpus" / "locked.pdf", plain, user_password=PASSWORD, owner_password="owner")
    return tmp_path / "corpus"


def run(corpus: Path, *passwords: str) -> FileResult:
    (result,) = ingest([corpus], store=corpus.parent / "store", embedder=HashEmbedder(), passwords=passwords).documents
    return result


@pytest.mark.parametrize("password", [PASSWORD, "owner"])
def test_a_locked_file_is_read_with_its_password_tables_included(corpus: Path, password: str) -> None:
    result = run(corpus, "not this one", password)
    assert (result.status, result.tables) == ("added", 1)


def test_a_locked_file_says_whether_a_password_was_given(corpus: Path) -> None:
    assert "give it with --password" in run(corpus).warnings[0]
    result = run(corpus, "not this one")
    assert (result.reason, "none of those given opens it" in result.warnings[0]) == ("encrypted", True)
    assert run(corpus, PASSWORD).status == "added"


def test_a_password_is_kept_nowhere(corpus: Path) -> None:
    run(corpus, PASSWORD)
    files = [path for path in (corpus.parent / "store").rglob("*") if path.is_file()]
    assert files
    assert not any(word in path.read_bytes() for path in files for word in (PASSWORD.encode(), b"Zebras"))


def test_quotes_of_a_locked_file_are_proved_with_its_password(corpus: Path) -> None:
    run(corpus, PASSWORD)
    store = corpus.parent / "store"
    answer = Advisor.open(store, embedder=HashEmbedder()).ask("Which sector is ELBE in?")
    assert answer.citations
    answers = corpus.parent / "answers.jsonl"
    answers.write_text(json.dumps(answer.to_dict()))
    assert verify_file(answers, store=store, passwords=[PASSWORD]).problems == []
    assert "needs a password" in verify_file(answers, store=store).problems[0]
    assert main(["verify", str(answers), "--store", str(store), "--password", PASSWORD]) == 0
    assert main(["verify", str(answers), "--store", str(store)]) == 1


def test_the_page_image_of_a_locked_file_is_refused_in_one_line(corpus: Path) -> None:
    run(corpus, PASSWORD)
    opened = open_store(corpus.parent / "store")
    (document,) = opened.library.documents()
    opened.close()
    with pytest.raises(CorpusError, match=r"^locked\.pdf needs a password, .*$") as caught:
        render_page(Path(document.path), 1)
    assert caught.value.reason == "encrypted"
