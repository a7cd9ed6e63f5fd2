"""Which conversation a page is in: one that an answer is coming in, one that is kept, or a new one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.records import AnswerReady
from advisor.serving.catalogue import words_in
from advisor.serving.conversation import Conversation, Turn
from advisor.serving.keeping.keeper import Keeper
from advisor.serving.keeping.record import to_json
from advisor.serving.talks import Place, Talks

from .fakes import answer, said

SAY = words_in("en")
NEW = Place()


@pytest.fixture
def talks(keeper: Keeper) -> Talks:
    return Talks(keeper)


def begin(talks: Talks, question: str, place: Place = NEW, *, replaces: int = 0) -> tuple[Conversation, Turn]:
    begun = talks.begin("me", place, question, replaces=replaces)
    assert begun is not None
    return begun


def ask(talks: Talks, question: str, place: Place = NEW, *, replaces: int = 0) -> Place:
    """Ask and be answered; return where that is kept."""
    conversation, turn = begin(talks, question, place, replaces=replaces)
    turn.take(AnswerReady(answer(question, (said("Yes."),))), SAY)
    talks.finish("me", conversation, turn)
    return Place(conversation.id)


def questions(talks: Talks, place: Place, browser: str = "me") -> list[str]:
    return [turn.question for turn in talks.open(browser, place).turns]


def test_a_conversation_goes_on_where_it_was(talks: Talks) -> None:
    place = ask(talks, "First?")
    assert ask(talks, "Second?", place) == place
    assert questions(talks, place) == ["First?", "Second?"]


def test_a_place_of_another_browser_is_a_new_conversation(talks: Talks) -> None:
    place = ask(talks, "First?")
    assert questions(talks, place, "you") == []
    assert talks.open("you", place).id != place.conversation


def test_a_question_in_a_conversation_that_is_gone_begins_it_anew_at_its_place(talks: Talks) -> None:
    place = ask(talks, "First?")
    talks.forget("me", place.conversation)
    assert ask(talks, "Anew?", place) == place
    assert questions(talks, place) == ["Anew?"]


def test_while_an_answer_comes_every_window_sees_it_and_none_begins_another(talks: Talks) -> None:
    conversation, turn = begin(talks, "Slow?")
    assert talks.open("me", Place(conversation.id)) is conversation
    assert talks.begin("me", Place(conversation.id), "Meanwhile?") is None
    assert turn.live


def test_the_end_of_an_answer_does_not_stop_the_next_question(talks: Talks) -> None:
    """It is asked as soon as the answer is there, while what can be asked next is still being found."""
    conversation, first = begin(talks, "First?")
    first.take(AnswerReady(answer("First?", (said("Yes."),))), SAY)
    _, second = begin(talks, "Second?", Place(conversation.id))
    talks.finish("me", conversation, first)
    assert second.live
    assert talks.open("me", Place(conversation.id)) is conversation
    talks.finish("me", conversation, second)
    assert questions(talks, Place(conversation.id)) == ["First?", "Second?"]


@pytest.mark.parametrize("question", ["", "  ", "\n"])
def test_nothing_asked_begins_nothing(talks: Talks, question: str) -> None:
    assert talks.begin("me", Place(), question) is None


def test_the_last_question_is_replaced_and_an_earlier_one_is_not(talks: Talks) -> None:
    place = ask(talks, "Second?", ask(talks, "First?"))
    ask(talks, "Better?", place, replaces=2)
    assert questions(talks, place) == ["First?", "Better?"]
    ask(talks, "Too late?", place, replaces=1)
    assert questions(talks, place) == ["First?", "Better?", "Too late?"]


def test_what_is_stopped_is_kept_as_far_as_it_came(talks: Talks) -> None:
    conversation, _ = begin(talks, "Stop me?")
    talks.stop("me", Place(conversation.id))
    assert talks.keeper.read("me", conversation.id) == conversation
    assert conversation.turns[0].phase == "stopped"


def test_a_conversation_deleted_while_its_answer_comes_does_not_come_back(talks: Talks) -> None:
    place = ask(talks, "First?")
    conversation, turn = begin(talks, "Second?", place)
    talks.forget("me", place.conversation)
    assert turn.phase == "stopped"
    talks.finish("me", conversation, turn)
    assert questions(talks, place) == []


def test_all_conversations_of_one_browser_are_deleted_and_of_no_other(talks: Talks) -> None:
    place = ask(talks, "Mine?")
    begun = talks.begin("you", Place(), "Yours?")
    assert begun is not None
    talks.finish("you", *begun)
    talks.forget("me", "")
    assert questions(talks, place) == []
    assert questions(talks, Place(begun[0].id), "you") == ["Yours?"]


def test_a_link_shows_one_answer_and_what_is_asked_there_goes_on_from_a_copy_of_it(talks: Talks) -> None:
    place = ask(talks, "Second?", ask(talks, "First?"))
    link = Place(link=talks.keeper.link("me", place.conversation, 2))
    assert questions(talks, link, "you") == ["Second?"]
    begun = talks.begin("you", link, "And then?")
    assert begun is not None
    conversation, turn = begun
    assert [message.content for message in conversation.history()] == ["Second?", "Yes."]
    turn.take(AnswerReady(answer("And then?", (said("No."),))), SAY)
    talks.finish("you", conversation, turn)
    assert questions(talks, Place(conversation.id), "you") == ["Second?", "And then?"]
    assert questions(talks, place) == ["First?", "Second?"]
    assert [kept.id for kept in talks.keeper.conversations("me")] == [place.conversation]
    talks.forget("me", "")
    assert questions(talks, Place(conversation.id), "you") == ["Second?", "And then?"]


def test_an_answer_that_is_handed_on_brings_no_words_of_the_turns_before_it(talks: Talks) -> None:
    conversation, turn = begin(talks, "And Korea?")
    completed = "And Korea? Which firms export to Japan?"
    turn.take(AnswerReady(replace(answer("And Korea?", (said("Yes."),)), standalone_question=completed)), SAY)
    talks.finish("me", conversation, turn)
    begun = talks.begin("you", Place(link=talks.keeper.link("me", conversation.id, 1)), "And China?")
    assert begun is not None
    assert "Japan" not in to_json(begun[0])
    kept = talks.open("me", Place(conversation.id)).turns[0].answer
    assert kept is not None
    assert kept.standalone_question == completed


def test_where_a_link_leads_nowhere_a_question_begins_a_conversation(talks: Talks) -> None:
    begun = talks.begin("you", Place(link="nowhere"), "And then?")
    assert begun is not None
    assert [turn.question for turn in begun[0].turns] == ["And then?"]


def test_an_answer_behind_a_link_is_not_rated_by_strangers(talks: Talks) -> None:
    place = ask(talks, "First?")
    link = Place(link=talks.keeper.link("me", place.conversation, 1))
    talks.rate("you", link, 1, True, "")
    assert talks.open("me", place).turns[0].rating == ""
    talks.rate("me", place, 1, True, "")
    assert talks.open("me", place).turns[0].rating == "good"


def test_what_is_thought_of_an_answer_is_kept_only_where_it_is(talks: Talks) -> None:
    place = ask(talks, "First?")
    assert talks.rate("me", place, 1, True, "")
    talks.forget("me", place.conversation)
    assert not talks.rate("me", place, 1, True, "")


def test_an_answer_that_is_not_there_is_not_rated(talks: Talks) -> None:
    place = ask(talks, "First?")
    talks.rate("me", place, 9, True, "")
    assert talks.keeper.ratings() == []
