"""A deployment: one folder a place, with csmap.toml and everything that belongs to it."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent
CONFIG_NAME = "csmap.toml"
BOUNDARY_NAME = "boundary.geojson"
SPOKEN = ("zh-CN", "en")
CHINA_ZONES = frozenset({"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Harbin", "Asia/Kashgar", "PRC"})
"""Where the police are called by 110; elsewhere nobody is named who might not answer."""
HAZARD_DELAY_DAYS = 7
KEPT_HOURS = 12
"""As long as a session lasts at most."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that is true of one deployment. Built once at the edge and passed in.

    Attributes:
        home: the deployment's folder.
        name: the place's name, as pages show it.
        boundary_file: outline in WGS 84, relative to home.
        margin_m: how far outside the boundary a place may still lie.
        metric_crs: the CRS in which lengths and areas are measured, such as "EPSG:4546".
        time_zone: the zone of all local times, such as "Asia/Shanghai".
        languages: the first is the default of the pages.
        base_url: the address that people use; None for the one that `serve` listens at.
        as_of: the clock of all data questions; None for today.
        synthetic: True where the geometry is invented: said on every page, API answer and download.
        emergency_number: whom to call in an emergency, such as "110"; "" for nobody, None for what the time zone says.
        hazard_delay_days: how many days old an open hazard is before residents see it, or since it was opened again.
        kept_offline_hours: how long after the server's last word a phone still shows what it keeps of staff's.
        call: the [[call]] tables, whom residents call besides, which `geodata.calls` reads; None for what the time zone
            says.
        notice: an extra sentence under the map, such as a map approval number (审图号).
        service: the [[service]] tables, which `geodata.services` reads.
        speeds: the [speeds.MODE] tables, km/h by class of road, which `geodata.speeds` reads.
        archives: a folder that `./csmap publish --pmtiles` has written, relative to home: residents' maps get their
            tiles out of it as long as it holds the current publication; None for tiles from the database.
        database_url: a PostGIS server to use in place of the embedded cluster.
        statement_timeout_s: after so long the database ends a statement; None for never. The site states it.
    """

    home: Path
    name: str
    metric_crs: str
    time_zone: str
    boundary_file: str = BOUNDARY_NAME
    margin_m: float = 2000
    languages: tuple[str, ...] = SPOKEN
    base_url: str | None = None
    as_of: date | None = None
    synthetic: bool = False
    emergency_number: str | None = None
    hazard_delay_days: int = HAZARD_DELAY_DAYS
    kept_offline_hours: int = KEPT_HOURS
    call: tuple[Mapping[str, Any], ...] | None = None
    notice: str = ""
    service: tuple[Mapping[str, Any], ...] = ()
    speeds: Mapping[str, Any] = field(default_factory=dict)
    archives: str | None = None
    database_url: str | None = None
    statement_timeout_s: float | None = None

    @cached_property
    def boundary(self) -> BaseGeometry:
        """The deployment's outline: a polygon or multipolygon, WGS 84 degrees."""
        path = self.home / self.boundary_file
        try:
            document = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise SettingsError(f"{path} is missing: ./csmap init writes it from --boundary") from None
        return shapely.from_geojson(json.dumps(document["geometry"]))

    @property
    def recipes_folder(self) -> Path:
        """Where the deployment keeps recipes of its own."""
        return self.home / "recipes"

    @property
    def archives_folder(self) -> Path | None:
        """Where residents' tiles lie as files; None where they come from the database."""
        return self.home / self.archives if self.archives else None

    @property
    def address(self) -> str:
        """The address with which absolute links begin, without a slash at its end."""
        return (self.base_url or "http://localhost:8000").rstrip("/")

    @property
    def emergency(self) -> str:
        """The number that pages name for emergencies; "" where none is known."""
        if self.emergency_number is not None:
            return self.emergency_number
        return "110" if self.time_zone in CHINA_ZONES else ""

    def today(self) -> date:
        """Return the day on which all questions about the data are asked."""
        return self.as_of or datetime.now(ZoneInfo(self.time_zone)).date()

    def local(self, moment: datetime) -> datetime:
        """Return a moment as the clocks of the place tell it."""
        return moment.astimezone(ZoneInfo(self.time_zone))


_FROM_FILE = {each.name for each in fields(Settings)} - {"home", "database_url", "statement_timeout_s"}


def home_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the deployment that the environment names (CSMAP_HOME, else ./home of the project)."""
    return Path(environ.get("CSMAP_HOME") or PROJECT / "home").resolve()


def load_settings(home: Path | str | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read a deployment's settings.

    Args:
        home: its folder; None for the one that the environment names.
        environ: CSMAP_HOME, CSMAP_DATABASE_URL and CSMAP_BASE_URL (where csmap.toml doesn't set one) are
            read from it, nothing else.

    Raises:
        SettingsError: no csmap.toml there, a word in it that isn't a setting, or a value of the wrong kind.
    """
    folder = Path(home).resolve() if home is not None else home_folder(environ)
    path = folder / CONFIG_NAME
    try:
        stated = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{folder} is no deployment yet: run ./csmap init or ./csmap demo") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from None
    if environ.get("CSMAP_BASE_URL"):
        stated.setdefault("base_url", environ["CSMAP_BASE_URL"])
    return Settings(
        home=folder,
        database_url=environ.get("CSMAP_DATABASE_URL") or None,
        **_checked(stated, path),
    )


def _checked(stated: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the stated settings in their types, or say which one is wrong."""
    unknown = sorted(stated.keys() - _FROM_FILE)
    if unknown:
        raise SettingsError(f"{path} has {unknown[0]!r}; known are {', '.join(sorted(_FROM_FILE))}")
    for name in ("name", "metric_crs", "time_zone"):
        if not isinstance(stated.get(name), str) or not stated[name].strip():
            raise SettingsError(f"{path} has {name} = {stated.get(name)!r}; wanted is a text")
    for name in ("boundary_file", "base_url", "notice", "emergency_number", "archives"):
        if not isinstance(stated.get(name, ""), str):
            raise SettingsError(f"{path} has {name} = {stated[name]!r}; wanted is a text")
    if not set(stated.get("emergency_number", "")) <= set("0123456789+ "):
        raise SettingsError(
            f'{path} has emergency_number = {stated["emergency_number"]!r}; wanted are digits, such as "110"'
        )
    try:
        ZoneInfo(stated["time_zone"])
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsError(
            f"{path} has time_zone = {stated['time_zone']!r}; wanted is one like Asia/Shanghai"
        ) from None
    margin_m = stated.get("margin_m", 2000)
    if isinstance(margin_m, bool) or not isinstance(margin_m, int | float) or not 0 <= margin_m <= 100_000:
        raise SettingsError(f"{path} has margin_m = {margin_m!r}; wanted are metres from 0 to 100000")
    delay = stated.get("hazard_delay_days", HAZARD_DELAY_DAYS)
    if isinstance(delay, bool) or not isinstance(delay, int) or not 0 <= delay <= 366:
        raise SettingsError(f"{path} has hazard_delay_days = {delay!r}; wanted are whole days from 0 to 366")
    hours = stated.get("kept_offline_hours", KEPT_HOURS)
    if isinstance(hours, bool) or not isinstance(hours, int) or not 1 <= hours <= 168:
        raise SettingsError(f"{path} has kept_offline_hours = {hours!r}; wanted are whole hours from 1 to 168")
    languages = tuple(stated.get("languages", SPOKEN))
    if not languages or not set(languages) <= set(SPOKEN):
        raise SettingsError(f"{path} has languages = {list(languages)!r}; wanted are some of {list(SPOKEN)!r}")
    as_of = stated.get("as_of")
    if as_of is not None and (not isinstance(as_of, date) or isinstance(as_of, datetime)):
        raise SettingsError(f"{path} has as_of = {as_of!r}; wanted is a date without quotes, such as 2025-10-31")
    if not isinstance(stated.get("synthetic", False), bool):
        raise SettingsError(f"{path} has synthetic = {stated['synthetic']!r}; wanted is true or false")
    service = stated.get("service", [])
    if not isinstance(service, list) or not all(isinstance(each, dict) for each in service):
        raise SettingsError(f"{path} has service = {service!r}; wanted are tables, each below a line [[service]]")
    call = stated.get("call")
    if call is not None and (not isinstance(call, list) or not all(isinstance(each, dict) for each in call)):
        raise SettingsError(f"{path} has call = {call!r}; wanted are tables, each below a line [[call]]")
    speeds = stated.get("speeds", {})
    if not isinstance(speeds, dict):
        raise SettingsError(
            f"{path} has speeds = {speeds!r}; wanted are tables, each below a line such as [speeds.car]"
        )
    tables = {"service": tuple(service), "call": None if call is None else tuple(call)}
    return {**stated, "languages": languages, "margin_m": float(margin_m), **tables}


def check_settings(settings: Settings) -> None:
    """Refuse settings that could be written but not read again.

    Raises:
        SettingsError: as load_settings says it.
    """
    _checked(tomllib.loads(_as_toml(settings)), settings.home / CONFIG_NAME)


def write_settings(settings: Settings) -> None:
    """Write the deployment's csmap.toml, leaving out what the defaults say already."""
    settings.home.mkdir(parents=True, exist_ok=True)
    write_whole(settings.home / CONFIG_NAME, _as_toml(settings))


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file so that it is there whole or not at all, whenever we are stopped."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.touch(mode=mode)
    beside.write_text(text, "utf-8")
    beside.replace(path)


def _as_toml(settings: Settings) -> str:
    lines = ["# This deployment's settings: docs/settings.md says what each one means.", ""]
    for each in fields(Settings):
        value = getattr(settings, each.name)
        if each.name in _FROM_FILE - {"call", "service", "speeds"} and (
            each.name in {"name", "metric_crs", "time_zone"} or value != each.default
        ):
            lines.append(f"{each.name} = {_toml(value)}")
    # Tables come last: what followed one would be part of it.
    for mode, kmh in settings.speeds.items():
        lines += ["", f"[speeds.{mode}]", *(f"{key} = {_toml(value)}" for key, value in kmh.items())]
    for name, tables in (("call", settings.call or ()), ("service", settings.service)):
        for table in tables:
            lines += ["", f"[[{name}]]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{json.dumps(key)} = {_toml(each)}' for key, each in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)
