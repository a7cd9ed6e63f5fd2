"""The SQLite half: what is added comes back as it was, and full text finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from advisor.errors import CorpusError, StoreError
from advisor.records import Document, Heading, Page, Passage, Sentence, Span
from advisor.store.library import Embedded, LedgerEntry, Library, PassageTokens
from advisor.text import terms

TEXTS = {
    "a": ("Exports grow where members share costs.", ("Joint strategy",), "Handbook"),
    "b": ("A joint strategy needs members.", ("Funding",), "Progress report"),
    "c": ("Training of staff.", ("Exports",), "Guide"),
}


def heading(name: str) -> Heading:
    return Heading(f"{name}-0001", name, TEXTS[name][1], (Span(1, 0, 4, ((72.0, 82.5, 90.0, 94.0),)),))


def add(library: Library, name: str) -> tuple[Document, Passage]:
    text, section, title = TEXTS[name]
    document = Document(name, f"{name}.pdf", f"/corpus/{name}.pdf", title, 1, name * 64, "ECCP", 2012, "en")
    span = Span(1, 0, len(text), ((72.0, 82.5, 300.25, 94.0),))
    sentence = Sentence(f"{name}-0001-01", f"{name}-0001", name, "text", 1, text, (span,))
    passage = Passage(f"{name}-0001", name, section, text, (sentence,))
    vector = np.full((1, 4), 0.5, dtype=np.float32)
    tokens = PassageTokens(np.array([[127, 0], [0, -127]], dtype=np.int8), np.array([0, 1], dtype=np.uint8))
    embedded = Embedded(vector, [tokens], vector)
    with library.transaction():
        library.add(document, [Page(1, "iv", text, 595.0, 842.0)], [passage], embedded, [heading(name)])
    return document, passage


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "library.sqlite", writable=True)
    for name in TEXTS:
        add(opened, name)
    yield opened
    opened.close()


def test_what_is_added_comes_back_as_it_was(tmp_path: Path) -> None:
    library = Library(tmp_path / "new.sqlite", writable=True)
    document, passage = add(library, "a")
    assert library.document("a") == library.document("a.pdf") == document
    assert library.passages(["unknown", "a-0001"]) == [passage]
    assert library.group("a", 1) == list(passage.sentences)
    assert library.headings("a") == [heading("a")]
    assert library.page("a", 1) == Page(1, "iv", passage.text, 595.0, 842.0)
    assert [(item, owner, vector.tolist()) for item, owner, vector in library.passage_vectors()] == [
        ("a-0001", "a", [0.5, 0.5, 0.5, 0.5])
    ]
    library.close()


def test_some_documents_alone_are_listed_counted_and_found_by_words(library: Library) -> None:
    view = library.only(["a", "b"])
    assert [document.document_id for document in view.documents()] == ["a", "b"]
    assert (view.counts().documents, view.counts().pages, view.counts().passages) == (2, 2, 2)
    assert view.match(terms("exports")).keys() == {"a-0001"}
    assert view.match(terms("exports"), document_ids=["c"]) == {}
    assert library.match(terms("exports")).keys() == {"a-0001", "c-0001"}
    assert view.match_phrases([terms("exports")]).keys() == {"a-0001"}
    [term] = terms("training")
    assert (view.document_frequency([term]), library.document_frequency([term])) == ({term: 0}, {term: 1})
    assert library.only([]).counts() == library.counts()


def test_documents_that_are_not_there_alone_are_none(library: Library) -> None:
    view = library.only(["gone"])
    assert view.documents() == []
    assert view.counts().sentences == 0
    assert view.document_frequency(terms("exports")) == dict.fromkeys(terms("exports"), 0)


def test_a_document_is_found_by_its_content_and_a_file_in_the_ledger(library: Library) -> None:
    entry = LedgerEntry("/corpus/a.pdf", "a" * 64, "a", "added", "", {"tables": 2})
    library.record(entry)
    assert library.document_with("a" * 64) == library.document("a")
    assert library.entry("/corpus/a.pdf") == entry == library.ledger()["/corpus/a.pdf"]
    assert library.passage_count("a") == 1
    assert (library.document_with("x"), library.entry("/x.pdf"), library.passage_count("x")) == (None, None, 0)


def test_passages_come_in_the_order_asked_for(library: Library) -> None:
    assert [p.passage_id for p in library.passages(["c-0001", "a-0001"])] == ["c-0001", "a-0001"]


def test_an_unknown_document_or_page_is_an_error(library: Library) -> None:
    with pytest.raises(CorpusError, match="no document 'x'"):
        library.document("x")
    with pytest.raises(CorpusError, match="no page 2"):
        library.page("a", 2)


def test_a_change_that_fails_leaves_nothing(library: Library) -> None:
    def change() -> None:
        with library.transaction():
            library.remove("a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert library.counts().documents == 3


def test_full_text_finds_other_forms_of_a_word_and_scores_are_positive(library: Library) -> None:
    found = library.match(terms("exporting"))
    assert set(found) == {"a-0001", "c-0001"}
    assert all(score > 0 for score in found.values())


def test_a_word_of_the_text_weighs_more_than_one_of_the_section(library: Library) -> None:
    found = library.match(terms("strategy"))
    assert found["b-0001"] > found["a-0001"]


def test_words_of_the_title_are_found(library: Library) -> None:
    assert set(library.match(terms("handbook"))) == {"a-0001"}


def test_words_of_a_new_title_are_found_and_those_of_the_old_one_no_more(library: Library) -> None:
    library.describe(replace(library.document("a"), title="Compendium", year=2021))
    assert (library.document("a").title, library.document("a").year) == ("Compendium", 2021)
    assert set(library.match(terms("compendium"))) == {"a-0001"}
    assert library.match(terms("handbook")) == {}


def test_full_text_can_be_kept_to_documents(library: Library) -> None:
    assert set(library.match(terms("members"), document_ids=["b"])) == {"b-0001"}


def test_no_terms_and_unknown_terms_find_nothing(library: Library) -> None:
    assert library.match([]) == library.match(["zzz"]) == {}


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("members", ["b-0001", "a-0001"]),
        ("joint strategies of members", ["b-0001", "a-0001"]),  # in text and headings together
        ("exporting", ["a-0001", "c-0001"]),
        ("members training", []),
        ("handbook", []),  # a title does not stand on the page
        ("of the", []),
    ],
)
def test_passages_that_hold_all_words_in_text_and_headings_are_found(
    library: Library, words: str, held: list[str]
) -> None:
    assert library.holding(terms(words)) == held
    assert library.only(["a"]).holding(terms(words)) == [item for item in held if item == "a-0001"]


def test_a_phrase_counts_fully_in_the_section_and_a_quarter_in_the_text(library: Library) -> None:
    assert library.match_phrases([terms("joint strategy")]) == {"a-0001": 1.0, "b-0001": 0.25}
    assert library.match_phrases([terms("strategy joint")]) == {}


def test_document_frequency_counts_passages_and_knows_zero(library: Library) -> None:
    assert library.document_frequency(["member", "zzz"]) == {"member": 2, "zzz": 0}


def test_a_removed_document_is_found_no_more(library: Library) -> None:
    with library.transaction():
        library.remove("a")
    assert set(library.match(terms("exports"))) == {"c-0001"}
    assert library.passages(["a-0001"]) == []
    assert library.group("a", 1) == []
    assert (library.headings("a"), library.headings("c")) == ([], [heading("c")])


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Library]:
    """Two documents of two passages each, with headings, abbreviations and token vectors of their own."""
    opened = Library(tmp_path / "told.sqlite", writable=True)
    add_told(
        opened,
        "x",
        "Plan of Zürich",
        (("Journey", "Step 3"), "A Joint Strategy (JS) and a plan."),
        (("Journey", "Step 4"), "Plans, 1,200 of them; the JS."),
    )
    add_told(
        opened,
        "y",
        "Survey",
        (("Before step 3", "Costs"), "A Joint Strategy (JS) costs little."),
        ((), "A Job Share (JS) and a Joint Strategy (JS)."),
    )
    yield opened
    opened.close()


def add_told(library: Library, name: str, title: str, *written: tuple[tuple[str, ...], str]) -> None:
    passages = [Passage(f"{name}-{n:04d}", name, path, text, ()) for n, (path, text) in enumerate(written, start=1)]
    vectors = np.zeros((len(passages), 4), dtype=np.float32)
    tokens = [codes(n * [[n, -n]], [0, 1, 255][:n]) for n, _ in enumerate(passages, start=1)]
    document = Document(name, f"{name}.pdf", f"/{name}.pdf", title, 1, name * 64)
    with library.transaction():
        library.add(document, [], passages, Embedded(vectors, tokens, vectors[:0]))


def codes(vectors: list[list[int]], owners: list[int]) -> PassageTokens:
    return PassageTokens(np.array(vectors, dtype=np.int8).reshape(-1, 2), np.array(owners, dtype=np.uint8))


def test_token_vectors_come_back_as_they_were_with_the_sentences_they_belong_to(told: Library) -> None:
    found = told.passage_tokens(["x-0002", "unknown", "x-0001"])
    assert {item: (t.vectors.tolist(), t.owners.tolist()) for item, t in found.items()} == {
        "x-0001": ([[1, -1]], [0]),
        "x-0002": ([[2, -2], [2, -2]], [0, 1]),
    }
    assert found["x-0001"].vectors.dtype == np.int8
    assert found["x-0001"].owners.dtype == np.uint8


def test_no_ids_and_unknown_ids_have_no_token_vectors(told: Library) -> None:
    assert told.passage_tokens([]) == told.passage_tokens(["unknown"]) == {}


def test_the_token_vectors_of_very_many_passages_can_be_asked_for_at_once(told: Library) -> None:
    assert set(told.passage_tokens([f"x-{n:04d}" for n in range(20_000)])) == {"x-0001", "x-0002"}


def test_a_passage_without_tokens_comes_back_without_them(tmp_path: Path) -> None:
    library = Library(tmp_path / "none.sqlite", writable=True)
    passage = Passage("z-0001", "z", (), "", ())
    none = codes([], [])
    with library.transaction():
        library.add(
            Document("z", "z.pdf", "/z.pdf", "", 1, "z" * 64),
            [],
            [passage],
            Embedded(np.zeros((1, 4), dtype=np.float32), [none], np.zeros((0, 4), dtype=np.float32)),
        )
    assert len(library.passage_tokens(["z-0001"])["z-0001"].vectors) == 0


def test_words_are_counted_in_texts_headings_and_titles_of_all_documents_without_case_and_accents(
    told: Library,
) -> None:
    found = told.words()
    assert (found["plan"], found["plans"]) == (2, 1)  # as they are written, each form by itself
    assert found["zurich"] == found["survey"] == 1  # in a title alone
    assert found["step"] == 3  # in headings alone
    assert found["1,200"] == 1
    assert found["strategy"] == 3  # in both documents
    assert "zebra" not in found


def test_abbreviations_of_all_documents_come_with_their_long_forms_and_the_number_of_documents(told: Library) -> None:
    assert told.abbreviations() == [("JS", "Job Share", 1), ("JS", "Joint Strategy", 2)]


def test_an_outline_is_the_passages_of_one_document_in_reading_order_with_their_headings(told: Library) -> None:
    assert told.outline("x") == [("x-0001", ("Journey", "Step 3")), ("x-0002", ("Journey", "Step 4"))]
    assert told.outline("y") == [("y-0001", ("Before step 3", "Costs")), ("y-0002", ())]
    assert told.outline("unknown") == []


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["Step 3"], {"x-0001", "y-0001"}),
        (["STEPS 3!"], {"x-0001", "y-0001"}),  # another form of the word
        (["Journey"], {"x-0001", "x-0002"}),  # the outer heading
        (["Journey", "Costs"], {"x-0001", "x-0002", "y-0001"}),  # one of them
        (["Step 3", "Journey"], {"x-0001", "x-0002", "y-0001"}),
        (["Step 5"], set()),
        (["3 step"], set()),  # in another order
        (["plan"], set()),  # in a text alone
        (["survey"], set()),  # in a title alone
        (["", "?!", '"', "section : step"], set()),
        ([], set()),
    ],
)
def test_passages_are_found_by_the_words_of_a_heading_in_a_row(
    told: Library, headings: list[str], expected: set[str]
) -> None:
    assert told.passages_under(headings) == expected


def test_words_of_two_headings_are_not_a_row(told: Library) -> None:
    assert told.passages_under(["3 Costs"]) == frozenset()


def test_removing_a_document_takes_its_words_abbreviations_outline_headings_and_token_vectors(told: Library) -> None:
    with told.transaction():
        told.remove("y")
    assert told.words()["strategy"] == 1
    assert "survey" not in told.words()
    assert told.abbreviations() == [("JS", "Joint Strategy", 1)]
    assert told.outline("y") == []
    assert told.passages_under(["Step 3"]) == {"x-0001"}
    assert set(told.passage_tokens(["x-0001", "x-0002", "y-0001", "y-0002"])) == {"x-0001", "x-0002"}


def test_with_its_last_document_a_library_has_no_words_left(told: Library) -> None:
    with told.transaction():
        told.remove("x")
        told.remove("y")
    assert told.words() == {}
    assert told.abbreviations() == []


def test_words_that_a_new_title_brings_are_in_the_vocabulary(told: Library) -> None:
    """A question with a word of a title must not be put right to another word."""
    told.describe(replace(told.document("y"), title="Compendium"))
    assert "compendium" in told.words()
    assert "survey" not in told.words()


def test_a_file_that_is_no_library_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("no database, whatever its name says")
    with pytest.raises(StoreError, match="cannot be opened"):
        Library(tmp_path / "x.sqlite")
    with pytest.raises(StoreError, match="cannot be opened"):
        Library(tmp_path / "missing.sqlite")


def test_a_path_with_marks_of_an_address_is_opened(tmp_path: Path) -> None:
    Library(tmp_path / "100% #1?.sqlite", writable=True).close()
    assert (tmp_path / "100% #1?.sqlite").exists()
