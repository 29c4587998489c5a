"""Reads the sample's tables as a clerk does who has openpyxl and csv, and knows nothing of how they were written."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from etl.sample import Sample

Cells = dict[str, Any]

PARTS = {
    "alias": [("old_names.xlsx", "别名")],
    "hazard": [("hazards.csv", "")],
    "micro_project": [("micro_projects.xlsx", "微实事")],
    "party_branch": [("party_branches.xlsx", "党支部")],
    "branch_covers_compound": [("party_branches.xlsx", "覆盖小区")],
    "owners_committee": [("owners_committees.xlsx", "业委会")],
    "term": [("owners_committees.xlsx", "届次")],
    "property_company": [("property_companies.xlsx", "物业企业")],
    "engagement": [("property_companies.xlsx", "服务合同")],
    "assessment": [("property_companies.xlsx", "红黑榜")],
    "compound_status": [("three_nos.xlsx", "三无小区")],
    "management_mode": [("three_nos.xlsx", "管理模式")],
    "studio": [("studio.xlsx", "工作室")],
    "clinic_session": [("studio.xlsx", "坐诊")],
    "training": [("studio.xlsx", "培训")],
    "consultation": [("studio.xlsx", "法律咨询")],
    "dispute": [("disputes.csv", "")],
    "platform_link": [("platform.csv", "")],
    "whistle": [("whistles.xlsx", "哨单")],
    "response": [("whistles.xlsx", "部门响应")],
    "meeting": [("meetings.xlsx", "2024年1-10月"), ("meetings.xlsx", "2025年1-10月")],
    "meeting_issue": [("meetings.xlsx", "议题")],
    "resolution": [("meetings.xlsx", "办理情况")],
    "brand": [("volunteers.xlsx", "志愿品牌")],
    "volunteer_team": [("volunteers.xlsx", "志愿队伍")],
    "activity": [("volunteers.xlsx", "志愿活动")],
    "incident_count": [("incidents.xlsx", kind) for kind in ("刑事发案", "盗窃警情", "诈骗案件")],
    "area_population": [("population.xlsx", "社区人口"), ("population.xlsx", "网格人口")],
}
"""Where the records of each layer stand."""


def file_of(sample: Sample, name: str) -> Path:
    """The sample's file of that name."""
    return next(path for path in sample.files if path.name == name)


def faults(sample: Sample) -> list[dict[str, Any]]:
    """The faults that truth.json lists."""
    listed: list[dict[str, Any]] = json.loads(sample.truth.read_text("utf-8"))["faults"]
    return listed


def all_rows(sample: Sample, name: str, part: str = "") -> dict[int, Cells]:
    """Every filled row below the headings, by its number; merged cells say the same in each of their rows."""
    return dict(_all_rows(file_of(sample, name), part))


@cache
def _all_rows(path: Path, part: str) -> dict[int, Cells]:
    return dict(_ledger(path) if path.suffix == ".csv" else _sheet(_book(path)[part]))


@cache
def _book(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def good_rows(sample: Sample, name: str, part: str = "") -> list[Cells]:
    """The rows that have to be loaded: all but those that truth.json wants turned away or ignored."""
    out = {
        fault["row"]
        for fault in faults(sample)
        if (fault["file"], fault["part"]) == (name, part) and fault["outcome"] != "loaded"
    }
    return [cells for number, cells in all_rows(sample, name, part).items() if number not in out]


def _ledger(path: Path) -> Iterator[tuple[int, Cells]]:
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("gb18030"))))
    head = next(number for number, cells in enumerate(rows) if len([cell for cell in cells if cell]) > 2)
    for number, cells in enumerate(rows[head + 1 :], start=head + 2):
        if any(cells):
            yield number, {heading: cell or None for heading, cell in zip(rows[head], cells, strict=True)}


def _sheet(sheet: Worksheet) -> Iterator[tuple[int, Cells]]:
    head = 1
    while sum(cell.value is not None for cell in sheet[head]) < 2:
        head += 1
    labels = ["" if cell.value is None else str(cell.value) for cell in sheet[head]]
    first = head + 1
    merges = list(sheet.merged_cells.ranges)
    if any(merge.min_row == head and merge.max_row == head and merge.max_col > merge.min_col for merge in merges):
        for column, cell in enumerate(sheet[head + 1]):
            if cell.value is not None:
                group = labels[column] or labels[column - 1].split()[0]
                labels[column] = f"{group} {cell.value}"
        first += 1
    above: dict[tuple[int, int], Any] = {}
    for merge in merges:
        if merge.min_row >= first and not isinstance(sheet.cell(merge.min_row, merge.min_col).value, int):
            for row in range(merge.min_row, merge.max_row + 1):
                above[row, merge.min_col] = sheet.cell(merge.min_row, merge.min_col).value
    for number in range(first, sheet.max_row + 1):
        values = [above.get((number, at), sheet.cell(number, at).value) for at in range(1, len(labels) + 1)]
        if any(value is not None for value in values):
            yield number, dict(zip(labels, values, strict=True))


def day(value: object) -> date | None:
    """A day in any of the ways in which these files write it; None for an empty cell and for words of nothing."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, int):
        return date.fromordinal(date(1899, 12, 30).toordinal() + value)
    if value is None or value in ("—", "待定"):
        return None
    text = str(value).translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    compact = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    year, month, number = compact.groups() if compact else re.findall(r"\d+", text)[:3]
    return date(int(year), int(month), int(number))


def moment(value: object) -> datetime | None:
    """A moment, as a cell of its own kind or as 2025年3月5日 14:30."""
    if value is None or isinstance(value, datetime):
        return value
    year, month, number, hour, minute = (int(part) for part in re.findall(r"\d+", str(value)))
    return datetime(year, month, number, hour, minute)  # noqa: DTZ001 - local, as the office writes it


def count(value: object) -> int:
    """A number of people: 36, or 36余人."""
    return int(re.sub(r"\D", "", str(value)))


def degrees(value: object) -> float:
    """Degrees, also as 112°0′7.5″."""
    parts = [float(part) for part in re.findall(r"[\d.]+", str(value))]
    return sum((part / 60.0**power for power, part in enumerate(parts)), 0.0)
