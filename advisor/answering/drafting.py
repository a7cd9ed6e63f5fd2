"""What a chat model writes, piece by piece → plain sentences with the keys they cite; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from advisor.errors import CutOffError
from advisor.text import clean, sentence_spans

LONGEST_TAG = 200
"""Characters up to which an opened bracket of HTML is waited for."""

_HIDDEN = "think|thinking|reasoning|script|style|tool_call|function_call|iframe"
_BLOCK = re.compile(rf"<({_HIDDEN})\b[^<>]{{0,{LONGEST_TAG}}}>|<!--", re.IGNORECASE)
_COMMENT_END = re.compile("-->")
_OPENED = re.compile(rf"<(?:{_HIDDEN})\b[^>]*>|<[/!a-zA-Z]?[^<>]{{0,{LONGEST_TAG}}}\Z", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\[\]]+)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*\)")
_MARKS = re.compile(r"\*\*|__|`+|^\s*#{1,6}\s+|^\s*>\s+")
_ITALIC = re.compile(r"(?<![\w*])\*(\S(?:[^*]*\S)?)\*(?![\w*])")
_ITEM = re.compile(r"(?:[-*•]|\d+[.)])\s+")
_LIKE_A_KEY = r"(?:(?:passages?|sources?|docs?|documents?|keys?|refs?)[\s:#]*)?(?:\d{1,3}|[a-z]{4})"
_BEGUN = re.compile(r"[\[(【{][\w ,;:#.-]{0,40}")
_OPEN = re.compile(r"[\w,;(–-]$")
_ENDED = re.compile(r"[.!?…\])}】\"'”’»]$")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as the model wrote it, plain and without its keys.

    Attributes:
        keys: the keys of passages that it cites, each once; unknown ones are left out.
        is_cut: whether the model stopped in the middle of it.
        misleads: whether it sent its reader to an address that no source holds, which was taken out.
    """

    text: str
    keys: tuple[str, ...]
    is_item: bool = False
    is_cut: bool = False
    misleads: bool = False


def drafts(pieces: Iterator[str], keys: Sequence[str]) -> Iterator[Draft]:
    """Yield each sentence as soon as it is whole, with the keys it cites out of those that were given.

    Keys count for the sentence they follow, before or behind its full stop: "… fairs [kqzt]." and "… fairs. [kqzt]".
    Markup, addresses of links, and what a model thinks aloud or asks of tools are left out.

    Raises:
        CutOffError: the pieces ended with it; it comes behind the last sentence.
    """
    reader = _Reader(keys)
    held = ""
    cut_off: CutOffError | None = None
    try:
        for piece in pieces:
            held = _without_blocks(held + piece)
            opened = _OPENED.search(held)
            ready, waiting = (held[: opened.start()], held[opened.start() :]) if opened else (held, "")
            whole, ready = reader.split(ready)
            held = ready + waiting
            yield from whole
    except CutOffError as error:
        cut_off = error
    held = re.sub(rf"<(?:{_HIDDEN})\b[^>]*>.*", "", held, flags=re.IGNORECASE | re.DOTALL)
    yield from reader.last(held, broke_off=cut_off is not None)
    if cut_off:
        raise cut_off


def is_unfinished(text: str) -> bool:
    """Tell whether a text stops within a sentence or a key: it ends in a word, a comma or behind an open bracket."""
    return bool(_OPEN.search(_end(text)) or re.search(rf"(?:{_BEGUN.pattern})$", text))


def _end(text: str) -> str:
    """Return a text up to its last sign that is no markup."""
    return _TAG.sub("", text).rstrip(" \n*_`")


def _without_blocks(text: str) -> str:
    """Return a text without the blocks that are closed in it; each kind is looked for once where nothing closes it."""
    kept, at = [], 0
    unclosed: set[str] = set()
    while opened := _BLOCK.search(text, at):
        name = (opened[1] or "").lower()
        end = re.compile(rf"</{name}\s*>", re.IGNORECASE) if name else _COMMENT_END
        closed = None if name in unclosed else end.search(text, opened.end())
        if closed is None:
            unclosed.add(name)
        kept.append(text[at : opened.start() if closed else opened.end()])
        at = (closed or opened).end()
    return "".join(kept) + text[at:]


class _Reader:
    """Divides text into sentences, given the keys."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = frozenset(keys)
        known = "|".join(sorted(self._keys)) or r"(?!)"
        inside = r"[^\[\]【】(){}<>\n]"
        bracketed = rf"[\[【({{]{{1,2}}{inside}{{0,60}}(?<![a-z])(?:{known})(?![a-z]){inside}{{0,60}}[\]】)}}]{{1,2}}"
        like = rf"[\[【]{_LIKE_A_KEY}(?:\s*[,;]\s*{_LIKE_A_KEY})*[\]】]"
        self._cited = re.compile(rf"\s*(?:{bracketed}|{like})", re.IGNORECASE)
        self._behind = re.compile(
            rf"([.!?…]+[\"'”’»)]*)((?:\s*(?:{bracketed}|{like}))+)(?!\()", re.IGNORECASE
        )  # not "[text](address)"
        self._bare = re.compile(
            rf"(?:(?:according to|as (?:stated|described|said) in|as per|in|from|per)\s+)?(?:the\s+)?"
            rf"(?:(?:passages?|sources?|documents?|keys?|texts?)\s+)?\b(?:{known})\b,?\s*",
            re.IGNORECASE,
        )
        self._known = re.compile(rf"(?<![^\W_])(?:{known})(?![^\W_])", re.IGNORECASE)

    def split(self, text: str) -> tuple[list[Draft], str]:
        """Return the sentences that are surely whole, and the rest: one is whole once the next one has begun."""
        *lines, last = text.split("\n")
        found = [sentence for line in lines for sentence, _ in self._sentences(line)]
        open_line = self._sentences(last)
        if open_line and _BEGUN.fullmatch(open_line[-1][0]):
            open_line.pop()  # it may become a key of the sentence before it
        whole = open_line[:-1]
        found += [sentence for sentence, _ in whole]
        return list(filter(None, map(self._draft, found))), last[whole[-1][1] if whole else 0 :]

    def last(self, text: str, *, broke_off: bool = False) -> list[Draft]:
        """Return what is left at the end; the last sentence is cut where it ends in a word or a comma and no key.

        Where the model is known to have been broken off, it is whole only with a key and an end.
        """
        text = re.sub(rf"(?:{_BEGUN.pattern})$", "", text)
        found, _ = self.split(text + "\n")
        end = _end(text)
        if not found:
            return found
        last = found[-1]
        is_open = _OPEN.search(end) and not re.search(rf"(?:{self._cited.pattern})$", end, re.I)
        if is_open or (broke_off and not (last.keys and _ENDED.search(end))):
            found[-1] = replace(last, is_cut=True)
        return found

    def _sentences(self, line: str) -> list[tuple[str, int]]:
        """Return each sentence of a line with its keys before its full stop, and where it ends in the line."""
        moved = self._behind.sub(r"\2\1", line)  # keys and full stop change places: the length stays
        return [(moved[start:end], end) for start, end in sentence_spans(moved)]

    def _draft(self, text: str) -> Draft | None:
        plain = _LINK.sub(lambda m: f"[{m[1]}]" if m[1].lower() in self._keys else m[1], _IMAGE.sub("", text))
        keys = tuple(dict.fromkeys(key.lower() for key in self._known.findall(plain)))
        plain = _TAG.sub("", self._cited.sub("", plain))
        plain = clean(_ITALIC.sub(r"\1", _MARKS.sub("", plain)))
        is_item = bool(_ITEM.match(plain))
        plain = _ITEM.sub("", plain, count=1) if is_item else plain
        if self._known.search(plain):
            plain = clean(self._bare.sub("", plain))
            plain = plain[:1].upper() + plain[1:]
        plain = re.sub(r"\s+(?=[.,](?:\s|$))", "", plain)
        return Draft(plain, keys, is_item) if any(map(str.isalnum, plain)) else None
