"""A page's text, and which of its characters can be seen → the runs of words that are hidden on the page; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence


def hidden_runs(text: str, seen: Sequence[bool | None]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each run of hidden words, in order; white space alone does not end a run.

    A word is hidden where more of its characters cannot be seen than can: one may touch the ink of its neighbours.
    `seen` is None for characters of which it is not known. Without letters and figures there is nothing to hide: the
    bullets of a font that is not at hand are drawn as nothing, too.
    """
    run: tuple[int, int] | None = None
    for word in re.finditer(r"\S+", text):
        told = [known for known in seen[word.start() : word.end()] if known is not None]
        if 2 * sum(told) < len(told):
            run = (run[0] if run else word.start(), word.end())
        elif run:
            yield from _worded(text, run)
            run = None
    if run:
        yield from _worded(text, run)


def _worded(text: str, run: tuple[int, int]) -> Iterator[tuple[int, int]]:
    if any(map(str.isalnum, text[run[0] : run[1]])):
        yield run
