"""Rasters of people: counts, densities with their land, and what a user has to say of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import Geod

from etl.choosing import Wish
from etl.loading import load_file
from etl.receipt import Receipt
from geodata import crs
from geodata.errors import InvalidInput
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.etl.test_loading import rows, sums

SharedData = Callable[[str], Path]
GPW = "pop-azores/gpw_v411_2020_{}_2020.tif"
COUNT, DENSITY = "population_count_raster", "population_density_raster"


def raster(folder: Path, values: list[list[float]], *, name: str = "r.tif", west: float = 111.98) -> Path:
    """Write a raster of cells of a hundredth of a degree whose north-west corner is at `west`, 27.74; nodata -9."""
    path = folder / name
    shape = np.array(values, dtype=np.float64)
    with rasterio.open(
        path, "w", driver="GTiff", width=shape.shape[1], height=shape.shape[0], count=1, dtype="float64",
        crs="EPSG:4326", transform=Affine(0.01, 0, west, 0, -0.01, 27.74), nodata=-9,
    ) as dataset:  # fmt: skip
        dataset.write(shape, 1)
    return path


def load(settings: Settings, path: Path, recipe: str, land: Path | None = None) -> Receipt:
    """Load a raster as somebody says what it holds."""
    [receipt] = load_file(settings, path, Wish(recipe=recipe, land_area=land))
    return receipt


def people_by_cell(settings: Settings) -> dict[str, float]:
    """Return the people of each cell by its key."""
    found = rows(settings, "SELECT source_id, residents FROM live.population_cell")
    return {str(key): float(str(residents)) for key, residents in found}


def test_what_a_raster_holds_has_to_be_said(deployment: Settings, tmp_path: Path) -> None:
    with pytest.raises(
        InvalidInput, match=f"fits the recipes {COUNT} and {DENSITY} equally well; say which .*--recipe"
    ):
        load_file(deployment, raster(tmp_path, [[1, 2]]), Wish())


def test_counts_are_kept_whole_at_the_middle_of_their_cells(deployment: Settings, tmp_path: Path) -> None:
    receipt = load(deployment, raster(tmp_path, [[10, 2.5, -9], [0, 7, 1e-5]]), COUNT)
    assert sums(receipt) == (5, 5, 0, 0, 0)
    found = rows(deployment, "SELECT ST_X(geom)::float4, ST_Y(geom)::float4, residents FROM live.population_cell "
                             "ORDER BY source_id")  # fmt: skip
    # Middles are half a cell from the corner: 111.985, 27.735 and so on, east and south.
    assert found == [(111.985, 27.725, 0), (111.985, 27.735, 10), (111.995, 27.725, 7), (111.995, 27.735, 2.5),
                     (112.005, 27.725, 1e-5)]  # fmt: skip
    # A hundredth of a degree is 1,108 m northward here and 986 m eastward; the ellipsoid's own measure says exactly.
    cell = shapely.box(111.98, 27.73, 111.99, 27.74)
    area_m2 = abs(Geod(ellps="WGS84").geometry_area_perimeter(cell)[0])
    [(measured,)] = rows(deployment, "SELECT area_m2 FROM live.population_cell WHERE residents = 10")
    assert measured == pytest.approx(area_m2, rel=1e-5)


def test_the_next_edition_of_a_grid_changes_its_cells(deployment: Settings, tmp_path: Path) -> None:
    load(deployment, raster(tmp_path, [[10, 20]]), COUNT)
    receipt = load(deployment, raster(tmp_path, [[10, 21]], name="next.tif"), COUNT)
    assert sums(receipt) == (2, 1, 1, 0, 0)
    assert rows(deployment, "SELECT sum(residents) FROM live.population_cell") == [(31,)]


def test_densities_are_people_on_the_land_of_their_cells(deployment: Settings, tmp_path: Path) -> None:
    density = raster(tmp_path, [[100, 200, 300]])
    land = raster(tmp_path, [[0.5, 0, -9]], name="land.tif")
    receipt = load(deployment, density, DENSITY, land)
    # 100 / km2 on half a km2; none on water; of the third nobody knows how much is land.
    assert sums(receipt) == (3, 2, 0, 1, 0)
    assert receipt.issues[0].reason == "no_land_area"
    assert rows(deployment, "SELECT residents FROM live.population_cell ORDER BY source_id") == [(50,), (0,)]
    load(deployment, density, DENSITY)
    [(without,)] = rows(deployment, "SELECT residents FROM live.population_cell ORDER BY source_id LIMIT 1")
    assert without == pytest.approx(100 * 1.0925, rel=1e-3)


def test_cells_beyond_the_boundary_are_left_out(deployment: Settings, tmp_path: Path) -> None:
    # From 111.0 to 113.0; the boundary is 111.95 to 112.05, two kilometres more around it. What is near its box is
    # read, what has its middle outside is ignored.
    receipt = load(deployment, raster(tmp_path, [[1.0] * 200], west=111.0), COUNT)
    assert receipt.loaded == 14
    assert receipt.reasons == {("ignored", "outside_boundary"): receipt.ignored}
    assert receipt.read < 20
    with pytest.raises(InvalidInput, match="lies outside the boundary"):
        load(deployment, raster(tmp_path, [[1.0] * 9], west=80.0, name="far.tif"), COUNT)


@pytest.mark.parametrize(
    ("land", "says"),
    [
        ([[1, 2]], r"land\.tif has other cells than r\.tif"),
        ([[1, 2, 3], [4, 5, 6]], r"land\.tif has other cells than r\.tif"),
    ],
)
def test_land_of_other_cells_is_refused(
    deployment: Settings, tmp_path: Path, land: list[list[float]], says: str
) -> None:
    with pytest.raises(InvalidInput, match=says):
        load(deployment, raster(tmp_path, [[1, 2, 3]]), DENSITY, raster(tmp_path, land, name="land.tif"))


def test_negative_people_are_quarantined(deployment: Settings, tmp_path: Path) -> None:
    receipt = load(deployment, raster(tmp_path, [[-200, 5]]), COUNT)
    assert sums(receipt) == (2, 1, 0, 1, 0)
    assert (receipt.issues[0].reason, receipt.issues[0].row) == ("out_of_range", 1)


@pytest.fixture(scope="module")
def azores(deployments: Deployments, shared_data: SharedData) -> Settings:
    with rasterio.open(shared_data(GPW.format("count"))) as dataset:
        box = shapely.box(*dataset.bounds)
    return deployments.make("Sao Miguel", box, time_zone="Atlantic/Azores")


def test_count_density_and_land_of_a_real_island_agree(azores: Settings, shared_data: SharedData) -> None:
    of = "SELECT count(*), sum(residents) FROM live.population_cell"
    with rasterio.open(shared_data(GPW.format("count"))) as dataset:
        known = dataset.read(1, masked=True)
    receipt = load(azores, shared_data(GPW.format("count")), COUNT)
    assert sums(receipt) == (known.count(), known.count(), 0, 0, 0)
    [(cells, people)] = rows(azores, of)
    assert (cells, round(float(str(people)))) == (known.count(), 145_603)
    counted = people_by_cell(azores)
    # The density of the same cells on their land says the same people, and no cell twice.
    load(azores, shared_data(GPW.format("density")), DENSITY, shared_data(GPW.format("land_area")))
    [(cells, people)] = rows(azores, of)
    assert (cells, round(float(str(people)))) == (known.count(), 145_603)
    shared = people_by_cell(azores)
    assert shared.keys() == counted.keys()
    differences = [abs(shared[key] - counted[key]) for key in counted]
    assert max(differences) < 0.01
    # Whole cells hold more than the island: the note says why.
    receipt = load(azores, shared_data(GPW.format("density")), DENSITY)
    [(_, people)] = rows(azores, of)
    assert float(str(people)) > 145_603 * 1.05
    assert any("too many where some of it is water" in note for note in receipt.notes)


def test_areas_of_shapes_on_the_ellipsoid() -> None:
    shapes = np.array([shapely.box(7.4, 43.7, 7.41, 43.71), None, shapely.Point(7, 43)], dtype=object)
    measured = crs.areas_m2(shapes)
    area_m2 = abs(Geod(ellps="WGS84").geometry_area_perimeter(shapes[0])[0])
    assert measured[0] == pytest.approx(area_m2, rel=1e-5)
    assert np.isnan(measured[1])
    assert measured[2] == 0
