from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.retrieval.fusion import fuse, standardise

SCORES = st.dictionaries(st.sampled_from("abcdef"), st.integers(-20, 20), max_size=6)


def test_standardised_scores_are_standard_deviations_from_the_mean() -> None:
    # mean 2, variance (1 + 0 + 1) / 3 = 2/3
    assert standardise({"a": 1.0, "b": 2.0, "c": 3.0}) == pytest.approx({"a": -sqrt(3 / 2), "b": 0.0, "c": sqrt(3 / 2)})


@pytest.mark.parametrize("scores", [{"a": 0.7}, {"a": 0.1, "b": 0.1, "c": 0.1}])
def test_equal_scores_say_nothing(scores: dict[str, float]) -> None:
    assert standardise(scores) == dict.fromkeys(scores, 0.0)


def test_no_scores_stay_none() -> None:
    assert standardise({}) == fuse() == fuse((1.0, {})) == {}


def test_an_id_that_a_signal_does_not_name_gets_its_lowest_score() -> None:
    # the first signal reads a 1, b 3, c 1 (mean 5/3, deviation 2√2/3); the second a 2, b 2, c 4
    fused = fuse((1.0, {"a": 1.0, "b": 3.0}), (0.5, {"b": 2.0, "c": 4.0}))
    assert fused == pytest.approx({"a": -1.5 / sqrt(2), "b": 1.5 / sqrt(2), "c": 0.0})


def test_a_signal_without_scores_changes_nothing() -> None:
    assert fuse((1.0, {"a": 1.0, "b": 3.0}), (5.0, {})) == {"a": -1.0, "b": 1.0}


def test_weights_decide_between_signals_that_disagree() -> None:
    up, down = {"a": 0.0, "b": 1.0}, {"a": 1.0, "b": 0.0}
    assert fuse((1.0, up), (0.25, down)) == {"a": -0.75, "b": 0.75}


@given(SCORES, SCORES)
def test_every_id_of_any_signal_is_scored_and_the_sum_is_zero(first: dict[str, int], second: dict[str, int]) -> None:
    fused = fuse((1.0, first), (0.7, second))
    assert set(fused) == {*first, *second}
    assert sum(fused.values()) == pytest.approx(0.0, abs=1e-9)


@given(SCORES, st.integers(1, 9), st.integers(-9, 9))
def test_the_scale_and_zero_of_a_signal_do_not_matter(scores: dict[str, int], scale: int, shift: int) -> None:
    moved = {item: scale * score + shift for item, score in scores.items()}
    assert fuse((1.0, moved)) == pytest.approx(fuse((1.0, scores)))
