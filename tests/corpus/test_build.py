"""Markdown briefs become PDFs that read back as written, the same bytes every time; anything else is an error."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pdfplumber
import pypdf
import pypdfium2
import pytest

SCRIPT = Path(__file__).parents[2] / "corpus" / "build.py"
LETTERS = (
    "łŁ őŐ űŰ șȘ țȚ žŽ šŠ čČ ćĆ đĐ ęĘ ąĄ ğĞ ıİ ħĦ ġĠ ŵŴ ŷŶ "
    "ēĒ ģĢ ķĶ ļĻ ņŅ ůŮ řŘ ďĎ ťŤ ľĽ þÞ ðÐ æÆ œŒ øØ åÅ ßẞ ñÑ çÇ – “ ” € ’ … × ≥"
)

BRIEF = """# Brief: Partnerships of clusters

This brief rests on a report by the European Commission, published in March 2019.

## 1 Calls and partners

### 1.1 Which calls there were

The programme had **two calls** for *strategic* partnerships:

- Cluster Go International, for markets outside Europe
- Smart Specialisation, for
  investment in Europe

Partners apply in this order:

1. Find a partner.
2. Sign an agreement.

*Rests on: Progress report (2019), section “Calls”, pages 5–6.*

### 1.2 How many took part

Table 1: Partnerships by call.

| Call | Partnerships | Period |
| --- | --- | --- |
| First call | 25 | 2016–2017 |
| Second call, **co-funded** | 23 | 2018–2019 |

The table leaves out the dual-use partnerships.

## 2 Lessons

Trust takes time.
"""


@pytest.fixture(scope="module")
def script(load_script: Callable[[str], ModuleType]) -> ModuleType:
    return load_script("build")


@pytest.fixture
def pdf_of(script: ModuleType, tmp_path: Path) -> Callable[[str], bytes]:
    def build(text: str) -> bytes:
        (tmp_path / "brief.md").write_text(text, encoding="utf-8")
        data = script.build(tmp_path / "brief.md")
        assert isinstance(data, bytes)
        return data

    return build


@pytest.fixture
def run(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    def main(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["build.py", *map(str, arguments)])
        status = script.main()
        assert isinstance(status, int)
        return status

    return main


def pypdf_text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def pdfium_text(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as pdf:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def outline_of(data: bytes) -> list[tuple[int, str]]:
    def walk(entries: object, level: int) -> Iterator[tuple[int, str]]:
        assert isinstance(entries, list)
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, level + 1)
            else:
                yield level, entry["/Title"]

    return list(walk(pypdf.PdfReader(io.BytesIO(data)).outline, 1))


def rows(count: int) -> str:
    body = "".join(f"| Cluster {n} | Member state of partner {n} |\n" for n in range(1, count + 1))
    return f"# Title\n\nTable 1: Clusters.\n\n| Cluster | Member state |\n| --- | --- |\n{body}"


# The same bytes -------------------------------------------------------------------------


def test_the_same_markdown_gives_the_same_bytes_also_after_another_brief(pdf_of: Callable[[str], bytes]) -> None:
    first = pdf_of(BRIEF)
    pdf_of("# Another brief\n\nWith *other* letters: łőș.\n")
    assert pdf_of(BRIEF) == first


def test_another_process_with_other_settings_gives_the_same_bytes(
    pdf_of: Callable[[str], bytes], tmp_path: Path
) -> None:
    """Hash seed, folder, time zone, locale and ReportLab's own environment variables must leave no trace."""
    expected = pdf_of(BRIEF)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    settings = {
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
        "RL_invariant": "0",
        "RL_pageCompression": "1",
    }
    subprocess.run(
        [sys.executable, SCRIPT, tmp_path / "brief.md"], cwd=elsewhere, env={**os.environ, **settings}, check=True
    )
    assert (tmp_path / "brief.pdf").read_bytes() == expected


def test_no_stream_is_compressed_as_libraries_compress_differently(pdf_of: Callable[[str], bytes]) -> None:
    assert b"FlateDecode" not in pdf_of(BRIEF)


def test_windows_line_ends_and_decomposed_letters_give_the_same_bytes(script: ModuleType, tmp_path: Path) -> None:
    plain, windows = tmp_path / "plain.md", tmp_path / "windows.md"
    plain.write_bytes("# Title\n\nPřerov\n".encode())
    windows.write_bytes("\ufeff# Title\r\n\r\nPr\u030cerov\r\n".encode())
    assert script.build(plain) == script.build(windows)


# What the PDF holds ---------------------------------------------------------------------


def test_document_information_names_title_author_subject_and_language(pdf_of: Callable[[str], bytes]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(BRIEF)))
    assert reader.metadata is not None
    assert reader.metadata.title == "Brief: Partnerships of clusters"
    assert reader.metadata.author == "Cluster Advisor"
    assert reader.metadata.subject == "Internationalisation of industry clusters"
    assert str(reader.root_object["/Lang"]) == "en-GB"


def test_headings_are_in_the_outline_at_their_level(pdf_of: Callable[[str], bytes]) -> None:
    assert outline_of(pdf_of(BRIEF)) == [
        (1, "Brief: Partnerships of clusters"),
        (2, "1 Calls and partners"),
        (3, "1.1 Which calls there were"),
        (3, "1.2 How many took part"),
        (2, "2 Lessons"),
    ]


@pytest.mark.parametrize("read", [pypdf_text, pdfium_text])
def test_text_reads_back_in_order_cell_by_cell(pdf_of: Callable[[str], bytes], read: Callable[[bytes], str]) -> None:
    assert " ".join(read(pdf_of(BRIEF)).split()) == (
        "Brief: Partnerships of clusters "
        "This brief rests on a report by the European Commission, published in March 2019. "
        "1 Calls and partners 1.1 Which calls there were "
        "The programme had two calls for strategic partnerships: "
        "• Cluster Go International, for markets outside Europe • Smart Specialisation, for investment in Europe "
        "Partners apply in this order: 1. Find a partner. 2. Sign an agreement. "
        "Rests on: Progress report (2019), section “Calls”, pages 5–6. "
        "1.2 How many took part Table 1: Partnerships by call. Call Partnerships Period "
        "First call 25 2016–2017 Second call, co-funded 23 2018–2019 "
        "The table leaves out the dual-use partnerships. 2 Lessons Trust takes time. "
        "Cluster Advisor corpus 1"
    )


@pytest.mark.parametrize("read", [pypdf_text, pdfium_text])
def test_european_letters_survive_in_every_face(pdf_of: Callable[[str], bytes], read: Callable[[bytes], str]) -> None:
    text = " ".join(read(pdf_of(f"# Title\n\n{LETTERS}\n\n*{LETTERS}*\n\n**{LETTERS}**\n\n***{LETTERS}***\n")).split())
    assert text.count(LETTERS) == 4


def test_every_font_is_embedded(pdf_of: Callable[[str], bytes]) -> None:
    data = pdf_of(BRIEF)
    names = re.findall(rb"/BaseFont /(\S+)", data)
    assert sorted(names) == [b"AAAAAA+SourceSansPro-Bold", b"AAAAAA+SourceSansPro-It", b"AAAAAA+SourceSansPro-Regular"]
    assert data.count(b"/FontFile2") == len(names)


def test_header_begins_on_page_two_and_footers_count_pages(pdf_of: Callable[[str], bytes]) -> None:
    data = pdf_of("# The title\n\n" + "A paragraph of the brief.\n\n" * 60)
    pages = [page.extract_text().splitlines() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    assert [page[0] for page in pages] == ["The title"] * len(pages)
    assert pages[0].count("The title") == 1
    assert [page[-2:] for page in pages] == [["Cluster Advisor corpus", str(n)] for n in range(1, len(pages) + 1)]
    assert len(pages) == 3


def test_a_word_is_never_hyphenated(pdf_of: Callable[[str], bytes]) -> None:
    words = "Internationalisation " * 40
    assert "-" not in pypdf_text(pdf_of(f"# Title\n\n{words.strip()}\n"))


def test_a_numbered_list_counts_on_from_its_first_number(pdf_of: Callable[[str], bytes]) -> None:
    assert "4. Fourth step\n5. Fifth step" in pypdf_text(pdf_of("# Title\n\n4. Fourth step\n5. Fifth step\n"))


@pytest.mark.parametrize("lines", range(25, 45))
def test_a_heading_is_never_the_last_thing_on_its_page(pdf_of: Callable[[str], bytes], lines: int) -> None:
    paragraph = "Words that fill up lines. " * 16
    data = pdf_of("# Title\n\n" + "Line.\n\n" * lines + f"## Heading\n\n### Subheading\n\n{paragraph}\n")
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    (page,) = [page for page in pages if "Heading\nSubheading" in page]
    assert page.partition("Subheading\n")[2].startswith("Words that fill up lines.")


# Tables ---------------------------------------------------------------------------------


def test_the_ruled_grid_of_a_table_is_found_with_its_cells(pdf_of: Callable[[str], bytes]) -> None:
    with pdfplumber.open(io.BytesIO(pdf_of(BRIEF))) as pdf:
        (table,) = pdf.pages[0].extract_tables()
        assert {line["linewidth"] for line in pdf.pages[0].lines if line["x0"] == line["x1"]} == {0.5}
    assert table == [
        ["Call", "Partnerships", "Period"],
        ["First call", "25", "2016–2017"],
        ["Second call, co-funded", "23", "2018–2019"],
    ]


def test_a_table_over_two_pages_repeats_its_header_and_loses_no_row(pdf_of: Callable[[str], bytes]) -> None:
    with pdfplumber.open(io.BytesIO(pdf_of(rows(40)))) as pdf:
        tables = [page.extract_tables() for page in pdf.pages]
    assert [len(found) for found in tables] == [1, 1]
    assert all(found[0][0] == ["Cluster", "Member state"] for found in tables)
    assert [row for found in tables for row in found[0][1:]] == [
        [f"Cluster {n}", f"Member state of partner {n}"] for n in range(1, 41)
    ]


@pytest.mark.parametrize("lines", range(20, 30))
def test_a_caption_stays_with_its_table(pdf_of: Callable[[str], bytes], lines: int) -> None:
    table = rows(30).replace("# Title\n\n", "# Title\n\n" + "Line.\n\n" * lines)
    with pdfplumber.open(io.BytesIO(pdf_of(table))) as pdf:
        (page,) = [page for page in pdf.pages if "Table 1: Clusters." in page.extract_text()]
        (found,) = page.extract_tables()
    assert len(found) >= 3


def test_a_row_stays_on_one_page(pdf_of: Callable[[str], bytes]) -> None:
    text = "Words that make the row high. " * 40
    table = "".join(f"| Row {n} | {text} |\n" for n in range(1, 5))
    with pdfplumber.open(
        io.BytesIO(pdf_of(f"# Title\n\nTable 1: Rows.\n\n| Row | Text |\n| --- | --- |\n{table}"))
    ) as pdf:
        cells = [row[1] for page in pdf.pages for found in page.extract_tables() for row in found[1:]]
        assert len(pdf.pages) > 1
    assert [" ".join(str(cell).split()) for cell in cells] == [text.strip()] * 4


def test_a_row_higher_than_a_page_is_split_rather_than_lost(pdf_of: Callable[[str], bytes]) -> None:
    text = " ".join(f"word{n}" for n in range(1200))
    data = pdf_of(f"# Title\n\nTable 1: Rows.\n\n| Row | Text |\n| --- | --- |\n| One | {text} |\n")
    assert [word for word in pypdf_text(data).split() if word.startswith("word")] == text.split()


def test_a_table_with_long_words_is_set_smaller_and_none_is_broken(pdf_of: Callable[[str], bytes]) -> None:
    code = "COS-CLUSTPARTNS-2017-3-02"
    header = "| Call | Investments | Partnerships | Organisations | Generation | Period |\n" + "| --- " * 6 + "|\n"
    data = pdf_of(f"# Title\n\nTable 1: Calls.\n\n{header}| {code} | 12 | 9 | 57 | first | 2018–2019 |\n")
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        (table,) = pdf.pages[0].extract_tables()
    assert table[1] == [code, "12", "9", "57", "first", "2018–2019"]


def test_a_bar_inside_a_cell_is_written_with_a_backslash(pdf_of: Callable[[str], bytes]) -> None:
    data = pdf_of("# Title\n\nTable 1: Bars.\n\n| One | Two |\n| --- | --- |\n| a \\| b | c |\n")
    assert "a | b" in pypdf_text(data)


# Errors ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the file is empty"),
        (" \n\n", 1, "the file is empty"),
        ("A paragraph.\n", 1, "the title is missing"),
        ("\n# Late title\n", 1, "the title is missing"),
        ("## No title\n", 1, "the title is missing"),
        ("# Title\n\n# Title\n", 3, "a second title"),
        ("# Title\n\n### Deep\n", 3, "leave no level out"),
        ("# Title\n\n## Part\n\n#### Deep\n", 5, "a heading of level 4"),
        ("# Title\n\n##\n", 3, "a heading without words"),
        ("# Title\n\n##Part\n", 3, "a heading without a space"),
        ("# Title\n\nPart\n----\n", 4, "a ruled line"),
        ("# Title\n\nOne\n<b>two</b>\n", 4, "HTML"),
        ("# Title\n\n<div>\n</div>\n", 3, "HTML"),
        ("# Title\n\nSee [here](https://example.org).\n", 3, "a link"),
        ("# Title\n\nSee <https://example.org>.\n", 3, "a link"),
        ("# Title\n\n[here]: https://example.org\n", 3, "a link definition"),
        ("# Title\n\n![map](map.png)\n", 3, "an image"),
        ("# Title\n\nRun `this`.\n", 3, "code"),
        ("# Title\n\n```\ncode\n```\n", 3, "code"),
        ("# Title\n\n    code\n", 3, "an indented line"),
        ("# Title\n\n> Quoted.\n", 3, "a block quote"),
        ("# Title\n\n- One\n  - Two\n", 4, "a list within a list"),
        ("# Title\n\n- One\n\n  Two\n", 5, "a second paragraph in a list item"),
        ("# Title\n\n- One\n-\n", 4, "a list item without words"),
        ("# Title\n\n* One\n", 3, "a list with `*`"),
        ("# Title\n\n1) One\n", 3, "a list with `)`"),
        ("# Title\n\n• One\n", 3, "a list with another sign"),
        ("# Title\n\nOne\\\ntwo\n", 3, "a line break"),
        ("# Title\n\nAn _underlined_ word.\n", 3, "underscores"),
        ("# Title\n\nOne\nand *two.\n", 4, "an unpaired"),
        ("# Title\n\n**One\ntwo** and\n*three\n", 5, "an unpaired"),
        ("# Title\n\nThe sign \u4e2d.\n", 3, "'中' (U+4E2D), which the font cannot show"),
        ("# Title\n\nA soft\u00adhyphen.\n", 3, "U+00AD"),
        ("# Title\n\nRests on: a report.\n", 3, "a source note that is not all in emphasis"),
        ("# Title\n\nTable 1: Calls.\n\nA paragraph.\n", 3, "a caption without a table"),
        ("# Title\n\nTable 1: Calls.\n", 3, "a caption without a table"),
        ("# Title\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n", 3, "a table without a caption"),
        (
            "# Title\n\nTable 1: T.\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n| 1 |\n",
            8,
            "1 cells in a table of 2 columns",
        ),
        ("# Title\n\nTable 1: T.\n\n| A | B |\n| --- | --- |\n| 1 | 2 | 3 |\n", 7, "3 cells in a table of 2 columns"),
        ("# Title\n\nTable 1: T.\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\nMore.\n", 8, "a table row without `|`"),
        ("# Title\n\nTable 1: T.\n\n| A | B |\n| --- |\n| 1 | 2 |\n", 5, "a table that is not one"),
        ("# Title\n\nTable 1: T.\n\n| A | B |\n| --- | ---: |\n| 1 | 2 |\n", 6, "an alignment"),
        ("# Title\n\nTable 1: T.\n\n| A | B |\n| --- | --- |\n", 5, "a table without rows"),
        (f"# Title\n\nTable 1: T.\n\n| {'A' * 99} |\n| --- |\n| 1 |\n", 5, "a table wider than the page"),
    ],
)
def test_what_the_dialect_does_not_have_is_one_line_with_file_line_and_advice(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, line: int, message: str
) -> None:
    source = tmp_path / "brief.md"
    source.write_text(text, encoding="utf-8")
    assert run(source) == 1
    (error,) = capsys.readouterr().err.splitlines()
    assert error.startswith(f"{source}:{line}: ")
    assert message in error
    assert "; " in error
    assert list(tmp_path.iterdir()) == [source]


def test_a_file_in_another_encoding_is_reported_with_its_line(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "brief.md"
    source.write_bytes("# Title\n\nÎle-de-France\n".encode("latin-1"))
    assert run(source) == 1
    assert f"{source}:3: the file is not UTF-8" in capsys.readouterr().err


def test_a_file_that_is_absent_or_no_markdown_is_reported(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "brief.pdf").write_bytes(b"%PDF")
    assert run(tmp_path / "absent.md", tmp_path / "brief.pdf") == 1
    absent, other = capsys.readouterr().err.splitlines()
    assert "absent.md:1: the file cannot be read (No such file or directory)" in absent
    assert "brief.pdf:1: not a Markdown file" in other
    assert (tmp_path / "brief.pdf").read_bytes() == b"%PDF"


# The command line -----------------------------------------------------------------------


def test_one_broken_brief_does_not_keep_the_others_from_being_built(run: Callable[..., int], tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("no title\n")
    (tmp_path / "b.md").write_text("# Title\n")
    assert run(tmp_path / "a.md", tmp_path / "b.md") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md", "b.md", "b.pdf"]


def test_a_write_that_fails_leaves_the_old_pdf(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "brief.pdf"
    target.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        script.write(target, b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_check_accepts_what_was_built_and_names_stale_and_missing_pdfs_without_writing(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh, stale, missing = (tmp_path / f"{name}.md" for name in ("fresh", "stale", "missing"))
    for source in (fresh, stale, missing):
        source.write_text("# Title\n\nBefore.\n")
    assert run(fresh, stale) == 0
    assert run("--check", fresh, stale) == 0
    stale.write_text("# Title\n\nAfter.\n")
    old = stale.with_suffix(".pdf").read_bytes()

    assert run("--check", fresh, stale, missing) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{stale.with_suffix('.pdf')}: not what stale.md gives")
    assert second.startswith(f"{missing.with_suffix('.pdf')}: not what missing.md gives")
    assert stale.with_suffix(".pdf").read_bytes() == old
    assert not missing.with_suffix(".pdf").exists()


def test_without_names_every_markdown_file_beside_the_script_is_built(
    script: ModuleType, run: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "CORPUS", tmp_path)
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(f"# Title {name}\n")
    assert run() == 0
    assert sorted(path.name for path in tmp_path.glob("*.pdf")) == ["a.pdf", "b.pdf"]
