"""The list of conversations beside the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from advisor.serving.catalogue import words_in
from advisor.serving.keeping.kept import Kept
from advisor.serving.rail import render_rail

SAY = words_in("en")
NOW = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)


def kept(name: str, *, before: timedelta = timedelta()) -> Kept:
    return Kept(name, f"Title {name}", NOW - before, NOW - before, 1)


def rail(*talks: Kept, current: str = "", used: int = 3) -> str:
    return render_rail(talks, current, SAY, used=used, stored=3, now=NOW)


def test_conversations_stand_under_today_and_earlier() -> None:
    shown = rail(kept("a"), kept("b", before=timedelta(hours=9)), kept("c", before=timedelta(hours=10)))
    order = ["Today", "Title a", "Title b", "Earlier", "Title c"]
    assert [shown.index(part) for part in order] == sorted(shown.index(part) for part in order)


def test_the_one_that_is_open_is_marked() -> None:
    assert rail(kept("a"), kept("b"), current="b").count('data-talk="b" aria-current="true"') == 1


def test_titles_are_shown_as_text() -> None:
    hostile = Kept("a", '"><img src=x onerror=alert(1)>', NOW, NOW, 1)
    assert "<img" not in rail(hostile)


def test_it_says_how_many_documents_answers_use() -> None:
    assert "Answers use all 3 documents." in rail()
    assert "Answers use 2 of 3 documents." in rail(used=2)


def test_who_has_none_is_told_where_they_will_be() -> None:
    assert SAY("rail.none") in rail()
    assert 'data-do="forget-all"' not in rail()
