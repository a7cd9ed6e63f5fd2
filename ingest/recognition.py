"""A PDF of pictures → a copy with a text layer, by OCRmyPDF where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from advisor.errors import CorpusError, UsageError

PROGRAM, TESSERACT = "ocrmypdf", "tesseract"

PAGE_S = 60
"""Seconds that a page may take: some on a laptop, more where the picture is large."""

START_S = 60


def check_program() -> None:
    """Make sure that the program is there before anything is read.

    Raises:
        UsageError: it is not installed.
    """
    if _program() is None or shutil.which(TESSERACT) is None:
        raise UsageError(
            "text recognition needs OCRmyPDF (`pip install ocrmypdf`) and Tesseract (on Debian `apt-get install "
            "tesseract-ocr`), and one of them is not installed; install it, or leave --ocr out"
        )


def _program() -> str | None:
    """Return the path of the program: beside our own Python first, then wherever programs are."""
    beside = Path(sys.executable).parent
    return shutil.which(PROGRAM, path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")


LONGEST_STEM = 60
"""Characters of a file's name that its copy keeps: with four bytes each they still make a name that a disk takes."""


def recognised_copy(path: Path, sha256: str, folder: Path, *, pages: int) -> Path:
    """Return a copy of a PDF with a text layer in `folder`; one that is there already is not made again.

    The copy is named after the first letters of the file's name and the first digits of its content, so that a
    changed file gets a new one.

    Raises:
        CorpusError: no text could be recognised (reason "no-text-layer").
    """
    copy = folder / f"{path.stem[:LONGEST_STEM]}-{sha256[:12]}.pdf"
    if copy.is_file():
        return copy
    folder.mkdir(parents=True, exist_ok=True)
    part = copy.with_suffix(".part")
    command = [
        _program() or PROGRAM,
        "--quiet",
        "--skip-text",
        "--output-type",
        "pdf",
        "--jobs",
        str(os.cpu_count() or 1),
    ]
    try:
        run = subprocess.run(
            [*command, str(path.resolve()), str(part.resolve())],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=START_S + PAGE_S * pages,
        )
        if run.returncode:
            said = " ".join(run.stderr.decode("utf-8", "replace").split())[-200:]
            raise _unrecognised(path, said or f"exit code {run.returncode}")
        part.replace(copy)
    except subprocess.TimeoutExpired as error:
        raise _unrecognised(path, f"it took more than {error.timeout:.0f} s") from error
    finally:
        part.unlink(missing_ok=True)
    return copy


def _unrecognised(path: Path, why: str) -> CorpusError:
    return CorpusError(
        f"{path} has no text layer, and text recognition failed ({why}); try OCRmyPDF by hand", reason="no-text-layer"
    )
