"""Records → what the description of the REST interface says of them: names as in `to_dict`, kinds as declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from types import GenericAlias
from typing import Annotated, Any, get_type_hints

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, create_model
from pydantic.json_schema import JsonSchemaValue
from pydantic_core.core_schema import CoreSchema, list_schema

from advisor.records import Answer, AnswerSentence, Citation, Document, Hit, Removed, Suspicious


def _described(name: str, told: str, record: type, keys: Sequence[str], **others: Any) -> type[BaseModel]:
    """Return the description of what a record gives under some keys; `others` are of another kind than its field."""
    kinds = get_type_hints(record) | others
    parts: dict[str, Any] = {key: (kinds[key], ...) for key in keys}
    return create_model(name, __config__=ConfigDict(extra="forbid"), __doc__=told, **parts)


def _many(model: type[BaseModel]) -> GenericAlias:
    return GenericAlias(list, (model,))


def _names(record: type) -> list[str]:
    return [field.name for field in fields(record)]


SENTENCE = _described(
    "Sentence",
    "A sentence of an answer, with the markers of its citations.",
    AnswerSentence,
    ("text", "markers", "support"),
)
CITATION = _described(
    "Citation",
    "A marker, resolved: `quote` is the stored text of the page from `start` to `end`; pages count from 1, boxes are "
    "[x0, y0, x1, y1] in PDF points from the page's top left corner.",
    Citation,
    _names(Citation),
)
PASSAGE = _described(
    "Passage",
    "A passage found for a question; a larger score is better, comparable within one list only.",
    Hit,
    ("rank", "score", "passage_id", "document_id", "document", "title", "first_page", "last_page", "section", "text"),
    **dict.fromkeys(("passage_id", "document_id", "document", "title", "text"), str),
    first_page=int,
    last_page=int,
    section=list[str],
)
ANSWER = _described(
    "Answer",
    "What the advisor says to a question, with everything needed to prove it.",
    Answer,
    (
        *("id", "question", "standalone_question", "answer", "abstained", "confidence", "reason", "mode", "sentences"),
        *("citations", "passages", "conflicts", "note", "suggestions", "suspicious", "suspicious_question", "removed"),
        "timings_ms",
    ),
    sentences=_many(SENTENCE),
    citations=_many(CITATION),
    passages=_many(PASSAGE),
    suspicious=_many(_described("Suspicious", "A sentence that is kept out.", Suspicious, _names(Suspicious))),
    removed=_many(_described("Removed", "What a chat model wrote and is not shown.", Removed, _names(Removed))),
)
DOCUMENT = _described(
    "Document",
    "A PDF of the store.",
    Document,
    [name for name in _names(Document) if name != "path"],  # where it lies on the server
)


FOUND = create_model(
    "Found",
    __doc__="The passages that were found for a query, best first.",
    query=(str, ...),
    passages=(_many(PASSAGE), ...),
)
HELD = create_model("Held", __doc__="The documents of the store, by file name.", documents=(_many(DOCUMENT), ...))


class Health(BaseModel):
    """That the server answers, what it holds, and by which it is known to have been started anew."""

    status: str
    documents: int
    pages: int
    started: str


class Error(BaseModel):
    """What went wrong, in one line."""

    error: str


class _As:
    """Describes a dict as a model, and leaves it as it is: no key is moved, no number becomes another."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_json_schema__(self, _: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        # Pydantic 2.12 refers to a model by its name inside another schema only, and else writes it out.
        inside: JsonSchemaValue = handler(list_schema(self._model.__pydantic_core_schema__))["items"]
        return inside


AnswerDict = Annotated[dict[str, Any], _As(ANSWER)]
FoundDict = Annotated[dict[str, Any], _As(FOUND)]
HeldDict = Annotated[dict[str, Any], _As(HELD)]
HealthDict = Annotated[dict[str, Any], _As(Health)]
