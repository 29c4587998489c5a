from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import rasterio
import shapely
from affine import Affine

from etl.readers import raster, read
from geodata.errors import InvalidInput
from tests.etl.readers.whole import geometries, outlines, records, whole

NOWHERE = -9999.0
# Cells of 100 m whose corner at the top left is 500,000 east, 3,000,000 north.
GRID = Affine(100, 0, 500_000, 0, -100, 3_000_000)


def written(path: Path, values: npt.NDArray[np.generic], **options: object) -> Path:
    bands = values if values.ndim == 3 else values[None]
    profile = {"crs": "EPSG:4546", "transform": GRID, "nodata": NOWHERE, "dtype": values.dtype, **options}
    count, height, width = bands.shape
    with rasterio.open(path, "w", driver="GTiff", count=count, height=height, width=width, **profile) as dataset:
        dataset.write(bands)
    return path


def test_cells_with_a_value_are_rows_with_outlines(tmp_path: Path) -> None:
    values = np.array([[1.5, NOWHERE, 0], [NOWHERE, 0.16, np.nan]], dtype=np.float32)
    (part,) = read(written(tmp_path / "a.tif", values))
    assert (part.name, part.headings, part.crs) == ("", ("value",), "EPSG:4546")
    # Row 5 is line 2, column 2; 0.16 is the shortest text of that 32-bit number.
    assert records(part) == {1: ["1.5"], 3: ["0"], 5: ["0.16"]}
    assert part.cell(5, "value") == "line 2, column 2"
    assert outlines(part)[2] == (
        "POLYGON ((500100 2999900, 500200 2999900, 500200 2999800, 500100 2999800, 500100 2999900))"
    )


def test_whole_numbers_and_a_raster_without_nodata(tmp_path: Path) -> None:
    (part,) = read(written(tmp_path / "a.tiff", np.array([[7, 0]], dtype=np.uint16), nodata=None, compress="lzw"))
    assert records(part) == {1: ["7"], 2: ["0"]}


def test_a_turned_raster_keeps_its_place(tmp_path: Path) -> None:
    # Columns run north, lines run east.
    turned = Affine(0, 100, 500_000, 100, 0, 3_000_000)
    (part,) = read(written(tmp_path / "a.tif", np.ones((1, 2)), transform=turned))
    assert [outline.bounds for outline in geometries(part)] == [
        (500_000, 3_000_000, 500_100, 3_000_100),
        (500_000, 3_000_100, 500_100, 3_000_200),
    ]


@pytest.mark.parametrize(("width", "height"), [(70, 30), (300, 7), (1, 2100)])
def test_windows_cover_each_cell_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, height: int) -> None:
    monkeypatch.setattr(raster, "BATCH_ROWS", 128)
    values = np.arange(2100, dtype=np.float64).reshape(height, width)
    (part,) = read(written(tmp_path / "a.tif", values))
    assert max(len(batch.rows) for batch in part.batches()) <= 128
    frame = whole(part)
    assert (frame["value"].astype(int) == frame.index - 1).all()
    assert len(frame) == 2100
    assert shapely.area(geometries(part)).sum() == 2100 * 100 * 100


@pytest.mark.parametrize(
    ("values", "options", "sentence"),
    [
        (np.ones((3, 2, 2), np.uint8), {}, r"has 3 bands"),
        (np.ones((2, 2), np.complex64), {}, r"holds complex64 values"),
        (np.full((2, 2), NOWHERE), {}, r"has no rows"),
        (np.ones((40, 40)), {}, r"has 40 x 40 cells, more than 1,000"),
    ],
)
def test_what_is_no_raster_of_values_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    values: npt.NDArray[np.generic],
    options: dict[str, object],
    sentence: str,
) -> None:
    monkeypatch.setattr(raster, "MOST_CELLS", 1000)
    path = written(tmp_path / "a.tif", values, **{"nodata": None if values.dtype == np.uint8 else NOWHERE, **options})
    with pytest.raises(InvalidInput, match=rf"^a\.tif {sentence}"):
        read(path)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_picture_without_a_place_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tif", np.ones((2, 2)), transform=Affine.identity(), crs=None)
    with pytest.raises(InvalidInput, match=r"^a\.tif doesn't say where on earth it lies"):
        read(path)


def test_a_raster_that_declares_no_system_says_so(tmp_path: Path) -> None:
    assert read(written(tmp_path / "a.tif", np.ones((2, 2)), crs=None))[0].crs is None


@pytest.mark.parametrize("size", [8, 150, 0.5])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, size: float) -> None:
    path = written(tmp_path / "a.tif", np.random.default_rng(0).random((200, 200)), compress="deflate")
    content = path.read_bytes()
    path.write_bytes(content[: int(size if size > 1 else size * len(content))])
    with pytest.raises(InvalidInput, match=r"^a\.tif can't be read as GeoTIFF"):
        whole(read(path)[0])


def test_the_real_population_of_the_azores(shared_data: Callable[[str], Path]) -> None:
    seen = {}
    for name in ("count", "density", "land_area"):
        (part,) = read(shared_data(f"pop-azores/gpw_v411_2020_{name}_2020.tif"))
        assert part.crs == "EPSG:4326"
        seen[name] = whole(part)["value"].astype(float)
    count = seen["count"]
    assert round(count.sum()) == 145_603
    # People are density by land, cell by cell: the rasters were rounded one by one.
    product = (seen["density"] * seen["land_area"]).reindex(count.index)
    assert product.notna().all()
    assert np.allclose(product, count, rtol=1e-4, atol=1e-3)
