"""JSON Lines from outside → objects with the place they stand at, or an error that names it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from advisor.errors import AdvisorError


def parse_jsonl(
    text: str | Iterable[str], *, source: str, error: type[AdvisorError]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield "SOURCE, line N" and the object of each line, from line 1; empty lines are passed over.

    A byte order mark at the beginning, as some editors write it, is passed over. Lines end with a line feed only: other
    separators, such as U+2028, may stand inside a JSON text. Where the lines are given one by one, no more than one of
    them is held.

    Raises:
        AdvisorError: of the kind `error`, where a line is not a JSON object, or none of them is one.
    """
    number = 0
    for i, line in enumerate(text.split("\n") if isinstance(text, str) else text, start=1):
        if i == 1:
            line = line.removeprefix("\ufeff")
        if not line.strip():
            continue
        where, number = f"{source}, line {i}", number + 1
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as cause:
            raise error(f"{where}: not JSON ({cause}); write one object a line") from cause
        if not isinstance(record, dict):
            raise error(f"{where}: not an object; write one JSON object a line")
        yield where, record
    if not number:
        raise error(f"{source} holds nothing; write one JSON object a line")
