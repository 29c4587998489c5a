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
from geodata.analyses.hotspots.question import SpotsQuestion
from geodata.analyses.hotspots.told import counts_of, total_of
from geodata.crs import to_metric
from geodata.errors import InvalidInput
from geodata.layers.text import Text
from geodata.queries.demand import read_compounds
from geodata.queries.open_hazards import count_open_hazards
from geodata.queries.outlines import read_outlines
from geodata.queries.weights import read_hazards
from geodata.settings import Settings
from geodata.statistics.hotspots import HotSpots, RateSpots, hot_spots, rate_spots
from geodata.statistics.neighbours import neighbourhoods

FEW = 30
"""Of fewer places than these the normal curve, by which chance is judged, tells little."""
DEFINITION = Text(
    "热点：Getis-Ord Gi*（二值权重，含自身），双侧检验，Benjamini-Hochberg 控制错误发现率5%。为计数，不是率。",
    "Hot spots by Getis-Ord Gi* (binary weights, the place itself among them), two-sided, false discoveries held to 5% "
    "after Benjamini and Hochberg. Of counts, not of rates.",
)
RATE_DEFINITION = Text(
    "热点：每个邻域的每户隐患率与其余全部小区相比，率比的95%精确区间（条件二项，Clopper-Pearson），双侧检验，"
    "Benjamini-Hochberg 控制错误发现率5%。户数不明的小区不计。"
    "每处隐患按独立计：同一原因引起的多处隐患会使其显得更突出。",
    "Hot spots by household: the rate of each neighbourhood against that of all other compounds, with the exact 95% "
    "interval of their ratio (conditional binomial, Clopper-Pearson), two-sided, false discoveries held to 5% after "
    "Benjamini and Hochberg. Compounds whose households nobody has counted are left out. Each hazard counts by itself: "
    "several of one cause stand out more than they should.",
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
        households: (n,) of each compound, where rates are compared; None where counts are.
        left_out: hazards of no known compound, or of one without known households where rates are compared; areas
            without an outline, or with a month that nobody has counted.
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
    households: Floats | None = None

    @property
    def rates(self) -> RateSpots | None:
        """What stands out by its rate; None where counts are compared."""
        return self.found if isinstance(self.found, RateSpots) else None

    @property
    def is_few(self) -> bool:
        """Whether there are too few places for the test to tell much."""
        return len(self.values) < FEW

    def order(self, those: Mask) -> list[int]:
        """Return places of a mask by how much they stand out."""
        at = np.flatnonzero(those)
        found: list[int] = at[np.argsort(-np.abs(self.found.z[at]), kind="stable")].tolist()
        return found


def spots_of(settings: Settings, question: SpotsQuestion) -> Spots:
    """Return where hazards gather among compounds (planners see no single one), or incidents among areas.

    Raises:
        InvalidInput: nothing was found.
    """
    what, period, wide_m, level = question.what, question.period, question.radius_m, question.level
    is_rate, households = question.per is not None, None
    total: int | None
    if period is None or level is None:
        codes, names, shapes, values, households, left_out = _compounds(settings, period, is_rate=is_rate)
        hidden, total = np.zeros(len(values), dtype=np.bool_), int(values.sum())
    else:
        codes, names, shapes, values, hidden, total, left_out = _areas(settings, what, period, level)
    if not len(values) or not values.sum():
        when = period or settings.today()
        where = "compound whose households are known" if is_rate else "known place"
        raise InvalidInput(
            f"there are no {what} of a {where} in {when}; load their table, or ask for other months",
            zh=f"{when} 没有{'户数已知的小区的' if is_rate else '位置已知的'}这类记录：请先导入，或改选时段",
        )
    spots = shapely.get_coordinates(shapely.point_on_surface(to_metric(list(shapes), settings.metric_crs)))
    if households is None:
        found = hot_spots(spots[:, 0], spots[:, 1], values, radius_m=wide_m)
    else:
        found = rate_spots(spots[:, 0], spots[:, 1], values, households, radius_m=wide_m)
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
        households=households,
    )  # fmt: skip


def _receipt(settings: Settings, question: SpotsQuestion) -> dict[str, object]:
    small = {} if is_hazard(question.what) else {"small_counts": both(SMALL)}
    facts = ground_facts(settings, question.layers)
    return {"definition": both(definition_of(question)), "radius_m": question.radius_m, **small, **facts}


Read = tuple[list[str], list[str], npt.NDArray[np.object_], Floats, Mask, int | None, int]


def definition_of(question: SpotsQuestion) -> Text:
    """Return what is measured, in words."""
    return DEFINITION if question.per is None else RATE_DEFINITION


def _compounds(
    settings: Settings, period: Months | None, *, is_rate: bool
) -> tuple[list[str], list[str], npt.NDArray[np.object_], Floats, Floats | None, int]:
    rows, shapes = read_compounds(settings)
    counts = count_open_hazards(settings) if period is None else read_hazards(settings, *period.days)
    kept = [n for n, row in enumerate(rows) if not is_rate or row.households]
    values = np.array([counts.get(rows[n].id, 0) for n in kept], dtype=np.float64)
    households = np.array([rows[n].households for n in kept], dtype=np.float64) if is_rate else None
    codes, names = [rows[n].code for n in kept], [rows[n].name or rows[n].code for n in kept]
    return codes, names, shapes[kept], values, households, sum(counts.values()) - int(values.sum())


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
