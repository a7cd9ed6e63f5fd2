"""What a person sees of a job only ever goes on."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from advisor.serving.shelf.building import Listener
from advisor.serving.shelf.jobs import Job, Step, advanced, ended
from advisor.serving.shelf.messages import Message
from ingest.results import FileResult

STATES = ("waiting", "starting", "reading", "embedding", "publishing")
STEPS = st.builds(
    Step,
    st.sampled_from(STATES),
    st.integers(-5, 100),
    st.integers(-5, 100),
    st.floats(-1, 50),
    st.none() | st.floats(0, 1000),
)


@given(st.lists(STEPS, max_size=12))
def test_figures_never_go_backwards(steps: list[Step]) -> None:
    job = Job("1", "anna", "add", "plan.pdf")
    for step in steps:
        following = advanced(job, step)
        assert following.pages_done >= job.pages_done
        assert 0 <= following.pages_done <= following.pages_total or following.pages_total == following.pages_done == 0
        assert STATES.index(following.state) >= STATES.index(job.state)
        assert following.rate >= 0
        job = following


def test_a_job_at_its_end_stays_there() -> None:
    job = ended(Job("1", "anna", "add", "plan.pdf"), "skipped", reason="empty")
    assert advanced(job, Step("embedding", 3, 4)) == job


def test_a_job_that_is_done_has_done_all_its_pages() -> None:
    job = advanced(Job("1", "anna", "add", "plan.pdf"), Step("embedding", 3, 8, 2.0, 2.5))
    done = ended(job, "done", document_id="d1", pages=8)
    assert (done.pages_done, done.pages_total, done.left_s, done.document_id) == (8, 8, None, "d1")


def test_a_browser_is_not_told_where_files_lie_nor_who_else_there_is() -> None:
    told = Job("1", "anna", "add", "plan.pdf", path=Path("/srv/corpus/added/plan.pdf"), sha256="ab").to_dict()
    assert not {"path", "browser", "sha256"} & set(told)
    assert not any("srv" in str(value) for value in told.values())


def test_pages_are_counted_by_the_share_of_the_text_that_is_embedded() -> None:
    told: list[Message] = []
    listener = Listener(told.append)
    listener.files([10])
    listener.reading("plan.pdf")
    listener.embedding("plan.pdf", 8)
    listener.embedded(0.5)
    listener.embedded(0.5)
    listener.done(FileResult("plan.pdf", "d1", "added", pages=8))
    listener.publishing()
    steps = [message for message in told if isinstance(message, Step)]
    assert [(step.state, step.done, step.total) for step in steps] == [
        ("reading", 0, 10),
        ("embedding", 0, 8),
        ("embedding", 4, 8),
        ("embedding", 8, 8),
        ("publishing", 8, 8),
    ]
