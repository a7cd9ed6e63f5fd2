from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answering.expected import Expected, expected_in, holds, places, untold
from advisor.retrieval.kinds import asking

KINDS: tuple[Expected, ...] = get_args(Expected)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How much does a visit to a fair cost?", "money"),
        ("What is the total budget of the programme?", "money"),
        ("How high is the membership fee?", "money"),
        ("What percentage of firms export?", "share"),
        ("What share of the budget goes to training?", "share"),
        ("How long does step 3 take?", "duration"),
        ("For how many months does it run?", "duration"),
        ("How many members are there?", "count"),
        ("How often do the members meet?", "count"),
        ("When did the survey begin?", "date"),
        ("In which year was the network founded?", "date"),
        ("Since when has the office been open?", "date"),
        ("Why do firms leave?", "reason"),
        ("What led to the merger?", "reason"),
        ("Who is the director of the cluster?", "person"),
        ("Who leads the consortium?", "person"),
        ("Where is the office in Asia?", "place"),
        ("In which countries do members sell?", "place"),
        ("Which software company makes the platform?", "entity"),
        ("What is the platform called?", "entity"),
        ("What do fairs bring?", ""),
        ("How do we find partners when firms are small?", ""),
        ("When members leave, what should the others do?", ""),
        ("Who should join?", ""),
    ],
)
def test_the_words_with_which_a_question_asks_tell_what_answers_it(question: str, expected: Expected) -> None:
    assert expected_in(question) == expected
    assert expected_in(question.upper()) == expected


@pytest.mark.parametrize("question", ["", "?", "?!…", "🙂", "Как?", "如何"])
def test_a_question_without_words_that_ask_expects_nothing(question: str) -> None:
    assert expected_in(question) == ""


def test_only_the_sentences_that_ask_are_looked_at() -> None:
    question = "Nobody knows when it was or how much it cost. How many members took part?"
    assert asking(question) == "How many members took part?"
    assert expected_in(question) == "count"


def test_without_a_question_mark_all_of_it_asks() -> None:
    assert asking("how much did it cost") == "how much did it cost"
    assert expected_in("Tell me. how much did it cost") == "money"


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("What should an organisation hold before step 3?", id="organisation"),
        pytest.param("What does a company need to export?", id="company"),
        pytest.param("What can universities do for members?", id="universities"),
    ],
)
def test_what_an_organisation_should_do_is_no_question_for_its_name(question: str) -> None:
    """Each such question would count as one whose answer must hold a name."""
    assert expected_in(question) == ""


@pytest.mark.parametrize("question", ["Which barriers does the report address?", "How can we address distrust?"])
def test_to_address_something_is_no_question_for_a_place(question: str) -> None:
    assert expected_in(question) == ""


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        ("money", "A visit costs about 1,200 euros."),
        ("money", "Members pay €300 a year."),
        ("money", "The grant was two million EUR."),
        ("share", "Exports grew by 30 % in all."),
        ("share", "Half of the firms export."),
        ("share", "Three out of four firms export."),
        ("share", "7 of the 11 firms export."),
        ("duration", "It takes about six months."),
        ("duration", "Each took part in a 2-week course."),
        ("count", "Twelve firms took part."),
        ("count", "Of 2,013 firms most stayed."),
        ("date", "It began in May 2014."),
        ("date", "It began in the spring."),
        ("reason", "They left because of the fee."),
        ("person", "It is led by Ana Costa."),
        ("person", "It is led by Mr Żak."),
        ("place", "The office is in Lisbon."),
        ("entity", "The lasers are made by Lumera."),
        ("", "Anything."),
    ],
)
def test_a_sentence_holds_a_value_of_its_kind(expected: Expected, sentence: str) -> None:
    assert holds(expected, sentence, "What is asked?")


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        ("money", "Fees are paid in euros."),  # no sum
        ("money", "It was paid by 300 firms."),
        ("share", "Of 30 firms, 12 export."),
        ("duration", "It takes some time."),
        ("count", "In 2013 the firms met."),  # a year is no number of things
        ("count", "R9 asks for more."),
        ("date", "It began with 30 firms."),
        ("reason", "It rained."),
        ("person", "The manager left."),
        ("place", "The office is by the sea."),
        ("entity", "The lasers are made abroad."),
    ],
)
def test_a_sentence_without_such_a_value_does_not_hold_it(expected: Expected, sentence: str) -> None:
    assert not holds(expected, sentence, "What is asked?")


@pytest.mark.parametrize("expected", ["place", "entity"])
def test_a_name_that_the_question_holds_itself_is_no_answer(expected: Expected) -> None:
    assert not holds(expected, "The office is in Lisbon.", "Where in Lisbon is the office?")


@pytest.mark.parametrize("sentence", ["Members may visit fairs.", "Firms march on."])
def test_may_and_march_in_small_letters_are_no_months(sentence: str) -> None:
    """Every second piece of advice says "may"; each would count as a date."""
    assert not holds("date", sentence, "When do members visit fairs?")


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        ("person", "The manager is Łukasz Żak."),
        ("place", "The office is in Łódź."),
        ("entity", "The lasers are made by Østfold."),
    ],
)
def test_a_name_may_begin_with_any_capital(expected: Expected, sentence: str) -> None:
    assert holds(expected, sentence, "What is asked?")


def test_the_places_of_values_are_spans_of_the_sentence() -> None:
    sentence = "It took six months from May 2014 and cost 300 euros."
    told = {kind: [sentence[start:end] for start, end in places(kind, sentence)] for kind in KINDS}
    assert told["duration"] == ["six months"]
    assert told["date"] == ["May", "2014"]
    assert told["money"] == ["euros"]
    assert told["count"] == ["six", "300"]


@pytest.mark.parametrize("kind", ["", "reason", "person", "place", "entity"])
def test_kinds_without_figures_have_no_places(kind: Expected) -> None:
    assert places(kind, "Because Ana Costa left Lisbon in May 2014, with 300 euros.") == []


@given(st.text(max_size=60), st.text(max_size=40), st.sampled_from(KINDS))
def test_any_text_can_be_looked_at_and_a_value_with_a_place_is_held(
    sentence: str, question: str, kind: Expected
) -> None:
    assert expected_in(question) in KINDS
    found = places(kind, sentence)
    assert all(0 <= start < end <= len(sentence) for start, end in found)
    if found and kind != "money":
        assert holds(kind, sentence, question)


@pytest.mark.parametrize(
    ("question", "told", "lacking"),
    [
        ("When was the office opened?", "The office is in Rome.", "date"),
        ("When was the office opened?", "The office was opened in 1066.", ""),
        ("When was the office opened?", "It was opened in the 19th century.", ""),
        ("How many firms came?", "2. Ask firms to come.", "count"),  # the number of an item
        ("How many firms came?", "Twelve firms came.", ""),
        ("How much does it cost?", "It costs a lot.", "money"),
        ("What percentage of firms export?", "Many firms export.", "share"),
        ("Why did it close?", "It closed.", ""),  # a reason may be given in many ways
        ("What is a cluster?", "A group of firms.", ""),
    ],
)
def test_the_kind_of_value_that_no_sentence_gives_is_known(question: str, told: str, lacking: str) -> None:
    assert untold(question, [told]) == lacking
