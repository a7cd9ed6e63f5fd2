"""The Chroma half: what is built is found by cosine, whatever its number."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from advisor.errors import StoreError
from advisor.store.vectors import PASSAGES, SENTENCES, VectorIndex, build_vectors


def built(path: Path, number: int, dim: int = 16) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    vectors = np.random.default_rng(number).standard_normal((number, dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    items = [(f"p{i}", f"d{i % 2}", vector) for i, vector in enumerate(vectors)]
    build_vectors(path, items, items[:1])
    return vectors


@pytest.mark.parametrize("number", [0, 1, 2, 101, 2001])
def test_each_vector_is_found_by_itself_with_cosine_one(tmp_path: Path, number: int) -> None:
    vectors = built(tmp_path / "v", number)
    index = VectorIndex(tmp_path / "v")
    assert (index.count(PASSAGES), index.count(SENTENCES)) == (number, min(number, 1))
    for i in range(0, number, max(1, number // 20)):
        assert index.query(PASSAGES, vectors[i], k=1) == {f"p{i}": pytest.approx(1.0, abs=1e-5)}
    index.close()


def test_hits_are_best_first_and_can_be_kept_to_documents(tmp_path: Path) -> None:
    vectors = built(tmp_path / "v", 20)
    index = VectorIndex(tmp_path / "v")
    exact = {f"p{i}": float(vectors[i] @ vectors[3]) for i in range(1, 20, 2)}
    found = index.query(PASSAGES, vectors[3], k=50, document_ids=["d1"])
    assert list(found) == sorted(exact, key=lambda item: -exact[item])
    assert found == pytest.approx(exact, abs=1e-5)
    index.close()


def test_the_file_of_an_index_holds_its_vectors_and_no_other_memory(tmp_path: Path) -> None:
    """Chroma writes room for 100 vectors as it found it in memory, where removed ones may stand."""
    built(tmp_path / "v", 3)
    VectorIndex(tmp_path / "v").close()
    contents = [path.read_bytes() for path in (tmp_path / "v").glob("*/data_level0.bin")]
    used = 3 * (132 + 16 * 4 + 8)  # links, floats and label of each vector
    assert [any(content[:used]) for content in contents] == [True, True]
    assert [any(content[used:]) for content in contents] == [False, False]


def test_a_missing_or_damaged_index_says_to_rebuild_it(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="advisor documents rebuild"):
        VectorIndex(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreError, match="advisor documents rebuild"):
        VectorIndex(tmp_path / "empty")


def test_a_folder_that_chroma_may_not_write_into_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise RuntimeError("attempt to write a readonly database")

    monkeypatch.setattr("advisor.store.vectors._client", refuse)
    with pytest.raises(StoreError, match=r"^\S+ cannot be read \(attempt to write a readonly database\); Chroma must"):
        VectorIndex(tmp_path)


def test_an_index_that_cannot_be_written_is_one_clear_error_and_the_next_one_is_built(tmp_path: Path) -> None:
    odd = [("p0", "d0", np.ones(4, np.float32)), ("p1", "d0", np.full(4, "x"))]
    for items in (odd, [("same", "d0", np.ones(4, np.float32))] * 2):
        with pytest.raises(StoreError, match=r"^\S+ cannot be written \(.+\); check .+ run the command again$"):
            build_vectors(tmp_path / "v", items, [])
    built(tmp_path / "v", 3)  # in the same place, where Chroma keeps the client that it made first
    index = VectorIndex(tmp_path / "v")
    assert index.count(PASSAGES) == 3
    index.close()


def test_a_file_of_an_index_in_another_layout_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(folder: Path) -> None:
        struct.unpack("<2Q", b"")

    monkeypatch.setattr("advisor.store.vectors._wipe_unused", short)
    with pytest.raises(StoreError, match="cannot be written"):
        built(tmp_path / "v", 3)


def test_two_indexes_of_the_same_vectors_find_the_same_and_miss_nothing(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    rows = draw.standard_normal((600, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    items = [(f"d{i % 3}-{i:04d}", f"d{i % 3}", row) for i, row in enumerate(rows)]
    queries = draw.standard_normal((20, 32)).astype(np.float32)
    found = []
    for name in ("one", "two"):
        build_vectors(tmp_path / name, items, items[:2])
        index = VectorIndex(tmp_path / name)
        found.append([list(index.query(PASSAGES, query, k=40)) for query in queries])
        within = index.query(PASSAGES, queries[0], k=40, document_ids=["d1"])
        assert {item.partition("-")[0] for item in within} == {"d1"}
        index.close()
    assert found[0] == found[1]
    best = [items[i][0] for i in np.argsort(-(rows @ queries[0]), kind="stable")[:40]]
    assert found[0][0] == best


def test_beyond_what_is_compared_one_by_one_chroma_searches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = built(tmp_path / "v", 50)
    monkeypatch.setattr("advisor.store.vectors.EXACT_UP_TO", 10)
    index = VectorIndex(tmp_path / "v")
    nearest, cosine = next(iter(index.query(PASSAGES, vectors[7], k=5).items()))
    assert nearest == "p7"
    assert cosine == pytest.approx(1.0, abs=1e-5)
    assert {item[1:] for item in index.query(PASSAGES, vectors[7], k=5, document_ids=["d1"])} <= set(
        map(str, range(1, 50, 2))
    )
    index.close()
