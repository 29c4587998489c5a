"""The public version of one layer: which columns, which rows, where they stand."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, literal_column, text

from geodata.crs import STORAGE_SRID, TILE_SRID
from geodata.layers import get_layer
from geodata.layers.audience import Audience
from geodata.layers.columns import band_of
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import AtCompound, CountsByArea, Hidden, Publication
from geodata.queries.area_match import has_area
from geodata.queries.compound_match import has_compound
from geodata.queries.own_words import own_word
from geodata.queries.readable import readable_table
from geodata.queries.reading_order import index_of_names
from geodata.queries.ready import ready_columns
from geodata.queries.spellings import without_persons
from geodata.queries.told_before import published_totals
from geodata.settings import Settings


def publish_layer(connection: Connection, layer: Layer, audience: Audience, schema: str, settings: Settings) -> None:
    """Create <schema>.<layer> with what `audience` may see of it on the deployment's day, its key and its indexes."""
    rule = layer.publication(audience)
    table = f"{schema}.{layer.id}"
    seen = layer.seen_by(audience)
    if isinstance(rule, CountsByArea):
        named = {"layer": layer.id, "minimum": rule.minimum}
        made = connection.execute(text(f"CREATE TABLE {table} AS {published_totals(rule)}"), named)
    else:
        query = _query(layer, rule, audience, schema)
        made = connection.execute(text(f"CREATE TABLE {table} AS {query}"), _named(rule, settings))
    names = index_of_names(seen, readable_table(layer.id, audience))
    indexed = ["USING gin (area_ids)", *([f"({names})"] if names is not None else [])]
    indexed += [f"({column})" for column in _references(seen, audience)]
    indexed += ["USING gist (geom)", "USING gist (geom_3857)"] if layer.geometry else []
    # In one go, and none for what has no row and never will: small layers are many, and a way to the database and back
    # takes as long as an index of theirs.
    indexes = [f"CREATE INDEX ON {table} {what}" for what in indexed if made.rowcount]
    steps = [f"ALTER TABLE {table} ADD PRIMARY KEY (id)", *indexes, f"ANALYZE {table}"]
    connection.exec_driver_sql("; ".join(steps))


def reads_alike(layer: Layer) -> bool:
    """Tell whether planners see of a layer exactly what residents see, row for row."""
    audiences = (Audience.RESIDENT, Audience.PLANNER)
    if not layer.audiences.issuperset(audiences) or (layer.parent and not reads_alike(get_layer(layer.parent))):
        return False
    resident, planner = ((layer.publication(audience), _columns(layer, audience)) for audience in audiences)
    return resident == planner


def share_layer(connection: Connection, layer: Layer, schema: str, *, of: str) -> None:
    """Show in <schema> the table of a layer that stands in the schema `of` already: a million rows are built once."""
    connection.exec_driver_sql(f"CREATE VIEW {schema}.{layer.id} AS SELECT * FROM {of}.{layer.id}")


def _columns(layer: Layer, audience: Audience) -> list[str]:
    """Return the SQL of a layer's published columns, with the id of its parent."""
    parent = [f"x.{layer.parent}_id"] if layer.parent else []
    late = rule.only_then if isinstance(rule := layer.publication(audience), AtCompound) else ()
    fields = [field for field in layer.fields if audience in field.audiences]
    return [
        _only_then(rule, field) if field.name in late else _column(layer, field, audience) for field in fields
    ] + parent


def _references(layer: Layer, audience: Audience) -> list[str]:
    """Return the published columns that hold ids of other records."""
    parent = [f"{layer.parent}_id"] if layer.parent else []
    return [field.name for field in layer.fields_for(audience) if field.kind == "reference"] + parent


def _query(layer: Layer, rule: Publication, audience: Audience, schema: str) -> str:
    """Return the SELECT of a layer's published rows."""
    listed = ", ".join(_columns(layer, audience))
    if isinstance(rule, AtCompound):
        waived = f"{_is_waived(rule)} OR " if rule.unless else ""
        return (
            f"SELECT x.id, c.area_ids, {listed}, "
            f"ST_PointOnSurface(c.geom)::geometry(Point, {STORAGE_SRID}) AS geom, "
            f"ST_Transform(ST_PointOnSurface(c.geom), {TILE_SRID})::geometry(Point, {TILE_SRID}) AS geom_3857 "
            f"FROM live.{layer.id} x JOIN live.compound c ON c.id = x.compound_id "
            f"WHERE {waived}{_since(layer, rule)} <= :newest"
        )
    places = ", x.geom, x.geom_3857" if layer.geometry else ""
    places += "".join(f", {column}" for column in ready_columns(layer, audience, literal_column("x.geom_3857")))
    # A child is published where its parent is: the parent's table stands already, being first in the list.
    joined = f" JOIN {schema}.{layer.parent} p ON p.id = x.{layer.parent}_id" if layer.parent else ""
    if has_compound(layer):
        joined += " LEFT JOIN live.compound c ON c.id = x.compound_id"
    if has_area(layer):
        joined += " LEFT JOIN live.area a ON a.id = x.area_id"
    where = " WHERE false" if isinstance(rule, Hidden) else ""
    return f"SELECT x.id, x.area_ids, {listed}{places} FROM live.{layer.id} x{joined}{where}"


def _since(layer: Layer, rule: AtCompound) -> str:
    """Return the SQL of the day from which a record's age is counted."""
    if rule.again is None:
        return f"x.{rule.since}"
    steps, _, day = rule.again
    last = f"SELECT max(s.{day}) FROM live.{steps} s WHERE s.{layer.id}_id = x.id AND s.kind = :again"
    return f"greatest(x.{rule.since}, ({last}))"


def _is_waived(rule: AtCompound) -> str:
    """Return the condition that a record's age doesn't matter."""
    return f"x.{rule.unless[0]} = :unless" if rule.unless else "false"


def _only_then(rule: Publication, field: Field) -> str:
    """Return the SQL of a column that tells nothing of a record as long as its age matters."""
    assert isinstance(rule, AtCompound)  # noqa: S101
    return f"CASE WHEN {_is_waived(rule)} THEN x.{field.name} END AS {field.name}"


def _named(rule: Publication, settings: Settings) -> dict[str, object]:
    """Return the parameters of a layer's SELECT."""
    if not isinstance(rule, AtCompound):
        return {}
    delay = timedelta(days=settings.hazard_delay_days if rule.is_delayed else 0)
    named: dict[str, object] = {"newest": settings.today() - delay}
    if rule.unless:
        named["unless"] = rule.unless[1]
    if rule.again:
        named["again"] = rule.again[1]
    return named


_JOINED = {"compound": "c", "area": "a"}


def _column(layer: Layer, field: Field, audience: Audience) -> str:
    """Return the SQL of one published column: the value, its band, a name without persons, the compound's own words."""
    word = own_word(layer, field)
    if word is not None:
        return f"{_JOINED[word[0]]}.{word[1]} AS {field.name}"
    if field.without_persons:
        return f"{without_persons(layer, f'x.{field.name}')} AS {field.name}"
    if field.band is None or audience in field.exact_for:
        return f"x.{field.name}"
    return f"{band_of(f'x.{field.name}', field.band)} AS {field.read_by(audience).name}"
