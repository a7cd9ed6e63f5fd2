"""Text → abbreviations and what they stand for: "Joint International Strategy (JIS)"; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from advisor.text import STOP_WORDS

_STANDS_FOR = re.compile(
    r"\bstands? for\b|\b(?:full|long) (?:name|form)\b|\bspelt out\b|\b(?:abbreviation|acronym)\b|"
    r"^what does [\w&-]+ mean\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])[\w&-]{2,12}\b")
_MEANT = re.compile(r"(?i:what (?:is|are) (?:an? |the )?)((?=\w*[A-Z]\w*[A-Z])[\w&-]{2,12})[\s?.!]*$")
_BRACKETED = re.compile(r"\(([^()]{2,80})\)")
_SHORT = re.compile(r"[^\W_](?:[\w&./-]{0,10}[^\W_])?")
_DIVIDED = re.compile(r"[();]")
_WORD = re.compile(r"[\w&’'-]+")


def abbreviations(text: str) -> set[tuple[str, str]]:
    """Return pairs of an abbreviation and its long form, in which either stands in brackets behind the other.

    The long form is the shortest run of words before the bracket that holds the letters of the abbreviation in order,
    the first of them at the beginning of a word. Source: Schwartz and Hearst, PSB 2003,
    doi:10.1142/9789812776303_0042. A plural s of the abbreviation falls away.
    """
    return set(_pairs(text))


def abbreviations_asked(question: str) -> list[str]:
    """Return the abbreviations whose long form a question asks for, in its order; none where it asks for another thing.

    "What does EACP stand for?" asks for that of EACP.
    """
    return list(dict.fromkeys(_ASKED.findall(question))) if _STANDS_FOR.search(question) else []


def abbreviation_meant(question: str) -> str:
    """Return the abbreviation that a question asks to be told about, "" for others: "What is the EACP?"."""
    match = _MEANT.match(question)
    return match[1] if match else ""


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for match in _BRACKETED.finditer(text):
        before, inside = text[: match.start()].rstrip(), _bare(re.split(r"[;,]", match[1])[0])
        if _is_short(inside):
            short = _singular(inside)
            held = before.split("\n")[-1].split()[-min(len(short) + 5, 2 * len(short)) :]
            if long := _long_form(short, " ".join(held)):
                yield short, long
        elif before:
            short = _singular(_last_word(before))
            if _is_short(short) and len(inside.split()) > 1 and _long_form(short, inside) == inside:
                yield short, inside


def _bare(text: str) -> str:
    """Return what stands in a bracket without quotation marks and article: EU for (the “EU”)."""
    return re.sub(r"^the\s+", "", text.strip()).strip(" \"'“”„‘’«»")


def _is_short(text: str) -> bool:
    """Tell an abbreviation: at most ten characters of one word, two capitals among them."""
    return bool(_SHORT.fullmatch(text)) and 2 <= len(text) <= 12 and sum(map(str.isupper, text)) >= 2


def _singular(short: str) -> str:
    """Return "ESCP" for "ESCPs" and "MoU" for "MoUs"."""
    return short[:-1] if len(short) > 2 and short.endswith("s") and short[-2].isupper() else short


def _last_word(text: str) -> str:
    found = _WORD.findall(text[-20:])
    return found[-1] if found and text.endswith(found[-1]) else ""


def _long_form(short: str, text: str) -> str:
    """Return the shortest end of a text whose words give the letters of the abbreviation, "" where there is none."""
    letters = [character.lower() for character in short if character.isalnum()]
    at = _by_initials(letters, text)
    if at < 0:
        at = _by_letters(letters, text)
    stands_for_word = at < 0 and any(map(str.isdigit, letters))  # the figure in "ESCP-4i"
    if stands_for_word:
        at = _by_letters([letter for letter in letters if not letter.isdigit()], text)
    if at < 0 or (stands_for_word and any(map(_is_short, _WORD.findall(text[at:])))):
        return ""
    long = text[at:].strip(" ,;:.“”\"'’")
    words = long.split()
    # Letters found anywhere in a single long word, or in more words than letters leave room for, are no abbreviation.
    is_apt = 1 < len(words) <= min(len(short) + 5, 2 * len(short)) and short not in words and not _DIVIDED.search(long)
    return long if is_apt else ""


def _by_initials(letters: Sequence[str], text: str) -> int:
    """Return where the last words begin whose initials are the letters, small words between them left out; or -1."""
    wanted = list(letters)
    at = -1
    for match in reversed(list(_WORD.finditer(text))):
        if not wanted:
            break
        if match.group()[0].lower() == wanted[-1]:
            wanted.pop()
            at = match.start()
        elif match.group().lower() not in STOP_WORDS:
            return -1
    return -1 if wanted else at


def _by_letters(letters: Sequence[str], text: str) -> int:
    """Return where the shortest end of a text begins that holds the letters in order, or -1."""
    at = len(text)
    for i in range(len(letters) - 1, -1, -1):
        at -= 1
        while at >= 0 and (text[at].lower() != letters[i] or (i == 0 and at > 0 and text[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return -1
    return at
