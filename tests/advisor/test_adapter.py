from __future__ import annotations

import hashlib

import numpy as np
import pytest
from safetensors.numpy import load_file

from advisor.adapter import ADAPTER, adapted
from advisor.answering.demand import ADAPTER as SUFFICIENCY
from advisor.embedding import default_model_path
from advisor.store.library import FORMAT


def test_the_product_of_both_parts_is_added_to_the_matrix_that_they_are_named_after() -> None:
    published = {"a.weight": np.ones((2, 3)), "b.weight": np.ones((2, 3))}
    changes = {"a.down": np.array([[1.0, 0.0, 2.0]]), "a.up": np.array([[1.0], [10.0]])}
    found = adapted(published, changes)
    assert found["a.weight"].tolist() == [[2, 1, 3], [11, 1, 21]]
    assert found["b.weight"].tolist() == [[1, 1, 1], [1, 1, 1]]
    assert published["a.weight"].tolist() == [[1, 1, 1], [1, 1, 1]]


def test_an_adapter_of_another_model_is_refused() -> None:
    with pytest.raises(KeyError, match=r"c\.weight"):
        adapted({"a.weight": np.ones((2, 3))}, {"c.down": np.ones((1, 3)), "c.up": np.ones((2, 1))})


def test_the_shipped_adapter_changes_each_matrix_of_the_encoder_a_little_and_nothing_else() -> None:
    published = load_file(default_model_path() / "model.safetensors")
    changed = adapted(published, load_file(ADAPTER))
    assert changed.keys() == published.keys()
    for name, before in published.items():
        share = np.linalg.norm(changed[name] - before) / max(float(np.linalg.norm(before)), 1e-9)
        is_matrix = name.startswith("encoder.") and before.ndim == 2
        assert (0 < share < 0.5) if is_matrix else share == 0, name


def test_another_adapter_comes_with_another_format_of_stores() -> None:
    """Vectors of two adapters must not meet; where the second is another, count `FORMAT` up and write down all anew.

    By the third a question is read to meet the vectors of the second: it is fitted anew with it. It may change alone,
    as a store keeps nothing of it.
    """
    adapter, read_by = (hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in (ADAPTER, SUFFICIENCY))
    assert (FORMAT, adapter, read_by) == (4, "229249feb6ef", "3e4dc135a500")
