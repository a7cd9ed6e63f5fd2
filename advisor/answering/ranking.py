"""A text → which end of a ranking it speaks of: what is named most often, or least; pure."""

from __future__ import annotations

import re

from advisor.text import terms

_COUNTED = "cited|named|mentioned|reported|chosen|targeted|selected|quoted|used|signed|experienced|wanted"
_OFTEN = "often|frequent|frequently|common|commonly|widespread|popular"
_MOST = re.compile(
    rf"\b(?:(?:{_COUNTED}) (?:the )?most\b|most (?:{_OFTEN}|{_COUNTED})\b|by (?:the )?most\b|"
    r"(?:highest|largest) number\b)",
    re.IGNORECASE,
)
_LEAST = re.compile(
    rf"\b(?:(?:{_COUNTED}) (?:the )?least\b|least (?:{_OFTEN}|{_COUNTED})\b|by (?:the )?fewest\b|"
    r"(?:lowest|smallest) number\b)",
    re.IGNORECASE,
)

RANKING = frozenset(terms(f"{_COUNTED}|{_OFTEN}|highest|largest|lowest|smallest|fewest|number".replace("|", " ")))
"""Search terms of such words."""


def end_asked(text: str) -> int:
    """Return 1 where a text speaks of what is most, -1 of what is least, 0 of neither or both."""
    return bool(_MOST.search(text)) - bool(_LEAST.search(text))
