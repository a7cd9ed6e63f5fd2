"""Requests about an answer are carried out on its statements, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from advisor.answering.evidence import Evidence, gather
from advisor.answering.extractive import compose
from advisor.answering.statements import Statement
from advisor.answering.talk.requests import LAST, Kind, Request
from advisor.answering.talk.reshaping import MAX_ITEMS, reshape
from advisor.answering.talk.shown import Material, Shown
from advisor.store.versions import Store, open_store
from tests.advisor.stores import Report, build_store, listed, prose, searched, section, table

TOOLS = tuple(f"Tool {number} finds partners in port {number}." for number in range(1, 51))
GUIDE = Report(
    "guide.pdf",
    "Guide",
    (
        section(
            "Partners",
            "Tools",
            blocks=[
                prose("Firms abroad expect a visit from partners."),
                listed("These tools find partners abroad:", *TOOLS),
                prose("Rests on: Old guide, page 7."),
            ],
        ),
        section(
            "Checklist",
            blocks=[
                prose("The checklist closes the second step."),
                listed("Before leaving step 2 hold:", "a signed letter,", "a shared budget,", "one contact."),
                prose("It takes six months."),
                prose("Hold the letter until step 2 is signed."),
                prose("Harbour Cluster Ltd, Quay 5"),
            ],
        ),
        section(
            "Fees",
            blocks=[
                prose("Fees are low.", "The yearly fee is 300 euros.", "It is paid in March.", "Nobody pays twice."),
            ],
            opens_page=True,
        ),
        section(
            "Pilots",
            blocks=[
                listed(
                    "We plan a pilot in these steps:",
                    *(
                        "1. Ask.",
                        "2. Budget.",
                        "3. Choose the pilot.",
                        "4. Do it.",
                        "5. Plan the next pilot.",
                        "6. End.",
                    ),
                )
            ],
        ),
        section(
            "Markets",
            blocks=[
                table(
                    *(
                        (f"{country} {number}", f"Country: {country}; Missions: {number}")
                        for country, number in (("Japan", 9), ("Chile", 7), ("Kenya", 5), ("Ghana", 2))
                    )
                ),
                prose("Missions to Japan need an interpreter."),
            ],
        ),
    ),
)
LETTER = Report("letter.pdf", "Letter", (section("Money", blocks=[prose("The yearly fee is 300 euros.")]),))

PARTNERS = "Which tools find partners abroad?"
STEP_2 = "What should we hold before leaving step 2?"
FEE = "What is the yearly fee in euros?"

Reshape = Callable[..., Shown]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(build_store(tmp_path_factory.mktemp("reshaping") / "store", GUIDE, LETTER))


@pytest.fixture
def reshaped(store: Store) -> Reshape:
    def carry_out(question: str, *kinds: Kind, language: str = "en") -> Shown:
        query, hits = searched(store, question)

        def statements(found: Sequence[Evidence], brief: bool) -> list[Statement]:
            return compose(store, replace(query, kind="fact") if brief else query, found)

        material = Material(store.library, gather(store, query, hits), statements)
        return reshape(material, [Request(kind, (language,)) for kind in kinds])

    return carry_out


def texts(shown: Shown) -> list[str]:
    return [statement.text for statement in shown.statements]


def numbered(store: Store, question: str, *requests: Request) -> Shown:
    query, hits = searched(store, question)
    found = gather(store, query, hits)
    return reshape(Material(store.library, found, lambda item, _: compose(store, query, item)), requests)


def items(shown: Shown) -> list[str]:
    return [statement.text for statement in shown.statements if statement.sentence.kind in ("item", "row")]


def test_an_answer_without_requests_is_shown_as_it_is_composed(store: Store, reshaped: Reshape) -> None:
    query, hits = searched(store, STEP_2)
    shown = reshaped(STEP_2)
    assert list(shown.statements) == compose(store, query, gather(store, query, hits))
    assert (shown.note, shown.reason) == ("", "")


# --- where it stands ----------------------------------------------------------------------------------------------


def test_sources_name_document_page_and_section_and_cite_the_same_places(reshaped: Reshape) -> None:
    before, after = reshaped(FEE), reshaped(FEE, "sources")
    assert texts(after) == [
        "Letter (2020), page 1 (printed p1), section “Money”.",
        "Guide (2020), page 2 (printed p2), section “Fees”.",
    ]

    def cited(shown: Shown) -> set[str]:
        return {s.sentence_id for one in shown.statements for s in (one.sentence, *one.also)}

    assert cited(after) == cited(before)


def test_a_brief_says_which_report_its_section_rests_on(reshaped: Reshape) -> None:
    assert texts(reshaped(PARTNERS, "sources")) == [
        "Guide (2020), page 1 (printed p1), section “Partners › Tools”.",
        "Rests on: Old guide, page 7.",
    ]


def test_sources_are_named_in_the_language_of_the_request(reshaped: Reshape) -> None:
    assert texts(reshaped(FEE, "sources", language="de"))[1] == "Guide (2020), Seite 2 (gedruckt p2), Abschnitt „Fees“."


def test_the_sources_of_a_shortened_answer_are_those_of_what_is_left(reshaped: Reshape) -> None:
    [place, _] = reshaped(PARTNERS, "shorter", "sources").statements
    assert len((place.sentence, *place.also)) == 4  # the lead-in and three tools


# --- more ---------------------------------------------------------------------------------------------------------


def test_more_of_a_list_is_the_rest_of_it_part_by_part_under_its_lead_in(reshaped: Reshape) -> None:
    told = items(reshaped(PARTNERS))
    requests: list[Kind] = ["more"]
    while (part := reshaped(PARTNERS, *requests)).note != "With these, the list is complete.":
        left = len(TOOLS) - len(told) - MAX_ITEMS
        assert part.note == f"{left} more follow; say “more”."
        assert texts(part)[0] == "These tools find partners abroad:"
        told += items(part)
        requests.append("more")
    assert len(requests) > 1
    assert sorted(told + items(part)) == sorted(TOOLS)


@pytest.mark.parametrize("kind", ["more", "rest"])
def test_what_was_cut_off_comes_back_with_more(reshaped: Reshape, kind: Kind) -> None:
    assert texts(reshaped(STEP_2, "shorter")) == ["Before leaving step 2 hold:", "a signed letter,"]
    rest = reshaped(STEP_2, "shorter", kind)
    assert items(rest) == ["a shared budget,", "one contact."]
    assert rest.note == "With these, the list is complete."


def test_more_of_a_complete_list_is_the_next_best_evidence_and_says_so(reshaped: Reshape) -> None:
    more = reshaped(STEP_2, "more")
    assert texts(more) == ["Hold the letter until step 2 is signed."]
    assert more.note == "The list is complete. This is what else the documents say near it:"


def test_nothing_is_shown_twice_by_more_until_nothing_is_left(reshaped: Reshape) -> None:
    told: list[str] = []
    requests: list[Kind] = []
    while not (shown := reshaped(PARTNERS, *requests)).reason:
        told += [statement.text for statement in shown.statements if statement.sentence.kind != "lead"]
        requests.append("more")
        assert len(requests) < 20
    assert len(told) == len(set(told)) > 1
    assert (shown.reason, shown.statements) == ("nothing-more", ())
    assert shown.note.startswith("That is all I found on this.")


def test_what_says_the_same_as_something_shown_is_not_told_as_more(reshaped: Reshape) -> None:
    assert "The yearly fee is 300 euros." not in texts(reshaped(FEE, "more"))


def test_a_request_behind_one_that_had_nothing_to_show_is_about_what_was_shown_before(reshaped: Reshape) -> None:
    requests: list[Kind] = []
    while not reshaped(PARTNERS, *requests).reason:
        requests.append("more")
    assert texts(reshaped(PARTNERS, *requests, "sources")) == texts(reshaped(PARTNERS, *requests[:-1], "sources"))


def test_the_rows_that_an_answer_passed_over_are_not_the_rest_of_a_list(reshaped: Reshape) -> None:
    question = "How many missions went to Japan?"
    assert items(reshaped(question)) == ["Country: Japan; Missions: 9"]
    assert reshaped(question, "more").note == ""  # and not that the list is complete


def test_the_rest_of_a_table_is_shown_where_it_is_asked_for(reshaped: Reshape) -> None:
    rest = reshaped("How many missions went to Japan?", "rest")
    assert items(rest) == [
        f"Country: {told}" for told in ("Chile; Missions: 7", "Kenya; Missions: 5", "Ghana; Missions: 2")
    ]
    assert rest.note == "With these, the list is complete."


def test_the_whole_list_is_shown_from_end_to_end(reshaped: Reshape) -> None:
    whole = reshaped(PARTNERS, "whole")
    assert texts(whole) == ["These tools find partners abroad:", *TOOLS]


def test_a_list_that_was_cut_to_one_sentence_can_be_shown_as_a_whole(reshaped: Reshape) -> None:
    assert items(reshaped(STEP_2, "sentence", "whole")) == ["a signed letter,", "a shared budget,", "one contact."]


def test_where_there_is_no_list_the_whole_of_it_is_what_comes_next(reshaped: Reshape) -> None:
    assert texts(reshaped(FEE, "whole")) == texts(reshaped(FEE, "more"))


# --- less ---------------------------------------------------------------------------------------------------------


def test_shorter_keeps_the_first_three_of_a_list_with_their_lead_in_and_counts_the_others(reshaped: Reshape) -> None:
    short = reshaped(PARTNERS, "shorter")
    assert texts(short)[0] == "These tools find partners abroad:"
    assert items(short) == items(reshaped(PARTNERS))[:3]
    assert short.note == f"3 of {len(items(reshaped(PARTNERS)))} statements; say “more” for the others."


def test_shorter_and_shorter_ends_with_one_statement(reshaped: Reshape) -> None:
    assert len(items(reshaped(PARTNERS, "shorter", "shorter"))) == 1
    shortest = reshaped(PARTNERS, "shorter", "shorter", "shorter")
    assert len(items(shortest)) == 1
    assert shortest.note == "It is one statement already, and I can only leave whole ones out."


def test_the_rows_that_are_kept_are_those_from_the_top_of_the_table(reshaped: Reshape) -> None:
    question = "Which countries do missions go to?"
    short = reshaped(question, "whole", "shorter")
    assert items(short) == ["Country: Japan; Missions: 9", "Country: Chile; Missions: 7"]


def test_a_short_list_in_one_sentence_is_one_sentence_with_all_its_places(reshaped: Reshape) -> None:
    [told] = reshaped(STEP_2, "sentence").statements
    assert told.text == "Before leaving step 2 hold: a signed letter; a shared budget; one contact."
    assert (told.kind, len(told.also)) == ("text", 3)


@pytest.mark.parametrize("kind", ["sentence", "shorter"])
def test_what_is_one_sentence_stays_as_it_is(reshaped: Reshape, kind: Kind) -> None:
    once, again = reshaped(STEP_2, "sentence"), reshaped(STEP_2, "sentence", kind)
    assert texts(again) == texts(once)
    assert again.note == "It is one statement already, and I can only leave whole ones out."


def test_a_list_that_was_made_one_sentence_is_a_list_again_among_what_is_around_it(reshaped: Reshape) -> None:
    assert texts(reshaped(STEP_2, "sentence", "longer")) == texts(reshaped(STEP_2, "longer"))


def test_of_numbered_steps_the_first_ones_are_kept(reshaped: Reshape) -> None:
    question = "How do we plan a pilot in steps?"
    assert len(items(reshaped(question))) == 6
    assert items(reshaped(question, "shorter")) == ["1. Ask.", "2. Budget.", "3. Choose the pilot."]
    [told] = reshaped(question, "shorter", "sentence").statements
    assert told.text == "We plan a pilot in these steps: 1. Ask; 2. Budget; 3. Choose the pilot."


def test_shorter_behind_longer_goes_back_to_what_was_chosen_as_the_answer(reshaped: Reshape) -> None:
    question = "When is the fee paid in March?"
    assert texts(reshaped(question)) == ["The yearly fee is 300 euros.", "It is paid in March."]
    assert set(texts(reshaped(question, "longer", "shorter"))) == set(texts(reshaped(question)))


def test_an_item_that_is_a_sentence_stands_alone_in_one_sentence(reshaped: Reshape) -> None:
    shown = reshaped(PARTNERS, "sentence")
    [told] = shown.statements
    assert told.text in TOOLS
    assert told.kind == "text"
    assert shown.note == f"1 of {len(items(reshaped(PARTNERS)))} statements; say “more” for the others."


def test_a_sentence_that_points_back_does_not_stand_alone(reshaped: Reshape) -> None:
    [told] = reshaped("When is the yearly fee paid?", "sentence").statements
    assert not told.text.startswith("It ")


def test_bullet_points_are_the_same_sentences_and_lead_ins_stay_above_them(reshaped: Reshape) -> None:
    assert texts(reshaped(STEP_2, "bullets")) == texts(reshaped(STEP_2))
    kinds = [statement.kind for statement in reshaped("When is the yearly fee paid?", "longer", "bullets").statements]
    assert len(kinds) > 1
    assert set(kinds) == {"item"}
    assert reshaped(STEP_2, "bullets").statements[0].kind == "lead"


def test_an_answer_that_was_asked_for_in_bullet_points_stays_so(reshaped: Reshape) -> None:
    shown = reshaped(FEE, "bullets", "longer")
    assert len(shown.statements) > 1
    assert {statement.kind for statement in shown.statements} == {"item"}


def test_items_are_counted_and_told_again(reshaped: Reshape) -> None:
    shown = reshaped(STEP_2, "counted")
    assert shown.note == "3 are named:"
    assert [statement.kind for statement in shown.statements] == ["lead", "item", "item", "item"]


def test_steps_are_counted_by_their_numbers(reshaped: Reshape) -> None:
    assert reshaped("In which steps do we plan a pilot?", "counted").note == "6 are named:"


def test_rows_are_told_as_a_table_and_nothing_else_is(reshaped: Reshape) -> None:
    shown = reshaped("List all markets with country and missions", "table")
    assert (len(shown.statements), {statement.kind for statement in shown.statements}, shown.note) == (4, {"row"}, "")
    shown = reshaped(FEE, "longer", "table")
    assert {statement.kind for statement in shown.statements} == {"item"}
    assert shown.note == "What was found stands in no table; here it is in points."


# --- around it ----------------------------------------------------------------------------------------------------


def test_longer_shows_a_statement_among_those_around_it_in_its_section(reshaped: Reshape) -> None:
    assert texts(reshaped("When is the fee paid in March?", "longer")) == [
        "Fees are low.",
        "The yearly fee is 300 euros.",
        "It is paid in March.",
        "Nobody pays twice.",
    ]


def test_where_a_section_says_no_more_longer_turns_to_another_that_says_the_same(reshaped: Reshape) -> None:
    shown = reshaped(FEE, "longer")
    assert [statement.sentence.document_id for statement in shown.statements] == [
        LETTER.document_id,
        *[GUIDE.document_id] * 4,
    ]
    assert texts(shown)[1:3] == ["Fees are low.", "The yearly fee is 300 euros."]
    assert shown.note == ""


def test_longer_tells_lists_whole_and_leaves_tables_to_their_rows_that_answer(reshaped: Reshape) -> None:
    assert texts(reshaped("Do missions to Japan need an interpreter?", "longer")) == [
        "Missions to Japan need an interpreter."
    ]
    assert texts(reshaped("What closes the second step?", "longer"))[:5] == [
        "The checklist closes the second step.",
        "Before leaving step 2 hold:",
        "a signed letter,",
        "a shared budget,",
        "one contact.",
    ]


def test_of_a_long_list_longer_tells_the_neighbours_of_an_item(reshaped: Reshape) -> None:
    longer = reshaped("What does tool 17 find in port 17?", "sentence", "longer")
    told = [TOOLS.index(text) for text in items(longer)]
    assert 16 in told
    assert told == list(range(told[0], told[-1] + 1))
    assert 5 < len(told) < 25
    assert longer.note == ""


def test_longer_leaves_out_lines_that_are_no_sentence(reshaped: Reshape) -> None:
    longer = texts(reshaped(STEP_2, "longer"))
    assert "It takes six months." in longer
    assert "Harbour Cluster Ltd, Quay 5" not in longer


def test_a_section_that_was_told_to_its_end_says_so(reshaped: Reshape) -> None:
    shown = reshaped(FEE, "longer", "longer")
    assert shown.note == "The section says no more than this."
    assert texts(shown) == texts(reshaped(FEE, "longer"))


# --- what needs a model -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reworded", "translated"])
def test_other_words_and_languages_are_not_made_up_without_a_model(reshaped: Reshape, kind: Kind) -> None:
    shown = reshaped(FEE, kind)
    assert (shown.statements, shown.reason) == ((), "needs-model")
    assert "cannot" in shown.note
    assert "ADVISOR_CHAT_MODEL" in shown.note


# --- how many, and which one --------------------------------------------------------------------------------------


def test_the_first_ones_stand_under_their_lead_in_and_more_goes_on_behind_them(store: Store) -> None:
    first = numbered(store, STEP_2, Request("first", number=2))
    assert texts(first) == ["Before leaving step 2 hold:", "a signed letter,", "a shared budget,"]
    assert first.note == "2 of 3 statements; say “more” for the others."
    assert items(numbered(store, STEP_2, Request("first", number=2), Request("more"))) == ["one contact."]
    assert texts(numbered(store, STEP_2, Request("first", number=9))) == texts(numbered(store, STEP_2))


def test_a_sentence_is_explained_by_those_around_it(store: Store) -> None:
    told = numbered(store, FEE, Request("point", number=1))
    assert "The yearly fee is 300 euros." in texts(told)
    assert "It is paid in March." in texts(told)


def test_an_item_is_explained_by_what_else_is_near_to_it(store: Store) -> None:
    told = numbered(store, STEP_2, Request("point", number=1))
    assert texts(told)[:2] == ["Before leaving step 2 hold:", "a signed letter,"]
    assert not {"a shared budget,", "one contact."} & set(texts(told))


def test_the_last_one_and_one_that_is_not_there(store: Store) -> None:
    assert "one contact." in texts(numbered(store, STEP_2, Request("point", number=LAST)))
    none = numbered(store, STEP_2, Request("point", number=7))
    assert none.note == "There are 3 statements; they are shown again."
    assert texts(none) == texts(numbered(store, STEP_2))
