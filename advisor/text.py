"""Text → sentences, search terms and readable lines; pure functions, no model."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are aren as at be because been before being below
    between both but by can cannot could did do does doing done down during each either else ever every few for from
    further get gets give given go goes had has have having he hence her here hers him his how however i if in into is
    it its itself just least less let like made make makes many may me might mine more most much must my neither no nor
    not of off often on once one only onto or other others our ours out over own per please quite rather really same
    say says shall she should since so some such tell than that the their theirs them then there these they this those
    through thus to too toward towards under until up upon us very was we were what when where whether which while who
    whom whose why will with within without would yes yet you your yours""".split()
)
"""English function words and question words: they say nothing about what a text is about."""

ABBREVIATIONS = frozenset(
    "e.g i.e etc vs no nos cf al approx ca dr mr mrs ms prof st inc ltd co eds ed fig figs vol p pp resp incl excl "
    "jan feb mar apr jun jul aug sep sept oct nov dec dept min max est s.a s.p.a".split()
)
"""Words after which a full stop does not end a sentence, in lower case and without it."""

LINE_END_HYPHENS = "-\u2010\u00ad\ufffe"
"""Characters that split a word at a line end: hyphen-minus, hyphen, soft hyphen, and pdfium's mark for any of them."""

BULLETS = "•●▪■□▫◦‣⁃∙·–—➢➤►✓✔❖☐☑☒❏❑○◆◇"
"""Characters that open a list item. The private use area, where symbol fonts put theirs, counts too."""

_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W\d_]+)?")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

_SOFT_HYPHEN = re.compile(r"\u00ad(?=[^\W\d_])")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}

_HYPHEN_INSIDE = re.compile(rf"(?<=[^\W\d_])[{LINE_END_HYPHENS}]\s*(?=[^\W\d_])")

_ALONE = str.maketrans("İıſ", "iis")
_INK = re.compile(r"\S")
_NUMBER_OF_ITEM = re.compile(r"[a-z]?\d+(?:\.\d+)*")
LONGEST_NUMBER = 40
"""Characters up to which what opens a line is looked at as the number of an item."""

_stemmer = Stemmer.Stemmer("english")

ITEM_NUMBER = re.compile(r"^\d{1,2}[.)]\s+")
"""How a numbered item begins."""


def lowered(text: str) -> str:
    """Return a text in lower case, letter for letter: what is found in it stands at the same place in the text.

    Letters that a pattern blind to case takes for an i or s become one: "İ", "ı" and "ſ".
    """
    return text.translate(_ALONE).lower()


def words(text: str) -> list[str]:
    """Return the words and figures of a text in order, lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _WORD.findall(plain.lower())


def terms(text: str) -> list[str]:
    """Return the search terms of a text: its words without stop words, stemmed, in order.

    Stemmer: Snowball English (https://snowballstem.org/algorithms/english/stemmer.html). Figures stay as they are.
    """
    return [stem(_plain_figure(word)) for word in words(text) if word not in STOP_WORDS]


def _plain_figure(word: str) -> str:
    """Return "1,200" as "1200" and "2,5" as "2.5", so that a figure is one term however it is written."""
    return re.sub(r"[.,](?=\d{3}\b)", "", word).replace(",", ".")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the Snowball stem of a lower-case word; a possessive "'s" falls away."""
    bare = re.sub(r"['’]s?$", "", word).replace("'", "").replace("’", "")
    return str(_stemmer.stemWord(bare)) if bare.isalpha() else bare


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence, in order, without the white space between them.

    A full stop ends a sentence where white space and something other than a lower-case letter follow, unless it
    closes an abbreviation, an initial or an item number. Every other character belongs to exactly one span.
    """
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if _ends_sentence(text, start, match):
            yield from _trimmed(text, start, match.end())
            start = match.end()
    yield from _trimmed(text, start, len(text))


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    following = _INK.search(text, match.end())
    if not following or following.group().islower():
        return not following
    if match.group()[0] != ".":
        return True
    at = match.start()
    while at > start and (text[at - 1].isalnum() or text[at - 1] in "_.&"):
        at -= 1
    word = text[at : match.start()].lower()
    initial = len(word) == 1 and word.isalpha()
    return not (word in ABBREVIATIONS or initial or _opens_as_number(text, start, match.start(), word))


def _opens_as_number(text: str, start: int, end: int, word: str) -> bool:
    """Tell whether the number of an item is all that a sentence has so far."""
    ink = _INK.search(text, start, end)
    if not ink or end - ink.start() > LONGEST_NUMBER or not _NUMBER_OF_ITEM.fullmatch(word):
        return False
    return text[ink.start() : end].lstrip("*").lower() == word  # a chat model writes "**1. Visit fairs**"


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = start + len(piece.rstrip())
    if left < right:
        yield left, right


def clean(text: str) -> str:
    """Return text without control and direction characters, in NFC, with every run of white space as one space.

    Ligatures become their letters, and hyphens that only allow a line to end fall away. Half of a surrogate pair,
    which no file can hold, becomes a question mark.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    plain = _SOFT_HYPHEN.sub("", _CONTROL.sub("", unicodedata.normalize("NFC", text))).translate(_LIGATURES)
    return " ".join(plain.split())


def comparable(text: str) -> str:
    """Return the letters and figures of a text alone, lower case: equal for a quote and its readable form."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(character for character in folded if character.isalnum())


def same_words(part: str, whole: str) -> bool:
    """Tell whether the words of a text stand in another in a row; figures count whole: "35 firms", not "3.5 firms".

    Case, punctuation and hyphens between letters do not count, so that a word split at a line end is the same word.
    """
    ours, theirs = (" ".join(words(_HYPHEN_INSIDE.sub("", text))) for text in (part, whole))
    return bool(ours) and f" {ours} " in f" {theirs} "


def one_line(text: str) -> str:
    """Return a text from outside, such as a file name, for a terminal: what is not printable shows as its code."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def count_of(number: int, noun: str) -> str:
    """Return "1 page", "3 pages" or "1,204 pages"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def figures(text: str) -> set[str]:
    """Return the numbers of a text, without thousands marks: "1,200 firms in 2012" gives {"1200", "2012"}."""
    return {re.sub(r"[.,](?=\d{3}\b)", "", number) for number in re.findall(r"\d+(?:[.,]\d+)*", text)}


def names(text: str) -> set[str]:
    """Return words that look like names, in lower case, for comparison.

    A name has two capitals, or one and stands inside a sentence, or one and opens a sentence with another name behind
    it: "Hamburg Aviation has …", but not "Visits help" or "The Harbour …".
    """
    found = set()
    for start, end in sentence_spans(text):
        held = re.findall(r"[^\W\d_][\w&’'-]*", text[start:end])
        for i, word in enumerate(held):
            goes_on = held[i + 1 : i + 2] and held[i + 1][0].isupper() and word.lower() not in STOP_WORDS
            if (word[0].isupper() and (i > 0 or goes_on)) or sum(map(str.isupper, word)) > 1:
                found.add(word.lower())
    return found
