"""The application whole: every page and interface, which takes two seconds to load."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from geodata.settings import Settings, load_settings
from webmap import access, addresses, bodies, choices, errors, headers, kept_offline, languages, naming, reads, staff
from webmap.api import access_measure, changeable, coverage, grids, hazards, hotspots, jobs, rates, scenarios, siting
from webmap.ogc import collections, items, landing, tiles
from webmap.pages import (
    access_piece,
    accounts,
    changed,
    compounds,
    downloads,
    factor,
    find,
    governance,
    guides,
    health,
    install,
    log,
    officer,
    officer_writing,
    page_files,
    photos,
    pieces,
    planner,
    public,
    sign_in,
    sways_piece,
)
from webmap.pages import briefing as take_away
from webmap.pages import hotspots as hotspots_page
from webmap.pages import rates as rates_page

STATEMENT_TIMEOUT_S = 30.0
"""So long the database works on one statement of a request, whichever login asks: there are few threads."""


def create_app(settings: Settings | None = None) -> Flask:
    """Return the web application of one deployment: every blueprint, one line each.

    Args:
        settings: the deployment's; None for the one that the environment names.
    """
    app = Flask("webmap")
    found = settings or load_settings()
    limit = found.statement_timeout_s or STATEMENT_TIMEOUT_S
    app.config["SETTINGS"] = replace(found, statement_timeout_s=limit)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    addresses.init(app)
    naming.init(app)
    access.init(app)
    staff.init(app)
    reads.init(app)
    headers.init(app)
    kept_offline.init(app)
    choices.init(app)
    languages.init(app)
    errors.init(app)
    bodies.init(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(public.blueprint)
    app.register_blueprint(find.blueprint)
    app.register_blueprint(compounds.blueprint)
    app.register_blueprint(page_files.blueprint)
    app.register_blueprint(governance.blueprint)
    app.register_blueprint(guides.blueprint)
    app.register_blueprint(sign_in.blueprint)
    app.register_blueprint(officer.blueprint)
    app.register_blueprint(factor.blueprint)
    app.register_blueprint(officer_writing.blueprint)
    app.register_blueprint(install.blueprint)
    app.register_blueprint(photos.blueprint)
    app.register_blueprint(accounts.blueprint)
    app.register_blueprint(log.blueprint)
    app.register_blueprint(downloads.blueprint)
    app.register_blueprint(take_away.blueprint)
    app.register_blueprint(planner.blueprint)
    app.register_blueprint(changed.blueprint)
    app.register_blueprint(pieces.blueprint)
    app.register_blueprint(access_piece.blueprint)
    app.register_blueprint(sways_piece.blueprint)
    app.register_blueprint(hotspots_page.blueprint)
    app.register_blueprint(rates_page.blueprint)
    app.register_blueprint(coverage.blueprint, url_prefix="/api/coverage")
    app.register_blueprint(access_measure.blueprint, url_prefix="/api")
    app.register_blueprint(changeable.blueprint, url_prefix="/api")
    app.register_blueprint(siting.blueprint, url_prefix="/api")
    app.register_blueprint(grids.blueprint, url_prefix="/api/grids")
    app.register_blueprint(jobs.blueprint, url_prefix="/api")
    app.register_blueprint(scenarios.blueprint, url_prefix="/api/scenarios")
    app.register_blueprint(hotspots.blueprint, url_prefix="/api")
    app.register_blueprint(hazards.blueprint, url_prefix="/api")
    app.register_blueprint(rates.blueprint, url_prefix="/api/rates")
    app.register_blueprint(landing.blueprint, url_prefix="/ogc")
    app.register_blueprint(collections.blueprint, url_prefix="/ogc")
    app.register_blueprint(items.blueprint, url_prefix="/ogc")
    app.register_blueprint(tiles.blueprint, url_prefix="/ogc")
    return app
