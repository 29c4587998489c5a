"""The pictures of the pages: a compound with the way to its post, a community, the whole place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas
import numpy as np
import shapely
from flask_babel import gettext
from shapely.geometry.base import BaseGeometry

from geodata.layers.layer import Layer
from geodata.queries.features import Bbox
from geodata.queries.frames import frame
from geodata.queries.reading import Reading
from geodata.queries.walks import POSTS, SERVICES, Walk, read_walks
from webmap.briefing.subjects import BriefedLayer, in_words
from webmap.picture.ground import Base
from webmap.picture.sheet import HEIGHT, WIDTH, Picture
from webmap.picture.sight import Sight, sight_of
from webmap.resident.on_foot import minutes_of
from webmap.wording import Wording

OF_COMPOUND = ("compound", "gate", SERVICES, "micro_project", "hazard", POSTS)
OF_AREA = ("compound", "micro_project", "hazard", POSTS)
OF_PLACE = ("compound", POSTS)
ROADS_OF_PLACE = ("motorway", "trunk", "primary", "secondary", "tertiary")
"""Of the whole place streets below these are too thin to be seen on a sheet."""


def picture_of_compound(reading: Reading, compound_id: int, wording: Wording, said: Sequence[str]) -> Picture | None:
    """Return the picture of a compound and of the way on foot to its nearest post; None where it has no outline."""
    shape, name = _record(reading, "compound", compound_id, wording)
    if shape is None:
        return None
    walks = [walk for walk in read_walks(reading, compound_id) if walk.record_id is not None]
    post = next((walk for walk in walks if walk.layer == POSTS and walk.line is not None), None)
    way = post.line if post else None
    sight = sight_of(_bounds([shape, *([way] if way else [])]), width=WIDTH, height=HEIGHT)
    services = {SERVICES: {walk.record_id for walk in walks if walk.layer == SERVICES}}
    return Picture(
        wording=wording,
        sight=sight,
        base=_base(reading, sight),
        subjects=_subjects(reading, OF_COMPOUND, sight, wording, only=services),
        name=name,
        focus_layer="compound",
        focus_id=compound_id,
        focus=shape,
        way=way,
        way_words=_way_words(post, wording),
        said=said,
    )


def picture_of_area(reading: Reading, area_id: int, wording: Wording, said: Sequence[str]) -> Picture | None:
    """Return the picture of an area with what lies in it; None where it has no outline."""
    shape, name = _record(reading, "area", area_id, wording)
    if shape is None:
        return None
    sight = sight_of(_bounds([shape]), width=WIDTH, height=HEIGHT)
    return Picture(
        wording=wording,
        sight=sight,
        base=_base(reading, sight),
        subjects=_subjects(reading, OF_AREA, sight, wording),
        name=name,
        focus_layer="area",
        focus_id=area_id,
        focus=shape,
        said=said,
    )


def picture_of_place(reading: Reading, wording: Wording, said: Sequence[str]) -> Picture:
    """Return the picture of the whole deployment: its great streets, its compounds, its police posts."""
    outline = reading.settings.boundary
    sight = sight_of(outline.bounds, width=WIDTH, height=HEIGHT, margin=14)
    return Picture(
        wording=wording,
        sight=sight,
        base=_base(reading, sight, roads=ROADS_OF_PLACE),
        subjects=_subjects(reading, OF_PLACE, sight, wording),
        name="",
        focus=outline,
        said=said,
    )


def _record(reading: Reading, layer_id: str, record_id: int, wording: Wording) -> tuple[BaseGeometry | None, str]:
    layer = reading.layer(layer_id)
    found = frame(reading, layer, ids=[record_id])
    if len(found) == 0 or found.geometry.iloc[0] is None:
        return None, ""
    return found.geometry.iloc[0], in_words(reading, layer, found, wording).entries[0].name


def _bounds(shapes: Sequence[BaseGeometry]) -> Bbox:
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object))
    return float(west), float(south), float(east), float(north)


def _base(reading: Reading, sight: Sight, *, roads: Sequence[str] = ()) -> Base:
    """Return the layers of the base map in the box, low first."""
    drawn = [each for each in reading.layers if each.is_base and each.geometry in ("line", "area") and each.style]
    if roads:
        drawn = [each for each in drawn if each.style and each.style.drawing != "building"]
    found = []
    for layer in sorted(drawn, key=_order):
        seen = frame(reading, layer, bbox=sight.box)
        if roads and "highway" in seen.columns:
            seen = seen[seen["highway"].isin([*roads, *(f"{road}_link" for road in roads)])]
        found.append((layer, seen))
    return found


def _subjects(
    reading: Reading,
    layer_ids: Sequence[str],
    sight: Sight,
    wording: Wording,
    only: Mapping[str, set[int | None]] | None = None,
) -> list[BriefedLayer]:
    layers = [layer for layer in reading.layers if layer.id in layer_ids]
    found = []
    for layer in sorted(layers, key=_order):
        seen: geopandas.GeoDataFrame = frame(reading, layer, bbox=sight.box)
        if only and layer.id in only:
            seen = seen[seen.index.isin(list(only[layer.id]))]
        if len(seen):
            found.append(in_words(reading, layer, seen, wording))
    return found


def _order(layer: Layer) -> int:
    return layer.style.order if layer.style else 0


def _way_words(walk: Walk | None, wording: Wording) -> str:
    minutes = minutes_of(walk)
    if minutes is None:
        return ""
    return gettext("Way on foot to the police post: %(minutes)s min (model estimate)", minutes=wording.number(minutes))
