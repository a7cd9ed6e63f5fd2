"""A keeper on a new file, and conversations with answers that quote two small reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.records import Answer
from advisor.serving.conversation import Conversation
from advisor.serving.keeping.keeper import Keeper
from tests.serving.fakes import Store, partners_answer

from .talks import talk


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "conversations.sqlite"


@pytest.fixture
def keeper(file: Path) -> Iterator[Keeper]:
    keeper = Keeper(file)
    yield keeper
    keeper.close()


@pytest.fixture
def answer(store: Store) -> Answer:
    return partners_answer(store)


@pytest.fixture
def partners(answer: Answer) -> Conversation:
    """One question with its answer."""
    return talk(answer)
