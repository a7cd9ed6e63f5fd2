"""Lines from outside: each an object with its place, or one error that names the line."""

from __future__ import annotations

import pytest

from advisor.errors import UsageError
from advisor.jsonl import parse_jsonl


def read(text: str) -> list[tuple[str, dict[str, object]]]:
    return list(parse_jsonl(text, source="q.jsonl", error=UsageError))


def test_each_object_comes_with_its_line() -> None:
    assert read('{"id": 1}\n\n{"id": 2}\n') == [("q.jsonl, line 1", {"id": 1}), ("q.jsonl, line 3", {"id": 2})]


def test_the_byte_order_mark_of_an_editor_is_passed_over() -> None:
    assert read('\ufeff{"id": 1}\n') == [("q.jsonl, line 1", {"id": 1})]


def test_a_line_separator_inside_a_text_ends_no_line() -> None:
    assert read('{"question": "one\u2028two"}') == [("q.jsonl, line 1", {"question": "one\u2028two"})]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"^q\.jsonl, line 1: not JSON"),
        ('{"id": 1}\n[]', r"^q\.jsonl, line 2: not an object"),
        ("9" * 5000, r"^q\.jsonl, line 1: not JSON"),
        ("[" * 100_000, r"^q\.jsonl, line 1: not JSON"),
        ("\n \n", r"^q\.jsonl holds nothing"),
    ],
)
def test_a_line_that_is_no_object_is_named(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(text)
