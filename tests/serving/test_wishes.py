"""What a browser sends is believed only where it is what our page sends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.serving.talks import Place
from advisor.serving.wishes import (
    MOST_READ_CHARS,
    MOST_SEARCHED_CHARS,
    Choice,
    Opinion,
    Question,
    read_choice,
    read_forgotten,
    read_opinion,
    read_place,
    read_question,
)

HERE = {"conversation": "c1", "link": ""}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
NAMES = st.sampled_from(
    [
        "conversation",
        "link",
        "question",
        "replaces",
        "turn",
        "n",
        "page",
        "seq",
        "document",
        "good",
        "words",
        "sentence",
    ]
)


def test_a_choice_is_a_citation_of_a_turn() -> None:
    assert read_choice(HERE | {"turn": 1, "n": 2, "page": 0, "seq": 3}) == Choice(Place("c1"), 3, 1, 2)


def test_a_choice_is_a_page_of_a_document() -> None:
    wanted = Choice(Place("c1"), 3, document="d1handbook", page=2)
    assert read_choice(HERE | {"document": "d1handbook", "page": 2, "seq": 3}) == wanted


def test_a_choice_may_say_what_was_searched_for() -> None:
    data = HERE | {"document": "d1", "page": 2, "seq": 3, "words": " welders ", "sentence": "d1-0001-01"}
    assert read_choice(data) == Choice(Place("c1"), 3, document="d1", page=2, words="welders", sentence="d1-0001-01")
    data |= {"words": "w" * 999, "sentence": "../x"}
    assert read_choice(data) == Choice(Place("c1"), 3, document="d1", page=2, words="w" * MOST_SEARCHED_CHARS)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "turn",
        [],
        {},
        {"turn": 1, "n": 2, "page": 0},
        {"turn": "1", "n": 2, "page": 0, "seq": 1},
        {"turn": True, "n": 2, "page": 0, "seq": 1},
        {"turn": 0, "n": 2, "page": 0, "seq": 1},
        {"turn": 1, "n": -2, "page": 0, "seq": 1},
        {"turn": 1, "n": 2, "page": -1, "seq": 1},
        {"turn": 1, "n": 2.5, "page": 0, "seq": 1},
        {"turn": 1, "n": 10**12, "page": 0, "seq": 1},
        {"turn": 1, "n": {"$gt": 0}, "page": 0, "seq": 1},
        {"document": "../../etc/passwd", "page": 1, "seq": 1},
        {"document": "<b>", "page": 1, "seq": 1},
    ],
)
def test_a_choice_that_is_not_of_our_page_is_dropped(data: object) -> None:
    assert read_choice(data) is None


def test_a_question_is_read_with_its_place_and_what_it_replaces() -> None:
    asked = read_question(HERE | {"question": "  How?  ", "replaces": 2})
    assert asked == Question("How?", Place("c1"), 2)


def test_no_more_of_a_question_is_read_than_any_may_have() -> None:
    assert len(read_question({"question": "x" * (MOST_READ_CHARS + 5)}).text) == MOST_READ_CHARS


@pytest.mark.parametrize("name", ["a/b", "a b", "<b>", "x" * 65, "é", 5, None])
def test_an_id_that_we_did_not_make_is_none(name: object) -> None:
    assert read_place({"conversation": name, "link": name}) == Place()


def test_an_opinion_is_good_bad_or_taken_back() -> None:
    opinions = [read_opinion(HERE | {"turn": 1, "good": good, "reason": " no date "}) for good in (True, False, None)]
    assert opinions == [Opinion(Place("c1"), 1, good, "no date") for good in (True, False, None)]
    assert read_opinion(HERE | {"turn": 1, "good": "yes"}) is None


def test_all_conversations_are_meant_only_where_that_is_said() -> None:
    assert read_forgotten({"forget": "c1"}) == ("c1", False)
    assert read_forgotten({"all": True}) == ("", True)
    assert read_forgotten({"all": "true"}) == ("", False)


@given(JSON | st.dictionaries(NAMES, JSON))
def test_whatever_a_browser_sends_is_read_without_an_error(data: object) -> None:
    read_place(data)
    read_question(data)
    read_choice(data)
    read_opinion(data)
    read_forgotten(data)
