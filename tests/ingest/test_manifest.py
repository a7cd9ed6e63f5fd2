"""Which files are read, and what the manifest says about them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from advisor.errors import CorpusError
from ingest.manifest import Source, find_files, read_sources


def readable(paths: Iterable[Path]) -> list[Path]:
    return [file.path for file in find_files(paths) if not file.problem]


def test_folders_are_searched_at_any_depth_and_each_file_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("b.pdf", "deep/er/a.PDF", "notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    assert readable([tmp_path, Path("b.pdf")]) == [tmp_path / "b.pdf", tmp_path / "deep/er/a.PDF"]


def test_hidden_folders_and_what_is_left_beside_a_file_are_read_only_where_they_are_named(tmp_path: Path) -> None:
    """An environment, a recycle bin, the "._" files that some systems leave on a shared disk."""
    for name in (".venv/share/icon.pdf", "._report.pdf", ".draft.pdf", "report.pdf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert readable([tmp_path]) == [tmp_path / ".draft.pdf", tmp_path / "report.pdf"]
    assert readable([tmp_path / ".venv"]) == [tmp_path / ".venv/share/icon.pdf"]


def test_a_path_that_does_not_exist_and_a_folder_without_pdfs_are_errors(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="does not exist"):
        readable([tmp_path / "nowhere"])
    with pytest.raises(CorpusError, match="holds no PDF"):
        readable([tmp_path])


def test_a_path_that_the_system_refuses_is_one_clear_error(tmp_path: Path) -> None:
    for path in (tmp_path / ("a" * 5000), Path("a\0b.pdf")):
        with pytest.raises(CorpusError, match="cannot be opened") as raised:
            readable([path])
        assert len(str(raised.value)) < 400


def test_a_folder_that_may_not_be_read_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pdf").touch()

    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(CorpusError, match="cannot be opened \\(Permission denied\\)"):
        readable([tmp_path])


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "a.pdf").touch()
    assert readable([tmp_path]) == [tmp_path / "a.pdf"]
    for path in (tmp_path / "pipe.pdf", Path(os.devnull)):
        with pytest.raises(CorpusError, match="neither a file nor a folder"):
            readable([path])


def test_a_manifest_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "sources.toml")
    assert read_sources(tmp_path) == {}


def test_the_manifest_is_read_by_file_name(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[[brief]]\nfile = "a.pdf"\ntitle = "A"\nyear = 2026\n[[publication]]\n')
    assert read_sources(tmp_path) == {"a.pdf": Source(title="A", year=2026)}
    assert read_sources(tmp_path / "other") == {}


@pytest.mark.parametrize(
    "content",
    [
        "[[brief",
        'brief = "a"',
        "brief = [1]",
        "[[brief]]\nfile = 1",
        '[[brief]]\nyear = "x"',
        "[[brief]]\nyear = true",
        f"[[brief]]\nyear = {10**20}",
    ],
)
def test_a_manifest_that_cannot_be_read_is_one_clear_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "sources.toml").write_text(content)
    with pytest.raises(CorpusError, match=r"sources\.toml"):
        read_sources(tmp_path)


def test_a_file_below_a_folder_whose_name_is_no_text_is_named_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff"))
    (folder / "corpus").mkdir(parents=True)
    (folder / "corpus" / "a.pdf").touch()
    monkeypatch.chdir(folder)
    [found] = find_files([Path("corpus")])
    assert found.problem is not None
    assert found.problem.reason == "bad-name"
