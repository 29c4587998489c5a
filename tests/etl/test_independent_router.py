"""Reach on real streets, held against another router: pgRouting on the same roads, in the same database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from osmium.filter import KeyFilter
from osmium.osm.types import Relation
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from etl.choosing import Wish
from etl.loading import load_file
from geodata.analyses.streets import streets_of
from geodata.coverage.modes import CAR, WALK, Mode
from geodata.coverage.reach import nearest
from geodata.database.engine import admin_url
from geodata.settings import Settings
from tests.deployments import Deployments

CENTRE = shapely.box(24.8, 60.1, 25.1, 60.3)
POSTS = 5


@pytest.fixture(scope="module")
def helsinki(deployments: Deployments, shared_data: Callable[[str], Path]) -> Settings:
    path = shared_data("osm/helsinki.osm.pbf")
    settings = deployments.make("Helsinki", CENTRE)
    load_file(settings, path, Wish(credit="OpenStreetMap contributors"))
    return settings


@pytest.fixture(scope="module")
def router(helsinki: Settings) -> Iterator[Connection]:
    """Give a connection to the deployment's database with pgRouting in it."""
    engine = create_engine(admin_url(helsinki), poolclass=NullPool)
    with engine.connect() as connection:
        try:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pgrouting"))
        except DBAPIError as error:
            pytest.skip(f"pgRouting isn't there: {error.orig}")
        yield connection
        connection.rollback()


def lay_edges(router: Connection, mode: Mode, srid: int) -> None:
    """Write the edges that a mode may use, from one numbered node of a road to the next, by PostGIS alone."""
    speeds = ", ".join(f"('{name}', {kmh})" for name, kmh in mode.kmh.items())
    tag = "motor_vehicle" if mode.id == "car" else "foot"
    limit = "coalesce(r.maxspeed_kmh, 'Infinity')" if mode.keeps_limits else "'Infinity'::float8"
    keeps = mode.id == "car"
    router.execute(text("DROP TABLE IF EXISTS edge, spot"))
    router.execute(
        text(f"""
        CREATE TEMPORARY TABLE edge AS
        WITH road AS (
            SELECT r.id, ST_Transform(ST_GeometryN(r.geom, 1), {srid}) AS line, r.node_ids,
                least(s.kmh, {limit}) / 3.6 AS m_per_s,
                {keeps} AND (r.oneway IN ('yes', 'true', '1') OR r.oneway IS NULL AND r.junction = 'roundabout')
                    AS is_ahead,
                {keeps} AND r.oneway IN ('-1', 'reverse') AS is_back
            FROM live.road r JOIN (VALUES {speeds}) s (highway, kmh) ON s.highway = r.highway
            WHERE coalesce(nullif(r.{tag}, ''), r.access, 'yes') NOT IN
                ('no', 'private', 'use_sidepath', 'agricultural', 'forestry', 'emergency', 'military')
                AND ST_NumGeometries(r.geom) = 1 AND cardinality(r.node_ids) = ST_NPoints(r.geom)
        ), stretch AS (
            SELECT road.*, node_ids[i] AS source, node_ids[i + 1] AS target,
                greatest(1, round((ST_Distance(ST_PointN(line, i), ST_PointN(line, i + 1)) / m_per_s * 10)::numeric))
                    ::float8 AS cost_ds,
                ST_PointN(line, i) AS begins, ST_PointN(line, i + 1) AS ends
            FROM road, generate_series(1, cardinality(node_ids) - 1) i
        )
        SELECT row_number() OVER () AS id, source, target, begins, ends,
            CASE WHEN is_back THEN -1 ELSE cost_ds END AS cost,
            CASE WHEN is_ahead THEN -1 ELSE cost_ds END AS reverse_cost
        FROM stretch WHERE source <> target
        """)
    )
    router.execute(
        text("""
        CREATE TEMPORARY TABLE spot AS SELECT DISTINCT ON (node) node, ST_X(at) AS x, ST_Y(at) AS y
        FROM (SELECT source AS node, begins AS at FROM edge UNION ALL SELECT target, ends FROM edge) s
        """)
    )


# Trap 1.
@pytest.mark.parametrize("mode", [WALK, replace(CAR, keeps_turns=False)], ids=["walk", "car"])
def test_times_are_those_of_pgrouting(helsinki: Settings, router: Connection, mode: Mode) -> None:
    streets = streets_of(helsinki, mode)
    network = streets.network
    lay_edges(router, mode, int(str(helsinki.metric_crs).rpartition(":")[2]))
    spots = np.array(router.execute(text("SELECT node, x, y FROM spot ORDER BY node")).all(), dtype=np.float64)
    found = cKDTree(spots[:, 1:]).query(np.column_stack([network.x_m, network.y_m]), k=2)
    away, at = np.asarray(found[0]), np.asarray(found[1])
    assert away[:, 0].max() < 0.01, "each of our nodes is one of the map's"
    # Two of the map's may lie on each other, such as the ends of two footways that nobody has joined.
    is_alone = away[:, 1] > 0.01
    assert is_alone.mean() > 0.999
    number = spots[at[:, 0], 0].astype(np.int64)
    posts = np.random.default_rng(1).choice(np.flatnonzero(is_alone), POSTS, replace=False).astype(np.int32)
    reached = router.execute(
        text("""
        SELECT node, min(agg_cost) FROM pgr_drivingDistance(
            'SELECT id, source, target, cost, reverse_cost FROM edge', CAST(:posts AS bigint[]), 1e9,
            directed := true, equicost := false) GROUP BY node
        """),
        {"posts": number[posts].tolist()},
    )
    theirs = {int(row[0]): float(row[1]) for row in reached}
    times, _ = nearest(network, posts)
    own = np.array([theirs[node] for node in number.tolist()])
    # Metres come from PROJ on both sides, but not by the same order of operations: a stretch just at half a decisecond
    # may be rounded to the other side, and so may be all times that lead over it.
    off = np.abs(times - own)[is_alone]
    assert (off <= 1).mean() > 0.99
    assert off.max() <= 3
    # What pgRouting reaches besides is what we leave out: streets that one can enter and never leave, or islands.
    assert len(theirs) - len(set(number.tolist())) <= streets.cut_off.nodes


@pytest.mark.parametrize("mode", [WALK, CAR], ids=["walk", "car"])
def test_times_on_real_streets_are_those_of_scipy_bit_for_bit(helsinki: Settings, mode: Mode) -> None:
    check_times(helsinki, mode)


def check_times(settings: Settings, mode: Mode) -> None:
    """Raise where times from some nodes aren't those of scipy on the same arcs."""
    network = streets_of(settings, mode).network
    posts = np.random.default_rng(2).choice(network.node_count, POSTS, replace=False).astype(np.int32)
    # No arc is told twice there, and none takes no time: scipy would add the one up and pass over the other (trap 3).
    graph = csr_array(
        (network.cost_ds.astype(np.float64), network.head, network.first), shape=(network.node_count,) * 2
    )
    assert graph.has_canonical_format
    assert network.cost_ds.min() >= 1
    times, _ = nearest(network, posts)
    assert times.tobytes() == dijkstra(graph, indices=posts, min_only=True).tobytes()


def test_every_restriction_of_the_file_is_kept_or_told_why_not(
    helsinki: Settings, shared_data: Callable[[str], Path]
) -> None:
    relations = osmium.FileProcessor(str(shared_data("osm/helsinki.osm.pbf"))).with_filter(KeyFilter("restriction"))
    vias = [
        {member.type for member in each.members if member.role == "via"}
        for each in relations
        if isinstance(each, Relation) and each.tags.get("type") == "restriction"
    ]
    told = streets_of(helsinki, CAR).turns
    assert told.kept + sum(told.left_out.values()) == len(vias) > 40
    # Nobody has drawn one over ways in between there.
    assert told.over_ways == sum(via == {"w"} for via in vias)
    assert told.kept > 30
