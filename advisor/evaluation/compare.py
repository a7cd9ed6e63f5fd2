"""Two results of the same questions → paired differences with their p-values, and the questions that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.errors import BenchmarkError, UsageError
from advisor.evaluation.figures import ORDER
from advisor.evaluation.files import read_objects, text_field
from advisor.evaluation.statistics import difference
from advisor.evaluation.tables import Table, plain

Values = Mapping[str, Mapping[str, Any]]
"""Question id → its line of `judged.jsonl`."""

CHANGES_OF = ("key facts", "F1", "evidence@5", "Success@5", "span recall", "declined")
"""The measures by which a question counts as changed."""


@dataclass(frozen=True, slots=True)
class Judgments:
    """The lines of one system in `judged.jsonl`, by set.

    Attributes:
        sha256: by set, of its questions and of the corpus that was searched, "" where that is not known.
    """

    name: str
    sets: Mapping[str, Values]
    sha256: Mapping[str, tuple[str, str]]


def read_judgments(name: str) -> Judgments:
    """Read what `advisor evaluate --out DIR` measured: "DIR", or "DIR:SYSTEM" where it measured several systems.

    Raises:
        BenchmarkError: there is no `judged.jsonl`, or it has another form.
        UsageError: it holds several systems and none is named, or not the one that is.
    """
    folder, system = _folder_and_system(name)
    path = folder / "judged.jsonl"
    if not path.is_file():
        raise BenchmarkError(f"{path} is missing; name a folder that `advisor evaluate --out` wrote")
    held: dict[str, dict[str, dict[str, Any]]] = {}
    sha256: dict[str, tuple[str, str]] = {}
    systems: list[str] = []
    for where, line in read_objects(path):
        of, group, identifier = (text_field(line, field, where) for field in ("system", "set", "id"))
        measures = line.get("measures")
        if not isinstance(measures, dict) or not all(type(value) in (int, float) for value in measures.values()):
            raise BenchmarkError(f"{where}: measures is {measures!r}; measure anew with --out {folder}")
        systems += [of] if of not in systems else []
        if of == (system or systems[0]):
            held.setdefault(group, {})[identifier] = line
            sha256[group] = str(line.get("sha256")), str(line.get("corpus_sha256") or "")
    if (system and system not in systems) or (not system and len(systems) > 1):
        raise UsageError(f"{path} holds {', '.join(systems)}; name one as {folder}:{systems[-1]}")
    return Judgments(f"{folder.name}:{system or systems[0]}", held, sha256)


def _folder_and_system(name: str) -> tuple[Path, str]:
    """Divide "DIR:SYSTEM" behind a folder; both may hold colons."""
    parts = name.split(":")
    for i in range(len(parts), 0, -1):
        if (folder := Path(":".join(parts[:i]))).is_dir():
            return folder, ":".join(parts[i:])
    return Path(name), ""


def compare(a: Judgments, b: Judgments, *, seed: int = 0) -> dict[str, Any]:
    """Return for each set that both have how much B is above A, ready for JSON.

    Raises:
        BenchmarkError: they have no set in common, or one of that name with other questions or another corpus.
    """
    common = [name for name in a.sets if name in b.sets]
    if not common:
        raise BenchmarkError(
            f"{a.name} and {b.name} have no question set in common ({', '.join(a.sets)}; {', '.join(b.sets)})"
        )
    for name in common:
        (one, its_corpus), (other, other_corpus) = a.sha256[name], b.sha256[name]
        if one != other or (its_corpus and other_corpus and its_corpus != other_corpus):
            raise BenchmarkError(f"{name} is another set, or has another corpus, in {a.name} than in {b.name}")
    return {
        "a": a.name,
        "b": b.name,
        "seed": seed,
        "sets": [{"set": name} | _compared(a.sets[name], b.sets[name], seed) for name in common],
    }


def _compared(a: Values, b: Values, seed: int) -> dict[str, Any]:
    if a.keys() != b.keys():
        raise BenchmarkError(f"the questions differ: {sorted(a.keys() ^ b.keys())[0]!r} was measured in one only")
    return {
        "answerable": _differences(a, b, answerable=True, seed=seed),
        "unanswerable": _differences(a, b, answerable=False, seed=seed),
        "changed": [change for name in a for change in _changes(a[name], b[name])],
    }


def _differences(a: Values, b: Values, *, answerable: bool, seed: int) -> dict[str, Any]:
    found = {}
    for measure in ORDER:
        pairs = [
            (a[name]["measures"][measure], b[name]["measures"][measure])
            for name in a
            if a[name]["answerable"] is answerable and measure in a[name]["measures"] and measure in b[name]["measures"]
        ]
        if pairs:
            before, after = zip(*pairs, strict=True)
            means = {"a": round(sum(before) / len(pairs), 4), "b": round(sum(after) / len(pairs), 4)}
            found[measure] = means | difference(before, after, seed=seed).to_dict()
    return found


def _changes(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": a["id"],
            "kind": a["kind"],
            "question": a.get("question", ""),
            "measure": measure,
            "a": a["measures"][measure],
            "b": b["measures"][measure],
        }
        for measure in CHANGES_OF
        if measure in a["measures"] and measure in b["measures"] and a["measures"][measure] != b["measures"][measure]
    ]


def comparison_tables(compared: Mapping[str, Any]) -> list[Table]:
    """Return the tables of one set of a comparison."""
    header = ("measure", "A", "B", "B − A", "95% interval", "p", "B above", "B below", "n")
    tables = []
    for group in ("answerable", "unanswerable"):
        rows = tuple(
            (
                measure,
                *(f"{each[side]:.3f}" for side in ("a", "b")),
                f"{each['value']:+.3f}",
                f"{each['low']:+.3f} to {each['high']:+.3f}",
                f"{each['p']:.4f}",
                *(str(each[name]) for name in ("above", "below", "n")),
            )
            for measure, each in compared[group].items()
        )
        tables.append(Table(f"{group.capitalize()} questions", header, rows))
    changed: Sequence[Mapping[str, Any]] = compared["changed"]
    shown = tuple(
        (
            *(str(each[name]) for name in ("id", "kind", "measure")),
            *(f"{each[side]:.2f}" for side in ("a", "b")),
            str(each["question"]),
        )
        for each in changed
    )
    tables.append(Table("Questions that changed", ("question", "kind", "measure", "A", "B", "asked"), shown))
    return [table for table in tables if table.rows]


def comparison_report(result: Mapping[str, Any]) -> str:
    """Return a comparison as Markdown."""
    lines = [
        f"# {plain(result['b'])} (B) against {plain(result['a'])} (A)",
        "",
        "Paired by question; p from a two-sided randomisation test, the interval from a bootstrap over questions.",
    ]
    for compared in result["sets"]:
        lines += ["", f"## {plain(compared['set'])}"]
        for table in comparison_tables(compared):
            lines += ["", f"### {table.title}", "", table.markdown()]
    return "\n".join(lines) + "\n"
