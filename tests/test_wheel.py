"""The wheel holds all that is needed at run time: it answers from another folder, without the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the unpacked wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = (folder / "dist").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def run(installed: Path, code: str, cwd: Path) -> str:
    """Run Python with the wheel's packages in place of the checkout's."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ADVISOR_")}
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(installed)!r}); {code}"]
    return subprocess.run(command, cwd=cwd, env=environment, check=True, capture_output=True, text=True).stdout


def test_the_wheel_answers_a_question_in_another_folder(installed: Path, shipped_store: Path, tmp_path: Path) -> None:
    ask = f"main(['ask', 'What does recommendation R9 ask for?', '--json', '--store', {str(shipped_store)!r}])"
    record = json.loads(run(installed, f"from advisor.cli import main; {ask}", tmp_path))
    assert record["abstained"] is False
    assert record["citations"][0]["document"] == "cluster-manager-internationalisation-skills.pdf"


def test_the_wheel_carries_prompts_page_scripts_and_schema(installed: Path, tmp_path: Path) -> None:
    code = (
        "import advisor; from advisor.answering.prompting import prompts_folder, read_template; "
        "read_template('answer_question'); print(advisor.__file__); print(prompts_folder())"
    )
    assert all(line.startswith(str(installed)) for line in run(installed, code, tmp_path).splitlines())
    for name in ("advisor/serving/static/chat.css", "advisor/serving/static/chat.js", "advisor/store/schema.sql"):
        assert (installed / name).is_file()
