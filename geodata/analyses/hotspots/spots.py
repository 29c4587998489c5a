"""Where hazards of compounds, or incidents of areas, gather more than chance would have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geodata.analyses.facts import both, ground_facts
from geodata.analyses.hotspots.asked import is_hazard
from geodata.analyses.hotspots.change import SMALL
from geodata.analyses.hotspots.periods import Months
from geodata.analyses.hotspots.question import SpotsQuestion, spots_question
from geodata.analyses.hotspots.told import counts_of, total_of
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.layers.text import Text
from geodata.queries.demand import read_compounds
from geodata.queries.open_hazards import count_open_hazards
from geodata.queries.outlines import read_outlines
from geodata.queries.weights import read_hazards
from geodata.settings import Settings
from geodata.statistics.hotspots import HotSpots, hot_spots
from geodata.statistics.neighbours import neighbourhoods

FEW = 30
"""Of fewer places than these the normal curve, by which chance is judged, tells little."""
DEFINITION = Text(
    "热点：Getis-Ord Gi*（二值权重，含自身），双侧检验，Benjamini-Hochberg 控制错误发现率5%。为计数，不是率。",
    "Hot spots by Getis-Ord Gi* (binary weights, the place itself among them), two-sided, false discoveries held to 5 "
    "% after Benjamini and Hochberg. Of counts, not of rates.",
)
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Spots:
    """What stands out; n places.

    Attributes:
        settings: of the deployment.
        what: `HAZARDS`, `OPEN`, or a kind of incidents.
        period: None for `OPEN`.
        radius_m: of a neighbourhood.
        codes, names: (n,) the compounds, or areas of a level.
        shapes: (n,) their outlines, WGS 84.
        x_m, y_m: (n,) a point inside each, metres.
        values: (n,) counts, also those that may not be told.
        is_withheld: (n,) counts that are too small to be told, and those that would give them away.
        is_blurred: (n,) places whose z and q aren't told, as they would give a withheld count away.
        found: what stands out.
        total: all counts together; None where it would give away a withheld one.
        left_out: hazards of no known compound; areas without an outline, or with a month that nobody has counted.
        receipt: what the answer stands on.
    """

    settings: Settings
    what: str
    period: Months | None
    radius_m: float
    codes: Sequence[str]
    names: Sequence[str]
    shapes: npt.NDArray[np.object_]
    x_m: Floats
    y_m: Floats
    values: Floats
    is_withheld: Mask
    is_blurred: Mask
    found: HotSpots
    total: int | None
    left_out: int
    receipt: Mapping[str, object]

    @property
    def is_few(self) -> bool:
        """Whether there are too few places for the test to tell much."""
        return len(self.values) < FEW

    def order(self, those: Mask) -> list[int]:
        """Return places of a mask by how much they stand out."""
        at = np.flatnonzero(those)
        found: list[int] = at[np.argsort(-np.abs(self.found.z[at]), kind="stable")].tolist()
        return found


def find_hot_spots(
    settings: Settings,
    what: str,
    period: str | None = None,
    *,
    radius_m: float | None = None,
    level: str | None = None,
) -> Spots:
    """Return where hazards gather among compounds (planners see no single one), or incidents among areas.

    Args:
        settings: the deployment.
        what, period, radius_m, level: as `spots_question` takes them.

    Raises:
        InvalidInput: nothing is counted so, or nothing was found.
    """
    return spots_of(settings, spots_question(settings, what, period, radius_m=radius_m, level=level))


def spots_of(settings: Settings, question: SpotsQuestion) -> Spots:
    """Return the answer to a question.

    Raises:
        InvalidInput: nothing was found.
    """
    what, period, wide_m, level = question.what, question.period, question.radius_m, question.level
    read = _compounds(settings, period) if period is None or level is None else _areas(settings, what, period, level)
    codes, names, shapes, values, hidden, total, left_out = read
    if not len(values) or not values.sum():
        raise InvalidInput(
            f"there are no {what} of a known place in {period or settings.today()}; "
            "load their table, or ask for other months",
            zh=f"{period or settings.today()} 没有位置已知的这类记录：请先导入，或改选时段",
        )
    spots = shapely.get_coordinates(shapely.point_on_surface(to_metric(list(shapes), settings.metric_crs)))
    found = hot_spots(spots[:, 0], spots[:, 1], values, radius_m=wide_m)
    beside, _ = neighbourhoods(spots[:, 0], spots[:, 1], hidden.astype(np.float64), wide_m)
    return Spots(
        settings, what, period, wide_m, codes, names, shapes, spots[:, 0], spots[:, 1],
        values,
        is_withheld=hidden,
        is_blurred=beside > 0,
        found=found,
        total=total,
        left_out=left_out,
        receipt=_receipt(settings, question),
    )  # fmt: skip


def _receipt(settings: Settings, question: SpotsQuestion) -> dict[str, object]:
    small = {} if is_hazard(question.what) else {"small_counts": both(SMALL)}
    facts = ground_facts(settings, question.layers)
    return {"definition": both(DEFINITION), "radius_m": question.radius_m, **small, **facts}


Read = tuple[list[str], list[str], npt.NDArray[np.object_], Floats, Mask, int | None, int]


def _compounds(settings: Settings, period: Months | None) -> Read:
    rows, shapes = read_compounds(settings)
    counts = count_open_hazards(settings) if period is None else read_hazards(settings, *period.days)
    values = np.array([counts.get(row.id, 0) for row in rows], dtype=np.float64)
    total = int(values.sum())
    codes, names = [row.code for row in rows], [row.name or row.code for row in rows]
    return codes, names, shapes, values, np.zeros(len(rows), dtype=np.bool_), total, sum(counts.values()) - total


def _areas(settings: Settings, what: str, period: Months, level: str) -> Read:
    areas, outlines = read_outlines(settings, level)
    rows = counts_of(settings, what, period)
    whole = {row.area_id: row for row in rows if row.is_whole}
    kept = [n for n, area in enumerate(areas) if area.id in whole]
    counts = [whole[areas[n].id] for n in kept]
    values = np.array([row.total for row in counts], dtype=np.float64)
    hidden = np.array([row.is_withheld for row in counts], dtype=np.bool_)
    total = total_of(rows, {row.area_id for row in counts})
    names = [areas[n].name for n in kept]
    codes = [areas[n].code or areas[n].name for n in kept]
    everywhere = {*(area.id for area in areas), *(row.area_id for row in rows)}
    return codes, names, outlines[kept], values, hidden, total, len(everywhere) - len(kept)
