"""Means with intervals, paired tests and the worth of a confidence."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from advisor.evaluation.statistics import area_under_risk, auroc, difference, mean, percentile, risk_coverage


def test_a_mean_comes_with_its_interval_and_n_and_repeats_with_its_seed() -> None:
    values = [0.0, 1.0] * 50
    figure = mean(values, seed=3)
    assert (figure.value, figure.n) == (0.5, 100)
    assert 0.38 < figure.low < 0.45 < 0.55 < figure.high < 0.62  # 0.5 ± 1.96 · 0.5 / √100 = 0.402 to 0.598
    assert mean(values, seed=3) == figure


def test_equal_values_have_an_interval_of_no_width() -> None:
    figure = mean([0.25, 0.25], seed=0)
    assert (figure.low, figure.high) == (0.25, 0.25)


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    # above 0.4: 0.9, 0.5 | above 0.5: 0.9, and 0.5 ties | 0.3 is below both: (2 + 1.5) of 6 pairs
    assert auroc([0.9, 0.5, 0.3], [0.4, 0.5], seed=0).value == (2 + 1.5) / 6


def test_auroc_is_that_of_scikit_learn_on_a_random_sample() -> None:
    chance = random.Random(1)
    positive, negative = ([round(chance.gauss(m, 1), 1) for _ in range(80)] for m in (0.7, 0.0))
    outside = roc_auc_score([1] * 80 + [0] * 80, positive + negative)
    assert auroc(positive, negative, seed=0).value == pytest.approx(outside)


def test_a_difference_is_paired_and_says_how_many_rose_and_fell() -> None:
    found = difference([0, 0, 0, 1], [1, 1, 0, 0], seed=0)
    assert (found.value, found.above, found.below, found.n) == ((2 - 1) / 4, 2, 1, 4)
    assert found.p == pytest.approx(1.0)  # with gains +1, +1, −1 every assignment of signs is as far from 0 or farther


def test_the_p_value_counts_the_assignments_that_are_as_extreme() -> None:
    # six gains of 1: of 2^6 assignments of signs, only all + and all − are as far from 0
    assert difference([0] * 6, [1] * 6, seed=0).p == pytest.approx(2 / 2**6)


def test_systems_that_do_not_differ_have_p_1() -> None:
    assert difference([0.5, 1.0], [0.5, 1.0], seed=0).p == 1.0


def test_a_single_question_proves_nothing() -> None:
    assert difference([0.0], [1.0], seed=0).p == 1.0


def test_risk_and_coverage_go_from_the_most_confident_to_all() -> None:
    outcomes = [(0.9, 0.0), (0.2, 1.0), (0.5, 1.0), (0.5, 0.0)]
    points = risk_coverage(outcomes)
    assert points == [(1 / 4, 0 / 1), (3 / 4, 1 / 3), (4 / 4, 2 / 4)]
    assert area_under_risk(points) == pytest.approx(1 / 4 * 0 + 2 / 4 * 1 / 3 + 1 / 4 * 2 / 4)


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.sampled_from([0.0, 1.0])), min_size=1, max_size=30))
def test_the_risk_at_full_coverage_is_the_share_of_wrong_answers(outcomes: list[tuple[float, float]]) -> None:
    points = risk_coverage(outcomes)
    coverage, risk = points[-1]
    assert coverage == 1.0
    assert risk == pytest.approx(sum(loss for _, loss in outcomes) / len(outcomes))
    assert 0 <= area_under_risk(points) <= 1


def test_percentiles_lie_between_values() -> None:
    assert percentile([10.0, 20.0, 30.0, 40.0], 50) == 25.0
