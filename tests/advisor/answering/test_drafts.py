from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.answering.generative import Draft, drafts

WRITTEN = (
    "Visits to fairs bring partners, e.g. Dutch firms [1]. They cost 1,200 euros. [2][3] “Go early.” [1] Note: plan "
    "well [4].\n\nBefore you leave:\n- a signed letter [2]\n- a shared budget. [12]\n1. Ask J. Silva [3].\n"
    "2. Sign [3]. Done"
)
PIECES = st.lists(
    st.sampled_from(
        ["Fairs", " help", ".", "!", " ", "\n", "[", "1", "2", "]", "[1]", " [2]", "- ", "e.g.", "”", ":", "**"]
    ),
    max_size=40,
)


def written(*pieces: str) -> list[Draft]:
    return list(drafts(iter(pieces)))


@pytest.mark.parametrize("text", ["Fairs help [1].", "Fairs help. [1]", "Fairs help.[1]", "Fairs help [1]. "])
def test_a_marker_counts_for_the_sentence_before_or_behind_whose_full_stop_it_stands(text: str) -> None:
    assert written(text) == [Draft("Fairs help.", (1,))]


def test_markers_behind_a_full_stop_do_not_count_for_the_next_sentence() -> None:
    assert written("Fairs help. [1][2] Members pay [3]. Nobody asked.") == [
        Draft("Fairs help.", (1, 2)),
        Draft("Members pay.", (3,)),
        Draft("Nobody asked.", ()),
    ]


def test_a_passage_cited_twice_in_a_sentence_counts_once() -> None:
    assert written("Fairs [2] and visits [1] help [2].") == [Draft("Fairs and visits help.", (2, 1))]


def test_lines_with_bullets_or_numbers_are_items_without_them() -> None:
    assert written("Do this:\n- sign a letter [1]\n* share the budget [2].\n3. Name a contact [1].\n4) Begin [2]") == [
        Draft("Do this:", ()),
        Draft("sign a letter", (1,), is_item=True),
        Draft("share the budget.", (2,), is_item=True),
        Draft("Name a contact.", (1,), is_item=True),
        Draft("Begin", (2,), is_item=True),
    ]


def test_an_abbreviation_or_an_initial_does_not_cut_a_sentence() -> None:
    assert written("Ask J. Silva, e.g. The Harbour Network knows her [1]. Go.") == [
        Draft("Ask J. Silva, e.g. The Harbour Network knows her.", (1,)),
        Draft("Go.", ()),
    ]


def test_a_colon_inside_a_line_does_not_cut_a_sentence() -> None:
    assert written("Two things help: fairs and visits [1].") == [Draft("Two things help: fairs and visits.", (1,))]


def test_bold_marks_are_left_out() -> None:
    assert written("**Fairs** help [**1**].") == [Draft("Fairs help.", (1,))]
    assert written("**1. Visit fairs** [1].") == [Draft("Visit fairs.", (1,), is_item=True)]


def test_lines_without_letters_or_figures_are_no_sentences() -> None:
    assert written("---\n\n[1]\nFairs help [1].\n***") == [Draft("Fairs help.", (1,))]


def test_a_bracket_that_is_no_marker_stays_in_the_text() -> None:
    assert written("Fairs [see page 3] help [1].") == [Draft("Fairs [see page 3] help.", (1,))]


def test_a_marker_that_broke_off_at_the_end_is_not_shown() -> None:
    assert written("Fairs help. [", "1") == [Draft("Fairs help.", ())]


def test_a_sentence_comes_as_soon_as_the_next_one_has_begun() -> None:
    stream = drafts(iter(["Fairs help [1]. M", "embers pay"]))
    assert next(stream) == Draft("Fairs help.", (1,))


def test_a_sentence_waits_for_a_marker_that_may_still_become_its_own() -> None:
    told: list[str] = []

    def pieces() -> object:
        for piece in ("Fairs help. ", "[", "2", "] ", "Members"):
            told.append(piece)
            yield piece

    stream = drafts(pieces())  # type: ignore[arg-type]
    assert next(stream) == Draft("Fairs help.", (2,))
    assert told[-1] == "Members"


def test_nothing_written_gives_no_sentence() -> None:
    assert written() == written("", " \n ") == []


@given(st.lists(st.integers(0, len(WRITTEN)), max_size=12))
def test_an_answer_gives_the_same_sentences_wherever_it_is_cut_into_pieces(places: list[int]) -> None:
    cuts = [0, *sorted(places), len(WRITTEN)]
    pieces = [WRITTEN[start:end] for start, end in pairwise(cuts)]
    assert written(*pieces) == [
        Draft("Visits to fairs bring partners, e.g. Dutch firms.", (1,)),
        Draft("They cost 1,200 euros.", (2, 3)),
        Draft("“Go early.”", (1,)),
        Draft("Note: plan well.", (4,)),
        Draft("Before you leave:", ()),
        Draft("a signed letter", (2,), is_item=True),
        Draft("a shared budget.", (12,), is_item=True),
        Draft("Ask J. Silva.", (3,), is_item=True),
        Draft("Sign.", (3,), is_item=True),
        Draft("Done", ()),
    ]


@given(PIECES)
@example([".", " [2]", " ", "Fairs"])
def test_any_text_gives_the_same_sentences_in_pieces_as_in_one(pieces: list[str]) -> None:
    assert written(*pieces) == written("".join(pieces))


@given(PIECES.map(lambda pieces: [piece for piece in pieces if piece not in "[]"]))
def test_no_marker_and_no_white_space_around_it_is_left_in_a_sentence(pieces: list[str]) -> None:
    for draft in written(*pieces):
        assert "[1]" not in draft.text
        assert "[2]" not in draft.text
        assert draft.text == draft.text.strip()
