"""What a planner asks of new posts."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geodata.analyses.coverage import Question
from geodata.analyses.coverage.question import understand
from geodata.errors import InvalidInput, NotFound
from geodata.layers import LAYERS
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.settings import Settings
from geodata.typed import check_types

OBJECTIVES = ("mclp", "cmclp", "p-median", "p-center", "lscp")
"""Most people within the limit; most who find room there, too; shortest ways in all; shortest longest way; fewest
posts for everybody."""
EXISTING = ("fixed", "movable", "closable")
"""What becomes of the posts that are there: they stay, stand where they serve best, or some are closed."""
STREETS = "streets"
"""Candidates are junctions all over the place; else the name of a layer of points."""
MOST_CANDIDATES = 2_000


@dataclass(frozen=True)
class SiteQuestion:
    """What is asked.

    Attributes:
        service: whom it is about: service, mode, limit, moment, demand and weight, as for coverage.
        add: how many posts more; with "lscp" it doesn't count.
        objective: one of `OBJECTIVES`.
        candidates: `STREETS`, or a layer of points whose places may become posts, some kinds of it after a colon:
            "service_point:community_office,party_centre".
        existing: one of `EXISTING`; with "closable" none is added: those stay without which the most would be lost.
        close: with "closable" how many of them close; with "lscp" it doesn't count.
        capacity: what each new post has, in the unit of the layer's own posts, such as officers; with "cmclp" alone.
        time_limit_s: after so long the best so far is told, with its gap.
    """

    service: Question
    add: int = 3
    objective: str = "mclp"
    candidates: str = STREETS
    existing: str = "fixed"
    close: int = 0
    capacity: float | None = None
    time_limit_s: float = 60.0

    def check(self, settings: Settings) -> None:
        """Raise where it can't be asked so; no data are read for that.

        Raises:
            NotFound: no such service or layer.
            InvalidInput: a value of another kind than its field, no such objective, a number below 0, no time,
                candidates of a layer that has none, or capacities where the service or what is counted has none.
        """
        check_types(self)
        service = understand(settings, self.service).service
        for what, word, known in (
            ("objective", self.objective, OBJECTIVES),
            ("use of existing posts", self.existing, EXISTING),
        ):
            if word not in known:
                raise InvalidInput(
                    f"no {what} {word!r}; there are {', '.join(known)}",
                    zh=f"无法识别 {word!r}；可选：{'、'.join(known)}",
                )
        if not 0 <= self.add <= MOST_CANDIDATES:
            raise InvalidInput(
                f"{self.add} posts to add; wanted are 0 to {MOST_CANDIDATES}",
                zh=f"要增设 {self.add} 处；应为 0 至 {MOST_CANDIDATES} 处",
            )
        self._check_close()
        if not self.time_limit_s > 0:
            raise InvalidInput(
                f"a time limit of {self.time_limit_s} s; wanted is more than 0",
                zh=f"求解时限为 {self.time_limit_s} 秒；应大于 0",
            )
        if (self.objective == "cmclp") != (self.capacity is not None):
            raise InvalidInput(
                "a capacity of new posts goes with the objective cmclp, and cmclp with a capacity",
                zh="新服务点的容量须与目标 cmclp 一起使用，cmclp 也须填写容量",
            )
        if self.capacity is not None and not 0 < self.capacity < math.inf:
            raise InvalidInput(
                f"a capacity of {self.capacity:g}; wanted is more than 0", zh=f"容量为 {self.capacity:g}；应大于 0"
            )
        if self.capacity is not None and service.residents_a_unit is None:
            raise InvalidInput(
                f"{service.id} doesn't say for how many residents a unit of capacity is; "
                "wanted is residents_a_unit in its [[service]]",
                zh=f"“{service.title.zh}”没有说明一个单位的容量可服务多少居民；请填写 residents_a_unit",
            )
        if self.capacity is not None and self.service.weight != "residents":
            raise InvalidInput(f"capacities are for residents, not for {self.service.weight}", zh="容量只能按居民计算")
        if self.candidates != STREETS:
            _check_candidates(self.candidates)

    def _check_close(self) -> None:
        is_counted = self.existing == "closable" and self.objective != "lscp"
        if is_counted and self.close < 1:
            raise InvalidInput(
                f"{self.close} posts to close; wanted is 1 or more with closable posts",
                zh=f"要关闭 {self.close} 处；应为 1 处或更多",
            )
        if not is_counted and self.close:
            raise InvalidInput(
                f"{self.close} posts to close; that goes with closable posts, and not with lscp",
                zh="关闭数量只与“关闭一些”一起使用，且不用于 lscp",
            )


def candidate_layers() -> list[Layer]:
    """Return the layers at whose places posts can be proposed: points that planners see as they are."""
    return [each for each in LAYERS if each.geometry == "point" and isinstance(each.planner, Exact)]


def _check_candidates(wanted: str) -> None:
    """Raise where a layer's places can't be proposed: a plan tells their names and where they are."""
    name, colon, _ = wanted.partition(":")
    layers = {each.id: each for each in candidate_layers()}
    layer = layers.get(name)
    if layer is None:
        wanted_en, wanted_zh = f"{STREETS} or {', '.join(layers)}", f"{STREETS}、{'、'.join(layers)}"
        if name not in {each.id for each in LAYERS}:
            raise NotFound(f"no layer {name!r}; wanted is {wanted_en}", zh=f"没有图层 {name!r}；可选：{wanted_zh}")
        raise InvalidInput(
            f"no posts are put at the places of {name}; wanted is {wanted_en}",
            zh=f"不能在 {name} 的地点增设；可选：{wanted_zh}",
        )
    if colon and "kind" not in {field.name for field in layer.fields}:
        raise InvalidInput(f"{name} has no kinds; wanted is {name} alone", zh=f"{name} 没有类别；请只写 {name}")
