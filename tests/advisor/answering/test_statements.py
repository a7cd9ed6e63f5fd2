"""Statements side by side: what stands under a lead-in is what its list holds."""

from __future__ import annotations

from advisor.answering.statements import Statement, as_text, set_apart, without_lone_numbers
from advisor.records import Sentence, SentenceKind, Span


def said(kind: SentenceKind, text: str, group: int) -> Statement:
    span = Span(page=1, start=0, end=len(text), boxes=((0.0, 0.0, 1.0, 1.0),))
    return Statement(Sentence(f"d-{group}-{text}", f"d-{group}", "d", kind, group, text, (span,)))


LEAD, OWN = said("lead", "They have two tasks:", 1), said("item", "They visit members.", 1)
OTHER, FURTHER = said("item", "3. Others sing.", 2), said("item", "4. Others dance.", 2)


def test_items_of_another_list_behind_a_lead_in_are_sentences_without_a_number() -> None:
    found = set_apart([LEAD, OWN, OTHER, FURTHER])
    assert [(one.kind, one.text) for one in found] == [
        ("lead", "They have two tasks:"),
        ("item", "They visit members."),
        ("text", "Others sing."),
        ("text", "Others dance."),
    ]


def test_a_row_of_another_table_is_one_too() -> None:
    assert set_apart([LEAD, OWN, said("row", "PIMAP — Place: Rome", 3)])[-1].kind == "text"


def test_items_without_any_lead_in_stay_a_list() -> None:
    assert set_apart([OTHER, OWN]) == [OTHER, OWN]


def test_a_sentence_or_a_lead_in_ends_the_list_before_it() -> None:
    text, lead = said("text", "They sing.", 4), said("lead", "They sing:", 2)
    assert set_apart([LEAD, OWN, text, OTHER]) == [LEAD, OWN, text, OTHER]
    assert set_apart([LEAD, OWN, lead, OTHER]) == [LEAD, OWN, lead, OTHER]


def test_a_list_is_never_changed_by_what_is_in_it() -> None:
    assert set_apart([LEAD, OWN, OWN]) == [LEAD, OWN, OWN]
    assert as_text(OWN).sentence == OWN.sentence


def test_an_item_without_others_of_its_list_is_a_sentence_without_its_number() -> None:
    text, lone = said("text", "They sing.", 4), said("item", "2) Others read.", 5)
    found = without_lone_numbers([text, lone, OTHER, FURTHER])
    assert [(one.kind, one.text) for one in found] == [
        ("text", "They sing."),
        ("text", "Others read."),
        ("item", "3. Others sing."),
        ("item", "4. Others dance."),
    ]


def test_an_item_under_its_lead_in_keeps_its_number_and_one_without_a_number_its_bullet() -> None:
    lead = said("lead", "Others have tasks:", 2)
    assert without_lone_numbers([lead, OTHER, OWN]) == [lead, OTHER, OWN]


def test_a_sentence_that_begins_with_a_number_keeps_it() -> None:
    year = said("text", "12. May is a holiday.", 4)
    assert without_lone_numbers([year]) == [year]
