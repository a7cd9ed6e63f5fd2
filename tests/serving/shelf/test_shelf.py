"""From a file to an answer and back: what the library does with what people give it."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from advisor.answering.advisor import Advisor
from advisor.embedding import Embedder, TransformerEmbedder
from advisor.errors import AdvisorError, CorpusError
from advisor.records import AnswerReady
from advisor.serving.shelf.board import NoSuchJobError
from advisor.serving.shelf.leftout import read_left_out
from advisor.serving.shelf.messages import Finished, Message
from advisor.serving.shelf.process import BuilderProcess
from advisor.serving.shelf.shelf import MAX_WAITING, Shelf
from advisor.serving.shelf.uploads import NotTakenError
from ingest.build import ingest
from tests.ingest.pdfs import write_encrypted, write_pdf, write_text
from tests.patience import MINUTES
from tests.serving.shelf.conftest import Place, report
from tests.serving.shelf.embedders import ENDLESS, Unloadable

HYDROGEN = "Forty members asked for training on hydrogen pumps."
OSLO = "How many firms went to the fair in Oslo?"


def test_a_file_that_is_added_is_answered_from(place: Place) -> None:
    job = place.added(report(HYDROGEN, pages=3))
    assert (job.state, job.reason, job.pages_done, job.pages_total) == ("done", "", 3, 3)
    assert place.files() == ["report.pdf"]
    hits = place.advisor.search("training on hydrogen pumps", k=1)
    assert [hit.document.document_id for hit in hits] == [job.document_id]
    assert HYDROGEN in hits[0].passage.text


def test_a_row_says_where_its_document_comes_from(place: Place) -> None:
    place.added(report(HYDROGEN))
    rows = {row.title: row for row in place.shelf.entries()}
    assert {title: row.origin for title, row in rows.items()} == {
        "Brief: Trade fairs": "shipped",
        "Skills": "corpus",
        "Members survey": "added",
    }
    assert rows["Brief: Trade fairs"].rests_on == ("The fairs of the north",)
    assert [row.state for row in rows.values()] == ["ready"] * 3
    assert [(row.pages, row.passages) for row in rows.values()] == [(1, 1)] * 3
    assert rows["Members survey"].added
    assert rows["Skills"].added is None


def test_a_row_says_when_its_file_is_gone_or_another(place: Place) -> None:
    (place.corpus / "fairs.pdf").unlink()
    write_text(place.corpus / "skills.pdf", ["Other words."])
    assert {row.title: row.state for row in place.shelf.entries()} == {
        "Brief: Trade fairs": "file-gone",
        "Skills": "file-changed",
    }


def test_files_are_added_one_after_another_in_their_order(place: Place) -> None:
    jobs = [place.add(report(f"Number {number} speaks of boats."), f"{number}.pdf") for number in (3, 1, 2)]
    assert [place.ended(job).state for job in jobs] == ["done"] * 3
    assert len(place.builders) == 1
    added = sorted((place.folder / name for name in place.files()), key=lambda path: path.stat().st_mtime_ns)
    assert [path.name for path in added] == ["3.pdf", "1.pdf", "2.pdf"]


def test_the_process_ends_when_nothing_is_to_be_done(tmp_path: Path, place: Place) -> None:
    shelf = Shelf(
        place.advisor,
        store=place.store,
        folder=place.folder,
        corpus=place.corpus,
        start_builder=lambda: BuilderProcess(place.advisor._embedder),
        idle_s=0.0,
    )
    with shelf.arriving("anna", "a.pdf") as upload:
        upload.write(report(HYDROGEN))
        job = shelf.take("anna", "a.pdf", upload)
    assert shelf.wait(job.job_id, timeout_s=MINUTES).state == "done"
    assert shelf._board.wait_for(lambda: not shelf._line.has_builder, timeout_s=MINUTES)
    shelf.close()


# ---- files that cannot be used ----------------------------------------------------------------------------------


def scan(folder: Path) -> bytes:
    return write_pdf(folder / "scan.pdf", lambda canvas: canvas.rect(100, 100, 300, 300, fill=1)).read_bytes()


def locked(folder: Path) -> bytes:
    return write_encrypted(folder / "e.pdf", write_text(folder / "o.pdf", ["Words."]), user_password="x").read_bytes()


def damaged(folder: Path) -> bytes:
    return write_text(folder / "d.pdf", ["Words."]).read_bytes()[:300]


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (scan, "no-text-layer"),
        (locked, "encrypted"),
        (damaged, "damaged"),
        (lambda _: b"", "empty"),
        (lambda _: b"<html>A page that says it is a PDF.</html>", "not-a-pdf"),
    ],
    ids=["scan", "encrypted", "damaged", "empty", "no pdf"],
)
def test_a_file_of_no_use_is_skipped_with_its_reason_and_not_kept(
    place: Place, tmp_path: Path, build: object, reason: str
) -> None:
    assert callable(build)
    before = (place.store / "CURRENT").read_text()
    made = tmp_path / "made"
    made.mkdir()
    job = place.added(build(made), "minutes.pdf")
    assert (job.state, job.reason) == ("skipped", reason)
    assert place.files() == []
    assert place.titles() == ["Brief: Trade fairs", "Skills"]
    assert (place.store / "CURRENT").read_text() == before
    assert not (place.store / ".staging").exists()


def test_the_same_content_again_is_told_at_once_and_not_kept(place: Place) -> None:
    first = place.added(report(HYDROGEN), "first.pdf")
    again = place.add(report(HYDROGEN), "second.pdf")
    assert (again.state, again.reason, again.document_id) == ("skipped", "duplicate", first.document_id)
    assert place.files() == ["first.pdf"]


def test_the_same_content_twice_in_the_queue_is_added_once(place: Place) -> None:
    first, second = place.add(report(HYDROGEN), "first.pdf"), place.add(report(HYDROGEN), "second.pdf")
    added, again = place.ended(first), place.ended(second)
    assert added.state == "done"
    assert (again.state, again.reason, again.document_id) == ("skipped", "duplicate", added.document_id)
    assert place.files() == ["first.pdf"]


def test_of_a_file_twice_in_the_queue_that_cannot_be_used_both_say_why(place: Place) -> None:
    """Nobody is told that the library has what it has not."""
    both = [place.add(b"These are notes, whatever their name says.", name) for name in ("notes.pdf", "again.pdf")]
    assert [(job.state, job.reason) for job in map(place.ended, both)] == [("skipped", "not-a-pdf")] * 2
    assert place.files() == []


def test_a_file_that_is_given_while_its_document_is_being_removed_is_added_again(place: Place) -> None:
    """Else it would be refused as there already, and then be gone."""
    content = (place.corpus / "skills.pdf").read_bytes()
    long = place.add(report(ENDLESS), "long.pdf")
    place.shelf.wait(long.job_id, "embedding")
    removal = place.shelf.remove(next(d.document_id for d in place.advisor.documents() if d.title == "Skills"))
    again = place.add(content, "skills.pdf")
    place.shelf.drop(long.browser, long.job_id)
    assert (place.ended(removal).state, place.ended(again).state) == ("done", "done")
    assert "Skills" in place.titles()


def test_a_file_never_takes_the_place_of_another_of_its_name(place: Place) -> None:
    first, second = report("One speaks of boats."), report("Two speaks of trains.")
    assert place.added(first, "plan.pdf").name == "plan.pdf"
    assert place.added(second, "plan.pdf").name == "plan (2).pdf"
    assert (place.folder / "plan.pdf").read_bytes() == first
    assert (place.folder / "plan (2).pdf").read_bytes() == second


def test_a_document_whose_file_is_gone_gets_it_back_when_it_is_added_again(place: Place) -> None:
    content = (place.corpus / "skills.pdf").read_bytes()
    (place.corpus / "skills.pdf").unlink()
    assert place.added(content, "skills.pdf").state == "done"
    assert {row.title: (row.state, row.origin) for row in place.shelf.entries()}["Skills"] == ("ready", "added")


# ---- cancelling, and what can go wrong ----------------------------------------------------------------------------


def running(place: Place) -> str:
    """Add a file that is never done, and wait until it is being embedded."""
    job = place.add(report("Endless words about Endless boats."), "endless.pdf")
    assert place.shelf.wait(job.job_id, "embedding", timeout_s=MINUTES).state == "embedding"
    return job.job_id


def test_a_running_job_that_is_cancelled_leaves_nothing_and_the_next_goes_on(place: Place) -> None:
    job_id = running(place)
    following = place.add(report(HYDROGEN), "next.pdf")
    place.shelf.drop("anna", job_id)
    assert place.shelf.wait(job_id, timeout_s=MINUTES).state == "cancelled"
    assert place.ended(following).state == "done"
    assert place.files() == ["next.pdf"]
    assert place.titles() == ["Brief: Trade fairs", "Members survey", "Skills"]
    assert not (place.store / ".staging").exists()


def test_a_waiting_job_that_is_cancelled_is_over_at_once(place: Place) -> None:
    job_id = running(place)
    waiting = place.add(report(HYDROGEN), "next.pdf")
    assert place.shelf.drop("anna", waiting.job_id).state == "cancelled"
    assert place.files() == ["endless.pdf"]
    place.shelf.drop("anna", job_id)
    assert place.shelf.wait(job_id, timeout_s=MINUTES).state == "cancelled"
    assert place.titles() == ["Brief: Trade fairs", "Skills"]


def test_a_job_at_its_end_is_dismissed(place: Place) -> None:
    job = place.added(b"", "empty.pdf")
    place.shelf.drop("anna", job.job_id)
    assert place.shelf.jobs("anna") == []


def test_a_process_that_dies_fails_its_job_and_the_next_goes_on_in_a_new_one(place: Place) -> None:
    job_id = running(place)
    following = place.add(report(HYDROGEN), "next.pdf")
    os.kill(place.builders[0].pid, signal.SIGKILL)
    failed = place.shelf.wait(job_id, timeout_s=MINUTES)
    assert (failed.state, failed.reason) == ("failed", "died")
    assert place.ended(following).state == "done"
    assert len(place.builders) == 2
    assert place.files() == ["next.pdf"]
    assert place.titles() == ["Brief: Trade fairs", "Members survey", "Skills"]


class Late(BuilderProcess):
    """Lets something happen between the end of the first command and the word of it."""

    def __init__(self, embedder: Embedder, happen: Callable[[], object]) -> None:
        super().__init__(embedder)
        self.happen = happen

    def receive(self) -> Message | None:
        message = super().receive()
        if isinstance(message, Finished):
            self.happen()
        return message


def test_a_file_that_is_cancelled_when_it_is_in_the_library_already_is_taken_out_again(place: Place) -> None:
    started: list[Late] = []

    def cancel_the_first() -> None:
        if len(started) == 1:
            shelf.drop("anna", shelf.jobs("anna")[0].job_id)

    def start() -> Late:
        started.append(Late(place.advisor._embedder, cancel_the_first))
        return started[-1]

    shelf = Shelf(place.advisor, store=place.store, folder=place.folder, corpus=place.corpus, start_builder=start)
    with shelf.arriving("anna", "a.pdf") as upload:
        upload.write(report(HYDROGEN))
        job = shelf.take("anna", "a.pdf", upload)
    assert shelf.wait(job.job_id, timeout_s=MINUTES).state == "cancelled"
    (removal,) = [job for job in shelf.jobs("anna") if job.kind == "remove"]
    assert shelf.wait(removal.job_id, timeout_s=MINUTES).state == "done"
    shelf.close()
    assert len(started) == 2  # the first was killed with the job that it had done
    assert place.files() == []
    assert place.titles() == ["Brief: Trade fairs", "Skills"]


def test_a_process_that_cannot_be_started_fails_the_job_and_keeps_no_file(place: Place) -> None:
    def start() -> BuilderProcess:
        raise AdvisorError("no memory")

    shelf = Shelf(place.advisor, store=place.store, folder=place.folder, corpus=place.corpus, start_builder=start)
    with shelf.arriving("anna", "a.pdf") as upload:
        upload.write(report(HYDROGEN))
        job = shelf.take("anna", "a.pdf", upload)
    ended = shelf.wait(job.job_id, timeout_s=MINUTES)
    shelf.close()
    assert (ended.state, ended.reason) == ("failed", "other")
    assert place.files() == []


def test_a_model_that_cannot_be_loaded_is_said(place: Place) -> None:
    shelf = Shelf(
        place.advisor,
        store=place.store,
        folder=place.folder,
        corpus=place.corpus,
        start_builder=lambda: BuilderProcess(Unloadable()),
    )
    with shelf.arriving("anna", "a.pdf") as upload:
        upload.write(report(HYDROGEN))
        job = shelf.take("anna", "a.pdf", upload)
    ended = shelf.wait(job.job_id, timeout_s=MINUTES)
    shelf.close()
    assert (ended.state, ended.reason) == ("failed", "other")
    assert place.files() == []


def test_a_job_waits_while_another_process_writes_and_says_so(place: Place) -> None:
    with FileLock(place.store / "lock"):
        job = place.add(report(HYDROGEN))
        assert place.shelf._board.wait_for(
            lambda: place.shelf._board.job(job.job_id).reason == "locked", timeout_s=MINUTES
        )
    assert place.ended(job).state == "done"
    assert place.ended(job).reason == ""


def test_closing_keeps_the_files_that_were_not_read_for_the_next_start(place: Place) -> None:
    job_id = running(place)
    place.add(report(HYDROGEN), "next.pdf")
    place.shelf.close()
    assert place.files() == ["endless.pdf", "next.pdf"]
    assert place.shelf.wait(job_id, "embedding").state == "embedding"


def test_what_an_upload_left_when_the_program_ended_is_deleted_at_the_next_start(place: Place) -> None:
    place.folder.mkdir()
    (place.folder / ".upload-x1.part").write_bytes(b"half")
    Shelf(place.advisor, store=place.store, folder=place.folder, corpus=place.corpus, start_builder=place.builders.pop)
    assert place.files() == []


def test_a_browser_may_have_fifty_files_waiting(place: Place) -> None:
    running(place)
    for number in range(MAX_WAITING - 1):
        place.add(f"{number}".encode(), f"{number}.pdf")
    with pytest.raises(NotTakenError) as refused, place.shelf.arriving("anna", "more.pdf"):
        pass
    assert refused.value.reason == "too-many"
    with place.shelf.arriving("boris", "more.pdf"):
        pass  # another browser is not kept from adding


def test_jobs_are_seen_by_their_own_browser_only(place: Place) -> None:
    job_id = running(place)
    assert [job.job_id for job in place.shelf.jobs("anna")] == [job_id]
    assert place.shelf.jobs("boris") == []
    assert (place.shelf.others("anna"), place.shelf.others("boris")) == (0, 1)
    with pytest.raises(NoSuchJobError):
        place.shelf.drop("boris", job_id)


# ---- removing -----------------------------------------------------------------------------------------------------


def document_id(place: Place, title: str) -> str:
    return next(row.document_id for row in place.shelf.entries() if row.title == title)


def test_a_document_that_was_added_is_removed_with_its_file(place: Place) -> None:
    added = place.added(report(HYDROGEN))
    job = place.ended(place.shelf.remove(added.document_id, "anna"))
    assert (job.kind, job.state) == ("remove", "done")
    assert place.files() == []
    assert place.titles() == ["Brief: Trade fairs", "Skills"]
    assert not any(HYDROGEN.encode() in path.read_bytes() for path in place.root.rglob("*") if path.is_file())


def test_a_shipped_brief_that_is_removed_stays_out_at_the_next_start(place: Place) -> None:
    digest = hashlib.sha256((place.corpus / "fairs.pdf").read_bytes()).hexdigest()
    place.ended(place.shelf.remove(document_id(place, "Brief: Trade fairs")))
    assert (place.corpus / "fairs.pdf").exists()
    assert read_left_out(place.folder) == {digest}
    ingest([place.corpus], store=place.store, embedder=place.advisor._embedder, leave_out=read_left_out(place.folder))
    assert place.titles() == ["Skills"]


def test_a_removed_brief_that_is_added_again_is_no_longer_left_out(place: Place) -> None:
    place.ended(place.shelf.remove(document_id(place, "Brief: Trade fairs")))
    assert place.added((place.corpus / "fairs.pdf").read_bytes(), "fairs.pdf").state == "done"
    assert place.shelf.left_out_files() == 0


def test_loading_the_briefs_brings_back_all_that_was_removed(place: Place) -> None:
    for title in place.titles():
        place.ended(place.shelf.remove(document_id(place, title)))
    assert place.titles() == []
    assert place.shelf.left_out_files() == 2
    job = place.ended(place.shelf.load_shipped("anna"))
    assert (job.kind, job.state, job.pages_done) == ("shipped", "done", 2)
    assert place.titles() == ["Brief: Trade fairs", "Skills"]
    assert place.shelf.left_out_files() == 0


def test_a_removal_comes_before_the_files_that_wait(place: Place) -> None:
    job_id = running(place)
    waiting = place.add(report(HYDROGEN), "next.pdf")
    removal = place.shelf.remove(document_id(place, "Skills"))
    assert place.shelf.remove(document_id(place, "Skills")) == removal
    next_job = place.shelf._board.next()
    assert next_job
    assert next_job.job_id == removal.job_id
    place.shelf.drop("anna", job_id)
    assert [place.ended(job).state for job in (removal, waiting)] == ["done", "done"]


def test_a_document_that_is_not_there_cannot_be_removed(place: Place) -> None:
    with pytest.raises(CorpusError, match="no document 'unknown'"):
        place.shelf.remove("unknown")


def test_an_answer_that_is_being_given_survives_the_removal_of_its_document(place: Place) -> None:
    events = place.advisor.stream(OSLO)
    seen = [next(events), next(events)]  # the passages are found
    place.ended(place.shelf.remove(document_id(place, "Brief: Trade fairs")))
    seen.extend(events)
    last = seen[-1]
    assert isinstance(last, AnswerReady)
    assert "Seventeen firms" in last.answer.answer
    assert not any("Oslo" in hit.passage.text for hit in place.advisor.search(OSLO))


def test_the_chat_answers_from_the_old_version_while_a_file_is_read(place: Place) -> None:
    job_id = running(place)
    assert "Seventeen firms" in place.advisor.ask(OSLO).answer
    place.shelf.drop("anna", job_id)


def test_two_threads_that_add_the_same_file_add_it_once(place: Place) -> None:
    jobs = []
    threads = [threading.Thread(target=lambda: jobs.append(place.add(report(HYDROGEN)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(place.ended(job).state for job in jobs) == ["done", "skipped", "skipped", "skipped"]
    assert place.files() == ["report.pdf"]


@pytest.mark.slow
def test_a_file_is_added_with_the_real_model(place: Place, tmp_path: Path) -> None:
    embedder, store = TransformerEmbedder(), tmp_path / "real"
    ingest([place.corpus], store=store, embedder=embedder)
    advisor = Advisor.open(store, embedder=embedder)
    shelf = Shelf(
        advisor,
        store=store,
        folder=place.folder,
        corpus=place.corpus,
        start_builder=lambda: BuilderProcess(embedder),
    )
    with shelf.arriving("anna", "survey.pdf") as upload:
        upload.write(report(HYDROGEN))
        job = shelf.take("anna", "survey.pdf", upload)
    assert shelf.wait(job.job_id, timeout_s=MINUTES).state == "done"
    shelf.close()
    assert HYDROGEN in advisor.ask("What did members ask for training on?").answer
