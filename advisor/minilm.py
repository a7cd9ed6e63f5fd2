"""Word pieces → vectors of texts and states of their tokens, by the installed MiniLM and ONNX Runtime.

The published weights are put into a graph of fused operators in memory when the model is loaded: nothing is exported,
converted or kept on the disk, and PyTorch, which takes seconds to load, is not needed to answer a question. The
reference is sentence-transformers; the tests compare the two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from advisor.adapter import adapted
from advisor.errors import EmbeddingError

if TYPE_CHECKING:
    from onnx import ModelProto
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, Floats]

FUSED = "com.microsoft"
"""The domain of the fused operators: github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md."""
OPSET = 17
IR_VERSION = 9
"""Versions of the graph's language, old enough for every ONNX Runtime that this project may be installed with."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the model made of a text.

    Attributes:
        states: of each token, without the marks that the model puts around a text, shortened: shape (n, shorter).
        spans: first character and one past the last of each token, shape (n, 2).
    """

    states: Floats
    spans: npt.NDArray[np.int32]


class MiniLM:
    """A BERT with mean pooling whose weights, sizes and tokenizer lie in a folder."""

    def __init__(self, folder: Path, shorter: Floats, *, adapter: Path | None = None) -> None:
        """Load the model.

        Args:
            folder: holds model.safetensors, config.json, sentence_bert_config.json and tokenizer.json.
            shorter: what the states of tokens are multiplied by, shape (dim, shorter).
            adapter: what is put on the weights, see `advisor.adapter`.
        """
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.dim = int(config["hidden_size"])
        self.max_tokens = int(json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"])
        self._tokenizer = read_tokenizer(folder / "tokenizer.json")
        self._tokenizer.enable_truncation(self.max_tokens)
        self._tokenizer.enable_padding()
        self._session, self._weights = _session(folder, config, shorter, adapter)

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return one unit vector for each text, shape (len(texts), dim). They are read at once: give only a few."""
        vectors: Floats = self._session.run(["vectors"], _given(self._tokenizer.encode_batch(list(texts))))[0]
        return vectors

    def embed_tokens(self, texts: Sequence[str]) -> tuple[Floats, list[Read]]:
        """Return what `embed` returns, and what was made of each text."""
        encoded = self._tokenizer.encode_batch(list(texts))
        vectors, states = self._session.run(["vectors", "states"], _given(encoded))
        reads = []
        for own, text in zip(states, encoded, strict=True):
            kept = np.flatnonzero(np.asarray(text.special_tokens_mask) == 0)
            reads.append(Read(own[kept], np.asarray(text.offsets, dtype=np.int32)[kept]))
        return vectors, reads


def read_tokenizer(path: Path) -> Tokenizer:
    """Return a tokenizer that neither cuts off nor fills up.

    Raises:
        EmbeddingError: the file cannot be read.
    """
    from tokenizers import Tokenizer  # a tenth of a second; transformers, which holds it too, takes four

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises Exception itself
        raise EmbeddingError(f"{path} cannot be read ({error}); install the model anew") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _given(encoded: Sequence[Any]) -> dict[str, npt.NDArray[np.int32]]:
    return {
        "ids": np.array([text.ids for text in encoded], dtype=np.int32),
        "mask": np.array([text.attention_mask for text in encoded], dtype=np.int32),
    }


def read_weights(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the weights of a file by name."""
    from safetensors.numpy import load_file

    return load_file(path)


def _session(folder: Path, config: Mapping[str, Any], shorter: Floats, adapter: Path | None) -> tuple[Any, object]:
    """Return what computes, and what has to live as long: the weights, which it reads where they lie."""
    # Loaded where the model is, not before: two tenths of a second.
    from onnxruntime import InferenceSession, OrtValue, SessionOptions

    published = read_weights(folder / "model.safetensors")
    if adapter:
        published = adapted(published, read_weights(adapter))
    weights = {**_weights(published, int(config["num_hidden_layers"])), "shorter": shorter}
    options = SessionOptions()
    # Threads that wait busily for the next question would take the cores from everything else.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    values = [OrtValue.ortvalue_from_numpy(np.ascontiguousarray(held)) for held in weights.values()]
    options.add_external_initializers(list(weights), values)
    graph = _graph(weights, config).SerializeToString()
    return InferenceSession(graph, options, providers=["CPUExecutionProvider"]), values


def _weights(published: Weights, layers: int) -> dict[str, Floats]:
    """Return the weights as the fused operators want them: inputs × outputs; query, key and value side by side."""
    embedded = "embeddings."
    positions = published[f"{embedded}position_embeddings.weight"]
    weights = {
        "words": published[f"{embedded}word_embeddings.weight"],
        # A text alone is of the first of the two types, wherever a token stands.
        "positions": positions + published[f"{embedded}token_type_embeddings.weight"][0],
        "scale": published[f"{embedded}LayerNorm.weight"],
        "shift": published[f"{embedded}LayerNorm.bias"],
    }
    for i in range(layers):
        layer = f"encoder.layer.{i}."
        mixed = [f"{layer}attention.self.{part}" for part in ("query", "key", "value")]
        weights[f"mix_{i}"] = np.concatenate([published[f"{part}.weight"].T for part in mixed], axis=1)
        weights[f"mix_bias_{i}"] = np.concatenate([published[f"{part}.bias"] for part in mixed])
        for name, part in (("joined", "attention.output"), ("folded", "output")):
            weights[f"{name}_{i}"] = published[f"{layer}{part}.dense.weight"].T
            weights[f"{name}_bias_{i}"] = published[f"{layer}{part}.dense.bias"]
            weights[f"{name}_scale_{i}"] = published[f"{layer}{part}.LayerNorm.weight"]
            weights[f"{name}_shift_{i}"] = published[f"{layer}{part}.LayerNorm.bias"]
        weights[f"wide_{i}"] = published[f"{layer}intermediate.dense.weight"].T
        weights[f"wide_bias_{i}"] = published[f"{layer}intermediate.dense.bias"]
    return weights


def _graph(weights: Weights, config: Mapping[str, Any]) -> ModelProto:
    """Return the graph without its weights: ids and mask, shape (n, length), to unit vectors and shortened states.

    Source of the layers: Devlin et al., 2019, doi:10.18653/v1/N19-1423; of the pooling: Reimers and Gurevych, 2019,
    doi:10.18653/v1/D19-1410.
    """
    from onnx import NodeProto, TensorProto, helper

    nodes: list[NodeProto] = []

    def add(operator: str, given: list[str], out: str, *more: str, domain: str = "", **attributes: Any) -> str:
        nodes.append(helper.make_node(operator, given, [out, *more], domain=domain, **attributes))
        return out

    def normed(dense: str, kept: str, name: str, i: int) -> str:
        given = [dense, kept, f"{name}_scale_{i}", f"{name}_shift_{i}", f"{name}_bias_{i}"]
        return add("SkipLayerNormalization", given, f"{name}_out_{i}", domain=FUSED, epsilon=epsilon)

    epsilon, heads = float(config["layer_norm_eps"]), int(config["num_attention_heads"])
    embedded = ["ids", "", "words", "positions", "", "scale", "shift", "mask"]
    x = add("EmbedLayerNormalization", embedded, "embedded", "lengths", domain=FUSED, epsilon=epsilon)
    for i in range(int(config["num_hidden_layers"])):
        mixed = [x, f"mix_{i}", f"mix_bias_{i}", "lengths"]
        attended = add("Attention", mixed, f"attended_{i}", domain=FUSED, num_heads=heads)
        x = normed(add("MatMul", [attended, f"joined_{i}"], f"joined_in_{i}"), x, "joined", i)
        wide = add("MatMul", [x, f"wide_{i}"], f"wide_in_{i}")
        wide = add("BiasGelu", [wide, f"wide_bias_{i}"], f"wide_out_{i}", domain=FUSED)
        x = normed(add("MatMul", [wide, f"folded_{i}"], f"folded_in_{i}"), x, "folded", i)
    add("MatMul", [x, "shorter"], "states")
    # The sum points where the mean does: dividing by the number of tokens would change the length only.
    add("Constant", [], "middle", value_ints=[1])
    add("Cast", ["mask"], "counted", to=TensorProto.FLOAT)
    add("MatMul", [add("Unsqueeze", ["counted", "middle"], "row"), x], "summed")
    add("LpNormalization", [add("Squeeze", ["summed", "middle"], "sum")], "vectors", axis=-1, p=2)

    def tensor(name: str, kind: int, *shape: int | str) -> Any:
        return helper.make_tensor_value_info(name, kind, shape)

    graph = helper.make_graph(
        nodes,
        "MiniLM",
        [tensor(name, TensorProto.INT32, "n", "length") for name in ("ids", "mask")],
        [
            tensor("vectors", TensorProto.FLOAT, "n", "dim"),
            tensor("states", TensorProto.FLOAT, "n", "length", "shorter"),
        ],
        [_outside(name, held) for name, held in weights.items()],
    )
    versions = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(graph, opset_imports=versions, ir_version=IR_VERSION)


def _outside(name: str, held: Floats) -> Any:
    """Return the place of a weight that lies outside the graph, in the memory that the session is given."""
    from onnx import StringStringEntryProto, TensorProto

    return TensorProto(
        name=name,
        data_type=TensorProto.FLOAT,
        dims=held.shape,
        data_location=TensorProto.EXTERNAL,
        external_data=[StringStringEntryProto(key="location", value="memory")],
    )
