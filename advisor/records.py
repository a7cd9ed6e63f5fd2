"""The values that pass between the steps: frozen records that check themselves when made.

Pages and ranks count from 1. Spans count from 0 with the end excluded, in the stored text of one page. Boxes are
(x0, y0, x1, y1) in PDF points from the page's top left corner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Box = tuple[float, float, float, float]
SentenceKind = Literal["text", "lead", "item", "row"]
Support = Literal["verbatim", "supported", "partial", "unsupported"]
Mode = Literal["extractive", "generative"]
SearchMode = Literal["hybrid", "dense", "lexical"]
FileStatus = Literal["added", "unchanged", "updated", "skipped", "failed"]

UNUSED: frozenset[FileStatus] = frozenset({"skipped", "failed"})
"""What became of a file that answers do not come from."""

MAX_FILE_BYTES = 100 * 1024 * 1024
"""Larger files are not read, and refused while they arrive."""


SKIP_REASONS: Mapping[str, str] = {
    "encrypted": (
        "This file needs a password. Give the right one with --password, or save a copy without it and add that copy."
    ),
    "no-text-layer": (
        "The pages are pictures without text. Run text recognition (OCR), as `--ocr DIR` does, and add the result."
    ),
    "damaged": "This file is damaged. Download it again.",
    "empty": "This file is empty. Download it again.",
    "not-a-pdf": "This file is not a PDF. Save or print it as a PDF first.",
    "too-large": "This file is larger than 100 MB. Split it and add the parts.",
    "too-many-pages": "This file has more than 5,000 pages. Split it and add the parts.",
    "too-slow": "Reading this file does not come to an end. Print it to a new PDF and add that one.",
    "too-much-memory": "This file unpacks to more than can be held. Print it to a new PDF and add that one.",
    "crashed": "Reading this file ends the program that reads it. Print it to a new PDF and add that one.",
    "unreadable": "This file cannot be opened. Check that it is there and that you may read it.",
    "bad-name": "The name of this file is not valid Unicode. Rename it.",
    "outside-folder": "This is a link to a file outside the folder. Put the file itself here, or name it.",
    "duplicate": "Another file with the same content is already in the store.",
}
"""Why a file is not used, and what its owner can do about it."""


ANSWERING = frozenset({"answered", "model-error", "model-timeout", "model-empty", "model-refused", "model-uncited"})
ABSTAINING = frozenset(
    {"near", "declined", "empty-store", "small-talk", "nothing-before", "nothing-more", "needs-model"}
)
"""The reasons of answers that answer, and of those that abstain; see `Answer.reason`."""


DOUBTS: Mapping[str, str] = {
    "partial": "(only partly borne out by the page)",
    "unsupported": "(not borne out by the page)",
}
"""What stands behind a sentence of an answer that its page does not bear out, by its support."""


SOURCES_ENGLISH: Mapping[str, str] = {
    "de": "Die Quellen sind auf Englisch.",
    "es": "Las fuentes están en inglés.",
    "fr": "Les sources sont en anglais.",
    "it": "Le fonti sono in inglese.",
    "nl": "De bronnen zijn in het Engels.",
    "pl": "Źródła są po angielsku.",
    "pt": "As fontes estão em inglês.",
    "ro": "Sursele sunt în engleză.",
    "sv": "Källorna är på engelska.",
}
"""What stands behind an answer to a question in another language than the sources have, by ISO 639-1 code."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters in the stored text of one page, and where they stand on it.

    Attributes:
        page: physical page, from 1.
        start: first character, from 0.
        end: one past the last character.
        boxes: one box for each line of the run, top to bottom; empty where the PDF gives no positions.
    """

    page: int
    start: int
    end: int
    boxes: tuple[Box, ...] = ()

    def __post_init__(self) -> None:
        if self.page < 1 or not 0 <= self.start < self.end:
            raise ValueError(f"no such span: page {self.page}, characters {self.start} to {self.end}")


@dataclass(frozen=True, slots=True)
class Document:
    """One PDF of the corpus. `document_id` follows from the content, so a renamed file stays the same document."""

    document_id: str
    file: str
    path: str
    title: str
    page_count: int
    sha256: str
    publisher: str = ""
    year: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The stored text of one page; `label` is the page number printed on it ("" where there is none)."""

    number: int
    label: str
    text: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit that is quoted: a sentence, a list item with its lead-in, or a table row.

    Attributes:
        kind: "text", "lead" (the sentence that opens a list), "item" or "row".
        group: number of the block in its document; a list's lead-in and items, and a table's rows, share it.
        text: the words as a person reads them: lines joined, a row with its column headers.
        spans: where the words stand, one span for each page or part of a page.
        borrowed: of a row, where those words stand that are not its own: the names of the columns, and a cell that it
            shares with other rows.
    """

    sentence_id: str
    passage_id: str
    document_id: str
    kind: SentenceKind
    group: int
    text: str
    spans: tuple[Span, ...]
    borrowed: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a document.

    Attributes:
        passage_id: the first passage that stands under it.
        section: its path, from the outermost heading to itself.
        spans: where its words stand, one span for each page or part of a page.
    """

    passage_id: str
    document_id: str
    section: tuple[str, ...]
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """Its own words."""
        return self.section[-1]


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is stored and found: a part of one section of one document."""

    passage_id: str
    document_id: str
    section: tuple[str, ...]
    text: str
    sentences: tuple[Sentence, ...]

    @property
    def first_page(self) -> int:
        """The first page on which the passage stands."""
        return min(span.page for sentence in self.sentences for span in sentence.spans)

    @property
    def last_page(self) -> int:
        """The last page on which the passage stands."""
        return max(span.page for sentence in self.sentences for span in sentence.spans)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query; a larger `score` is better, comparable within one list only.

    Attributes:
        similarity: cosine between query and passage, -1 to 1, comparable between queries.
    """

    rank: int
    score: float
    similarity: float
    passage: Passage
    document: Document

    def to_dict(self) -> dict[str, Any]:
        """Return the entry of `passages` in an answer record."""
        return {
            "rank": self.rank,
            "score": round(self.score, 6),
            "passage_id": self.passage.passage_id,
            "document_id": self.document.document_id,
            "document": self.document.file,
            "title": self.document.title,
            "first_page": self.passage.first_page,
            "last_page": self.passage.last_page,
            "section": list(self.passage.section),
            "text": self.passage.text,
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker `[n]` of an answer, resolved: `quote` is the stored text of `page` from `start` to `end`."""

    marker: int
    document_id: str
    document: str
    title: str
    page: int
    page_label: str
    section: tuple[str, ...]
    quote: str
    start: int
    end: int
    boxes: tuple[Box, ...]
    passage_id: str

    def to_dict(self) -> dict[str, Any]:
        """Return the entry of `citations` in an answer record."""
        return asdict(self) | {"section": list(self.section), "boxes": [list(box) for box in self.boxes]}


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence, list item or row of an answer, with the markers of its citations.

    Attributes:
        kind: how to show it; an "item" follows its "lead" as a bullet.
    """

    text: str
    markers: tuple[int, ...]
    support: Support
    kind: SentenceKind = "text"

    @property
    def marked(self) -> str:
        """The text followed by its markers, and by a doubt where it is not borne out: "Visits are free. [1] (…)"."""
        marks = "".join(f"[{marker}]" for marker in self.markers)
        return " ".join(filter(None, [self.text, marks, DOUBTS.get(self.support, "")]))

    def to_dict(self) -> dict[str, Any]:
        """Return the entry of `sentences` in an answer record."""
        return {"text": self.text, "markers": list(self.markers), "support": self.support}


@dataclass(frozen=True, slots=True)
class Suspicious:
    """A sentence of a passage that addresses a program instead of a reader, and was left out of the answer.

    Attributes:
        reason: a name of `advisor.answering.suspicion`, or "follows" for one behind an instruction.
    """

    passage_id: str
    document: str
    page: int
    text: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return the entry of `suspicious` in an answer record."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Removed:
    """A sentence that a chat model wrote and that is not in the answer.

    Attributes:
        reason: "uncited" (it names no passage that was given), "cut-off" (the model stopped in the middle of it),
            "refusal" (it says that it does not answer), or what its passages do not bear out: "figure", "name",
            "negation", "quantifier" (all, most, few), "direction" (more or less, before or after), "meaning".
    """

    text: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return the entry of `removed` in an answer record."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation before the question: `role` is "user" or "assistant"."""

    role: Literal["user", "assistant"]
    content: str

    def __post_init__(self) -> None:
        if self.role not in ("user", "assistant") or not isinstance(self.content, str):
            raise ValueError(f"no such turn: role {self.role!r}, content {type(self.content).__name__}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the advisor says to a question, with everything needed to prove it.

    Attributes:
        abstained: true where the corpus does not answer; `reason` then says "near", "declined" or "empty-store". So it
            is where nothing was asked of the corpus, "small-talk" and "nothing-before" (a request such as "shorter"
            without an answer that it could be about), and where a request cannot be carried out: "nothing-more" (all
            that was found has been shown) and "needs-model" (other words or another language need a chat model).
            `note` is then the whole answer.
        confidence: 0 to 1, how likely the corpus answers the question.
        suspicious: sentences of the passages that are left out of the answer.
        suspicious_question: why the question seems to give instructions to a program, if it does; it changes nothing.
        language: of the question, as ISO 639-1 code. Where it is not English, `answer` says that the sources are.
        reason: "answered", "near", "declined", "empty-store", or, where a chat model was asked for and the
            extractive answer came instead, "model-error" (it failed, or was cut off before anything could be used),
            "model-timeout", "model-empty" (it wrote nothing), "model-markup" (it wrote tags or thoughts aloud, and no
            sentence), "model-refused" (it found no answer in the passages) or "model-uncited" (too little of it is
            borne out). See `abstained` for the rest.
        standalone_question: the question as it would stand alone; for a request about the last answer what was done to
            it, and the question that it answers: "Shorter: How do we find partners abroad?".
        removed: what a chat model wrote and is not shown.
        note: words of the advisor's own, which cite nothing, such as that a list is complete, or that what a chat model
            wrote was cut off; `answer` holds them too. Why a chat model failed stands here alone: `answer` is the
            extractive one.
    """

    id: str
    question: str
    standalone_question: str
    answer: str
    abstained: bool
    confidence: float
    reason: str
    mode: Mode
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    conflicts: tuple[str, ...] = ()
    suspicious: tuple[Suspicious, ...] = ()
    suspicious_question: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict, hash=False)
    language: str = "en"
    note: str = ""
    suggestions: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the answer record, ready for JSON."""
        return {
            "id": self.id,
            "question": self.question,
            "standalone_question": self.standalone_question,
            "answer": self.answer,
            "abstained": self.abstained,
            "confidence": round(self.confidence, 4),
            "reason": self.reason,
            "mode": self.mode,
            "sentences": [sentence.to_dict() for sentence in self.sentences],
            "citations": [citation.to_dict() for citation in self.citations],
            "passages": [hit.to_dict() for hit in self.hits],
            "conflicts": list(self.conflicts),
            "note": self.note,
            "suggestions": list(self.suggestions),
            "suspicious": [one.to_dict() for one in self.suspicious],
            "suspicious_question": list(self.suspicious_question),
            "removed": [one.to_dict() for one in self.removed],
            "timings_ms": {step: round(value, 1) for step, value in self.timings_ms.items()},
        }


@dataclass(frozen=True, slots=True)
class Searching:
    """The first event of a streamed answer: which question is searched, in how many documents."""

    standalone_question: str
    documents: int
    pages: int


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """The second event of a streamed answer: the passages it is put together from."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class CitationReady:
    """A place that the next sentence of a streamed answer is the first to cite.

    Another one with the same marker takes its place: a chat model was given up, and markers begin anew.
    """

    citation: Citation


@dataclass(frozen=True, slots=True)
class SentenceReady:
    """A further sentence of a streamed answer, once more with the citations that are new with it.

    Who shows sentences and citations in one place needs this event alone: no sentence comes without its proof.
    """

    sentence: AnswerSentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """The last event of a streamed answer: the whole of it. It stands where it differs from what was streamed."""

    answer: Answer


AnswerEvent = Searching | PassagesFound | CitationReady | SentenceReady | AnswerReady
