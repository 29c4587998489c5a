"""What rows call a compound that nobody knows by that name, and which known ones may be meant: for a person to say."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from geodata.layers.layer import Layer
from geodata.queries.stage import stage_name

PROPOSALS = 3
"""So many compounds at most are proposed for a name."""


@dataclass(frozen=True)
class UnknownCompound:
    """A staged row that names a compound and was matched with none.

    Attributes:
        row: its source row number.
        name: what it calls the compound.
        proposed: compounds that may be meant, as people tell them apart: "锦绣花园 (新星社区)".
    """

    row: int
    name: str
    proposed: tuple[str, ...]


def list_unknown(connection: Connection, layer: Layer) -> tuple[UnknownCompound, ...]:
    """Return the rows of a layer's stage that name a compound and have none, in their order; `count_early` where there
    are no compounds at all.

    Proposed is what has the same stem: a name without a leading 原 and without what many names end in, such as 小区.
    That is never enough to match by, as 锦绣花园 and 锦绣苑 are two places.
    """
    # A row that stands far from the compound that it names knows its name well.
    is_near = "AND NOT is_far" if layer.geometry else ""
    query = text(_UNKNOWN.format(stage=stage_name(layer), is_near=is_near))
    found = connection.execute(query, {"most": PROPOSALS})
    return tuple(UnknownCompound(row, name, tuple(proposed)) for row, name, proposed in found)


def count_early(connection: Connection, layer: Layer) -> int:
    """Return how many rows of a layer's stage name a compound while there is none at all: too early for remarks."""
    query = f"SELECT count(*) FROM {stage_name(layer)} WHERE compound_name IS NOT NULL AND NOT {_ANY_COMPOUND}"
    return int(connection.exec_driver_sql(query).scalar_one())


_ANY_COMPOUND = "(SELECT EXISTS (SELECT FROM live.compound))"


def _stem(name: str) -> str:
    """Return the SQL of what is left of a name; of one that is nothing but endings, the name itself."""
    bare = f"regexp_replace(regexp_replace({name}, '^原', ''), '(小区|花园|家园|苑|公寓|宿舍|机关大院)+$', '')"
    return f"CASE WHEN length({bare}) > 1 THEN {bare} ELSE {name} END"


_UNKNOWN = f"""
    WITH unknown AS (
        SELECT row, compound_name, coalesce(community, '') AS community FROM {{stage}}
        WHERE compound_id IS NULL AND compound_name IS NOT NULL AND {_ANY_COMPOUND} {{is_near}}
    ), wanted AS (
        SELECT DISTINCT compound_name, community, {_stem("compound_name")} AS stem FROM unknown
    ), known AS (
        SELECT c.id, c.name, c.community, {_stem("n.known_as")} AS stem
        FROM live.compound c CROSS JOIN unnest(c.name || coalesce(c.aliases, '{{{{}}}}')) AS n (known_as)
    ), near AS (
        SELECT DISTINCT w.compound_name, w.community, k.id, k.name || coalesce(' (' || k.community || ')', '') AS words,
            k.community IS DISTINCT FROM w.community AS is_elsewhere
        FROM wanted w JOIN known k ON k.stem = w.stem
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY compound_name, community ORDER BY is_elsewhere, words) AS rank
        FROM near
    ), proposed AS (
        SELECT compound_name, community, array_agg(words ORDER BY rank) AS words FROM ranked
        WHERE rank <= :most GROUP BY compound_name, community
    )
    SELECT u.row, u.compound_name, coalesce(p.words, '{{{{}}}}')
    FROM unknown u LEFT JOIN proposed p ON p.compound_name = u.compound_name AND p.community = u.community
    ORDER BY u.row
"""
