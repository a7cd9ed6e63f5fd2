"""Clusters of computers are told from those of industry by the words of a question and by its vector."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.answering.computing import about_computers
from advisor.embedding import TransformerEmbedder
from advisor.store.versions import Store, open_store
from tests.advisor.stores import HANDBOOK, build_store
from tests.fakes import HashEmbedder

COMPUTERS = (
    "Our cluster keeps crashing at night. What should I look at first?",
    "What is the best way to scale a cluster up when jobs wait too long?",
    "Which scheduler suits a cluster of forty machines?",
)
INDUSTRY = (
    "How does a cluster organisation find partners abroad?",
    "Which software do cluster managers use to keep in touch with members?",
    "Do members share machines within the textile cluster?",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, embedder: TransformerEmbedder) -> Iterator[Store]:
    opened = open_store(build_store(tmp_path_factory.mktemp("shipped"), HANDBOOK, embedder=embedder))
    yield opened
    opened.close()


@pytest.mark.slow
def test_a_question_about_computers_is_told_by_its_vector_alone(store: Store, embedder: TransformerEmbedder) -> None:
    computers, industry = (
        [about_computers(store, vector, 0.0) for vector in embedder.embed(texts)] for texts in (COMPUTERS, INDUSTRY)
    )
    assert min(computers) > 0.4
    assert max(industry) < 0.1


@pytest.mark.slow
def test_the_more_words_only_computing_clusters_have_the_likelier_it_is(
    store: Store, embedder: TransformerEmbedder
) -> None:
    (vector,) = embedder.embed(["How large is the cluster?"])
    shares = [about_computers(store, vector, words) for words in (0.0, 0.5, 1.0)]
    assert shares == sorted(set(shares))


def test_in_a_store_of_another_model_the_vector_says_nothing(tmp_path: Path) -> None:
    embedder = HashEmbedder()
    store = open_store(build_store(tmp_path, HANDBOOK, embedder=embedder))
    assert about_computers(store, embedder.embed(["kubernetes"])[0], 1.0) == 0.0
    store.close()
