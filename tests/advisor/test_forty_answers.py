"""Forty answers of all kinds from the shipped corpus, kept in data/forty-answers.md for people to read.

The headings of that file are the questions: "## " opens a conversation, "### " goes on with it. To write the file anew
after a change that is meant:

    python -m tests.advisor.test_forty_answers STORE
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor import Advisor, Answer, Message
from advisor.embedding import TransformerEmbedder

KEPT = Path(__file__).parent / "data" / "forty-answers.md"
_HEADING = re.compile(r"^(##|###) \d+\. (.+)$", re.MULTILINE)


def answered(advisor: Advisor, kept: str) -> str:
    """Return the file with each question answered anew."""
    opening = kept[: kept.index("\n## ")]
    return "\n".join([opening, *_parts(advisor, kept)])


def _parts(advisor: Advisor, kept: str) -> Iterator[str]:
    history: list[Message] = []
    for number, (level, question) in enumerate(_HEADING.findall(kept), start=1):
        history = history if level == "###" else []
        answer = advisor.ask(question, history=history, extractive=True)
        yield f"{level} {number}. {question}\n\n{_shown(answer)}\n"
        history = [*history, Message("user", question), Message("assistant", answer.answer)]


def _shown(answer: Answer) -> str:
    places = [f"[{one.marker}] {one.title}, page {one.page}" for one in answer.citations]
    return "\n\n".join(filter(None, [answer.answer, "\n".join(f"- {place}" for place in places)]))


@pytest.mark.slow
def test_forty_answers_are_what_they_were_when_people_read_them(
    shipped_store: Path, embedder: TransformerEmbedder
) -> None:
    kept = KEPT.read_text(encoding="utf-8")
    assert len(_HEADING.findall(kept)) == 40
    assert answered(Advisor.open(shipped_store, embedder=embedder), kept) == kept


if __name__ == "__main__":
    KEPT.write_text(answered(Advisor.open(sys.argv[1]), KEPT.read_text(encoding="utf-8")), encoding="utf-8")
