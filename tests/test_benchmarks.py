"""The question sets that ship: every phrase on its page, no section in two splits, enough of each kind."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from advisor.evaluation import read_sets
from advisor.store.versions import open_store
from advisor.text import comparable
from benchmarks.check_questions import check
from benchmarks.conflicts import in_half, read
from tests.conftest import CORPUS, REPORTS, ROOT, needs_reports

SETS = ROOT / "benchmarks"
CAPACITY = [SETS / "cluster-capacity" / f"{split}.jsonl" for split in ("dev", "test")]
PRACTICE = [SETS / "practitioners" / f"{split}.jsonl" for split in ("dev", "test")]
FIRST = [SETS / "first-questions" / f"{split}.jsonl" for split in ("dev", "test")]
ASKED = [SETS / "asked" / f"{split}.jsonl" for split in ("dev", "test")]
BEYOND = SETS / "beyond" / "test.jsonl"


def test_every_phrase_is_on_its_page_of_the_briefs_and_no_section_serves_two_splits() -> None:
    # All in one process: the briefs are read once for them.
    for files in (CAPACITY, PRACTICE, FIRST):
        report = check(files, [CORPUS])
        assert report.problems == []
        assert report.places["checked"] > 100


def test_every_phrase_of_the_questions_that_judge_the_confidence_only_is_on_its_page() -> None:
    report = check(ASKED, [CORPUS], facts=False)
    assert report.problems == []
    assert report.places["checked"] > 100


@needs_reports
def test_every_phrase_is_on_its_page_of_the_reports() -> None:
    # One by one: the sections of the reports take a minute; the script checks them.
    for path in (*CAPACITY, *PRACTICE, *ASKED):
        report = check([path], [CORPUS, REPORTS], facts=path not in ASKED)
        assert report.problems == []
        assert report.places["unchecked"] == 0


def test_the_set_has_enough_questions_of_each_kind_and_most_are_answered_by_the_briefs() -> None:
    views = {each.name: each.questions for path in CAPACITY for each in read_sets(path)}
    originals = [q for name, found in views.items() if name.endswith("(originals)") for q in found]
    briefs = [q for name, found in views.items() if name.endswith("(briefs)") for q in found if q.answerable]
    answerable = [question for question in originals if question.answerable]
    assert len(answerable) + sum(not q.answerable for q in originals) >= 240
    assert sum(not question.answerable for question in originals) >= 70
    assert len(briefs) >= 0.75 * len(answerable)
    kinds = Counter(question.kind for question in originals)
    assert min(kinds.values()) >= 10
    assert {question.language for question in originals} == {"en", "de", "fr", "es", "it", "pl"}


@pytest.mark.parametrize(
    "files",
    [CAPACITY, PRACTICE, FIRST, ASKED],
    ids=["cluster-capacity", "practitioners", "first-questions", "asked"],
)
def test_no_question_stands_in_both_splits(files: list[Path]) -> None:
    dev, test = ({q.text for each in read_sets(path) for q in each.questions} for path in files)
    assert not dev & test


def test_what_is_fitted_reads_no_question_that_figures_are_reported_on() -> None:
    from benchmarks import choose_measures, fit_adapter, fit_confidence, fit_evidence

    fitted_on = {*fit_adapter.SETS, *fit_confidence.SETS, *fit_evidence.SETS, *choose_measures.SETS}
    fitted = {question.text for name in fitted_on for each in read_sets(SETS / name) for question in each.questions}
    reported = {
        q.text
        for path in (CAPACITY[1], PRACTICE[1], ASKED[1], BEYOND)
        for each in read_sets(path)
        for q in each.questions
    }
    assert not any("test" in name for name in fitted_on)
    assert not fitted & reported


def test_each_question_that_cannot_be_answered_has_a_twin_that_can() -> None:
    originals = next(each for each in read_sets(SETS / "twins" / "pairs.jsonl") if each.name.endswith("(originals)"))
    pairs = {question.id: question for question in originals.questions}
    alone = {name for name in pairs if not name.endswith("-twin")}
    assert {f"{name}-twin" for name in alone} == pairs.keys() - alone
    assert not any(pairs[name].answerable for name in alone)
    assert all(pairs[f"{name}-twin"].answerable for name in alone)


def test_each_disagreement_has_two_values_and_short_phrases_and_no_question_stands_in_both_sets() -> None:
    differ, agree = (read(SETS / "conflicts" / f"{name}.jsonl") for name in ("disagreements", "agreements"))
    assert len(differ) >= 20
    assert len(agree) == 50
    assert all(len(set(each["values"])) >= 2 and len(each["evidence"]) >= 2 for each in differ)
    assert all(len(place["phrase"].split()) <= 6 for each in differ for place in each["evidence"])
    assert not {each["question"] for each in differ} & {each["question"] for each in agree}
    for entries in (differ, agree):
        assert len({each["id"] for each in entries}) == len(entries)
        assert len(in_half(entries, "dev")) == len(in_half(entries, "held-out"))


@pytest.mark.slow
@needs_reports
def test_every_phrase_of_a_disagreement_is_on_its_page_of_the_reports(reports_store: Path) -> None:
    store = open_store(reports_store)
    for each in read(SETS / "conflicts" / "disagreements.jsonl"):
        for place in each["evidence"]:
            page = store.library.page(store.library.document(place["document"]).document_id, place["page"])
            assert comparable(place["phrase"]) in comparable(page.text), each["id"]
    store.close()
