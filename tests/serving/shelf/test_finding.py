"""What a search inside the documents shows of each place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from advisor.answering.mentions import Mention
from advisor.records import Document, Passage, Sentence, Span
from advisor.serving.shelf.finding import Piece, marked, places
from advisor.text import terms


def mention(*sentences: tuple[int, str], best: int | None = None) -> Mention:
    made = tuple(
        Sentence(f"s{number}", "p1", "d1", "text", 1, text, (Span(page, 0, len(text)),))
        for number, (page, text) in enumerate(sentences)
    )
    passage = Passage("p1", "d1", ("1 Training",), " ".join(text for _, text in sentences), made)
    document = Document("d1", "plan.pdf", "/plan.pdf", "Plan", 9, "00")
    return Mention(passage, document, None if best is None else made[best])


def test_words_are_marked_in_all_their_forms() -> None:
    pieces = marked("Partnerships trained their partners.", frozenset(terms("training of partners")))
    assert pieces == [
        Piece("Partnerships ", False),
        Piece("trained", True),
        Piece(" their ", False),
        Piece("partners", True),
        Piece(".", False),
    ]


@given(st.text(max_size=200), st.text(max_size=40))
def test_the_pieces_together_are_the_text(text: str, query: str) -> None:
    assert "".join(piece.text for piece in marked(text, frozenset(terms(query)))) == text


def test_a_place_is_the_page_and_the_lines_that_hold_the_words() -> None:
    long = "Nothing of interest stands in this sentence, which is long enough to fill a line or two. " * 3
    (place,) = places([mention((4, long), (5, "Welders are trained here."), (5, long))], "training welders")
    assert (place.document_id, place.title, place.page, place.section) == ("d1", "Plan", 5, ("1 Training",))
    assert "".join(piece.text for piece in place.pieces).startswith("Welders are trained here.")
    assert place.sentence_id == "s1"


def test_a_place_without_the_words_shows_its_first_lines() -> None:
    (place,) = places([mention((2, "Smiths are taught."), (3, "Elsewhere, too."))], "welding courses")
    assert (place.page, [piece.marked for piece in place.pieces]) == (2, [False])


def test_a_place_without_the_words_begins_with_the_sentence_that_comes_nearest() -> None:
    (place,) = places([mention((2, "Smiths are taught."), (3, "Elsewhere, too."), best=1)], "welding courses")
    assert (place.page, place.sentence_id, place.pieces[0].text) == (3, "s1", "Elsewhere, too.")
