"""What residents ask of a compound besides its record: its areas, its community's office, projects near by, news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import cos, radians

from sqlalchemy import ColumnElement, and_, func, or_, select

from geodata.layers import get_layer
from geodata.layers.layer import Layer
from geodata.queries.features import Row, list_by, row_columns, row_of
from geodata.queries.narrowing import belonging
from geodata.queries.profile import Relation, relation_of
from geodata.queries.reading import Reading

OFFICE = "community_office"


@dataclass(frozen=True)
class News:
    """Something that happened at a compound: whose record tells it, and which of its dates."""

    layer: Layer
    row: Row
    field: str
    day: date


def areas_of(reading: Reading, compound_id: int) -> tuple[Row, ...]:
    """Return the areas of today that a compound touches, in order of id; () for a reader who has none."""
    found = _layer(reading, "area")
    if found is None:
        return ()
    area, compound, today = reading.table(found), reading.table(get_layer("compound")), reading.settings.today()
    holds = and_(
        or_(area.c.valid_from.is_(None), area.c.valid_from <= today),
        or_(area.c.valid_to.is_(None), area.c.valid_to > today),
    )
    own = select(func.unnest(compound.c.area_ids)).where(compound.c.id == compound_id)
    return list_by(reading, found, and_(area.c.id.in_(own), holds))


def in_area(reading: Reading, layer: Layer, area_id: int) -> ColumnElement[bool]:
    """Return the condition that a record of a layer touches an area."""
    rule: ColumnElement[bool] = reading.table(layer).c.area_ids.contains([area_id])
    return rule


def office_of(reading: Reading, community: str, area_ids: tuple[int, ...]) -> Row | None:
    """Return the office of a community: the one that names it, else one that lies in it; None where none is known."""
    found = _layer(reading, "service_point")
    if found is None or not (community or area_ids):
        return None
    table = reading.table(found)
    named = table.c.community == community
    inside: ColumnElement[bool] = table.c.area_ids.overlap(list(area_ids))
    for condition in (named, inside):
        rows = list_by(reading, found, and_(table.c.kind == OFFICE, condition), limit=1)
        if rows:
            return rows[0]
    return None


def projects_near(reading: Reading, compound_id: int, lat: float | None, *, within_m: float) -> Relation | None:
    """Return the micro-projects of a compound and those near its outline, with their money by source.

    Args:
        reading: who asks.
        compound_id: the compound.
        lat: of it, degrees; None where it has no outline.
        within_m: from the outline, straight.
    """
    found, compounds = _layer(reading, "micro_project"), get_layer("compound")
    here = None if found is None else belonging(reading, found, compounds, compound_id)
    if found is None or here is None:
        return None
    if lat is not None:
        table, compound = reading.table(found), reading.table(compounds)
        outline = select(compound.c.geom_3857).where(compound.c.id == compound_id).scalar_subquery()
        # Web Mercator's metres grow with the latitude.
        here = or_(here, func.ST_DWithin(table.c.geom_3857, outline, within_m / cos(radians(lat))))
    return relation_of(reading, found, here)


def grades_of(reading: Reading, compound_id: int) -> Relation | None:
    """Return the grades that a compound's property company was given for it, or for all of its work."""
    found, work = _layer(reading, "assessment"), _layer(reading, "engagement")
    if found is None or work is None:
        return None
    grade, engaged, today = reading.table(found), reading.table(work), reading.settings.today()
    holds = and_(engaged.c.starts_on <= today, or_(engaged.c.ends_on.is_(None), engaged.c.ends_on >= today))
    companies = select(engaged.c.property_company_id).where(engaged.c.compound_id == compound_id, holds)
    of_company = and_(grade.c.compound_id.is_(None), grade.c.property_company_id.in_(companies))
    return relation_of(reading, found, or_(grade.c.compound_id == compound_id, of_company))


def news_of(reading: Reading, compound_id: int, layers: tuple[Layer, ...], since: date, *, most: int) -> list[News]:
    """Return what the records of a compound say has happened since a day, the newest first.

    Args:
        reading: who asks.
        compound_id: the compound.
        layers: whose records hang on it.
        since: the first day that counts; the deployment's day is the last.
        most: so many.
    """
    found: list[News] = []
    for layer in layers:
        here = belonging(reading, layer, get_layer("compound"), compound_id)
        if here is None or layer.is_totals:
            continue
        for name in _dates(reading, layer):
            table = reading.table(layer)
            day = table.c[name]
            rule = and_(reading.row_rule(layer), here, day.between(since, reading.settings.today()))
            query = select(*row_columns(reading, layer)).where(rule).order_by(day.desc(), table.c.id).limit(most)
            rows = [row_of(reading, layer, row) for row in reading.connection.execute(query).mappings()]
            found += [News(layer, row, name, value) for row in rows if isinstance(value := row.values[name], date)]
    found.sort(key=lambda news: news.day, reverse=True)
    return found[:most]


def _dates(reading: Reading, layer: Layer) -> list[str]:
    """Return the dates of a layer that say that something has happened; what is due hasn't."""
    return [field.name for field in reading.fields(layer) if field.kind == "date" and field.name != "due_on"]


def _layer(reading: Reading, layer_id: str) -> Layer | None:
    return next((layer for layer in reading.layers if layer.id == layer_id), None)
