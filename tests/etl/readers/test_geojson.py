from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely

from etl.readers import Part, read
from etl.readers.geojson import NO_CRS_NOTE, declared_crs
from geodata.errors import InvalidInput
from tests.etl.readers.whole import geometries, outlines, records, whole


def feature(geometry: object, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(x: float, y: float) -> dict[str, object]:
    return {"type": "Point", "coordinates": [x, y]}


def collection(folder: Path, features: list[dict[str, Any]], **members: object) -> Path:
    path = folder / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": features}), encoding="utf-8")
    return path


def only(path: Path) -> Part:
    (part,) = read(path)
    return part


def test_properties_of_all_types_become_text(tmp_path: Path) -> None:
    path = collection(
        tmp_path,
        [
            feature(point(112, 27.7), 名称="乐坪", 户数=300, 面积=2.0, 有=True, 日="2025/03/05", 时=None, 表=[1, 2]),
            feature(None, 名称="", 户数=None, 面积=2.5, 有=False, 时="2025-03-05T10:00:00+08:00"),
        ],
    )
    part = only(path)
    assert part.name == ""
    assert part.headings == ("名称", "户数", "面积", "有", "日", "时", "表")
    assert records(part) == {
        1: ["乐坪", "300", "2", "true", "2025/03/05", None, "[1, 2]"],
        2: [None, None, "2.5", "false", None, "2025-03-05T10:00:00+08:00", None],
    }
    assert outlines(part) == ["POINT (112 27.7)", None]
    assert part.cell(1, "户数") == "户数"


def named(name: str) -> dict[str, object]:
    return {"type": "name", "properties": {"name": name}}


@pytest.mark.parametrize(
    ("member", "crs"),
    [
        (named("urn:ogc:def:crs:OGC:1.3:CRS84"), "EPSG:4326"),
        (named("urn:ogc:def:crs:EPSG::4490"), "EPSG:4490"),
        (named("EPSG:4546"), "EPSG:4546"),
        (named("urn:ogc:def:crs:EPSG:6.9:3435"), "EPSG:3435"),
        (named("Xian 1980"), "Xian 1980"),  # not guessed: who transforms refuses it by name
        (None, None),
        ({"type": "link"}, None),
    ],
)
def test_the_older_crs_member_is_respected(tmp_path: Path, member: object, crs: str | None) -> None:
    path = collection(tmp_path, [feature(point(112, 27.7), n=1)], crs=member)
    assert declared_crs(path) == (crs, True)
    part = only(path)
    assert part.crs == crs
    assert list(part.notes) == []


def test_without_a_crs_member_it_is_wgs84_with_a_note(tmp_path: Path) -> None:
    part = only(collection(tmp_path, [feature(point(112, 27.7), crs="a property of the feature")]))
    assert part.crs == "EPSG:4326"
    assert list(part.notes) == [NO_CRS_NOTE]


def test_a_crs_member_behind_the_features_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    members = {"type": "FeatureCollection", "features": [feature(point(1, 2), n=1)], "crs": named("EPSG:4490")}
    path.write_text(json.dumps(members))
    assert only(path).crs == "EPSG:4490"


def test_a_bare_array_of_features_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps([feature(point(1, 2), n=1), feature(point(3, 4), n=2)]).encode())
    part = only(path)
    assert records(part) == {1: ["1"], 2: ["2"]}
    assert outlines(part) == ["POINT (1 2)", "POINT (3 4)"]


def test_numbers_of_features_become_a_column(tmp_path: Path) -> None:
    path = collection(tmp_path, [{**feature(None, n="a"), "id": 70}, {**feature(None, n="b"), "id": 8}])
    assert only(path).headings == ("id", "n")
    assert records(only(path)) == {1: ["70", "a"], 2: ["8", "b"]}
    path = collection(tmp_path, [{**feature(None, n="a"), "id": "way/7"}])
    assert records(only(path)) == {1: ["way/7", "a"]}


def test_geometries_that_cannot_be_built_are_none_and_named(tmp_path: Path) -> None:
    path = collection(
        tmp_path,
        [
            feature(point(1, 2), n=1),
            feature({"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}, n=2),
            feature({"type": "Point", "coordinates": [1, 2, 30]}, n=3),
            feature({"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}, n=4),
        ],
    )
    part = only(path)
    first, second, third, fourth = geometries(part)
    assert (first.wkt, second) == ("POINT (1 2)", None)
    assert third.has_z  # left to the step that makes coordinates plane
    assert not shapely.is_valid(fourth)  # left to the step that repairs
    assert sum("row 2 can't be built" in note for note in part.notes) == 1


def test_nan_coordinates_are_kept(tmp_path: Path) -> None:
    path = collection(tmp_path, [feature({"type": "LineString", "coordinates": [[1, 2], [float("nan"), 4]]}, n=1)])
    (line,) = geometries(only(path))
    assert shapely.get_coordinates(line)[1, 0] != shapely.get_coordinates(line)[1, 0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"type": "FeatureCollection", "features": []}', "no rows"),
        ("[]", "no rows"),
        ('{"type": "Topology", "objects": {}, "arcs": []}', "can't be read as GeoJSON"),
        ('{"a": 1}', "can't be read as GeoJSON"),
        ('[{"type": "Feature", "properties": {}, "geometry": null}', "damaged or cut off"),
    ],
)
def test_other_json_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(InvalidInput, match=sentence) as refusal:
        read(path)
    assert str(refusal.value).startswith("a.json ")
    assert "/" not in str(refusal.value)


def test_a_script_for_gdal_is_not_run(tmp_path: Path) -> None:
    # GDAL takes such JSON for a pipeline of its own and would open the other file.
    other = collection(tmp_path, [feature(point(1, 2), secret="s")])
    path = tmp_path / "b.json"
    line = f"gdal vector pipeline ! read {other}"
    path.write_text(json.dumps({"type": "gdal_streamed_alg", "command_line": line}))
    with pytest.raises(InvalidInput, match=r"b\.json can't be read as GeoJSON"):
        read(path)


def test_a_file_that_is_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    path = collection(tmp_path, [feature(point(n, 2), n=n) for n in range(200)])
    content = path.read_bytes()
    after_a_feature = content.index(b"}}, ", len(content) // 2) + 2
    for size in (100, after_a_feature, after_a_feature + 1, len(content) - 2, len(content) - 1):
        path.write_bytes(content[:size])
        with pytest.raises(InvalidInput, match=r"^a\.geojson can't be read as GeoJSON, it is damaged or cut off"):
            read(path)


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(json.dumps([feature(None, 名称="乐坪")], ensure_ascii=False).encode("gb18030"))
    with pytest.raises(InvalidInput, match=r"^a\.json is not UTF-8 \(byte \d+\)"):
        read(path)


@pytest.mark.parametrize(
    ("name", "rows", "heading", "has_note"),
    [
        ("adm-loudi/datav2022_431302.json", 1, "adcode", True),
        ("adm-loudi/datav2022_431300.json", 5, "adcode", True),
        ("adm-loudi/gmap2019_431302.json", 1, "adcode", True),
        ("adm-loudi/tianditu_loudi_counties.geojson", 5, "district_adcode", False),
        ("adm-loudi/echarts_loudi.geojson", 5, "name", True),
    ],
)
def test_real_outlines(shared_data: Callable[[str], Path], name: str, rows: int, heading: str, has_note: bool) -> None:
    path = shared_data(name)
    part = only(path)
    loaded = json.loads(path.read_text(encoding="utf-8"))
    features = loaded if isinstance(loaded, list) else loaded["features"]
    assert whole(part)[heading].tolist() == [str(each["properties"][heading]) for each in features]
    assert len(features) == rows
    assert part.crs == "EPSG:4326"
    assert (NO_CRS_NOTE in part.notes) is has_note
    expected = [shapely.geometry.shape(each["geometry"]) for each in features]
    assert shapely.equals_exact(geometries(part), expected, tolerance=0).all()
