"""What a brief is made of, between reading its Markdown and laying it out: headings, prose, lists and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


class BriefError(Exception):
    """Something in a brief that cannot be set, with its line, counted from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Text:
    """One run of text: with ReportLab's <i> and <b>, and without any marks."""

    markup: str
    plain: str


@dataclass(frozen=True, slots=True)
class Heading:
    """The title (level 1), or a heading of level 2 or 3."""

    level: int
    text: Text


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph; a note names a source, a caption announces the table below it."""

    kind: Literal["body", "note", "caption"]
    text: Text


@dataclass(frozen=True, slots=True)
class ItemList:
    """List items, each with its marker: a bullet or a number with a full stop."""

    items: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table that begins at `line`: the header row first, all rows of one length."""

    rows: tuple[tuple[Text, ...], ...]
    line: int


Block = Heading | Prose | ItemList | Grid
