"""Measures against outside evaluators and by hand: the expected value stands there as arithmetic."""

from __future__ import annotations

import math
import random

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from advisor.evaluation.measures import (
    bears_out,
    citation_quality,
    exact_match,
    fact_recall,
    ranking_measures,
    rouge_l,
    span_measures,
    squad_tokens,
    token_f1,
)


def test_ranking_measures_are_those_of_pytrec_eval_on_a_random_run() -> None:
    chance = random.Random(7)
    units = [f"d{i}" for i in range(60)]
    qrels = {f"q{i}": {unit: chance.randint(0, 3) for unit in chance.sample(units, 12)} for i in range(40)}
    run = {
        name: {unit: 1 / rank for rank, unit in enumerate(chance.sample(units, chance.randint(1, 50)), start=1)}
        for name in qrels
    }
    ours = ranking_measures(qrels, run)
    outside = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut.10", "recall.5,10", "success.1,5,10"}).evaluate(run)
    first_ten = {name: dict(sorted(found.items(), key=lambda item: -item[1])[:10]) for name, found in run.items()}
    ranks = pytrec_eval.RelevanceEvaluator(qrels, {"recip_rank"}).evaluate(first_ten)
    names = {"nDCG@10": "ndcg_cut_10", "R@5": "recall_5", "R@10": "recall_10", "Success@5": "success_5"}
    for query in qrels:
        assert ours[query]["RR@10"] == pytest.approx(ranks[query]["recip_rank"])
        for name, outside_name in names.items():
            assert ours[query][name] == pytest.approx(outside[query][outside_name]), (query, name)


def test_ndcg_and_reciprocal_rank_follow_their_formulas() -> None:
    found = ranking_measures({"q": {"a": 1, "b": 1}}, {"q": {"x": 1.0, "a": 0.5, "y": 0.3, "b": 0.2}})["q"]
    assert found["RR@10"] == 1 / 2
    gained, best = 1 / math.log2(3) + 1 / math.log2(5), 1 / math.log2(2) + 1 / math.log2(3)
    assert found["nDCG@10"] == pytest.approx(gained / best)
    assert (found["Success@1"], found["Success@5"], found["R@5"]) == (0.0, 1.0, 2 / 2)


def test_a_question_without_results_counts_as_0() -> None:
    assert set(ranking_measures({"q": {"a": 1}}, {})["q"].values()) == {0.0}


# --- answers ------------------------------------------------------------------------------------------------------


def test_squad_compares_lower_case_without_punctuation_and_articles() -> None:
    assert squad_tokens("The Eiffel-Tower, a  (steel) tower; an icon.") == ["eiffeltower", "steel", "tower", "icon"]


@pytest.mark.parametrize(
    ("answer", "golds", "exact", "f1"),
    [
        ("The harbour of Genoa", ["harbour of Genoa"], 1.0, 1.0),
        ("in the harbour of Genoa", ["Genoa harbour"], 0.0, 2 * 2 / (4 + 2)),
        ("Genoa, Genoa", ["Genoa"], 0.0, 2 * 1 / (2 + 1)),
        ("Lisbon", ["Genoa", "Lisbon, Portugal"], 0.0, 2 * 1 / (1 + 2)),
        ("Lisbon", ["Genoa"], 0.0, 0.0),
        ("", ["Genoa"], 0.0, 0.0),
        ("", [], 1.0, 1.0),
        ("Genoa", [], 0.0, 0.0),
    ],
)
def test_exact_match_and_token_f1_follow_the_rules_of_squad(
    answer: str, golds: list[str], exact: float, f1: float
) -> None:
    assert exact_match(answer, golds) == exact
    assert token_f1(answer, golds) == pytest.approx(f1)


def test_rouge_l_is_the_f1_of_the_longest_common_subsequence_of_stems() -> None:
    # clusters meet partners at fairs | partners meet at fairs in spring: "meet at fairs", 3 of 5 and 3 of 6
    assert rouge_l("Clusters meet partners at fairs", ["partners meet at fairs in spring"]) == 2 * 3 / (5 + 6)
    assert rouge_l("cluster visits", ["Clusters visiting"]) == 1.0
    assert rouge_l("", ["fairs"]) == 0.0


def test_a_key_fact_counts_in_any_of_its_wordings_but_only_whole() -> None:
    facts = [("35 firms", "thirty-five firms"), ("trade fairs",)]
    assert fact_recall("Thirty-five firms visited a trade fair.", facts) == 2 / 2
    assert fact_recall("135 firms met at a fair of trade.", facts) == 0 / 2
    assert fact_recall("35 firms came.", facts) == 1 / 2


# --- citations ----------------------------------------------------------------------------------------------------


def says(quote: str, sentence: str) -> bool:
    return sentence in quote


def test_citation_recall_and_precision_follow_alce() -> None:
    sentences = [
        ("a", ["a"]),  # borne out; its one citation is precise
        ("b", ["b", "x"]),  # borne out; x is of no use: it says nothing, and b holds without it
        ("c", ["x", "y"]),  # not borne out: none of its citations is precise
        ("d", []),  # no citation
    ]
    assert citation_quality(sentences, says) == (2 / 4, (1 + 1 + 0) / (1 + 2 + 2))


def test_citations_that_only_together_bear_a_sentence_out_are_all_precise() -> None:
    def together(quote: str, sentence: str) -> bool:
        return all(word in quote.split() for word in sentence.split())

    assert citation_quality([("a b", ["a", "b"])], together) == (1 / 1, 2 / 2)


def test_ids_of_any_signs_are_told_apart() -> None:
    names = ["a\0b", "a\0c", "\ud800", "d e"]
    found = ranking_measures({name: {f"{name}!": 1} for name in names}, {name: {f"{name}!": 1.0} for name in names})
    assert {name: values["Success@1"] for name, values in found.items()} == dict.fromkeys(names, 1.0)


def test_an_answer_without_sentences_has_no_citation_quality() -> None:
    assert citation_quality([]) is None


@pytest.mark.parametrize(
    ("quote", "sentence", "borne_out"),
    [
        ("In 2018, 23 partnerships were asked.", "23 partnerships were asked in 2018.", True),
        ("In 2018, 23 partnerships were asked.", "In 2018, 32 partnerships were asked.", False),
        ("Seven partnerships target Japan.", "Seven partnerships target Brazil.", False),
        ("The so-called ‘ESCP-4i’ of O’Neill’s", "ESCP-4i’ of O’Neill’s", True),
        ("Partnerships target Japan.", "Clusters finance training and target Japan with loans.", False),
    ],
)
def test_a_quote_bears_out_figures_and_names_exactly_and_most_words(quote: str, sentence: str, borne_out: bool) -> None:
    assert bears_out(quote, sentence) is borne_out


# --- spans --------------------------------------------------------------------------------------------------------


def test_span_measures_count_characters_and_overlap_costs() -> None:
    gold = [("t", 10, 20), ("t", 30, 40)]
    found = [("t", 0, 20), ("t", 15, 25), ("other", 30, 40)]
    common, wanted, retrieved = 10, 10 + 10, 20 + 10 + 10
    assert span_measures(gold, found) == {
        "span recall": common / wanted,
        "span precision": common / retrieved,
        "span IoU": common / (wanted + retrieved - common),
    }
    assert span_measures(gold, [])["span precision"] == 0.0


spans = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 30), st.integers(1, 10)).map(lambda s: (s[0], s[1], s[1] + s[2])),
    min_size=1,
    max_size=5,
)


@given(spans, spans)
def test_span_measures_stay_between_0_and_1_and_iou_is_the_smallest(
    gold: list[tuple[str, int, int]], found: list[tuple[str, int, int]]
) -> None:
    measured = span_measures(gold, found)
    assert 0 <= measured["span IoU"] <= min(measured["span recall"], measured["span precision"]) <= 1
