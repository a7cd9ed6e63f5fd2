"""Template files → rendered prompts; a template's wording may be edited, its fields are checked when it is read."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from advisor.errors import PromptError

FIELDS = {"answer_system": frozenset[str](), "answer_question": frozenset({"passages", "question"})}
"""Every template, and the fields it must have."""


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


def prompts_folder() -> Traversable:
    """Return the folder of the templates: inside an installed package, or beside it in a checkout."""
    installed = resources.files("advisor") / "prompts"
    if installed.is_dir():
        return installed
    return Path(__file__).parents[2] / "prompts"
