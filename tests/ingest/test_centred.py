"""Labels in the middle of the rows they are for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.centred import spread


@pytest.mark.parametrize(
    ("cells", "labels"),
    [
        (["", "Elm", ""], [[1]] * 3),
        (["", "", "Elm", "", "", "", "Oak", "Grove", ""], [[2]] * 5 + [[6, 7]] * 4),
        (["Elm", "", "Oak", ""], [[0], [2], [2], [2]]),
        ([], []),
        (["", "Elm"], None),
        (["", "", "Elm", ""], None),
        (["", ""], None),
        (["", "Elm", "Oak", "", ""], None),
    ],
)
def test_a_label_is_for_as_many_rows_below_it_as_above(cells: list[str], labels: list[list[int]] | None) -> None:
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
    assert [cells[label[0]] for label in found] == [f"label{i}" for i, size in enumerate(sizes) for _ in range(size)]
