"""A small store of two reports, built once, and an advisor over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor import Advisor
from advisor.store.versions import Store, open_store
from tests.advisor.stores import HANDBOOK, SURVEY, build_store
from tests.fakes import HashEmbedder


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store of the handbook and the survey; do not change it."""
    return build_store(tmp_path_factory.mktemp("small") / "store", HANDBOOK, SURVEY)


@pytest.fixture
def opened(small_store: Path) -> Iterator[Store]:
    """Return the small store, open for reading."""
    store = open_store(small_store)
    yield store
    store.close()


@pytest.fixture(scope="session")
def advisor(small_store: Path) -> Advisor:
    """Return an advisor over the small store that puts its answers together from the sources."""
    return Advisor.open(small_store, embedder=HashEmbedder())
