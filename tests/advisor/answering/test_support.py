from __future__ import annotations

import numpy as np
import pytest

from advisor.answering.support import support
from advisor.embedding import Vectors

QUOTE = "Over 300 companies are active in the Harbour Cluster."
PASSAGE = f"{QUOTE} Fairs are not cheap. In 2012 the region of Porto had 120 companies."


def at(similarity: float) -> Vectors:
    """A unit vector with this cosine to that of the quote."""
    return np.array([similarity, (1 - similarity**2) ** 0.5], dtype=np.float32)


def judged(text: str, *, quote: str = QUOTE, passage: str = PASSAGE, similarity: float = 0.95) -> str:
    return support(text, at(similarity), passage, [(quote, at(1.0))])


@pytest.mark.parametrize(
    "text", [QUOTE, "over 300 companies are active in the harbour cluster", "300 companies are active"]
)
def test_the_words_of_the_quote_are_verbatim(text: str) -> None:
    assert judged(text) == "verbatim"


def test_words_that_the_quote_breaks_over_lines_are_verbatim() -> None:
    assert judged(QUOTE, quote=QUOTE.replace("companies", "com-\npanies")) == "verbatim"


def test_words_of_the_passage_outside_the_quote_are_not_verbatim() -> None:
    assert judged("Fairs are not cheap.") != "verbatim"


def test_another_wording_with_the_same_figures_and_names_is_supported() -> None:
    assert judged("The Harbour Cluster has more than 300 active companies.") == "supported"


@pytest.mark.parametrize(
    "text",
    [
        "The Harbour Cluster has more than 400 active companies.",
        "The Harbour Cluster has more than 30 active companies.",
        "Since 1999 the Harbour Cluster has 300 active companies.",
    ],
)
def test_a_figure_that_the_passage_does_not_hold_is_not_borne_out_however_similar(text: str) -> None:
    assert judged(text, similarity=0.99) == "unsupported"


def test_a_figure_from_another_sentence_of_the_passage_is_not_fully_supported() -> None:
    assert judged("The Harbour Cluster has 120 active companies.", similarity=0.99) == "partial"


@pytest.mark.parametrize(
    "text",
    [
        "The Mountain Cluster has more than 300 active companies.",
        "Mountain Cluster has more than 300 active companies.",
        "More than 300 companies are active in Toulouse.",
        "More than 300 companies are active in the EACP.",
    ],
)
def test_a_name_that_the_passage_does_not_hold_is_not_borne_out_however_similar(text: str) -> None:
    assert judged(text, similarity=0.99) == "unsupported"


def test_a_name_in_another_form_is_known() -> None:
    assert judged("More than 300 companies are active in the Harbour’s Clusters.") == "supported"


@pytest.mark.parametrize("negated", ["are not active", "aren't active", "aren’t active", "were never active"])
def test_a_negation_that_the_quote_does_not_hold_is_not_supported(negated: str) -> None:
    assert judged(f"More than 300 companies {negated} in the Harbour Cluster.", similarity=0.99) == "partial"


def test_a_negation_that_was_left_out_is_not_supported() -> None:
    quote = "No members pay a fee."
    assert judged("Members pay a fee.", quote=quote, passage=quote, similarity=0.99) == "partial"


def test_a_negation_that_both_sides_hold_is_supported() -> None:
    quote = "Fairs are not cheap."
    assert judged("Visiting fairs is never a cheap thing.", quote=quote) == "supported"


@pytest.mark.parametrize(("similarity", "expected"), [(0.7, "supported"), (0.5, "partial"), (0.3, "unsupported")])
def test_another_wording_needs_a_like_meaning(similarity: float, expected: str) -> None:
    assert judged("Many firms work there.", similarity=similarity) == expected


def test_the_nearest_of_several_quotes_decides() -> None:
    quotes = [("Fees are low.", at(0.0)), ("Firms work together.", at(1.0))]
    assert support("Companies cooperate.", at(0.9), "Fees are low. Firms work together.", quotes) == "supported"


@pytest.mark.parametrize("text", ["", "…"])
def test_a_text_without_words_is_not_verbatim(text: str) -> None:
    assert judged(text, similarity=0.0) == "unsupported"
