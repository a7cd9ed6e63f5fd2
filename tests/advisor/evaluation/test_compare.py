"""Two results of the same questions, paired: differences, p-values, and what must not be compared."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from advisor.errors import BenchmarkError, UsageError
from advisor.evaluation import compare, evaluate, read_judgments
from advisor.evaluation.command import compare_results
from advisor.records import Message
from tests.advisor.evaluation.sets import question, unanswerable, write_lines


def finds(*right: str) -> Any:
    """Return a system that finds the page and tells the fact for these questions, and another page for others."""

    def answer(asked: str, history: Sequence[Message]) -> dict[str, Any]:
        page = 2 if asked in right else 9
        told = "At trade fairs." if asked in right else "Nowhere."
        return {"answer": told, "passages": [{"document": "handbook.pdf", "first_page": page, "text": told}]}

    return answer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    asked = [question(f"q{i}", question=f"Question {i}?") for i in range(1, 9)]
    return write_lines(tmp_path / "set.jsonl", [*asked, unanswerable()])


def measured(path: Path, name: str, *right: str) -> Path:
    out = path.parent / name
    evaluate(finds(*right), path, name=name, out=out, progress=False)
    return out


def test_a_comparison_is_paired_by_question(path: Path) -> None:
    before = measured(path, "before", "Question 1?", "Question 2?")
    after = measured(path, "after", *(f"Question {i}?" for i in range(2, 9)))
    result = compare(read_judgments(str(before)), read_judgments(str(after)))
    [compared] = result["sets"]
    found = compared["answerable"]["Success@1"]
    assert (found["a"], found["b"], found["n"]) == (2 / 8, 7 / 8, 8)
    assert (found["value"], found["above"], found["below"]) == ((6 - 1) / 8, 6, 1)
    # Gains are six times +1 and once −1. Of the 2^7 ways to give 7 questions a sign, a sum of at least 5 in size
    # has at most one sign against the others: 2 · (1 + 7).
    assert found["p"] == pytest.approx(2 * (1 + 7) / 2**7, abs=1e-4)


def test_the_questions_that_changed_are_listed_with_both_values(path: Path) -> None:
    before, after = measured(path, "before", "Question 1?"), measured(path, "after", "Question 1?", "Question 5?")
    [compared] = compare(read_judgments(str(before)), read_judgments(str(after)))["sets"]
    changed = [(each["id"], each["measure"], each["a"], each["b"]) for each in compared["changed"]]
    assert changed == [("q5", measure, 0.0, 1.0) for measure in ("key facts", "evidence@5", "Success@5")]


def test_a_comparison_is_written_as_text_figures_and_page(path: Path) -> None:
    before, after = measured(path, "before"), measured(path, "after", "Question 1?")
    out = path.parent / "compared"
    _, report = compare_results([str(before), str(after)], out=out, seed=0)
    assert "| Success@1 | 0.000 | 0.125 | +0.125 |" in report
    assert sorted(file.name for file in out.iterdir()) == ["comparison.html", "comparison.json", "comparison.md"]


def test_one_of_several_systems_is_named_behind_its_folder(path: Path) -> None:
    out = measured(path, "one")
    other = measured(path, "two", "Question 1?")
    lines = [(folder / "judged.jsonl").read_text(encoding="utf-8") for folder in (out, other)]
    (out / "judged.jsonl").write_text("".join(lines), encoding="utf-8")
    assert read_judgments(f"{out}:two").name == "one:two"
    with pytest.raises(UsageError, match=r"one, two; name one as .*:two"):
        read_judgments(str(out))
    with pytest.raises(UsageError, match=r"one, two"):
        read_judgments(f"{out}:three")


def test_results_of_other_questions_are_not_compared(path: Path) -> None:
    before = measured(path, "before")
    write_lines(path, [question("q1"), unanswerable()])
    after = measured(path, "after")
    with pytest.raises(BenchmarkError, match="set is another set"):
        compare(read_judgments(str(before)), read_judgments(str(after)))
    shutil.copy(path, path.parent / "other.jsonl")
    other = path.parent / "third"
    evaluate(finds(), path.parent / "other.jsonl", out=other, progress=False)
    with pytest.raises(BenchmarkError, match="no question set in common"):
        compare(read_judgments(str(before)), read_judgments(str(other)))


def test_a_folder_without_judgments_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"judged\.jsonl is missing; name a folder that .*--out"):
        read_judgments(str(tmp_path))


def test_a_system_with_a_colon_in_its_name_is_named_behind_its_folder(path: Path) -> None:
    out = measured(path, "one")
    lines = (out / "judged.jsonl").read_text(encoding="utf-8")
    other = lines.replace('"system": "one"', '"system": "advisor:lexical=0"')
    (out / "judged.jsonl").write_text(lines + other, encoding="utf-8")
    assert read_judgments(f"{out}:advisor:lexical=0").name == "one:advisor:lexical=0"


def test_a_result_that_does_not_know_its_corpus_is_compared_with_one_that_does(path: Path) -> None:
    mine, other = measured(path, "mine"), measured(path, "other")
    lines = (other / "judged.jsonl").read_text(encoding="utf-8")
    (other / "judged.jsonl").write_text(lines.replace('"corpus_sha256": ""', '"corpus_sha256": "a1"'), encoding="utf-8")
    assert compare(read_judgments(str(mine)), read_judgments(str(other)))["sets"]
