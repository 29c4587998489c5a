"""What has changed between two equal periods, and whether chance alone would do as much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import numpy.typing as npt
import shapely

from geodata.analyses.facts import both, ground_facts
from geodata.analyses.hotspots.asked import HAZARDS
from geodata.analyses.hotspots.periods import Months, month_said
from geodata.analyses.hotspots.question import ChangeQuestion, change_question
from geodata.analyses.hotspots.rows import ChangeRow, Counts, told_rows, without
from geodata.analyses.hotspots.told import counts_of, total_of
from geodata.crs import STORAGE_SRID
from geodata.errors import InvalidInput
from geodata.layers.incident_count import YEARLY
from geodata.layers.text import Text
from geodata.queries.demand import read_compounds
from geodata.queries.outlines import AreaOutline, read_outlines
from geodata.queries.weights import read_hazards
from geodata.settings import Settings

DEFINITION = Text(
    "两期等长，逐区比较计数；率比的95%精确区间（Clopper-Pearson）。区间含1即无法与偶然波动区分，不作升降判断；多个区域同时比较时，"
    "按 Benjamini-Hochberg 将错误发现率控制在5%。",
    "Counts of two equal periods, area by area, with the exact 95% interval of their ratio (Clopper-Pearson). Where "
    "it holds 1 the change can't be told from chance, and nothing is said to have risen or fallen; of many areas false "
    "discoveries are held to 5% after Benjamini and Hochberg.",
)
SMALL = Text(
    f"少于{YEARLY.minimum}起的计数不公布；为防止由合计推算，次小的计数一并不公布。警情只按已结束的自然年统计，与公布的表一致。",
    f"Counts below {YEARLY.minimum} are withheld, and with them the next larger ones that could be worked out from the "
    "sum. Incidents are told for calendar years that are over, as they are published.",
)


@dataclass(frozen=True)
class Change:
    """A comparison.

    Attributes:
        what: `HAZARDS`, or a kind of incidents.
        level: of the areas.
        before, after: the periods.
        total: all areas that can be compared together.
        rows: each of them.
        left_out: names of areas that can't be, with the reason: "months" that nobody has counted in today's outline, or
            "split": that the area was counted in another outline in one of the periods.
        elsewhere: hazards of no known compound or area, in both periods.
        begins: the first month of the register, where it is too young for two years and its halves are compared.
        shapes: outlines by code, WGS 84.
        receipt: what the answer stands on.
    """

    what: str
    level: str
    before: Months
    after: Months
    total: ChangeRow
    rows: Sequence[ChangeRow]
    left_out: Mapping[str, str]
    elsewhere: int
    begins: str | None
    shapes: Mapping[str, Any]
    receipt: Mapping[str, object]


def compare_periods(
    settings: Settings, what: str, before: str | None = None, after: str | None = None, *, level: str | None = None
) -> Change:
    """Return what has changed from one period to another.

    Args:
        settings: the deployment.
        what, before, after, level: as `change_question` takes them.

    Raises:
        InvalidInput: the periods aren't equal, no such kind or level, or nothing can be compared.
    """
    return changed(settings, change_question(settings, what, before, after, level=level))


def changed(settings: Settings, question: ChangeQuestion) -> Change:
    """Return the answer to a question.

    An area is compared with itself only: where a month has no count in the outline of today, it is left out by name,
    unless its counts are withheld anyway.

    Raises:
        InvalidInput: nothing can be compared.
    """
    what, level, earlier, later = question.what, question.level, question.before, question.after
    areas, outlines = read_outlines(settings, level)
    left_out: dict[str, str] = {}
    elsewhere = 0
    if what == HAZARDS:
        counts, elsewhere = _hazards(settings, earlier, later, areas, outlines)
        total, rows = told_rows(counts, np.zeros((len(counts), 2), dtype=np.bool_))
    else:
        total, rows, left_out = _incidents(settings, what, earlier, later)
    if not rows:
        raise InvalidInput(
            f"no area of the level {level} has counts of {what} for all of {earlier} and {later}",
            zh=f"没有任何区域（{level}）在 {earlier} 和 {later} 两期都有“{what}”的完整统计",
        )
    return Change(
        what, level, earlier, later, total, rows,
        left_out=left_out,
        elsewhere=elsewhere,
        begins=month_said(earlier.first) if question.is_halved else None,
        shapes=dict(zip(map(_key, areas), outlines, strict=True)),
        receipt={
            "definition": both(DEFINITION),
            "level_of_confidence": 0.95,
            **({} if what == HAZARDS else {"small_counts": both(SMALL)}),
            **ground_facts(settings, question.layers),
        },
    )  # fmt: skip


def change_as_json(found: Change) -> dict[str, object]:
    """Return a comparison as JSON can hold it."""
    return {
        "what": found.what,
        "level": found.level,
        "before": str(found.before),
        "after": str(found.after),
        "total": vars(found.total),
        "areas": [vars(row) for row in found.rows],
        "left_out": dict(found.left_out),
        "elsewhere": found.elsewhere,
        "begins": found.begins,
        "receipt": dict(found.receipt),
    }


def frame_of_change(found: Change) -> geopandas.GeoDataFrame:
    """Return the areas with their changes (WGS 84); an area without an outline of today has no geometry."""
    rows = [vars(row) for row in found.rows]
    shapes = [found.shapes.get(row.code or "") for row in found.rows]
    columns = {
        **{name: [row[name] for row in rows] for name in ("code", "name")},
        **{f"count_{name}": np.array([row[name] for row in rows], dtype=np.float64) for name in ("before", "after")},
        **{f"{name}_share": np.array([row[name] for row in rows], dtype=np.float64) for name in _SHARES},
        "is_beyond_chance": [row["is_beyond_chance"] for row in rows],
        "q": np.array([row["q"] for row in rows], dtype=np.float64),
    }
    frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=STORAGE_SRID)
    frame.attrs["receipt"] = dict(found.receipt)
    return frame


_SHARES = ("change", "low", "high")


def _incidents(
    settings: Settings, kind: str, before: Months, after: Months
) -> tuple[ChangeRow, list[ChangeRow], dict[str, str]]:
    periods = [{row.area_id: row for row in counts_of(settings, kind, period)} for period in (before, after)]
    pairs = {area: (row, periods[1][area]) for area, row in periods[0].items() if area in periods[1]}
    missing = {area for area, pair in pairs.items() if not all(row.is_whole for row in pair)}
    # One that is withheld isn't told to be uncounted either: that would tell it from one with a few.
    uncounted = {area for area in missing if not any(row.is_withheld for row in pairs[area])}
    kept = {area: pair for area, pair in pairs.items() if area not in uncounted}
    counts = {one.code: (one.name, one.total, other.total) for one, other in kept.values()}
    hidden = np.array(
        [[row.is_withheld or area in missing for row in pair] for area, pair in kept.items()], dtype=np.bool_
    ).reshape(-1, 2)
    total, rows = told_rows(counts, hidden)
    compared = set(kept) - missing
    sums = [total_of(list(period.values()), compared) for period in periods]
    alone = [row for period in periods for area, row in period.items() if area not in pairs]
    left_out = {row.name: "split" for row in alone} | {pairs[area][0].name: "months" for area in uncounted}
    return without(total, [each is None for each in sums]), rows, left_out


def _hazards(
    settings: Settings, before: Months, after: Months, areas: Sequence[AreaOutline], outlines: npt.NDArray[np.object_]
) -> tuple[Counts, int]:
    """Return the hazards by the area that a compound's middle lies in: today's outlines for both periods."""
    compounds, shapes = read_compounds(settings)
    inside = shapely.STRtree(outlines).query(shapely.point_on_surface(shapes), predicate="intersects")
    # On a border the first area by code counts.
    area_of = {compounds[compound].id: area for compound, area in inside.T[::-1].tolist()}
    sums = np.zeros((len(areas), 2), dtype=np.int64)
    elsewhere = 0
    for column, period in enumerate((before, after)):
        for compound, count in read_hazards(settings, *period.days).items():
            area = None if compound is None else area_of.get(compound)
            if area is None:
                elsewhere += count
            else:
                sums[area, column] += count
    rows = zip(areas, sums.tolist(), strict=True)
    return {_key(area): (area.name, one, other) for area, (one, other) in rows}, elsewhere


def _key(area: AreaOutline) -> str:
    return area.code or area.name
