"""Answers about running industry clusters, from the reports, every sentence proved on the page.

from advisor import Advisor

advisor = Advisor.open("store")
answer = advisor.ask("How do we find partners abroad?")
"""

from advisor.answering.advisor import Advisor
from advisor.errors import AdvisorError
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
