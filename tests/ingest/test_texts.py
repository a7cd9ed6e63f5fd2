"""Plain texts in a store: nothing lost, every sentence at its place, memory that does not grow with the corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import Advisor
from advisor.errors import StoreNotFoundError
from advisor.text import same_words, words
from ingest.texts import BATCH, PlainText, ingest_texts, read_text
from tests.fakes import HashEmbedder

MODEL = HashEmbedder()

paragraphs = st.lists(
    st.lists(st.sampled_from("Tides rise. The moon, 384,400 km away, pulls! Why? e.g. a-b".split()), min_size=1).map(
        " ".join
    ),
    min_size=1,
    max_size=6,
)


@given(paragraphs, st.sampled_from(["\n\n", "\n \n", "\n\n\n"]))
def test_every_sentence_stands_at_its_span_and_no_word_is_lost(parts: list[str], gap: str) -> None:
    text = gap.join(parts)
    passages = read_text(PlainText("t", "Tides", text), MODEL.count_tokens, max_tokens=40)
    sentences = [sentence for passage in passages for sentence in passage.sentences]
    for sentence in sentences:
        quoted = " ".join(text[span.start : span.end] for span in sentence.spans)
        assert same_words(sentence.text, quoted)
    starts = [sentence.spans[0].start for sentence in sentences]
    assert starts == sorted(starts)
    assert words(" ".join(sentence.text for sentence in sentences)) == words(text)


def texts(number: int) -> Iterator[PlainText]:
    for i in range(number):
        yield PlainText(f"d{i}", f"Title {i}", f"Port {i} moves containers.\n\nIt has {i} cranes.")


def test_texts_are_searched_under_their_names(tmp_path: Path) -> None:
    told: list[int] = []
    ingest_texts(texts(BATCH + 5), store=tmp_path / "store", embedder=MODEL, progress=told.append)
    assert told == [BATCH, 5]
    advisor = Advisor.open(tmp_path / "store", embedder=MODEL)
    assert advisor.counts().documents == BATCH + 5
    [hit] = advisor.search("How many cranes has Port 7?", k=1, mode="lexical")
    assert (hit.document.file, hit.document.title, hit.passage.first_page) == ("d7", "Title 7", 1)


def test_the_same_words_under_two_names_are_two_documents(tmp_path: Path) -> None:
    twins = [PlainText(name, "Title", "Bees fly home.") for name in ("a", "b")]
    ingest_texts(twins, store=tmp_path / "store", embedder=MODEL)
    found = Advisor.open(tmp_path / "store", embedder=MODEL).search("bees", k=5)
    assert {hit.document.file for hit in found} == {"a", "b"}


def test_a_run_that_is_stopped_leaves_no_store_and_the_next_one_is_whole(tmp_path: Path) -> None:
    def broken() -> Iterator[PlainText]:
        yield from texts(BATCH)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest_texts(broken(), store=tmp_path / "store", embedder=MODEL)
    with pytest.raises(StoreNotFoundError):
        Advisor.open(tmp_path / "store", embedder=MODEL)
    ingest_texts(texts(3), store=tmp_path / "store", embedder=MODEL)
    assert Advisor.open(tmp_path / "store", embedder=MODEL).counts().documents == 3
