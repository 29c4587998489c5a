"""The nearest post of every node of a province, in a process that maps the network from disk: CPU and memory.

python -m tests.bench.province FOLDER        # the process that is measured: prints its figures as JSON
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.coverage.network import Network
from geodata.coverage.reach import nearest
from geodata.settings import PROJECT
from tests.bench.machine import heading, peak_mb
from tests.bench.rows import HEADING, Row
from tests.geodata.coverage.made import town

POSTS = 1_000
ARRAYS = ("x_m", "y_m", "first", "head", "cost_ds", "ids")


def main(rows: int) -> int:
    """Print what the search takes on a town of so many nodes; 1 where scipy finds other times."""
    with tempfile.TemporaryDirectory() as folder:
        network = town(rows, seed=1)
        posts = np.sort(np.random.default_rng(2).choice(network.node_count, POSTS, replace=False)).astype(np.int32)
        for name in ARRAYS:
            np.save(Path(folder, name), getattr(network, name))
        np.save(Path(folder, "posts"), posts)
        print(f"province, {network.node_count:,} nodes, {len(network.head):,} arcs, {POSTS:,} posts: {heading()}")
        words = [sys.executable, "-m", "tests.bench.province", folder]
        said = subprocess.run(words, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True).stdout
        took = json.loads(said)
        times = np.load(Path(folder, "times.npy"))
        size = network.node_count
        graph = csr_array((network.cost_ds.astype(np.float64), network.head, network.first), shape=(size, size))
        began = time.process_time()
        other = dijkstra(graph, indices=posts, min_only=True)
        scipy_s = time.process_time() - began
    told = "bit for bit" if times.tobytes() == other.tobytes() else "NO: scipy finds other times"
    row = Row(f"province, {rows:,} nodes", "", took["cpu_s"], None, told, mb=took["peak_mb"])
    print(f"scipy takes {scipy_s:.1f} s of CPU\n{HEADING}\n{row.line()}")
    return int(row.verdict in ("wrong", "short"))


def _measured(folder: Path) -> None:
    network = Network(**{name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS})
    posts = np.load(folder / "posts.npy")
    nearest(network, posts, limit_ds=0)  # compiles
    began = time.process_time()
    times, _ = nearest(network, posts)
    took_s = time.process_time() - began
    print(json.dumps({"cpu_s": took_s, "peak_mb": peak_mb()}))
    np.save(folder / "times", times)


if __name__ == "__main__":
    _measured(Path(sys.argv[1]))
