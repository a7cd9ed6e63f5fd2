"""The boxes of a citation enclose the words of its quote on the drawn page, and no others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from advisor.store.versions import open_store
from ingest.build import ingest
from ingest.pages import content_hash
from ingest.verification import verify_file
from tests.fakes import HashEmbedder
from tests.ingest.hostile import KINDS
from tests.ingest.pdfs import LEADING, LEFT, TOP, at, text_page, write_encrypted, write_pdf

from .conftest import FEE, REPEATED, ROW, WRAPPED, Record, Verify

Answered = Callable[..., Record]
Boxes = list[list[float]]
Damage = Callable[[Boxes], Boxes]


def width(text: str) -> float:
    return stringWidth(text, "Helvetica", 10)


def moved(right: float = 0, down: float = 0, *, box: int = 0) -> Damage:
    """Return what moves one box."""

    def damage(boxes: Boxes) -> Boxes:
        x0, y0, x1, y1 = boxes[box]
        return [*boxes[:box], [x0 + right, y0 + down, x1 + right, y1 + down], *boxes[box + 1 :]]

    return damage


def stretched(*, left: float = 0, right: float = 0, up: float = 0, down: float = 0) -> Damage:
    """Return what moves the edges of the first box outwards, or inwards where a number is negative."""
    return lambda boxes: [
        [boxes[0][0] - left, boxes[0][1] - up, boxes[0][2] + right, boxes[0][3] + down],
        *boxes[1:],
    ]


@pytest.mark.parametrize("sentence", [WRAPPED, FEE, ROW, REPEATED])
def test_the_boxes_of_a_real_answer_are_proved(answered: Answered, verify: Verify, sentence: str) -> None:
    assert verify(answered(sentence)) == []


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (moved(right=width("The ")), "its boxes leave out 'The'"),
        (moved(right=-width("The ")), "leave out"),
        (moved(right=width("The "), box=1), "leave out"),
        (moved(right=3), "right edge is 3.0 points off"),
        (moved(right=-3), "its boxes leave out 't'"),
        (moved(down=3), "edge is 3.0 points off"),
        (moved(down=-3), "edge is 3.0 points off"),
        (moved(down=3, box=1), "box 2 does not fit its words"),
        (moved(down=LEADING), "leave out"),
        (stretched(right=-width(" what")), "its boxes leave out 'what'"),
        (stretched(left=-width("The ")), "its boxes leave out 'The'"),
        (stretched(up=3), "upper edge is 3.0 points off"),
        (stretched(right=40), "right edge is 40.0 points off"),
        (stretched(down=3 * LEADING), "too"),
        (lambda boxes: boxes[:1], "leave out"),
        (lambda boxes: boxes[1:], "leave out"),
        (lambda boxes: [*boxes, [72.0, 500.0, 90.0, 510.0]], "box 3 holds no word of the quote"),
        (lambda boxes: [], "it has no boxes"),
        (lambda boxes: [*boxes, boxes[0]], "its boxes lie over one another"),
        (lambda boxes: boxes * 1000, "it has 2000 boxes for 112 characters"),
        (lambda boxes: [[0.0, 0.0, 595.0, 842.0]], "too"),
    ],
)
def test_boxes_that_do_not_enclose_exactly_the_quote_are_a_problem(
    answered: Answered, verify: Verify, damage: Damage, problem: str
) -> None:
    record = answered(WRAPPED)
    record["citations"][0]["boxes"] = damage(record["citations"][0]["boxes"])
    [said] = verify(record)
    assert said.startswith("citation [1]: ")
    assert problem in said


def test_a_box_that_takes_in_a_word_of_the_next_sentence_is_a_problem(answered: Answered, verify: Verify) -> None:
    record = answered(WRAPPED)
    record["citations"][0]["boxes"][1][2] += width(" Members")
    assert verify(record) == ["citation [1]: its boxes hold 'Members' too; ask again"]


def test_boxes_that_two_citations_have_exchanged_are_a_problem_of_both(answered: Answered, verify: Verify) -> None:
    record = answered(WRAPPED, FEE)
    one, other = record["citations"]
    one["boxes"], other["boxes"] = other["boxes"], one["boxes"]
    assert [problem[:12] for problem in verify(record)] == ["citation [1]", "citation [2]"]


def test_boxes_around_the_same_words_in_another_place_are_a_problem(answered: Answered, verify: Verify) -> None:
    """The words stand twice on the page; the last of them is in the store under this text."""
    record = answered(REPEATED)
    for box in record["citations"][0]["boxes"]:
        box[1], box[3] = box[1] - 6 * LEADING, box[3] - 6 * LEADING
    assert verify(record) == ["citation [1]: its boxes enclose the same words in another place of the page; ask again"]


@pytest.mark.parametrize(
    "box",
    [
        [72, 90, 60, 100],
        [72, 90, 72, 100],
        [-50, 90, 300, 100],
        [72, 90, 5000, 100],
        [72, 900, 90, 910],
        [float("nan"), 90, 300, 100],
        [72, 90, float("inf"), 100],
        [72, 90, 300],
        [72, 90, 300, 100, 1],
        [72, 90, 300, "100"],
        [72, 90, 300, None],
        [72, 90, 10**400, 100],
        [True, False, True, False],
        "72 90 300 100",
        None,
        {},
        [],
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_box_on_the_page_is_one_line(answered: Answered, verify: Verify, box: Any) -> None:
    record = answered(FEE)
    record["citations"][0]["boxes"] = [box]
    [problem] = verify(record)
    assert problem.startswith("citation [1]: box 1 is no box on a page of 595 by 842 points")
    assert len(problem) < 250


def quoted(folder: Path, path: Path, password: str = "") -> Record:
    """Ingest a file into a new store and return a record that quotes its first sentence."""
    ingest([path], store=folder / "store", embedder=HashEmbedder(), passwords=[password] if password else [])
    opened = open_store(folder / "store")
    document = opened.library.documents()[0]
    passage = opened.library.passages([item for item, _, _ in opened.library.passage_vectors()])[0]
    sentence = passage.sentences[0]
    [span] = sentence.spans
    quote = opened.library.page(document.document_id, span.page).text[span.start : span.end]
    opened.close()
    citation = {
        "marker": 1, "document_id": document.document_id, "document": document.file, "title": document.title,
        "page": span.page, "page_label": "", "section": list(passage.section), "quote": quote, "start": span.start,
        "end": span.end, "boxes": [list(box) for box in span.boxes], "passage_id": passage.passage_id,
    }  # fmt: skip
    said = {"text": sentence.text, "markers": [1], "support": "verbatim"}
    return {"id": "q", "answer": f"{sentence.text} [1]", "sentences": [said], "citations": [citation]}


def verified(folder: Path, record: Record, *, corpus: Path | None = None, password: str = "") -> list[str]:
    (folder / "a.jsonl").write_text(json.dumps(record))
    found = verify_file(folder / "a.jsonl", store=folder / "store", corpus=corpus, passwords=["wrong", password])
    return [problem.partition("): ")[2] for problem in found.problems]


def test_a_box_in_which_nothing_can_be_seen_is_a_problem(tmp_path: Path) -> None:
    """The same words in the same place, in white: the quote and its characters are there, and a reader sees nothing."""
    record = quoted(tmp_path, write_pdf(tmp_path / "report.pdf", text_page([FEE])))
    assert verified(tmp_path, record) == []

    def white(canvas: Canvas) -> None:
        canvas.setFillColorRGB(1, 1, 1)
        at(LEFT, TOP, FEE)(canvas)

    pale = write_pdf(tmp_path / "pale" / "report.pdf", white)
    record["citations"][0]["document_id"] = content_hash(pale)[:12]
    problems = verified(tmp_path, record, corpus=pale.parent)
    assert problems == ["citation [1]: nothing can be seen in box 1; look at the page in a viewer"]


def test_the_boxes_of_a_file_with_a_password_are_proved(tmp_path: Path) -> None:
    source = write_pdf(tmp_path / "source" / "report.pdf", text_page([FEE]))
    locked = write_encrypted(tmp_path / "locked.pdf", source, user_password="harbour")
    assert verified(tmp_path, quoted(tmp_path, locked, "harbour"), password="harbour") == []


def test_a_page_with_pictures_too_large_to_be_drawn_is_one_line(tmp_path: Path) -> None:
    bomb = next(kind for kind in KINDS if kind.name == "bomb-image")
    bomb.build(tmp_path / "report.pdf")
    [problem] = verified(tmp_path, quoted(tmp_path, tmp_path / "report.pdf"))
    assert "page 1, has pictures of 3,600,000,000 pixels" in problem
