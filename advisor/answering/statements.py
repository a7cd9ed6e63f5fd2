"""What an answer is made of: statements, which of them stand in one list, and which must not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from advisor.records import Sentence, SentenceKind
from advisor.text import ITEM_NUMBER


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, with further sentences that are cited with it, as they say the same elsewhere.

    Attributes:
        words: what is said in place of the sentence's own text.
        is_point: whether it is shown as a bullet, whatever it is on its page.
    """

    sentence: Sentence
    also: tuple[Sentence, ...] = ()
    words: str = ""
    is_point: bool = False

    @property
    def text(self) -> str:
        """What is said."""
        return self.words or self.sentence.text

    @property
    def kind(self) -> SentenceKind:
        """How to show it; see `AnswerSentence`."""
        return "item" if self.is_point else "text" if self.words else self.sentence.kind


def are_together(one: Statement, other: Statement) -> bool:
    """Tell whether two statements are of one paragraph, list or table."""
    return (one.sentence.document_id, one.sentence.group) == (other.sentence.document_id, other.sentence.group)


def as_text(statement: Statement) -> Statement:
    """Return an item as a sentence that stands by itself, without its number."""
    return replace(statement, words=ITEM_NUMBER.sub("", statement.text))


def without_lone_numbers(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements, a numbered item without any other of its list as a sentence without its number."""
    return [as_text(one) if _is_numbered(one) and _is_lone(one, statements) else one for one in statements]


def _is_numbered(statement: Statement) -> bool:
    return statement.sentence.kind == "item" and not statement.words and bool(ITEM_NUMBER.match(statement.text))


def _is_lone(statement: Statement, statements: Sequence[Statement]) -> bool:
    return sum(are_together(statement, other) for other in statements) == 1


def set_apart(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements, items and rows that follow the list of another lead-in as sentences by themselves.

    Else they would look like items of that list: "They have two tasks:" and three bullets.
    """
    found: list[Statement] = []
    lead: Statement | None = None
    for statement in statements:
        if statement.kind == "text":
            lead = None
        elif statement.kind == "lead":
            lead = statement
        elif lead and not are_together(lead, statement):
            statement = as_text(statement)
        found.append(statement)
    return found
