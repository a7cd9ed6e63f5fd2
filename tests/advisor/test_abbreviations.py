"""Which short forms a text explains, and how far back the long form reaches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.abbreviations import abbreviation_meant, abbreviations, abbreviations_asked


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("A Joint International Strategy (JIS) comes first.", "JIS", "Joint International Strategy"),
        ("We met people from the European Cluster Alliance (ECA).", "ECA", "European Cluster Alliance"),
        ("Costs of research and development (R&D) rose.", "R&D", "research and development"),
        ("A memorandum of understanding (MoU) was signed.", "MoU", "memorandum of understanding"),
        ("Many small and medium-sized enterprises (SME) join.", "SME", "small and medium-sized enterprises"),
        ("A non-governmental organisation (NGO) helps.", "NGO", "non-governmental organisation"),
        ("Die Österreichische Cluster Plattform (ÖCP) hilft.", "ÖCP", "Österreichische Cluster Plattform"),
        ("The “Joint Strategy” (JS) is signed.", "JS", "Joint Strategy"),
        ("Clusters for International Growth (C4IG) meet.", "C4IG", "Clusters for International Growth"),
        (
            "Harbour Cluster Partnerships – Going International (HCP-4i)",
            "HCP-4i",
            "Harbour Cluster Partnerships – Going International",
        ),
    ],
)
def test_a_short_form_in_brackets_stands_for_the_words_before_it(text: str, short: str, long: str) -> None:
    assert abbreviations(text) == {(short, long)}


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("The JIS (Joint International Strategy) comes first.", "JIS", "Joint International Strategy"),
        ("ICT (information and communication technologies) firms", "ICT", "information and communication technologies"),
        ("A GmbH (Gesellschaft mit beschränkter Haftung) pays.", "GmbH", "Gesellschaft mit beschränkter Haftung"),
    ],
)
def test_a_long_form_in_brackets_explains_the_word_before_it(text: str, short: str, long: str) -> None:
    assert abbreviations(text) == {(short, long)}


def test_the_long_form_is_the_shortest_run_of_words_that_fits() -> None:
    text = "Every European who joins the European Union (EU) pays."
    assert abbreviations(text) == {("EU", "European Union")}


@pytest.mark.parametrize(
    "text",
    [
        "European Strategic Cluster Partnerships (ESCPs)",
        "European Strategic Cluster Partnerships (ESCP)",
        "ESCPs (European Strategic Cluster Partnerships)",
    ],
)
def test_the_plural_s_of_a_short_form_falls_away(text: str) -> None:
    assert abbreviations(text) == {("ESCP", "European Strategic Cluster Partnerships")}


def test_a_capital_s_at_the_end_is_part_of_the_short_form() -> None:
    assert abbreviations("a Global Positioning System (GPS)") == {("GPS", "Global Positioning System")}


@pytest.mark.parametrize("inside", ["EU, since 1993", "EU; Brussels", " EU "])
def test_what_follows_the_short_form_in_the_brackets_does_not_matter(inside: str) -> None:
    assert abbreviations(f"The European Union ({inside}) pays.") == {("EU", "European Union")}


def test_every_pair_of_a_text_is_found_once() -> None:
    text = "World Class Clusters (WCC), the European Union (EU), and again the European Union (EU)."
    assert abbreviations(text) == {("WCC", "World Class Clusters"), ("EU", "European Union")}


def test_brackets_may_open_on_the_next_line_but_a_long_form_does_not_reach_over_the_end_of_one() -> None:
    """The lines of a passage are its sentences, items and rows: words of two of them are no name."""
    assert abbreviations("European Cluster Alliance\n(ECA)") == {("ECA", "European Cluster Alliance")}
    assert abbreviations("European\nCluster Alliance (ECA)") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Growth was steady (see Annex II).",
        "It cost a little (EUR 300).",
        "Firms in Poland (PL) export.",
        "The Project (P) ended.",
        "The cluster organisation (cluster) pays.",
        "Harbour and Fairs (ZQX) meet.",
        "The SME (small) pays.",
        "(EU) European Union",
        "EU – European Union",
        "European Union (EU",
        "(",
        "()",
        "?!",
        "",
    ],
)
def test_other_brackets_explain_nothing(text: str) -> None:
    assert abbreviations(text) == set()


def test_letters_spread_over_too_many_words_are_no_long_form() -> None:
    assert abbreviations("Enter by that door which has an usher (EU)") == set()


def test_a_short_form_of_more_than_ten_characters_or_one_capital_is_none() -> None:
    assert abbreviations("Big European Network of Everyone Living Under X and Y (BENELUXANDFAR)") == set()
    assert abbreviations("the European union (Eu)") == set()


def test_a_very_long_text_is_read_whole() -> None:
    assert abbreviations("word (so) " * 20_000 + "European Union (EU)") == {("EU", "European Union")}


@pytest.mark.parametrize("inside", ["“EU”", '"EU"', "the “EU”"])
def test_a_short_form_may_stand_in_quotation_marks(inside: str) -> None:
    assert abbreviations(f"The European Union ({inside}) pays.") == {("EU", "European Union")}


PIECES = st.sampled_from(
    ["Joint", "Strategy", "of", "and", "strategic", "the", "(JS)", "(JSs)", "(SoS)", "(JS", "J", ")"]
)
TEXTS = st.lists(PIECES, max_size=12).map(" ".join) | st.text("JSjs() .,\n-&é", max_size=40)


@given(TEXTS)
def test_a_long_form_is_several_words_of_the_text_and_begins_like_its_short_form(text: str) -> None:
    for short, long in abbreviations(text):
        assert " ".join(long.split()) in " ".join(text.split())
        assert len(long.split()) > 1
        assert long[0].lower() == short[0].lower()
        assert sum(map(str.isupper, short)) >= 2


@given(st.text(max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    assert isinstance(abbreviations(text), set)


@pytest.mark.parametrize("question", ["What does EACP stand for?", "What does EACP mean?", "The full name of EACP?"])
def test_a_question_may_ask_for_the_long_form(question: str) -> None:
    assert abbreviations_asked(question) == ["EACP"]


@pytest.mark.parametrize("question", ["Who runs the EACP?", "What does a mission stand for?", ""])
def test_or_for_another_thing(question: str) -> None:
    assert abbreviations_asked(question) == []


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("What is the EACP?", "EACP"),
        ("What is ESCP-4i?", "ESCP-4i"),
        ("What are SMEs?", "SMEs"),
        ("What is a cluster?", ""),
        ("What is the EACP budget?", ""),
    ],
)
def test_a_question_may_ask_to_be_told_about_an_abbreviation(question: str, short: str) -> None:
    assert abbreviation_meant(question) == short
