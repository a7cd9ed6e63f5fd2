"""Which end of a ranking a question or a sentence speaks of."""

from __future__ import annotations

import pytest

from advisor.answering.ranking import end_asked


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Which barrier was named most often?", 1),
        ("Which market is targeted by most partnerships?", 1),
        ("the most common benefit", 1),
        ("Which barrier is cited least?", -1),
        ("the least frequent reason", -1),
        ("Which barriers are named most and least often?", 0),  # both
        ("Which barriers are there?", 0),
        ("most of the firms", 0),
    ],
)
def test_the_end_of_a_ranking_is_told(text: str, end: int) -> None:
    assert end_asked(text) == end
