"""What is asked of grids: which areas are balanced, and what counts as work."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geodata.analyses.coverage.stated import Stated, checked
from geodata.errors import InvalidInput
from geodata.layers import area
from geodata.layers.text import Text
from geodata.typed import check_types

DEFINITION = Text(
    "工作量＝户数＋未销号隐患数×权重（默认每处隐患按10户计，为本项目的假定，可修改）。小区不拆分，其余住户按街坊计；"
    "网格须在步行路网上连成一片，隔着河流、铁路而无路相通的不算相邻。差距＝最大工作量减最小，除以平均。",
    "Workload is households plus open hazards times a weight (10 households for each unless told otherwise: this "
    "project's assumption). Compounds are never split, other homes go by block; a grid hangs together on the streets "
    "that one walks, so that nothing is beside what lies across a river or a railway without a way. The spread is the "
    "greatest workload less the least, by the mean.",
)


@dataclass(frozen=True)
class GridsQuestion:
    """What is asked.

    Attributes:
        level: a level of areas: those that are balanced.
        hazard_households: an open hazard takes as much work as so many households.
        goal_share: the spread that is wanted, by today's.
        time_limit_s: after so long the best so far is told.
        changes: what would be different of gates and ways, as coverage takes it; what is of posts and speeds is left
            out.
    """

    level: str = "grid"
    hazard_households: float = 10.0
    goal_share: float = 0.5
    time_limit_s: float = 60.0
    changes: Stated = ()

    def check(self) -> None:
        """Raise where it can't be asked so.

        Raises:
            InvalidInput: a value of another kind than its field, no such level, a negative weight, a goal outside of 0
                to 1, no time, or changes that are none.
        """
        check_types(self)
        checked(self.changes)
        if self.level not in area.LEVELS:
            raise InvalidInput(
                f"no level of areas {self.level!r}; there are {', '.join(area.LEVELS)}",
                zh=f"没有这一级区域：{self.level!r}；可选：{'、'.join(area.LEVELS)}",
            )
        if not (math.isfinite(self.hazard_households) and self.hazard_households >= 0):
            raise InvalidInput(
                f"a hazard of {self.hazard_households} households; wanted is 0 or more",
                zh=f"一处隐患折合 {self.hazard_households} 户；应不小于 0",
            )
        if not 0 <= self.goal_share <= 1:
            raise InvalidInput(
                f"a spread of {self.goal_share} of today's; wanted is 0 to 1",
                zh=f"目标差距为现状的 {self.goal_share}；应为 0 至 1",
            )
        if not self.time_limit_s > 0:
            raise InvalidInput(
                f"a time limit of {self.time_limit_s} s; wanted is more than 0",
                zh=f"求解时限为 {self.time_limit_s} 秒；应大于 0",
            )
