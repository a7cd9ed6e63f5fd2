"""What a browser asked is kept for it alone, as it was, until it deletes it; then nothing of it is left."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase

import pytest

from advisor.errors import UsageError
from advisor.records import Answer, Message
from advisor.serving.conversation import Conversation, Turn
from advisor.serving.keeping import turns
from advisor.serving.keeping.keeper import Keeper
from advisor.serving.keeping.kept import UNREADABLE, NotKeptError
from tests.serving.fakes import Store, near_answer

from .talks import ME, YOU, answered, left_on_disk, questions, talk

# ---- keeping and reading --------------------------------------------------------------------------------------------


def test_a_conversation_is_read_as_it_was_kept(keeper: Keeper, partners: Conversation) -> None:
    keeper.keep(ME, partners)
    assert keeper.read(ME, "c1") == partners


def test_a_new_keeper_on_the_same_file_reads_the_same_byte_for_byte(file: Path, answer: Answer, store: Store) -> None:
    conversation = talk(answer, near_answer(store))
    first = Keeper(file)
    first.keep(ME, conversation)
    first.close()
    again = Keeper(file).read(ME, "c1")
    assert again == conversation
    assert list(map(turns.encoded, again.turns)) == list(map(turns.encoded, conversation.turns))


def test_what_nobody_kept_is_none(keeper: Keeper) -> None:
    assert keeper.read(ME, "c1") is None
    assert keeper.conversations(ME) == []


def test_a_conversation_without_a_question_is_not_kept(keeper: Keeper) -> None:
    keeper.keep(ME, Conversation(id="c1"))
    assert keeper.conversations(ME) == []


def test_a_running_answer_is_kept_as_stopped_with_what_has_arrived(keeper: Keeper, answer: Answer) -> None:
    running = Turn(answer.question, phase="writing", sentences=[answer.sentences[0]], citations=[answer.citations[0]])
    keeper.keep(ME, Conversation(id="c1", turns=[running]))
    assert running.phase == "writing"
    assert keeper.read(ME, "c1") == Conversation(id="c1", turns=[replace(running, phase="stopped")])


def test_a_running_answer_is_kept_anew_when_it_is_done(keeper: Keeper, partners: Conversation) -> None:
    running = Conversation(id="c1", turns=[replace(partners.turns[0], phase="writing", answer=None)])
    keeper.keep(ME, running)
    keeper.keep(ME, partners)
    assert keeper.read(ME, "c1") == partners


def test_an_earlier_state_of_an_answer_does_not_replace_the_whole_one(keeper: Keeper, partners: Conversation) -> None:
    keeper.keep(ME, partners)
    keeper.keep(ME, Conversation(id="c1", turns=[replace(partners.turns[0], phase="writing", answer=None)]))
    assert keeper.read(ME, "c1") == partners


def test_a_copy_with_fewer_turns_takes_none_away(keeper: Keeper, answer: Answer) -> None:
    keeper.keep(ME, talk(answer, replace(answer, question="And in Asia?")))
    keeper.keep(ME, talk(answer))
    assert questions(keeper, ME, "c1") == [answer.question, "And in Asia?"]


def test_only_turns_that_changed_are_written(keeper: Keeper, answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    encode = turns.encoded

    def counted(turn: Turn) -> bytes:
        written.append(turn.question)
        return encode(turn)

    monkeypatch.setattr("advisor.serving.keeping.keeper.encoded", counted)
    conversation = talk(*(replace(answer, question=f"Question {number}") for number in range(30)))
    keeper.keep(ME, conversation)
    conversation.turns[3].follow_ups = ("What then?",)
    conversation.turns.append(answered(replace(answer, question="The last one")))
    written.clear()
    keeper.keep(ME, conversation)
    assert written == ["Question 3", "The last one"]
    assert keeper.read(ME, "c1") == conversation


def test_a_turn_that_cannot_be_read_fails_alone_and_stays_in_the_file(file: Path, answer: Answer) -> None:
    keeper = Keeper(file)
    keeper.keep(ME, talk(answer, replace(answer, question="And in Asia?")))
    newer = json.dumps({"question": "What is new?", "asked_at": "2030-01-02T03:04:05Z", "phase": "dreaming"}).encode()
    with sqlite3.connect(file) as db:
        db.execute("UPDATE turns SET value = ? WHERE number = 1", (newer,))
    conversation = keeper.read(ME, "c1")
    assert conversation
    first, second = conversation.turns
    assert (first.question, first.phase, first.error, first.asked_at.year) == (
        "What is new?",
        "failed",
        UNREADABLE,
        2030,
    )
    assert (second.question, second.phase) == ("And in Asia?", "done")
    Keeper(file).keep(ME, conversation)
    assert sqlite3.connect(file).execute("SELECT value FROM turns WHERE number = 1").fetchone()[0] == newer


@pytest.mark.parametrize("value", [b"", b"null", b"[]", b"\xff\xfe", b"{" * 100_000, b'{"question": 7}'])
def test_no_content_of_a_turn_is_an_exception(file: Path, keeper: Keeper, answer: Answer, value: bytes) -> None:
    keeper.keep(ME, talk(answer))
    with sqlite3.connect(file) as db:
        db.execute("UPDATE turns SET value = ?", (value,))
    conversation = keeper.read(ME, "c1")
    assert conversation
    assert [(turn.phase, turn.error) for turn in conversation.turns] == [("failed", UNREADABLE)]


# ---- the list -------------------------------------------------------------------------------------------------------


def test_the_list_has_the_most_recently_changed_first(keeper: Keeper, answer: Answer) -> None:
    old, new = talk(answer, name="old"), talk(answer, name="new")
    keeper.keep(ME, old)
    keeper.keep(ME, new)
    assert [each.id for each in keeper.conversations(ME)] == ["new", "old"]
    old.turns.append(answered(replace(answer, question="And then?")))
    keeper.keep(ME, old)
    listed = keeper.conversations(ME)
    assert [(each.id, each.turns) for each in listed] == [("old", 2), ("new", 1)]
    assert listed[0].begun == old.turns[0].asked_at
    assert listed[0].changed > listed[1].changed


def test_keeping_what_did_not_change_does_not_change_the_order(file: Path, answer: Answer) -> None:
    keeper = Keeper(file)
    for name in ("old", "new"):
        keeper.keep(ME, talk(answer, name=name))
    keeper.keep(ME, talk(answer, name="old"))
    Keeper(file).keep(ME, talk(answer, name="old"))
    assert [each.id for each in keeper.conversations(ME)] == ["new", "old"]


def test_a_conversation_that_was_just_read_is_not_written_again(
    file: Path, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    Keeper(file).keep(ME, talk(*[answer] * 5))
    keeper = Keeper(file)
    conversation = keeper.read(ME, "c1")
    assert conversation
    monkeypatch.delattr("advisor.serving.keeping.keeper.encoded")
    keeper.keep(ME, conversation)


def test_a_long_title_is_cut_behind_a_word(keeper: Keeper, answer: Answer) -> None:
    long = "What should a cluster organisation in a small region do first when its members want to go abroad together?"
    keeper.keep(ME, talk(replace(answer, question=long)))
    keeper.keep(YOU, talk(replace(answer, question="x" * 300)))
    assert keeper.conversations(ME)[0].title == (
        "What should a cluster organisation in a small region do first when its members…"
    )
    assert keeper.conversations(YOU)[0].title == "x" * 79 + "…"


# ---- two browsers ---------------------------------------------------------------------------------------------------


def test_two_browsers_never_see_or_change_what_is_the_other_s(keeper: Keeper, answer: Answer) -> None:
    mine, yours = replace(answer, question="Mine?"), replace(answer, question="Yours?")
    keeper.keep(ME, talk(mine, name="m"))
    keeper.keep(YOU, talk(yours, name="y"))
    assert [each.id for each in keeper.conversations(YOU)] == ["y"]
    assert keeper.read(YOU, "m") is None
    assert not keeper.delete(YOU, "m")
    assert not keeper.rate(YOU, "m", 1, good=False)
    with pytest.raises(NotKeptError):
        keeper.link(YOU, "m", 1)
    assert keeper.delete_all(YOU) == 1
    assert questions(keeper, ME, "m") == ["Mine?"]
    assert keeper.ratings() == []


def test_a_conversation_of_the_same_id_is_another_one_in_another_browser(keeper: Keeper, answer: Answer) -> None:
    keeper.keep(ME, talk(replace(answer, question="Mine?")))
    keeper.keep(YOU, talk(replace(answer, question="Yours?")))
    assert questions(keeper, ME, "c1") == ["Mine?"]
    assert questions(keeper, YOU, "c1") == ["Yours?"]


def test_a_browser_without_a_name_is_refused(keeper: Keeper, partners: Conversation) -> None:
    with pytest.raises(UsageError, match="cookies"):
        keeper.keep("", partners)
    with pytest.raises(UsageError, match="cookies"):
        keeper.conversations("")


def test_the_name_of_a_browser_is_not_in_the_file(file: Path, keeper: Keeper, partners: Conversation) -> None:
    keeper.keep("a-secret-name-of-a-browser", partners)
    assert b"a-secret-name-of-a-browser" not in left_on_disk(file)


# ---- links ----------------------------------------------------------------------------------------------------------


def test_a_link_leads_anybody_to_that_one_answer(keeper: Keeper, answer: Answer) -> None:
    conversation = talk(replace(answer, question="The first?"), replace(answer, question="The second?"))
    keeper.keep(ME, conversation)
    token = keeper.link(ME, "c1", 2)
    assert len(token) >= 22
    assert keeper.link(ME, "c1", 2) == token
    assert keeper.link(ME, "c1", 1) != token
    assert keeper.linked(token) == conversation.turns[1]


def test_a_link_does_not_tell_what_its_owner_thought_of_the_answer(keeper: Keeper, partners: Conversation) -> None:
    keeper.keep(ME, partners)
    keeper.rate(ME, "c1", 1, good=False)
    turn = keeper.linked(keeper.link(ME, "c1", 1))
    assert turn
    assert turn.rating == ""


def test_a_link_stays_with_its_answer_when_another_question_takes_its_place(keeper: Keeper, answer: Answer) -> None:
    keeper.keep(ME, talk(answer))
    keeper.rate(ME, "c1", 1, good=True)
    token = keeper.link(ME, "c1", 1)
    changed = Conversation(id="c1", turns=[answered(replace(answer, question="Something else?"))])
    changed.turns[0].asked_at = changed.turns[0].asked_at.replace(year=2027)
    keeper.keep(ME, changed)
    linked = keeper.linked(token)
    assert linked
    assert linked.question == answer.question
    assert keeper.link(ME, "c1", 1) != token
    assert keeper.ratings() == []


@pytest.mark.parametrize("number", [0, 2, -1, 10**30])
def test_there_is_no_link_to_an_answer_that_is_not_there(keeper: Keeper, partners: Conversation, number: int) -> None:
    keeper.keep(ME, partners)
    with pytest.raises(NotKeptError, match="no answer"):
        keeper.link(ME, "c1", number)


def test_there_is_no_link_to_a_question_without_an_answer(keeper: Keeper) -> None:
    keeper.keep(ME, Conversation(id="c1", turns=[Turn("Why?", phase="stopped")]))
    with pytest.raises(NotKeptError, match="no answer"):
        keeper.link(ME, "c1", 1)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "' OR 1=1 --", "%"])
def test_a_token_that_was_not_given_leads_nowhere(keeper: Keeper, partners: Conversation, token: str) -> None:
    keeper.keep(ME, partners)
    keeper.link(ME, "c1", 1)
    assert keeper.linked(token) is None


# ---- ratings --------------------------------------------------------------------------------------------------------


def test_a_rating_is_kept_with_question_history_answer_and_reason(keeper: Keeper, answer: Answer) -> None:
    follow_up = replace(answer, question="And in Asia?")
    keeper.keep(ME, talk(answer, follow_up))
    assert keeper.rate(ME, "c1", 2, good=False, reason="It is in the survey")
    (rating,) = keeper.ratings(ME)
    assert (rating.question, rating.verdict, rating.reason) == ("And in Asia?", "bad", "It is in the survey")
    assert rating.history == (Message("user", answer.question), Message("assistant", answer.answer))
    assert rating.answer == follow_up


def test_a_rating_shows_when_the_conversation_is_read_and_is_gone_when_taken_back(
    keeper: Keeper, partners: Conversation
) -> None:
    keeper.keep(ME, partners)
    shown = []
    for good in (True, False, None):
        assert keeper.rate(ME, "c1", 1, good=good)
        conversation = keeper.read(ME, "c1")
        assert conversation
        shown.append(conversation.turns[0].rating)
    assert shown == ["good", "bad", ""]
    assert keeper.ratings() == []


def test_a_reason_stays_where_the_same_is_said_again_without_one(keeper: Keeper, answer: Answer) -> None:
    keeper.keep(ME, talk(answer))
    keeper.rate(ME, "c1", 1, good=False, reason="It is in the survey")
    keeper.rate(ME, "c1", 1, good=False)
    assert [rating.reason for rating in keeper.ratings()] == ["It is in the survey"]
    keeper.rate(ME, "c1", 1, good=True)
    assert [rating.reason for rating in keeper.ratings()] == [""]


def test_a_rating_outlives_a_later_keep_of_the_same_conversation(keeper: Keeper, answer: Answer) -> None:
    conversation = talk(answer)
    keeper.keep(ME, conversation)
    keeper.rate(ME, "c1", 1, good=True, reason="Just so")
    conversation.turns[0].follow_ups = ("And then?",)
    keeper.keep(ME, conversation)
    assert [(rating.verdict, rating.reason) for rating in keeper.ratings()] == [("good", "Just so")]


def test_ratings_are_of_one_browser_or_of_all(keeper: Keeper, answer: Answer) -> None:
    for browser, question in ((ME, "Mine?"), (YOU, "Yours?")):
        keeper.keep(browser, talk(replace(answer, question=question)))
        keeper.rate(browser, "c1", 1, good=True)
    assert [rating.question for rating in keeper.ratings(ME)] == ["Mine?"]
    assert [rating.question for rating in keeper.ratings()] == ["Mine?", "Yours?"]
    assert len({rating.id for rating in keeper.ratings()}) == 2


def test_a_reason_has_at_most_2000_characters(keeper: Keeper, partners: Conversation) -> None:
    keeper.keep(ME, partners)
    assert keeper.rate(ME, "c1", 1, good=False, reason="x" * 2_000)
    with pytest.raises(UsageError, match="2,001 characters"):
        keeper.rate(ME, "c1", 1, good=False, reason="x" * 2_001)


def test_a_question_without_an_answer_cannot_be_rated(keeper: Keeper) -> None:
    keeper.keep(ME, Conversation(id="c1", turns=[Turn("Why?", phase="stopped")]))
    assert not keeper.rate(ME, "c1", 1, good=True)
    assert not keeper.rate(ME, "c1", 2, good=True)
    assert keeper.ratings() == []


# ---- preferences ----------------------------------------------------------------------------------------------------


def test_a_preference_is_kept_for_one_browser(file: Path) -> None:
    keeper = Keeper(file)
    keeper.change_preference(ME, "left out", lambda _: "d1 d2")
    keeper.change_preference(ME, "left out", lambda _: "d2")
    assert Keeper(file).preference(ME, "left out") == "d2"
    assert keeper.preference(YOU, "left out") == ""
    keeper.change_preference(ME, "left out", lambda _: "")
    assert keeper.preference(ME, "left out") == ""


def test_of_changes_at_the_same_time_none_is_lost(keeper: Keeper) -> None:
    def add(letter: str) -> None:
        keeper.change_preference(ME, "left out", lambda kept: kept + letter)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, ascii_lowercase))
    assert sorted(keeper.preference(ME, "left out")) == list(ascii_lowercase)


def test_a_preference_is_a_small_text(keeper: Keeper) -> None:
    with pytest.raises(UsageError, match="20,001 characters"):
        keeper.change_preference(ME, "left out", lambda _: "x" * 20_001)
