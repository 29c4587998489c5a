"""Disputes in compounds and what came of them: their kind and their days, never the parties."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from etl.sample.city import City
from etl.sample.records.days import Period, spread, written
from etl.sample.records.office import compound_cells, sheet_title, signed
from etl.sample.records.table import Row, Table, plain

MEDIATED, REFERRED, PENDING = 244, 17, 11
_KINDS = {
    "噪音扰民": 0.22, "停车": 0.23, "漏水": 0.19, "物业费": 0.15, "公共部位": 0.09, "养犬": 0.07, "其他": 0.05,
}  # fmt: skip


def dispute_table(city: City, as_of: date, rng: np.random.Generator) -> Table:
    """Return the ledger of disputes that were opened in the year up to `as_of`."""
    year = Period.year_to(as_of)
    lives: list[tuple[str, date, date | None]] = [_settled("调解成功", year, rng) for _ in range(MEDIATED)]
    lives += [_settled("引导诉讼", year, rng) for _ in range(REFERRED)]
    lives += [("调解中", day, None) for day in spread(Period(as_of - timedelta(days=35), as_of), PENDING, rng)]
    lives.sort(key=lambda life: life[1])
    sizes = np.array([compound.households**0.8 for compound in city.compounds])
    picks = rng.choice(len(sizes), size=len(lives), p=sizes / sizes.sum())
    kinds, weights = list(_KINDS), list(_KINDS.values())
    rows = []
    for rank, ((outcome, opened, settled), pick) in enumerate(zip(lives, picks.tolist(), strict=True), start=1):
        style = int(rng.choice([0, 1, 2, 3, 4], p=[0.3, 0.35, 0.15, 0.1, 0.1]))
        rows.append(
            Row({
                "纠纷编号": f"JF{as_of.year}{rank:04d}", "纠纷类型": str(rng.choice(kinds, p=weights)),
                **compound_cells(city, pick, "发生小区", by_alias=bool(rng.random() < 0.2)),
                "受理日期": written(opened, style), "办结日期": written(settled, style) or "—", "处理结果": outcome,
            })
        )  # fmt: skip
    names = "纠纷编号 纠纷类型 发生小区 所属社区 受理日期 办结日期 处理结果"
    return Table(
        layer="dispute", title=sheet_title(city, "矛盾纠纷排查调处台账", as_of), key="纠纷编号",
        columns=plain(names), rows=rows, footer=signed(city, "综治中心", as_of),
    )  # fmt: skip


def _settled(outcome: str, year: Period, rng: np.random.Generator) -> tuple[str, date, date | None]:
    """A dispute that was opened and ended within the year."""
    opened = Period(year.first, year.last - timedelta(days=3)).draw(rng)
    return outcome, opened, min(year.last, opened + timedelta(days=1 + int(rng.gamma(1.6, 6))))
