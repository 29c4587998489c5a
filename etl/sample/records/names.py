"""The table of compounds' other names: old ones with the day on which they ended, popular and short ones."""

from __future__ import annotations

from datetime import date

from etl.sample.city import City
from etl.sample.compounds import Compound
from etl.sample.records.office import compound_cells, sheet_title, signed
from etl.sample.records.table import Row, Table, plain

_FIRST_RENAMED, _YEARS = 2001, 17
"""Yards got new names when their works sold the flats: over so many years from this one."""


def alias_table(city: City, as_of: date) -> Table:
    """Return one row a name; a name that begins with 原 is a former one."""
    rows = []
    for number, compound in enumerate(city.compounds):
        for name in compound.aliases:
            kind = _kind(name, compound)
            ended = date(_FIRST_RENAMED + number % _YEARS, 1 + number % 12, 1)
            is_former = kind == "曾用名" and ended.year > compound.built_year
            rows.append(
                Row({
                    **compound_cells(city, number), "别名": name, "名称类别": kind,
                    "启用日期": f"{compound.built_year}年1月1日" if is_former else None,
                    "停用日期": ended if is_former else None,
                    "依据": "地名普查" if kind == "曾用名" else "社区上报",
                })
            )  # fmt: skip
    rows = [Row({"别名编号": f"BM{number:03d}", **row.cells}) for number, row in enumerate(rows, start=1)]
    return Table(
        part="别名",
        layer="alias",
        title=sheet_title(city, "小区曾用名、俗称、简称对照表", as_of),
        columns=plain("别名编号 小区名称 所属社区 别名 名称类别 启用日期 停用日期 依据"),
        rows=rows,
        key="别名编号",
        footer=signed(city, "地名办", as_of),
    )


def _kind(name: str, compound: Compound) -> str:
    if name.startswith("原"):
        return "曾用名"
    return "简称" if compound.name.startswith(name) else "俗称"
