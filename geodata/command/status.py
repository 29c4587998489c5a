"""./csmap status: what this deployment is and what it holds."""

from __future__ import annotations

import argparse
import json

from geodata.command.entry import run
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.queries.status import DatabaseStatus, LayerStatus, database_status, layer_statuses
from geodata.settings import Settings, load_settings


def main(argv: list[str] | None = None) -> int:
    """Say the deployment's state in words, or as JSON for other programs."""
    parser = argparse.ArgumentParser(prog="csmap status", description="What this deployment is and what it holds.")
    parser.add_argument("--json", action="store_true", help="one JSON object for other programs")
    given = parser.parse_args(argv)
    settings = load_settings()
    with engine_for(settings, Login.STAFF).connect() as connection:
        database, layers = database_status(connection), layer_statuses(connection, settings)
    print(_as_json(settings, database, layers) if given.json else _in_words(settings, database, layers))
    return 0


def _as_json(settings: Settings, database: DatabaseStatus, layers: dict[str, LayerStatus]) -> str:
    deployment = {
        "home": str(settings.home),
        "name": settings.name,
        "boundary": list(settings.boundary.bounds),
        "metric_crs": settings.metric_crs,
        "time_zone": settings.time_zone,
        "languages": settings.languages,
        "as_of": settings.today().isoformat(),
        "synthetic": settings.synthetic,
        "publication": database.publication,
    }
    server = {"postgresql": database.postgresql, "postgis": database.postgis, "bytes": database.bytes}
    states = {
        layer_id: {
            "count": state.count,
            "data_date": state.data_date.isoformat() if state.data_date else None,
            "last_load": state.last_load.isoformat() if state.last_load else None,
        }
        for layer_id, state in layers.items()
    }
    return json.dumps({"deployment": deployment, "database": server, "layers": states}, ensure_ascii=False)


def _in_words(settings: Settings, database: DatabaseStatus, layers: dict[str, LayerStatus]) -> str:
    lines = [
        f"{settings.name} in {settings.home}, as of {settings.today()}",
        f"PostgreSQL {database.postgresql}, PostGIS {database.postgis}, {database.bytes / 1e6:.0f} MB",
        f"publication {database.publication}",
    ]
    lines += [
        f"{layer_id:20}{state.count:>10}  {state.data_date or 'never loaded'}" for layer_id, state in layers.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    run(main)
