"""Pages become headings, paragraphs, lists and rows as a reader sees them."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from advisor.records import Sentence
from ingest.lines import union
from ingest.pages import printed_labels
from tests.ingest.pdfs import HEIGHT, Draw, at, drawn, table, text_page, write_boxed, write_pdf, write_text
from tests.ingest.reading import Read, read

ROWS = [["Partnership", "Sector", "Members"], ["ELBE", "Blue Energy", "4"], ["NATUREEF", "Food", "6"]]


def kinds(found: Read) -> list[tuple[str, str]]:
    return [(sentence.kind, sentence.text) for sentence in found.sentences]


def groups(found: Read) -> dict[str, int]:
    return {sentence.text: sentence.group for sentence in found.sentences}


# --- running lines and labels ----------------------------------------------------------------------------------


def numbered(folio: int) -> Path | object:
    return drawn(
        at(72, 815, "Cluster handbook", size=8),
        at(280, 30, f"{folio} | Page", size=8),
        text_page([f"Part {'abc'[folio - 5]} has its own words."]),
    )


def test_running_headers_and_footers_are_left_out_and_give_the_page_labels(tmp_path: Path) -> None:
    found = read(write_pdf(tmp_path / "a.pdf", *(numbered(folio) for folio in (5, 6, 7))))  # type: ignore[arg-type]
    assert found.labels == ["5", "6", "7"]
    assert found.texts == [f"Part {letter} has its own words." for letter in "abc"]


def test_labels_of_the_pdf_itself_go_before_printed_ones(tmp_path: Path) -> None:
    import pypdf

    plain = write_pdf(tmp_path / "a.pdf", *(numbered(folio) for folio in (5, 6, 7)))  # type: ignore[arg-type]
    writer = pypdf.PdfWriter(clone_from=plain)
    writer.set_page_label(0, 2, style="/r")  # type: ignore[arg-type]
    with (tmp_path / "b.pdf").open("wb") as file:
        writer.write(file)
    assert read(tmp_path / "b.pdf").labels == ["i", "ii", "iii"]


def test_a_number_counts_as_label_only_where_it_runs_along_with_the_pages() -> None:
    assert printed_labels([["Page 9"], ["Page 10"], ["Page 11"]]) == ["9", "10", "11"]
    assert printed_labels([["Report 2012"], ["Report 2012"], ["Report 2012"]]) == ["", "", ""]
    assert printed_labels([["1"], [], ["3"]]) == ["1", "", "3"]


LETTERS = "abcdefghijkl"


def topped(tops: list[str], *, size: float) -> list[Draw]:
    """Pages with a line of this size in the top margin, words of their own and a folio below."""
    return [
        drawn(
            at(72, 800, top, size=size, font="Helvetica-Bold"),
            text_page([f"Part {LETTERS[i]} has its own words and ends here."], top=700),
            at(280, 30, f"Page {i + 1} of {len(tops)}", size=8),
        )
        for i, top in enumerate(tops)
    ]


def test_headings_that_differ_only_in_a_number_are_no_running_lines(tmp_path: Path) -> None:
    tops = [f"Recommendation R{number}" for number in range(1, 9)]
    found = read(write_pdf(tmp_path / "a.pdf", *topped(tops, size=16)))
    assert [passage.section for passage in found.passages] == [(top,) for top in tops]
    assert found.labels == [str(number) for number in range(1, 9)]
    assert not any("Page" in text for text in found.texts)


def test_a_number_that_does_not_count_the_pages_makes_no_running_line(tmp_path: Path) -> None:
    tops = ["Step 1", "of the journey", "Step 2", "and what it takes", "again", "Step 3", "without end", "Step 4"]
    found = read(write_pdf(tmp_path / "a.pdf", *topped(tops, size=10)))
    assert [passage.section[-1] for passage in found.passages if passage.section[-1].startswith("Step")] == [
        "Step 1",
        "Step 2",
        "Step 3",
        "Step 4",
    ]


def headed(number: int) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.bookmarkPage(f"s{number}")
        canvas.addOutlineEntry(f"Step {number}", f"s{number}", level=0)
        drawn(at(72, 800, f"Step {number}"), text_page([f"Part {LETTERS[number]} has its own words."], top=700))(canvas)

    return draw


def test_a_line_that_the_outline_names_is_no_running_line_although_its_number_counts_the_pages(tmp_path: Path) -> None:
    found = read(write_pdf(tmp_path / "a.pdf", *(headed(number) for number in range(1, 5))))
    assert [passage.section for passage in found.passages] == [(f"Step {number}",) for number in range(1, 5)]


@pytest.mark.parametrize("form", ["{} | Page", "{} TACTICS | Cluster handbook", "Page {} of 9", "Report 2019, page {}"])
def test_page_numbers_among_words_are_running_lines(tmp_path: Path, form: str) -> None:
    pages = [
        drawn(at(72, 30, form.format(i + 4), size=8), text_page([f"Part {letter} has its own words and ends here."]))
        for i, letter in enumerate(LETTERS[:6])
    ]
    found = read(write_pdf(tmp_path / "a.pdf", *pages))
    assert found.texts == [f"Part {letter} has its own words and ends here." for letter in LETTERS[:6]]
    assert found.labels == [str(i + 4) for i in range(6)]


# --- headings --------------------------------------------------------------------------------------------------


def test_larger_and_bold_lines_are_headings_and_make_the_section_path(tmp_path: Path) -> None:
    body = "Words of the body are set in ten points and are most of the text."
    found = read(write_text(tmp_path / "a.pdf", ["# Journey", body, "", "## Step 1", body, "", "# Funding", body]))
    assert [passage.section for passage in found.passages] == [("Journey",), ("Journey", "Step 1"), ("Funding",)]


def outlined(canvas: Canvas) -> None:
    canvas.bookmarkPage("a")
    canvas.addOutlineEntry("Why go abroad", "a", level=0)
    canvas.bookmarkPage("b")
    canvas.addOutlineEntry("First things", "b", level=1)
    text_page(["Why go abroad", "", "First things", "", "Clusters find markets. They last."])(canvas)


def test_a_line_that_the_outline_names_is_a_heading_of_its_level_however_it_looks(tmp_path: Path) -> None:
    found = read(write_pdf(tmp_path / "a.pdf", outlined))
    assert [(p.section, p.text) for p in found.passages] == [
        (("Why go abroad", "First things"), "Clusters find markets. They last.")
    ]


def test_a_page_of_contents_is_left_out(tmp_path: Path) -> None:
    entries = [f"Chapter about step {name} {'.' * 30} {i + 3}" for i, name in enumerate("abcdefgh")]
    found = read(write_text(tmp_path / "a.pdf", ["Contents", *entries], ["The text begins here."]))
    assert found.texts == ["The text begins here."]


COUNTRIES = ["Germany 40", "France 31", "Spain 28", "Italy 22", "Poland 17", "Denmark 9", "Latvia 4"]


@pytest.mark.parametrize("lines", [COUNTRIES, COUNTRIES[::-1]], ids=["falling", "rising past the last page"])
def test_lines_that_end_in_a_number_are_no_contents_without_page_numbers_in_their_order(
    tmp_path: Path, lines: list[str]
) -> None:
    found = read(write_text(tmp_path / "a.pdf", ["# Members per country", *lines], ["The text goes on here."]))
    assert all(line in " ".join(found.texts) for line in lines)


def test_a_page_with_a_ruled_table_is_never_a_page_of_contents(tmp_path: Path) -> None:
    rows = [["Step", "Task"], *([f"Step {number}", f"Task {number}"] for number in range(1, 9))]
    found = read(write_pdf(tmp_path / "a.pdf", table(rows), *[text_page(["Words."])] * 9))
    assert "Step 3 — Task: Task 3" in found.texts


def test_contents_without_a_title_are_known_by_their_page_numbers(tmp_path: Path) -> None:
    entries = [f"Chapter about step {name} {i + 1}" for i, name in enumerate("abcdefgh")]
    found = read(write_text(tmp_path / "a.pdf", entries, *[[f"Words of {name}."] for name in "abcdefgh"]))
    assert found.texts == [f"Words of {name}." for name in "abcdefgh"]


def test_contents_without_a_title_are_known_by_their_dot_leaders(tmp_path: Path) -> None:
    entries = [f"Chapter about step {name} {'.' * 30} {9 - i}" for i, name in enumerate("abcdefgh")]
    assert read(write_text(tmp_path / "a.pdf", entries, ["Words."])).texts == ["Words."]


# --- lists -----------------------------------------------------------------------------------------------------


def test_bullets_in_the_line_open_items_that_share_a_group_with_their_lead_in(tmp_path: Path) -> None:
    lines = [
        "Nothing to do with it. Do the following:",
        "• find partners",
        "• sign a letter",
        "of intent",
        "",
        "After.",
    ]
    found = read(write_text(tmp_path / "a.pdf", lines))
    assert kinds(found) == [
        ("text", "Nothing to do with it."),
        ("lead", "Do the following:"),
        ("item", "find partners"),
        ("item", "sign a letter of intent"),
        ("text", "After."),
    ]
    of = groups(found)
    assert of["Do the following:"] == of["find partners"] == of["sign a letter of intent"]
    assert len({of["Nothing to do with it."], of["find partners"], of["After."]}) == 3


def test_bullets_that_stand_alone_beside_the_line_open_items_too(tmp_path: Path) -> None:
    bullets = [part for y in (686, 672) for part in (at(72, y, "•"), at(90, y, f"thing at {y}"))]
    found = read(write_pdf(tmp_path / "a.pdf", drawn(text_page(["Do this:"], top=700), *bullets)))
    assert kinds(found) == [("lead", "Do this:"), ("item", "thing at 686"), ("item", "thing at 672")]


def test_numbers_open_items(tmp_path: Path) -> None:
    found = read(write_text(tmp_path / "a.pdf", ["Three steps:", "1. Ask members", "2. Meet partners", "3) Agree"]))
    assert [kind for kind, _ in kinds(found)] == ["lead", "item", "item", "item"]


def test_a_sentence_that_ends_before_a_list_is_no_lead_in(tmp_path: Path) -> None:
    found = read(write_text(tmp_path / "a.pdf", ["It ends here.", "• find partners", "• sign a letter"]))
    of = groups(found)
    assert of["It ends here."] != of["find partners"] == of["sign a letter"]


def test_a_long_item_is_quoted_sentence_by_sentence(tmp_path: Path) -> None:
    sentences = [f"• {'Word ' * 11}end." if i == 0 else f"   {'Word ' * 11}end." for i in range(6)]
    found = read(write_text(tmp_path / "a.pdf", sentences))
    assert [kind for kind, _ in kinds(found)] == ["item"] * 6


# --- sentences over lines and pages ----------------------------------------------------------------------------


def test_a_sentence_broken_by_the_page_end_has_a_span_on_each_page(tmp_path: Path) -> None:
    found = read(write_text(tmp_path / "a.pdf", ["Visits abroad are tied to the big"], ["fairs of the sector. Next."]))
    sentence = found.sentences[0]
    assert sentence.text == "Visits abroad are tied to the big fairs of the sector."
    assert found.quotes(sentence) == ["Visits abroad are tied to the big", "fairs of the sector."]
    assert [span.page for span in sentence.spans] == [1, 2]
    assert (found.passages[0].first_page, found.passages[0].last_page) == (1, 2)


def test_a_word_broken_at_a_line_end_is_joined(tmp_path: Path) -> None:
    assert read(write_text(tmp_path / "a.pdf", ["They go to inter-", "national fairs."])).texts == [
        "They go to international fairs."
    ]


def test_a_hyphen_at_a_line_end_stays_where_the_text_has_the_word_with_it_elsewhere(tmp_path: Path) -> None:
    lines = ["Support cross-border work. Here is cross-", "border work again."]
    assert read(write_text(tmp_path / "a.pdf", lines)).texts == [
        "Support cross-border work.",
        "Here is cross-border work again.",
    ]


def test_a_line_to_fill_in_is_cut_so_that_the_model_reads_all_of_it() -> None:
    from ingest.passages import _within
    from ingest.sentences import Draft

    pieces = list(_within(Draft("text", 1, "Name: " + "_" * 900, ()), 200, lambda text: len(text.replace(" ", "")) + 2))
    assert max(len(piece.text) for piece in pieces) <= 200
    assert "".join(piece.text for piece in pieces).count("_") == 900


# --- tables ----------------------------------------------------------------------------------------------------


def test_a_ruled_row_reads_with_its_column_headers(tmp_path: Path) -> None:
    found = read(write_pdf(tmp_path / "a.pdf", table(ROWS)))
    assert kinds(found) == [
        ("row", "ELBE — Sector: Blue Energy; Members: 4"),
        ("row", "NATUREEF — Sector: Food; Members: 6"),
    ]
    assert [" ".join(" ".join(found.quotes(s)).split()) for s in found.sentences] == [
        "ELBE Blue Energy 4",
        "NATUREEF Food 6",
    ]
    assert len(set(groups(found).values())) == 1
    assert found.layout.tables == 1


@pytest.mark.parametrize("repeated", [True, False], ids=["header repeated", "header not repeated"])
def test_a_table_split_by_the_page_end_is_one_table_under_its_first_header(tmp_path: Path, repeated: bool) -> None:
    rest = [ROWS[0], ["IRON", "Steel", "8"]] if repeated else [["IRON", "Steel", "8"], ["WINTECH", "Water", "5"]]
    found = read(write_pdf(tmp_path / "a.pdf", table(ROWS, top=160), table(rest, top=790)))
    assert "IRON — Sector: Steel; Members: 8" in found.texts
    assert not any("Partnership" in text for text in found.texts)
    assert found.layout.tables == 1


def borrowed(found: Read, sentence: Sentence) -> list[tuple[int, str]]:
    """Return the places of the words that a sentence has from elsewhere: page and words."""
    return [
        (span.page, " ".join(found.layout.pages[span.page - 1].text[span.start : span.end].split()))
        for span in sentence.borrowed
    ]


def test_a_row_tells_where_the_names_of_its_columns_stand(tmp_path: Path) -> None:
    page = drawn(table(ROWS, top=400), at(72, 200, "Six partnerships named a barrier."))
    found = read(write_pdf(tmp_path / "a.pdf", page))
    assert [borrowed(found, sentence) for sentence in found.sentences] == [
        [(1, "Partnership Sector Members")],
        [(1, "Partnership Sector Members")],
        [],
    ]


@pytest.mark.parametrize(("repeated", "page"), [(True, 2), (False, 1)], ids=["header repeated", "header not repeated"])
def test_behind_a_page_end_the_names_are_those_of_the_page_where_they_are_repeated(
    tmp_path: Path, repeated: bool, page: int
) -> None:
    rest = [ROWS[0], ["IRON", "Steel", "8"]] if repeated else [["IRON", "Steel", "8"], ["WINTECH", "Water", "5"]]
    found = read(write_pdf(tmp_path / "a.pdf", table(ROWS, top=160), table(rest, top=790)))
    iron = next(sentence for sentence in found.sentences if sentence.text.startswith("IRON"))
    assert borrowed(found, iron) == [(page, "Partnership Sector Members")]


def test_a_row_tells_where_the_cell_stands_that_it_shares_with_the_row_above(tmp_path: Path) -> None:
    rows = [["Country", "Barrier", "Share"], ["Chile", "Cost", "4"], ["", "Language", "6"], ["Japan", "Water", "5"]]
    found = read(write_pdf(tmp_path / "a.pdf", table(rows, merged_first=2)))
    assert [[words for _, words in borrowed(found, sentence)] for sentence in found.sentences] == [
        ["Country Barrier Share"],
        ["Country Barrier Share", "Chile"],
        ["Country Barrier Share"],
    ]


def test_a_row_tells_where_the_label_stands_that_is_in_the_middle_of_its_rows(tmp_path: Path) -> None:
    rows = [["Partnership", "Partner"], ["", "NPC"], ["ELBE", "Opal"], ["", "Umore"], ["NF4", "FIEP"]]
    found = read(write_pdf(tmp_path / "a.pdf", table(rows)))
    header = "Partnership Partner"
    assert [[words for _, words in borrowed(found, sentence)] for sentence in found.sentences] == [
        [header, "ELBE"],
        [header],
        [header, "ELBE"],
        [header],
    ]


def test_a_table_at_the_top_of_a_page_is_a_new_one_when_the_page_before_ends_in_words(tmp_path: Path) -> None:
    other = [["Country", "Barrier", "Share"], ["Chile", "Cost", "4"]]
    words = drawn(table(ROWS, top=400), at(72, 200, "Six partnerships named a barrier."))
    found = read(write_pdf(tmp_path / "a.pdf", words, table(other, top=790)))
    assert "Chile — Barrier: Cost; Share: 4" in found.texts
    assert found.layout.tables == 2


def test_a_merged_first_cell_speaks_for_the_rows_below_it(tmp_path: Path) -> None:
    rows = [["Country", "Barrier", "Share"], ["Chile", "Cost", "4"], ["", "Language", "6"], ["Japan", "Water", "5"]]
    assert read(write_pdf(tmp_path / "a.pdf", table(rows, merged_first=2))).texts == [
        "Chile — Barrier: Cost; Share: 4",
        "Chile — Barrier: Language; Share: 6",
        "Japan — Barrier: Water; Share: 5",
    ]


def test_a_label_in_the_middle_of_its_rows_speaks_for_all_of_them(tmp_path: Path) -> None:
    rows = [["Partnership", "Partner"], ["", "NPC"], ["ELBE", "Opal"], ["", "Umore"], ["NF4", "FIEP"]]
    assert read(write_pdf(tmp_path / "a.pdf", table(rows))).texts == [
        "ELBE — Partner: NPC",
        "ELBE — Partner: Opal",
        "ELBE — Partner: Umore",
        "NF4 — Partner: FIEP",
    ]


def test_where_nothing_tells_which_rows_a_label_is_for_it_is_for_its_own(tmp_path: Path) -> None:
    rows = [["Partnership", "Partner"], ["", "NPC"], ["ELBE", "Opal"], ["NF4", "FIEP"], ["", "Umore"], ["", "Quay"]]
    assert read(write_pdf(tmp_path / "a.pdf", table(rows))).texts == [
        "NPC",
        "ELBE — Partner: Opal",
        "NF4 — Partner: FIEP",
        "Umore",
        "Quay",
    ]


def test_an_empty_first_cell_below_a_label_is_of_the_same_thing(tmp_path: Path) -> None:
    rows = [["Partnership", "Partner"], ["ELBE", "Opal"], ["", "Umore"]]
    assert read(write_pdf(tmp_path / "a.pdf", table(rows))).texts == ["ELBE — Partner: Opal", "ELBE — Partner: Umore"]


# --- boxes -----------------------------------------------------------------------------------------------------


BOXES = {
    "whole": {},
    "cropped": {"crop": (30, 40, 560, 800)},
    "cropped to more than the paper": {"crop": (-50, -60, 700, 900)},
    "corners the other way round": {"media": (595, 842, 0, 0)},
    "cropped with corners the other way round": {"media": (595, 842, 0, 0), "crop": (560, 800, 30, 40)},
    "paper with an origin of its own": {"media": (-20, -30, 595, 842)},
}
boxed = pytest.mark.parametrize("boxes", BOXES.values(), ids=BOXES)
turned = pytest.mark.parametrize("turn", [0, 90, 180, 270])


@turned
@boxed
def test_boxes_lie_on_the_ink_as_a_viewer_shows_the_page(
    tmp_path: Path, turn: int, boxes: dict[str, tuple[float, ...]]
) -> None:
    plain = write_text(tmp_path / "a.pdf", ["Clusters export turbines."])
    write_boxed(tmp_path / "b.pdf", plain, turn=turn, **boxes)
    found = read(tmp_path / "b.pdf")
    image = pypdfium2.PdfDocument(tmp_path / "b.pdf")[0].render(scale=2).to_pil().convert("L").point(lambda v: 255 - v)
    ink = image.getbbox()
    assert ink is not None
    page = found.layout.pages[0]
    assert (page.width, page.height) == (image.width / 2, image.height / 2)
    box = union(found.sentences[0].spans[0].boxes)
    for ours, theirs, side in zip(box, ink, (-1, -1, 1, 1), strict=True):
        assert 0 <= side * (ours - theirs / 2) + 1 <= 6  # around the ink, with the room of its line


@pytest.mark.parametrize("turn", [0, 90, 270])  # upside down, pypdf and pdfium differ in the order of the words
@boxed
def test_the_cells_of_a_table_hold_the_same_words_however_its_page_is_cropped_and_turned(
    tmp_path: Path, turn: int, boxes: dict[str, tuple[float, ...]]
) -> None:
    plain = write_pdf(tmp_path / "a.pdf", drawn(at(72, 700, "Six partnerships answered."), table(ROWS, top=400)))
    found = read(write_boxed(tmp_path / "b.pdf", plain, turn=turn, **boxes))
    text = found.layout.pages[0].text
    cells = [cell for block in found.layout.blocks for cell in block.cells]
    words = sorted(" ".join(text[start:end] for _, start, end in cell) for cell in cells)
    assert words == sorted(cell for row in ROWS for cell in row)
    if not turn:
        assert kinds(found) == kinds(read(plain))


def test_boxes_are_counted_from_the_top_left(tmp_path: Path) -> None:
    found = read(write_pdf(tmp_path / "a.pdf", at(72, HEIGHT - 150, "Here.")))
    (box,) = found.sentences[0].spans[0].boxes
    assert box[0] == pytest.approx(72, abs=1)
    assert box[1] < 150 < box[3] < 160


def test_a_source_note_is_one_sentence_whatever_stops_stand_in_it(tmp_path: Path) -> None:
    lines = ["Partners build trust.", "", 'Rests on: Handbook, section "Step 7. Develop trust", page 38.']
    found = read(write_text(tmp_path / "a.pdf", lines))
    assert found.texts == ["Partners build trust.", 'Rests on: Handbook, section "Step 7. Develop trust", page 38.']
