"""Stand-ins that repeat exactly: an embedder without weights and a chat model that follows a script."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Generator, Sequence

import numpy as np

from advisor.answering.budget import Source
from advisor.embedding import Progress, Tokens, Vectors, coded
from advisor.errors import GenerationError
from advisor.records import Message
from advisor.text import terms


class HashEmbedder:
    """Gives texts with common terms near vectors: each term points in a direction that follows from its hash."""

    def __init__(self, name: str = "hash", dim: int = 64, max_tokens: int = 256) -> None:
        self.name = name
        self.dim = dim
        self.max_tokens = max_tokens

    def count_tokens(self, text: str) -> int:
        return len(text.split()) + 2

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        vectors = np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, self.dim), np.float32)
        if progress:
            progress(len(texts))
        return vectors.astype(np.float32)

    def embed_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        return self.embed(texts, progress=progress), [self._tokens(text) for text in texts]

    def _tokens(self, text: str) -> Tokens:
        found = list(re.finditer(r"\S+", text))[: self.max_tokens - 2]
        vectors = np.stack([self._vector(word.group()) for word in found]) if found else np.zeros((0, self.dim))
        spans = np.asarray([word.span() for word in found], dtype=np.int32).reshape(-1, 2)
        return Tokens(coded(vectors.astype(np.float32)), spans)

    def _vector(self, text: str) -> Vectors:
        total = np.full(self.dim, 1e-6, dtype=np.float32)
        for term in terms(text):
            seed = int.from_bytes(hashlib.sha256(term.encode()).digest()[:8], "big")
            total += np.random.default_rng(seed).standard_normal(self.dim).astype(np.float32)
        return total / np.float32(np.linalg.norm(total))


class FailingEmbedder(HashEmbedder):
    """Raises an error when it counts the tokens of a text that holds some words: a fault while a file is read."""

    def __init__(self, words: str, error: Exception) -> None:
        super().__init__()
        self.words = words
        self.error = error

    def count_tokens(self, text: str) -> int:
        if self.words in text:
            raise self.error
        return super().count_tokens(text)


class ScriptedWriter:
    """Writes what its script says for any question, in pieces; an exception in the script is raised at its place."""

    def __init__(self, *pieces: str | GenerationError | Callable[[Sequence[Source]], str]) -> None:
        self.pieces = pieces
        self.asked: list[str] = []
        self.languages: list[str] = []
        self.histories: list[tuple[Message, ...]] = []
        self.closed = 0

    def write(
        self, question: str, sources: Sequence[Source], *, language: str = "en", history: Sequence[Message] = ()
    ) -> Generator[str, None, None]:
        self.asked.append(question)
        self.languages.append(language)
        self.histories.append(tuple(history))
        try:
            for piece in self.pieces:
                if isinstance(piece, GenerationError):
                    raise piece
                yield piece if isinstance(piece, str) else piece(sources)
        finally:
            self.closed += 1
