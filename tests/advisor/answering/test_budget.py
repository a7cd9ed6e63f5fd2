from __future__ import annotations

import pytest

from advisor import Advisor
from advisor.answering.budget import FRAME_TOKENS, TURN_CHARS, TURNS, Source, recent, sources_within
from advisor.records import Message
from advisor.store.versions import Store


def count(text: str) -> int:
    return len(text.split())


def given_of(opened: Store, advisor: Advisor, question: str, budget_tokens: int) -> list[Source]:
    return sources_within(opened.library, advisor.search(question, k=8), count, budget_tokens=budget_tokens)


def test_every_hit_is_given_where_there_is_room(opened: Store, advisor: Advisor) -> None:
    hits = advisor.search("visits to trade fairs", k=8)
    found = sources_within(opened.library, hits, count, budget_tokens=10_000)
    assert {source.passage.passage_id for source in found} == {hit.passage.passage_id for hit in hits}


def test_the_best_come_first_and_alone_where_there_is_little_room(opened: Store, advisor: Advisor) -> None:
    hits = advisor.search("R9 joint missions", k=8)
    [only] = sources_within(opened.library, hits, count, budget_tokens=FRAME_TOKENS + 12)
    assert only.passage.passage_id == hits[0].passage.passage_id


def test_one_passage_is_given_even_where_it_is_longer_than_the_budget(opened: Store, advisor: Advisor) -> None:
    assert len(given_of(opened, advisor, "R9 joint missions", 1)) == 1


@pytest.mark.parametrize("budget_tokens", range(100, 800, 37))
def test_what_is_given_fits_into_the_budget(opened: Store, advisor: Advisor, budget_tokens: int) -> None:
    found = given_of(opened, advisor, "partners of step 3", budget_tokens)
    assert sum(count(source.passage.text) + FRAME_TOKENS for source in found) <= budget_tokens


def test_without_hits_nothing_is_given(opened: Store) -> None:
    assert sources_within(opened.library, [], count) == []


def test_the_last_turns_of_a_conversation_are_given_and_long_ones_cut() -> None:
    history = [Message("user", f"Question {number} {'x' * 5_000}") for number in range(50)]
    kept = recent(history)
    assert [turn.content.split()[1] for turn in kept] == [str(number) for number in range(50 - TURNS, 50)]
    assert all(len(turn.content) == TURN_CHARS for turn in kept)
