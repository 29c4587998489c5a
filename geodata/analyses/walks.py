"""Works out the ways on foot from compounds to the police posts and services near by, before they are published.

Residents' pages ask for no way while they are read: what they tell has been worked out from the same data.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from geodata.coverage.modes import WALK
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.queries.runs import data_versions
from geodata.queries.walks import LAYERS_READ, keep_walks, walks_made_from
from geodata.settings import Settings
from geodata.speeds import speeds_of
from geodata.version import code_digest

TRIES = 3
"""So often they are worked out anew because data have come in meanwhile."""


def refresh_walks(settings: Settings) -> bool:
    """Bring the kept ways to the state of the data, and tell whether that took working them out.

    Who publishes does this before: else the publication has none where data have changed.

    Raises:
        SettingsError: csmap.toml states speeds that can't be.
    """
    rules, tries = _rules(settings), 0
    while tries < TRIES:
        with engine_for(settings, Login.ANALYST).connect() as connection:
            versions, made_from = data_versions(connection, LAYERS_READ), walks_made_from(connection)
        if made_from is not None and (dict(made_from[0]), made_from[1]) == (versions, rules):
            break
        from geodata.analyses.walks_found import find_walks  # it takes a second to load, and mostly nothing has changed

        walks = find_walks(settings)
        with engine_for(settings, Login.ANALYST).begin() as connection:
            keep_walks(connection, walks, versions, rules)
        tries += 1
    return tries > 0


def _rules(settings: Settings) -> str:
    """Return a digest of what decides the ways besides the data."""
    mode = WALK.with_speeds(speeds_of(settings, WALK.id))
    stated = [asdict(mode), settings.metric_crs, code_digest()]
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()
