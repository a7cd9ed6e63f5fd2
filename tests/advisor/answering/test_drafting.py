from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.answering.drafting import Draft, drafts

WRITTEN = (
    "Visits to fairs bring partners, e.g. Dutch firms [bcdf]. They cost 1,200 euros. [ghjk][kmnp] “Go early.” [bcdf] "
    "Note: plan well [qrst].\n\nBefore you leave:\n- a signed letter [ghjk]\n- a shared budget. [qrst]\n"
    "1. Ask J. Silva [kmnp].\n2. Sign [kmnp]. Done"
)
KEYS = ("bcdf", "ghjk", "kmnp", "qrst")
WORDS = ["Fairs", " help", ".", "!", " ", "\n", "[", "bcdf", "ghjk", "]", "[bcdf]", " [ghjk]", "- ", "e.g."]
MARKS = ["”", ":", "**", "<b>", "<think>", "</think>", "<", "("]
PIECES = st.lists(st.sampled_from([*WORDS, *MARKS]), max_size=40)


def written(*pieces: str) -> list[Draft]:
    return list(drafts(iter(pieces), KEYS))


@pytest.mark.parametrize(
    "text", ["Fairs help [bcdf].", "Fairs help. [bcdf]", "Fairs help.[bcdf]", "Fairs help [bcdf]. "]
)
def test_a_marker_counts_for_the_sentence_before_or_behind_whose_full_stop_it_stands(text: str) -> None:
    assert written(text) == [Draft("Fairs help.", ("bcdf",))]


def test_markers_behind_a_full_stop_do_not_count_for_the_next_sentence() -> None:
    assert written("Fairs help. [bcdf][ghjk] Members pay [kmnp]. Nobody asked.") == [
        Draft("Fairs help.", ("bcdf", "ghjk")),
        Draft("Members pay.", ("kmnp",)),
        Draft("Nobody asked.", ()),
    ]


def test_a_passage_cited_twice_in_a_sentence_counts_once() -> None:
    assert written("Fairs [ghjk] and visits [bcdf] help [ghjk].") == [Draft("Fairs and visits help.", ("ghjk", "bcdf"))]


def test_lines_with_bullets_or_numbers_are_items_without_them() -> None:
    assert written(
        "Do this:\n- sign a letter [bcdf]\n* share the budget [ghjk].\n3. Name a contact [bcdf].\n4) Begin [ghjk]"
    ) == [
        Draft("Do this:", ()),
        Draft("sign a letter", ("bcdf",), is_item=True),
        Draft("share the budget.", ("ghjk",), is_item=True),
        Draft("Name a contact.", ("bcdf",), is_item=True),
        Draft("Begin", ("ghjk",), is_item=True),
    ]


def test_an_abbreviation_or_an_initial_does_not_cut_a_sentence() -> None:
    assert written("Ask J. Silva, e.g. The Harbour Network knows her [bcdf]. Go.") == [
        Draft("Ask J. Silva, e.g. The Harbour Network knows her.", ("bcdf",)),
        Draft("Go.", ()),
    ]


def test_a_colon_inside_a_line_does_not_cut_a_sentence() -> None:
    assert written("Two things help: fairs and visits [bcdf].") == [
        Draft("Two things help: fairs and visits.", ("bcdf",))
    ]


def test_bold_marks_are_left_out() -> None:
    assert written("**Fairs** help [**bcdf**].") == [Draft("Fairs help.", ("bcdf",))]
    assert written("**1. Visit fairs** [bcdf].") == [Draft("Visit fairs.", ("bcdf",), is_item=True)]


def test_lines_without_letters_or_figures_are_no_sentences() -> None:
    assert written("---\n\n[bcdf]\nFairs help [bcdf].\n***") == [Draft("Fairs help.", ("bcdf",))]


def test_a_bracket_that_is_no_marker_stays_in_the_text() -> None:
    assert written("Fairs [see page 3] help [bcdf].") == [Draft("Fairs [see page 3] help.", ("bcdf",))]


def test_a_marker_that_broke_off_at_the_end_is_not_shown() -> None:
    assert written("Fairs help. [", "bc") == [Draft("Fairs help.", ())]


def test_a_sentence_comes_as_soon_as_the_next_one_has_begun() -> None:
    stream = drafts(iter(["Fairs help [bcdf]. M", "embers pay"]), KEYS)
    assert next(stream) == Draft("Fairs help.", ("bcdf",))


def test_a_sentence_waits_for_a_marker_that_may_still_become_its_own() -> None:
    told: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ("Fairs help. ", "[", "ghjk", "] ", "Members"):
            told.append(piece)
            yield piece

    stream = drafts(pieces(), KEYS)
    assert next(stream) == Draft("Fairs help.", ("ghjk",))
    assert told[-1] == "Members"


def test_nothing_written_gives_no_sentence() -> None:
    assert written() == written("", " \n ") == []


@given(st.lists(st.integers(0, len(WRITTEN)), max_size=12))
def test_an_answer_gives_the_same_sentences_wherever_it_is_cut_into_pieces(places: list[int]) -> None:
    cuts = [0, *sorted(places), len(WRITTEN)]
    pieces = [WRITTEN[start:end] for start, end in pairwise(cuts)]
    assert written(*pieces) == [
        Draft("Visits to fairs bring partners, e.g. Dutch firms.", ("bcdf",)),
        Draft("They cost 1,200 euros.", ("ghjk", "kmnp")),
        Draft("“Go early.”", ("bcdf",)),
        Draft("Note: plan well.", ("qrst",)),
        Draft("Before you leave:", ()),
        Draft("a signed letter", ("ghjk",), is_item=True),
        Draft("a shared budget.", ("qrst",), is_item=True),
        Draft("Ask J. Silva.", ("kmnp",), is_item=True),
        Draft("Sign.", ("kmnp",), is_item=True),
        Draft("Done", (), is_cut=True),
    ]


@given(PIECES)
@example([".", " [ghjk]", " ", "Fairs"])
def test_any_text_gives_the_same_sentences_in_pieces_as_in_one(pieces: list[str]) -> None:
    assert written(*pieces) == written("".join(pieces))


@given(PIECES)
def test_no_key_and_no_white_space_around_it_is_left_in_a_sentence(pieces: list[str]) -> None:
    for draft in written(*pieces):
        assert not set(re.findall(r"\w+", draft.text)) & set(KEYS)
        assert draft.text == draft.text.strip()


@pytest.mark.parametrize(
    "marker",
    ["[BCDF]", "[passage bcdf]", "[source: bcdf, p. 3]", "(bcdf)", "【bcdf】", "[[bcdf]]", "{bcdf}"],
)
def test_a_key_is_known_however_it_is_bracketed(marker: str) -> None:
    assert written(f"Fairs help {marker}.") == [Draft("Fairs help.", ("bcdf",))]


@pytest.mark.parametrize("marker", ["[zzzz]", "[1]", "[12]", "[passage 3]", "[1, 2]", "[zzzz][1]"])
def test_a_key_that_was_not_given_and_a_number_are_removed_and_cite_nothing(marker: str) -> None:
    assert written(f"Fairs help {marker}.") == [Draft("Fairs help.", ())]


def test_one_known_key_among_unknown_ones_is_what_is_cited() -> None:
    assert written("Fairs help [zzzz][bcdf][7].") == [Draft("Fairs help.", ("bcdf",))]


@pytest.mark.parametrize(
    "text",
    [
        "According to passage bcdf, fairs help.",
        "As stated in bcdf, fairs help.",
        "Fairs help bcdf.",
        "bcdf Fairs help.",
    ],
)
def test_a_key_in_the_running_text_is_cited_and_never_shown(text: str) -> None:
    assert written(text) == [Draft("Fairs help.", ("bcdf",))]


@pytest.mark.parametrize(
    "text",
    [
        "Fairs <b>help</b> [bcdf].",
        'Fairs <img src="https://evil.example/a.png"> help [bcdf].',
        "Fairs [help](https://evil.example/?q=1) [bcdf].",
        "![logo](https://evil.example/a.png) Fairs help [bcdf].",
        "## Fairs *help* [bcdf].",
        "`Fairs` help [bcdf].",
        "<script>fetch('https://evil.example. Now')</script>Fairs help [bcdf].",
        "<think>Is it so? Perhaps [ghjk].\n\nYes.</think>\nFairs help [bcdf].",
        "<!-- a note. --> Fairs help [bcdf].",
    ],
)
def test_markup_addresses_and_thoughts_are_left_out(text: str) -> None:
    assert written(text) == [Draft("Fairs help.", ("bcdf",))]
    assert written(*text) == [Draft("Fairs help.", ("bcdf",))]  # letter by letter


def test_a_sign_for_less_stays() -> None:
    assert written("Fees are < 5 euros [bcdf].") == [Draft("Fees are < 5 euros.", ("bcdf",))]


def test_thoughts_that_never_end_are_no_answer() -> None:
    assert written("<think>Fairs help [bcdf]. They", " do [bcdf].") == []


@pytest.mark.parametrize(
    "text", ["Fairs help [bcdf] and", "Fairs help [bcdf], because they", "Fairs [bcdf] bring new partners"]
)
def test_a_sentence_in_which_the_model_stopped_is_marked_as_cut(text: str) -> None:
    assert [draft.is_cut for draft in written("Go early [ghjk]. " + text)] == [False, True]


@pytest.mark.parametrize("text", ["Fairs help [bcdf]", "Fairs help [bcdf].", "Fairs help. [bcdf]", "- fairs [bcdf]"])
def test_a_sentence_that_ends_in_a_key_or_a_full_stop_is_not_cut(text: str) -> None:
    assert [draft.is_cut for draft in written(text)] == [False]


def test_where_no_passage_was_given_no_key_is_known() -> None:
    assert list(drafts(iter(["Fairs help [bcdf]."]), ())) == [Draft("Fairs help.", ())]


@pytest.mark.parametrize("opening", ["<!--", "<think", "<think>"])
def test_what_is_opened_a_thousand_times_and_never_closed_hides_no_comment_that_is(opening: str) -> None:
    assert [draft.text for draft in written("Fairs help. <!-- so --> Go. ", opening * 1000)][:2] == [
        "Fairs help.",
        "Go.",
    ]
