"""An answer record → what was asked: as it was typed, as it stands alone, and in English."""

from __future__ import annotations

from advisor.retrieval.languages import STEMMERS, recognise, translate
from ingest.proofs.answers import Record


def asked(record: Record, language: str = "") -> str:
    """Return the question with its words in English, from the language that is named or else recognised."""
    typed = " ".join(f"{record.get('question', '')} {record.get('standalone_question', '')}".split())
    spoken = language or recognise(typed, lambda word: False)
    return f"{typed} {translate(typed, spoken, lambda word: False).text}" if spoken in STEMMERS else typed
