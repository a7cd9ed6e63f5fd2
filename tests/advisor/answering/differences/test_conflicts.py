"""Where reports differ on what is asked, with invented reports; and on the originals where they are at hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor import Advisor
from advisor.answering.differences.conflicts import LOOKED_AT, Disagreement, disagreements
from advisor.answering.differences.namings import same_name
from advisor.answering.wording import conflict_note, report_and_year
from advisor.embedding import TransformerEmbedder
from advisor.records import Document, Hit
from advisor.retrieval.retriever import Retriever
from advisor.retrieval.understanding import Query
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Line, Report, build_store, listed, prose, section, table
from tests.conftest import ROOT
from tests.fakes import HashEmbedder

Found = Callable[[str], list[Disagreement]]

MEMBERS = "How many members does the Baltic Harbour Network have?"


def report(name: str, *blocks: tuple[Line, ...], heading: str = "Results") -> Report:
    return Report(f"{name}.pdf", name.title(), tuple(section(heading, blocks=[block]) for block in blocks))


@contextmanager
def opened(path: Path, *reports: Report) -> Iterator[Store]:
    store = open_store(build_store(path / "store", *reports))
    yield store
    store.close()


def looked_up(store: Store, question: str) -> tuple[Query, list[Hit]]:
    retriever = Retriever(store, HashEmbedder())
    query = retriever.understand(question)
    return query, retriever.retrieve(query, k=LOOKED_AT)


def values(path: Path, question: str, *reports: Report) -> set[str]:
    """Return the values that a question brings up as different, "" where it brings up nothing."""
    with opened(path, *reports) as store:
        return {one.value for found in disagreements(store, *looked_up(store, question)) for one in found.said}


def two(one: str, other: str) -> tuple[Report, Report]:
    return report("ledger", prose(one)), report("review", prose(other))


def test_two_reports_with_different_counts_of_the_same_things_disagree(tmp_path: Path) -> None:
    reports = two("The Baltic Harbour Network has 39 members.", "The Baltic Harbour Network has grown to 45 ports.")
    with opened(tmp_path, *reports) as store:
        assert disagreements(store, *looked_up(store, MEMBERS)) == []  # ports need not be members
    reports = two("The Baltic Harbour Network has 39 members.", "The Baltic Harbour Network has grown to 45 clusters.")
    with opened(tmp_path / "again", *reports) as store:
        [found] = disagreements(store, *looked_up(store, MEMBERS))
        assert found.what == "the number of members"
        assert {(one.value, one.hit.document.file) for one in found.said} == {
            ("39 members", "ledger.pdf"),
            ("45 clusters", "review.pdf"),
        }
        assert not found.is_within_one_report


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "When did the harbour survey close?",
            "The harbour survey was closed on 21 November 2018.",
            "The harbour survey was launched on 2 May 2018 and stayed open until 14 December 2018.",
        ),
        (
            "How many ports should there be in a consortium?",
            "A consortium with 3 to 5 ports works well.",
            "A consortium with 4 to 6 ports works well.",
        ),
        (
            "What is the smallest number of ports in a Tide project?",
            "Each Tide project has between 6 and 13 ports.",
            "A minimum of 5 ports was seen in a Tide project.",
        ),
        (
            "Have most of the harbour partnerships signed an agreement?",
            "More than half of the harbour partnerships have signed an agreement.",
            "Most of the harbour partnerships have not signed an agreement.",
        ),
        (
            "How long does the pilot training last?",
            "The pilot training has a duration of 24 months.",
            "The pilot training has a duration of three years.",
        ),
    ],
)
def test_values_of_any_kind_that_cannot_both_be_true_are_shown(
    tmp_path: Path, question: str, one: str, other: str
) -> None:
    assert len(values(tmp_path, question, *two(one, other))) == 2


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (MEMBERS, "The Baltic Harbour Network has 39 members.", "The Baltic Harbour Network has around 40 members."),
        (MEMBERS, "The Baltic Harbour Network has 39 members.", "The Baltic Harbour Network has over 30 members."),
        (MEMBERS, "The Baltic Harbour Network has 39 members.", "The Nordic Harbour Network has 45 members."),
        (MEMBERS, "The Baltic Harbour Network has 39 members.", "The Baltic Harbour Network plans for 45 members."),
        (MEMBERS, "The Baltic Harbour Network has 39 members.", "The Baltic Harbour Network has 13 cranes."),
        (
            "How many harbour partnerships signed an agreement?",
            "Two Strand 1 harbour partnerships signed an agreement.",
            "Five Strand 2 harbour partnerships signed an agreement.",
        ),
        (
            "How many ports answered the harbour survey?",
            "Twelve ports answered the first harbour survey.",
            "Fifteen ports answered the second harbour survey.",
        ),
        (
            "How many harbour partnerships attend events?",
            "Sixteen harbour partnerships attend events in the region.",
            "Thirteen harbour partnerships attend events outside the region.",
        ),
        (
            "When did the harbour survey begin?",
            "The harbour survey was launched on 2 May 2018.",
            "The harbour survey was closed on 21 November 2018.",
        ),
        (
            "How long does the pilot training last?",
            "The pilot training has a duration of 24 months.",
            "The pilot training has a duration of two years.",
        ),
        (
            "What percentage of Strand 2 ports reported a barrier?",
            "On barriers, 40% of Strand 2 ports reported a barrier, against 18% of Strand 1 ports.",
            "A barrier was reported by 18% of Strand 1 ports.",
        ),
        (
            "When did the HBR-2 ports start?",
            "The HBR-2 ports started on 2 May 2018.",
            "The dual-use HBR-2 ports started on 21 November 2019.",
        ),
        ("Why do harbours cooperate?", "Harbours cooperate with 39 members.", "Harbours cooperate with 45 members."),
    ],
)
def test_values_that_agree_or_belong_to_different_things_are_not_shown(
    tmp_path: Path, question: str, one: str, other: str
) -> None:
    assert values(tmp_path, question, *two(one, other)) == set()


def test_parts_of_one_list_or_paragraph_do_not_disagree_with_each_other(tmp_path: Path) -> None:
    broken_down = report(
        "ledger",
        listed("Barriers of the harbour partnerships:", "Money for fairs (8 partnerships).", "Staff (5 partnerships)."),
        prose("In spring 12 harbour partnerships answered.", "In autumn 9 harbour partnerships answered."),
    )
    assert values(tmp_path, "How many harbour partnerships answered?", broken_down) == set()
    assert values(tmp_path / "b", "How many partnerships named barriers of money for fairs?", broken_down) == set()


def test_items_of_lists_about_different_groups_do_not_disagree(tmp_path: Path) -> None:
    lists = report(
        "ledger",
        listed("Benefits for the harbours:", "Transfer of port technology (3 partnerships)"),
        listed("Benefits for small firms:", "Transfer of port technology (1 partnership)"),
    )
    assert values(tmp_path, "How many partnerships had a transfer of port technology?", lists) == set()


def test_where_each_of_many_things_has_its_own_value_nothing_is_shown(tmp_path: Path) -> None:
    many = [report(f"ledger {i}", prose(f"The harbour course takes {i} days.")) for i in (2, 4, 6, 8)]
    assert values(tmp_path, "How long does the harbour course take?", *many[:3]) == {"2 days", "4 days", "6 days"}
    assert values(tmp_path / "b", "How long does the harbour course take?", *many) == set()


def test_a_report_that_contradicts_itself_is_named_once_with_its_pages(tmp_path: Path) -> None:
    itself = Report(
        "ledger-2019.pdf",
        "Harbour ledger",
        (
            section("Summary", blocks=[prose("The harbour course takes 2 days.")]),
            section("Chapter", blocks=[prose("The harbour course takes 5 days.")], opens_page=True),
        ),
    )
    with opened(tmp_path, itself) as store:
        [found] = disagreements(store, *looked_up(store, "How long does the harbour course take?"))
        assert found.is_within_one_report
        said = sorted(found.said, key=lambda one: one.value)
        note = conflict_note(replace(found, said=tuple(said)), [(1,), (2,)])
    assert note == (
        "One report (Harbour ledger, 2020) says different things about the duration: "
        "2 days (page 1) [1]; 5 days (page 2) [2]."
    )


def test_a_question_about_one_document_brings_up_that_document_only(tmp_path: Path) -> None:
    reports = two("The harbour course takes 2 days.", "The harbour course takes 5 days.")
    with opened(tmp_path, *reports) as store:
        query, hits = looked_up(store, "How long does the harbour course take?")
        assert disagreements(store, query, hits)
        assert disagreements(store, replace(query, document_ids=(reports[0].document_id,)), hits) == []


def test_an_abbreviation_with_two_long_forms_is_shown_with_both(tmp_path: Path) -> None:
    reports = two(
        "The Baltic Harbour Forum (BHF) met in Riga.", "Ports founded the Business Haven Federation (BHF) in Riga."
    )
    assert values(tmp_path, "What does BHF stand for?", *reports) == {
        "Baltic Harbour Forum",
        "Business Haven Federation",
    }
    reports = two(
        "The Joint Harbour Strategy (JHS) is short.", "Ports write joint harbour strategies (JHS) that are short."
    )
    assert values(tmp_path / "b", "What does JHS stand for?", *reports) == set()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Joint International Strategy", "joint internationalisation strategies", True),
        ("Enterprise Europe Network", "European Enterprise Network", True),
        ("Maritime Observation", "Maritime Observation Technologies", True),
        ("European Aerospace Partnership", "European Aviation Platform", False),
        ("Smart Mobility", "Healthcare", False),
    ],
)
def test_forms_of_one_name_are_told_from_two_names(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) == same_name(other, one) == same


PROFILE = table(
    ("Elbe Blue energy", "Name: Elbe; Sector: Blue energy"),
    ("Tide Smart mobility", "Name: Tide; Sector: Smart mobility"),
)


def events(*sectors: str) -> tuple[Line, ...]:
    names = ("Tide", "Tide", "Elbe", "Elbe")
    rows = [
        (f"{name} Fair {i} {sector}", name, i, sector)
        for i, (name, sector) in enumerate(zip(names, sectors, strict=True))
    ]
    return table(*((on_page, f"{name} — Event: Fair {i}; Sector: {sector}") for on_page, name, i, sector in rows))


def test_tables_that_give_a_name_different_cells_in_one_column_disagree(tmp_path: Path) -> None:
    tables = report("ledger", PROFILE, events("Healthcare", "Healthcare", "Blue energy", "Blue energy"))
    assert values(tmp_path, "Which sector does Tide belong to?", tables) == {"Smart mobility", "Healthcare"}
    assert values(tmp_path / "b", "Which sector does Elbe belong to?", tables) == set()


def test_a_column_that_changes_from_row_to_row_of_a_name_is_not_compared(tmp_path: Path) -> None:
    tables = report("ledger", PROFILE, events("Healthcare", "Food", "Blue energy", "Textile"))
    assert values(tmp_path, "Which sector does Tide belong to?", tables) == set()


def test_the_source_of_a_value_is_its_title_with_the_year_that_is_known() -> None:
    document = Document("d", "ledger-2019.pdf", "ledger-2019.pdf", "Harbour ledger", 1, "0" * 64)
    assert report_and_year(document) == "Harbour ledger, 2019"
    assert report_and_year(replace(document, year=2018)) == "Harbour ledger, 2018"
    assert report_and_year(replace(document, title="ledger-2019")) == "ledger-2019"
    assert report_and_year(replace(document, file="ledger.pdf")) == "Harbour ledger"


# ---- in an answer ---------------------------------------------------------------------------------------------------


def test_an_answer_states_both_values_with_their_reports_and_markers_that_resolve(tmp_path: Path) -> None:
    reports = two("The Baltic Harbour Network has 39 members.", "The Baltic Harbour Network has now got 45 members.")
    advisor = Advisor.open(build_store(tmp_path / "store", *reports), embedder=HashEmbedder())
    answer = advisor.ask(MEMBERS)
    assert not answer.abstained
    [line] = answer.conflicts
    assert line.startswith("The reports differ on the number of members: ")
    for value, title in (("39 members", "Ledger"), ("45 members", "Review")):
        [citation] = [each for each in answer.citations if each.title == title]
        assert f"{value} ({title}, 2020) [{citation.marker}]" in line
        assert value in citation.quote
    assert answer.answer.endswith(line)
    assert all(line not in sentence.text for sentence in answer.sentences)
    assert answer.to_dict()["conflicts"] == [line]


def test_a_disagreement_that_a_sentence_of_the_answer_states_is_not_told_again(tmp_path: Path) -> None:
    stated = "The Baltic Harbour Network has 39 members or 45 members."
    reports = two(
        "The Baltic Harbour Network has 39 members that meet in Riga on quiet mornings.",
        "The Baltic Harbour Network has 45 members that meet in Riga on quiet evenings.",
    )
    path = build_store(tmp_path / "store", *reports)
    assert Advisor.open(path, embedder=HashEmbedder()).ask(MEMBERS).conflicts
    build_store(path, report("summary", prose(stated)))
    answer = Advisor.open(path, embedder=HashEmbedder()).ask(MEMBERS)
    assert stated in [sentence.text for sentence in answer.sentences]
    assert answer.conflicts == ()


def test_an_answer_that_declines_shows_no_disagreement(tmp_path: Path) -> None:
    reports = two("The Baltic Harbour Network has 39 members.", "The Baltic Harbour Network has now got 45 members.")
    advisor = Advisor.open(build_store(tmp_path / "store", *reports), embedder=HashEmbedder())
    answer = advisor.ask("How many pods does kubernetes schedule on a node?")
    assert answer.abstained
    assert answer.conflicts == ()


# ---- invariants -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    reports = [
        *two("The harbour course takes 2 days.", "The harbour course takes 5 days for most staff."),
        report("third", prose("The harbour course takes 9 days."), prose("The harbour fair lasts 3 days.")),
    ]
    with opened(tmp_path_factory.mktemp("several"), *reports) as store:
        yield store


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_the_hits_does_not_matter(several: Store, data: st.DataObject) -> None:
    query, hits = looked_up(several, "How long does the harbour course take?")
    shuffled = data.draw(st.permutations(hits))
    expected = disagreements(several, query, hits)
    assert expected
    assert disagreements(several, query, shuffled) == expected


@given(number=st.integers(2, 5_000))
@settings(max_examples=20, deadline=None)
def test_equal_values_never_disagree(tmp_path_factory: pytest.TempPathFactory, number: int) -> None:
    one, other = f"The harbour register lists {number} ships.", f"In the harbour register there are {number:,} ships."
    path = tmp_path_factory.mktemp("equal")
    assert values(path, "How many ships does the harbour register list?", *two(one, other)) == set()


# ---- the originals --------------------------------------------------------------------------------------------------

SETS = ROOT / "benchmarks" / "conflicts"
SHOWN = {"d-01", "d-03", "d-04", "d-05", "d-07", "d-08", "d-09", "d-11", "d-12", "d-13"}
"""Real disagreements of the five reports that are shown; benchmarks/results/conflicts.json says which are missed."""


@pytest.mark.slow
def test_real_disagreements_of_the_reports_are_shown_and_no_others(
    reports_store: Path, embedder: TransformerEmbedder
) -> None:
    from benchmarks.conflicts import shows

    advisor = Advisor.open(reports_store, embedder=embedder)
    differ, agree = (
        [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        for name in ("disagreements", "agreements")
    )
    found = {each["id"] for each in differ if shows(advisor.ask(each["question"]).conflicts, each["values"])}
    assert found == SHOWN
    assert [each["id"] for each in agree if advisor.ask(each["question"]).conflicts] == []


def test_a_sentence_that_gives_both_values_denies_neither(tmp_path: Path) -> None:
    told = two(
        "The Baltic Harbour Network has 52 members, of which 40 answered.", "The Baltic Harbour Network has 40 members."
    )
    assert values(tmp_path, MEMBERS, *told) == set()
