"""Everything that can go wrong, under one root, so that a front end catches one name.

    AdvisorError
    ├── UsageError                a question, option or setting that cannot be used as given
    ├── CorpusError               a manifest entry, folder or PDF that cannot be used
    ├── StoreError                a store that cannot be read or written
    │   ├── StoreNotFoundError    no store at this path
    │   └── StoreMismatchError    built by another embedder or in another format
    ├── EmbeddingError            a text that cannot be embedded, or no model to do it
    ├── PromptError               a template with a field missing or unknown
    ├── GenerationError           the chat model failed, was silent or took too long
    │   └── CutOffError           it stopped before the end of its answer
    └── BenchmarkError            questions or judgments that cannot be read

A message says what was wrong with the value seen, where, and what to do, in one line.
"""


class AdvisorError(Exception):
    """The root of all errors that this project raises on purpose."""


class UsageError(AdvisorError):
    """A question, option or setting cannot be used as it was given."""


class CorpusError(AdvisorError):
    """A folder, a manifest entry or a PDF cannot be used.

    Attributes:
        reason: one of `advisor.records.SKIP_REASONS`, or "" where the error is not about one file.
    """

    def __init__(self, message: str, *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class StoreError(AdvisorError):
    """A store cannot be read or written."""


class StoreNotFoundError(StoreError):
    """There is no store at the path."""


class StoreMismatchError(StoreError):
    """The store was built by another embedder, or in another format version."""


class EmbeddingError(AdvisorError):
    """A text cannot be embedded, or the model is missing or altered."""


class PromptError(AdvisorError):
    """A prompt template is missing, or has a field missing or unknown."""


class GenerationError(AdvisorError):
    """The chat model failed, or took too long.

    Attributes:
        timed_out: whether it took too long.
        cause: one of `advisor.answering.failing.CAUSES`, "cut", or "" where none is known.
    """

    def __init__(self, message: str, *, timed_out: bool = False, cause: str = "") -> None:
        super().__init__(message)
        self.timed_out = timed_out
        self.cause = cause


class CutOffError(GenerationError):
    """The chat model, or the connection to it, stopped before the end of an answer; what came before can be used."""

    def __init__(self, message: str) -> None:
        super().__init__(message, cause="cut")


class BenchmarkError(AdvisorError):
    """Questions or judgments cannot be read."""
