from __future__ import annotations

import math
from dataclasses import fields, replace
from itertools import pairwise

import pytest

from advisor.answering.abstention import LEAST, SCOPE, SUFFICIENCY, UNREAD, Model, judge, shipped
from advisor.answering.logistic import Logistic
from advisor.answering.sufficiency import Signals

MIDDLE = Signals(**{field.name: 0.4 for field in fields(Signals)})
PLAIN = Model(
    scope=Logistic(dict.fromkeys(SCOPE, 0.0) | {"words": 2.0, "unknown": -4.0}, bias=1.5),
    sufficiency=Logistic(dict.fromkeys(SUFFICIENCY, 0.0) | {"typed": 3.0}, bias=-0.5),
    calibration=Logistic({"scope": 0.5, "sufficiency": 2.0}, bias=0.25),
    answer_from=0.6,
    scope_from=0.1,
)


def test_the_confidence_joins_the_logarithm_of_scope_and_the_log_odds_of_sufficiency() -> None:
    scope = 0.6 / (1 + math.exp(-(1.5 + 2 * 0.4 - 4 * 0.4)))  # 0.6: that it is not about clusters of computers
    z = 0.25 + 0.5 * math.log(scope) + 2 * (-0.5 + 3 * 0.4)
    judged = judge(MIDDLE, PLAIN)
    assert judged.scope == pytest.approx(scope)
    assert judged.confidence == pytest.approx(1 / (1 + math.exp(-z)))


def test_every_signal_is_used_in_one_part_or_both_and_computers_beside_them() -> None:
    assert {field.name for field in fields(Signals)} == {*SCOPE, *SUFFICIENCY, "computers"}
    model = shipped()
    assert (set(model.scope.weights), set(model.sufficiency.weights)) == (set(SCOPE), set(SUFFICIENCY))


def test_where_the_question_is_not_read_for_what_it_asks_the_model_does_without_it() -> None:
    unread = shipped(unread=True)
    assert set(unread.sufficiency.weights) == set(UNREAD) == set(SUFFICIENCY) - {"said"}
    assert judge(replace(MIDDLE, said=0.0)) == judge(replace(MIDDLE, said=0.0), unread)
    assert judge(replace(MIDDLE, said=0.3)) == judge(replace(MIDDLE, said=0.3), shipped())


def test_what_holds_more_of_the_question_is_never_less_sure() -> None:
    steps = [judge(replace(MIDDLE, typed=step / 10), PLAIN).confidence for step in range(11)]
    assert all(low < high for low, high in pairwise(steps))


def test_from_the_threshold_a_question_is_answered_and_below_it_what_is_near_is_shown() -> None:
    at = judge(MIDDLE, PLAIN).confidence
    assert judge(MIDDLE, replace(PLAIN, answer_from=at)).verdict == "answered"
    assert judge(MIDDLE, replace(PLAIN, answer_from=math.nextafter(at, 1))).verdict == "near"


def test_a_question_out_of_scope_is_declined_however_much_of_it_stands_somewhere() -> None:
    judged = judge(replace(MIDDLE, unknown=1.0, typed=1.0), replace(PLAIN, scope_from=0.5))
    assert judged.verdict == "declined"
    assert judged.confidence < PLAIN.answer_from


def test_what_is_surely_about_clusters_of_computers_is_out_of_scope_whatever_stands_in_the_documents() -> None:
    held = replace(MIDDLE, words=1.0, unknown=0.0)
    assert judge(replace(held, computers=0.0), PLAIN).verdict == "answered"
    assert judge(replace(held, computers=0.99), PLAIN).verdict == "declined"


@pytest.mark.parametrize("value", [-1e6, 1e6])
def test_the_confidence_is_a_probability_whatever_is_measured(value: float) -> None:
    extreme = Signals(**{field.name: value for field in fields(Signals)})
    judged = judge(extreme, PLAIN)
    assert 0 <= judged.confidence <= 1
    assert 0 <= judged.scope <= 1
    assert math.log(LEAST) < 0


def test_the_shipped_model_answers_a_question_whose_words_and_value_stand_in_one_sentence() -> None:
    found = Signals(
        passage=0.8, late=0.8, words=0.9, coverage=1.0, unknown=0.0, typed=0.9, near=0.9, asked=0.9,
        answering=0.6, new=0.5,
    )  # fmt: skip
    assert judge(found).verdict == "answered"


def test_the_shipped_model_declines_a_question_of_which_nothing_stands_anywhere() -> None:
    judged = judge(Signals(passage=0.1, late=0.2))
    assert judged.verdict == "declined"
    assert judged.confidence < 0.2
