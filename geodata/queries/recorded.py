"""Recorded time: of which moment a reader asks what the store knew, or which publication stood."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from geodata.errors import InvalidInput
from geodata.queries.readable import ASOF_SETTING
from geodata.settings import Settings

WANTED = "wanted is a moment with its zone such as 2025-10-31T08:00:00Z, or a day that is over"
WANTED_ZH = "应为带时区的时刻（如 2025-10-31T08:00:00Z）或已经过去的日期"


def read_asof(stated: str, settings: Settings) -> datetime:
    """Return the moment that a request asks of; a day stands for its end, where the deployment is.

    Raises:
        InvalidInput: it is neither.
    """
    try:
        if "T" in stated.upper():
            # A plus that isn't written as %2B arrives as a space; no moment has one.
            moment = datetime.fromisoformat(stated.upper().replace(" ", "+"))
        else:
            following = date.fromisoformat(stated) + timedelta(days=1)
            moment = datetime.combine(following, time.min, ZoneInfo(settings.time_zone)) - timedelta(microseconds=1)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidInput(f"asof is {stated[:60]!r}; {WANTED}", zh=f"asof 为 {stated[:60]!r}；{WANTED_ZH}")


def state_moment(connection: Connection, asof: datetime) -> None:
    """Let this transaction read what the store knew at a moment.

    Raises:
        InvalidInput: the moment hasn't come yet, or the store held nothing before it.
    """
    _refuse_future(connection, asof)
    query = text("SELECT min(finished) FROM ledger.load WHERE state = 'done'")
    first: datetime | None = connection.execute(query).scalar()
    if first is None or asof < first:
        since = f"the first load ended at {_told(first)}" if first else "nothing has been loaded yet"
        since_zh = f"第一次导入完成于 {_told(first)}" if first else "尚未导入任何数据"
        raise InvalidInput(
            f"asof is {_told(asof)}, before the store held anything: {since}",
            zh=f"asof 为 {_told(asof)}，当时库中尚无数据：{since_zh}",
        )
    connection.execute(text("SELECT set_config(:setting, :asof, true)"), {"setting": ASOF_SETTING, "asof": str(asof)})


def edition_of(connection: Connection, schema: str, current: int, asof: datetime) -> int:
    """Return the number of the publication that stood at a moment.

    Args:
        connection: of a reader of publications.
        schema: that of the current one.
        current: its number.
        asof: the moment.

    Raises:
        InvalidInput: the moment hasn't come yet, or what stood then isn't kept, or was made by other rules than
            today's: what those showed may be hidden now.
    """
    _refuse_future(connection, asof)
    rows = connection.execute(text(f"SELECT n, stood_from, has_same_rules FROM {schema}.edition ORDER BY n DESC")).all()
    found = next((row for row in rows if row.stood_from <= asof), None)
    if found is not None and (found.n == current or found.has_same_rules):
        return int(found.n)
    offered = [row for row in rows if row.n == current or row.has_same_rules]
    oldest = _told(min(row.stood_from for row in offered))
    if found is not None:
        raise InvalidInput(
            f"asof is {_told(asof)}; what stood then was published by other rules than today's and isn't offered: "
            f"wanted is a moment from {oldest} on",
            zh=f"asof 为 {_told(asof)}；当时的发布版本依据的规则与现在不同，不再提供：应为 {oldest} 之后的时刻",
        )
    raise InvalidInput(
        f"asof is {_told(asof)}; the publication of then isn't kept: wanted is a moment from {oldest} on",
        zh=f"asof 为 {_told(asof)}；当时的发布版本已不再保留：应为 {oldest} 之后的时刻",
    )


def _refuse_future(connection: Connection, asof: datetime) -> None:
    """Stop where a moment hasn't come, by the clock that says when the store learnt things."""
    now: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    if asof > now:
        raise InvalidInput(
            f"asof is {_told(asof)}, which hasn't come yet: {WANTED}; without asof you get what is known now",
            zh=f"asof 为 {_told(asof)}，该时刻尚未到来：{WANTED_ZH}；不写 asof 即为现在所知的数据",
        )


def _told(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else ""
