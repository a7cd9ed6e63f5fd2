from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.text import (
    clean,
    comparable,
    figures,
    lowered,
    names,
    same_words,
    sentence_spans,
    stem,
    terms,
    words,
)

WRITTEN = st.text(alphabet=st.sampled_from('aB3 .!?…"”)([]\n\t,;-–é•eg'), max_size=120)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def test_sentences_end_at_full_stops_question_marks_and_exclamation_marks() -> None:
    assert sentences("Fairs help. Do they? Yes! So go") == ["Fairs help.", "Do they?", "Yes!", "So go"]


@pytest.mark.parametrize(
    "text",
    [
        "Ask networks, e.g. The Harbour Network, for help.",
        "Prof. Silva and Dr. Meyer met in Porto.",
        "See Fig. 3 and No. 7 of vol. 2.",
        "It was founded in Sept. 2012.",
        "The firm Dock Ltd. Rotterdam joined.",
    ],
)
def test_an_abbreviation_does_not_end_a_sentence(text: str) -> None:
    assert sentences(text) == [text]


def test_an_initial_does_not_end_a_sentence() -> None:
    assert sentences("J. Silva spoke. K. Meyer wrote.") == ["J. Silva spoke.", "K. Meyer wrote."]


@pytest.mark.parametrize("number", ["3.", "2.1.", "a1.", "12."])
def test_an_item_number_stays_with_its_item(number: str) -> None:
    assert sentences(f"{number} Find partners. Then sign.") == [f"{number} Find partners.", "Then sign."]


def test_a_number_at_the_end_of_a_sentence_ends_it() -> None:
    assert sentences("The cluster began in 2012. It grew.") == ["The cluster began in 2012.", "It grew."]


def test_a_decimal_point_does_not_end_a_sentence() -> None:
    assert sentences("It grew by 2.5 per cent. Costs fell by 1.2.") == [
        "It grew by 2.5 per cent.",
        "Costs fell by 1.2.",
    ]


def test_a_full_stop_before_a_small_letter_does_not_end_a_sentence() -> None:
    assert sentences("The so-called hub vs. spoke model. and more") == ["The so-called hub vs. spoke model. and more"]


def test_a_closing_quotation_mark_or_bracket_belongs_to_the_sentence_it_closes() -> None:
    assert sentences("He said “Go.” She went. (They stayed.) Why?") == [
        "He said “Go.”",
        "She went.",
        "(They stayed.)",
        "Why?",
    ]


def test_white_space_around_sentences_belongs_to_none_of_them() -> None:
    assert list(sentence_spans("  One.\n\n Two. ")) == [(2, 6), (9, 13)]


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_a_text_without_words_has_no_sentences(text: str) -> None:
    assert sentences(text) == []


@given(WRITTEN)
def test_sentences_come_in_order_and_lose_nothing_but_white_space(text: str) -> None:
    spans = list(sentence_spans(text))
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    assert all(start < end for start, end in spans)
    assert all(end <= start for end, start in zip(ends, starts, strict=True))
    assert not "".join(text[end:start] for end, start in zip(ends, starts, strict=True)).strip()
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


def test_words_are_in_lower_case_without_accents() -> None:
    assert words("São Paulo’s R9, x-ray") == ["sao", "paulo’s", "r9", "x", "ray"]


def test_a_number_with_marks_inside_is_one_word() -> None:
    assert words("1,200 firms, 2.5 per cent, pages 3, 4.") == [
        "1,200",
        "firms",
        "2.5",
        "per",
        "cent",
        "pages",
        "3",
        "4",
    ]


def test_terms_are_stemmed_words_without_stop_words_in_order() -> None:
    assert terms("What are the benefits of the networks, and the networking?") == ["benefit", "network", "network"]


def test_a_figure_is_one_term_however_it_is_written() -> None:
    assert (
        terms("1,200 firms and 2,5 million") == terms("1200 firms, 2.5 million") == ["1200", "firm", "2.5", "million"]
    )


def test_a_name_with_an_apostrophe_is_one_term() -> None:
    assert terms("O’Brien") == terms("O'Brien") == ["obrien"]


def test_a_question_of_function_words_alone_has_no_terms() -> None:
    assert terms("What should we do about it?") == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("partnerships", "partnership"),
        ("cluster's", "cluster"),
        ("clusters’", "cluster"),
        ("2012", "2012"),
        ("r9", "r9"),
    ],
)
def test_a_stem_is_without_ending_and_possessive(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_figures_are_compared_without_thousands_marks() -> None:
    assert figures("1,200 firms and 1.200 jobs in 2012, 2.5 per cent of 40") == {"1200", "2012", "2.5", "40"}


def test_names_are_capitals_inside_a_sentence_and_words_of_several_capitals() -> None:
    assert names("Members of the Harbour Cluster met. ESCP firms went to Porto.") == {
        "harbour",
        "cluster",
        "escp",
        "porto",
    }


def test_the_first_word_of_a_sentence_is_no_name_by_its_capital_alone() -> None:
    assert names("Visits help. Members pay.") == set()


def test_the_first_word_of_a_sentence_is_a_name_when_a_name_goes_on_behind_it() -> None:
    assert names("Hamburg Aviation has members.") == {"hamburg", "aviation"}


def test_a_function_word_before_a_name_is_no_part_of_it() -> None:
    assert names("The Harbour Cluster has members. In Porto it rains.") == {"harbour", "cluster", "porto"}


def test_clean_text_has_single_spaces_and_no_control_or_direction_characters() -> None:
    assert clean("  two\n\t words\x00\x1b \u202eback\u200b ") == "two words back"


def test_clean_text_has_each_accented_letter_as_one_character() -> None:
    assert clean("cafe\u0301") == "caf\u00e9"


@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_a_quote_and_its_readable_form_compare_equal() -> None:
    assert (
        comparable("• Inter-\nnational  ﬁrms, “2012”")
        == comparable("International firms 2012")
        == "internationalfirms2012"
    )


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        ("international firms", "The inter-\nnational firms grew.", True),
        ("Cross-border visits", "cross-\nborder visits", True),
        ("500 firms", "It has 1500 firms.", False),
        ("35 firms", "3.5 firms", False),
        ("1,200 firms", "1,200 firms", True),
        ("firms grew", "firms that grew", False),
        ("", "anything", False),
    ],
)
def test_the_same_words_stand_in_a_row_with_figures_as_wholes(part: str, whole: str, told: bool) -> None:
    assert same_words(part, whole) is told


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert clean("what \udcff is") == "what ? is"


@given(st.text())
def test_lower_case_keeps_every_letter_in_its_place(text: str) -> None:
    low = lowered(text)
    assert len(low) == len(text)
    assert all(character == character.lower() for character in low)


def test_letters_that_a_pattern_blind_to_case_takes_for_another_become_it() -> None:
    assert lowered("İZMİR fıve ſix") == "izmir five six"
