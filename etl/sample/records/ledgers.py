"""The ledgers of hazards and micro-projects, whose places are in the systems of two map services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from etl.sample.city import City
from etl.sample.earth import places
from etl.sample.hazards import Hazard
from etl.sample.projects import FUNDERS, Project
from etl.sample.records.days import written
from etl.sample.records.office import compound_cells, sheet_title
from etl.sample.records.table import Cell, Column, Row, Table

_HAZARD_HEADINGS = (
    "隐患编号", "隐患类型", "隐患等级", "问题描述", "所在小区", "所属社区", "检查时间", "立案时间", "派遣时间",
    "整改期限", "整改完成日期",
    "复查时间", "销号时间", "状态", "整改责任单位", "经度", "纬度",
)  # fmt: skip
_PROJECT_HEADINGS = (
    *("项目编号", "项目名称", "项目类别", "所在小区", "所属社区", "状态", "开工日期", "完工日期", "受益户数"),
    *(f"{funder}{stage}(元)" for funder in FUNDERS for stage in ("计划", "到位", "支出")),
    *("计划总额(元)", "经度", "纬度"),
)


def hazard_table(city: City, hazards: Sequence[Hazard], rng: np.random.Generator) -> Table:
    """Return the hazard ledger; coordinates in GCJ-02."""
    where = places([hazard.place for hazard in hazards], "gcj02", city.district.shift_m)
    rows = []
    for hazard, (lon, lat) in zip(hazards, where, strict=True):
        style = int(rng.choice(4, p=[0.55, 0.2, 0.15, 0.1]))
        days = {
            "检查时间": hazard.found, "立案时间": hazard.confirmed, "派遣时间": hazard.dispatched,
            "整改期限": hazard.due,
            "整改完成日期": hazard.rectified, "复查时间": hazard.rechecked, "销号时间": hazard.closed,
        }  # fmt: skip
        rows.append(
            Row({
                "隐患编号": hazard.code, "隐患类型": hazard.kind, "隐患等级": hazard.level,
                "问题描述": hazard.description,
                **compound_cells(city, hazard.compound, "所在小区"),
                **{heading: written(day, style) for heading, day in days.items()},
                "状态": hazard.status, "整改责任单位": hazard.department, "经度": f"{lon:.6f}", "纬度": f"{lat:.6f}",
            })
        )  # fmt: skip
    return Table(layer="hazard", key="隐患编号", columns=[Column(name) for name in _HAZARD_HEADINGS], rows=rows)


def project_table(city: City, projects: Sequence[Project], as_of: date, rng: np.random.Generator) -> Table:
    """Return the projects' ledger; four in ten have a place (BD-09), the others only their compound's name."""
    where = places([project.place for project in projects], "bd09", city.district.shift_m)
    rows = []
    for project, place in zip(projects, where, strict=True):
        money: dict[str, Cell] = {}
        for funder, line in project.funding.items():
            amounts = zip(("计划", "到位", "支出"), (line.planned, line.received, line.spent), strict=True)
            money |= {f"{funder}{stage}(元)": amount for stage, amount in amounts}
        lon, lat = place if rng.random() < 0.4 else (None, None)
        rows.append(
            Row({
                "项目编号": project.code, "项目名称": project.name, "项目类别": project.kind,
                **compound_cells(city, project.compound, "所在小区"), "状态": project.status,
                "开工日期": project.started,
                "完工日期": project.finished, "受益户数": project.households, **money,
                "计划总额(元)": sum(line.planned for line in project.funding.values()), "经度": lon, "纬度": lat,
            })
        )  # fmt: skip
    return Table(
        part="微实事", layer="micro_project", key="项目编号", rows=rows,
        title=sheet_title(city, "微实事项目台账", as_of),
        columns=[Column(name) for name in _PROJECT_HEADINGS],
    )  # fmt: skip
