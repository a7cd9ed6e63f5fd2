"""Hits in the order of a cross-encoder: its scores, their ties, what it does not read, and a model that is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import EmbeddingError
from advisor.records import Document, Hit, Passage, Sentence, Span
from advisor.retrieval.reranking import CrossEncoderReranker

DOCUMENT = Document("d", "d.pdf", "/d.pdf", "Handbook", 1, "d" * 64)


class Scored:
    """Stands in for the model: gives the scores of its script, in order, and remembers what it was asked."""

    def __init__(self, *scores: float) -> None:
        self.scores = scores
        self.pairs: list[tuple[str, str]] = []

    def predict(self, pairs: Sequence[tuple[str, str]], **_: object) -> list[float]:
        self.pairs = [*pairs]
        return [*self.scores[: len(pairs)]]


def reranker(model: Scored, *, top_n: int = 20) -> CrossEncoderReranker:
    made = CrossEncoderReranker("no-such-model", top_n=top_n)
    vars(made)["_model"] = model  # in the place where the loaded model is kept
    return made


def hits(*texts: str, section: tuple[str, ...] = ("Journey", "Step 3")) -> list[Hit]:
    """Return hits in the order of their texts, their scores 1, 1/2, 1/3, …"""
    found = []
    for rank, text in enumerate(texts, start=1):
        sentence = Sentence(f"d-{rank}-01", f"d-{rank}", "d", "text", 1, text, (Span(1, 0, 1),))
        passage = Passage(f"d-{rank}", "d", section, text, (sentence,))
        found.append(Hit(rank, 1 / rank, 0.5, passage, DOCUMENT))
    return found


def texts(found: Sequence[Hit]) -> list[str]:
    return [hit.passage.text for hit in found]


def test_hits_come_in_the_order_of_the_models_scores_ranked_from_1() -> None:
    found = reranker(Scored(-2.0, 7.5, 0.0)).rerank("fees?", hits("a", "b", "c"))
    assert [(hit.rank, hit.score, hit.passage.text) for hit in found] == [(1, 7.5, "b"), (2, 0.0, "c"), (3, -2.0, "a")]


def test_hits_of_the_same_score_keep_their_order() -> None:
    assert texts(reranker(Scored(1.0, 2.0, 1.0, 2.0)).rerank("fees?", hits("a", "b", "c", "d"))) == ["b", "d", "a", "c"]


def test_the_model_reads_the_question_with_each_passage_under_its_headings() -> None:
    model = Scored(0.0, 0.0)
    reranker(model).rerank("fees?", hits("Fees are low.", "Ü – 日本"))
    assert model.pairs == [("fees?", "Journey › Step 3\nFees are low."), ("fees?", "Journey › Step 3\nÜ – 日本")]


def test_a_hit_stays_what_it_was_but_for_rank_and_score() -> None:
    [before] = hits("a")
    [found] = reranker(Scored(3.0)).rerank("fees?", [before])
    assert (found.passage, found.document, found.similarity) == (before.passage, before.document, before.similarity)


def test_hits_past_those_it_reads_follow_as_they_were_and_not_above_them() -> None:
    found = reranker(Scored(-5.0, 0.25, 99.0), top_n=2).rerank("fees?", hits("a", "b", "c", "d"))
    assert texts(found) == ["b", "a", "c", "d"]
    assert [hit.rank for hit in found] == [1, 2, 3, 4]
    assert [hit.score for hit in found] == [0.25, -5.0, -5.0, -5.0]


def test_hits_that_were_below_all_it_reads_keep_their_scores() -> None:
    found = reranker(Scored(0.5, 0.75), top_n=2).rerank("fees?", hits("a", "b", "c", "d"))
    assert [hit.score for hit in found] == [0.75, 0.5, 1 / 3, 1 / 4]


def test_without_hits_no_model_is_loaded() -> None:
    assert CrossEncoderReranker("no-such-model").rerank("fees?", []) == []


def test_a_reranker_that_reads_nothing_leaves_the_hits_as_they_were() -> None:
    assert reranker(Scored(), top_n=0).rerank("fees?", hits("a", "b")) == hits("a", "b")


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=8), st.integers(1, 8))
def test_no_hit_is_lost_and_scores_fall_with_rank(scores: list[int], top_n: int) -> None:
    before = hits(*(str(i) for i in range(len(scores))))
    found = reranker(Scored(*map(float, scores)), top_n=top_n).rerank("fees?", before)
    assert sorted(texts(found)) == sorted(texts(before))
    assert [hit.rank for hit in found] == list(range(1, len(before) + 1))
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


# --- real models ---------------------------------------------------------------------------------------------------

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789?.,›"


@pytest.fixture(scope="module")
def tiny_cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a cross-encoder of one small layer that knows letters, its weights drawn by chance."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder = tmp_path_factory.mktemp("cross-encoder")
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {token: i for i, token in enumerate([*marks, *LETTERS, *(f"##{letter}" for letter in LETTERS)])}
    BertTokenizer(vocab=vocabulary, model_max_length=128).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=128,
        initializer_range=1.0,  # wide, so that scores differ
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_a_cross_encoder_in_a_folder_orders_hits_the_same_way_whatever_order_they_come_in(
    tiny_cross_encoder: Path,
) -> None:
    model = CrossEncoderReranker(str(tiny_cross_encoder))
    before = hits("fees are low", "a visit to a fair", "harbours", "letter " * 500, "")
    found = model.rerank("what does a visit cost?", before)
    scores = {hit.passage.text: hit.score for hit in found}
    assert len(set(scores.values())) == 5
    assert [hit.score for hit in found] == sorted(scores.values(), reverse=True)
    assert texts(model.rerank("what does a visit cost?", before[::-1])) == texts(found)


@pytest.mark.parametrize("files", [{}, {"config.json": "{}"}, {"config.json": "no JSON"}])
def test_a_folder_without_a_cross_encoder_is_named_with_what_to_do(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(EmbeddingError, match=r"cannot be loaded .*set ADVISOR_RERANKER to .* or unset it") as error:
        CrossEncoderReranker(str(tmp_path)).rerank("fees?", hits("a"))
    assert repr(str(tmp_path)) in str(error.value)
    assert error.value.__cause__ is not None


def test_a_folder_that_is_not_there_is_refused_when_hits_are_ranked_and_not_before(tmp_path: Path) -> None:
    missing = CrossEncoderReranker(str(tmp_path / "missing"))
    with pytest.raises(EmbeddingError, match="missing"):
        missing.rerank("fees?", hits("a"))
