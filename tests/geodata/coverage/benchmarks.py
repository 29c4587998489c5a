"""Reads the published benchmark instances: graphs of the OR-Library, points of SJC324."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import floyd_warshall

MEDIANS = (
    *(5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255),
    *(7696, 6634, 4374, 2968, 1729, 8162, 6999, 4809, 2845, 1789),
)
"""What the best medians of pmed1 to pmed20 of the OR-Library come to (Beasley 1985)."""
CENTERS = (127, 98, 93, 74, 48, 84, 64, 55, 37, 20, 59, 51, 36, 26, 18, 47, 39, 28, 18, 13)
"""The shortest longest ways of the same instances (Elloumi, Labbe & Pochet 2004)."""


def read_pmed(path: Path) -> tuple[np.ndarray, int]:
    """Return the shortest ways between all nodes, and how many medians are asked for."""
    numbers = np.array(path.read_text().split(), dtype=np.int64)
    nodes, edges, p = (int(number) for number in numbers[:3])
    graph = np.full((nodes, nodes), np.inf)
    # A later duplicate overrides: the published optima count on it.
    for one, other, length in numbers[3 : 3 + 3 * edges].reshape(-1, 3):
        graph[one - 1, other - 1] = graph[other - 1, one - 1] = length
    np.fill_diagonal(graph, 0)
    return floyd_warshall(graph, directed=False), p


def read_points(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return (n, 2) places in metres and (n,) demands; the first line says how many, and nothing of either."""
    lines = path.read_text().splitlines()[1:]
    rows = np.array([[float(word) for word in line.split()[:3]] for line in lines if line.strip()])
    return rows[:, :2], rows[:, 2]
