"""Answers about running industry clusters, from the reports, every sentence proved on the page.

from advisor import Advisor

advisor = Advisor.open("store")
answer = advisor.ask("How do we find partners abroad?")
"""

from advisor.errors import AdvisorError

TYPE_CHECKING = False  # what is loaded here comes before Ctrl-C can be answered in words, and typing takes its time
if TYPE_CHECKING:
    from advisor.answering.advisor import Advisor
    from advisor.records import Answer, AnswerSentence, Citation, Document, Hit, Message, Page, Passage, Sentence

__all__ = [
    "Advisor",
    "AdvisorError",
    "Answer",
    "AnswerSentence",
    "Citation",
    "Document",
    "Hit",
    "Message",
    "Page",
    "Passage",
    "Sentence",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is asked for first."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "Advisor":
        from advisor.answering.advisor import Advisor

        return Advisor
    from advisor import records

    return getattr(records, name)
