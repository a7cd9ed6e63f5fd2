from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.quantities import in_figures, quantities, units, values


def read(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(str(q.value), q.unit) for q in quantities(text, language)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("23", "23"),
        ("twenty-three", "23"),
        ("twenty three", "23"),
        ("1,200", "1200"),
        ("1.200", "1200"),
        ("1\u00a0200", "1200"),
        ("1 200", "1200"),
        ("1,234,567", "1234567"),
        ("one hundred and twenty", "120"),
        ("two hundred fifty", "250"),
        ("three thousand", "3000"),
        ("2.5", "5/2"),
        ("2,5", "5/2"),
        ("1.2 million", "1200000"),
        ("a dozen", "12"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(text: str, value: str) -> None:
    assert read(f"There are {text} firms.") == [(value, "")]


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("65 %", ("65", "percent")),
        ("65%", ("65", "percent")),
        ("65 per cent", ("65", "percent")),
        ("half of them", ("50", "percent")),
        ("two thirds", ("200/3", "percent")),
        ("a quarter", ("25", "percent")),
        ("€1,200", ("1200", "EUR")),
        ("1,200 euros", ("1200", "EUR")),
        ("EUR 1.2m", ("1200000", "EUR")),
        ("$5", ("5", "USD")),
        ("six months", ("6", "month")),
        ("a 12-month plan", ("12", "month")),
        ("the third step", ("3", "ordinal")),
        ("the 3rd step", ("3", "ordinal")),
        ("doubled", ("2", "times")),
        ("hundreds of firms", ("100", "vague")),
        ("one contact", ("1", "one")),
    ],
)
def test_a_quantity_has_its_unit(text: str, quantity: tuple[str, str]) -> None:
    assert read(text) == [quantity]


@pytest.mark.parametrize("text", ["12 May 2019", "2019-05-12", "12.05.2019", "12/05/2019"])
def test_a_date_is_day_month_and_year(text: str) -> None:
    assert set(read(text)) == {("12", ""), ("5", "calendar"), ("2019", "")}


def test_a_month_is_one_beside_a_figure_and_no_verb() -> None:
    assert read("Members may march in May 2019.") == [("5", "calendar"), ("2019", "")]


@pytest.mark.parametrize(
    "text", ["R9", "ESCP-4i", "COVID-19", "the 3D printer", "D5.5", "see 5.5.2", "①", "4. Visit fairs", "9" * 5_000]
)
def test_a_figure_that_is_part_of_a_name_or_numbers_a_line_is_no_quantity(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("more than 300 firms", "more"),
        ("over €300", "more"),
        ("at least 300", "more"),
        ("300 or more", "more"),
        ("fewer than 300", "less"),
        ("up to 300", "less"),
        ("no more than 300", "less"),
        ("about 300", "about"),
        ("nearly 300", "about"),
        ("300 firms", ""),
    ],
)
def test_the_bound_of_a_quantity_is_read(text: str, bound: str) -> None:
    assert [q.bound for q in quantities(text)] == [bound]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("de", "dreiundzwanzig Firmen zahlen 1.200 Euro", [("23", ""), ("1200", "EUR")]),
        ("de", "die Hälfte, zwei Drittel, 2,5 Prozent", [("50", "percent"), ("200/3", "percent"), ("5/2", "percent")]),
        ("fr", "soixante-dix, quatre-vingts, quatre-vingt-trois", [("70", ""), ("80", ""), ("83", "")]),
        ("fr", "1 300 euros en mai 2014", [("1300", "EUR"), ("5", "calendar"), ("2014", "")]),
        ("es", "treinta y tres empresas, el 45 por ciento", [("33", ""), ("45", "percent")]),
        ("it", "trentatré aziende, 1,2 milioni di euro", [("33", ""), ("1200000", "EUR")]),
        ("pl", "dwudziestu trzech firm, w maju 2014", [("23", ""), ("5", "calendar"), ("2014", "")]),
    ],
)
def test_other_languages_write_numbers_their_own_way(language: str, text: str, found: list[tuple[str, str]]) -> None:
    assert read(text, language) == found


def test_a_language_without_number_words_here_still_has_its_figures() -> None:
    assert read("23 företag", "sv") == [("23", "")]


def test_values_are_the_numbers_alone_and_leave_out_the_word_one() -> None:
    assert values("One of three members paid 1,200 euros, 65 % paid nothing.") == {"3", "1200", "65"}


def test_units_are_also_those_that_stand_in_a_header() -> None:
    assert units("Cost (EUR): 450") == {"EUR"}


@given(st.integers(0, 10**12))
def test_any_figure_is_read_as_itself_with_and_without_thousands_marks(number: int) -> None:
    for text in (str(number), f"{number:,}", f"{number:,}".replace(",", ".")):
        assert [q.value for q in quantities(f"They are {text} in all")] == [Fraction(number)]


@given(
    st.lists(st.sampled_from("partners met 7 1,200 twenty-three R9 2019 to 25% ESCP-4i over half".split()), max_size=8)
)
def test_a_line_end_between_words_changes_no_value(said: list[str]) -> None:
    assert values("\n".join(said)) == values("  ".join(said))


@given(st.text(max_size=80), st.sampled_from(["en", "de", "fr", "es", "it", "pl", "xx"]))
def test_any_text_has_quantities_in_order_at_places_inside_it(text: str, language: str) -> None:
    found = quantities(text, language)
    assert all(0 <= q.lead <= q.start < q.end <= len(text) for q in found)
    assert [q.start for q in found] == sorted(q.start for q in found)


def test_a_letter_that_grows_in_lower_case_moves_no_quantity() -> None:
    text = "İİİİ has more than 300 firms"
    [found] = quantities(text)
    assert text[found.lead : found.end] == "more than 300"


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("two hundred and ten firms", "210 firms"),
        ("12 thousand firms", "12,000 firms"),
        ("one firm of 1 200", "one firm of 1,200"),
        ("step 3 of ten", "step 3 of 10"),
        ("half of them", "half of them"),
    ],
)
def test_whole_numbers_are_written_in_figures(text: str, figures: str) -> None:
    assert " ".join(in_figures(text)[0].split()) == figures


@given(st.text(max_size=80))
def test_a_text_in_figures_is_as_long_and_says_where_each_number_began(text: str) -> None:
    written, starts = in_figures(text)
    assert len(written) == len(text)
    assert all(start <= at and written[start:at].strip() == "" for at, start in starts.items())
