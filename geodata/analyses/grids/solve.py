"""Reads grids, homes and streets, balances the work, and tells what would change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geodata.analyses.coverage.changes import AS_IT_IS, Changes
from geodata.analyses.coverage.stage import SNAP_LIMIT_M
from geodata.analyses.coverage.stated import checked
from geodata.analyses.coverage.understood import understand_ways
from geodata.analyses.facts import both, ground_facts
from geodata.analyses.grids.answer import GridRow, GridsAnswer, Hindrance, workload_of
from geodata.analyses.grids.pieces import Pieces, Shapes, cut_ground, spread_ground
from geodata.analyses.grids.question import DEFINITION, GridsQuestion
from geodata.analyses.grids.units import Units, units_of
from geodata.analyses.progress import BALANCING, READING_HOMES, Progress, nobody
from geodata.analyses.streets import streets_of
from geodata.coverage.arrays import Floats, Ints
from geodata.coverage.districts import Plan, balance, neighbours_on
from geodata.coverage.districts.plan import pieces_of, spread_of
from geodata.coverage.modes import MODES
from geodata.coverage.snapping import snap
from geodata.coverage.streets import Streets
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.queries.demand import read_compounds
from geodata.queries.gates import read_gates
from geodata.queries.obstacles import read_obstacles
from geodata.queries.outlines import AreaOutline, read_outlines
from geodata.settings import Settings

LAYERS = ("area", "compound", "building", "gate", "hazard", "hazard_event", "road", "waterway", "railway")
"""What the answer is worked out from."""


def balance_grids(settings: Settings, question: GridsQuestion, progress: Progress = nobody) -> GridsAnswer:
    """Return grids of more equal work, each in one piece on the streets, with few households moved.

    Args:
        settings: the deployment.
        question: what is asked.
        progress: told how far it is.

    Raises:
        InvalidInput: it can't be asked so, or there are no such areas, no roads, or nobody's households are known.
    """
    question.check()
    progress(0.0, READING_HOMES)
    changes = understand_ways(settings, checked(question.changes))
    grids, outlines = read_outlines(settings, question.level)
    if not grids:
        raise InvalidInput(
            f"there are no areas of the level {question.level}: load their outlines first",
            zh=f"没有这一级（{question.level}）的区域：请先导入边界",
        )
    metric = settings.metric_crs
    today = to_metric(list(outlines), metric)
    compounds, compound_outlines = read_compounds(settings)
    compound_shapes = to_metric(list(compound_outlines), metric)
    obstacles = to_metric(list(read_obstacles(settings)), metric)
    pieces = cut_ground(today, compound_shapes, _streets(settings, "car", changes), obstacles)
    units = units_of(settings, compounds, compound_shapes, today, pieces, changes.gates(read_gates(settings)))
    if not np.nansum(units.households) > 0:
        raise InvalidInput(
            "no households are known of any building or compound: load a file with their numbers first",
            zh="没有建筑或小区的户数：请先导入",
        )
    places, pairs = _neighbours(settings, units, changes)
    work = workload_of(question, units)
    homes = np.nan_to_num(units.households)[places]
    progress(0.2, BALANCING)
    plan = balance(
        work[places], homes, pairs, units.today[places], goal_share=question.goal_share,
        time_limit_s=question.time_limit_s, progress=lambda share: progress(0.2 + 0.8 * share, BALANCING),
    )  # fmt: skip
    district = units.today.copy()
    district[places] = plan.district
    return _told(settings, question, grids, units, pieces, work, places, pairs, plan, district)


def _streets(settings: Settings, mode: str, changes: Changes) -> Streets:
    """Return the streets of a mode as they would be."""
    return changes.streets(streets_of(settings, MODES[mode], both_ways=changes.both_ways), settings.metric_crs)


def _neighbours(settings: Settings, units: Units, changes: Changes = AS_IT_IS) -> tuple[Ints, Ints]:
    """Return the units that meet a street, and the pairs of them that touch, numbered among these."""
    streets = _streets(settings, "walk", changes)
    spots = shapely.get_coordinates(units.points)
    snapped = snap(streets, spots[:, 0], spots[:, 1], limit_m=SNAP_LIMIT_M)
    pairs = neighbours_on(streets, snapped, units.point_unit)
    places = np.unique(units.point_unit[snapped.is_joined])
    if not len(places):
        raise InvalidInput(
            f"no home and no gate is within {SNAP_LIMIT_M:.0f} m of a street; wanted are roads of the place",
            zh=f"没有任何住宅或出入口在道路 {SNAP_LIMIT_M:.0f} 米以内：请导入本地的道路",
        )
    return places, np.searchsorted(places, pairs)


def _told(
    settings: Settings, question: GridsQuestion, grids: Sequence[AreaOutline], units: Units,
    pieces: Pieces, work: Floats, places: Ints, pairs: Ints, plan: Plan, district: Ints,
) -> GridsAnswer:  # fmt: skip
    count, homes = len(grids), np.nan_to_num(units.households)
    kept = np.unique(units.today[places][units.today[places] >= 0])
    large = places[plan.large]
    before, after = _sums(units.today, work, count), _sums(district, work, count)
    is_moved = district != units.today
    lived = np.where(units.piece_unit >= 0, district[units.piece_unit], -1)
    # A grid without any unit isn't balanced: its ground stays.
    lived = np.where((lived < 0) & (pieces.grid >= 0) & ~np.isin(pieces.grid, kept), pieces.grid, lived)
    piece_district = spread_ground(pieces, lived)
    return GridsAnswer(
        question=question,
        grids=grids,
        units=units,
        district=district,
        is_left=np.setdiff1d(np.arange(units.count), places),
        pieces=pieces,
        piece_district=piece_district,
        shape=_outlines(pieces, piece_district, count),
        rows=[
            GridRow(grid, *(float(values[number]) for values in columns))
            for columns in [(
                _sums(units.today, homes, count), _sums(district, homes, count), before, after,
                _sums(np.where(is_moved, district, -1), homes, count),
                _sums(np.where(is_moved, units.today, -1), homes, count),
            )]
            for number, grid in enumerate(grids)
        ],
        spread_before=spread_of(before[kept]),
        spread=spread_of(after[kept]),
        spread_before_rest=spread_of(before[np.setdiff1d(kept, units.today[large])]),
        spread_rest=spread_of(after[np.setdiff1d(kept, district[large])]),
        large=large,
        grids_with_units=len(kept),
        pieces_before=_piece_count(units.today[places], pairs),
        pieces_after=_piece_count(plan.district, pairs),
        moved_households=float(homes[is_moved].sum()),
        moved_units=int(is_moved.sum()),
        hindrances=[
            _hindrance(units, places[each.units], each.kind, each.least_spread)
            for each in plan.obstacles
            if not np.isin(each.units, plan.large).all()
            # Of two parts that don't touch the smaller one is named.
            and 2 * len(each.units) <= units.count
        ],
        is_cut_short=plan.is_cut_short,
        seconds=plan.seconds,
        receipt={
            "definition": both(DEFINITION),
            "level": question.level,
            "weights": {"household": 1.0, "open_hazard": question.hazard_households},
            "units": {"compounds": len(units.compounds), "blocks": units.count - len(units.compounds)},
            "neighbouring_pairs": len(pairs),
            **ground_facts(settings, LAYERS),
        },
    )  # fmt: skip


def _outlines(pieces: Pieces, district: Ints, count: int) -> Shapes:
    return np.array([shapely.union_all(pieces.shape[district == grid]) for grid in range(count)], dtype=object)


def _sums(of: Ints, values: Floats, count: int) -> Floats:
    kept = of >= 0
    return np.asarray(np.bincount(of[kept], values[kept], count), dtype=np.float64)


def _piece_count(district: Ints, pairs: Ints) -> int:
    return len(np.unique(pieces_of(district, pairs)[district >= 0]))


def _hindrance(units: Units, which: Ints, kind: str, least_spread: float) -> Hindrance:
    rows = [units.compounds[unit] for unit in which.tolist() if unit < len(units.compounds)]
    return Hindrance(
        kind=kind,
        names=[row.name or row.code for row in rows],
        units=len(which),
        households=float(np.nansum(units.households[which])),
        least_spread=least_spread,
    )
