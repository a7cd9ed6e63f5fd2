from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answering.demand import EVENLY, evened, heeded, said, token_weights
from advisor.answering.evidence import rarity
from advisor.answering.matching import Word, content_words
from advisor.embedding import CODE, TransformerEmbedder
from advisor.retrieval.retriever import Retriever
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, prose, searched, section


def best(retriever: Retriever, question: str) -> float:
    query = retriever.understand(question)
    hits = retriever.retrieve(query)
    held = retriever.passage_tokens([hit.passage.passage_id for hit in hits])
    words = content_words(query, rarity(retriever.store, query.terms))
    return max(said(retriever.store, query, words, hits, held).values())


def word(rarity: float, *columns: int) -> Word:
    return Word("", rarity, columns, 0, False)


def test_a_token_has_its_part_of_the_rarity_of_its_word_and_all_have_a_part_alike() -> None:
    found = token_weights([word(3.0, 1), word(1.0, 2, 3)], 4)
    shares = np.array([0, 3 / 4, 1 / 8, 1 / 8])
    assert found == pytest.approx((1 - EVENLY) * shares + EVENLY / 4)


def test_without_content_words_all_tokens_weigh_the_same() -> None:
    assert token_weights([], 4) == pytest.approx([0.25] * 4)


def test_a_token_that_is_alike_to_what_is_heeded_counts_for_more_and_an_opposite_one_for_less() -> None:
    tokens = np.array([[CODE, 0], [0, CODE], [-CODE, 0]], dtype=np.int8)
    found = heeded(np.full(3, 1 / 3, dtype=np.float32), tokens, np.array([np.log(2), 0], dtype=np.float32))
    assert found == pytest.approx([4 / 7, 2 / 7, 1 / 7], abs=1e-6)


@given(st.lists(st.floats(0, 10, width=32), min_size=1, max_size=20))
def test_weights_sum_to_one(weights: list[float]) -> None:
    assert float(evened(np.array(weights, dtype=np.float32)).sum()) == pytest.approx(1.0, abs=1e-5)


def test_of_a_store_that_another_model_built_nothing_is_told(opened: Store) -> None:
    query, hits = searched(opened, "What does a visit cost?")
    held = opened.library.passage_tokens([hit.passage.passage_id for hit in hits])
    words = content_words(query, rarity(opened, query.terms))
    assert said(opened, query, words, hits, held) == {}


@pytest.mark.slow
@pytest.mark.parametrize("question", ["", "?", "   ", "and of the", "\u200b"])
def test_of_a_question_without_content_words_nothing_is_told(
    tmp_path: Path, embedder: TransformerEmbedder, question: str
) -> None:
    report = Report("minutes.pdf", "Minutes", (section("Minutes", blocks=[prose("The fair in Lisbon was small.")]),))
    with closing(open_store(build_store(tmp_path / "store", report, embedder=embedder))) as store:
        retriever = Retriever(store, embedder)
        query = retriever.understand(question)
        hits = retriever.retrieve(query)
        assert said(store, query, content_words(query, {}), hits, {}) == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("says", "does_not"),
    [
        ("How much did the fair in Lisbon cost?", "Who opened the fair in Lisbon?"),
        ("Who leads the working group on hydrogen?", "How often does the working group on hydrogen meet?"),
        ("When did the Nordic Food Alliance end?", "How many members had the Nordic Food Alliance?"),
    ],
)
def test_a_question_is_met_better_where_a_sentence_says_what_it_asks_for(
    tmp_path: Path, embedder: TransformerEmbedder, says: str, does_not: str
) -> None:
    told = (
        "The fair in Lisbon cost 42,000 euros. The working group on hydrogen is led by Inga Holm of the port. "
        "The Nordic Food Alliance was dissolved in March 2017."
    )
    report = Report("minutes.pdf", "Minutes", (section("Minutes", blocks=[prose(told)]),))
    with closing(open_store(build_store(tmp_path / "store", report, embedder=embedder))) as store:
        retriever = Retriever(store, embedder)
        assert best(retriever, says) > best(retriever, does_not)
