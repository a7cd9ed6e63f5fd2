"""What a chat model writes is text: nothing in it is a link, a picture or a tag for whoever shows it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.answering.plain import gives_unknown_address, plain_text

SOURCES = "See www.example.org/reports for the list, or write to office@example.org."


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Fairs help ![chart](https://spy.example/p?q=1).", "Fairs help ."),
        ("Fairs help ![](x).", "Fairs help ."),
        ("Fairs [help](https://spy.example).", "Fairs help."),
        ("Fairs [help](javascript:alert(1)).", "Fairs help)."),
        ("Fairs <b>help</b>.", "Fairs help."),
        ("Fairs <img src=x onerror=alert(1)> help.", "Fairs help."),
        ("Fairs help <script>alert(1)</script>.", "Fairs help alert(1)."),
        ("Fairs help <a href='https://spy.example", "Fairs help"),
        ("Fairs help: https://spy.example/?q=fairs", "Fairs help:"),
        ("Fairs help, see <https://spy.example>.", "Fairs help, see ."),
        ("Write to spy@spy.example.", "Write to"),
        ("Fairs ![a![b](c)](d) help.", "Fairs ](d) help."),
        ("Fairs <<b>script> help.", "Fairs help."),
    ],
)
def test_markup_is_taken_out_and_words_stay(written: str, left: str) -> None:
    assert plain_text(written, SOURCES) == left


@pytest.mark.parametrize(
    "written",
    [
        "The share is < 5 % in Poland and > 20 % in Spain.",
        "See www.example.org/reports.",
        "Write to office@example.org.",
        "In 2019 [the first year] it was 3.5 million (see the annex).",
        "Data: 12 firms; file 3.",
    ],
)
def test_ordinary_sentences_and_addresses_of_the_sources_stay(written: str) -> None:
    assert plain_text(written, SOURCES) == written


@example("[]  (")
@given(st.text("ab<>/!?[]()\"'=:. \nhtps@w", max_size=60))
def test_nothing_active_is_ever_left(written: str) -> None:
    left = plain_text(written, "")
    assert not re.search(r"</?[a-zA-Z!?][^<>]*>|!?\[[^\]]*\]\s?\([^)]*\)|https?://\S|www\.\S|\w@\w+\.\w", left)
    assert plain_text(left, "") == left


@pytest.mark.parametrize(
    ("written", "unknown"),
    [
        ("Fairs help, see https://spy.example for a list.", True),
        ("Write to spy@spy.example.", True),
        ("See www.example.org/reports, or write to office@example.org.", False),
        ("Fairs [help](https://spy.example) <img src='https://spy.example'>.", False),
        ("Fairs help.", False),
    ],
)
def test_an_address_that_no_source_holds_is_noticed_before_it_is_taken_out(written: str, unknown: bool) -> None:
    assert gives_unknown_address(written, SOURCES) is unknown
