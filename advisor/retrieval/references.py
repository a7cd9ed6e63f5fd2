"""A question → the numbered parts it names: "step 3", "case 17", "R9"."""

from __future__ import annotations

import re

from advisor.text import stem

LABELS = (
    "action annex appendix box case chapter figure lesson line module objective part phase pillar principle priority "
    "question recommendation section segment stage step strand table task tool"
).split()

_LABELLED = re.compile(rf"\b({'|'.join(LABELS)})s?\s*(?:no\.?|number)?\s*#?(\d{{1,3}}|[a-z]\d{{1,2}})\b", re.IGNORECASE)
_CODE = re.compile(r"\b([A-Z]\d{1,3})\b")


def references(question: str) -> list[tuple[str, ...]]:
    """Return the numbered parts that a question names, as phrases of search terms, each once.

    "What does recommendation R9 ask of step 3?" gives ("r9",), ("recommend", "r9") and ("step", "3").
    """
    labelled = [(stem(label.lower()), number.lower()) for label, number in _LABELLED.findall(question)]
    codes = [(code.lower(),) for code in _CODE.findall(question)]
    return list(dict.fromkeys([*codes, *labelled]))
