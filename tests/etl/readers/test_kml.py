from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from etl.readers import kml, read
from geodata.errors import InvalidInput
from tests.etl.readers.whole import geometries, outlines, records, whole

# As map services write it: extended data of both kinds, folders in folders, geometries of all kinds.
MADE_BY_HAND = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>all</name>
<Schema name="s" id="s"><SimpleField name="户数" type="int"/></Schema>
<NetworkLink><name>more</name><Link><href>http://127.0.0.1/more.kml</href></Link></NetworkLink>
<Placemark id="p1"><name>岗亭</name><description><![CDATA[<b>昼夜</b>]]></description>
  <TimeStamp><when>2025-03-05</when></TimeStamp><Point><coordinates> 111.9, 27.7, 12 </coordinates></Point></Placemark>
<Folder><name>小区</name>
  <Placemark><name>甲</name>
    <ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="户数">300</SimpleData></SchemaData></ExtendedData>
    <Polygon><innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing></innerBoundaryIs>
      <outerBoundaryIs><LinearRing><coordinates>0,0 4,0 4,4
        0,4 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
  <Folder><name>旧</name>
    <Placemark><name>乙</name><ExtendedData><Data name="物业"><displayName>x</displayName><value>无 &amp; 待定</value>
      </Data></ExtendedData><MultiGeometry><Point><coordinates>1,2</coordinates></Point>
      <LineString><coordinates>0,0 1,1</coordinates></LineString></MultiGeometry></Placemark>
    <Placemark><name>丙</name><MultiGeometry><Point><coordinates>1,2</coordinates></Point>
      <Point><coordinates>3,4</coordinates></Point></MultiGeometry></Placemark>
  </Folder>
</Folder>
<Placemark><name>无处</name></Placemark>
<Placemark><name>一点</name><LineString><coordinates>1,2</coordinates></LineString></Placemark>
<Placemark><name>字</name><Point><coordinates>east,north</coordinates></Point></Placemark>
<Placemark><name>某人</name><gx:Track><when>2025-03-05T08:00:00Z</when><gx:coord>111.9 27.7 0</gx:coord></gx:Track>
</Placemark>
</Document></kml>"""


def test_placemarks_with_all_that_belongs_to_them(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_text(MADE_BY_HAND, "utf-8")
    (part,) = read(path)
    assert (part.name, part.crs) == ("", "EPSG:4326")
    assert part.headings == ("id", "folder", "name", "description", "when", "户数", "物业")
    assert records(part) == {
        1: ["p1", None, "岗亭", "<b>昼夜</b>", "2025-03-05", None, None],
        2: [None, "小区", "甲", None, None, "300", None],
        3: [None, "小区 / 旧", "乙", None, None, None, "无 & 待定"],
        4: [None, "小区 / 旧", "丙", None, None, None, None],
        5: [None, None, "无处", None, None, None, None],
        6: [None, None, "一点", None, None, None, None],
        7: [None, None, "字", None, None, None, None],
        8: [None, None, "某人", None, None, None, None],
    }
    assert outlines(part) == [
        "POINT (111.9 27.7)",
        "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 1))",
        "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))",
        "MULTIPOINT ((1 2), (3 4))",
        None,
        None,
        None,
        None,
    ]
    assert list(part.notes) == [
        "Links to other files (NetworkLink) were not followed.",
        "Tracks were not read: they are about persons.",
        "The geometry of rows 6 and 7 can't be built: these rows have none.",
    ]


def written_by_gdal(path: Path, count: int = 3) -> Path:
    shapes = [shapely.box(x, 0, x + 1, 1) for x in range(count)]
    frame = gpd.GeoDataFrame({"户数": range(count), "备注": ["一"] * count}, geometry=shapes, crs="EPSG:4326")
    frame.to_file(path, driver="LIBKML", layer="小区")
    return path


@pytest.mark.parametrize("ending", [".kml", ".kmz"])
def test_a_file_written_by_gdal(tmp_path: Path, ending: str) -> None:
    (part,) = read(written_by_gdal(tmp_path / f"a{ending}"))
    frame = whole(part)
    assert frame["户数"].tolist() == ["0", "1", "2"]
    assert frame["备注"].tolist() == ["一"] * 3
    assert [outline.bounds for outline in geometries(part)] == [(x, 0, x + 1, 1) for x in range(3)]


def test_links_inside_a_kmz_are_no_loss(tmp_path: Path) -> None:
    # GDAL writes a doc.kml of links to one KML a layer.
    (part,) = read(written_by_gdal(tmp_path / "a.kmz"))
    assert list(part.notes) == []


def test_an_outline_of_a_million_points_is_read(tmp_path: Path) -> None:
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    ring = np.c_[111.9 + np.cos(angle), 27.7 + np.sin(angle)]
    ring = np.r_[ring, ring[:1]]
    text = " ".join(f"{x:.9f},{y:.9f},0" for x, y in ring)
    path = tmp_path / "a.kml"
    path.write_text(
        "<kml><Placemark><name>圆</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{text}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>",
        "utf-8",
    )
    (outline,) = geometries(read(path)[0])
    assert shapely.get_num_coordinates(outline) == 1_000_001
    assert outline.area == pytest.approx(np.pi, rel=1e-6)


def test_rows_run_on_over_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kml, "BATCH_ROWS", 100)
    (part,) = read(written_by_gdal(tmp_path / "a.kml", count=250))
    assert [len(batch.rows) for batch in part.batches()] == [100, 100, 50]
    assert whole(part).index.tolist() == list(range(1, 251))
    assert whole(part)["户数"].astype(int).tolist() == list(range(250))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.99])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    path = tmp_path / "a.kml"
    content = MADE_BY_HAND.encode()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InvalidInput, match=r"^a\.kml can't be read as KML, it is damaged or cut off"):
        read(path)


def test_a_kmz_that_is_cut_off_or_holds_no_kml_is_refused(tmp_path: Path) -> None:
    path = written_by_gdal(tmp_path / "a.kmz")
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InvalidInput, match=r"^a\.kmz is cut off"):
        read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images/a.png", "x")
    with pytest.raises(InvalidInput, match=r"^a\.kmz has no KML in it"):
        read(path)


def test_a_kmz_whose_content_is_damaged_is_refused(tmp_path: Path) -> None:
    path = written_by_gdal(tmp_path / "a.kmz", count=50)
    content = path.read_bytes()
    path.write_bytes(content[:300] + b"\xff" * 40 + content[340:])
    with pytest.raises(InvalidInput, match=r"^a\.kmz "):
        read(path)


def test_a_file_without_placemarks_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_text("<kml><Document><name>leer</name></Document></kml>", "utf-8")
    with pytest.raises(InvalidInput, match=r"^a\.kml has no rows"):
        read(path)


def test_an_entity_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_text('<!DOCTYPE kml [<!ENTITY e SYSTEM "file:///etc/passwd">]><kml><name>&e;</name></kml>', "utf-8")
    with pytest.raises(InvalidInput, match=r"^a\.kml can't be read as KML.*DOCTYPE"):
        read(path)


def test_ever_new_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    data = "".join(f'<Data name="c{n}"><value>1</value></Data>' for n in range(10_000))
    path.write_text(f"<kml><Placemark><ExtendedData>{data}</ExtendedData></Placemark></kml>", "utf-8")
    with pytest.raises(InvalidInput, match=r"^a\.kml has 10,000 columns, more than 2,000"):
        read(path)
