"""What is handed on works with our own commands: exports are proved on the page, ratings are measured on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from advisor import Advisor
from advisor.cli import main
from advisor.embedding import TransformerEmbedder
from advisor.records import AnswerReady
from advisor.serving.catalogue import words_in
from advisor.serving.conversation import Conversation
from advisor.serving.keeping.keeper import Keeper
from advisor.serving.keeping.record import to_json, to_jsonl
from tests.conftest import CORPUS

pytestmark = pytest.mark.slow

QUESTIONS = (
    "How do we find partners abroad?",
    "What does recommendation R9 ask for?",
    "How long do I boil an egg?",
    "What makes a green project in one sector succeed?",
)


@pytest.fixture
def conversation(shipped_store: Path, embedder: TransformerEmbedder, file: Path) -> Conversation:
    """Return a conversation about the shipped corpus, as it is read after a restart."""
    advisor = Advisor.open(shipped_store, embedder=embedder)
    asked = Conversation(id="c1")
    for question in QUESTIONS:
        history = asked.history()
        turn = asked.begin(question)
        for event in advisor.stream(question, history=history):
            turn.take(event, words_in("en"))
        assert isinstance(event, AnswerReady)
    keeper = Keeper(file)
    keeper.keep("me", asked)
    keeper.close()
    kept = Keeper(file).read("me", "c1")
    assert kept == asked
    return kept


def test_every_quote_of_an_export_is_proved_on_its_page(
    conversation: Conversation, shipped_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exported = tmp_path / "exported.jsonl"
    exported.write_text(to_jsonl(conversation), encoding="utf-8")
    assert main(["verify", str(exported), "--store", str(shipped_store), "--corpus", str(CORPUS), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["answers"], report["problems"]) == (4, [])
    assert report["verified"] == report["citations"] > 3


def test_the_records_of_the_json_document_are_those_of_the_lines(conversation: Conversation) -> None:
    lines = [json.loads(line) for line in to_jsonl(conversation).splitlines()]
    assert json.loads(to_json(conversation))["answers"] == lines


def test_an_altered_word_in_an_export_is_found(
    conversation: Conversation, shipped_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    turn = conversation.turns[0]
    assert turn.answer
    altered = replace(turn.answer.citations[0], quote="x" + turn.answer.citations[0].quote[1:])
    turn.answer = replace(turn.answer, citations=(altered, *turn.answer.citations[1:]))
    exported = tmp_path / "exported.jsonl"
    exported.write_text(to_jsonl(conversation), encoding="utf-8")
    assert main(["verify", str(exported), "--store", str(shipped_store), "--corpus", str(CORPUS)]) == 1
    assert "the quote is not on page" in capsys.readouterr().out


def test_ratings_are_evaluated_by_the_command_that_measures(
    conversation: Conversation,
    file: Path,
    shipped_store: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keeper = Keeper(file)
    for number, good in ((1, True), (2, True), (3, True), (4, False)):
        assert keeper.rate("me", conversation.id, number, good=good)
    assert main(["ratings", "--kept", str(file)]) == 0
    (tmp_path / "ratings.jsonl").write_text(capsys.readouterr().out, encoding="utf-8")
    options = ["--store", str(shipped_store), "--corpus", str(CORPUS), "--cache", str(tmp_path / "cache"), "--json"]
    assert main(["evaluate", str(tmp_path / "ratings.jsonl"), *options]) == 0
    result = json.loads(capsys.readouterr().out)
    (judged,) = result["sets"]
    assert (judged["n"], judged["answerable"]) == (3, 2)  # the bad one waits for somebody to judge it
    assert judged["systems"]["advisor"]["answerable"]["evidence cited"]["value"] == 1.0
    assert judged["systems"]["advisor"]["unanswerable"]["declined"]["value"] == 1.0
