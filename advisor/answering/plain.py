"""A sentence of a chat model → the same without what a browser or a reader of Markdown would act on; pure."""

from __future__ import annotations

import re

_IMAGE = re.compile(r"!\[[^\]]*\]\s?(?:\([^)]*\)?|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\]]*)\]\s?\([^)]*\)?")
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*(?:>|$)")
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:mailto|javascript|vbscript|data|tel|file):(?=\S))[^\s<>\"']+|"
    r"[\w.+-]+@[\w-]+\.[\w.-]+",
    re.IGNORECASE,
)


def plain_text(text: str, known: str) -> str:
    """Return a text without images, tags and links; of a link its words stay.

    An address stays where it stands in `known`, the text of the sources: reports name web pages, too.
    """
    before = None
    while before != text:  # what is taken out, and spaces too, may join the parts of another link
        before = text
        kept = _ADDRESS.sub(lambda found: found.group() if _is_known(found.group(), known) else "", _unmarked(text))
        text = " ".join(kept.split())
    return text


def gives_unknown_address(text: str, known: str) -> bool:
    """Tell whether a text sends its reader to an address that `known` does not hold; those of links do not count."""
    return any(not _is_known(address, known) for address in _ADDRESS.findall(_unmarked(text)))


def _is_known(address: str, known: str) -> bool:
    return address.rstrip(".,;:!?)") in known


def _unmarked(text: str) -> str:
    before = None
    while before != text:  # taking one out may join the parts of another
        before = text
        text = _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub("", text)))
    return text
