"""Published weights and an adapter → the weights of the model that is shipped.

The adapter is how the installed MiniLM reads reports: for each matrix that it changes it holds two thin ones, whose
product is added. `benchmarks/fit_adapter.py` fits it. Source: Hu et al., 2021, arXiv:2106.09685 (LoRA).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

Weights = Mapping[str, npt.NDArray[np.floating]]

ADAPTER = Path(__file__).parent / "adapter.safetensors"
DOWN, UP = ".down", ".up"


def adapted(published: Weights, adapter: Weights) -> dict[str, npt.NDArray[np.float32]]:
    """Return the published weights with the adapter's changes, as float32.

    For each matrix NAME.weight of shape (outputs, inputs) that it changes the adapter holds NAME.down, shape (rank,
    inputs), and NAME.up, shape (outputs, rank).
    """
    changed = {name: np.asarray(each, dtype=np.float32) for name, each in published.items()}
    for name in (key.removesuffix(DOWN) for key in adapter if key.endswith(DOWN)):
        up, down = (np.asarray(adapter[name + part], dtype=np.float32) for part in (UP, DOWN))
        changed[f"{name}.weight"] = changed[f"{name}.weight"] + up @ down
    return changed
