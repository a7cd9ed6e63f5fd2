"""An answer says what its quotes say: figures, dates and names exactly, and nothing beside its sentences."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import FEE, ROW, WRAPPED, Record, Verify

Answered = Callable[..., Record]


@pytest.mark.parametrize(
    "told",
    [
        "The Harbour Cluster sends 12 firms to Porto and pays half of their stands.",
        "Half of the cost of a stand in Porto is paid.",
        "The Harbour Cluster pays half of the stand at a fair.",
    ],
)
def test_a_written_sentence_with_the_figures_and_names_of_its_quote_is_proved(
    answered: Answered, verify: Verify, told: str
) -> None:
    assert verify(answered(WRAPPED, told={WRAPPED: told}, mode="generative")) == []


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("The Harbour Cluster sends 13 firms to Porto.", "has a figure that is not in its quotes, 13"),
        ("It takes 300 euros to go to Porto.", "has a figure that is not in its quotes, 300"),
        ("It sends 12 firms to Porto in 2019.", "has a figure that is not in its quotes, 2019"),
        ("It sends 12 firms to Gdansk.", "has a name that is not in its quotes, gdansk"),
        ("The Bavaria Cluster sends 12 firms to Porto.", "has a name that is not in its quotes, bavaria"),
    ],
)
def test_a_written_sentence_with_a_figure_date_or_name_from_elsewhere_is_a_problem(
    answered: Answered, verify: Verify, told: str, problem: str
) -> None:
    """300 and Gdansk stand on the same page: that is not enough for a sentence that is called supported."""
    assert verify(answered(WRAPPED, told={WRAPPED: told}, mode="generative")) == [
        f"sentence 1 {problem}: {told!r}; ask again"
    ]


def test_a_month_from_elsewhere_is_a_figure_from_elsewhere(answered: Answered, verify: Verify) -> None:
    told = "It sends 12 firms to Porto in June."
    found = verify(answered(WRAPPED, told={WRAPPED: told}, mode="generative"))
    assert [problem.partition(":")[0] for problem in found] == ["sentence 1 has a figure that is not in its quotes, 6"]


@pytest.mark.parametrize("figure", ["300", "999"])
def test_a_written_sentence_that_carries_a_doubt_has_the_figures_of_its_quote(
    answered: Answered, verify: Verify, figure: str
) -> None:
    """300 stands on the same page: the checks under which it is written refuse it all the same."""
    told = f"The Harbour Cluster pays {figure} euros."
    record = answered(WRAPPED, told={WRAPPED: told}, mode="generative")
    record["sentences"][0]["support"] = "partial"
    record["answer"] = f"{told} [1] (only partly borne out by the page)"
    assert verify(record)[0].startswith(f"sentence 1 has a figure that is not in its quotes, {figure}")


def test_a_written_sentence_that_is_called_unsupported_claims_nothing(answered: Answered, verify: Verify) -> None:
    record = answered(FEE, told={FEE: "Nobody pays 999 euros."}, mode="generative")
    record["sentences"][0]["support"] = "unsupported"
    record["answer"] += " (not borne out by the page)"
    assert verify(record) == []


@pytest.mark.parametrize("support", ["unsupported", "sure", ""])
def test_an_answer_made_of_quotes_has_no_sentence_that_they_do_not_bear_out(
    answered: Answered, verify: Verify, support: str
) -> None:
    record = answered(FEE)
    record["sentences"][0]["support"] = support
    assert verify(record) == [
        f"sentence 1 is called {support!r}, which is no support of such an answer: {FEE!r}; ask again"
    ]


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (ROW.replace("12", "7"), "is no sentence of its passage in the store"),
        (ROW.replace("12", "13"), "has a figure that is not on its pages, 13"),
        (ROW.replace("Porto", "Lisbon"), "has a word that is not on its pages, lisbon"),
        (ROW.replace("Month", "Weekday"), "has a word that is not on its pages, weekday"),
    ],
)
def test_a_row_with_another_cell_or_column_is_a_problem(
    answered: Answered, verify: Verify, told: str, problem: str
) -> None:
    """The 7 stands in another row of the table."""
    assert any(said.startswith(f"sentence 1 {problem}") for said in verify(answered(ROW, told={ROW: told})))


def test_figures_in_cells_side_by_side_are_read_one_by_one(answered: Answered, verify: Verify) -> None:
    """12 and 340 are not 12 340, and each stands at the beginning of a line of its page."""
    assert verify(answered(ROW)) == []


def test_a_figure_changed_in_sentence_and_text_is_a_problem(answered: Answered, verify: Verify) -> None:
    record = answered(WRAPPED, FEE)
    changed = FEE.replace("300", "360")
    record["sentences"][1]["text"] = changed
    record["answer"] = record["answer"].replace(FEE, changed)
    assert verify(record) == [f"sentence 2 is not what its quotes say: {changed!r}; ask again"]


def test_a_figure_changed_in_the_text_alone_is_a_problem(answered: Answered, verify: Verify) -> None:
    record = answered(WRAPPED, FEE)
    record["answer"] = record["answer"].replace("300", "360")
    assert any(said.startswith("sentence 2 is not in the text of the answer") for said in verify(record))


def test_a_sentence_taken_out_of_the_list_but_left_in_the_text_is_a_problem(answered: Answered, verify: Verify) -> None:
    record = answered(WRAPPED, FEE)
    record["sentences"].pop()
    assert any(said.startswith("the answer says more than its sentences") for said in verify(record))


def test_the_note_on_the_language_of_the_sources_may_stand_behind_the_sentences(
    answered: Answered, verify: Verify
) -> None:
    record = answered(FEE)
    record["answer"] += "\n\nDie Quellen sind auf Englisch."
    assert verify(record) == []
    record["answer"] += " Sie sind gut."
    assert verify(record) == ["the answer says more than its sentences: 'Sie sind gut.'; ask again"]


def test_a_note_that_the_record_gives_as_such_may_stand_behind_the_sentences(
    answered: Answered, verify: Verify
) -> None:
    record = answered(FEE)
    record["answer"] += "\n\nWith these, the list is complete."
    assert verify(record | {"note": "With these, the list is complete."}) == []


def test_a_note_that_is_none_of_our_own_is_a_problem(answered: Answered, verify: Verify) -> None:
    claim = "Every visit is paid by the city."
    record = answered(FEE) | {"note": claim}
    record["answer"] += f"\n\n{claim}"
    assert verify(record) == [
        f"the note says what no note of ours says: {claim!r}; ask again",
        f"the answer says more than its sentences: {claim!r}; ask again",
    ]
