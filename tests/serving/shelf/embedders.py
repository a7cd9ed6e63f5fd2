"""An embedder that waits, in a module of its own: the process that adds documents imports it."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from advisor.embedding import Progress, Tokens, Vectors
from tests.fakes import HashEmbedder

ENDLESS = "Endless"
"""A file with this word is never done."""


class Waiting(HashEmbedder):
    """Waits for good where it is to embed a text of a file that nobody should finish."""

    def embed_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        if any(ENDLESS in text for text in texts):
            threading.Event().wait()
        return super().embed_tokens(texts, progress=progress)


class Unloadable(HashEmbedder):
    """Fails with the first text, as a model whose weights are gone."""

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        raise OSError("no weights")
