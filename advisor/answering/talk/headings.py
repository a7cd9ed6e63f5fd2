"""A heading → the question that somebody would ask to read what stands under it."""

from __future__ import annotations

import re

from advisor.text import terms, words

SHORTEST, LONGEST = 3, 14
"""Words of a heading that makes a question."""

TELLING = 3
"""Search terms that a heading needs to say by itself what it is about."""

_LABEL = re.compile(r"^(?:(?:\d+(?:\.\d+)*|[A-Z]\d*)[.)]?\s+)?(?:(?P<label>[^:?]{0,40}\b[A-Z]?\d+[a-z]?)\s*[:–-]\s+)?")
_ASKS = re.compile(
    r"^(?:how|what|which|who|whom|whose|why|when|where|is|are|do|does|did|can|could|should|will|has|have)\b",
    re.IGNORECASE,
)
_HOW_TO = re.compile(r"^(how|what|when|where|whom) to\b", re.IGNORECASE)
_RECOMMENDATION = re.compile(r"\b(recommendation R?\d+)$", re.IGNORECASE)
_DEED = re.compile(r"\b(?:action|step) \d+$", re.IGNORECASE)
_CASE = re.compile(r"\bcase \d+[a-z]?$", re.IGNORECASE)
_KIND = re.compile(r"^(?P<kind>case study|interview)\s*(?:[:–]|with)\s+(?P<of>.+)$", re.IGNORECASE)
_CHECKLIST = re.compile(r"^checklists? (?P<rest>(?:to|for|before)\b.+)$", re.IGNORECASE)
_INDIRECT = re.compile(r"^(?:how|what|which|who|whom|why|when|where|whether)\b", re.IGNORECASE)
_DIRECT = re.compile(
    r"^(?:how (?:many|much)|which|what|who)(?: (?!the\b|a\b|an\b)[\w-]+){0,3}? (?:is|are|was|were|has|have)\b",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"^(?P<asks>why|how|when|where) (?P<who>(?:[\w-]+ ){1,3}?)(?P<modal>should|can|could|must|may)\b", re.IGNORECASE
)
_ABLE = re.compile(r"^(?P<who>(?:[\w-]+ ){1,3}?)(?P<modal>can|should|must) (?P<rest>.+)$")
_ONE = re.compile(r"^(?:purpose|aim|number|role|structure|definition|rationale)\b", re.IGNORECASE)
_PREPOSITION = re.compile(r"\s(?:of|for|in|from|on|to|between|by|per|with|among|at|before|after|during|that|who)\s")
_SEVERAL = re.compile(r",|\b(?:as|its|their)\b")
_CUT = re.compile(r"\b(?:a|an|and|as|at|by|for|from|in|of|on|or|the|to|with)$", re.IGNORECASE)
_TOLD = re.compile(
    r"^(?:adopt|analyse|build|catalyse|create|define|develop|encourage|establish|find|further develop|identify|improve|"
    r"integrate|intensify|invest|lever|leverage|make|promote|provide|strengthen)\b"
    r"(?! (?:is|are|was|were|of)\b)",
    re.IGNORECASE,
)
"""What a heading that tells somebody to do something begins with."""
_PLURAL = re.compile(r"^(?!.*(?:ss|us|is|ics|news)$).*s$|^criteria$", re.IGNORECASE)
_NAME = re.compile(r"^(?:Euro\w*|\w+(?:ese|ish|ean|ian)|German|French|Greek|Dutch|Baltic|Horizon)$")
_CODE = re.compile(r"\s\([^()]*\d[^()]*\)$")
"""A number or a code in brackets behind a heading, which nobody would ask with."""

_DEFINITE = re.compile(r"^(?:first|second|third|main|last|next)\b", re.IGNORECASE)
_DANGLING = re.compile(r"^(?:before|during|after|until|in|on|further|other|overview|introduction)\b", re.IGNORECASE)


def question_of(heading: str) -> tuple[int, str] | None:
    """Return the question that a heading makes, behind how natural it is (0 best); None where it makes none.

    Headings in capitals make none, nor do questions to somebody, as in an interview.
    """
    label, text = _parted(_CODE.sub("", " ".join(heading.split())))
    if not text[:1].isalpha() or text.isupper() or len(text.split()) > LONGEST:
        return None
    if named := _RECOMMENDATION.search(label):
        return 1, f"What does {named[1][0].lower()}{named[1][1:]} ask for?"
    if match := _CHECKLIST.match(label):
        return 1, f"What is on the checklist {match['rest']}?"
    if _DEED.search(label) and not _ASKS.match(text):
        return 1, f"How do we {re.sub('^be ', 'become ', _ours(text))}?"
    if {"you", "your"} & set(words(text)) or len(text.split()) < SHORTEST:
        return None
    if text.endswith("?") and _ASKS.match(text):
        return 0, text[0].upper() + text[1:]
    if text.endswith(("…", ".", ":", ";", ",")) or _CUT.search(text):  # a line of the text that looks like a heading
        return None
    return _of_statement(label, text)


def _parted(heading: str) -> tuple[str, str]:
    """Return the label of a heading, such as "Green transition action 1", and what it says; without its number."""
    match = _LABEL.match(heading)
    return (match["label"] or "", heading[match.end() :]) if match else ("", heading)


def _of_statement(label: str, text: str) -> tuple[int, str] | None:
    """Return the question that a heading makes which does not ask itself."""
    if match := _HOW_TO.match(text):
        asks = "How do we" if match[1].lower() == "how" else f"{match[1].capitalize()} should we"
        return 1, f"{asks}{text[match.end() :]}?"
    if len(terms(text)) < TELLING:
        return None
    if match := _KIND.match(text):
        kind = match["kind"].lower()
        said = f"the interview with {match['of']} tell" if kind == "interview" else f"the case of {match['of']} show"
        return 2, f"What does {said}?"
    if _CASE.search(label):
        return 2, f"What does the case “{text}” show?"
    if match := _CHECKLIST.match(text):
        return 1, f"What is on the checklist {match['rest']}?"
    if _TOLD.match(text):
        return 1, f"How do we {_ours(text)}?"
    return _of_clause(text) or _of_noun(text)


def _of_clause(text: str) -> tuple[int, str] | None:
    """Return the question of a heading that is a clause; None where it is none."""
    if ": " in text and _INDIRECT.match(told := text.split(": ", 1)[1]):
        text = told
    if match := _MODAL.match(text):
        rest = text[match.end() :]
        return 1, f"{match['asks'].capitalize()} {match['modal']} {match['who'].strip()}{rest}?"
    if _DIRECT.match(text):
        return 1, f"{text[0].upper()}{text[1:]}?"
    if _INDIRECT.match(text):
        told = text.split(": ")[0]
        return 2, f"What do the documents say about {told[0].lower()}{told[1:]}?"
    if match := _ABLE.match(text):
        return 1, f"How {match['modal']} {_lowered(match['who'].strip())} {match['rest']}?"
    return None


def _of_noun(text: str) -> tuple[int, str] | None:
    """Return the question of a heading that names something: several things, one that is known by a word, or any."""
    first, _, rest = text.partition(": ")
    name = first if len(terms(first)) >= TELLING else text
    if _DANGLING.match(name):
        return None
    head = _PREPOSITION.split(f"{name} ")[0].strip()
    said = f"the {_lowered(name)}" if _DEFINITE.match(name) else _lowered(name)
    if rest and name == text:
        return 2, f"What do the documents say about {_lowered(first)}: {_lowered(rest)}?"
    if _ONE.match(name):
        return 2, f"What is the {said}?"
    if head != name and not _SEVERAL.search(head) and head.split() and _PLURAL.match(head.split()[-1]):
        article = "" if re.match(r"the\b", said) else "the "
        return 2, f"What are {article}{said}?"
    return 2, f"What do the documents say about {said}?"


def _lowered(text: str) -> str:
    """Return a text as it stands inside a sentence: its first word in lower case, but for names and abbreviations."""
    first, *others = text.split(" ")
    is_name = (
        _NAME.match(first)
        or re.search(r"\([A-Z]\w*[A-Z]\w*\)$", text)
        or any(map(str.isupper, first[1:]))
        or (others and others[0][:1].isupper())
    )
    return text if is_name else text[0].lower() + text[1:]


def _ours(text: str) -> str:
    """Return what is to be done, in the words of those who do it: "Map Your Skills" → "map our skills"."""
    told = text.split(" ")
    titled = sum(word[:1].isupper() for word in told) > len(told) / 2
    lowered = [word.lower() if word[1:].islower() and (titled or i == 0) else word for i, word in enumerate(told)]
    return re.sub(r"\byour\b", "our", " ".join(lowered), flags=re.IGNORECASE)
