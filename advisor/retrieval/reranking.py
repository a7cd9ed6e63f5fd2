"""Hits → the same hits in the order of a cross-encoder, which reads question and passage together. Off by default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from advisor.errors import EmbeddingError
from advisor.records import Hit

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

TOP_N = 20
"""How many hits are read again: a few milliseconds each, on a processor."""


class Reranker(Protocol):
    """What puts hits into another order. Tests put one without weights in its place."""

    @property
    def top_n(self) -> int:
        """How many hits it wants to see, at most."""

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits, best first, ranked from 1; those past `top_n` follow as they were."""


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder by Hugging Face name or path, loaded on first use."""

    def __init__(self, model: str, *, top_n: int = TOP_N) -> None:
        self.name = model
        self.top_n = top_n

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits in the order of the model's scores; those past `top_n` follow as they were.

        Scores are the model's own for the hits it read; those that follow keep their order below them.

        Raises:
            EmbeddingError: the model cannot be loaded.
        """
        read, rest = hits[: self.top_n], hits[self.top_n :]
        if not read:
            return list(hits)
        pairs = [(question, f"{' › '.join(hit.passage.section)}\n{hit.passage.text}") for hit in read]
        scores = [float(score) for score in self._model.predict(pairs, show_progress_bar=False)]
        order = sorted(range(len(read)), key=lambda i: (-scores[i], read[i].rank))
        lowest = min(scores)
        ordered = [replace(read[i], score=scores[i]) for i in order]
        ordered += [replace(hit, score=min(hit.score, lowest)) for hit in rest]
        return [replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1)]

    def load(self) -> None:
        """Load the model now.

        Raises:
            EmbeddingError: it cannot be loaded.
        """
        self._model.eval()

    @cached_property
    def _model(self) -> CrossEncoder:
        from sentence_transformers import CrossEncoder

        try:
            model: CrossEncoder = CrossEncoder(self.name, device="cpu")
        except Exception as error:  # the library raises whatever its parts raise
            raise EmbeddingError(
                f"the reranker {self.name!r} cannot be loaded ({type(error).__name__}); set ADVISOR_RERANKER to a "
                "Hugging Face name or to a folder with a cross-encoder, or unset it"
            ) from error
        return model
