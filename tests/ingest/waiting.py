"""An embedder that waits, for tests that stop a run; in a module of its own, as the process that reads imports it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from advisor.embedding import Progress, Vectors
from tests.fakes import HashEmbedder


class Waiting(HashEmbedder):
    """Waits for good where it is to embed a text of a file that nobody should finish."""

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        if any("Endless" in text for text in texts):
            print("waiting", file=sys.stderr, flush=True)
            sys.stdin.read()
        return super().embed(texts, progress=progress)
