from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answering.differences.dates import read_dates
from advisor.answering.differences.quantities import Quantity, agree, quantities


def only(sentence: str) -> Quantity:
    [found] = quantities(sentence)
    return found


def texts(sentence: str) -> list[str]:
    return [quantity.text for quantity in quantities(sentence)]


@pytest.mark.parametrize(
    ("sentence", "kind", "low", "high"),
    [
        ("The network has 1,200 members.", "count", 1200, 1200),
        ("Twenty-one ports joined.", "count", 21, 21),
        ("It has two hundred and fifty members.", "count", 250, 250),
        ("A hundred ports joined.", "count", 100, 100),
        ("It has 12 thousand members.", "count", 12_000, 12_000),
        ("It has 1 200 members.", "count", 1200, 1200),
        ("Between two hundred and three hundred ports joined.", "count", 200, 300),
        ("It costs €5,000 a year.", "money", 5000, 5000),
        ("The grant is 2.5 million euros.", "money", 2_500_000, 2_500_000),
        ("A stand costs 15 k€.", "money", 15_000, 15_000),
        ("Some 40% of the ports answered.", "share", 36, 44),
        ("Seven of the eleven ports answered.", "share", 100 * 7 / 11, 100 * 7 / 11),
        ("The course takes 4-5 days.", "duration", 4, 5),
        ("It opened on 3rd May 2019.", "date", date(2019, 5, 3).toordinal(), date(2019, 5, 3).toordinal()),
        ("It opened in 2019.", "date", date(2019, 1, 1).toordinal(), date(2019, 12, 31).toordinal()),
    ],
)
def test_a_value_is_read_with_its_kind(sentence: str, kind: str, low: float, high: float) -> None:
    found = next(quantity for quantity in quantities(sentence) if quantity.kind == kind)
    assert (found.low, found.high) == pytest.approx((low, high))


@pytest.mark.parametrize(
    "sentence",
    [
        "Step 3 comes before step 4.",
        "See Table 2 and Figure 7.",
        "Horizon 2020 pays for it.",
        "The call COS-2014-3-03 is closed.",
        "It was the 4th edition.",
        "One port could lead.",
        "1) Ports know each other",
    ],
)
def test_a_number_that_counts_nothing_is_no_value(sentence: str) -> None:
    assert quantities(sentence) == []


def test_what_is_counted_is_the_first_plural_behind_the_number() -> None:
    found = only("The port organised four international business trips last spring.")
    assert (found.counted.noun, found.text) == ("trip", "four international business trips")


def test_a_numbered_part_limits_what_is_counted() -> None:
    found = only("Six Strand 2 partnerships answered.")
    assert (found.counted.noun, found.counted.part) == ("partnership", "strand 2")


def test_more_than_and_less_than_leave_one_end_open() -> None:
    assert only("More than 20 ports joined.").high == float("inf")
    assert only("Fewer than 20 ports joined.").low == 0.0


def test_a_minimum_and_an_average_are_told_from_plain_counts() -> None:
    assert only("A minimum of 5 ports is asked for.").bound == "least"
    assert only("A maximum of 9 ports is asked for.").bound == "most"
    assert only("The average number of ports was 7 ports.").bound == "average"
    assert only("There are 7 ports.").bound == ""


def test_a_share_in_words_turns_round_where_it_is_denied() -> None:
    assert only("Most of the ports have signed.").low > 50
    assert only("Most of the ports have not signed.").high < 50


def test_a_share_in_brackets_that_works_out_the_one_before_is_not_read_twice() -> None:
    assert [q.kind for q in quantities("Five of the six ports (83%) signed.")] == ["count", "share"]


def test_two_numbers_with_and_between_them_are_no_range() -> None:
    assert not any(quantity.is_range for quantity in quantities("Two and three ports came."))
    assert only("Between 2 and 3 ports came.").is_range


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It lasts 24 months.", "It lasts two years."),
        ("It lasts six weeks.", "It lasts 42 days."),
        ("Around 30 ports joined.", "28 ports joined."),
        ("More than 20 ports joined.", "23 ports joined."),
        ("Nearly 60% of the ports joined.", "12 out of 21 ports joined."),
        ("It began in 2018.", "It began on 14 May 2018."),
        ("It ran from 3 to 9 May 2018.", "It ran on 5 May 2018."),
        ("Between 3 and 9 ports joined.", "4 to 6 ports joined."),
    ],
)
def test_values_that_may_both_be_true_agree(one: str, other: str) -> None:
    ours, theirs = quantities(one)[-1], quantities(other)[-1]
    assert ours.kind == theirs.kind
    assert agree(ours, theirs)
    assert agree(theirs, ours)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It lasts 24 months.", "It lasts three years."),
        ("Around 30 ports joined.", "45 ports joined."),
        ("More than 20 ports joined.", "12 ports joined."),
        ("It began in October 2018.", "It began in October 2019."),
        ("3 to 5 ports joined.", "4 to 6 ports joined."),
        ("Most of the ports joined.", "Most of the ports did not join."),
    ],
)
def test_values_that_cannot_both_be_true_differ(one: str, other: str) -> None:
    ours, theirs = quantities(one)[-1], quantities(other)[-1]
    assert ours.kind == theirs.kind
    assert not agree(ours, theirs)
    assert not agree(theirs, ours)


def test_a_year_is_a_date_only_where_a_word_says_so() -> None:
    assert [found.text for found in read_dates("Since 2014 the fair Harbours 2020 has grown (2016-18).")] == [
        "2014",
        "2016-18",
    ]


def test_a_day_that_does_not_exist_is_no_date() -> None:
    assert read_dates("It closed on 31 February 2019.") == []


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_counts_agree_just_where_they_are_equal(one: int, other: int) -> None:
    ours, theirs = (
        [q for q in quantities(f"The register lists {number:,} ships.") if q.kind == "count"] for number in (one, other)
    )
    assert agree(ours[0], theirs[0]) == (one == other)


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_each_value_stands_where_it_says(text: str) -> None:
    for quantity in quantities(text):
        assert 0 <= quantity.start < quantity.end <= len(text)
        assert quantity.low <= quantity.high


@pytest.mark.parametrize(("sentence", "low"), [("There are fıve partners.", 5), ("There are twenty-ſix ports.", 26)])
def test_a_number_word_with_a_letter_of_another_alphabet_is_read_as_it_looks(sentence: str, low: float) -> None:
    assert only(sentence).low == low


def test_a_month_with_a_letter_of_another_age_is_read_as_it_looks() -> None:
    assert [span.low for span in read_dates("It opened in ſept 2014.")] == [date(2014, 9, 1).toordinal()]


def test_a_number_in_words_is_told_as_it_is_written() -> None:
    sentence = "About two hundred and fifty member firms pay."
    found = only(sentence)
    assert (found.text, sentence[found.start : found.end]) == (
        "About two hundred and fifty member firms",
        "About two hundred and fifty",
    )
