"""A sentence that is called verbatim has every sign of its quote, which a comparison of words would pass over."""

from __future__ import annotations

import pytest

from ingest.proofs.verbatim import is_part, is_quoted


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("A visit costs\n€5,000 a year.", "A visit costs €5,000 a year."),
        ("2. A visit costs €5,000.", "A visit costs €5,000."),
        ("2. A visit costs €5,000.", "2. A visit costs €5,000."),
        ("Most (83%) export in Octo‐\nber 2018.", "Most (83%) export in October 2018."),
        ("They need 1\n200 euros.", "They need 1 200 euros."),
        ("– Sales fell by -5%.", "Sales fell by -5%."),
        ("–5 firms left.", "5 firms left."),
        ("From 2014-2020 it paid.", "From 2014-\n2020 it paid."),
    ],
)
def test_a_quote_read_as_a_sentence_is_the_same(quote: str, text: str) -> None:
    assert is_quoted(text, [quote])
    assert is_part(text, [quote])


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("A visit costs €5,000.", "A visit costs $5,000."),
        ("A visit costs €5,000.", "A visit costs 5,000."),
        ("A visit costs 5,000.", "A visit costs €5,000."),
        ("Most (83%) export.", "Most (83) export."),
        ("Most (83%) export.", "Most (83‰) export."),
        ("Sales changed by -5%.", "Sales changed by 5%."),
        ("-5% is the change.", "5% is the change."),
        ("Sales changed by −5%.", "Sales changed by 5%."),
        ("Firms with <50 staff join.", "Firms with >50 staff join."),
        ("Firms with <50 staff join.", "Firms with 50 staff join."),
        ("They gained +5 points.", "They gained -5 points."),
        ("5% of 300 firms left.", "5 of 300% firms left."),
    ],
)
def test_a_sign_that_is_changed_or_left_out_is_a_difference(quote: str, text: str) -> None:
    assert not is_quoted(text, [quote])
    assert not is_part(text, [quote])


def test_what_is_put_together_is_a_quote_from_end_to_end_and_a_model_may_write_a_part() -> None:
    quote = "The network, founded in 2014, has 40 firms."
    assert not is_quoted("has 40 firms", [quote])
    assert is_part("has 40 firms", [quote])


def test_the_parts_of_a_sentence_that_a_page_end_divides_are_one_quote_and_others_say_the_same() -> None:
    assert is_quoted("Visits are free.", ["Visits", "are free.", "Visits cost nothing: they are free."])


def test_a_currency_may_stand_on_the_other_side_where_a_model_writes() -> None:
    assert is_part("A visit costs €5,000.", ["A visit costs 5,000 €."])
