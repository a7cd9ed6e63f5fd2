"""Labels in the middle of the rows they are for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.centred import spread


@pytest.mark.parametrize(
    ("cells", "labels"),
    [
        (["", "Elm", ""], ["Elm"] * 3),
        (["", "", "Elm", "", "", "", "Oak", "Grove", ""], ["Elm"] * 5 + ["Oak Grove"] * 4),
        (["Elm", "", "Oak", ""], ["Elm", "Oak", "Oak", "Oak"]),
        ([], []),
        (["", "Elm"], None),
        (["", "", "Elm", ""], None),
        (["", ""], None),
        (["", "Elm", "Oak", "", ""], None),
    ],
)
def test_a_label_is_for_as_many_rows_below_it_as_above(cells: list[str], labels: list[str] | None) -> None:
    assert spread(cells) == labels


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=6))
def test_groups_with_labels_in_their_middle_are_found_again(groups: list[tuple[int, int]]) -> None:
    cells = [
        cell
        for i, (lines, around) in enumerate(groups)
        for cell in (*[""] * around, *[f"label{i}"] * lines, *[""] * around)
    ]
    sizes = [lines + 2 * around for lines, around in groups]
    found = spread(cells)
    assert found is not None
    assert [label.split()[0] for label in found] == [f"label{i}" for i, size in enumerate(sizes) for _ in range(size)]
