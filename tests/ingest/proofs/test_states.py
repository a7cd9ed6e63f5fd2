"""What a record says of itself is one of the known things, and fits together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import FEE, Record, Verify

Answered = Callable[..., Record]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"mode": "zzz"}, "its mode is 'zzz'"),
        ({"mode": ""}, "its mode is ''"),
        ({"confidence": 7}, "its confidence is '7', which is no number from 0 to 1"),
        ({"confidence": -0.1}, "its confidence is '-0.1'"),
        ({"confidence": float("nan")}, "its confidence is 'nan'"),
        ({"confidence": True}, "its confidence is 'True'"),
        ({"confidence": "high"}, "its confidence is 'high'"),
        ({"reason": "because"}, "its reason is 'because', which is none"),
        ({"reason": "near"}, "it does not abstain, and its reason is 'near'"),
        ({"abstained": True}, "it abstains, and its reason is 'answered'"),
        ({"mode": "generative", "reason": "model-empty"}, "a chat model wrote it, and"),
        ({"mode": "generative", "abstained": True, "reason": "near"}, "a chat model wrote it, and"),
    ],
)
def test_what_a_record_cannot_say_of_itself_is_a_problem(
    answered: Answered, verify: Verify, changed: dict[str, Any], problem: str
) -> None:
    assert any(said.startswith(problem) for said in verify(answered(FEE) | changed))


@pytest.mark.parametrize("left_out", ["mode", "confidence", "reason", "abstained"])
def test_what_a_record_does_not_say_is_no_problem(answered: Answered, verify: Verify, left_out: str) -> None:
    record = answered(FEE)
    del record[left_out]
    assert verify(record) == []
