"""What all of the sub-district's tables share: titles, the line at the foot, and how a compound is named."""

from __future__ import annotations

from datetime import date

from etl.sample.city import City
from etl.sample.records.table import Cell


def sheet_title(city: City, subject: str, as_of: date) -> str:
    """Return the line on top of a sheet."""
    return f"{city.district.name}{subject}（截至{as_of.year}年{as_of.month}月{as_of.day}日）"


def signed(city: City, office: str, as_of: date) -> str:
    """Return the line below a table: which office filled it in, and when; never who."""
    return f"填表单位：{city.district.name}{office}    填表日期：{as_of.year}年{as_of.month}月{as_of.day}日"


def compound_cells(city: City, number: int, heading: str = "小区名称", *, by_alias: bool = False) -> dict[str, Cell]:
    """Return the cells that name a compound: its name, or a former one or a nickname, and its community."""
    compound = city.compounds[number]
    name = compound.aliases[0] if by_alias and compound.aliases else compound.name
    return {heading: name, "所属社区": city.district.communities[compound.community][1]}


def community_cells(city: City, community: int) -> dict[str, Cell]:
    """Return the cells that name a community."""
    code, name = city.district.communities[community]
    return {"所属社区": name, "社区代码": code}
