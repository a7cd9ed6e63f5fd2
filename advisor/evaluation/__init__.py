"""Question sets and systems → figures: is the right page found, the fact told, the sentence proved, a decline right?

from advisor.evaluation import evaluate

result = evaluate(retriever, "benchmarks/cluster-capacity/test.jsonl", view="briefs")
"""

from advisor.evaluation.compare import compare, read_judgments
from advisor.evaluation.datasets import read_sets
from advisor.evaluation.experiment import evaluate

__all__ = ["compare", "evaluate", "read_judgments", "read_sets"]
