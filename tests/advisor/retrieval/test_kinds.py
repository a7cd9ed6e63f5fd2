"""What kind of answer a question wants; how many statements an answer gets follows from it."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.retrieval.kinds import Kind, asks_for_contents, kind_of, things_asked
from advisor.text import stem


@pytest.mark.parametrize(
    "question",
    [
        "How many companies are active?",
        "When was it founded?",
        "Who pays for tools?",
        "In which year did it begin?",
        "In what country is the office?",
        "Where is the office?",
        "How long should a visit last?",
        "How much does a visit cost?",
        "What percentage of firms export?",
        "What was the role of the agency?",
        "Does R9 ask for money?",
        "Can members vote?",
        "HOW MANY MEMBERS",
        "  How many members?",
    ],
)
def test_a_question_for_one_statement_wants_a_fact(question: str) -> None:
    assert kind_of(question) == "fact"


@pytest.mark.parametrize(
    "question",
    [
        "How do we find partners abroad?",
        "Which barriers did the partnerships name?",
        "What should we have in place before we leave step 3?",
        "List the tools.",
        "Name all criteria",
        "Is there a checklist?",
    ],
)
def test_a_question_for_several_things_or_steps_wants_several_statements(question: str) -> None:
    assert kind_of(question) in ("list", "how-to")


@pytest.mark.parametrize(
    "question",
    [
        "Which barriers were named?",
        "List the tools.",
        "Name all criteria",
        "Into which countries did they go?",
        "Which leaflets turned out useful?",
        "What kind of events are good?",
        "benefits of a partnership, full list",
        "What did the pilots propose? I need all points.",
        "How did they treat applications, step by step?",
        "Is there a checklist?",
        "In what order do we begin?",
    ],
)
def test_a_question_for_things_wants_a_list(question: str) -> None:
    assert kind_of(question) == "list"


@pytest.mark.parametrize(
    "question",
    [
        "How do we find partners?",
        "How should a manager begin?",
        "How to start?",
        "What must a cluster organisation do?",
        "Our firms do not believe in fairs. How convince them?",
        "What to tell the board?",
        "What do we need before a visit?",
        "What should the partners agree on?",
    ],
)
def test_a_question_for_steps_wants_a_how_to(question: str) -> None:
    assert kind_of(question) == "how-to"


@pytest.mark.parametrize(
    "question",
    [
        "Our board is split. Should we visit fairs?",
        "Is it worth joining a network?",
        "Does every cluster have to export?",
        "What would the agency tell us to check?",
        "We know few firms. Is that a problem?",
    ],
)
def test_a_question_for_what_is_better_wants_advice(question: str) -> None:
    assert kind_of(question) == "advice"


@pytest.mark.parametrize(
    "question",
    [
        "What is a joint strategy?",
        "What is an industry cluster?",
        "What are clusters",
        "What is ÖCP?",
        "What is meant by smart specialisation?",
        "What does ESCP stand for?",
        "Define cluster",
        "What is the meaning of PPP?",
    ],
)
def test_a_question_for_the_meaning_of_a_word_wants_a_definition(question: str) -> None:
    assert kind_of(question) == "definition"


@pytest.mark.parametrize(
    "question",
    [
        "Compare fairs and missions",
        "What is the difference between a fair and a mission?",
        "How do the two reports differ?",
        "Fairs versus missions",
        "On what do both reports agree?",
        "Is a mission dearer than the other?",
    ],
)
def test_a_question_that_sets_two_things_against_each_other_wants_a_comparison(question: str) -> None:
    assert kind_of(question) == "comparison"


def test_a_long_list_that_somebody_has_is_not_asked_for() -> None:
    assert kind_of("We have a long list of ideas. How can we sort them?") == "how-to"


def test_what_is_counted_on_two_sides_is_a_comparison() -> None:
    assert kind_of("How much does a fair cost compared with a mission?") == "comparison"


@pytest.mark.parametrize("question", ["", "   ", "?!", "…"])
def test_a_question_without_words_is_a_bare_subject(question: str) -> None:
    assert kind_of(question) == "open"


@pytest.mark.parametrize("question", ["Partners abroad", "What came up in the talks?", "missions to Asia"])
def test_what_asks_for_something_on_its_subject_is_open(question: str) -> None:
    assert kind_of(question) == "open"


@pytest.mark.parametrize(
    "question",
    [
        "Our board is split. Who should visit fairs?",
        "The survey was in 2018. How often was it repeated after that?",
        "When the partners met, whom did they ask?",
        "With which argument is that justified?",
        "Is it true that visits help or not?",
    ],
)
def test_what_decides_the_kind_is_the_part_that_asks(question: str) -> None:
    assert kind_of(question) == "fact"


@pytest.mark.parametrize("question", ["What are the barriers?", "What are the main success factors?"])
def test_what_are_the_things_wants_several_statements(question: str) -> None:
    assert kind_of(question) in ("list", "how-to")


@pytest.mark.parametrize("question", ["What's a cluster?", "What’s a joint strategy?"])
def test_a_contraction_asks_what_its_long_form_asks(question: str) -> None:
    assert kind_of(question) == "definition"


@given(st.text(max_size=80))
def test_every_question_has_one_of_the_kinds_whatever_its_case_and_the_space_around_it(question: str) -> None:
    assert kind_of(question) in get_args(Kind)
    assert kind_of(f" \n{question}\t") == kind_of(question)


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("What are the ten steps of the journeys?", {"steps"}),
        ("Which useful tools are there?", {"tools"}),
        ("List all recommendations.", {"recommendations"}),
        ("Give me all digital skills actions", {"skills", "actions"}),
        ("the green actions", {"actions"}),
        ("What did the partnerships do?", set()),
        ("What do members need for visits?", set()),
        ("Who has paid?", set()),
        ("", set()),
    ],
)
def test_things_that_are_asked_for_have_a_name(question: str, things: set[str]) -> None:
    assert things_asked(question) == {stem(thing) for thing in things}


@pytest.mark.parametrize("question", ["Which chapters does have?", "What does cover?", "How is structured?"])
def test_a_question_may_ask_what_a_document_holds(question: str) -> None:
    assert asks_for_contents(question)


@pytest.mark.parametrize("question", ["What does say about chapters of law?", "What does recommend?", ""])
def test_or_what_it_says(question: str) -> None:
    assert not asks_for_contents(question)
