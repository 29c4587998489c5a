"""The nearest post by pgRouting, in an embedded PostgreSQL that holds the same network."""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path

import numpy as np
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from geodata.coverage.network import Network
from geodata.coverage.reach import nearest
from geodata.database.engine import admin_url
from tests.bench.rows import Row, agree, cpu
from tests.deployments import Deployments

POSTS = 10
"""Without `equicost`, which gives wrong posts, it searches from each post to every node, and all of that is told."""


def by_router(network: Network, posts: np.ndarray) -> list[Row]:
    """Return a row where pgRouting is there: wall seconds of its query, which is one process's."""
    few = posts[:: len(posts) // POSTS][:POSTS]
    own_s, (times, _) = cpu(lambda: nearest(network, few))
    with tempfile.TemporaryDirectory() as folder:
        deployments = Deployments(Path(folder))
        try:
            engine = create_engine(admin_url(deployments.make("Bench")), poolclass=NullPool)
            with engine.connect() as connection:
                try:
                    connection.execute(text("CREATE EXTENSION pgrouting"))
                except DBAPIError:
                    return []
                began = time.perf_counter()
                connection.execute(text("CREATE TEMPORARY TABLE edge (id int, source int, target int, cost float8)"))
                arcs = np.column_stack([np.arange(len(network.head)), network.tail, network.head, network.cost_ds])
                lines = io.StringIO()
                np.savetxt(lines, arcs, fmt="%d", delimiter="\t")
                raw = connection.connection.cursor()
                with raw.copy("COPY edge FROM STDIN") as copy:
                    copy.write(lines.getvalue())
                build_s = time.perf_counter() - began
                began = time.perf_counter()
                found = connection.execute(
                    text(
                        "SELECT node, min(agg_cost) FROM pgr_drivingDistance('SELECT * FROM edge', "
                        "CAST(:posts AS bigint[]), 1e9, directed := true, equicost := false) GROUP BY node"
                    ),
                    {"posts": few.tolist()},
                ).all()
                took_s = time.perf_counter() - began
        finally:
            deployments.close()
    other = np.full(network.node_count, np.inf)
    for node, cost in found:
        other[node] = cost
    return [Row(f"nearest of {POSTS} posts", "pgRouting (wall)", own_s, took_s, agree(times, other), build_s)]
