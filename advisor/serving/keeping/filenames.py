"""A conversation → the name of the file that it is saved in, and the header that carries the name (RFC 6266)."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from advisor.serving.conversation import Conversation
from advisor.serving.keeping.kept import short_title
from advisor.serving.keeping.outline import plain

# What Windows, macOS or Linux refuse in names, and the per cent sign, which old browsers decode.
_REFUSED = re.compile(r"[\\/:*?\"<>|%\ufffd]+")


def file_name(conversation: Conversation, form: str) -> str:
    """Return "2026-11-12 How do we find partners abroad.docx": the day and the title, in any script."""
    begun = f"{conversation.turns[0].asked_at:%Y-%m-%d} " if conversation.turns else ""
    title = " ".join(_REFUSED.sub(" ", plain(short_title(conversation.title))).split()).strip(" .…'")
    return f"{begun}{title or 'Cluster Advisor'}.{form}"


def attachment(name: str) -> str:
    """Return the value of Content-Disposition: the name in ASCII, and in full for those that read RFC 8187."""
    simple = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    simple = re.sub(r"\s+(?=\.)", "", simple)  # what a title in another script leaves
    return f"attachment; filename=\"{simple}\"; filename*=UTF-8''{quote(name, safe='')}"
