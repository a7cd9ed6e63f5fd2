"""Single rules of the check, on sentences written for each; `test_crafted.py` has whole outputs with the real model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from advisor.answering.checks.grounds import Claim, Ground
from advisor.answering.checks.support import Verdict, judge
from advisor.answering.checks.vocabulary import Vocabulary, WordVectors
from advisor.embedding import Vectors
from advisor.records import Document, Passage, Sentence, Span
from tests.fakes import HashEmbedder

DOCUMENT = Document("d1", "review.pdf", "review.pdf", "Review", 1, "0" * 64)


class Alike(HashEmbedder):
    """Takes whole sentences for alike, so that what is checked exactly decides; single words stay as they are."""

    def _vector(self, text: str) -> Vectors:
        if " " not in text.strip():
            return super()._vector(text)
        return np.asarray([1.0] + [0.0] * (self.dim - 1), dtype=np.float32)


def judged(text: str, *sources: str, language: str = "en", alike: bool = True) -> Verdict:
    embedder = Alike() if alike else HashEmbedder()
    sentences = tuple(
        Sentence(f"s{i}", "p1", "d1", "text", i, source, (Span(1, 0, len(source)),)) for i, source in enumerate(sources)
    )
    passage = Passage("p1", "d1", ("Members",), " ".join(sources), sentences)
    vocabulary = Vocabulary([*sources, "Members", "Review"], WordVectors(embedder))
    vectors = embedder.embed([*sources, text])
    candidates = [
        Ground(sentence, passage, DOCUMENT, sentence.text, "Review. Members.", "", vectors[i], vocabulary)
        for i, sentence in enumerate(sentences)
    ]
    claim = Claim(text, language, vectors[-1], vocabulary, is_translated=language != "en")
    return judge(claim, candidates, embedder)


def verdict(text: str, *sources: str, language: str = "en") -> tuple[str, str | None]:
    found = judged(text, *sources, language=language)
    return found.support, found.reason


FIRMS = "The Harbour Cluster has 40 firms and 12 universities."
FEE = "Members pay a fee of 300 euros, but students pay nothing."


@pytest.mark.parametrize("text", [FIRMS, "the harbour cluster has 40 firms", "The Harbour Cluster has 40 firms."])
def test_the_words_of_a_source_in_a_row_are_verbatim(text: str) -> None:
    assert verdict(text, FIRMS) == ("verbatim", None)


def test_words_that_leave_out_a_no_are_not_verbatim() -> None:
    assert verdict("certificate is needed", "No certificate is needed.") == ("unsupported", "negation")


def test_words_that_leave_out_a_sign_are_not_verbatim() -> None:
    assert verdict("About 65 of the firms export.", "About 65 % of the firms export.") == ("unsupported", "figure")


@pytest.mark.parametrize(
    "text",
    [
        "The Harbour Cluster counts forty firms.",
        "There are 12 universities in the Harbour Cluster.",
        "40 firms and twelve universities form the Harbour Cluster.",
    ],
)
def test_the_same_figures_of_the_same_things_are_supported(text: str) -> None:
    assert verdict(text, FIRMS) == ("supported", None)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The Harbour Cluster counts 41 firms.", FIRMS),
        ("The Harbour Cluster counts 4 firms.", FIRMS),
        ("The Harbour Cluster counts 12 firms.", FIRMS),
        ("The Harbour Cluster counts 12 firms and 40 universities.", FIRMS),
        ("Students pay a fee of 300 euros.", FEE),
        ("Members pay a fee of 300 dollars.", FEE),
        ("Of 23 members, 3 pay a fee.", "Of 23 members, 4 pay a fee."),
        ("23 members signed a letter.", "3 of the 23 members signed a letter."),
        ("More than 300 members signed.", "Fewer than 300 members signed."),
        ("More than 300 members signed.", "300 members signed."),
        ("The fee doubled for members.", "The fee for members rose."),
        ("The members named one contact.", "The members named two contacts."),
        ("The letter was signed in June 2019.", "The letter was signed in May 2019."),
        ("The members count 12 firms.", "The members pay 12 euros. They own 40 firms."),
    ],
)
def test_a_wrong_figure_is_never_borne_out(text: str, source: str) -> None:
    assert verdict(text, source) == ("unsupported", "figure")


def test_a_figure_of_something_else_in_the_passage_is_not_borne_out() -> None:
    sources = ("A visit costs 1,200 euros.", "Membership costs 300 euros.")
    assert verdict("Membership costs 1,200 euros.", *sources) == ("unsupported", "figure")


def test_a_bound_that_is_left_out_leaves_doubt() -> None:
    assert verdict("The 300 members signed.", "Over 300 members signed.") == ("partial", "figure")


@pytest.mark.parametrize(
    "text", ["The Mountain Cluster counts 40 firms.", "The Harbour Cluster of Toulouse counts 40 firms."]
)
def test_a_name_that_the_source_does_not_hold_is_not_borne_out(text: str) -> None:
    assert verdict(text, FIRMS) == ("unsupported", "name")


LEADS = "Albion leads the Northwind partnership."
JOINED = "Borealis joined the Saltmarsh partnership."


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("Northwind leads Albion.", (LEADS,)),
        ("Albion is led by the Northwind partnership.", (LEADS,)),
        ("Borealis leads the Northwind partnership.", (LEADS, JOINED)),
        ("Meridian leads the Northwind partnership.", (LEADS,)),
        ("Albion joined the Saltmarsh partnership.", (LEADS, JOINED)),
    ],
)
def test_a_name_in_the_place_of_another_is_not_borne_out(text: str, sources: Sequence[str]) -> None:
    assert verdict(text, *sources) == ("unsupported", "name")


@pytest.mark.parametrize(
    "text", ["The Northwind partnership is led by Albion.", "Albion heads the Northwind partnership."]
)
def test_the_same_names_in_the_same_parts_are_supported(text: str) -> None:
    assert verdict(text, LEADS) == ("supported", None)


def test_a_name_is_known_from_the_sentence_that_is_pointed_back_to_and_from_headings() -> None:
    assert verdict("The Review counts members.", "The members count.")[1] != "name"


def test_an_address_that_the_source_does_not_hold_is_not_borne_out() -> None:
    text = "The Harbour Cluster has 40 firms, see https://evil.example."
    assert verdict(text, FIRMS) == ("unsupported", "name")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Members pay the fee.", "Members do not pay the fee."),
        ("Members never pay the fee.", "Members pay the fee."),
        ("Members don’t pay the fee.", "Members pay the fee."),
        ("Visits work with a budget.", "Visits work without a budget."),
        ("Visits to fairs were unsuccessful.", "Visits to fairs were successful."),
        ("Fairs do not bring partners.", "Fairs bring partners, but meetings do not bring contracts."),
    ],
)
def test_a_no_on_one_side_only_is_not_borne_out(text: str, source: str) -> None:
    assert verdict(text, source) == ("unsupported", "negation")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("There is no member who pays the fee.", "Members do not pay the fee."),
        ("Fairs bring partners.", "Fairs bring partners, but meetings do not bring contracts."),
        ("Meetings bring no contracts.", "Fairs bring partners, but meetings do not bring contracts."),
    ],
)
def test_a_no_on_both_sides_or_in_another_statement_is_fine(text: str, source: str) -> None:
    assert verdict(text, source)[0] in ("supported", "verbatim")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("All members pay the fee.", "Most members pay the fee."),
        ("Few members pay the fee.", "Most members pay the fee."),
        ("Most members pay the fee.", "Few members pay the fee."),
        ("Members pay the fee.", "Few members pay the fee."),
        ("Many members pay the fee.", "Few members pay the fee."),
        ("Only members pay the fee.", "Members pay the fee."),
        ("The majority of members pay the fee.", "A minority of members pay the fee."),
    ],
)
def test_another_quantifier_is_not_borne_out(text: str, source: str) -> None:
    assert verdict(text, source) == ("unsupported", "quantifier")


def test_a_majority_may_be_told_of_a_share() -> None:
    assert verdict("Most members pay the fee.", "17 of 20 members pay the fee.")[0] == "supported"
    assert verdict("Most members pay the fee.", "7 of 20 members pay the fee.") == ("unsupported", "quantifier")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Sales to members fell.", "Sales to members rose."),
        ("The last visit was a success.", "The first visit was a success."),
        ("Members must sign the letter.", "Members may sign the letter."),
        ("Members sign after a visit.", "Members sign before a visit."),
        ("The budget comes before the letter.", "The letter comes before the budget."),
    ],
)
def test_an_opposite_is_not_borne_out(text: str, source: str) -> None:
    assert verdict(text, source) == ("unsupported", "direction")


def test_the_same_order_told_from_the_other_end_is_supported() -> None:
    assert verdict("The budget comes after the letter.", "The letter comes before the budget.")[0] == "supported"


def test_another_wording_needs_a_like_meaning_and_the_words_for_it() -> None:
    assert judged("Owls hunt mice at night.", FIRMS, alike=False).support == "unsupported"
    assert verdict("The firms of the Harbour Cluster bake bread daily.", FIRMS) == ("partial", "meaning")


def test_a_statement_that_is_added_leaves_doubt() -> None:
    text = "The Harbour Cluster counts 40 firms and bakes fresh bread for pilots."
    assert verdict(text, FIRMS) == ("partial", "meaning")


def test_the_sentences_that_bear_a_sentence_out_are_named_and_no_others() -> None:
    sources = ("The network was founded in 2014.", "Lunch is served at noon.", "The network counts 40 firms.")
    found = judged("The network, founded in 2014, counts forty firms.", *sources)
    assert {ground.text for ground in found.grounds} == {sources[0], sources[2]}


def test_a_language_without_cues_is_borne_out_in_part_at_best() -> None:
    found = judged("Harbour Cluster 40.", FIRMS, language="sv")
    assert found.support in ("partial", "unsupported")


def test_nothing_cited_bears_nothing_out() -> None:
    assert verdict("Fairs help.") == ("unsupported", "meaning")


def test_a_text_without_words_is_not_verbatim() -> None:
    assert judged("…", FIRMS, alike=False).support == "unsupported"
