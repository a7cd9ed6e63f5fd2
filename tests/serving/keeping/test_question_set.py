"""What readers thought of answers becomes questions to evaluate with, which claim nothing that they did not say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from advisor.cli import main
from advisor.evaluation.datasets import Evidence, QuestionSet, read_sets
from advisor.records import Answer, Message
from advisor.serving.keeping.keeper import Keeper
from advisor.serving.keeping.kept import Rating
from advisor.serving.keeping.question_set import to_question_set
from tests.serving.fakes import Store, near_answer

from .hostile import UNFIT
from .talks import talk

AT = datetime(2026, 11, 12, 12, 30, 5, 999, tzinfo=UTC)


def rated(answer: Answer, verdict: str = "good", **others: Any) -> Rating:
    values: dict[str, Any] = {"id": "r1", "question": answer.question, "history": (), "reason": "", "at": AT} | others
    return Rating(verdict="good" if verdict == "good" else "bad", answer=answer, **values)


def lines(*ratings: Rating) -> list[dict[str, Any]]:
    return [json.loads(line) for line in to_question_set(ratings).splitlines()]


def read(tmp_path: Path, *ratings: Rating) -> QuestionSet:
    path = tmp_path / "ratings.jsonl"
    path.write_text(to_question_set(ratings), encoding="utf-8")
    (found,) = read_sets(path)
    return found


def test_a_good_answer_gives_its_question_with_the_cited_pages_as_evidence(tmp_path: Path, answer: Answer) -> None:
    (question,) = read(tmp_path, rated(answer)).questions
    assert (question.id, question.text, question.kind, question.answerable) == ("r1", answer.question, "rated", True)
    assert question.evidence[1:] == (
        Evidence("d1handbook.pdf", 1, "Visits to fairs and study trips show in a week whether another"),
        Evidence("d1handbook.pdf", 1, "join a matchmaking event,"),
        Evidence("d1handbook.pdf", 1, "ask the European Cluster Collaboration Platform for contacts,"),
        Evidence("d1handbook.pdf", 2, "Put in writing who pays for what."),
        Evidence("d2survey.pdf", 2, "Half of the partnerships met their partners at a matchmaking event."),
    )
    assert question.answers == ()


@pytest.mark.parametrize("reason", ["near", "declined"])
def test_a_refusal_that_the_reader_agrees_with_gives_a_question_without_an_answer(
    tmp_path: Path, store: Store, reason: str
) -> None:
    (question,) = read(tmp_path, rated(near_answer(store, reason=reason))).questions
    assert (question.text, question.answerable, question.evidence) == ("How many staff?", False, ())


def test_a_bad_answer_waits_for_somebody_who_knows_the_right_one(tmp_path: Path, answer: Answer, store: Store) -> None:
    wrong = rated(answer, "bad", id="r2", reason="It is on page 2 of the survey")
    missed = rated(near_answer(store), "bad", id="r3")
    assert [question.id for question in read(tmp_path, rated(answer), wrong, missed).questions] == ["r1"]
    told = lines(wrong, missed)
    assert [line["answerable"] for line in told] == [None, None]
    assert told[0]["note"] == "It is on page 2 of the survey"
    assert told[0]["rejected"][4] == {
        "document": "d1handbook.pdf",
        "page": 2,
        "phrase": "Put in writing who pays for what.",
        "part": 1,
    }
    assert "evidence" not in told[0]


def test_a_follow_up_has_what_was_said_before_it(tmp_path: Path, answer: Answer) -> None:
    before = (Message("user", "Who joins?"), Message("assistant", "Firms.\nAnd agencies."), Message("user", " "))
    (question,) = read(tmp_path, rated(answer, history=before)).questions
    assert question.history == (Message("user", "Who joins?"), Message("assistant", "Firms. And agencies."))


@pytest.mark.parametrize("reason", ["small-talk", "nothing-before", "nothing-more", "needs-model", "empty-store"])
def test_a_reply_that_rests_on_no_document_is_no_question(answer: Answer, reason: str) -> None:
    assert lines(rated(replace(answer, reason=reason, abstained=True))) == []


def test_a_good_answer_without_a_citation_waits_too(answer: Answer) -> None:
    assert [line["answerable"] for line in lines(rated(replace(answer, citations=())))] == [None]


def test_a_line_says_who_thought_what_when(answer: Answer) -> None:
    (line,) = lines(rated(answer, reason="Just so"))
    assert (line["verdict"], line["note"], line["at"]) == ("good", "Just so", "2026-11-12T12:30:05+00:00")


def test_whatever_was_typed_can_be_read(tmp_path: Path, answer: Answer) -> None:
    spoilt = replace(answer, citations=tuple(replace(each, quote=UNFIT) for each in answer.citations))
    before = (Message("user", UNFIT),)
    (question,) = read(tmp_path, rated(spoilt, question=UNFIT, history=before, reason=UNFIT)).questions
    assert question.text.startswith("nul \ufffd, bell")


# ---- the command ----------------------------------------------------------------------------------------------------


def test_the_command_prints_the_ratings_of_all_browsers(
    tmp_path: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keeper = Keeper(tmp_path / "kept" / "conversations.sqlite")
    for browser, question, good in (("b1", "Mine?", True), ("b2", "Yours?", False)):
        keeper.keep(browser, talk(replace(answer, question=question)))
        keeper.rate(browser, "c1", 1, good=good)
    monkeypatch.setenv("ADVISOR_KEPT", str(tmp_path / "kept"))
    assert main(["ratings"]) == 0
    printed = capsys.readouterr().out
    assert printed == to_question_set(keeper.ratings())
    assert [json.loads(line)["question"] for line in printed.splitlines()] == ["Mine?", "Yours?"]
    for place in ("kept", "kept/conversations.sqlite"):
        assert main(["ratings", "--kept", str(tmp_path / place)]) == 0
        assert capsys.readouterr().out == printed


def test_the_command_says_where_nothing_is_kept_and_makes_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ratings", "--kept", str(tmp_path / "none.sqlite")]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert "nothing is kept at" in printed.err
    assert list(tmp_path.iterdir()) == []
