"""./csmap serve: starts the database where it is down, then serves the pages until it is told to end."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from geodata.accounts import listed
from geodata.analyses.walks import refresh_walks
from geodata.command.entry import run
from geodata.database.cluster import Cluster
from geodata.database.engine import forget_engines
from geodata.database.service_user import ServiceUser, find_service_user
from geodata.errors import GeodataError, InvalidInput
from geodata.layers.audience import Audience
from geodata.migrations import restate
from geodata.publication import renew
from geodata.settings import Settings, load_settings
from webmap import create_app
from webmap.access import is_loopback
from webmap.serving.certificates import own_names
from webmap.serving.nightly import Nightly
from webmap.serving.server import address_of, listen, run_server
from webmap.serving.service_copy import home_for
from webmap.serving.tls import Certified, how_to_trust

PUBLISHED = "published anew: the day, the code or who is responsible is another than last time"


class _Unwritten(GeodataError):
    """The publication is there, but its files aren't."""


def main(argv: list[str] | None = None) -> int:
    """Serve the deployment that CSMAP_HOME names."""
    parser = argparse.ArgumentParser(prog="csmap serve", description="Serve the pages until Ctrl-C or SIGTERM.")
    parser.add_argument("--port", type=int, default=8000, help="8000 unless given; 0 for any that is free")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at; only this machine unless given")
    parser.add_argument("--tls", action="store_true", help="speak TLS by a certificate of the deployment's own")
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="HOST",
        help="with --tls: another name or address of this machine that people use; may be given again",
    )
    given = parser.parse_args(argv)
    if given.name and not given.tls:
        raise InvalidInput("--name is for a certificate: it goes with --tls")
    settings = load_settings()
    listener = listen(given.host, given.port)
    if not is_loopback(given.host) and not given.tls:
        _warn(
            f"anyone who reaches {given.host} can read along, so nobody can sign in: there is no TLS. Add --tls, or "
            "put a proxy with TLS in front of it"
        )
    user = _ready_database(settings)
    restate(settings)
    renewed, begun = Renewal(settings), datetime.now(UTC)
    try:
        told = renewed()
    except _Unwritten as error:
        # The site goes on without its files, and tries again soon.
        told, begun = str(error), begun - timedelta(days=1)
    if told:
        _warn(told)
    home = home_for(user, settings)
    if unread := _unread_files(settings, user, home):
        _warn(unread)
    shown = given.host if given.host not in ("127.0.0.1", "::1", "0.0.0.0", "::") else "localhost"  # noqa: S104
    tls = Certified(settings, user, home, own_names([*given.name, given.host])) if given.tls else None
    if tls and not is_loopback(given.host):
        shown = tls.names[0]
    address = address_of(shown, listener.getsockname()[1], tls)

    def ready() -> None:
        if tls:
            print(how_to_trust(tls), flush=True)
        print(f"{settings.name}: {address} (Ctrl-C ends it)", flush=True)

    with tls or nullcontext(), Nightly(settings.time_zone, renewed, begun=begun):
        code = run_server(settings, user, listener, has_planners=lambda: _has_planners(settings), tls=tls, ready=ready)
    if code != 0:
        _warn("the site ended by itself: the reason is above")
    return code


def _ready_database(settings: Settings) -> ServiceUser:
    """Start the embedded database and return the account that serves: it knows the database's owner only."""
    if settings.database_url is None:
        cluster = Cluster.at(settings.home)
        cluster.ensure()
        return cluster.owner
    user = find_service_user()
    if user is None:
        raise InvalidInput("root doesn't serve pages, and this machine has no user postgres: start csmap through sudo")
    return user


class Renewal:
    """Brings the publication to this day and this code, and its files where the site draws from them; tells of it.

    The worker can't: its login reads, and writes answers. Files that couldn't be written are tried again the next time.
    """

    def __init__(self, settings: Settings) -> None:
        # A run that was killed may have published and not written: only its folder knows.
        self._settings, self._is_unwritten = settings, settings.archives_folder is not None

    def __call__(self) -> str:
        """Do it, and return what is to be told; "" where nothing had to be done.

        Raises:
            _Unwritten: the files can't be written.
        """
        try:
            refresh_walks(self._settings)
            is_new = renew(self._settings)
            if not is_new and not self._is_unwritten:
                return ""
            self._is_unwritten = True
            files = _written(self._settings)
            self._is_unwritten = False
            if not is_new and not files:
                return ""
            return (PUBLISHED if is_new else "the publication was written again") + files
        finally:
            forget_engines(self._settings.home)


def _written(settings: Settings) -> str:
    """Write the files that the site draws residents' maps from, where it does, and tell of it; "" where they are there.

    Raises:
        _Unwritten: they can't be. Without them maps are drawn from the database: slower, not older.
    """
    folder = settings.archives_folder
    if folder is None:
        return ""
    from webmap.archive import read_stamp, write_folder  # it takes a second to load, and mostly there is no such folder

    try:
        before = read_stamp(folder)
        with create_app(settings).app_context():
            write_folder(settings, folder)
    except (GeodataError, OSError) as error:
        raise _Unwritten(f"the files of the publication can't be written: {error}") from error
    return f"; its files are in {folder}" if read_stamp(folder) != before else ""


def _unread_files(settings: Settings, user: ServiceUser, home: Path) -> str:
    """Return why the site can't hand out the files that it draws residents' maps from; "" where it can, or has none.

    Args:
        settings: the deployment's.
        user: who runs the site.
        home: where that account finds the deployment's settings.
    """
    folder = settings.archives_folder
    if folder is None or (home / folder == home / str(settings.archives) and user.can_reach(folder)):
        return ""
    return (
        f"{user.name}, who runs the site, can't read {folder}: residents' maps are drawn from the database, which is "
        "slower. Name a folder that everybody can read as archives in csmap.toml"
    )


def _has_planners(settings: Settings) -> bool:
    """Say whether an account is a planner's; not yet where the database can't be asked."""
    try:
        return any(Audience.PLANNER in each.audiences for each in listed(settings))
    except (GeodataError, SQLAlchemyError):
        return False
    finally:
        forget_engines(settings.home)


def _warn(text: str) -> None:
    sys.stderr.write(f"csmap serve: {text}\n")


if __name__ == "__main__":
    run(main)
