"""Whatever is wrong with a record, verifying it gives lines or one clear error: never a traceback, and never a pass."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.errors import UsageError
from ingest.verification import verify_file

from .conftest import FEE, ROW, WRAPPED, Record

Answered = Callable[..., Record]

many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

constants = st.sampled_from(["", " ", "\n\r\u2028", "\ud800", 10**400, [], {}, [[1, 2, 3, 4]]])
odd: st.SearchStrategy[Any] = (
    constants | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.floats())
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value inside a record."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in inner:
        yield (*path, key)
        yield from places(held, (*path, key))


def problems_of(folder: Path, store: Path, record: Record) -> list[str]:
    """Return the problems of a record; one line where it is refused as a whole."""
    path = folder / "answers.jsonl"
    path.write_text(json.dumps(record), encoding="utf-8")
    try:
        return verify_file(path, store=store).problems
    except UsageError as error:
        return [str(error)]


@many
@given(data=st.data())
def test_any_value_in_any_place_gives_short_lines(answered: Answered, store: Path, tmp_path: Path, data: Any) -> None:
    record = copy.deepcopy(answered(WRAPPED, ROW) | {"conflicts": ["One says 12 [1]."], "note": "So it is."})
    path = data.draw(st.sampled_from(list(places(record))))
    holder = record
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = data.draw(odd)
    for problem in problems_of(tmp_path, store, record):
        assert "\n" not in problem
        assert len(problem) < 600


@many
@given(data=st.data())
def test_a_quote_with_one_character_changed_is_never_proved(
    answered: Answered, store: Path, tmp_path: Path, data: Any
) -> None:
    record = answered(WRAPPED, FEE)
    citation = record["citations"][data.draw(st.integers(0, 1))]
    i = data.draw(st.integers(0, len(citation["quote"]) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != citation["quote"][i]))
    citation["quote"] = citation["quote"][:i] + other + citation["quote"][i + 1 :]
    assert any("the quote is not on page 1" in problem for problem in problems_of(tmp_path, store, record))


@many
@given(box=st.integers(0, 1), edge=st.integers(0, 3), by=st.floats(3, 200) | st.floats(-200, -3), whole=st.booleans())
def test_a_box_of_which_an_edge_is_off_by_3_points_or_more_is_never_proved(
    answered: Answered, store: Path, tmp_path: Path, box: int, edge: int, by: float, whole: bool
) -> None:
    record = answered(WRAPPED)
    damaged = record["citations"][0]["boxes"][box]
    for each in {edge, (edge + 2) % 4} if whole else {edge}:
        damaged[each] += by
    assert problems_of(tmp_path, store, record)
