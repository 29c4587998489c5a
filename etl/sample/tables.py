"""Writes the town's records as an office's tables: workbooks with a title row, a ledger in GB18030, GeoJSON."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from etl.sample import names
from etl.sample.city import City
from etl.sample.compounds import KINDS
from etl.sample.earth import places, to_wgs84
from etl.sample.hazards import Hazard
from etl.sample.posts import Post
from etl.sample.projects import FUNDERS, Project

Cell = str | int | float | date | None

POST_HEADINGS = ("编号", "名称", "类别", "地址", "电话", "开放时间", "警力席位", "经度", "纬度")
HAZARD_HEADINGS = (
    *(
        "隐患编号",
        "隐患类型",
        "隐患等级",
        "问题描述",
        "所在小区",
        "所属社区",
        "检查时间",
        "立案时间",
        "派遣时间",
        "整改期限",
    ),
    *("整改完成日期", "复查时间", "销号时间", "状态", "整改责任单位", "经度", "纬度"),
)
PROJECT_HEADINGS = (
    *("项目编号", "项目名称", "项目类别", "所在小区", "所属社区", "状态", "开工日期", "完工日期", "受益户数"),
    *(f"{funder}{stage}(元)" for funder in FUNDERS for stage in ("计划", "到位", "支出")),
    *("计划总额(元)", "经度", "纬度"),
)


def write_geojson(path: Path, shapes: Sequence[BaseGeometry], properties: Sequence[Mapping[str, Cell]]) -> None:
    """Write shapes (metres from the centre) as a FeatureCollection in WGS 84."""
    lines = [
        json.dumps({"type": "Feature", "properties": dict(facts), "geometry": mapping(shape)}, ensure_ascii=False)
        for shape, facts in zip(to_wgs84(shapes), properties, strict=True)
    ]
    body = ",\n".join(lines)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{body}\n]}}\n', encoding="utf-8")


def write_boundary(path: Path, city: City) -> None:
    """Write the sub-district's outline as one GeoJSON Feature in WGS 84."""
    facts = {"name": names.STREET_NAME, "code": names.STREET_CODE, "synthetic": True}
    shape = to_wgs84([city.outline])[0]
    feature = {"type": "Feature", "properties": facts, "geometry": mapping(shape)}
    path.write_text(json.dumps(feature, ensure_ascii=False) + "\n", encoding="utf-8")


def write_areas(path: Path, city: City) -> int:
    """Write sub-district, communities and grids; return how many."""
    shapes: list[BaseGeometry] = [city.outline]
    facts: list[Mapping[str, Cell]] = [_area("街道", names.STREET_NAME, names.STREET_CODE, None)]
    for shape, (code, name) in zip(city.community_shapes, names.COMMUNITIES, strict=True):
        shapes.append(shape)
        facts.append(_area("社区", name, code, names.STREET_CODE))
    for number, (code, name) in enumerate(names.COMMUNITIES):
        own = [grid for grid in city.grids if grid[0] == number]
        for rank, (_, shape, _) in enumerate(own, start=1):
            shapes.append(shape)
            facts.append(_area("网格", f"{name}第{rank}网格", f"{code}{rank:02d}", code))
    write_geojson(path, shapes, facts)
    return len(shapes)


def _area(kind: str, name: str, code: str, parent: str | None) -> dict[str, Cell]:
    return {"级别": kind, "名称": name, "代码": code, "上级代码": parent}


def write_compounds(path: Path, city: City) -> int:
    """Write the compounds' register; return how many."""
    facts: list[Mapping[str, Cell]] = [
        {
            "小区编号": compound.code,
            "小区名称": compound.name,
            "曾用名/俗称": "、".join(compound.aliases) or None,
            "所属社区": names.COMMUNITIES[compound.community][1],
            "户数": compound.households if compound.is_counted else None,
            "人口数": compound.residents if compound.is_counted else None,
            "建成年份": compound.built_year,
            "类型": KINDS[compound.kind],
            "物业公司": compound.company or None,
            "楼栋数": len(compound.layout.houses),
        }
        for compound in city.compounds
    ]
    write_geojson(path, [compound.wall for compound in city.compounds], facts)
    return len(facts)


def write_posts(path: Path, posts: Sequence[Post], as_of: date) -> int:
    """Write the police posts' workbook (WGS 84); return how many."""
    where = places([post.place for post in posts], "wgs84")
    rows = [
        (post.code, post.name, post.kind, post.address, post.phone, post.hours, post.desks, *place)
        for post, place in zip(posts, where, strict=True)
    ]
    write_workbook(path, "警务点", f"{names.STREET_NAME}警务点一览表", POST_HEADINGS, rows, as_of)
    return len(rows)


def write_projects(path: Path, city: City, projects: Sequence[Project], as_of: date, rng: np.random.Generator) -> int:
    """Write the projects' workbook; four in ten have a place (BD-09), the others only their compound's name."""
    where = places([project.place for project in projects], "bd09")
    rows = []
    for project, place in zip(projects, where, strict=True):
        compound = city.compounds[project.compound]
        money: list[Cell] = []
        for funder in FUNDERS:
            line = project.funding.get(funder)
            money += [line.planned, line.received, line.spent] if line else [None, None, None]
        total = sum(line.planned for line in project.funding.values())
        located = place if rng.random() < 0.4 else (None, None)
        head = (project.code, project.name, project.kind, compound.name, names.COMMUNITIES[compound.community][1])
        life = (project.status, project.started, project.finished, project.households)
        rows.append((*head, *life, *money, total, *located))
    title = f"{names.STREET_NAME}微实事项目台账（截至{as_of.year}年{as_of.month}月{as_of.day}日）"
    write_workbook(path, "微实事", title, PROJECT_HEADINGS, rows, as_of)
    return len(rows)


def write_hazards(path: Path, city: City, hazards: Sequence[Hazard], rng: np.random.Generator) -> int:
    """Write the hazard ledger as Chinese Excel saves CSV: GB18030, CRLF, no BOM; coordinates in GCJ-02."""
    where = places([hazard.place for hazard in hazards], "gcj02")
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(HAZARD_HEADINGS)
    for hazard, (lon, lat) in zip(hazards, where, strict=True):
        compound = city.compounds[hazard.compound]
        style = int(rng.choice(4, p=[0.55, 0.2, 0.15, 0.1]))
        steps = (hazard.found, hazard.confirmed, hazard.dispatched, hazard.due)
        ends = (hazard.rectified, hazard.rechecked, hazard.closed)
        out.writerow(
            [
                *(hazard.code, hazard.kind, hazard.level, hazard.description),
                *(compound.name, names.COMMUNITIES[compound.community][1]),
                *(_written(day, style) for day in (*steps, *ends)),
                *(hazard.status, hazard.department, f"{lon:.6f}", f"{lat:.6f}"),
            ]
        )
    path.write_bytes(text.getvalue().encode("gb18030"))
    return len(hazards)


def _written(day: date | None, style: int) -> str:
    """A date in one of the four ways in which offices write it."""
    if day is None:
        return ""
    year, month, number = day.year, day.month, day.day
    ways = (day.isoformat(), f"{year}/{month}/{number}", f"{year}年{month}月{number}日", f"{year}.{month}.{number}")
    return ways[style]


def write_workbook(
    path: Path, sheet_name: str, title: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]], as_of: date
) -> None:
    """Write one sheet: a merged title row, the headings, the rows; the same bytes for the same rows."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_name
    sheet.append([title])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(headings))
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    for column, heading in enumerate(headings, start=1):
        sheet.cell(2, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = max(10, 2.2 * len(heading) + 2)
    sheet.freeze_panes = "A3"
    stamp = datetime(as_of.year, as_of.month, as_of.day, 17, 30)  # noqa: DTZ001 - workbooks know no time zone
    book.properties.creator, book.properties.created, book.properties.modified = "csmap sample", stamp, stamp
    raw = io.BytesIO()
    book.save(raw)
    path.write_bytes(_with_fixed_dates(raw, stamp))


def _with_fixed_dates(raw: io.BytesIO, stamp: datetime) -> bytes:
    """The workbook's archive again, stored without compression, every member dated `stamp`."""
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _restamped(content, stamp)
            member = zipfile.ZipInfo(name, stamp.timetuple()[:6])
            member.external_attr, member.create_system = 0o600 << 16, 3
            target.writestr(member, content)
    return out.getvalue()


def _restamped(core: bytes, stamp: datetime) -> bytes:
    """openpyxl sets `modified` to the moment of saving: put `stamp` there."""
    head, opening, rest = core.partition(b"<dcterms:modified")
    tag, closing, tail = rest.partition(b">")
    _, end, after = tail.partition(b"</dcterms:modified>")
    return head + opening + tag + closing + stamp.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + end + after
