from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from advisor.answering.keys import LENGTH, LETTERS, opaque_keys


@given(st.lists(st.text(max_size=12), unique=True, max_size=200))
def test_keys_are_unique_short_and_made_of_consonants(passage_ids: list[str]) -> None:
    keys = opaque_keys(passage_ids)
    assert len(set(keys)) == len(passage_ids)
    assert all(len(key) == LENGTH and set(key) <= set(LETTERS) for key in keys)


def test_a_passage_has_the_same_key_in_every_prompt() -> None:
    assert opaque_keys(["d1-0001", "d1-0002"]) == opaque_keys(["d1-0002", "d1-0001"])[::-1]


def test_keys_say_nothing_of_order() -> None:
    keys = opaque_keys([f"d1-{number:04d}" for number in range(50)])
    assert keys != sorted(keys)
