from __future__ import annotations

import math
from dataclasses import fields, replace
from itertools import pairwise

import pytest

from advisor.answering.abstention import (
    ANSWER_FROM,
    NEAR_FROM,
    WEIGHTS,
    Signals,
    Weights,
    confidence,
    signals,
    verdict,
)
from advisor.answering.evidence import gather
from advisor.retrieval.retriever import prepare, retrieve
from advisor.store.versions import Store
from tests.fakes import HashEmbedder

MIDDLE = Signals(sentence=0.4, coverage=0.5, unknown=0.3)
PLAIN = Weights(sentence=2.0, coverage=3.0, unknown=-4.0, bias=-0.5)


def measured(store: Store, question: str) -> Signals:
    query = prepare(question, HashEmbedder())
    hits = retrieve(store, query)
    return signals(store, query, hits, gather(store, query, hits))


def test_the_confidence_is_the_logistic_function_of_the_weighted_signals() -> None:
    z = -0.5 + 2 * 0.4 + 3 * 0.5 - 4 * 0.3
    assert confidence(MIDDLE, PLAIN) == pytest.approx(1 / (1 + math.exp(-z)))


def test_without_any_weight_the_confidence_is_one_half() -> None:
    assert confidence(MIDDLE, Weights(0, 0, 0, 0)) == 0.5


@pytest.mark.parametrize("signal", ["sentence", "coverage"])
def test_the_confidence_never_falls_when_the_corpus_comes_nearer_to_the_question(signal: str) -> None:
    values = [confidence(replace(MIDDLE, **{signal: step / 10})) for step in range(-10, 11)]
    assert all(low <= high for low, high in pairwise(values))


def test_the_confidence_falls_with_the_share_of_unknown_words() -> None:
    values = [confidence(replace(MIDDLE, unknown=step / 10)) for step in range(11)]
    assert all(high > low for high, low in pairwise(values))


@pytest.mark.parametrize("extreme", [Signals(-1, 0, 1), Signals(1, 1, 0)])
def test_the_confidence_stays_between_0_and_1(extreme: Signals) -> None:
    assert 0 < confidence(extreme) < 1


def test_every_signal_has_a_weight() -> None:
    assert {field.name for field in fields(Signals)} | {"bias"} == {field.name for field in fields(WEIGHTS)}


def test_the_three_outcomes_meet_at_the_two_thresholds() -> None:
    below = {value: math.nextafter(value, 0) for value in (ANSWER_FROM, NEAR_FROM)}
    assert [verdict(1.0), verdict(ANSWER_FROM)] == ["answered", "answered"]
    assert [verdict(below[ANSWER_FROM]), verdict(NEAR_FROM)] == ["near", "near"]
    assert [verdict(below[NEAR_FROM]), verdict(0.0)] == ["declined", "declined"]


def test_a_question_in_the_words_of_a_passage_is_covered_and_holds_nothing_unknown(opened: Store) -> None:
    found = measured(opened, "Do visits to trade fairs bring new partners?")
    assert (found.coverage, found.unknown) == (1.0, 0.0)
    assert found.sentence == pytest.approx(1.0, abs=1e-5)


def test_a_question_without_a_known_word_is_wholly_unknown(opened: Store) -> None:
    found = measured(opened, "Boil eggs?")
    assert (found.coverage, found.unknown) == (0.0, 1.0)


def test_words_that_the_corpus_does_not_know_weigh_more_than_known_ones(opened: Store) -> None:
    assert 0.5 < measured(opened, "Boiled partners?").unknown < 1.0


def test_without_hits_and_known_words_there_is_nothing_to_trust(opened: Store) -> None:
    query = prepare("What about it?", HashEmbedder())
    assert signals(opened, query, [], []) == Signals(sentence=0.0, coverage=0.0, unknown=1.0)
