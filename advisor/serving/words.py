"""Every word that the chat and the REST interface say, in one place; plain text, escaped where it is shown."""

from __future__ import annotations

NAME = "Cluster Advisor"

# ---- first screen ---------------------------------------------------------------------------------------------------
HEADING = "What would you like to know about running your cluster?"
KNOWS = "Answers rest on {documents} about green transition, skills, internationalisation and partnerships."
KNOWS_HOW = "Choose the number after a sentence to see it marked on its page."
EMPTY_STORE = "No documents yet. Whoever runs this server can add PDF reports with: advisor ingest FOLDER"

TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Green transition",
        (
            "How do we find out what members need on sustainability?",
            "What makes a green project in one sector succeed?",
        ),
    ),
    ("Skills", ("How do we map demand for digital skills in our region?",)),
    (
        "Internationalisation",
        (
            "How do we find partners abroad?",
            "Are we ready to go international? What should we check?",
            "What belongs in a joint international strategy?",
        ),
    ),
    ("Partnerships", ("How do partners build trust before a joint project?",)),
    ("The surveys", ("Which barriers do partnerships meet most often?",)),
)
EXAMPLES: tuple[str, ...] = tuple(question for _, questions in TOPICS for question in questions)
"""The example questions of all topics in order; the page names one by its place here."""

# ---- controls -------------------------------------------------------------------------------------------------------
ASK = "Ask"
STOP = "Stop"
NEW_CONVERSATION = "New conversation"
DARK = "Dark appearance"
CONVERSATION = "Conversation"
YOUR_QUESTION = "Your question"
PLACEHOLDER = "Ask about your cluster work"
KEYS = "Enter sends, Shift + Enter starts a new line"
MARK = "Citation {marker}, show on the page"

# ---- progress -------------------------------------------------------------------------------------------------------
STARTING = "Reading the question"
LOOKING = "Looking in {documents}"
COMPOSING = "Putting the answer together from {passages} in {reports}"
STOPPED = "Stopped. What had arrived by then is kept below."
STOPPED_EARLY = "Stopped before the first sentence."
COMPLETE = "Answer complete, {citations}"
COMPLETE_NEAR = "No answer in the reports. {statements} shown."

# ---- how well an answer is borne out --------------------------------------------------------------------------------
WELL_SUPPORTED = "Well supported"
PARTLY_SUPPORTED = "Partly supported"
QUOTED = "Quoted from {reports}"
WRITTEN = "Written by a language model, checked against the pages"
PARTIAL_SENTENCE = "only partly borne out by the page"
UNSUPPORTED_SENTENCE = "not borne out by the page"
DISAGREE = "The reports disagree on {points}"

MODEL_NOTES: dict[str, str] = {
    "model-timeout": "The writing model did not reply in time. The answer below quotes the documents directly instead.",
    "model-error": "The writing model could not be reached. The answer below quotes the documents directly instead.",
    "model-empty": "The writing model wrote nothing. The answer below quotes the documents directly instead.",
    "model-refused": "The writing model found no answer in these passages. "
    "The statements below, quoted directly, are the nearest to one.",
    "model-uncited": "Too little of what the writing model wrote is borne out by the documents. "
    "The answer below quotes them directly instead.",
}
MODEL_NOTE = (
    "The writing model gave nothing that could be used. The answer below quotes the documents directly instead."
)

# ---- no answer ------------------------------------------------------------------------------------------------------
NEAR = "Near, not an answer"
NEAR_SAYS = "No report answers this question. These statements come nearest; none of them answers it."
DECLINED = "Not in the reports"
DECLINED_SAYS = "The reports do not answer this question, so neither do we."
SEARCHED = "Searched: {documents}, {pages}."
SEARCHED_SHORT = "{documents} searched"
ANSWERABLE = "Questions the reports do answer"
NEAREST = "Nearest passages, for your own judgement"
NOTHING_STORED = "No documents yet"

# ---- proof ----------------------------------------------------------------------------------------------------------
SOURCES = "Sources"
COUNT = "Citation {place} of {count}"
PAGE_OF = "Page {page} of {count}"
PAGE = "Page {page}"
PAGE_INSIDE = "page {page}"
PAGE_SHORT = "p. {page}"
PRINTED = "printed {label}"
CITED_IS_ON = "The cited words are on page {page}."
BACK_TO_PAGE = "Show them"
PREVIOUS = "Previous citation"
NEXT = "Next citation"
CLOSE = "Close proof (Esc)"
PREVIOUS_PAGE = "Previous page"
NEXT_PAGE = "Next page"
SMALLER = "Smaller"
LARGER = "Larger"
FIT = "Fit"
OPEN_DOCUMENT = "Open document"
NEW_TAB = "opens in a new tab"
PAGE_IMAGE = "Page image"
PAGE_ALT = "Page {page}; the quoted words are given above as text"
NO_IMAGE = "This page cannot be shown. The words quoted from it are:"
NO_BOXES = "The place of these words on the page is not known. They are:"
EXACT = "Highlighted words match the page letter by letter"
ALL_CITATIONS = "All citations in this answer"
LOST_PROOF = "This citation is no longer held by the server. Ask the question again to see its page."

# ---- errors ---------------------------------------------------------------------------------------------------------
UNEXPECTED = "Something went wrong on the server. Ask again; if it happens again, the server's log says what it was."
TOO_LARGE = "The request is larger than {limit} kB. Ask a shorter question, or send a shorter history."
NO_SUCH_DOCUMENT = "No document {document_id} in the store; GET /api/documents lists those there are"
NO_SUCH_PAGE = "{file} has no page {page}; its pages are 1 to {count}"
NOT_SERVED = "Not served here"
NOT_FOUND = "Nothing is served at this address"
