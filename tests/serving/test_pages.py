"""Pages become images; a file that is not the stored one is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfbase.pdfmetrics import stringWidth

from advisor.errors import CorpusError
from advisor.serving.pages import ChangedFileError, check_document, find_words, read_document, render_page
from tests.ingest.pdfs import write_boxed

from .fakes import HANDBOOK, HEIGHT, LEFT, SIZE, WIDTH, Store, build_store


def image(store: Store, page: int = 1, width_px: int = 1190) -> Image.Image:
    data = render_page(Path(store.documents["d1handbook"].path), page, width_px=width_px)
    return Image.open(io.BytesIO(data)).convert("L")


def test_a_page_is_drawn_as_wide_as_asked_in_the_proportions_of_the_pdf(store: Store) -> None:
    assert image(store, width_px=595).size == (595, 842)


def test_the_words_stand_where_the_boxes_of_their_citation_are(store: Store) -> None:
    drawn = image(store)
    scale = drawn.width / WIDTH
    for left, top, right, bottom in store.cite(1, "d1handbook", 1, HANDBOOK[0][2], HANDBOOK[0][3]).boxes:
        inside = drawn.crop((int(left * scale), int(top * scale), int(right * scale), int(bottom * scale)))
        beside = drawn.crop((int(right * scale) + 3, int(top * scale), drawn.width, int(bottom * scale)))
        assert min(inside.tobytes()) < 60
        assert min(beside.tobytes()) == 255
    assert drawn.height == pytest.approx(HEIGHT * scale, abs=1)


def spans(word: str) -> Callable[[str], list[tuple[int, int]]]:
    return lambda text: [found.span() for found in re.finditer(word, text)]


def test_words_are_found_where_they_are_drawn(store: Store) -> None:
    path, stored = Path(store.documents["d1handbook"].path), store.lines["d1handbook", 1]
    found = find_words(path, 1, spans("cluster"))
    lines = [stored[3][1], stored[4][1], stored[7][1]] if len(found) == 3 else []
    assert [line[1] <= (box[1] + box[3]) / 2 <= line[3] for box, line in zip(found, lines, strict=True)] == [True] * 3
    (box,) = find_words(path, 1, spans("Look"))
    assert box[0] == pytest.approx(LEFT, abs=1)
    assert box[2] - box[0] == pytest.approx(stringWidth("Look", "Helvetica", SIZE), abs=1)


def test_words_that_run_over_a_line_end_have_a_box_in_each_line(store: Store) -> None:
    first, second = find_words(Path(store.documents["d1handbook"].path), 1, spans(r"week whether\s+another"))
    assert first[3] <= second[1] + 2
    assert first[0] > second[0]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_are_found_on_a_page_that_is_cropped_and_turned(store: Store, tmp_path: Path, turn: int) -> None:
    path = write_boxed(
        tmp_path / "turned.pdf", Path(store.documents["d1handbook"].path), crop=(60, 300, 500, 800), turn=turn
    )
    (box,) = find_words(path, 1, spans("platform|Platform"))
    drawn = Image.open(io.BytesIO(render_page(path, 1, width_px=1000))).convert("L")
    scale = drawn.width / (440 if turn % 180 == 0 else 500)
    left, top, right, bottom = (int(side * scale) for side in box)
    inside = drawn.crop((left, top, right, bottom))
    assert min(inside.tobytes()) < 60


def test_a_page_is_drawn_once_until_its_file_changes(store: Store, tmp_path: Path) -> None:
    path = Path(store.documents["d1handbook"].path)
    first = render_page(path, 1)
    assert render_page(path, 1) is first
    other = tmp_path / "other"
    other.mkdir()
    path.write_bytes(Path(build_store(other).documents["d2survey"].path).read_bytes())
    assert render_page(path, 1) != first


def test_many_threads_may_draw_at_once(store: Store) -> None:
    path = Path(store.documents["d1handbook"].path)
    jobs = [(page, width) for page in (1, 2, 3) for width in range(300, 340)]
    with ThreadPoolExecutor(16) as pool:
        images = list(pool.map(lambda job: render_page(path, job[0], width_px=job[1]), jobs))
    assert [Image.open(io.BytesIO(data)).width for data in images] == [width for _, width in jobs]


@pytest.mark.parametrize("page", [0, -1, 4])
def test_a_page_that_is_not_there_is_named(store: Store, page: int) -> None:
    with pytest.raises(CorpusError, match=rf"d1handbook\.pdf has no page {page}; its pages are 1 to 3"):
        render_page(Path(store.documents["d1handbook"].path), page)


def test_a_missing_or_damaged_file_is_an_error_of_the_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"gone\.pdf cannot be opened"):
        render_page(tmp_path / "gone.pdf", 1)
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nothing more")
    with pytest.raises(CorpusError, match=r"bad\.pdf cannot be opened as a PDF"):
        render_page(tmp_path / "bad.pdf", 1)


def test_a_stored_document_is_read_as_it_was_stored(store: Store) -> None:
    document = store.documents["d1handbook"]
    assert read_document(document).startswith(b"%PDF")
    assert check_document(document) == Path(document.path)


def test_a_file_that_changed_since_it_was_stored_is_refused(store: Store) -> None:
    document = store.documents["d1handbook"]
    check_document(document)
    with Path(document.path).open("ab") as file:
        file.write(b"%")
    for read in (read_document, check_document):
        with pytest.raises(ChangedFileError, match=r"d1handbook\.pdf has changed since it was read into the store"):
            read(document)


def test_a_file_that_is_gone_is_refused(store: Store, tmp_path: Path) -> None:
    document = replace(store.documents["d1handbook"], path=str(tmp_path / "elsewhere.pdf"))
    for read in (read_document, check_document):
        with pytest.raises(ChangedFileError, match="no longer in its place"):
            read(document)
