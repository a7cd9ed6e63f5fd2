"""A PDF's bytes → how many pages it seems to have, without reading it: what an honest "time left" needs beforehand."""

from __future__ import annotations

import re
from pathlib import Path

from advisor.records import MAX_FILE_BYTES

BYTES_A_PAGE = 12_000
"""A page in the reports of the first corpus: where object streams hide the pages of a file, its size has to tell."""

MOST = 20_000
"""What a file may claim; one that claims more is broken or means harm."""

LINEARIZED = re.compile(rb"/Linearized\b.{0,200}?/N\s+(\d{1,5})\b", re.DOTALL)
"""ISO 32000-1, annex F: the first object of a file made for the web tells its number of pages."""

PAGE = re.compile(rb"/Type\s*/Page\b")


def seeming_pages(path: Path) -> int:
    """Return how many pages a PDF seems to have, at least 1; 0 for what is too large or cannot be opened."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return 0
        content = path.read_bytes()
    except OSError:
        return 0
    told = LINEARIZED.search(content, 0, 1024)
    pages = int(told[1]) if told else len(PAGE.findall(content)) or len(content) // BYTES_A_PAGE
    return min(max(pages, 1), MOST)
