"""What the ledger says of loads that nobody finished."""

from __future__ import annotations

from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.queries.loads import LoadStart, begin_load, fail_abandoned
from geodata.settings import Settings


def test_a_load_whose_process_is_gone_is_marked_as_failed(deployment: Settings) -> None:
    engine = engine_for(deployment, Login.LOADER)
    states = text("SELECT state, message IS NOT NULL FROM ledger.load")
    with engine.connect() as at_work:
        begin_load(engine, LoadStart("area", "a.csv", "", "", "areas", "tester", "test"), at_work)
        assert fail_abandoned(engine) == 0
        at_work.rollback()  # as the server does when the process is killed
    with engine.connect() as connection:
        assert connection.execute(states).all() == [("running", False)]
        assert fail_abandoned(engine) == 1
        assert connection.execute(states).all() == [("failed", True)]
