"""Which compounds are on the digital platform: a few live, more of them planned."""

from __future__ import annotations

from datetime import date

import numpy as np

from etl.sample.city import City
from etl.sample.records.days import Period, written
from etl.sample.records.office import compound_cells, sheet_title
from etl.sample.records.table import Row, Table, plain

LIVE, PLANNED, ENDED = 5, 9, 1
_NAME = "乐坪邻里云平台"


def platform_table(city: City, as_of: date, rng: np.random.Generator) -> Table:
    """Return the list of compounds that are, will be or were linked; larger compounds with a company come first."""
    order = sorted(
        (number for number, compound in enumerate(city.compounds) if compound.company),
        key=lambda number: -city.compounds[number].households * rng.uniform(0.6, 1.4),
    )
    states = ["已上线"] * LIVE + ["已停用"] * ENDED + ["计划接入"] * PLANNED
    period = Period(date(as_of.year, 3, 1), date(as_of.year, 9, 30))
    rows = [
        Row({
            **compound_cells(city, number), "平台名称": city.district.localised(_NAME), "接入状态": state,
            "接入时间": None if state == "计划接入" else written(period.draw(rng), 1),
        })
        for number, state in zip(order, states, strict=False)
    ]  # fmt: skip
    names = "小区名称 所属社区 平台名称 接入状态 接入时间"
    return Table(
        layer="platform_link",
        title=sheet_title(city, "数字平台接入小区", as_of),
        columns=plain(names),
        rows=rows,
    )
