"""What the fitting scripts share: which sentences answer, which questions go together, and what is held out."""

from __future__ import annotations

import tomllib
from typing import cast

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from advisor.answering import demand
from advisor.embedding import CODE
from advisor.evaluation.datasets import Evidence, Question
from advisor.records import Sentence, Span
from advisor.retrieval.retriever import Retriever
from benchmarks.fit_adapter import HELD, PARTS, TOGETHER, Answered, Corpus, parts_of, together
from benchmarks.fit_confidence import Row, vector_text
from benchmarks.fit_sufficiency import heeded, part_by_name
from benchmarks.questions import answers, group_of


def sentence(text: str, *spans: tuple[int, int, int]) -> Sentence:
    return Sentence("p-1", "p", "d", "text", 0, text, tuple(Span(*span) for span in spans))


@pytest.mark.parametrize(
    ("place", "is_answer"),
    [
        (Evidence("a.pdf", 3, "partners drop out"), True),
        (Evidence("a.pdf", 4, "partners drop out"), False),
        (Evidence("b.pdf", 3, "partners drop out"), False),
        (Evidence("a.pdf", 3, "partners stay"), False),
        (Evidence("a.pdf", 3, "text of a span", span=(90, 130)), True),
        (Evidence("a.pdf", 3, "text of a span", span=(125, 180)), False),
    ],
    ids=["its words", "another page", "another file", "other words", "most of it in the span", "little of it"],
)
def test_a_sentence_answers_where_it_has_the_words_of_a_place_or_lies_for_the_most_part_in_its_span(
    place: Evidence,
    is_answer: bool,
) -> None:
    told = sentence("Some partners drop out early.", (3, 100, 129))
    assert answers(told, "a.pdf", Question("q", "?", evidence=(place,))) == is_answer


def test_a_question_and_its_twin_are_of_one_group_in_each_set() -> None:
    names = {group_of(Question(name, "?"), "written") for name in ("wr-1", "wr-1-twin")}
    assert names == {"written/wr-1"}
    assert group_of(Question("wr-1", "?"), "asked") not in names


CORPUS = Corpus(cast(Retriever, None))


def answered(**answering: str) -> list[Answered]:
    """Return one question a group, on one corpus, with the passages that answer it."""
    return [
        Answered(group, CORPUS, frozenset((passage, 1) for passage in passages.split()))
        for group, passages in answering.items()
    ]


def test_questions_about_the_same_passage_are_in_one_part_and_the_parts_are_of_a_size() -> None:
    found = parts_of(answered(a="p1", b="p1", c="p2", d="p3", e="p4"))
    assert found["a"] == found["b"]
    assert sorted({found[name] for name in "acde"}) == list(range(PARTS))


def test_a_question_about_several_passages_is_where_these_are_and_in_no_part_where_some_are_held_out() -> None:
    found = parts_of(
        answered(a="p1", b="p1", c="p2", d="p2", e="p3", f="p3", of_a="p1", x="p1 p2", y="p2 p3", z="p8 p9")
    )
    assert found["a"] == HELD
    assert found["x"] == PARTS  # of what is held out and of what is learned from
    assert found["y"] == min(found["c"], found["e"]) != HELD
    assert found["z"] == PARTS  # of passages that nothing else is about


def test_a_later_question_is_where_its_passages_are_and_moves_no_other() -> None:
    asked = answered(a="p1", b="p2", c="p3", d="p4")
    found = parts_of(asked, later=answered(v="p1", w="p1 p2", x="p3", y="p2 p3", z="p9"))
    assert {name: found[name] for name in "abcd"} == parts_of(asked)
    assert found["v"] == found["a"] == HELD
    assert found["w"] == PARTS
    assert found["x"] == found["c"]
    assert found["y"] == min(found["b"], found["c"])
    assert found["z"] == PARTS


def test_a_question_that_no_part_has_is_in_one_by_its_name_and_each_part_has_some() -> None:
    parts = [part_by_name(f"written/dev.jsonl/wr-{number}") for number in range(400)]
    assert parts == [part_by_name(f"written/dev.jsonl/wr-{number}") for number in range(400)]
    assert min(parts.count(part) for part in range(PARTS)) > 60


@given(lengths=st.lists(st.integers(2, 256), min_size=1, max_size=60))
def test_texts_of_about_the_same_length_are_encoded_together_and_each_once(lengths: list[int]) -> None:
    rows = list(together(lengths))
    assert sorted(i for some in rows for i in some) == list(range(len(lengths)))
    assert [lengths[i] for some in rows for i in some] == sorted(lengths)
    assert all(len(some) * lengths[some[-1]] <= TOGETHER for some in rows)


def test_what_is_written_of_the_regression_on_vectors_gives_the_log_odds_that_were_fitted() -> None:
    row = Row("g", "set", "briefs", "fact", True, {"computing": 0.5}, np.array([0.6, 0.8]))
    weights, bias = np.array([1.5, -2.25, 0.75]), -0.5
    held = tomllib.loads(vector_text(["# Written by a test"], weights, bias))
    told = held["bias"] + held["words"] * row.values["computing"] + np.array(held["vector"]) @ row.vector
    assert told == pytest.approx(row.features @ weights + bias)


def test_tokens_count_the_same_where_it_is_learned_and_where_a_question_is_read() -> None:
    question = np.array([[CODE, 0], [0, CODE], [-CODE, 0]], dtype=np.int8)
    weights, heed = np.array([0.5, 0.3, 0.2], dtype=np.float32), np.array([0.7, -0.4], dtype=np.float32)
    learned = heeded(torch.from_numpy(weights), torch.from_numpy(question / np.float32(CODE)), torch.from_numpy(heed))
    assert learned.numpy() == pytest.approx(demand.heeded(weights, question, heed), abs=1e-6)
