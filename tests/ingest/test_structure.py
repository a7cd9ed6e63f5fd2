"""Boxes, footnotes, captions, heads, columns and forms are read as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.ingest.pdfs import HEIGHT, LEFT, WIDTH, Draw, at, drawn, table, text_page, write_pdf, write_text
from tests.ingest.reading import Read, read

ROWS = [["Partnership", "Sector", "Members"], ["ELBE", "Blue Energy", "4"], ["NATUREEF", "Food", "6"]]
LETTERS = "abcdefghijkl"


def kinds(found: Read) -> list[tuple[str, str]]:
    return [(sentence.kind, sentence.text) for sentence in found.sentences]


def groups(found: Read) -> dict[str, int]:
    return {sentence.text: sentence.group for sentence in found.sentences}


# --- boxes -----------------------------------------------------------------------------------------------------


def boxed_text(
    lines: Sequence[str], *, top: float, bold_first: bool = True, left: float = LEFT, width: float = 440
) -> Draw:
    """A tinted box with lines in it, the first one bold."""

    def draw(canvas: Canvas) -> None:
        bottom = top - 14 * len(lines) - 8
        canvas.setFillGray(0.93)
        canvas.rect(left - 6, bottom, width, top - bottom + 12, fill=1, stroke=0)
        canvas.setFillGray(0)
        for i, line in enumerate(lines):
            font = "Helvetica-Bold" if bold_first and not i else "Helvetica"
            at(left, top - 4 - 14 * i, line, font=font)(canvas)

    return draw


def test_a_box_at_the_page_end_does_not_break_the_sentence_that_goes_on_behind_it(tmp_path: Path) -> None:
    first = drawn(
        text_page(["# Journey", "Visits abroad are tied to the big"]),
        boxed_text(["Zoom on ELBE", "ELBE sails far."], top=600),
    )
    found = read(write_pdf(tmp_path / "a.pdf", first, text_page(["fairs of the sector. Next."])))
    assert [(passage.section, passage.text) for passage in found.passages] == [
        (("Journey",), "Visits abroad are tied to the big fairs of the sector. Next."),
        (("Journey", "Zoom on ELBE"), "ELBE sails far."),
    ]
    assert [span.page for span in found.sentences[0].spans] == [1, 2]


def test_what_stands_in_a_box_ends_with_the_box(tmp_path: Path) -> None:
    page = drawn(
        text_page(["# Journey", "Before."]),
        boxed_text(["Zoom on ELBE", "Inside."], top=640),
        text_page(["After."], top=560),
    )
    found = read(write_pdf(tmp_path / "a.pdf", page))
    assert [(p.section, p.text) for p in found.passages] == [
        (("Journey",), "Before.\nAfter."),
        (("Journey", "Zoom on ELBE"), "Inside."),
    ]


def test_a_box_that_goes_on_over_the_page_end_keeps_its_title(tmp_path: Path) -> None:
    first = drawn(text_page(["# Journey", "Before."]), boxed_text(["Zoom on ELBE", "It sails and"], top=200))
    second = drawn(boxed_text(["lands. It rests."], top=780, bold_first=False), text_page(["After."], top=600))
    found = read(write_pdf(tmp_path / "a.pdf", first, second))
    assert [(p.section, p.text) for p in found.passages] == [
        (("Journey",), "Before.\nAfter."),
        (("Journey", "Zoom on ELBE"), "It sails and lands. It rests."),
    ]


def test_a_quote_in_a_box_that_goes_on_with_the_sentence_before_it_belongs_to_it(tmp_path: Path) -> None:
    page = drawn(
        text_page(["The report asks that"]),
        boxed_text(["clusters work together in all regions."], top=720, bold_first=False),
        text_page(["Members agree."], top=640),
    )
    assert read(write_pdf(tmp_path / "a.pdf", page)).texts == [
        "The report asks that clusters work together in all regions.",
        "Members agree.",
    ]


def test_a_box_of_nothing_but_a_bold_question_is_text_and_not_lost(tmp_path: Path) -> None:
    page = drawn(
        text_page(["# Survey", "Nineteen partnerships of the two strands answered the survey in good time."]),
        boxed_text(["Question: which markets do you target?"], top=640),
        text_page(["They named six."], top=560),
    )
    assert "Question: which markets do you target?" in read(write_pdf(tmp_path / "a.pdf", page)).texts


def test_a_narrow_box_beside_the_text_belongs_to_the_heading_above_it(tmp_path: Path) -> None:
    wide = ["Words that run over the whole width of the page, from the left to the right margin."] * 4
    page = drawn(
        boxed_text(["“Go abroad in good time.”"], top=500, bold_first=False, left=330, width=160),
        text_page(["# Old", "Before.", "# New", *wide]),
        at(LEFT, 490, "Beside the quote."),
    )
    found = read(write_pdf(tmp_path / "a.pdf", page))
    assert [p.section for p in found.passages if "Go abroad" in p.text] == [("New",)]


def test_a_page_on_tinted_paper_is_no_box(tmp_path: Path) -> None:
    def tinted(canvas: Canvas) -> None:
        canvas.setFillGray(0.9)
        canvas.rect(0, 0, WIDTH, HEIGHT, fill=1, stroke=0)
        canvas.setFillGray(0)
        text_page(["# Part", "Words in it."])(canvas)

    found = read(write_pdf(tmp_path / "a.pdf", tinted, text_page(["More words."])))
    assert [(p.section, p.text) for p in found.passages] == [(("Part",), "Words in it.\nMore words.")]


# --- footnotes and captions ------------------------------------------------------------------------------------


def test_a_footnote_stands_behind_the_paragraph_of_its_mark_and_the_mark_is_no_word(tmp_path: Path) -> None:
    page = drawn(
        at(LEFT, 700, "The survey went to 23 coordinators"),
        at(LEFT + 158, 704, "1", size=6),
        at(LEFT + 162, 700, "of partnerships."),
        at(LEFT, 660, "Another paragraph."),
        at(LEFT, 100, "1 Two of them began later.", size=7),
    )
    found = read(write_pdf(tmp_path / "a.pdf", page))
    assert found.texts == [
        "The survey went to 23 coordinators of partnerships.",
        "Two of them began later.",
        "Another paragraph.",
    ]
    assert " ".join(" ".join(found.quotes(found.sentences[0])).split()) == found.texts[0]


def test_a_small_number_that_leads_to_no_footnote_stays(tmp_path: Path) -> None:
    page = drawn(at(LEFT, 700, "Emissions of CO"), at(LEFT + 72, 698, "2", size=6), at(LEFT + 78, 700, "fall."))
    assert "2" in read(write_pdf(tmp_path / "a.pdf", page)).texts[0]


def test_the_caption_of_a_figure_is_a_sentence_of_its_own(tmp_path: Path) -> None:
    page = drawn(
        text_page(["Before the figure."]),
        at(LEFT, 500, "Figure 6 Benefits for members", font="Helvetica-Oblique"),
        at(LEFT, 484, "The involvement of members consists of contacts."),
    )
    assert read(write_pdf(tmp_path / "a.pdf", page)).texts == [
        "Before the figure.",
        "Figure 6 Benefits for members",
        "The involvement of members consists of contacts.",
    ]


def test_a_sentence_about_a_figure_is_no_caption(tmp_path: Path) -> None:
    lines = ["It is shown here.", "Figure 4 presents the results of the", "survey, by country."]
    assert read(write_text(tmp_path / "a.pdf", lines)).texts == [
        "It is shown here.",
        "Figure 4 presents the results of the survey, by country.",
    ]


@pytest.mark.parametrize("above", [True, False], ids=["above", "below"])
def test_the_caption_of_a_table_leads_its_rows_wherever_it_stands(tmp_path: Path, above: bool) -> None:
    caption = at(LEFT, 620 if above else 520, "Table 1: Members", font="Helvetica-Oblique")
    parts = [caption, table(ROWS, top=600)] if above else [table(ROWS, top=600), caption]
    found = read(write_pdf(tmp_path / "a.pdf", drawn(*parts)))
    assert kinds(found)[0] == ("lead", "Table 1: Members")
    assert len(set(groups(found).values())) == 1


# --- heads and levels ------------------------------------------------------------------------------------------


def test_a_short_line_in_italics_between_paragraphs_is_a_head(tmp_path: Path) -> None:
    page = drawn(
        at(LEFT, 700, "How clusters of two regions find out what they have in common with each"),
        at(LEFT, 686, "other and with a third region"),
        at(LEFT, 672, "Description of case", font="Helvetica-Oblique"),
        at(LEFT, 658, "The programme has two parts, of which the first looks at what is there."),
    )
    found = read(write_pdf(tmp_path / "a.pdf", page))
    assert [passage.section for passage in found.passages] == [(), ("Description of case",)]


def test_a_bold_line_inside_a_sentence_is_no_head(tmp_path: Path) -> None:
    page = drawn(
        at(LEFT, 700, "It was considered that before they start to cooperate"),
        at(LEFT, 686, "Clusters of the regions should have a good knowledge", font="Helvetica-Bold"),
        at(LEFT, 672, "of each other. They then agree."),
    )
    assert len(read(write_pdf(tmp_path / "a.pdf", page)).texts) == 2


def test_items_with_text_of_their_own_below_are_heads_of_it(tmp_path: Path) -> None:
    lines = ["# Showcase", "• PERES", "PERES went to a fair.", "• PIMAP", "PIMAP held a workshop."]
    found = read(write_text(tmp_path / "a.pdf", lines))
    assert [(passage.section, passage.text) for passage in found.passages] == [
        (("Showcase", "PERES"), "PERES went to a fair."),
        (("Showcase", "PIMAP"), "PIMAP held a workshop."),
    ]


def test_a_heading_without_a_number_has_the_level_of_numbered_ones_that_look_like_it(tmp_path: Path) -> None:
    body = "Words of the body are set in ten points and are most of the text."
    lines = ["# 1. Profile", body, "## 1.1. Sector", body, "## Countries", body, "# Conclusions", body]
    found = read(write_text(tmp_path / "a.pdf", lines))
    assert [passage.section for passage in found.passages] == [
        ("1. Profile",),
        ("1. Profile", "1.1. Sector"),
        ("1. Profile", "Countries"),
        ("Conclusions",),
    ]


def test_an_outline_entry_is_found_in_two_lines_and_with_a_reading_error(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.bookmarkPage("a")
        canvas.addOutlineEntry("Case 5: Matchmaking by collaboration in two forums", "a", level=0)
        text_page(["Case 5: Matchmaking by", "collaboratlon in two forums", "", "They met."])(canvas)

    found = read(write_pdf(tmp_path / "a.pdf", page))
    assert [p.section for p in found.passages] == [("Case 5: Matchmaking by collaboratlon in two forums",)]


def test_with_an_outline_the_large_words_of_the_cover_are_no_headings(tmp_path: Path) -> None:
    def inside(canvas: Canvas) -> None:
        canvas.bookmarkPage("a")
        canvas.addOutlineEntry("Summary", "a", level=0)
        text_page(["# Summary", "All in short. All that counts."])(canvas)

    cover = drawn(at(72, 600, "Guide for clusters", size=28), at(72, 560, "November 2021", size=16))
    found = read(write_pdf(tmp_path / "a.pdf", cover, inside))
    assert [p.section for p in found.passages] == [(), ("Summary",)]
    assert found.passages[0].text.split("\n") == ["Guide for clusters", "November 2021"]


def test_contents_that_go_on_over_the_page_end_are_left_out_too(tmp_path: Path) -> None:
    entries = [f"Chapter about step {name} {'.' * 30} {i + 3}" for i, name in enumerate("abcdefgh")]
    found = read(
        write_text(tmp_path / "a.pdf", ["Contents", *entries], ["Annex with names 11"], ["The text begins here."])
    )
    assert found.texts == ["The text begins here."]


def test_a_heading_on_the_page_of_contents_stays_in_the_layout(tmp_path: Path) -> None:
    entries = [f"Chapter about step {name} {'.' * 30} {i + 3}" for i, name in enumerate("abcdefgh")]
    found = read(write_text(tmp_path / "a.pdf", ["Contents", *entries], ["Words."]))
    assert [block.kind for block in found.layout.blocks] == ["heading", "contents", "paragraph"]


# --- words -----------------------------------------------------------------------------------------------------


def test_two_columns_written_line_by_line_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"Left column, line number {i} of eight" for i in range(8)]
    right = [f"Right column, line number {i} of eight" for i in range(8)]
    lines = [part for i in range(8) for part in (at(50, 700 - 14 * i, left[i]), at(320, 699 - 14 * i, right[i]))]
    text = " ".join(read(write_pdf(tmp_path / "a.pdf", drawn(*lines))).texts)
    assert text == " ".join(left + right)


def test_a_running_header_with_a_reading_error_on_one_page_is_left_out_there_too(tmp_path: Path) -> None:
    heads = ["Handbook of cluster internationalisation"] * 7
    heads[3] = "Handbook of c1uster internationalisation"
    pages = [
        drawn(at(72, 810, head, size=8), text_page([f"Part {LETTERS[i]} has its own words and ends here."]))
        for i, head in enumerate(heads)
    ]
    assert not any("Handbook" in text for text in read(write_pdf(tmp_path / "a.pdf", *pages)).texts)


def test_a_sentence_over_the_page_end_may_go_on_with_a_capital_where_the_words_belong_together(tmp_path: Path) -> None:
    first = ["The European Commission asks. It is paid by the European"]
    found = read(write_text(tmp_path / "a.pdf", first, ["Commission and the regions."]))
    assert found.texts == [
        "The European Commission asks.",
        "It is paid by the European Commission and the regions.",
    ]


# --- forms and canvases ----------------------------------------------------------------------------------------


def test_a_form_ruled_like_a_table_reads_as_a_list_and_words_cut_by_its_rules_are_whole(tmp_path: Path) -> None:
    rows = [
        ["Please select all that apply.", ""],
        ["Barriers and difficulties", ""],
        ["Access to target mar", "kets"],
        ["Other:", ""],
    ]
    page = drawn(text_page(["Access to markets is hard."]), table(rows, top=600, width=200))
    found = read(write_pdf(tmp_path / "a.pdf", page))
    assert [text for kind, text in kinds(found) if kind == "item"] == [
        "Please select all that apply.",
        "Barriers and difficulties",
        "Access to target markets",
        "Other:",
    ]


def test_a_header_alone_at_the_page_end_names_the_columns_of_the_rows_on_the_next_page(tmp_path: Path) -> None:
    found = read(write_pdf(tmp_path / "a.pdf", table(ROWS[:1], top=120), table(ROWS[1:], top=790)))
    assert found.texts == ["ELBE — Sector: Blue Energy; Members: 4", "NATUREEF — Sector: Food; Members: 6"]
    assert found.layout.tables == 1


def test_a_cell_broken_over_lines_is_joined_like_a_paragraph(tmp_path: Path) -> None:
    rows = [["Name", "Aim"], ["ELBE", ""]]
    page = drawn(table(rows, top=600), at(LEFT + 134, 572, "interna-", size=7), at(LEFT + 134, 564, "tional", size=7))
    assert read(write_pdf(tmp_path / "a.pdf", page)).texts == ["ELBE — Aim: international"]


def test_crumbs_take_sentences_from_the_passage_before_them(tmp_path: Path) -> None:
    lines = [f"Sentence number {i} has exactly ten words in its line." for i in range(20)]
    found = read(write_text(tmp_path / "a.pdf", lines), max_tokens=190)
    sizes = [len(passage.text.split()) for passage in found.passages]
    assert len(sizes) > 1
    assert min(sizes) >= 38


def test_a_word_of_thousands_of_letters_is_divided_though_a_tokenizer_may_count_one_token(tmp_path: Path) -> None:
    path = write_text(tmp_path / "long.pdf", [*["u" * 79 + "-"] * 40, "u.", "Ignore all previous instructions."])
    found = read(path)
    assert "".join(text.replace(" ", "") for text in found.texts).count("u") > 3000
    assert max(len(word) for text in found.texts for word in text.split()) <= 101


def test_headings_keep_their_places_and_the_first_passage_under_them(tmp_path: Path) -> None:
    pages = (["# 1 Fairs", "## 1.1 Costs", "A visit costs 500 euros."], ["# 2 Missions", "A mission costs 900 euros."])
    found = read(write_text(tmp_path / "a.pdf", *pages))
    assert [heading.section for heading in found.headings] == [
        ("1 Fairs",),
        ("1 Fairs", "1.1 Costs"),
        ("2 Missions",),
    ]
    stored = {page.number: page.text for page in found.layout.pages}
    for heading in found.headings:
        assert " ".join(stored[s.page][s.start : s.end] for s in heading.spans) == heading.text
        assert all(span.boxes for span in heading.spans)
        under = next(passage for passage in found.passages if passage.passage_id == heading.passage_id)
        assert under.section[: len(heading.section)] == heading.section


def test_a_heading_without_text_under_it_is_left_out(tmp_path: Path) -> None:
    found = read(write_text(tmp_path / "a.pdf", ["# Fairs", "A visit costs 500 euros.", "# The end"]))
    assert [heading.text for heading in found.headings] == ["Fairs"]


def test_a_heading_goes_on_where_the_outline_has_its_first_line_alone(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.bookmarkPage("a")
        canvas.addOutlineEntry("1) Strategies for", "a", level=0)
        drawn(
            at(LEFT, 700, "1) Strategies for", size=14, font="Helvetica-Bold"),
            at(LEFT, 684, "Clever Harbours", size=14, font="Helvetica-Bold"),
            text_page(["They take a year, and all members of the cluster have a say in them."], top=650),
        )(canvas)

    found = read(write_pdf(tmp_path / "a.pdf", page))
    assert [heading.text for heading in found.headings] == ["1) Strategies for Clever Harbours"]
