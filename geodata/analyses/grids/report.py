"""New grids for other programs: one JSON object, and their outlines and units for a map."""

from __future__ import annotations

import geopandas
import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geodata.analyses.coverage.understood import ways_left_out
from geodata.analyses.facts import plain
from geodata.analyses.grids.answer import GridRow, GridsAnswer, workload_of
from geodata.crs import STORAGE_SRID, from_metric
from geodata.settings import Settings


def as_json(answer: GridsAnswer) -> dict[str, object]:
    """Return new grids as JSON can hold them; the same data and question give the same."""
    units = answer.units
    return {
        "level": answer.question.level,
        "changes": list(answer.question.changes),
        "changes_left_out": list(ways_left_out(answer.question.changes)),
        "grids": answer.grids_with_units,
        "grids_without_units": len(answer.grids) - answer.grids_with_units,
        "units": units.count,
        "compounds": len(units.compounds),
        "households_total": plain(answer.households_total),
        "open_hazards": int(units.hazards.sum()),
        "hazard_households": plain(answer.question.hazard_households),
        "spread_before": round(answer.spread_before, 6),
        "spread": round(answer.spread, 6),
        "spread_before_rest": round(answer.spread_before_rest, 6),
        "spread_rest": round(answer.spread_rest, 6),
        "large_compounds": [_large(answer, unit) for unit in answer.large.tolist()],
        "goal_share": answer.question.goal_share,
        "is_met": answer.is_met,
        "is_cut_short": answer.is_cut_short,
        "pieces_before": answer.pieces_before,
        "pieces": answer.pieces_after,
        "is_contiguous": answer.pieces_after == answer.grids_with_units,
        "compounds_torn_before": int(units.torn[: len(units.compounds)].sum()),
        "moved_households": plain(answer.moved_households),
        "moved_units": answer.moved_units,
        "table": [_row(row) for row in answer.rows],
        "hindrances": [{**vars(each), "least_spread": round(each.least_spread, 6)} for each in answer.hindrances],
        "not_counted": {
            "compounds_without_households": list(answer.unknown),
            "buildings_without_households": int(units.unknown_buildings[len(units.compounds) :].sum()),
            "households_in_no_grid": plain(units.outside_households),
            "hazards_in_no_compound": units.hazards_elsewhere,
            "units_off_the_streets": len(answer.is_left),
        },
        "receipt": dict(answer.receipt),
    }


def with_outlines(settings: Settings, answer: GridsAnswer) -> dict[str, object]:
    """Return what `as_json` does, and the outline of each new grid in the order of the table, as GeoJSON in WGS 84."""
    # Five digits of a degree are a metre; borders that two grids share are rounded alike.
    shapes = shapely.transform(from_metric(list(answer.shape), settings.metric_crs), lambda spots: np.round(spots, 5))
    return {**as_json(answer), "outlines": [mapping(shape) for shape in shapes]}


def grid_frame(settings: Settings, answer: GridsAnswer) -> geopandas.GeoDataFrame:
    """Return the new grids as a GeoDataFrame in WGS 84, with the answer and its receipt in attrs."""
    columns = [_row(row) for row in answer.rows]
    shapes = from_metric(list(answer.shape), settings.metric_crs)
    frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=STORAGE_SRID)
    frame.attrs.update({"receipt": dict(answer.receipt), "answer": as_json(answer)})
    return frame


def unit_frame(settings: Settings, answer: GridsAnswer) -> geopandas.GeoDataFrame:
    """Return compounds and blocks as a GeoDataFrame in WGS 84: today's grid and the new one of each."""
    units, pieces = answer.units, answer.pieces
    compounds, lived = len(units.compounds), np.flatnonzero(pieces.compound < 0)
    block_piece = lived[units.piece_unit[lived] >= 0]
    block_piece = block_piece[np.argsort(units.piece_unit[block_piece])]
    code = [grid.code or grid.name for grid in answer.grids]
    whole = [_union(answer, number) for number in range(compounds)]
    columns = {
        "kind": ["compound"] * compounds + ["block"] * len(block_piece),
        "name": [*(row.name for row in units.compounds), *([None] * len(block_piece))],
        "households": units.households,
        "workload": workload_of(answer.question, units),
        "grid_before": [code[grid] if grid >= 0 else None for grid in units.today.tolist()],
        "grid": [code[grid] if grid >= 0 else None for grid in answer.district.tolist()],
        "is_moved": answer.district != units.today,
    }
    shapes = from_metric([*whole, *pieces.shape[block_piece]], settings.metric_crs)
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=STORAGE_SRID)


def _large(answer: GridsAnswer, unit: int) -> dict[str, object]:
    rows, grid = answer.units.compounds, answer.grids[answer.district[unit]]
    row = rows[unit] if unit < len(rows) else None
    return {
        "name": (row.name or row.code) if row else None,
        "households": plain(float(np.nan_to_num(answer.units.households[unit]))),
        "workload": plain(float(workload_of(answer.question, answer.units)[unit])),
        "grid": grid.code or grid.name,
    }


def _union(answer: GridsAnswer, compound: int) -> BaseGeometry:
    found: BaseGeometry = shapely.union_all(answer.pieces.shape[answer.pieces.compound == compound])
    return found


def _row(row: GridRow) -> dict[str, object]:
    return {
        "code": row.grid.code,
        "name": row.grid.name,
        "households_before": plain(row.households_before),
        "households": plain(row.households),
        "workload_before": plain(row.workload_before),
        "workload": plain(row.workload),
        "moved_in": plain(row.moved_in),
        "moved_out": plain(row.moved_out),
    }
