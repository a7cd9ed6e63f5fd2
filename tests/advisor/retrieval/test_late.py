"""Token vectors compared one by one; they are unit vectors times 127, as a store keeps them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.embedding import Codes
from advisor.retrieval.late import ROWS, best_matches, late_interaction, likeness
from advisor.store.library import PassageTokens

EAST, NORTH, WEST = (127, 0), (0, 127), (-127, 0)
NORTH_EAST = (90, 90)
"""As near to 45° as whole numbers come: its cosine with east is 90 / 127."""


def codes(*rows: tuple[int, int]) -> Codes:
    return np.array(rows, dtype=np.int8).reshape(-1, 2)


def tokens(*rows: tuple[int, int], owners: tuple[int, ...] = ()) -> PassageTokens:
    return PassageTokens(codes(*rows), np.array(owners or [1] * len(rows), dtype=np.uint8))


def test_likeness_is_the_cosine_of_each_token_of_the_passage_with_each_of_the_question() -> None:
    found = likeness(codes(EAST, NORTH), codes(EAST, WEST, NORTH_EAST))
    assert found.dtype == np.float32
    assert found == pytest.approx(np.array([[1.0, 0.0], [-1.0, 0.0], [90 / 127, 90 / 127]]))


@pytest.mark.parametrize(("ours", "theirs"), [(0, 3), (3, 0), (0, 0)])
def test_likeness_without_tokens_is_an_empty_table(ours: int, theirs: int) -> None:
    assert likeness(codes(*[EAST] * ours), codes(*[EAST] * theirs)).shape == (theirs, ours)


@pytest.mark.parametrize("rows", [ROWS - 1, ROWS, ROWS + 1, 3 * ROWS + 5])
def test_a_passage_of_any_length_is_compared_whole(rows: int) -> None:
    drawn = np.random.default_rng(7).integers(-127, 128, (rows, 6)).astype(np.int8)
    asked = drawn[:4]
    assert likeness(asked, drawn) == pytest.approx(drawn.astype(float) @ asked.T.astype(float) / 127**2, abs=1e-5)


def test_a_passage_is_worth_the_mean_of_the_best_cosine_of_each_token_of_the_question() -> None:
    question = codes(EAST, NORTH)
    found = late_interaction(
        question,
        {
            "both": tokens(WEST, NORTH, EAST),
            "one": tokens(EAST, EAST, EAST),
            "between": tokens(NORTH_EAST),
            "against": tokens(WEST),
        },
    )
    assert found == pytest.approx({"both": 1.0, "one": 0.5, "between": 90 / 127, "against": -0.5})


def test_words_that_the_question_does_not_ask_for_cost_nothing() -> None:
    found = late_interaction(codes(EAST), {"short": tokens(EAST), "long": tokens(EAST, *[WEST] * 200)})
    assert found["long"] == found["short"]


def test_without_tokens_a_passage_is_worth_nothing_and_the_others_keep_their_worth() -> None:
    """0 lies above a passage that speaks against the question; only a passage without text has no tokens."""
    question = codes(EAST)
    passages = {"empty": tokens(), "east": tokens(EAST), "none": tokens(), "west": tokens(WEST)}
    assert late_interaction(question, passages) == pytest.approx({"empty": 0.0, "east": 1.0, "none": 0.0, "west": -1.0})


def test_a_question_without_tokens_finds_every_passage_worth_nothing() -> None:
    assert late_interaction(codes(), {"a": tokens(EAST), "b": tokens()}) == {"a": 0.0, "b": 0.0}


def test_no_passages_have_no_worth() -> None:
    assert late_interaction(codes(EAST), {}) == best_matches(codes(EAST), {}) == {}


def test_best_matches_tell_which_token_of_the_question_is_met() -> None:
    found = best_matches(codes(EAST, NORTH), {"a": tokens(EAST, WEST), "b": tokens(NORTH_EAST, NORTH), "c": tokens()})
    assert found["a"] == pytest.approx([1.0, 0.0])
    assert found["b"] == pytest.approx([90 / 127, 1.0])
    assert found["c"].shape == (0,)


ANGLES = st.lists(st.floats(0, 6.28), min_size=1, max_size=8)


def turned(angles: list[float]) -> Codes:
    return np.asarray(np.rint(127 * np.column_stack([np.cos(angles), np.sin(angles)])), dtype=np.int8)


@given(ANGLES, ANGLES, ANGLES)
def test_more_text_is_never_worth_less_and_the_question_itself_is_worth_most(
    asked: list[float], held: list[float], more: list[float]
) -> None:
    question = turned(asked)
    owners = np.ones(len(held) + len(more), dtype=np.uint8)
    found = late_interaction(
        question,
        {
            "some": PassageTokens(turned(held), owners[: len(held)]),
            "all": PassageTokens(turned(held + more), owners),
            "same": PassageTokens(question, np.ones(len(asked), dtype=np.uint8)),
        },
    )
    assert found["some"] <= found["all"] + 1e-6
    assert found["all"] <= found["same"] + 0.02  # lengths are rounded
    assert found["same"] == pytest.approx(1.0, abs=0.02)
