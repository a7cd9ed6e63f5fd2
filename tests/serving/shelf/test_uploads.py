"""A file on its way is either whole in the folder or not there at all."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from advisor.serving.shelf import uploads
from advisor.serving.shelf.uploads import NotTakenError, Upload


def test_a_file_has_no_name_in_the_folder_before_it_is_whole(tmp_path: Path) -> None:
    upload = Upload(tmp_path)
    upload.write(b"first ")
    assert list(tmp_path.glob("*.pdf")) == []
    upload.write(b"second")
    path = upload.finish("plan.pdf")
    assert path.read_bytes() == b"first second"
    assert upload.sha256 == hashlib.sha256(b"first second").hexdigest()
    assert os.listdir(tmp_path) == ["plan.pdf"]


def test_a_file_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    upload = Upload(tmp_path)
    upload.write(b"half")
    upload.abort()
    assert os.listdir(tmp_path) == []


def test_a_file_is_refused_with_the_first_byte_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 10)
    upload = Upload(tmp_path)
    upload.write(b"0123456789")
    with pytest.raises(NotTakenError) as refused:
        upload.write(b"x")
    assert refused.value.reason == "too-large"
    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = Upload(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    upload.write(b"words")
    with pytest.raises(NotTakenError) as refused:
        upload.finish("plan.pdf")
    assert refused.value.reason == "disk-full"
    assert os.listdir(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(NotTakenError) as refused:
        Upload(tmp_path / "file" / "added")
    assert refused.value.reason == "not-written"
