"""A publication that is killed just before its switch: readers keep the old one whole, and the next is built."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

from sqlalchemy import Connection, text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.publication import publish
from geodata.queries.geojson import geojson
from geodata.queries.reading import RESIDENT, open_reading
from geodata.settings import PROJECT, Settings
from tests.geodata.queries.staged import put

PUBLISHING = """
from geodata.publication import publish
from geodata.settings import load_settings
publish(load_settings())
"""
POST = {"source_id": "a", "geom": "POINT(112 27.73)"}
WAITING = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'ledger.current_publication'::regclass"
MADE = "SELECT count(*) FROM pg_locks WHERE pid = :pid AND granted AND mode = 'AccessExclusiveLock'"
SCHEMAS = "SELECT array_agg(nspname::text ORDER BY nspname) FROM pg_namespace WHERE nspname ~ '^(pub|plan)_'"


def _names(settings: Settings) -> list[str]:
    with open_reading(settings, RESIDENT) as view:
        texts = geojson(view, view.layer("police_post")).features
    return [json.loads(feature)["properties"]["name"] for feature in texts]


def _until_it_waits(connection: Connection, process: subprocess.Popen[bytes]) -> int:
    end = time.monotonic() + 120
    while True:
        pid: int | None = connection.execute(text(WAITING)).scalar_one_or_none()
        if pid is not None:
            return pid
        assert process.poll() is None, "it ended without a switch"
        assert time.monotonic() < end, "it never came to its switch"
        time.sleep(0.05)


def test_a_kill_before_the_switch_leaves_the_old_publication_whole(deployment: Settings) -> None:
    put(deployment, "police_post", [{**POST, "name": "Old Post"}])
    first = publish(deployment)
    put(deployment, "police_post", [{**POST, "name": "New Post"}])
    with engine_for(deployment, Login.OWNER).connect() as connection:
        before = connection.execute(text(SCHEMAS)).scalar_one()
        connection.execute(text("LOCK TABLE ledger.current_publication IN EXCLUSIVE MODE"))
        environ = {**os.environ, "CSMAP_HOME": str(deployment.home), "PYTHONPATH": str(PROJECT)}
        process = subprocess.Popen([sys.executable, "-P", "-c", PUBLISHING], env=environ)
        try:
            pid = _until_it_waits(connection, process)
            assert connection.execute(text(MADE), {"pid": pid}).scalar_one() > 40, "its tables are there"
            assert _names(deployment) == ["Old Post"]
        finally:
            process.kill()
            process.wait()
        connection.rollback()
        assert _names(deployment) == ["Old Post"]
        assert connection.execute(text(SCHEMAS)).scalar_one() == before
        connection.rollback()
    assert publish(deployment) > first
    assert _names(deployment) == ["New Post"]
