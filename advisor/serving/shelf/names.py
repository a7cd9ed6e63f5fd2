"""The name that a browser gives a file → one under which it can lie in a folder on any system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

SUFFIX = ".pdf"

MAX_STEM_BYTES = 180
"""Most file systems take names of 255 bytes; " (12).pdf" and the name of a temporary file still fit."""

_FORBIDDEN = re.compile(r'[<>:"|?*]')
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file: these name devices, with any suffix.
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)
_NAMELESS = "document"


def clean_name(given: str) -> str:
    """Return a safe name that ends in ".pdf"; "" where the name given does not.

    Only the last part of a path counts. Control, format (such as those that turn text around) and private characters,
    halves of surrogate pairs, and leading dots go; what is long is cut.
    """
    last = re.split(r"[/\\]", given)[-1]
    kept = "".join(character for character in last if unicodedata.category(character)[0] != "C")
    plain = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", " ".join(kept.split())))
    if not plain.lower().endswith(SUFFIX):
        return ""
    stem = _cut(plain[: -len(SUFFIX)].strip(" .")).strip(" .") or _NAMELESS
    if _DEVICE.fullmatch(stem):
        stem = f"_{stem}"
    return stem + SUFFIX


def other_names(name: str) -> Iterator[str]:
    """Yield a clean name, then "x (2).pdf", "x (3).pdf" and so on."""
    yield name
    stem, number = name[: -len(SUFFIX)], 2
    while True:
        yield f"{stem} ({number}){SUFFIX}"
        number += 1


def _cut(stem: str) -> str:
    return stem.encode()[:MAX_STEM_BYTES].decode(errors="ignore")
