"""Does a sentence of a chat model say that it does not answer? In six languages; pure."""

from __future__ import annotations

import re

REFUSAL = "NOT IN THE PASSAGES"
"""What the model is told to write when the passages do not answer; shared with `prompts/answer_system.md`."""

_SOURCES = (
    r"(?:passages?|sources?|documents?|texts?|excerpts?|context|information|provided \w+|given \w+)",
    r"(?:passagen?|quellen?|dokumente?|texte?|auszüge|textstellen|abschnitte)",
    r"(?:passages?|sources?|documents?|textes?|extraits?)",
    r"(?:pasajes?|fuentes?|documentos?|textos?|fragmentos?)",
    r"(?:passaggi?o?|fonti|documenti|testi|brani)",
    r"(?:fragmenty|fragmentach|źródła|źródłach|dokumenty|dokumentach|teksty)",
)

_SILENT = r"(?:(?:do|does|did) not|don['’]t|doesn['’]t|contains? no|gives? no|says? nothing)\b"
_STATED = r"(?:mentioned|stated|specified|found|given|answered|covered)"
_SCHWEIGEN = r"(?:enthalten|nennen|sagen|geben|machen|beantworten)\b.*\b(?:keine|nichts|nicht|keinen)\b"

_REFUSED = re.compile(
    "|".join(
        [
            r"^(?:i['’]?m|i am|we are) (?:sorry|afraid|unable|not able)\b",
            r"^(?:sorry|unfortunately),? (?:but )?i\b",
            r"^i (?:cannot|can['’]?t|can not|do not|don['’]t|could not|couldn['’]t|won['’]t|will not)\b",
            r"^as an ai\b",
            r"^there is no (?:information|answer|mention)\b",
            rf"^(?:none of )?the (?:\w+ )?{_SOURCES[0]}(?: \w+)? {_SILENT}",
            rf"\bnot {_STATED} (?:in|by) (?:any of )?the (?:\w+ )?{_SOURCES[0]}",
            r"^(?:es tut mir leid|leider kann ich|ich kann (?:\w+ )*nicht|dazu (?:gibt es|finden sich) keine)\b",
            rf"^die (?:\w+ )?{_SOURCES[1]} {_SCHWEIGEN}",
            r"^(?:je suis désolée?|désolée?|je ne (?:peux|suis))\b",
            rf"^les {_SOURCES[2]} (?:\w+ )?n(?:e |['’])\w+ (?:pas|aucune?|rien)\b",
            r"^(?:lo siento|no puedo|lamento)\b",
            rf"^(?:los|las) {_SOURCES[3]} no\b",
            r"^(?:mi dispiace|non posso|spiacente)\b",
            rf"^(?:i|le|gli) {_SOURCES[4]} non\b",
            r"^(?:przykro mi|przepraszam|niestety,? nie|nie mogę)\b",
            rf"^(?:w )?{_SOURCES[5]} nie\b",
        ]
    ),
    re.IGNORECASE,
)


def is_refusal(text: str) -> bool:
    """Tell whether a sentence declines to answer, as told or in words of its own."""
    return REFUSAL in text or bool(_REFUSED.search(text.strip()))
