from __future__ import annotations

from pathlib import Path

import pytest

from advisor.answering import prompting
from advisor.answering.prompting import FIELDS, read_template
from advisor.errors import PromptError

DATA = Path(__file__).parent / "data"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(prompting, "prompts_folder", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_template_of_the_project_can_be_read(name: str) -> None:
    assert set(read_template(name).get_identifiers()) == FIELDS[name]


def test_a_rendered_question_is_the_stored_text() -> None:
    rendered = read_template("answer_question").substitute(passages="<passage 1>", question="Do fairs pay $5?")
    assert rendered == (DATA / "answer_question.txt").read_text(encoding="utf-8").rstrip("\n")


def test_a_missing_field_is_named(folder: Path) -> None:
    (folder / "answer_question.md").write_text("Question: $question", encoding="utf-8")
    with pytest.raises(PromptError, match=r"answer_question\.md: \$passages is missing; correct the template$"):
        read_template("answer_question")


def test_an_unknown_field_is_named(folder: Path) -> None:
    (folder / "answer_system.md").write_text("Answer $politely.", encoding="utf-8")
    with pytest.raises(PromptError, match=r"answer_system\.md: \$politely is not known; correct the template$"):
        read_template("answer_system")


def test_a_lone_dollar_sign_is_refused_with_what_to_write_instead(folder: Path) -> None:
    (folder / "answer_system.md").write_text("It costs 5 $ a day.", encoding="utf-8")
    with pytest.raises(PromptError, match=r"answer_system\.md has a lone \$; write \$\$ for the sign itself$"):
        read_template("answer_system")


def test_a_doubled_dollar_sign_is_the_sign_itself(folder: Path) -> None:
    (folder / "answer_system.md").write_text("It costs 5 $$ a day.", encoding="utf-8")
    assert read_template("answer_system").substitute() == "It costs 5 $ a day."


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"])
def test_a_template_that_cannot_be_read_is_named(folder: Path, content: bytes | None) -> None:
    if content is not None:
        (folder / "answer_system.md").write_bytes(content)
    with pytest.raises(PromptError, match=r"answer_system\.md cannot be read \(.*\); restore the file$"):
        read_template("answer_system")
