"""A quick door for tests: sessions of accounts without a password, as argon2 takes its time by design."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geodata.accounts.sessions import begin
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.queries.accounts import add_account, find_account
from geodata.settings import Settings
from webmap import create_app
from webmap.access import parse_reader

NO_PASSWORD = "$argon2id$none"
"""The hash of no password at all."""


def session_of(settings: Settings, who: str) -> str:
    """Return the token of a new session for "planner", "police:W" and the like; its account is made where it isn't."""
    reader = parse_reader(who)
    name = "-".join(("test", reader.audience, *reader.area_codes)).lower()
    with engine_for(settings, Login.KEEPER).begin() as connection:
        add_account(connection, name, NO_PASSWORD, [reader.audience], reader.area_codes)
        found = find_account(connection, name)
        assert found
    token = begin(settings, *found)
    assert token
    return token


class StaffClient(FlaskClient):
    """Asks below /staff, signed in, as a page of ours does."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Ask for an address; what isn't below /staff already is put there."""
        path, *others = args
        if isinstance(path, str) and path.startswith("/") and not path.startswith("/staff"):
            path = f"/staff{path}"
        return super().open(path, *others, **kwargs)


def client_of(settings: Settings, who: str | None, app: Flask | None = None) -> FlaskClient:
    """Return a client that reads for "planner", "police:W" and the like; a resident's for None.

    Args:
        settings: the deployment's.
        who: an audience, with its area where it is bound to one.
        app: of the deployment, where it is made already.
    """
    app = app or create_app(settings)
    app.testing = True
    if who is None:
        return app.test_client()
    client = StaffClient(app, app.response_class, use_cookies=True)
    client.set_cookie("session", session_of(settings, who))
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return client
