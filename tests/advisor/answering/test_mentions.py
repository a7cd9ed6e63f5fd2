"""A search for words tells what holds them all, how often, and what stands nowhere."""

from __future__ import annotations

import pytest

from advisor import Advisor
from advisor.answering.mentions import Mentions
from advisor.errors import CorpusError, UsageError
from tests.advisor.stores import Report, build_store, prose, section
from tests.fakes import HashEmbedder

REPORT = Report(
    "plan.pdf",
    "Annual plan",
    (
        section("1 Training", blocks=[prose("Welders are trained in two valleys.", "Smiths come later.")]),
        section("2 Fairs", blocks=[prose("Nobody came.", "A welder went to the fair in Oslo.")]),
        section("3 Visits", blocks=[prose("Partners visit each other.")]),
    ),
)


@pytest.fixture(scope="module")
def advisor(tmp_path_factory: pytest.TempPathFactory) -> Advisor:
    path = build_store(tmp_path_factory.mktemp("mentions") / "store", REPORT)
    return Advisor.open(path, embedder=HashEmbedder())


def headings(found: Mentions) -> tuple[list[str], list[str]]:
    """Where the words are, and what comes near."""
    exact, near = ([mention.passage.section[-1] for mention in mentions] for mentions in (found.exact, found.near))
    return exact, near


def test_passages_that_hold_the_words_come_first_and_all_of_them_are_counted(advisor: Advisor) -> None:
    found = advisor.mentions("welder", k=3)
    exact, near = headings(found)
    assert (found.count, sorted(exact), near, found.lost) == (2, ["1 Training", "2 Fairs"], ["3 Visits"], ())
    found = advisor.mentions("welder", k=1)
    assert (found.count, len(found.exact), found.near) == (2, 1, ())


@pytest.mark.parametrize(
    ("words", "lost"),
    [("Mongolia", ("Mongolia",)), ("Welders in Mongolia", ("Mongolia",)), ("welders visit", ()), ("how", ())],
)
def test_where_no_passage_holds_all_words_those_that_stand_nowhere_are_named(
    advisor: Advisor, words: str, lost: tuple[str, ...]
) -> None:
    found = advisor.mentions(words, k=3)
    assert (found.count, found.exact, len(found.near), found.lost) == (0, (), 3, lost)


def test_what_comes_near_names_its_nearest_sentence(advisor: Advisor) -> None:
    found = advisor.mentions("who visited the fair in Mongolia", k=3)
    best = {mention.passage.section[-1]: mention.best and mention.best.text for mention in found.near}
    assert best["2 Fairs"] == "A welder went to the fair in Oslo."


def test_nothing_typed_is_refused(advisor: Advisor) -> None:
    with pytest.raises(UsageError):
        advisor.mentions(" ? ")


def test_a_sentence_is_known_by_its_id(advisor: Advisor) -> None:
    (sentence,) = advisor.mentions("visit").exact[0].passage.sentences
    assert advisor.sentence(sentence.sentence_id) == sentence


@pytest.mark.parametrize("unknown", ["", "x", "../x-1", "d-0001-01"])
def test_a_sentence_that_is_not_there_is_an_error(advisor: Advisor, unknown: str) -> None:
    with pytest.raises(CorpusError, match="search anew"):
        advisor.sentence(unknown)
