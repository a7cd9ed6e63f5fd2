"""What the advisor says in words of its own, in the language of who it talks to; the words are in `replies.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources

from advisor.answering.talk.requests import SMALL_TALK, Request
from advisor.records import Document, Page

TITLES = 3
"""How many documents are named where they are too many to name all."""


def say(key: str, language: str, **values: object) -> str:
    """Return one of the texts of `replies.toml`, filled in; in English where there is none in the language."""
    texts = all_texts()
    return texts.get(language, texts["en"])[key].format(**values)


def small_talk(request: Request, documents: Sequence[Document], examples: Sequence[str]) -> str:
    """Return the reply to small talk, or to a request where there is no answer that it could be about.

    It names documents, and questions that they answer, as a list.
    """
    language = request.language()
    if not documents:
        return say("empty", language)
    key = request.kind if request.kind in SMALL_TALK else "nothing_before"
    reply = say(key, language, titles=titles_of(documents, language))
    if not examples or request.kind == "goodbye":
        return reply
    return "\n".join([reply, "", say("ask", language), "", *(f"- {question}" for question in examples)])


def place(language: str, document: Document, pages: Sequence[Page], section: Sequence[str]) -> str:
    """Return in words where something stands: document, page or pages, and the headings above it."""
    page = say("page" if len(pages) == 1 else "pages", language, page=", ".join(str(page.number) for page in pages))
    if len(pages) == 1 and pages[0].label not in ("", str(pages[0].number)):
        page += say("printed", language, label=pages[0].label)
    origin = ", ".join(filter(None, [document.publisher, str(document.year or "")]))
    path = " › ".join(heading for heading in section if heading != document.title)
    return say(
        "place",
        language,
        title=f"{document.title} ({origin})" if origin else document.title,
        page=page,
        section=say("section", language, section=path) if path else "",
    )


def titles_of(documents: Sequence[Document], language: str) -> str:
    """Return the titles of the documents; of many, the first ones and how many there are besides."""
    titles = list(dict.fromkeys(document.title for document in documents))
    if len(titles) <= TITLES + 1:
        return "; ".join(titles)
    return say("and_more", language, titles="; ".join(titles[:TITLES]), left=len(titles) - TITLES)


@lru_cache(maxsize=1)
def all_texts() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of `replies.toml` by language and key, not filled in."""
    return tomllib.loads(resources.files("advisor.answering.talk").joinpath("replies.toml").read_text(encoding="utf-8"))
