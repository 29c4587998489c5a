"""Recorded time: how a moment is read, and that the past is found by the same indexes as the present."""

from __future__ import annotations

from pathlib import Path

import pytest
from shapely import box
from sqlalchemy import event, text

from geodata.errors import InvalidInput
from geodata.queries.geojson import geojson
from geodata.queries.narrowing import in_box, with_id
from geodata.queries.reading import STEWARD, open_reading
from geodata.queries.recorded import read_asof
from geodata.settings import Settings
from tests.geodata.queries.staged import put


@pytest.mark.parametrize(
    ("stated", "moment"),
    [
        ("2025-10-31T08:00:00Z", "2025-10-31T08:00:00+00:00"),
        ("2025-10-31t08:00:00z", "2025-10-31T08:00:00+00:00"),
        ("2025-10-31T08:00:00+08:00", "2025-10-31T00:00:00+00:00"),
        ("2025-10-31T08:00:00 08:00", "2025-10-31T00:00:00+00:00"),
        # To the end of the day in Shanghai.
        ("2025-10-31", "2025-10-31T15:59:59.999999+00:00"),
    ],
)
def test_a_moment_is_read_with_its_zone_and_a_day_to_its_end(stated: str, moment: str) -> None:
    assert read_asof(stated, _settings()).isoformat() == moment


@pytest.mark.parametrize("stated", ["", "now", "2025-10-31T08:00:00", "9999-12-31", "0001-01-01T00:00:00+08:00", "10"])
def test_what_is_no_moment_is_refused(stated: str) -> None:
    with pytest.raises(InvalidInput, match=r"asof is .*; wanted is a moment"):
        read_asof(stated, _settings())


def test_the_past_is_read_by_indexes(deployment: Settings) -> None:
    for name in ("Post", "Desk"):
        posts = [{"source_id": f"p{n}", "name": name, "geom": f"POINT({112 + n / 1e5} 27.73)"} for n in range(100)]
        put(deployment, "police_post", posts)
    with open_reading(deployment, STEWARD) as reading:
        now = reading.connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    plans: list[str] = []
    with open_reading(deployment, STEWARD, asof=now) as reading:
        layer = reading.layer("police_post")

        def explain(_connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
            if statement.startswith("SELECT") and "police_post" in statement:
                cursor.execute(f"EXPLAIN {statement}", parameters)  # type: ignore[attr-defined]
                plans.append("\n".join(row[0] for row in cursor.fetchall()))  # type: ignore[attr-defined]

        reading.connection.execute(text("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off"))
        event.listen(reading.connection, "before_cursor_execute", explain)
        geojson(reading, layer, with_id(reading, layer, 5), limit=1)
        geojson(reading, layer, limit=10)
        geojson(reading, layer, in_box(reading, layer, box(112, 27.7, 112.0001, 27.8)), limit=10)
    of_one, page, in_a_box = plans[1], plans[3], plans[4]
    assert len(plans) == 6, "each page counts and reads"
    assert "police_post_pkey" in of_one, of_one
    assert "Merge Append" in page, page
    assert "police_post_geom" in in_a_box, in_a_box
    for plan in (of_one, page, in_a_box):
        assert "Seq Scan" not in plan, plan


def _settings() -> Settings:
    return Settings(home=Path("/nonexistent"), name="", metric_crs="", time_zone="Asia/Shanghai")
