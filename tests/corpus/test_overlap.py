"""A brief may state what a report says, but not in the report's words: nine words in a row are reported, eight not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from reportlab.pdfgen.canvas import Canvas

REPORT = "we found that small firms often need patient help before they enter any new market abroad"
NINE = "small firms often need patient help before they enter"
EIGHT = "small firms often need patient help before they"


@pytest.fixture(scope="module")
def overlap(load_script: Callable[[str], ModuleType]) -> ModuleType:
    return load_script("overlap")


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Return a folder with one report, its sentence set in two lines."""
    folder = tmp_path / "reports"
    folder.mkdir()
    canvas = Canvas(str(folder / "report.pdf"))
    canvas.drawString(50, 700, REPORT[:44])
    canvas.drawString(50, 680, REPORT[44:])
    canvas.save()
    return folder


@pytest.fixture
def brief(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "brief.md"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def runs(overlap: ModuleType, brief: str, report: str = REPORT) -> list[str]:
    return [" ".join(run) for run in overlap.common_runs(overlap.words_of(brief), overlap.words_of(report))]


def test_nine_words_in_common_are_a_run_and_eight_are_not(overlap: ModuleType) -> None:
    assert runs(overlap, f"The study says {NINE} elsewhere.") == [NINE]
    assert runs(overlap, f"The study says {EIGHT} go elsewhere.") == []


def test_a_longer_run_is_given_in_full_and_once(overlap: ModuleType) -> None:
    assert runs(overlap, f"In short, {REPORT}!") == [REPORT]


def test_a_run_at_the_very_end_of_the_brief_is_found(overlap: ModuleType) -> None:
    assert runs(overlap, f"They say {NINE}") == [NINE]


def test_a_text_shorter_than_nine_words_has_no_run(overlap: ModuleType) -> None:
    assert runs(overlap, "small firms") == []
    assert runs(overlap, NINE, report="small firms") == []
    assert runs(overlap, "", report="") == []


def test_two_runs_in_one_brief_are_two(overlap: ModuleType) -> None:
    assert runs(overlap, f"{NINE} and, they add, {NINE}") == [NINE, NINE]


def test_case_and_punctuation_do_not_hide_a_run(overlap: ModuleType) -> None:
    assert runs(overlap, "Small firms, often, need *patient* help: before they enter") == [
        "Small firms often need patient help before they enter"
    ]


@pytest.mark.parametrize(
    "split", ["pa-\ntient", "pa\u2010\r\ntient", "pa\u00ad\ntient", "pa\x02tient", "pa\x02\r\ntient"]
)
def test_a_word_split_at_a_line_end_is_one_word(overlap: ModuleType, split: str) -> None:
    """PDFium writes U+0002 without a line break where a line ends in a hyphen."""
    assert runs(overlap, NINE, report=NINE.replace("patient", split)) == [NINE]


@pytest.mark.parametrize("split", ["medium-\nsized", "medium\x02sized", "medium-sized"])
def test_a_compound_at_a_line_end_is_still_the_compound_of_the_brief(overlap: ModuleType, split: str) -> None:
    ours = NINE.replace("small", "medium-sized")
    assert runs(overlap, ours, report=ours.replace("medium-sized", split)) == [ours]


def test_a_run_of_names_and_figures_is_free(overlap: ModuleType, brief: Callable[[str], Path], tmp_path: Path) -> None:
    """The run needs three ordinary words; two are too few."""
    names = "European Strategic Cluster Partnerships for Going International of 23 October 2018 in Brussels and Paris"
    canvas = Canvas(str(tmp_path / "names.pdf"))
    canvas.drawString(50, 700, f"{names} were new.")
    canvas.save()
    for ours in (names, f"{names} were new"):
        assert overlap.check([brief(ours)], [tmp_path / "names.pdf"]) == []


def test_a_quotation_is_named_with_brief_report_and_words(
    overlap: ModuleType, brief: Callable[[str], Path], reports: Path
) -> None:
    (found,) = overlap.check([brief(f"They say {NINE} once.")], [reports / "report.pdf"])
    assert (found.brief, found.report, found.words) == ("brief.md", "report.pdf", tuple(NINE.split()))


def test_a_title_is_free_and_no_run_reaches_across_it(
    overlap: ModuleType, brief: Callable[[str], Path], reports: Path
) -> None:
    report = [reports / "report.pdf"]
    assert overlap.check([brief(NINE)], report, titles=[NINE]) == []
    around = NINE.replace("need", "Handbook for Clusters need")
    assert overlap.check([brief(around)], report, titles=["Handbook for Clusters", "", "Handbook"]) == []


@pytest.mark.parametrize(("words", "status"), [(NINE, 1), (EIGHT, 0)])
def test_the_exit_code_tells_whether_a_brief_quotes_a_report(
    overlap: ModuleType,
    brief: Callable[[str], Path],
    reports: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: str,
    status: int,
) -> None:
    monkeypatch.setattr(sys, "argv", ["overlap.py", str(reports), str(brief(words))])
    assert overlap.main() == status
    *found, summary = capsys.readouterr().out.splitlines()
    assert found == [f"brief.md: 9 words in common with report.pdf: {NINE}"] * status
    assert summary == f"{status} runs of more than 8 words in common."


def test_a_folder_without_reports_is_an_error_and_no_clean_result(
    overlap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["overlap.py", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        overlap.main()
    assert stopped.value.code == 2
    assert f"no PDFs in {tmp_path}" in capsys.readouterr().err
