"""Writes the town's places as GeoJSON and as an office's workbook with a title row."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import shapely
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from etl.sample.city import City
from etl.sample.compounds import KINDS
from etl.sample.earth import Shift, origin, places, to_wgs84
from etl.sample.posts import Post
from etl.sample.services import Hydrant, Service

Cell = str | int | float | date | None
Row = Sequence[Cell]

POST_HEADINGS = ("编号", "名称", "类别", "地址", "电话", "开放时间", "警力席位", "经度", "纬度")
SERVICE_HEADINGS = (
    *("设施编号", "设施名称", "设施类别", "地址", "联系电话", "服务时间", "容量(人)", "所属社区", "经度", "纬度"),
)
HYDRANT_HEADINGS = ("设施编号", "设施名称", "设施类别", "所在道路", "X坐标", "Y坐标")


def feature(shape: BaseGeometry, facts: Mapping[str, Cell]) -> str:
    """Return a shape in degrees and its facts as one line of GeoJSON."""
    return json.dumps({"type": "Feature", "properties": dict(facts), "geometry": mapping(shape)}, ensure_ascii=False)


def write_geojson(path: Path, features: Iterable[str]) -> int:
    """Write features as a FeatureCollection; return how many."""
    count = 0
    with path.open("w", encoding="utf-8") as out:
        out.write('{"type": "FeatureCollection", "features": [\n')
        for count, line in enumerate(features, start=1):
            out.write(f",\n{line}" if count > 1 else line)
        out.write("\n]}\n")
    return count


def write_boundary(path: Path, name: str, code: str, outlines: Sequence[BaseGeometry]) -> None:
    """Write the outlines of all districts as one GeoJSON Feature in WGS 84."""
    facts: dict[str, Cell] = {"name": name, "code": code, "synthetic": True}
    path.write_text(feature(shapely.union_all(outlines), facts) + "\n", encoding="utf-8")


def area_facts(city: City) -> list[tuple[str, str, str, str | None, BaseGeometry]]:
    """Return sub-district, communities and grids: level, name, code, the code of the area around, shape in metres."""
    district = city.district
    found: list[tuple[str, str, str, str | None, BaseGeometry]] = [
        ("街道", district.label, district.code, None, city.outline)
    ]
    for (code, name), shape in zip(district.communities, city.community_shapes, strict=True):
        found.append(("社区", name, code, district.code, shape))
    for number, (code, name) in enumerate(district.communities):
        own = [shape for community, shape, _ in city.grids if community == number]
        for rank, grid in enumerate(own, start=1):
            found.append(("网格", f"{name}第{rank}网格", f"{code}{rank:02d}", code, grid))
    return found


def areas(city: City) -> list[str]:
    """Return sub-district, communities and grids as features."""
    found = area_facts(city)
    shapes = to_wgs84([shape for *_, shape in found], city.district.shift_m)
    return [
        feature(shape, {"级别": level, "名称": name, "代码": code, "上级代码": parent})
        for (level, name, code, parent, _), shape in zip(found, shapes, strict=True)
    ]


def compounds(city: City) -> list[str]:
    """Return the compounds' register."""
    facts: list[Mapping[str, Cell]] = [
        {
            "小区编号": compound.code,
            "小区名称": compound.name,
            "所属社区": city.district.communities[compound.community][1],
            "户数": compound.households if compound.is_counted else None,
            "人口数": compound.residents if compound.is_counted else None,
            "建成年份": compound.built_year,
            "类型": KINDS[compound.kind],
            "物业公司": compound.company or None,
            "楼栋数": len(compound.layout.houses),
        }
        for compound in city.compounds
    ]
    walls = to_wgs84([compound.wall for compound in city.compounds], city.district.shift_m)
    return [feature(*pair) for pair in zip(walls, facts, strict=True)]


def post_rows(posts: Sequence[Post], shift_m: Shift) -> list[Row]:
    """Return the police posts in WGS 84."""
    where = places([post.place for post in posts], "wgs84", shift_m)
    return [
        (post.code, post.name, post.kind, post.address, post.phone, post.hours, post.desks, *place)
        for post, place in zip(posts, where, strict=True)
    ]


def service_rows(services: Sequence[Service], shift_m: Shift) -> list[Row]:
    """Return the services in GCJ-02."""
    where = places([service.place for service in services], "gcj02", shift_m)
    return [
        (
            *(service.code, service.name, service.kind, service.address or None, service.phone or None),
            *(service.hours or None, service.capacity, service.community, *place),
        )
        for service, place in zip(services, where, strict=True)
    ]


def hydrant_rows(hydrants: Sequence[Hydrant], shift_m: Shift) -> list[Row]:
    """Return the water works' list in survey metres, X to the north."""
    east, north = origin(shift_m)
    return [
        (
            *(hydrant.code, f"{hydrant.street}消火栓{hydrant.code.rpartition('XHS')[2]}", "消火栓", hydrant.street),
            *(f"{hydrant.place.y + north:.2f}", f"{hydrant.place.x + east:.2f}"),
        )
        for hydrant in hydrants
    ]


def write_ledger(path: Path, headings: Sequence[str], rows: Iterable[Row]) -> int:
    """Write rows as Chinese Excel saves CSV: GB18030, CRLF, no BOM; return how many."""
    count = 0
    with path.open("w", encoding="gb18030", newline="") as text:
        out = csv.writer(text, lineterminator="\r\n")
        out.writerow(headings)
        for row in rows:
            out.writerow(row)
            count += 1
    return count


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
    save_workbook(book, path, as_of)


def save_workbook(book: openpyxl.Workbook, path: Path, as_of: date) -> None:
    """Save a workbook as if in the evening of `as_of`, so that the same cells give the same bytes."""
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
