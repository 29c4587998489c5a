"""Clients that nobody here wrote read what the site serves: GDAL's drivers for OGC API, vector tiles and files."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pyogrio
import pytest

from geodata.layers import get_layer
from geodata.queries.download import count_of
from geodata.queries.reading import RESIDENT, open_reading
from tests.webmap.live.conftest import Live, live

__all__ = ["live"]

pytestmark = pytest.mark.xdist_group("live server")


def document(server: Live, path: str) -> Any:
    with urllib.request.urlopen(server.address + path, timeout=30) as answer:  # noqa: S310
        return json.loads(answer.read())


def counts(server: Live) -> dict[str, int]:
    """Return how many records a resident has of each layer, asked of the database."""
    with open_reading(server.settings, RESIDENT) as view:
        return {layer.id: count_of(view, layer) for layer in view.layers}


def test_gdal_reads_every_public_collection(live: Live) -> None:
    wanted = counts(live)
    source = f"OAPIF:{live.address}/ogc/"
    assert {name for name, _ in pyogrio.list_layers(source)} == set(wanted)
    for layer, count in wanted.items():
        read = pyogrio.read_dataframe(source, layer=layer)
        assert len(read) == count, layer
        if count:
            assert {"id", *(field.name for field in get_layer(layer).fields if field.is_listed)} & set(read.columns)
    posts = pyogrio.read_dataframe(source, layer="police_post")
    assert posts.crs.to_authority() == ("OGC", "CRS84")
    assert posts.total_bounds == pytest.approx([112.0, 27.73, 112.0024, 27.735])
