from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from advisor.answering.sufficiency import USUAL, USUAL_ANSWERING, Signals, measure
from advisor.embedding import TransformerEmbedder
from advisor.retrieval.retriever import Retriever
from advisor.store.versions import Store, open_store
from tests.advisor.stores import HANDBOOK, SURVEY, Report, build_store, prose, searched, section, understood

ROUNDED = 0.03
"""Token vectors are kept in whole numbers: cosines are what they were within a few hundredths."""

SHARES = tuple(
    "passage late words said typed drop near answering asked coverage unknown new figures computing computers".split()
)
FLAGS = ("presupposes", "negated", "other_part")

WORDS = st.sampled_from(
    """fairs visits partners cost euros 1,200 300 500 step strand 3 4 R9 R4 Lisbon Harbour Cluster Harbours what how
    much many long who where when why does did members pay zebra quantum the a of and ? . ! language money 🙂 ü 找 2014
    percent between company""".split()
)
QUESTIONS = st.one_of(st.lists(WORDS, max_size=9).map(" ".join), st.text(max_size=30))


def measured(store: Store, question: str) -> Signals:
    return measure(store, *searched(store, question))


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Store]]:
    """Return the small store, one of a single word, one of punctuation only, and an empty one."""
    word = Report("word.pdf", "Word", (section("A", blocks=[prose("Zebra.")]),))
    marks = Report("marks.pdf", "", (section("", blocks=[prose("...")]), section("B", blocks=[prose("?")])))
    folder = tmp_path_factory.mktemp("sufficiency")
    held: list[tuple[Report, ...]] = [(HANDBOOK, SURVEY), (word,), (marks,), ()]
    opened = [open_store(build_store(folder / str(number), *reports)) for number, reports in enumerate(held)]
    yield opened
    for store in opened:
        store.close()


# --- ranges -----------------------------------------------------------------------------------------------------


def test_every_signal_is_a_share_or_a_flag() -> None:
    assert sorted(field.name for field in fields(Signals)) == sorted((*SHARES, *FLAGS))
    assert list(Signals().to_dict()) == [field.name for field in fields(Signals)]


@given(QUESTIONS, st.integers(0, 3))
@example("How many quantum", 0)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_signal_of_any_question_to_any_store_is_in_its_range(
    stores: list[Store], question: str, number: int
) -> None:
    found = measured(stores[number], question).to_dict()
    assert all(math.isfinite(value) for value in found.values())
    assert {name: found[name] for name in SHARES if not 0 <= found[name] <= 1} == {}
    assert {name: found[name] for name in FLAGS if found[name] not in (0.0, 1.0)} == {}


def test_a_cosine_below_0_or_above_1_by_rounding_counts_as_0_or_1() -> None:
    found = Signals(passage=-0.2, late=1.02, words=0.5)
    assert (found.passage, found.late, found.words) == (0.0, 1.0, 0.5)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=4), QUESTIONS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_store_of_any_sentences_can_be_measured(
    tmp_path_factory: pytest.TempPathFactory, sentences: list[str], question: str
) -> None:
    report = Report("any.pdf", "Any", (section("A", "Step 3", blocks=[prose(*sentences)]),))
    store = open_store(build_store(tmp_path_factory.mktemp("any") / "store", report))
    assert all(0 <= value <= 1 for value in measured(store, question).to_dict().values())
    store.close()


# --- nothing to measure -----------------------------------------------------------------------------------------


def test_without_hits_only_the_unknown_words_are_told(opened: Store) -> None:
    assert measure(opened, understood(opened, "Which visits bring partners?"), []) == Signals(unknown=0.0)


def test_hits_of_which_only_late_ones_are_left_are_measured_without_their_sentences(opened: Store) -> None:
    """As where every sentence of the first five gives orders to a program, and is left out."""
    query, hits = searched(opened, "Which visits bring partners?")
    late = [replace(hit, rank=rank) for rank, hit in enumerate(hits, start=6)]
    told = measure(opened, query, late)
    assert (told.typed, told.near) == (Signals().typed, USUAL)


def test_in_a_store_without_documents_nothing_is_known(stores: list[Store]) -> None:
    assert measured(stores[3], "Which visits bring partners?") == Signals(unknown=1.0)


@pytest.mark.parametrize("question", ["", "?!…", "Is it?"])
def test_a_question_without_content_words_covers_nothing_and_is_all_unknown(opened: Store, question: str) -> None:
    found = measured(opened, question)
    assert (found.words, found.coverage, found.typed, found.unknown) == (0.0, 0.0, 0.0, 1.0)


# --- scope ------------------------------------------------------------------------------------------------------


def test_words_that_one_passage_holds_are_covered_met_and_known(opened: Store) -> None:
    found = measured(opened, "What does a visit cost in euros?")
    assert (found.coverage, found.unknown) == (1.0, 0.0)
    assert found.words == pytest.approx(1.0, abs=ROUNDED)


def test_words_that_the_corpus_does_not_hold_are_unknown(opened: Store) -> None:
    found = measured(opened, "zebra quantum")
    assert (found.coverage, found.unknown) == (0.0, 1.0)


def test_a_question_about_other_things_is_less_near_than_one_about_the_corpus(opened: Store) -> None:
    ours, other = (measured(opened, text) for text in ("What does a visit cost?", "How does a zebra sleep at night?"))
    assert ours.passage > other.passage
    assert ours.late > other.late
    assert ours.words > other.words


def test_a_word_without_english_counts_as_unknown(opened: Store) -> None:
    assert measured(opened, "¿Quién paga los zuecos?").unknown > measured(opened, "¿Quién paga?").unknown


# --- the kind of value ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "What does a visit cost in euros?",
        "How long does step 3 take in months?",
        "How many partnerships named the barrier language?",
        "How much do members pay a year?",
    ],
)
def test_nothing_is_lost_where_the_sentence_that_meets_the_words_best_holds_the_value(
    opened: Store, question: str
) -> None:
    found = measured(opened, question)
    assert found.drop == 0.0
    assert found.typed > 0.5


def test_money_is_missed_where_the_sentence_with_the_words_of_the_question_names_no_sum(opened: Store) -> None:
    found = measured(opened, "How much money do policy makers finance joint missions with?")
    assert found.drop > 0.3
    assert found.near < 0.5


def test_no_value_at_all_is_a_drop_to_nothing(stores: list[Store]) -> None:
    found = measured(stores[1], "How much does a zebra cost?")
    assert found.typed == 0.0
    assert found.drop > 0.0


def test_a_question_that_any_statement_may_answer_has_no_drop(opened: Store) -> None:
    found = measured(opened, "What do visits bring?")
    assert (found.drop, found.near) == (0.0, USUAL)


def test_words_around_the_value_are_nearer_than_words_elsewhere(opened: Store) -> None:
    assert measured(opened, "What does a visit cost?").near > measured(opened, "What does a translator cost?").near


def test_what_an_organisation_should_hold_is_not_answered_by_a_name(opened: Store) -> None:
    assert measured(opened, "What should an organisation hold before leaving step 3?").drop == 0.0


# --- flags ------------------------------------------------------------------------------------------------------


def test_a_numbered_part_that_is_not_spoken_of_while_another_of_its_kind_is_is_told(opened: Store) -> None:
    assert measured(opened, "What should be held before leaving step 7?").other_part == 1.0


@pytest.mark.parametrize(
    "question",
    [
        "What should be held before leaving step 3?",
        "What should be held before leaving the third step?",
        "What is in annex 4?",  # of which no other is spoken
        "What does R9 ask policy makers?",
        "What do visits bring?",
    ],
)
def test_a_numbered_part_that_is_spoken_of_or_alone_of_its_kind_is_not(opened: Store, question: str) -> None:
    assert measured(opened, question).other_part == 0.0


# --- clusters of another kind -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "computing"),
    [
        ("Which kubernetes pods run in the cluster?", 1.0),
        ("How do I resize a docker cluster?", 0.5),
        ("Which LOAD BALANCER does a cluster take?", 0.5),
        ("How do I set up a load-balancer, nginx and redis?", 1.0),
        ("How do visits to fairs help a cluster?", 0.0),
        ("How does a cloud platform help members to go digital?", 0.0),
        ("", 0.0),
    ],
)
def test_words_of_computing_clusters_are_counted_up_to_two(opened: Store, question: str, computing: float) -> None:
    assert measured(opened, question).computing == computing


def test_words_of_computing_clusters_are_counted_without_any_hit(stores: list[Store]) -> None:
    assert measured(stores[3], "Which kubernetes pods run in the cluster?").computing == 1.0


@pytest.mark.parametrize(
    "question",
    [
        "Which textile members spin yarn and thread?",
        "Is there a database of cluster organisations?",
        "Who pays for the replication of a good practice?",
        "How do small firms choose a firewall?",
    ],
)
def test_words_that_industry_clusters_use_too_count_half_at_most(opened: Store, question: str) -> None:
    """Two words that computing clusters alone have decline a question that the documents answer."""
    assert measured(opened, question).computing <= 0.5


@pytest.mark.parametrize(
    ("question", "presupposes"),
    [
        ("Why do visits bring partners?", 1.0),
        ("How did small firms manage to find partners?", 1.0),
        ("Given that visits are free, who pays for the hotel?", 1.0),
        ("Since nobody visits fairs, how are partners found?", 1.0),
        ("As visits are the last step, what comes before them?", 1.0),
        ("Since when do visits bring partners?", 0.0),
        ("As a small firm what do visits bring?", 0.0),
        ("How did visits bring partners?", 0.0),
        ("What do visits bring?", 0.0),
    ],
)
def test_a_question_that_takes_something_for_granted_is_told(opened: Store, question: str, presupposes: float) -> None:
    assert measured(opened, question).presupposes == presupposes


@pytest.mark.parametrize(
    ("question", "negated", "figures"),
    [
        ("What do visits bring?", 0.0, 0.0),
        ("Why do visits not bring partners?", 1.0, 0.0),
        ("Which of the 19 partnerships named the barrier language?", 0.0, 1 / 3),
        ("Did 3 of 4 firms or 12 of 19 visit 2 fairs?", 0.0, 1.0),
    ],
)
def test_negations_and_up_to_three_figures_of_a_question_are_told(
    opened: Store, question: str, negated: float, figures: float
) -> None:
    found = measured(opened, question)
    assert found.negated == negated
    assert found.figures == pytest.approx(figures)


# --- the question word ------------------------------------------------------------------------------------------


def test_a_question_without_a_question_word_is_met_as_usual(opened: Store) -> None:
    assert measured(opened, "visits to trade fairs").answering == USUAL_ANSWERING


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "answers", "does_not"),
    [
        (
            "How many partnerships answered the survey?",
            "The survey was answered by 19 partnerships.",
            "The survey was answered by partnerships from the north.",
        ),
        (
            "When was the survey closed?",
            "The survey was closed on 21 November 2018.",
            "The survey was closed by the observatory.",
        ),
        (
            "Why did the clusters give up the workshop?",
            "The clusters gave up the workshop because nobody used it.",
            "The clusters gave up the workshop and the courses.",
        ),
    ],
)
def test_question_words_are_met_better_where_a_sentence_answers_them(
    tmp_path: Path, embedder: TransformerEmbedder, question: str, answers: str, does_not: str
) -> None:
    """The model gives "how many" and a number, or "when" and a date, like vectors."""
    found = []
    for number, told in enumerate((answers, does_not)):
        report = Report("survey.pdf", "Survey", (section("Survey", blocks=[prose(told)]),))
        with closing(open_store(build_store(tmp_path / str(number), report, embedder=embedder))) as store:
            retriever = Retriever(store, embedder)
            query = retriever.understand(question)
            found.append(measure(store, query, retriever.retrieve(query)).answering)
    assert found[0] > found[1]


def test_new_are_the_names_and_figures_that_the_question_does_not_hold_of_six(opened: Store) -> None:
    assert measured(opened, "What bring visits to trade fairs?").new == pytest.approx(0 / 6)
    assert measured(opened, "What does a visit cost in euros?").new == pytest.approx(1 / 6)  # 1,200


def test_the_same_question_has_the_same_signals_again(tmp_path: Path) -> None:
    first, second = (open_store(build_store(tmp_path / name, HANDBOOK, SURVEY)) for name in "ab")
    question = "What should be held before leaving step 3?"
    assert measured(first, question) == measured(second, question) == measured(first, question)
    first.close()
    second.close()
