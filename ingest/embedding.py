"""Passages → their vectors, those of their tokens under the sentences they belong to, and those of the sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from advisor.embedding import Embedder, Tokens
from advisor.records import Passage
from advisor.store.library import Embedded, PassageTokens
from ingest.passages import embedded_text

Listen = Callable[[float], object]


def embed_passages(
    titled: Sequence[tuple[str, Passage]], embedder: Embedder, *, progress: Listen | None = None
) -> Embedded:
    """Return the vectors of passages, each embedded under its document's title and its section path.

    `progress` is told, as the embedding goes on, the share of all characters that each finished batch held.
    """
    headed = [
        embedded_text(title, passage, count_tokens=embedder.count_tokens, max_tokens=embedder.max_tokens)
        for title, passage in titled
    ]
    said = [sentence.text for _, passage in titled for sentence in passage.sentences]
    size = sum(map(len, headed)) + sum(map(len, said))

    def told(texts: Sequence[str]) -> Callable[[int], None] | None:
        """Tell the progress by characters: passages are fewer than sentences and take longer."""
        if progress is None:
            return None
        each = sum(map(len, texts)) / max(size, 1) / max(len(texts), 1)

        def listen(done: int) -> None:
            progress(each * done)

        return listen

    vectors, tokens = embedder.embed_tokens(headed, progress=told(headed))
    sentences = embedder.embed(said, progress=told(said))
    owned = [
        _owned(found, passage, offset=len(text) - len(passage.text))
        for found, (_, passage), text in zip(tokens, titled, headed, strict=True)
    ]
    return Embedded(vectors, owned, sentences)


def _owned(tokens: Tokens, passage: Passage, *, offset: int) -> PassageTokens:
    """Tell for each token in which sentence it stands; the text of the passage begins at `offset`."""
    owners = np.zeros(len(tokens.spans), dtype=np.uint8)
    at = 0
    for number, sentence in enumerate(passage.sentences[:255], start=1):
        at = passage.text.index(sentence.text, at)
        first, last = offset + at, offset + at + len(sentence.text)
        at += len(sentence.text)
        owners[(tokens.spans[:, 0] >= first) & (tokens.spans[:, 1] <= last) & (tokens.spans[:, 1] > 0)] = number
    return PassageTokens(tokens.vectors, owners)
