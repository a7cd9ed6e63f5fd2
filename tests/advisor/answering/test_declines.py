from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from advisor import Advisor
from advisor.answering.declines import nearest, suggestions, why
from advisor.answering.evidence import gather
from advisor.answering.premises import Known, MissingPart
from advisor.answering.sufficiency import measure
from advisor.store.versions import Store
from tests.advisor.stores import Report, build_store, listed, searched, section
from tests.fakes import HashEmbedder

NOTHING_KNOWN = Known()


def reason(store: Store, question: str, sure: Known = NOTHING_KNOWN) -> str:
    query, hits = searched(store, question)
    return why(store.library, query, measure(store, query, hits), gather(store, query, hits), sure)


def test_a_part_that_is_missing_is_named_with_the_last_one_there_is(opened: Store) -> None:
    said = reason(opened, "What is done in step 12?", Known(MissingPart("step", 12, 4)))
    assert said == "The documents go up to step 4: there is no step 12."
    assert "up to R4: there is no R7." in reason(opened, "What does R7 ask?", Known(MissingPart("r", 7, 4)))


def test_words_that_no_document_holds_are_named_as_they_were_typed(opened: Store) -> None:
    assert reason(opened, "Do visits bring Zebras and quaggas?") == "The documents do not speak of “Zebras”, “quaggas”."


def test_a_question_about_computers_is_told_what_a_cluster_is(opened: Store) -> None:
    assert "never a group of computers" in reason(opened, "Which Kubernetes nodes has the cluster?")


def test_so_is_one_that_is_about_computers_without_a_word_that_only_they_have(opened: Store) -> None:
    query, hits = searched(opened, "Visits to partners")
    signals = replace(measure(opened, query, hits), computers=0.9)
    assert "never a group of computers" in why(opened.library, query, signals, [], NOTHING_KNOWN)


def test_the_kind_of_value_that_no_statement_holds_is_named(opened: Store) -> None:
    assert reason(opened, "How much do partners pay?") == ""  # one of the nearest statements names a sum
    assert reason(opened, "When did the translator visit?") == "None of the statements found gives a date for it."


def test_where_nothing_that_lacks_can_be_named_nothing_is_said(opened: Store) -> None:
    assert reason(opened, "Visits to partners") == ""


def test_the_nearest_statements_are_at_most_three_and_no_lead_in(opened: Store) -> None:
    found = nearest(gather(opened, *searched(opened, "What should an organisation hold before leaving step 3?")))
    assert len(found) == 3
    assert all(item.sentence.kind != "lead" for item in found)


def test_only_questions_that_are_answered_are_suggested(opened: Store) -> None:
    _, hits = searched(opened, "Which partners?")
    tried: list[str] = []

    def is_answered(question: str) -> bool:
        tried.append(question)
        return False

    assert suggestions(hits, "Which partners?", is_answered) == []
    assert len(set(tried)) == len(tried)


@pytest.mark.parametrize("question", ["How do I configure Slurm nodes?", "Where is quantum teleportation done?"])
def test_a_decline_says_why_what_was_searched_and_what_comes_nearest(advisor: Advisor, question: str) -> None:
    answer = advisor.ask(question)
    assert answer.abstained
    assert answer.note
    assert answer.note in answer.answer
    assert "Searched: Harbour handbook; Partnership survey (4 pages)." in answer.answer
    assert shown(answer.answer) == [sentence.marked for sentence in answer.sentences]
    assert 0 < len(answer.sentences) <= 3


def shown(text: str) -> Sequence[str]:
    nearest, *_ = text.split("You could ask:")
    return [line[2:] for line in nearest.splitlines() if line.startswith("- ")]


def test_a_missing_part_is_near_and_never_answered(tmp_path: Path) -> None:
    lead = "Before leaving step {} a cluster organisation should hold:"
    steps = [
        section("Journey", f"Step {number}", blocks=[listed(lead.format(number), f"a plan for year {number}.")])
        for number in (1, 2, 3, 4)
    ]
    store = build_store(tmp_path / "store", Report("steps.pdf", "Steps", tuple(steps)))
    answer = Advisor.open(store, embedder=HashEmbedder()).ask(
        "A cluster organisation should hold before leaving step 5"
    )
    assert answer.abstained
    assert "there is no step 5" in answer.answer
