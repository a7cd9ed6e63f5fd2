"""The list of removed files of the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.errors import CorpusError
from advisor.serving.shelf.leftout import LEFT_OUT, read_left_out, write_left_out

ONE, TWO = "1" * 64, "2" * 64


def test_nothing_is_left_out_where_nothing_was_removed(tmp_path: Path) -> None:
    assert read_left_out(tmp_path / "nowhere") == frozenset()


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_left_out(tmp_path / "added", {TWO, ONE})
    assert read_left_out(tmp_path / "added") == {ONE, TWO}


def test_an_empty_list_takes_the_file_away(tmp_path: Path) -> None:
    write_left_out(tmp_path, {ONE})
    write_left_out(tmp_path, ())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["{", "{}", '["short"]', "[1]", "\ufeff", '"' + ONE + '"'])
def test_a_damaged_list_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / LEFT_OUT).write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"left-out\.json .*delete it to use all files"):
        read_left_out(tmp_path)
