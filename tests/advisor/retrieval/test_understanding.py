from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.embedding import TransformerEmbedder
from advisor.retrieval.glossary import Glossary
from advisor.retrieval.understanding import Query, Understanding, understand
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, prose, section
from tests.fakes import HashEmbedder

GUIDE = Report(
    "guide.pdf",
    "Missions guide",
    (
        section(
            "Basics",
            blocks=[
                prose(
                    "A cluster organisation prepares missions to Lisbon with its members.",
                    "The Joint International Strategy (JIS) names target countries.",
                    "Málaga and the Cluster Alpha found partners.",
                    "LaserGoGlobal is a partnership of firms.",
                )
            ],
        ),
        section(
            "Steps", "Step 3", blocks=[prose("Step 3 turns contacts into partners.", "A visit costs 1,200 euros.")]
        ),
    ),
)
SURVEY = Report(
    "survey.pdf",
    "Partnership survey",
    (section("Barriers", blocks=[prose("Members named barriers such as language.", "Firms face distance alone.")]),),
)


ALL = Understanding()


class Model(HashEmbedder):
    """Takes the words that it knows for one token and all others for three."""

    def __init__(self, *known: str, name: str = "hash") -> None:
        super().__init__(name=name)
        self.known = {*known}

    def count_tokens(self, text: str) -> int:
        return 2 + sum(1 if word.lower() in self.known else 3 for word in text.split())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(build_store(tmp_path_factory.mktemp("understanding") / "store", GUIDE, SURVEY))
    yield opened
    opened.close()


def query(
    store: Store,
    text: str,
    *,
    focus: str = "",
    model: HashEmbedder | TransformerEmbedder | None = None,
    steps: Understanding = ALL,
) -> Query:
    documents = store.library.documents()
    return understand(text, Glossary(store.library), documents, model or Model(), focus=focus, steps=steps)


# --- language ---------------------------------------------------------------------------------------------------


def test_an_english_question_is_searched_as_it_is(store: Store) -> None:
    found = query(store, "Which barriers did members name?")
    assert (found.language, found.searched, found.unknown) == ("en", "Which barriers did members name?", ())
    assert found.searched == found.text == found.focused


def test_a_question_in_another_language_is_searched_in_english_and_kept_as_asked(store: Store) -> None:
    found = query(store, "Welche Barrieren nennen die Mitglieder?")
    assert (found.language, found.text) == ("de", "Welche Barrieren nennen die Mitglieder?")
    assert {"barrier", "member"} <= set(found.terms)


def test_words_without_english_are_left_out_and_told(store: Store) -> None:
    found = query(store, "¿Quién paga los zuecos de los miembros?")
    assert found.unknown == ("zuecos",)
    assert "zuecos" not in found.searched


def test_a_question_of_which_no_word_has_english_is_searched_as_it_is(store: Store) -> None:
    found = query(store, "Как найти партнёров?")
    assert (found.language, found.searched) == ("en", "Как найти партнёров?")


def test_the_last_part_is_put_into_english_with_the_whole(store: Store) -> None:
    found = query(store, "Was macht ein Cluster in Lissabon? Und was kostet es?", focus="Und was kostet es?")
    assert found.language == "de"
    assert found.focus == ("cost",)
    assert "Lisbon" in found.searched


def test_a_question_in_the_language_of_the_documents_is_not_translated(tmp_path: Path) -> None:
    german = Report(
        "bericht.pdf",
        "Bericht",
        (section("Kosten", blocks=[prose("Ein Besuch auf der Messe kostet die Mitglieder 300 Euro.")]),),
    )
    store = open_store(build_store(tmp_path / "store", german))
    found = query(store, "Was kostet der Besuch auf der Messe?")
    assert found.searched == "Was kostet der Besuch auf der Messe?"
    assert found.unknown == ()
    store.close()


def test_a_model_that_reads_the_language_gets_the_question_and_the_words_get_english_beside_it(store: Store) -> None:
    found = query(store, "Was kostet ein Besuch?", model=Model(name="multilingual-hash"))
    assert (found.language, found.searched) == ("de", "Was kostet ein Besuch?")
    assert {"cost", "visit"} <= set(found.added)
    assert found.unknown == ()


def test_a_numbered_part_is_found_in_a_question_of_any_language(store: Store) -> None:
    assert query(store, "Was soll nach Schritt 3 folgen?").references == (("step", "3"),)


def test_a_name_with_an_accent_that_the_documents_hold_is_not_unknown(store: Store) -> None:
    """Every unknown word makes an answer less likely."""
    found = query(store, "¿Qué hace Málaga por los miembros?")
    assert found.names == ("malaga",)
    assert found.unknown == ()


def test_a_last_part_in_another_language_than_the_part_before_is_put_into_english(store: Store) -> None:
    found = query(store, "What does step 3 turn contacts into? Und was kostet das?", focus="Und was kostet das?")
    assert found.focus == ("cost",)


# --- spelling ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("Which bariers do members name?", "Which barriers do members name?"),
        ("What do membrs name?", "What do members name?"),
        ("What do we prepare with partnres?", "What do we prepare with partners?"),
        ("What is an orgnaisatoin?", "What is an organisation?"),
    ],
)
def test_a_misspelt_word_is_put_right(store: Store, typed: str, searched: str) -> None:
    found = query(store, typed)
    assert (found.searched, found.text) == (searched, typed)


@pytest.mark.parametrize(
    "text",
    [
        "Which barrier does a member name?",  # other forms of words that the documents hold
        "Do bears and bikes matter?",  # short words, or near none
        "Does weather matter?",
        "Is BioVale like BarierX or FIRMZ?",  # capitals inside
        "What is 1,20O or R9x?",
    ],
)
def test_what_is_known_short_near_nothing_or_has_capitals_inside_is_left_alone(store: Store, text: str) -> None:
    assert query(store, text).searched == text


def test_a_word_that_the_model_knows_is_a_word_though_the_documents_do_not_hold_it(store: Store) -> None:
    assert query(store, "Which contracts help?", model=Model("contracts")).searched == "Which contracts help?"
    assert query(store, "Which contracts help?", model=Model()).searched == "Which contacts help?"


def test_a_question_in_another_language_is_not_put_right(store: Store) -> None:
    assert "barriers" not in query(store, "¿Quién paga los barrierz de los miembros?").searched


def test_the_last_part_is_put_right_too(store: Store) -> None:
    found = query(store, "What is step 3? Which bariers?", focus="Which bariers?")
    assert found.asked == "Which barriers?"


def test_a_name_is_not_taken_for_a_misspelt_word(store: Store) -> None:
    """The firm Memberg is in no document; to be told what members do would be an answer to another question."""
    assert query(store, "What does the firm Memberg offer?").searched == "What does the firm Memberg offer?"


def test_a_misspelt_name_stays_as_it_is(store: Store) -> None:
    """What is written with a capital may be another name, so it is never put right."""
    assert query(store, "What did they prepare in Lisbonn?").names == ("lisbonn",)


def test_a_name_with_an_accent_that_the_documents_hold_stays_as_it_is(store: Store) -> None:
    assert query(store, "What did they find in Málaga?").names == ("malaga",)


@pytest.mark.slow
@pytest.mark.parametrize("word", ["company", "football", "weather", "museum", "networks", "pasta", "finance"])
def test_the_shipped_model_knows_usual_words(store: Store, embedder: TransformerEmbedder, word: str) -> None:
    assert query(store, f"What does {word} bring?", model=embedder).searched == f"What does {word} bring?"


@pytest.mark.slow
def test_a_misspelt_word_is_none_for_the_shipped_model(store: Store, embedder: TransformerEmbedder) -> None:
    assert query(store, "Which bariers do membrs name?", model=embedder).searched == "Which barriers do members name?"


# --- abbreviations and names ------------------------------------------------------------------------------------


def test_an_abbreviation_gets_its_long_form_as_further_terms_and_is_embedded_as_it_is(store: Store) -> None:
    found = query(store, "What does the JIS name?")
    assert found.searched == "What does the JIS name?"
    assert {"joint", "strategi"} <= set(found.added)
    assert "jis" in found.terms


def test_an_abbreviation_with_its_long_form_beside_it_stays_as_it_is(store: Store) -> None:
    text = "What does the Joint International Strategy (JIS) name?"
    assert query(store, text).searched == text


@pytest.mark.parametrize("text", ["What do jis and Jis name?", "What does the ABC name?"])
def test_an_abbreviation_in_small_letters_or_unknown_to_the_documents_stays_as_it_is(store: Store, text: str) -> None:
    assert query(store, text).searched == text


def test_a_long_form_gets_its_abbreviation_as_a_further_term(store: Store) -> None:
    found = query(store, "What does the joint international strategy name?")
    assert found.added == ("jis",)
    assert "jis" not in found.terms


def test_a_name_of_several_words_gets_its_other_spelling_as_a_further_term(store: Store) -> None:
    assert query(store, "What does Laser Go Global do?").added == ("lasergoglob",)


@pytest.mark.parametrize("text", ["What does the JIS name?", "Who wrote the Joint International Strategy in Lisbon?"])
def test_no_term_is_added_that_the_question_holds(store: Store, text: str) -> None:
    found = query(store, text)
    assert not set(found.added) & set(found.terms)


# --- documents, numbered parts and sides ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "document", "searched"),
    [
        ("What do members say in the survey?", SURVEY, "What do members say ?"),
        ("According to the survey, which barriers are named?", SURVEY, ", which barriers are named?"),
        ("Which partners does the missions guide name?", GUIDE, "Which partners does name?"),
    ],
)
def test_a_document_that_is_named_restricts_the_search_and_is_not_searched_for(
    store: Store, text: str, document: Report, searched: str
) -> None:
    found = query(store, text)
    assert found.document_ids == (document.document_id,)
    assert (found.searched, found.text) == (searched, text)


def test_a_question_that_says_nothing_but_the_document_is_searched_as_it_is(store: Store) -> None:
    found = query(store, "the survey")
    assert (found.searched, found.document_ids) == ("the survey", (SURVEY.document_id,))


def test_two_documents_that_are_named_are_two_sides_and_no_restriction(store: Store) -> None:
    found = query(store, "Do the survey and the guide name the same barriers?")
    assert found.document_ids == ()
    assert [side.document_ids for side in found.sides] == [(SURVEY.document_id,), (GUIDE.document_id,)]
    assert all("barriers" in side.searched for side in found.sides)


@pytest.mark.parametrize("text", ["What do members say in the report?", "What do members say?"])
def test_a_kind_of_document_that_no_title_holds_restricts_nothing(store: Store, text: str) -> None:
    found = query(store, text)
    assert (found.document_ids, found.searched) == ((), text)


def test_two_numbered_parts_are_two_sides_with_the_words_around_them(store: Store) -> None:
    found = query(store, "How do steps 3 and 4 differ?")
    assert [side.references for side in found.sides] == [(("step", "3"),), (("step", "4"),)]
    assert [side.terms for side in found.sides] == [("step", "3"), ("step", "4")]  # neither side speaks of differing
    assert found.kind == "comparison"


def test_every_side_has_a_unit_vector_and_tokens_of_its_own(store: Store) -> None:
    for side in query(store, "How do steps 3 and 4 differ?").sides:
        assert float(side.vector @ side.vector) == pytest.approx(1.0)
        assert len(side.tokens.vectors) == len(side.tokens.spans) == len(side.searched.split())


# --- the last part ----------------------------------------------------------------------------------------------


def test_without_a_last_part_there_is_no_focus(store: Store) -> None:
    found = query(store, "What does step 3 turn?")
    assert (found.focus, found.asked, found.focus_tokens) == ((), "", None)
    assert found.codes is found.tokens.vectors


def test_the_last_part_weighs_as_much_as_the_whole(store: Store) -> None:
    found = query(store, "What does step 3 turn? And in Lisbon?", focus="And in Lisbon?")
    last, whole = Model().embed(["And in Lisbon?", "What does step 3 turn? And in Lisbon?"])
    both = last + whole
    np.testing.assert_allclose(found.vector, both / np.linalg.norm(both), atol=1e-6)
    assert len(found.codes) == 8 + 3


def test_what_the_last_part_names_goes_before_what_was_named_earlier(store: Store) -> None:
    found = query(store, "What does Alpha do in step 3? And in Lisbon?", focus="And in Lisbon?")
    assert (found.names, found.references) == (("lisbon",), ())
    assert found.focused == "And in Lisbon?"


def test_where_the_last_part_names_nothing_what_was_named_earlier_stays(store: Store) -> None:
    found = query(store, "What does step 3 turn? And why?", focus="And why?")
    assert found.references == (("step", "3"),)


def test_the_kind_of_answer_is_that_of_the_last_part(store: Store) -> None:
    assert query(store, "Which barriers are there? And how many?", focus="And how many?").kind == (
        query(store, "And how many?").kind
    )


def test_a_document_that_the_last_part_names_restricts_the_search(store: Store) -> None:
    found = query(store, "Who named barriers? And in the survey?", focus="And in the survey?")
    assert found.document_ids == (SURVEY.document_id,)


# --- steps, and any text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        (Understanding(translation=False, spelling=False), "Welche Barrieren nennen die Mitglieder?"),
        (Understanding(spelling=False), "Which bariers do membrs name?"),
        (Understanding(expansion=False), "What does the JIS name?"),
        (Understanding(restriction=False), "What do members say in the survey?"),
    ],
)
def test_a_step_that_is_not_taken_leaves_the_question_as_it_is(store: Store, steps: Understanding, text: str) -> None:
    found = query(store, text, steps=steps)
    assert (found.searched, found.added, found.document_ids) == (text, (), ())


def test_sides_are_left_out_where_that_step_is_not_taken(store: Store) -> None:
    assert query(store, "How do steps 3 and 4 differ?", steps=Understanding(sides=False)).sides == ()


@pytest.mark.parametrize("text", ["", "?!…", "🙂", "\u200b", "a" * 2_000, "und " * 400, "step 3 " * 200])
def test_a_text_of_any_kind_has_a_query_with_a_unit_vector(store: Store, text: str) -> None:
    found = query(store, text)
    assert found.text == text
    assert float(found.vector @ found.vector) == pytest.approx(1.0, abs=1e-5)


def test_a_store_without_documents_changes_nothing_in_an_english_question(tmp_path: Path) -> None:
    store = open_store(build_store(tmp_path / "store"))
    text = "Which bariers does the survey name, and what does the JIS cost?"
    found = query(store, text)
    assert (found.language, found.searched, found.document_ids) == ("en", text, ())
    store.close()


@given(st.text(max_size=80), st.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_a_question_is_kept_as_asked_and_never_added_to_by_its_own_terms(store: Store, text: str, focus: str) -> None:
    found = query(store, text, focus=focus)
    assert found.text == text
    assert not set(found.added) & set(found.terms)
    assert len(found.tokens.vectors) == len(found.tokens.spans)


def test_a_question_for_advice_is_searched_without_the_words_that_ask_for_it(store: Store) -> None:
    found = query(store, "Is it worth going on missions to Lisbon?")
    assert found.searched == "going on missions to Lisbon?"
    assert found.kind == "advice"
