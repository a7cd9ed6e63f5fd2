"""Templates, passages and a question → prompts; a template may be edited, its fields are checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from advisor.answering.budget import Source, recent
from advisor.errors import PromptError
from advisor.records import Message

FIELDS = {
    "answer_system": frozenset[str](),
    "answer_question": frozenset({"passages", "conversation", "language", "question"}),
}
"""Every template, and the fields it must have."""

LANGUAGES: Mapping[str, str] = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "sv": "Swedish",
}
"""The English names of the languages in which questions are understood."""

_DELIMITERS = str.maketrans({"<": "‹", ">": "›"})
_QUOTED = str.maketrans({"<": "‹", ">": "›", '"': "”", "\n": " "})


def read_template(name: str) -> Template:
    """Return the template `prompts/NAME.md`.

    Raises:
        PromptError: the file is missing, or a field is missing, unknown or badly written.
    """
    path = prompts_folder() / f"{name}.md"
    try:
        template = Template(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"the prompt template {path} cannot be read ({error}); restore the file") from error
    if not template.is_valid():
        raise PromptError(f"{path} has a lone $; write $$ for the sign itself")
    found, needed = set(template.get_identifiers()), FIELDS[name]
    if found != needed:
        problem = [f"${field} is missing" for field in sorted(needed - found)]
        problem += [f"${field} is not known" for field in sorted(found - needed)]
        raise PromptError(f"{path}: {', '.join(problem)}; correct the template")
    return template


def render_question(
    template: Template, question: str, sources: Sequence[Source], *, language: str, history: Sequence[Message]
) -> str:
    """Return what a chat model is asked: the passages and the conversation as data, the language, the question."""
    turns = "\n".join(f'<turn by="{turn.role}">{as_data(turn.content)}</turn>' for turn in recent(history))
    return template.substitute(
        passages="\n\n".join(map(_framed, sources)) or "(none)",
        conversation=turns or "(none)",
        language=LANGUAGES.get(language, "that of the question"),
        question=as_data(question),
    )


def as_data(text: str) -> str:
    """Return a text in which nothing can open or close a frame: "<" and ">" become "‹" and "›"."""
    return text.translate(_DELIMITERS)


def _framed(source: Source) -> str:
    section = " / ".join(source.passage.section).translate(_QUOTED)
    title = source.document.title.translate(_QUOTED)
    return (
        f'<passage key="{source.key}" document="{title}" section="{section}" page="{source.passage.first_page}">\n'
        f"{as_data(source.passage.text)}\n</passage>"
    )


def prompts_folder() -> Traversable:
    """Return the folder of the templates: inside an installed package, or beside it in a checkout."""
    installed = resources.files("advisor") / "prompts"
    if installed.is_dir():
        return installed
    return Path(__file__).parents[2] / "prompts"
