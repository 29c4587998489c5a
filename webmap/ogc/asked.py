"""What a request asks of a layer's records: read from its parameters, each checked, none passed over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from geodata.crs.axes import CRS84, box_in_storage, check_offered
from geodata.errors import InvalidInput
from geodata.layers.layer import Layer
from geodata.queries import cql
from geodata.queries.areas import get_area
from geodata.queries.narrowing import in_area, in_box
from geodata.queries.reading import Reading
from geodata.queries.recorded import read_asof
from geodata.queries.valid_time import held_during
from webmap.access import reading, settings
from webmap.ogc.formats import check_parameters

DEFAULT_LIMIT = 100
HIGHEST_LIMIT = 10_000
OF_ITEMS = (
    "bbox",
    "bbox-crs",
    "crs",
    "limit",
    "offset",
    "after",
    "datetime",
    "filter",
    "filter-lang",
    "filter-crs",
    "area",
    "asof",
    "lang",
    "f",
)
"""The parameters of a layer's records, in the order in which they are described; names of fields come beside them."""
OF_ITEM = ("crs", "asof", "lang", "f")
OF_FILE = frozenset(OF_ITEMS) - {"crs", "limit", "offset", "after", "f"}
_PAGING = frozenset({"offset", "after"})


@dataclass(frozen=True)
class Asked:
    """What is asked of a layer.

    Attributes:
        conditions: which records.
        system: the URI of the system of their coordinates.
        limit: how many at most.
        offset: how many are skipped.
        after: only records with a greater id.
        stated: the parameters that a link to the next page repeats.
    """

    conditions: tuple[Any, ...] = ()
    system: str = CRS84
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    after: int = 0
    stated: Mapping[str, str] = field(default_factory=dict)


def reading_asked() -> Reading:
    """Return this request's view of the data, of the moment that `asof` names.

    Raises:
        InvalidInput: `asof` is no moment, hasn't come yet, or nothing can be told of it.
    """
    stated = request.args.get("asof")
    return reading(None if stated is None else read_asof(stated, settings()))


def of_items(view: Reading, layer: Layer) -> Asked:
    """Return what the request asks of a layer's records.

    Raises:
        InvalidInput: a parameter that isn't known, stands twice, or has a value that can't be.
        NotFound: no such area.
    """
    args, metric = request.args, view.settings.metric_crs
    found = _conditions(view, layer, frozenset(OF_ITEMS))
    return Asked(
        found,
        system=_system(args, "crs", metric),
        limit=min(_whole("limit", DEFAULT_LIMIT, 1), HIGHEST_LIMIT),
        offset=_whole("offset", 0, 0),
        after=_whole("after", 0, 0),
        stated={name: value for name, value in args.items() if name not in _PAGING},
    )


def of_file(view: Reading, layer: Layer, *, keeps_system: bool) -> Asked:
    """Return what the request asks of a layer that is taken away as a file: which records, and in which system.

    Args:
        view: who asks.
        layer: one that the reader has.
        keeps_system: whether the file says in which system its coordinates are; one that doesn't has WGS 84.

    Raises:
        InvalidInput: as `of_items`.
        NotFound: no such area.
    """
    found = _conditions(view, layer, OF_FILE | {"crs"} if keeps_system else OF_FILE)
    return Asked(found, system=_system(request.args, "crs", view.settings.metric_crs))


def _conditions(view: Reading, layer: Layer, known: frozenset[str]) -> tuple[Any, ...]:
    """Return which records are asked for, by the parameters `known` and those named after a field."""
    args = request.args
    queryables = cql.queryables(view, layer)
    own = queryables.keys() - {*OF_ITEMS, cql.GEOMETRY}
    check_parameters(known | own)
    metric = view.settings.metric_crs
    found = []
    if "bbox" in args:
        found.append(in_box(view, layer, box_in_storage(_box(args["bbox"]), _system(args, "bbox-crs", metric))))
    if "area" in args:
        found.append(in_area(view, layer, get_area(view, args["area"]).id))
    if "datetime" in args:
        held = held_during(view, layer, args["datetime"])
        found += [held] if held is not None else []
    language, filter_system = args.get("filter-lang", cql.LANGUAGES[0]), _system(args, "filter-crs", metric)
    cql.check_language(language)
    if "filter" in args:
        found.append(cql.condition(queryables, args["filter"], language=language, system=filter_system))
    found += [cql.equals(queryables[name], args[name]) for name in sorted(own & args.keys())]
    return tuple(found)


def of_item(view: Reading) -> Asked:
    """Return what the request asks of one record.

    Raises:
        InvalidInput: a parameter that isn't known or has a value that can't be.
    """
    check_parameters(OF_ITEM)
    system = _system(request.args, "crs", view.settings.metric_crs)
    return Asked(system=system, limit=1, stated=request.args.to_dict())


def _system(args: MultiDict[str, str], name: str, metric_crs: str) -> str:
    return check_offered(args[name], name, metric_crs) if name in args else CRS84


def _whole(name: str, default: int, least: int) -> int:
    """Return a whole number from the query."""
    stated = request.args.get(name)
    if stated is None:
        return default
    if not (stated.isascii() and stated.isdecimal() and len(stated) <= 12 and int(stated) >= least):
        raise InvalidInput(f"{name} is {stated[:40]!r}; wanted is a whole number from {least}")
    return int(stated)


def _box(stated: str) -> tuple[float, float, float, float]:
    """Return the four numbers of a box; of six, those that aren't heights."""
    parts = stated.split(",")
    return cql.box_of([float(part) for part in parts] if all(map(_NUMBER.fullmatch, parts)) else [], stated)


_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
"""As JSON writes one: what reads many spellings is kept, and worked out, under each of them."""
