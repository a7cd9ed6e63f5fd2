"""Questions → the files `dev.jsonl` and `test.jsonl`, so that no section of a document gives evidence to both.

    python -m benchmarks.split_questions questions.jsonl benchmarks/cluster-capacity \
        --corpus corpus --corpus ../originals

Questions with a section in common, directly or through others, go the same way. A group of more than half of all
questions is divided first: the questions that tie its halves together are left out and named, as few as can be found,
comparisons last. Groups are dealt out from the largest to the smallest, each to the file that lacks its kinds most;
questions without evidence are groups of one. The same questions give the same files.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx

from benchmarks.check_questions import Section, find, sections_in, views

FILES = ("dev", "test")
TRIES = 300
"""Random starts of the division; the best one counts."""

WEIGHT = {"comparison": 4}
"""What it costs to leave a question out, 1 for other kinds: comparisons are few, and tie sections together."""

Entry = dict[str, Any]


def graph_of(entries: Sequence[Entry], folders: Sequence[Path]) -> Any:
    """Return a graph of question ids in which those with a section in common are joined."""
    sections = sections_in(folders)
    users: dict[Section, list[str]] = defaultdict(list)
    graph = nx.Graph()
    for entry in entries:
        graph.add_node(entry["id"], kind=entry["kind"], cost=WEIGHT.get(entry["kind"], 1))
        for section in sorted(sections(entry)):
            users[section].append(entry["id"])
    for ids in users.values():
        graph.add_edges_from(combinations(ids, 2))
    return graph


def _part(graph: Any, names: set[str]) -> Any:
    """Return a part of a graph with nodes and edges in order, so that the division does not depend on hashes."""
    part = nx.Graph()
    part.add_nodes_from((name, graph.nodes[name]) for name in sorted(names))
    part.add_edges_from(sorted(tuple(sorted(edge)) for edge in graph.subgraph(names).edges))
    return part


def divided(graph: Any) -> set[str]:
    """Return the questions to leave out so that a group falls into two parts of about the same size."""
    best: tuple[float, set[str]] = (float("inf"), set())
    for seed in range(TRIES):
        half, _ = nx.community.kernighan_lin_bisection(graph, seed=seed, max_iter=50)
        best = min(best, _ties(graph, half), key=lambda found: found[0])
    return best[1]


def _ties(graph: Any, half: set[str]) -> tuple[float, set[str]]:
    """Return the cheapest questions that cover every edge between a half and the rest, and what they cost.

    A cover of a bipartite graph is a cut of the flow network with the costs as capacities (König's theorem).
    """
    network = nx.DiGraph()
    for one, other in graph.edges:
        if (one in half) != (other in half):
            here, there = (one, other) if one in half else (other, one)
            network.add_edge("source", here, capacity=graph.nodes[here]["cost"])
            network.add_edge(here, there)
            network.add_edge(there, "sink", capacity=graph.nodes[there]["cost"])
    if not network:
        return 0, set()
    cost, (reached, _) = nx.minimum_cut(network, "source", "sink")
    tied = set(network) - {"source", "sink"}
    return cost, {name for name in tied if (name in half) != (name in reached)}


def dealt(graph: Any) -> dict[str, set[str]]:
    """Deal groups out so that each kind is about as frequent in both files."""
    files: dict[str, set[str]] = {name: set() for name in FILES}
    counts: dict[str, Counter[str]] = {name: Counter() for name in FILES}
    for group in sorted(nx.connected_components(graph), key=lambda group: (-len(group), min(group))):
        kinds = Counter(graph.nodes[name]["kind"] for name in group)

        def excess(name: str, kinds: Counter[str] = kinds) -> tuple[float, int]:
            held = counts[name]
            return sum(number * held[kind] for kind, number in kinds.items()) / kinds.total(), held.total()

        chosen = min(FILES, key=excess)
        files[chosen] |= group
        counts[chosen] += kinds
    return files


def main() -> int:
    """Write the two files, and print how many questions of each kind they hold and which are left out."""
    parser = argparse.ArgumentParser(description="Split questions by the sections of their evidence.")
    parser.add_argument("questions", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--corpus", type=Path, action="append", required=True)
    options = parser.parse_args()
    entries = [json.loads(line) for line in options.questions.read_text(encoding="utf-8").split("\n") if line.strip()]
    if not entries:
        parser.error(f"{options.questions} is empty")
    documents = {place["document"] for entry in entries for places in views(entry).values() for place in places}
    for document in sorted(documents):
        if find(document, options.corpus) is None:  # without it, nobody knows which sections are shared
            parser.error(f"{document} is in none of the folders; name its folder with --corpus")
    graph = graph_of(entries, options.corpus)
    while (
        len(largest := max(nx.connected_components(graph), key=lambda group: (len(group), min(group)))) > len(graph) / 2
    ):
        left_out = divided(_part(graph, largest))
        graph.remove_nodes_from(left_out)
        print(f"left out, {len(left_out)}: {', '.join(sorted(left_out))}")
    for name, chosen in dealt(graph).items():
        lines = [json.dumps(e, ensure_ascii=False) for e in sorted(entries, key=lambda e: e["id"]) if e["id"] in chosen]
        (options.out / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        kinds = Counter(graph.nodes[question]["kind"] for question in chosen)
        print(f"{name}: {len(chosen)} questions, " + ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
