"""What a system returned → a checked answer record, ready for JSON. The door of Pydantic."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from advisor.errors import BenchmarkError

Record = dict[str, Any]
"""An answer record, ready for JSON."""

MOST_PAGES = 5_000
"""No passage goes over more pages than a document may have."""

Number = Annotated[float, Field(strict=False, allow_inf_nan=False)]
PageNumber = Annotated[int, Field(ge=1)]
Offset = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class _Passage(_Part):
    document: str = Field(min_length=1)
    first_page: PageNumber = 1
    last_page: PageNumber | None = None
    text: str = ""
    spans: list[Annotated[list[Offset], Field(min_length=3, max_length=3)]] = []

    @model_validator(mode="after")
    def _goes_forward(self) -> _Passage:
        last = self.last_page or self.first_page
        if not self.first_page <= last < self.first_page + MOST_PAGES:
            raise ValueError(f"last_page is {last}, first_page {self.first_page}")
        for page, start, end in self.spans:
            if page < 1 or start >= end:
                raise ValueError(f"there is no span {start} to {end} on page {page}")
        return self


class _Sentence(_Part):
    text: str
    markers: list[int]


class _Citation(_Part):
    marker: int
    document: str
    page: PageNumber
    quote: str
    start: Offset = 0
    end: Offset = 0


class _Answer(_Part):
    passages: list[_Passage] | None = None
    units: list[str] | None = None
    answer: str | None = None
    abstained: bool = False
    confidence: Number | None = None
    sentences: list[_Sentence] = []
    citations: list[_Citation] = []
    timings_ms: dict[str, Number] = {}
    tokens: dict[str, int] = {}
    segments: list[str] = []

    @model_validator(mode="after")
    def _is_whole(self) -> _Answer:
        if self.passages is None and self.units is None:
            raise ValueError("it has no passages")
        markers = [citation.marker for citation in self.citations]
        if len(set(markers)) < len(markers):
            raise ValueError("two citations have the same marker")
        return self


def checked_record(record: object, source: str) -> Record:
    """Return a record whose known fields have the kinds that are judged; others are kept as they are.

    Raises:
        BenchmarkError: one of them has not; `source` says whose record it is.
    """
    try:
        return _Answer.model_validate(record).model_dump(mode="python", exclude_unset=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        given = repr(first["input"])[:60]
        raise BenchmarkError(
            f"{source} is no answer record: {place or 'it'}: {first['msg']} (given: {given}); see benchmarks/README.md"
        ) from error
