"""A sentence and its quotes → does it say them word for word, with the signs that a comparison of words passes over?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.quantities import quantities
from advisor.text import ITEM_NUMBER, LINE_END_HYPHENS, clean, same_words

_SIGN = re.compile(r"[€$£¥¢%‰<>≤≥±=×÷°≈+]|(?<![\w)\]])[-−–](?=[€$£¥]?\d)")
_HYPHEN_INSIDE = re.compile(rf"(?<=[^\W\d_])[{LINE_END_HYPHENS}]\s?(?=[^\W\d_])")
_BULLET = re.compile(r"^\s*(?:[^\w\s(€$£¥<>±≈%]\s+|[–—](?=\d))")
"""What opens an item: a mark by itself; a dash before a figure may be one, too."""


def is_quoted(text: str, quotes: Sequence[str]) -> bool:
    """Tell whether a text is a quote from end to end, with or without the number of its item.

    The quote is made of the first few of `quotes`: parts that a page end divides. What else is cited says the same
    elsewhere. Punctuation and case do not count; currencies, signs and units do: "€5,000", "83 %", "-5".
    """
    return any(_is_whole(text, " ".join(quotes[:count])) for count in range(1, len(quotes) + 1))


def _is_whole(text: str, quote: str) -> bool:
    return any(_have_same_words(text, whole) and _signs(text) == _signs(whole) for whole in _forms(quote))


def _forms(quote: str) -> tuple[str, str]:
    return quote, ITEM_NUMBER.sub("", quote)


def _have_same_words(one: str, other: str) -> bool:
    return same_words(one, other) and same_words(other, one)


def is_part(text: str, quotes: Sequence[str]) -> bool:
    """Tell whether a text that a chat model wrote is a part of its quotes; of a whole quote it has all the signs."""
    joined = " ".join(quotes)
    if not same_words(text, joined):
        return False
    whole = [one for quote in quotes for one in _forms(quote) if _have_same_words(text, one)]
    if whole:
        return any(_signs(text) == _signs(one) for one in whole)
    (ours, our_figures), (theirs, their_figures) = _signs(text), _signs(joined)
    return _stands_in(ours, theirs) and _stands_in(our_figures, their_figures)


def _signs(text: str) -> tuple[list[str], list[str]]:
    """Return the signs of a text, and its figures with their units, in order."""
    plain = _BULLET.sub("", _HYPHEN_INSIDE.sub("", clean(text)))
    signs = ["-" if sign in "−–" else sign for sign in _SIGN.findall(plain)]
    return signs, [f"{q.value} {q.unit} {q.bound}" for q in quantities(plain)]


def _stands_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    return any(part == whole[i : i + len(part)] for i in range(len(whole) - len(part) + 1))
