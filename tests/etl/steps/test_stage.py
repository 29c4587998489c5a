"""Geometries go to the stage as the store reads them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from etl.steps.stage import stage_table
from geodata.layers import get_layer
from geodata.queries.stage import stage_columns
from tests.etl.made import flow, square


@pytest.mark.parametrize(
    "shapes",
    [
        [shapely.Point(112.0021, 27.7312), None, shapely.Point(-0.0, 1e-300)],
        [None, None],
        [square(112, 27.73), None],
        [shapely.Point(112, 27.73), square(112, 27.73)],
    ],
)
def test_geometries_are_ewkb_in_wgs_84(shapes: list[BaseGeometry | None]) -> None:
    layer = get_layer("police_post")
    start = flow({"名称": ["x"] * len(shapes)}, shapes)
    columns = ("row", "source_id", "geom", "src_geom")
    staged = stage_table(replace(start, original=np.array(shapes, dtype=object)), layer, columns)
    wanted = shapely.to_wkb(shapely.set_srid(np.array(shapes, dtype=object), 4326), hex=True, include_srid=True)
    assert staged.column("geom").to_pylist() == staged.column("src_geom").to_pylist() == wanted.tolist()
    assert set(columns) <= set(stage_columns(layer))
