"""The library page as HTML: words for every state, and nothing that is not escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from advisor.answering.mentions import Mention, Mentions
from advisor.records import SKIP_REASONS, Document, Passage, Sentence, Span
from advisor.serving.catalogue import words_in
from advisor.serving.shelf.entries import Entry
from advisor.serving.shelf.jobs import Job, Step, advanced, ended
from advisor.serving.shelf.page import render_documents, render_found, render_shelf
from advisor.serving.shelf.routes import STATUS
from advisor.serving.shelf.uploading import outcome_words, render_jobs

SAY = words_in("en")
EVIL = "<img src=x onerror=alert(1)>\"'&"
ENTRY = Entry(
    "d1", "Annual plan", "", 2026, 12, 28, (), datetime(2026, 11, 12, tzinfo=UTC), "added", "ready", "plan.pdf"
)
JOB = Job("j1", "anna", "add", "plan.pdf")


def found_in(text: str, heading: str, *, title: str = "Plan") -> Mentions:
    """One passage that holds the words."""
    sentence = Sentence("p1-1", "p1", "d1", "text", 1, text, (Span(5, 0, len(text)),))
    document = Document("d1", "plan.pdf", "/plan.pdf", title, 9, "00")
    return Mentions(1, (Mention(Passage("p1", "d1", (title, heading), text, (sentence,)), document),))


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows(*entries: Entry, left_out: tuple[str, ...] = (), jobs: tuple[Job, ...] = ()) -> str:
    return render_documents(entries, jobs, left_out, SAY)


def test_a_row_tells_title_origin_year_pages_passages_and_state() -> None:
    text = text_of(rows(ENTRY))
    assert "1 document 12 pages, 28 passages" in text
    assert "Annual plan plan.pdf · Added on 12 November 2026 2026 12 12 pages 28 28 passages Ready Open Remove" in text


@pytest.mark.parametrize(
    ("changes", "origin"),
    [
        ({"origin": "shipped", "rests_on": ("Handbook",)}, "Our summary. Original: Handbook"),
        ({"origin": "shipped", "rests_on": ("A", "B")}, "Our summary of 2 reports"),
        ({"origin": "corpus", "publisher": "Northern Office"}, "Northern Office · plan.pdf · From the server's folder"),
        ({"added": None}, "plan.pdf · Added here"),
    ],
)
def test_a_row_tells_where_its_document_is_from(changes: dict[str, object], origin: str) -> None:
    assert origin.replace("'", "&#x27;") in text_of(rows(replace(ENTRY, **changes)))  # type: ignore[arg-type]


def test_a_document_that_is_not_used_says_so_and_its_box_is_empty() -> None:
    assert "checked" in rows(ENTRY)
    html = rows(ENTRY, replace(ENTRY, document_id="d2"), left_out=("d1",))
    assert "Ready, not used" in html
    assert html.count("checked") == 1


def test_a_choice_of_no_document_is_warned_of() -> None:
    assert "Tick at least one" in rows(ENTRY, left_out=("d1",))
    assert "Tick at least one" not in rows(ENTRY)


def test_a_document_whose_file_is_gone_says_what_to_do_and_cannot_be_opened() -> None:
    html = rows(replace(ENTRY, state="file-gone"))
    assert "File is gone Answers still use it, but its pages cannot be shown. Add the file again." in text_of(html)
    assert re.search(r'data-do="open"[^>]* disabled', html)
    assert "Remove it, then add it again" in rows(replace(ENTRY, state="file-changed"))


def test_a_document_that_is_being_removed_says_so() -> None:
    html = rows(ENTRY, jobs=(replace(JOB, kind="remove", document_id="d1"),))
    assert "Being removed" in html
    assert re.search(r'data-do="remove"[^>]* disabled', html)


def test_warnings_of_the_reading_are_shown() -> None:
    text = text_of(rows(replace(ENTRY, warnings=("page 3 has a picture without text", "page 4 is empty"))))
    assert "2 notes page 3 has a picture without text page 4 is empty" in text


def test_an_empty_library_offers_the_briefs() -> None:
    html = render_documents([], [], (), SAY)
    assert "No documents yet" in html
    assert 'data-do="shelf-load"' in html
    assert "<table" not in html


def test_removed_documents_of_the_server_can_be_loaded_again() -> None:
    assert "2 documents that came with the server were removed. Load again" in text_of(
        render_documents([ENTRY], [], (), SAY, removed=2)
    )


def test_the_table_is_one_for_screen_readers() -> None:
    html = rows(ENTRY)
    assert html.count('<th scope="col"') == 7
    assert html.count('<th scope="row"') == 1
    assert "<caption" in html
    assert 'aria-label="Use in answers: Annual plan"' in html


def test_nothing_that_comes_from_outside_is_markup() -> None:
    entry = replace(ENTRY, document_id=EVIL, title=EVIL, publisher=EVIL, warnings=(EVIL,), rests_on=(EVIL,))
    job = ended(replace(JOB, job_id=EVIL, name=EVIL), "skipped", reason="empty")
    html = render_shelf([entry, replace(entry, origin="shipped")], [job], (), SAY, others=1, removed=1)
    found = render_found(found_in(EVIL, EVIL, title=EVIL), SAY, query=EVIL)
    for page in (html, found):
        assert "<img" not in page
        assert 'onerror=alert(1)>"' not in page
        assert EVIL not in page


# ---- files being added ----------------------------------------------------------------------------------------------


def test_a_file_that_is_indexed_shows_pages_pace_and_time_left() -> None:
    html = render_jobs([advanced(JOB, Step("embedding", 41, 64, 2.1, 12.2))], SAY)
    assert "plan.pdf 41 of 64 pages · 12 s left Cancel Indexing, 2 pages a second" in text_of(html)
    assert '<progress max="64" value="41" aria-label="plan.pdf">' in html


def test_a_slow_file_is_told_in_seconds_a_page_and_minutes() -> None:
    html = text_of(render_jobs([advanced(JOB, Step("embedding", 4, 64, 0.25, 240))], SAY))
    assert "4 of 64 pages · 4 min left Cancel Indexing, a page takes 4 seconds" in html


@pytest.mark.parametrize(
    ("job", "line"),
    [
        (replace(JOB, state="starting"), "Starting, this takes a few seconds"),
        (replace(JOB, state="reading", pages_total=8), "Reading the pages"),
        (replace(JOB, state="publishing"), "Joining it to the library"),
        (replace(JOB, reason="locked"), "Waiting until another program has finished writing to the library"),
        (replace(JOB, state="reading", cancelling=True), "Being cancelled"),
    ],
)
def test_every_step_has_its_words(job: Job, line: str) -> None:
    assert line in text_of(render_jobs([job], SAY))


def test_the_second_file_waits_for_the_first() -> None:
    text = text_of(render_jobs([JOB, replace(JOB, job_id="j2", name="next.pdf")], SAY))
    assert text == "plan.pdf Cancel Waiting to be read next.pdf Cancel Waiting for the file before it"


def test_a_skipped_file_says_what_is_wrong_and_what_to_do_until_it_is_dismissed() -> None:
    text = text_of(render_jobs([ended(JOB, "skipped", reason="no-text-layer")], SAY))
    assert text == (
        "plan.pdf Dismiss Skipped: the pages are pictures without text. Run text recognition (OCR) on the file, "
        "or ask its author for a version with selectable text, then add it again."
    )


@pytest.mark.parametrize("reason", sorted(SKIP_REASONS))
def test_every_reason_to_skip_a_file_has_words_without_a_command_line(reason: str) -> None:
    what, advice = outcome_words(ended(JOB, "skipped", reason=reason), SAY)
    assert what.startswith("Skipped: ")
    assert advice.endswith(".")
    assert "--" not in what + advice


@pytest.mark.parametrize("reason", ["died", "disk-full", "store", "embedding", "corpus", "other"])
def test_every_failure_has_words(reason: str) -> None:
    what, advice = outcome_words(ended(JOB, "failed", reason=reason), SAY)
    assert what.startswith("Not added: ")
    assert advice.endswith(".")


@pytest.mark.parametrize("reason", sorted(STATUS))
def test_every_refusal_has_words(reason: str) -> None:
    assert SAY(f"shelf.refused_{reason.replace('-', '_')}", name="plan.pdf", n=50).endswith(".")


def test_others_are_told_only_that_something_is_being_added() -> None:
    assert text_of(render_jobs([], SAY, others=2)) == "Somebody else is adding 2 files."


def test_the_list_says_whether_it_is_worth_asking_again() -> None:
    assert 'data-live="1"' in render_jobs([JOB], SAY)
    assert 'data-live="1"' in render_jobs([], SAY, others=1)
    assert 'data-live="0"' in render_jobs([ended(JOB, "done")], SAY)


def test_a_cancelled_file_is_no_longer_listed() -> None:
    assert text_of(render_jobs([ended(JOB, "cancelled")], SAY)) == ""


# ---- searching inside -----------------------------------------------------------------------------------------------


def test_a_place_that_was_found_opens_its_page() -> None:
    html = render_found(found_in("Welders are taught.", "2 Training"), SAY, query="welder")
    assert 'data-do="open" data-document="d1" data-page="5" data-words="welder" data-sentence="p1-1"' in html
    assert "<mark>Welders</mark> are taught." in html
    assert text_of(html) == "1 place for “welder”, the best first Plan Page 5 2 Training Welders are taught."


def test_what_comes_near_stands_behind_what_holds_the_words_and_all_of_it_is_counted() -> None:
    found = replace(found_in("Welders are taught.", "2 Training"), count=40)
    found = replace(found, near=found_in("Smiths, too.", "3 Smiths").exact)
    assert text_of(render_found(found, SAY, query="welder")) == (
        "40 places for “welder”; the best 1 are shown Plan Page 5 2 Training Welders are taught. "
        f"{SAY('shelf.found_also')} Plan Page 5 3 Smiths Smiths, too."
    )


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (("Mongolia",), "“Mongolia” stands in none of the documents; these passages come nearest:"),
        (("a1", "b2"), "“a1”, “b2” stand in none of the documents; these passages come nearest:"),
        ((), "No passage has all the words of “welders in Mongolia”; these come nearest:"),
    ],
)
def test_words_that_stand_nowhere_are_named(lost: tuple[str, ...], told: str) -> None:
    found = Mentions(0, (), found_in("Smiths are taught.", "2 Training").exact, lost)
    html = render_found(found, SAY, query="welders in Mongolia")
    assert text_of(html).startswith(told)
    assert f'data-said="{told}"' in html


def test_of_words_that_are_not_searched_for_nothing_is_said() -> None:
    found = Mentions(near=found_in("Smiths are taught.", "2 Training").exact)
    assert text_of(render_found(found, SAY, query="the")).startswith("These passages come nearest to “the”:")


def test_nothing_found_is_said() -> None:
    assert text_of(render_found(Mentions(), SAY, query="welder")) == (
        "Nothing for “welder” in the documents. Try other words, or fewer."
    )
