from __future__ import annotations

import pytest

from advisor.answering.checks.cues import read_cues


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Members pay a fee.", False),
        ("Members do not pay a fee.", True),
        ("Members don't pay a fee.", True),
        ("Members don’t pay a fee.", True),
        ("No member pays.", True),
        ("Neither members nor guests pay.", True),
        ("Members do not never pay.", False),
        ("Members pay not only a fee.", False),
        ("No more than 5 members pay.", False),
    ],
)
def test_a_no_is_read(text: str, negated: bool) -> None:
    assert read_cues(text).negated is negated


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Mitglieder zahlen keinen Beitrag."),
        ("de", "Weder Mitglieder noch Gäste zahlen."),
        ("fr", "Les membres ne paient jamais rien."),
        ("es", "Los miembros no pagan nada."),
        ("it", "I membri non pagano niente."),
        ("pl", "Członkowie nic nie płacą."),
    ],
)
def test_a_no_is_read_in_other_languages_once_where_one_calls_for_another(language: str, text: str) -> None:
    assert read_cues(text, language).negated


@pytest.mark.parametrize(
    ("text", "quantifiers"),
    [
        ("All members pay.", {"all"}),
        ("Not all members pay.", {"not-all"}),
        ("Most members pay.", {"most"}),
        ("A few members pay.", {"some"}),
        ("Few members pay.", {"few"}),
        ("Members rarely pay.", {"few"}),
        ("Only members pay.", {"only"}),
        ("First of all, members pay.", set()),
        ("The most important member pays.", set()),
    ],
)
def test_quantifiers_are_read(text: str, quantifiers: set[str]) -> None:
    assert read_cues(text).quantifiers == quantifiers


@pytest.mark.parametrize(
    ("text", "poles"),
    [
        ("Sales rose.", {("change", 0)}),
        ("Sales fell.", {("change", 1)}),
        ("Members pay first.", {("order", 0)}),
        ("More firms pay.", {("amount", 0)}),
        ("More than 40 firms pay.", set()),
        ("It was founded in May 2014.", set()),
    ],
)
def test_words_with_an_opposite_are_read(text: str, poles: set[tuple[str, int]]) -> None:
    assert read_cues(text).poles == poles
