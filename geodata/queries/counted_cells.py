"""The counts of the rows that waited: one cell for each area and all else that tells the records of a layer apart."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from geodata.layers.layer import Layer
from geodata.queries.counted import told_apart
from geodata.queries.stage import create_stage, stage_name


def count_cells(connection: Connection, layer: Layer, into: str) -> None:
    """Count the rows of all parts of the file into cells, and let the rows go."""
    connection.exec_driver_sql(_CELLS.format(**_words(layer, into)))
    connection.exec_driver_sql("DROP TABLE counted")


# The area's own code or name: rows may name one area in several ways. Between the words stands a mark that no cell
# holds: "A" isn't the beginning of "A/B".
_CELLS = """
    CREATE TEMPORARY TABLE cells ON COMMIT DROP AS
    SELECT part, min(row) AS row, reporter, {of_row}, min(c.area_code) AS area_code, min(c.area_name) AS area_name,
        concat_ws(chr(31), coalesce(reporter, ''), coalesce(a.code, a.name), {key}) AS source_id,
        count(*) AS n
    FROM counted c JOIN live.area a ON a.id = c.area_id
    GROUP BY part, reporter, coalesce(a.code, a.name), {of_row}
"""


def find_shared_part(connection: Connection) -> int | None:
    """Return a part that has rows of a cell of which an earlier part has rows too; None where no part does."""
    query = "SELECT max(part) FROM cells GROUP BY source_id HAVING count(*) > 1 LIMIT 1"
    return connection.exec_driver_sql(query).scalar()


def stage_cells(connection: Connection, layer: Layer, into: str, part: int) -> tuple[int, int]:
    """Fill the layer's stage with the counts of a part; return how many they are, and of how many rows."""
    create_stage(connection, layer)
    connection.execute(text(_STAGE_CELLS.format(**_words(layer, into))), {"part": part})
    sizes = text("SELECT count(*), coalesce(sum(n), 0) FROM cells WHERE part = :part")
    cells, rows = connection.execute(sizes, {"part": part}).one()
    return int(cells), int(rows)


_STAGE_CELLS = """
    INSERT INTO {stage} (row, source_id, area_code, area_name, {apart}, {into})
    SELECT row, source_id, area_code, area_name, {apart}, n FROM cells WHERE part = :part
"""


@dataclass(frozen=True)
class TakenBack:
    """What is known of a file's months and kinds, and what would be left of it.

    Attributes:
        before: how many rows earlier files had for them.
        now: how many this one has for them.
        lost: by how many the cells that get smaller do so.
        areas: whose cells these are.
        none_left: how many areas had some and have none left.
    """

    before: int
    now: int
    lost: int
    areas: int
    none_left: int


def find_taken_back(connection: Connection, layer: Layer, into: str, *, source: str) -> TakenBack:
    """Return what the file's cells would take back of the counts that earlier files of the source gave."""
    row = connection.execute(text(_TAKEN_BACK.format(**_words(layer, into))), {"source": source}).one()
    return TakenBack(*(int(number) for number in row))


_TAKEN_BACK = """
    WITH known AS (
        SELECT c.reporter, {of_row}, x.area_id, x.{into} AS before, coalesce(own.n, 0) AS now
        FROM live.{layer} x JOIN (SELECT DISTINCT reporter, {apart} FROM cells) c
            ON {same} AND starts_with(x.source_id, coalesce(c.reporter, '') || chr(31))
            LEFT JOIN cells own ON own.source_id = x.source_id
        WHERE x.source = :source AND x.{into} > 0
    ), told AS (
        SELECT sum(n) AS rows FROM cells c
        WHERE EXISTS (SELECT FROM known x WHERE x.reporter IS NOT DISTINCT FROM c.reporter AND {same})
    )
    SELECT coalesce(sum(before), 0), coalesce((SELECT rows FROM told), 0), coalesce(sum(lost), 0),
        count(*) FILTER (WHERE lost > 0), count(*) FILTER (WHERE now = 0)
    FROM (
        SELECT area_id, sum(before) AS before, sum(now) AS now, sum(greatest(before - now, 0)) AS lost
        FROM known GROUP BY area_id
    ) by_area
"""


def stage_zeros(connection: Connection, layer: Layer, into: str, *, source: str) -> int:
    """Add a count of none to the stage for each cell that the file doesn't have any more; return how many they are.

    What the rows say holds for all areas: a count that an earlier file gave for the same reporter and in all else that
    tells records apart, but for an area that no part of this file has, is none now.
    """
    return connection.execute(text(_STAGE_ZEROS.format(**_words(layer, into))), {"source": source}).rowcount


_STAGE_ZEROS = """
    INSERT INTO {stage} (row, source_id, area_code, area_name, {apart}, {into})
    SELECT 0, x.source_id, x.area_code, x.area_name, {their}, 0
    FROM live.{layer} x JOIN (SELECT DISTINCT reporter, {apart} FROM cells) c
        ON {same} AND starts_with(x.source_id, coalesce(c.reporter, '') || chr(31))
    WHERE x.source = :source AND x.{into} > 0
        AND NOT EXISTS (SELECT FROM cells WHERE cells.source_id = x.source_id)
"""


def count_changed_rows(connection: Connection, layer: Layer, *, source: str, load_id: int, part: int) -> int:
    """Return how many rows of a part are in cells that the merge has changed."""
    query = text(
        f"SELECT coalesce(sum(n), 0) FROM cells JOIN live.{layer.id} x USING (source_id) "
        "WHERE part = :part AND x.source = :source AND x.load_id = :load_id"
    )
    return int(connection.execute(query, {"source": source, "load_id": load_id, "part": part}).scalar_one())


def drop_cells(connection: Connection) -> None:
    """Let the cells go, so that those of another source can come."""
    connection.exec_driver_sql("DROP TABLE cells")


def _words(layer: Layer, into: str) -> dict[str, str]:
    """Return the parts that the statements are put together from."""
    apart = told_apart(layer, into)
    return {
        "layer": layer.id,
        "stage": stage_name(layer),
        "apart": ", ".join(apart),
        "of_row": ", ".join(f"c.{name}" for name in apart),
        "key": ", ".join(f"coalesce(c.{name}::text, '')" for name in apart),
        "same": " AND ".join(f"c.{name} IS NOT DISTINCT FROM x.{name}" for name in apart),
        "their": ", ".join(f"x.{name}" for name in apart),
        "into": into,
    }
