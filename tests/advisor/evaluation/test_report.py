"""The report: everything in one page, every text escaped, the worst questions first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from advisor.evaluation import evaluate
from advisor.evaluation.charts import latency_chart, risk_coverage_chart
from advisor.evaluation.tables import Table
from tests.advisor.evaluation.sets import question, unanswerable, write_lines

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return the folder of a result in which every text from outside holds a script."""
    evidence = [{"document": f"{SCRIPT}.pdf", "page": 2, "phrase": SCRIPT}]
    asked = [
        question("right", question="Right?", evidence=[{"document": "a.pdf", "page": 1, "phrase": "yes"}]),
        question(SCRIPT, question=f"Wrong {SCRIPT}?", kind=SCRIPT, evidence=evidence, answer=SCRIPT, key_facts=["x"]),
        unanswerable("u1"),
        unanswerable("u2", question="Which | pipe?", kind="absent"),
    ]

    def answer(text: str, history: Any) -> dict[str, Any]:
        page = {"document": "a.pdf", "first_page": 1, "text": "yes"}
        told = "At trade fairs." if text == "Right?" else SCRIPT
        return {"answer": told, "abstained": "egg" in text, "confidence": 0.9, "passages": [page]}

    path = write_lines(tmp_path / "set.jsonl", asked)
    evaluate(answer, path, name=f"mine {SCRIPT}", out=tmp_path / "out", progress=False)
    return tmp_path / "out"


def test_no_text_from_outside_is_markup(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page.lower()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_needs_nothing_else(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == page.count("</svg>") == 3
    assert not re.findall(r"""(?:src|href)=["'](?!#)[^"']*|url\((?!#)|@import""", page)


def test_the_worst_questions_come_first_and_right_ones_not_at_all(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    worst = page[page.index("Worst questions") :]
    assert worst.index("Which | pipe?") > 0
    assert "Right?" not in worst
    assert "egg" not in worst  # declined, as it should be


def test_a_bar_in_a_question_does_not_break_a_markdown_table(out: Path) -> None:
    assert "Which \\| pipe?" in (out / "report.md").read_text(encoding="utf-8")


def test_what_would_be_markup_in_markdown_is_text(out: Path) -> None:
    report = (out / "report.md").read_text(encoding="utf-8")
    assert "<script" not in report
    assert Table("", ("a",), (("x\n# y \\| <b>",),)).markdown().splitlines()[2] == "| x # y \\\\\\| &lt;b> |"


def test_figures_stand_in_the_report_with_interval_and_n(out: Path) -> None:
    report = (out / "report.md").read_text(encoding="utf-8")
    assert re.search(r"\| Success@1 \| 0\.500 \(0\.000–1\.000\) \| 2 \|", report)
    assert re.search(r"\| absent \| 0\.000 \| 1 \|", report)


def test_drawings_repeat_to_the_byte() -> None:
    curves = {"a": [(0.5, 0.0), (1.0, 0.5)], "b": [(1.0, 0.2)]}
    assert risk_coverage_chart(curves) == risk_coverage_chart(curves)
    spent = {"a": [1.0, 20.0, 300.0]}
    assert latency_chart(spent) == latency_chart(spent)
