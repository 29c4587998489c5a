"""Where rows lie: coordinates of every kind, and what is refused about them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from etl.flow import Flow, Task
from etl.steps.coordinates import read_numbers, read_pairs
from etl.steps.fit import check_extent
from etl.steps.locate import locate
from etl.steps.shape import fit_type, mend
from geodata import crs
from tests.etl.made import flow, reasons, recipe, square, task

XY = ["名称", "地址", "经度", "纬度"]


def posts(*points: tuple[str | None, str | None]) -> Flow:
    """Return posts at the given texts of longitude and latitude."""
    count = len(points)
    return flow(
        {"名称": ["甲"] * count, "地址": ["a"] * count, "经度": [x for x, _ in points], "纬度": [y for _, y in points]}
    )


def placed(seen: Flow, of: Task) -> Flow:
    """Take rows through all steps about places."""
    for step in (locate, mend, fit_type, check_extent):
        seen = step(seen, of)
    return seen


def test_columns_in_wgs84_are_taken_as_they_are() -> None:
    seen = placed(posts(("112.0", "27.73")), task("police_post_register", XY))
    assert seen.geometry is not None
    assert seen.geometry[0].equals(shapely.Point(112.0, 27.73))
    assert seen.places.iloc[0].tolist() == ["112", "27.73", "wgs84", "columns"]
    assert not seen.issues


def test_shifted_coordinates_come_back_and_the_source_keeps_its_own() -> None:
    x, y = crs.convert([112.0], [27.73], source="wgs84", target="bd09")
    seen = placed(posts((repr(float(x[0])), repr(float(y[0])))), task("police_post_register", XY, system="bd09"))
    assert seen.geometry is not None
    assert abs(seen.geometry[0].x - 112.0) < 1e-7
    assert abs(seen.geometry[0].y - 27.73) < 1e-7
    assert float(seen.places["src_x"].iloc[0]) == x[0]
    assert seen.places["src_system"].iloc[0] == "bd09"


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        (("113.5", "27.73"), "outside_boundary"),
        (("27.73", "112.0"), "swapped_axes"),
        (("NaN", "27.73"), "not_finite"),
        (("112.0", "inf"), "not_finite"),
        (("0", "0"), "null_island"),
        (("东边", "27.73"), "bad_coordinates"),
        (("112.0", None), "bad_coordinates"),
        ((None, None), "no_geometry"),
        (("1120000000", "27.73"), "outside_system"),
    ],
)
def test_wrong_coordinates_go_to_quarantine(point: tuple[str | None, str | None], reason: str) -> None:
    seen = placed(posts(("112.0", "27.73"), point), task("police_post_register", XY))
    assert reasons(seen) == [("quarantined", 3, reason)]
    assert seen.is_bad.tolist() == [False, True]
    assert all(issue.cell == "经度" for issue in seen.issues)


def test_how_far_outside_is_said() -> None:
    # The extent ends at 112.07 E; at 27.73 N one degree of longitude is 98.6 km, so 113.07 lies 98.6 km off.
    seen = placed(posts(("113.07", "27.73")), task("police_post_register", XY))
    assert "98.6 km outside" in seen.issues[0].message
    assert "113.07, 27.73" in seen.issues[0].message


def test_survey_columns_turned() -> None:
    # EPSG:4546 around Leping: northing first, as survey tables have it.
    east, north = crs.convert([112.0], [27.73], source="wgs84", target="EPSG:4546")
    columns = {"名称": ["甲"], "地址": ["a"], "X坐标": [repr(float(north[0]))], "Y坐标": [repr(float(east[0]))]}
    of = task("police_post_register", list(columns), system="EPSG:4546", is_turned=True)
    seen = placed(flow(columns), of)
    assert seen.geometry is not None
    assert abs(seen.geometry[0].x - 112.0) < 1e-8
    assert float(seen.places["src_x"].iloc[0]) == float(east[0])


def test_degrees_minutes_seconds_and_pairs() -> None:
    rows = flow({"a": ["112°00'30\"E", "27度43分48秒", "W 3°30′", "112.5"]}).rows
    # 30 s = 0.00833..., 43 min 48 s = 0.73 degrees.
    assert np.allclose(read_numbers(rows["a"]), [112 + 30 / 3600, 27.73, -3.5, 112.5])
    pairs = flow({"a": ["1718 State St 60616 (41.85, -87.62)", "112.0，27.73", "none", None]}).rows["a"]
    first, second = read_pairs(pairs)
    assert np.allclose(first, [41.85, 112.0, np.nan, np.nan], equal_nan=True)
    assert np.allclose(second, [-87.62, 27.73, np.nan, np.nan], equal_nan=True)


def areas(*shapes: object) -> Flow:
    """Return areas with shapes of the file's own."""
    return flow({"名称": ["甲"] * len(shapes)}, geometry=list(shapes))  # type: ignore[arg-type]


def test_outlines_become_multipolygons_and_touching_is_enough_for_areas() -> None:
    far = square(113.0, 27.73)
    seen = placed(areas(square(112.0, 27.73), square(112.069, 27.73, 0.01), far), task("area_register", ["名称"]))
    assert seen.geometry is not None
    assert {shape.geom_type for shape in seen.geometry} == {"MultiPolygon"}
    assert reasons(seen) == [("quarantined", 4, "outside_boundary")]


def test_a_compound_that_reaches_over_the_edge_is_refused() -> None:
    columns = {"小区名称": ["甲"], "户数": ["1"]}
    seen = placed(flow(columns, geometry=[square(112.069, 27.73, 0.01)]), task("compound_register", list(columns)))
    assert reasons(seen) == [("quarantined", 2, "outside_boundary")]
    assert "reaches over" in seen.issues[0].message


def test_a_spike_is_mended_and_the_original_kept() -> None:
    # A square with a needle of no width: the area doesn't change at all.
    spike = shapely.Polygon([(112, 27.73), (112.001, 27.73), (112.001, 27.731), (112.002, 27.731), (112.001, 27.731),
                             (112, 27.731)])  # fmt: skip
    seen = placed(areas(spike), task("area_register", ["名称"]))
    assert reasons(seen) == [("noted", 2, "mended")]
    assert seen.geometry is not None
    assert seen.geometry[0].is_valid
    assert seen.original[0] is not None
    assert seen.original[0].equals_exact(spike, 1e-9)


def test_a_bow_tie_is_refused() -> None:
    # Its two triangles cancel out: mending would turn an area of nothing into one of two triangles.
    bow_tie = shapely.Polygon([(112, 27.73), (112.001, 27.731), (112.001, 27.73), (112, 27.731)])
    seen = placed(areas(bow_tie), task("area_register", ["名称"]))
    assert reasons(seen) == [("quarantined", 2, "invalid_geometry")]


def test_nan_inside_a_shape_and_a_missing_shape() -> None:
    corners = shapely.get_coordinates(square(112, 27.73))
    corners[2, 0] = np.nan
    broken = shapely.set_coordinates(square(112, 27.73), corners)
    seen = placed(areas(broken, square(112, 27.73)), task("area_register", ["名称"]))
    assert reasons(seen) == [("quarantined", 2, "not_finite")]
    columns = {"小区名称": ["甲", "乙"], "户数": ["1", "1"]}
    lacking = flow(columns, geometry=[None, shapely.Polygon()])
    seen = placed(lacking, task("compound_register", list(columns)))
    assert [reason for _, _, reason in reasons(seen)] == ["no_geometry", "no_geometry"]


def test_a_point_is_no_outline_and_an_outline_stands_for_its_point() -> None:
    seen = placed(areas(shapely.Point(112, 27.73)), task("area_register", ["名称"]))
    assert reasons(seen) == [("quarantined", 2, "wrong_geometry")]
    of = task("police_post_register", ["名称", "地址"])
    of = replace(of, recipe=replace(of.recipe, place=replace(of.recipe.place, kind="file", x=(), y=())))
    seen = placed(flow({"名称": ["甲"], "地址": ["a"]}, geometry=[square(112, 27.73)]), of)
    assert reasons(seen) == [("noted", 2, "point_of_shape")]
    assert seen.geometry is not None
    assert square(112, 27.73).contains(seen.geometry[0])


def test_swapped_geojson_is_recognised() -> None:
    swapped = shapely.transform(square(112, 27.73), lambda pairs: pairs[:, ::-1])
    seen = placed(areas(swapped), task("area_register", ["名称"]))
    assert reasons(seen) == [("quarantined", 2, "swapped_axes")]


def test_heights_go() -> None:
    seen = placed(areas(shapely.force_3d(square(112, 27.73), 55.0)), task("area_register", ["名称"]))
    assert seen.geometry is not None
    assert not seen.geometry[0].has_z


def test_what_an_extract_has_beyond_the_edge_is_ignored() -> None:
    columns = {"@id": ["way/1", "way/2"], "highway": ["residential", "residential"]}
    inside, outside = shapely.LineString([(112, 27.73), (113, 27.73)]), shapely.LineString([(113, 27), (113, 28)])
    seen = placed(flow(columns, geometry=[inside, outside]), task("osm_road", list(columns)))
    assert seen.ignored == 1
    assert seen.rows.index.tolist() == [2]
    assert seen.geometry is not None
    assert seen.geometry[0].geom_type == "MultiLineString"
    assert seen.geometry[0].length == pytest.approx(1.0)


def test_wkt_cells() -> None:
    columns = {"小区名称": ["甲", "乙"], "户数": ["1", "2"], "wkt": [square(112, 27.73).wkt, "POLYGON(oops"]}
    seen = placed(flow(columns), task("compound_register_wkt", list(columns)))
    assert reasons(seen) == [("quarantined", 3, "bad_coordinates")]
    assert seen.places["src_method"].iloc[0] == "wkt"


def test_what_is_invalid_is_refused_in_its_own_words() -> None:
    road = recipe("osm_road")
    of = replace(task("area_register", ["名称"]), recipe=replace(road, place=replace(road.place, kind="file")))
    here = (112.0, 27.73)
    seen = mend(flow({"名称": ["甲"]}, [shapely.LineString([here, here])]), of)
    assert seen.issues[0].message.startswith("the line is invalid (Too few points")
    assert "area" not in seen.issues[0].message
    bow_tie = shapely.Polygon([here, (112.001, 27.731), (112.001, 27.73), (112, 27.731)])
    seen = mend(flow({"名称": ["甲"]}, [bow_tie]), task("area_register", ["名称"]))
    assert "mending would make another shape of it" in seen.issues[0].message
    assert "%" not in seen.issues[0].message


def test_a_circle_stands_for_a_compound_of_which_a_point_is_known() -> None:
    columns: dict[str, list[str | None]] = {
        "小区名称": ["甲", "乙", "丙"],
        "户数": ["1"] * 3,
        "经度": ["112.0", "115.0", None],
        "纬度": ["27.73"] * 3,
    }
    of = task("compound_register_points", list(columns))
    seen = check_extent(fit_type(mend(locate(flow(columns), of), of), of), of)
    assert reasons(seen) == [("quarantined", 4, "bad_coordinates"), ("quarantined", 3, "outside_boundary")]
    assert seen.notes == ("outline unknown: a circle of 25 m stands for it",)
    assert seen.geometry is not None
    [circle] = crs.to_metric([seen.geometry[0]], of.ground.metric_crs)
    [centre] = crs.to_metric([shapely.Point(112.0, 27.73)], of.ground.metric_crs)
    # A circle of 25 m has 1,963 square metres; one of 64 corners a little less.
    assert 1945 < circle.area < 1964
    assert circle.centroid.distance(centre) < 0.01
    assert (circle.geom_type, seen.places["src_method"].tolist()[0]) == ("MultiPolygon", "point")
    assert seen.places["src_x"].tolist()[0] == "112"


def test_a_map_files_point_stands_for_no_compound() -> None:
    of = task("compound_register", ["小区名称", "户数"])
    seen = fit_type(locate(flow({"小区名称": ["甲"], "户数": ["1"]}, [shapely.Point(112, 27.73)]), of), of)
    assert reasons(seen) == [("quarantined", 2, "wrong_geometry")]
