"""What the documents of a store call things, asked with the words of a reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.retrieval.glossary import Glossary
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, prose, section, understood


def report(name: str, *sentences: str) -> Report:
    return Report(f"{name}.pdf", name.title(), (section("Text", blocks=[prose(*sentences)]),))


REPORTS = (
    report(
        "first",
        "The Joint International Strategy (JIS) of LaserGoGlobal is kept in Zürich.",
        "Partners internationalise, and the NorthSea hub pays for research and development (R&D).",
        "The European Defence Agency (EDA) looks on.",
    ),
    report(
        "second", "The European Defence Agency (EDA) says that a laser must go global.", "One strategy, a strategy."
    ),
    report("third", "The European Defence Agency (EDA) and the JISs (Joint International Strategies)."),
    report(
        "fourth", "The European Design Award (EDA) is given for planes.", "A market is a market, and a marker is none."
    ),
)


@pytest.fixture(scope="module")
def named_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(build_store(tmp_path_factory.mktemp("named") / "store", *REPORTS))
    yield store
    store.close()


@pytest.fixture(scope="module")
def glossary(named_store: Store) -> Glossary:
    return Glossary(named_store.library)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Glossary]:
    store = open_store(build_store(tmp_path / "store"))
    yield Glossary(store.library)
    store.close()


def nothing_else(word: str) -> bool:
    """The language holds no words but those of the documents."""
    return False


def test_an_empty_store_knows_function_words_alone_and_leaves_every_question_as_it_is(empty: Glossary) -> None:
    assert (empty.knows("the"), empty.knows("strategy")) == (True, False)
    assert empty.repaired("stratgey", nothing_else) == "stratgey"
    assert empty.long_form("JIS") == ""
    assert empty.short_forms("European Union") == empty.spellings("Laser Go Global") == []


# --- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["strategy", "strategies", "partnering", "lasers", "zurich", "the", "eda"])
def test_a_word_is_known_in_any_of_its_forms(glossary: Glossary, word: str) -> None:
    assert glossary.knows(word)


@pytest.mark.parametrize("word", ["stratgey", "zebra", "", "?!", "42"])
def test_other_words_are_not_known(glossary: Glossary, word: str) -> None:
    assert not glossary.knows(word)


def test_a_word_is_known_by_its_accented_spelling(glossary: Glossary) -> None:
    assert glossary.knows("zürich")


def test_a_place_with_an_umlaut_stays_in_a_german_question(named_store: Store) -> None:
    query = understood(named_store, "Wer bezahlt die Partnerschaften in Zürich?")
    assert query.unknown == ()
    assert "zurich" in query.terms


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("stratgy", "strategy"),
        ("strattegy", "strategy"),
        ("strotegy", "strategy"),
        ("startegy", "strategy"),
        ("lasser", "laser"),
        ("internatoinalisse", "internationalise"),
    ],
)
def test_letters_left_out_added_changed_or_swapped_are_put_right(glossary: Glossary, typed: str, meant: str) -> None:
    assert glossary.repaired(typed, nothing_else) == meant


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("strategies", "a form of a word of the documents"),
        ("jont", "too short"),
        ("ttrategy", "it begins with another letter"),
        ("lazxer", "two letters differ, and it has fewer than eight"),
        ("strxxxegy", "three letters differ"),
        ("las3r", "it holds a figure"),
        ("zebra", "nothing is near"),
        ("", "there is no word"),
        ("?!", "there is no word"),
    ],
)
def test_a_word_is_left_alone_where(glossary: Glossary, word: str, reason: str) -> None:
    assert glossary.repaired(word, nothing_else) == word, reason


def test_a_word_of_the_language_is_no_misspelling_of_a_word_of_the_documents(glossary: Glossary) -> None:
    assert glossary.repaired("planet", {"planet"}.__contains__) == "planet"
    assert glossary.repaired("planet", nothing_else) == "planes"


def test_of_words_equally_near_the_commoner_one_is_meant(glossary: Glossary) -> None:
    """The documents say "market" twice and "marker" once."""
    assert glossary.repaired("markez", nothing_else) == "market"


@given(word=st.text("astregylinp", min_size=5, max_size=12))
def test_a_repair_is_a_word_of_the_documents_near_the_typed_one_and_needs_none_itself(
    glossary: Glossary, word: str
) -> None:
    repaired = glossary.repaired(word, nothing_else)
    if repaired != word:
        assert glossary.knows(repaired)
        assert repaired[0] == word[0]
        assert abs(len(repaired) - len(word)) <= (1 if len(word) < 8 else 2)
    assert glossary.repaired(repaired, nothing_else) == repaired


# --- abbreviations -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("short", ["R&D", "r&d"])
def test_an_abbreviation_has_its_long_form_in_lower_case(glossary: Glossary, short: str) -> None:
    assert glossary.long_form(short) == "research and development"


@pytest.mark.parametrize("short", ["EDAs", "edas"])
def test_the_plural_of_an_abbreviation_has_the_long_form_of_the_singular(glossary: Glossary, short: str) -> None:
    assert glossary.long_form(short).startswith("european de")


@pytest.mark.parametrize("short", ["OECD", "s", "", "?!"])
def test_an_abbreviation_that_the_documents_do_not_explain_has_no_long_form(glossary: Glossary, short: str) -> None:
    assert glossary.long_form(short) == ""


def test_of_several_long_forms_the_one_given_most_often_counts(glossary: Glossary) -> None:
    """Three documents mean the agency, one the award."""
    assert glossary.long_form("EDA") == "european defence agency"


@pytest.mark.parametrize(
    "text",
    ["Who pays for Research and Development?", "research & development", "developing research on research-development"],
)
def test_the_abbreviation_of_a_long_form_is_found_in_any_form_of_its_words(glossary: Glossary, text: str) -> None:
    assert glossary.short_forms(text) == ["r&d"]


@pytest.mark.parametrize("text", ["development of research", "research", "", "?!"])
def test_words_in_another_order_or_alone_have_no_abbreviation(glossary: Glossary, text: str) -> None:
    assert glossary.short_forms(text) == []


def test_all_abbreviations_in_a_text_are_found(glossary: Glossary) -> None:
    text = "Does the European Defence Agency pay for the research and development of a joint international strategy?"
    assert glossary.short_forms(text) == ["eda", "jis", "r&d"]


def test_two_abbreviations_of_the_same_words_are_both_found(tmp_path: Path) -> None:
    told = report("told", "A Partnership Action Plan (PAP) comes first.", "The Partnership Action Plan (PAPL) is long.")
    store = open_store(build_store(tmp_path / "store", told))
    assert Glossary(store.library).short_forms("partnership action plan") == ["pap", "papl"]
    store.close()


# --- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Laser Go Global", "LASER-GO", "Laser-Go-Global", "Is the Laser go global project new?", "LASERGO Global"]
)
def test_a_name_of_several_words_is_found_where_the_documents_write_it_as_one(glossary: Glossary, text: str) -> None:
    assert glossary.spellings(text) == ["lasergoglobal"]


def test_a_name_written_as_one_is_found_where_the_documents_write_its_parts(glossary: Glossary) -> None:
    assert {"laser", "global"} <= {*glossary.spellings("LaserGoGlobal")}


def test_a_name_is_not_divided_into_words_that_the_documents_do_not_hold(glossary: Glossary) -> None:
    assert glossary.spellings("LaserGoZebra") == []


@pytest.mark.parametrize("text", ["laser go global", "Laser", "LASER", "lasergoglobal", "North", "", "?!", "Ü-Ö Ä"])
def test_plain_words_have_no_other_spelling(glossary: Glossary, text: str) -> None:
    assert glossary.spellings(text) == []


@given(text=st.text("LaserGoNthS -&'üß1", max_size=30))
def test_other_spellings_are_words_of_the_documents_each_once_in_order(glossary: Glossary, text: str) -> None:
    found = glossary.spellings(text)
    assert found == sorted(set(found))
    assert all(map(glossary.knows, found))
