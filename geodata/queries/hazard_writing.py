"""What officers and police write: a hazard, its next step, a photo; each by a function of the database's own.

Their logins have no right to write into any table. The functions look at the areas that the transaction states, at
what may follow what, and at who asks; what they refuse is said here in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError

from geodata.database.engine import engine_for
from geodata.errors import InvalidInput, NotFound
from geodata.layers.hazard import KINDS, LEVELS
from geodata.queries.edit_refusals import refusal_of
from geodata.queries.reading import LOGINS, OWN_AREAS_ONLY, Reader, area_ids_of, state_areas
from geodata.remarks import Remark
from geodata.settings import Settings
from geodata.version import code_version

UNDO_SHOWN_S = 10
"""So long an edit is offered to be taken back; the database allows 15 s, as a phone's way to it takes time."""

NOTHING_SAID = Remark()

KEPT_DAYS = 14
"""So long what was recorded without a network counts as found on its own day; a phone's clock may say anything."""


@dataclass(frozen=True)
class Writing:
    """An open transaction in which an account writes into its own areas.

    Attributes:
        connection: on the reader's own login, its areas stated.
        account: whose edits they are.
        settings: the deployment's.
    """

    connection: Connection
    account: str
    settings: Settings


@dataclass(frozen=True)
class Spot:
    """Where a hazard is.

    Attributes:
        lon, lat: WGS 84 degrees.
        said_x, said_y: as the phone or the map said it.
        system: of these, in words such as "GCJ-02"; None for WGS 84.
        method: how the place was found: "phone", "pin".
    """

    lon: float
    lat: float
    said_x: float
    said_y: float
    system: str | None
    method: str


@contextmanager
def open_writing(settings: Settings, reader: Reader, account: str) -> Iterator[Writing]:
    """Open a transaction for what an account writes; what the database refuses is said in words.

    Raises:
        NotFound: the reader writes nothing, has no areas, or asks for what isn't theirs.
        InvalidInput: it can't be done so.
        TooBusy: a load has all layers to itself.
        DatabaseUnavailable: the database can't be reached.
    """
    if reader.audience not in OWN_AREAS_ONLY:
        raise NotFound("for officers and police only")
    try:
        with engine_for(settings, LOGINS[reader.audience]).begin() as connection:
            # As a reading names its tables: the areas are looked up by the same words.
            state_areas(connection, area_ids_of(connection, reader))
            connection.execute(text("SELECT set_config('TimeZone', :zone, true)"), {"zone": settings.time_zone})
            yield Writing(connection, account, settings)
    except DBAPIError as error:
        refusal = refusal_of(str(getattr(error.orig, "sqlstate", "")))
        if refusal is None:
            raise
        raise refusal from None


def report_hazard(
    writing: Writing,
    key: str,
    *,
    kind: str,
    level: str | None,
    spot: Spot | None,
    compound_id: int | None,
    found_on: date | None = None,
    said: Remark = NOTHING_SAID,
) -> int:
    """Record a hazard that was found, and return its id; a key that has been sent already is the same hazard.

    Args:
        writing: who records it.
        key: the phone's UUID of this record, small letters.
        kind: one of KINDS.
        level: one of LEVELS; None where nobody has said.
        spot: where it is; None to put it on its compound.
        compound_id: the compound that was chosen; where the spot lies within one, it is that one.
        found_on: the day on which a phone kept it; None, or any day but the last fortnight's, for today.
        said: what it is, in a few words.

    Raises:
        InvalidInput: no such kind or level.
    """
    if kind not in {each.value for each in KINDS} or level not in {None, *(each.value for each in LEVELS)}:
        raise InvalidInput(
            f"a hazard of kind {kind!r} and level {level!r} can't be recorded: choose both from the lists",
            zh="请从清单中选择隐患类型和等级",
        )
    return int(
        _called(
            writing,
            "report_hazard("
            ":key, :day, :kind, :level, :lon, :lat, :x, :y, :system, :method, :compound, :words, :account, :code)",
            key=key,
            day=_own_day(writing, found_on),
            kind=kind,
            level=level,
            lon=spot.lon if spot else None,
            lat=spot.lat if spot else None,
            x=spot.said_x if spot else None,
            y=spot.said_y if spot else None,
            system=spot.system if spot else None,
            method=spot.method if spot else "compound",
            compound=compound_id,
            words=said.words,
            account=writing.account,
            code=code_version(),
        )
    )


def find_recorded(writing: Writing, key: str) -> int | None:
    """Return the hazard that an account has recorded, or moved on, by a key; None where nothing has arrived by it."""
    found: int | None = _called(writing, "hazard_of_edit(:key, :account)", key=key, account=writing.account)
    return found


def step_hazard(
    writing: Writing,
    key: str,
    hazard_id: int,
    kind: str,
    *,
    due_on: date | None = None,
    kept_on: date | None = None,
    said: Remark = NOTHING_SAID,
) -> None:
    """Record the next step of a hazard; a key that has been sent already is the same step.

    Args:
        writing: who records it.
        key: the phone's UUID of this step, small letters.
        hazard_id: the hazard.
        kind: an event of STEPS that may follow the last one.
        due_on: the deadline, where the step sets one.
        kept_on: the day on which a phone kept it, as `report_hazard` takes it; no step is of a day before the last one,
            or before the one on which the hazard was found.
        said: why, or how it looked, in a few words.
    """
    _called(
        writing,
        "step_hazard(:key, :hazard, :kind, :day, :due, :words, :account, :code)",
        key=key,
        hazard=hazard_id,
        kind=kind,
        day=_not_before(writing, hazard_id, _own_day(writing, kept_on), _LAST_DAY),
        due=due_on,
        words=said.words,
        account=writing.account,
        code=code_version(),
    )


def take_back_edit(writing: Writing, key: str) -> None:
    """Take back what an account has just recorded, as long as nothing has followed."""
    _called(writing, "take_back_edit(:key, :account, :code)", key=key, account=writing.account, code=code_version())


def add_photo(writing: Writing, key: str, hazard_id: int, jpeg: bytes, *, kept_on: date | None = None) -> int:
    """Keep a photo of a hazard, and return its number; a key that has been sent already is the same photo.

    Its day is the one on which a phone kept it, as `report_hazard` takes it; none before the hazard was found.
    """
    return int(
        _called(
            writing,
            "add_hazard_photo(:key, :hazard, :day, :jpeg, :account)",
            key=key,
            hazard=hazard_id,
            day=_not_before(writing, hazard_id, _own_day(writing, kept_on), _FOUND_ON),
            jpeg=jpeg,
            account=writing.account,
        )
    )


def _own_day(writing: Writing, kept_on: date | None) -> date:
    """Return the day of what a phone has kept; today for what it hasn't, or says to be of a day that can't be."""
    today = writing.settings.today()
    return kept_on if kept_on and today - timedelta(days=KEPT_DAYS) <= kept_on <= today else today


_FOUND_ON = text("SELECT h.found_on FROM live.hazard h WHERE h.id = :hazard")
_LAST_DAY = text(
    "SELECT greatest(h.found_on, (SELECT max(e.happened_on) FROM live.hazard_event e WHERE e.hazard_id = h.id)) "
    "FROM live.hazard h WHERE h.id = :hazard"
)


def _not_before(writing: Writing, hazard_id: int, day: date, first: TextClause) -> date:
    """Return a day, or the first that a hazard allows: what was recorded later isn't followed by what came before it.

    A first day that lies ahead is a slip of its register.
    """
    first_day: date | None = writing.connection.execute(first, {"hazard": hazard_id}).scalar()
    return first_day if first_day is not None and day < first_day <= writing.settings.today() else day


def _called(writing: Writing, call: str, **named: Any) -> Any:
    return writing.connection.execute(text(f"SELECT live.{call}"), named).scalar()
