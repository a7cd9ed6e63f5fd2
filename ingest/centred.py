"""Labels that stand in the middle of the rows they are for → the label of each row; pure.

Where a cell over several rows is ruled into one cell for each, its words stand in the middle ones. Each label has as
many empty cells above it as below it, which tells where its rows begin, as long as all of them fit.
"""

from __future__ import annotations

from collections.abc import Sequence


def spread(labels: Sequence[str]) -> list[list[int]] | None:
    """Return for each row of a column which cells its label stands in, from 0; None where they fit no such rows.

    A label may be broken over several cells: ["", "Elm", "club", ""] gives [1, 2] four times.
    """
    found: list[list[int]] = []
    while len(found) < len(labels):
        rows = _first_rows(labels[len(found) :])
        if not rows:
            return None
        found += [[len(found) + i for i, label in enumerate(rows) if label]] * len(rows)
    return found


def _first_rows(labels: Sequence[str]) -> Sequence[str]:
    """Return the cells of the first label: as many empty ones below it as above; empty where there are none such."""
    above = next((i for i, label in enumerate(labels) if label), len(labels))
    for last in range(above, len(labels)):
        if not labels[last]:
            return ()
        below = labels[last + 1 : last + 1 + above]
        if len(below) == above and not any(below):
            return labels[: last + 1 + above]
    return ()
