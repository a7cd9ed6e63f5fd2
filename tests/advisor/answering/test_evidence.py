from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.answering.evidence import WEIGHTS, Evidence, gather, rarity
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, listed, prose, searched, section, table, understood


def gathered(store: Store, question: str) -> list[Evidence]:
    return gather(store, *searched(store, question))


def scores(store: Store, question: str) -> dict[str, float]:
    return {item.sentence.text: item.score for item in gathered(store, question)}


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Store]:
    """A store in which sentences hold the same words and differ in one thing."""
    report = Report(
        "twins.pdf",
        "Twins",
        (
            section(
                "Members",
                blocks=[
                    prose("Fairs help members."),
                    prose("Do fairs help members?"),
                    prose("This section describes how fairs help members."),
                    prose("Source: fairs help members."),
                    prose("Table 3 Fairs help members."),
                    prose("Members help fairs with and and " + "very " * 60 + "much."),
                    prose("Members help at fairs without end"),
                ],
            ),
        ),
    )
    store = open_store(build_store(tmp_path / "store", report))
    yield store
    store.close()


def test_the_sentence_with_the_words_of_the_question_comes_first(opened: Store) -> None:
    assert gathered(opened, "What does a visit cost in euros?")[0].sentence.text == "A visit costs about 1,200 euros."


def test_evidence_comes_by_falling_score_with_its_hit(opened: Store) -> None:
    found = gathered(opened, "Which visits bring partners?")
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    assert all(item.sentence in item.hit.passage.sentences for item in found)


def test_a_sentence_that_meets_the_words_of_the_question_goes_before_one_that_is_like_the_whole(opened: Store) -> None:
    [best, *_] = gathered(opened, "Which staff learned a language in Lisbon?")
    assert best.sentence.text == "Half of the staff learned Portuguese in Lisbon."


def test_a_value_of_the_kind_that_is_asked_for_goes_before_the_same_words_without_one(tmp_path: Path) -> None:
    report = Report(
        "r.pdf", "R", (section("A", blocks=[prose("Visits cost money."), prose("Visits cost 900 euros.")]),)
    )
    store = open_store(build_store(tmp_path / "store", report))
    assert gathered(store, "How much do visits cost?")[0].sentence.text == "Visits cost 900 euros."


def test_without_hits_there_is_no_evidence(opened: Store) -> None:
    assert gather(opened, understood(opened, "fairs"), []) == []


def test_source_lines_and_captions_are_no_evidence(twins: Store) -> None:
    assert not [text for text in scores(twins, "Fairs help members") if text.startswith(("Source", "Table"))]


def test_an_address_or_the_rest_of_a_broken_line_is_no_evidence(tmp_path: Path) -> None:
    blocks = [prose("Fairs help members.", "www.fairs-and-members.eu."), prose("fairs).")]
    store = open_store(
        build_store(tmp_path / "store", Report("fairs.pdf", "Fairs", (section("Fairs", blocks=blocks),)))
    )
    assert list(scores(store, "Do fairs help members?")) == ["Fairs help members."]


@pytest.mark.parametrize(
    ("question", "opposed"),
    [
        ("Which fairs are in Europe?", "beyond"),
        ("Which fairs are outside Europe?", "inside"),
        ("Which fairs are in and outside Europe?", ""),
        ("Which fairs are there?", ""),
    ],
)
def test_what_lies_on_the_other_side_of_a_border_is_worth_less(tmp_path: Path, question: str, opposed: str) -> None:
    said = {"inside": "Ten fairs are in Europe.", "beyond": "Six fairs are beyond Europe.", "both": "Fairs are fairs."}
    report = Report("fairs.pdf", "Fairs", (section("Fairs", blocks=[prose(*said.values())]),))
    store = open_store(build_store(tmp_path / "store", report))
    worth = {item.sentence.text for item in gathered(store, question) if item.signals["opposed"]}
    assert worth == ({said[opposed]} if opposed else set())


def test_a_table_of_contents_is_no_evidence(tmp_path: Path) -> None:
    sections = (
        section("Table of Contents", blocks=[prose("Fairs help members 4.")]),
        section("Fairs", blocks=[prose("Fairs help members.")]),
    )
    store = open_store(build_store(tmp_path / "store", Report("fairs.pdf", "Fairs", sections)))
    assert list(scores(store, "Do fairs help members?")) == ["Fairs help members."]


def test_a_question_and_a_signpost_are_worth_less_than_a_statement_of_the_same_words(twins: Store) -> None:
    found = scores(twins, "Fairs help members")
    assert found["Do fairs help members?"] <= found["Fairs help members."] + WEIGHTS["elsewhere"] + 0.01
    assert (
        found["This section describes how fairs help members."]
        <= found["Fairs help members."] + WEIGHTS["elsewhere"] + 0.01
    )


def test_a_sentence_without_end_or_of_very_many_words_is_no_whole_statement(twins: Store) -> None:
    found = [item for item in gathered(twins, "Fairs help members") if item.sentence.text.startswith("Members help")]
    whole = scores(twins, "Fairs help members")["Fairs help members."]
    assert [item.is_whole for item in found] == [False, False]
    assert all(item.score <= whole + WEIGHTS["unfinished"] + 0.01 for item in found)


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ("For fairs please write to the office at fairs@example.org", True),
        ("The members are helped by the fairs of their partners", True),
        ("“Members should go to fairs with their partners", True),
        ("How members can be helped by the fairs of their partners", False),
        ("members are helped by the fairs of their partners", False),
        ("The members are helped by the fairs of the", False),
        ("The members are helped by these fairs:", False),
        ("Members are helped by fairs", False),
        ("Fairs, partners, members and all their other friends", False),
    ],
)
def test_a_statement_that_lacks_its_full_stop_only_is_whole(tmp_path: Path, text: str, is_whole: bool) -> None:
    report = Report("fairs.pdf", "Fairs", (section("Fairs", blocks=[prose(text)]),))
    [found] = gathered(open_store(build_store(tmp_path / "store", report)), "How do fairs help members?")
    assert found.is_whole is is_whole


def test_what_opens_with_the_code_that_the_question_names_gains(opened: Store) -> None:
    [best, *_] = gathered(opened, "What does R9 ask?")
    assert best.sentence.text.startswith("R9 asks")
    assert best.on_subject


def test_what_opens_with_several_parts_does_not_gain(tmp_path: Path) -> None:
    said = ["Step 3 and step 4 show what members need.", "Step 3 shows what members need."]
    report = Report("steps.pdf", "Steps", (section("Needs", blocks=[prose(*said)]),))
    store = open_store(build_store(tmp_path / "store", report))
    signals = {item.sentence.text: item.signals["opens"] for item in gathered(store, "What does step 3 show?")}
    assert signals == {said[0]: 0.0, said[1]: 1.0}


def test_the_long_form_of_an_abbreviation_gains_where_it_is_asked_for(tmp_path: Path) -> None:
    said = ["EACP stands for trust, members say.", "The European Aerospace Cluster Partnership (EACP) meets in May."]
    report = Report("eacp.pdf", "EACP", (section("EACP", blocks=[prose(*said)]),))
    store = open_store(build_store(tmp_path / "store", report))
    asked, other = gathered(store, "What does EACP stand for?"), gathered(store, "When does EACP meet?")
    assert {item.sentence.text: item.signals["spelt_out"] for item in asked} == {said[0]: 0.0, said[1]: 1.0}
    assert {item.signals["spelt_out"] for item in other} == {0.0}


def test_only_what_stands_under_the_numbered_part_is_on_the_subject(opened: Store) -> None:
    found = gathered(opened, "What should an organisation hold before leaving step 3?")
    assert {item.hit.passage.section[-1] for item in found if item.on_subject} == {"Step 3"}


def test_what_stands_elsewhere_than_under_the_numbered_part_is_worth_less(opened: Store) -> None:
    found = gathered(opened, "What should an organisation hold before leaving step 3?")
    off = max(item.score for item in found if not item.on_subject)
    assert off <= max(item.score for item in found) + WEIGHTS["off_subject"]


def test_all_is_on_the_subject_where_the_question_names_no_numbered_part(opened: Store) -> None:
    assert all(item.on_subject for item in gathered(opened, "zebra?"))


def test_the_rarity_of_a_term_is_the_log_of_one_plus_passages_by_one_plus_those_with_it(opened: Store) -> None:
    # of 8 passages, 2 hold "fair" and none holds "zebra"
    assert rarity(opened, ["fair", "zebra"]) == pytest.approx({"fair": 1.2992829841, "zebra": 2.1972245773})


@pytest.mark.parametrize(
    ("question", "opposed"),
    [
        ("What are the downsides of a public office?", {"An office brings these advantages:", "It knows others."}),
        ("What are the advantages of a public office?", {"An office brings these drawbacks:", "It is far away."}),
        ("What are the pros and cons of a public office?", set()),
        ("What does a public office bring?", set()),
    ],
)
def test_a_list_of_advantages_is_worth_less_where_drawbacks_are_asked_for(
    tmp_path: Path, question: str, opposed: set[str]
) -> None:
    good = listed("An office brings these advantages:", "It knows others.")
    bad = listed("An office brings these drawbacks:", "It is far away.")
    store = open_store(build_store(tmp_path / "store", Report("r.pdf", "R", (section("Office", blocks=[good, bad]),))))
    assert {item.sentence.text for item in gathered(store, question) if item.signals["opposed"]} == opposed


def test_what_says_what_a_thing_is_counts_more_where_that_is_asked(tmp_path: Path) -> None:
    told = prose("A harbour office is a body that runs a harbour.", "The harbour office of Porto grew.")
    row = table(("Harbour office A desk", "Harbour office — Meaning: A desk"))
    store = open_store(build_store(tmp_path / "store", Report("r.pdf", "R", (section("Words", blocks=[told, row]),))))
    defining = {item.sentence.text for item in gathered(store, "What is a harbour office?") if item.signals["defines"]}
    assert defining == {"A harbour office is a body that runs a harbour.", "Harbour office — Meaning: A desk"}
    assert not any(item.signals["defines"] for item in gathered(store, "Where is a harbour office?"))


@pytest.mark.parametrize(
    "line", ["♣ Name of the fair: choose one", "Please select a fair.", "Fair: Choose one of the following"]
)
def test_the_lines_of_a_form_are_no_evidence(tmp_path: Path, line: str) -> None:
    store = open_store(
        build_store(tmp_path / "store", Report("r.pdf", "R", (section("Form", blocks=[prose(line, "Fairs help.")]),)))
    )
    assert [item.sentence.text for item in gathered(store, "Which fair?")] == ["Fairs help."]


@pytest.mark.parametrize(
    ("question", "compares"),
    [
        ("How do we find partners?", True),
        ("Should we find partners at fairs?", True),
        ("Do the reports agree on partners?", False),
        ("Which partners are named?", False),
    ],
)
def test_what_sets_documents_against_each_other_is_worth_less_as_advice(
    tmp_path: Path, question: str, compares: bool
) -> None:
    said = [
        "The 2012 handbook looks for partners at fairs, while the 2021 guide asks members.",
        "Partners meet at fairs.",
    ]
    store = open_store(
        build_store(tmp_path / "store", Report("r.pdf", "R", (section("Partners", blocks=[prose(*said)]),)))
    )
    worth = {item.sentence.text for item in gathered(store, question) if item.signals["compares"]}
    assert worth == ({said[0]} if compares else set())
