"""A sentence that a chat model wrote passes the checks once more under which it was written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import AGREEMENTS, FEE, NO_FAIR, Record, Verify

Answered = Callable[..., Record]

SIGNED = "Most of the partnerships have signed agreements with partners abroad."


@pytest.fixture
def written(answered: Answered) -> Callable[[str, str], Record]:
    """Return what makes the record of a written answer of one sentence, which cites the one on agreements."""

    def write(text: str, support: str) -> Record:
        record = answered(AGREEMENTS, told={AGREEMENTS: text}, mode="generative")
        record["sentences"][0]["support"] = support
        record["answer"] += " (only partly borne out by the page)" * (support == "partial")
        return record

    return write


@pytest.mark.parametrize("support", ["supported", "partial"])
@pytest.mark.parametrize(
    "text",
    [
        SIGNED,
        "Agreements with partners abroad were signed by most partnerships.",
        "The majority of the partnerships signed agreements.",
        "Die meisten Partnerschaften haben Vereinbarungen mit Partnern im Ausland unterzeichnet.",
    ],
)
def test_a_paraphrase_is_proved(written: Callable[[str, str], Record], verify: Verify, text: str, support: str) -> None:
    assert verify(written(text, support)) == []


@pytest.mark.parametrize("support", ["supported", "partial"])
@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("have signed", "have never signed", "says no where its quotes do not, or the other way round"),
        ("Most", "Few", "says of more or fewer what its quotes say"),
        ("Most", "All", "says of more or fewer what its quotes say"),
        ("agreements", "lawsuits", "says something else than its quotes"),
        (SIGNED, "Members should never pay their taxes.", "says"),
        (SIGNED, "Trams are painted blue in winter.", "says something else than its quotes"),
        ("partners abroad", "Bavaria", "has a name that is not in its quotes, bavaria"),
        ("Most", "17", "has a figure that is not in its quotes, 17"),
    ],
)
def test_a_written_sentence_that_says_otherwise_is_a_problem(
    written: Callable[[str, str], Record], verify: Verify, support: str, old: str, new: str, problem: str
) -> None:
    [said] = verify(written(SIGNED.replace(old, new), support))
    assert said.startswith(f"sentence 1 {problem}")


def test_a_verbatim_part_that_leaves_a_no_out_is_a_problem(answered: Answered, verify: Verify) -> None:
    record = answered(AGREEMENTS, told={AGREEMENTS: "Partnerships have signed agreements."}, mode="generative")
    record["sentences"][0]["support"] = "verbatim"
    assert verify(record) == []
    record = answered(NO_FAIR, told={NO_FAIR: "Cluster goes to fairs in winter."}, mode="generative")
    record["sentences"][0]["support"] = "verbatim"
    assert verify(record)[0].startswith("sentence 1 says no where its quotes do not")


def test_an_answer_from_the_sources_that_is_said_to_be_written_is_checked_as_such(
    answered: Answered, verify: Verify
) -> None:
    record = answered(FEE)
    record["mode"] = "generative"
    assert verify(record) == []
    record["sentences"][0] |= {"text": "Trams are painted blue in winter.", "support": "supported"}
    record["answer"] = "Trams are painted blue in winter. [1]"
    assert verify(record)[0].startswith("sentence 1 says something else than its quotes")
