"""Collects the placemarks of a KML document while it is parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

OWN_HEADINGS = ("id", "folder", "name", "description")
_OWN_TEXTS = frozenset({"name", "description", "address", "phoneNumber", "when", "begin", "end"})
_GEOMETRIES = frozenset({"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry"})
_BOUNDARIES = frozenset({"outerBoundaryIs", "innerBoundaryIs"})
LEFT_OUT = {
    "NetworkLink": "Links to other files (NetworkLink) were not followed.",
    "GroundOverlay": "Pictures laid on the ground (GroundOverlay) were not read.",
    "Track": "Tracks were not read: they are about persons.",
    "Model": "Models for solids were not read.",
}
_JOINED: Mapping[str, Callable[[Any], BaseGeometry]] = {
    "Point": shapely.MultiPoint,
    "LineString": shapely.MultiLineString,
    "Polygon": shapely.MultiPolygon,
}
_BLANK_IN_PAIR = re.compile(r"\s*,\s*")


@dataclass
class Place:
    """A placemark: its texts by heading, its geometry in degrees (longitude, latitude), whether that was broken."""

    values: dict[str, str] = field(default_factory=dict)
    geometry: BaseGeometry | None = None
    is_broken: bool = False


@dataclass
class _Shape:
    """A geometry under construction."""

    kind: str
    coordinates: str = ""
    rings: list[npt.NDArray[np.float64]] = field(default_factory=list)
    parts: list[BaseGeometry] = field(default_factory=list)

    @property
    def ring(self) -> npt.NDArray[np.float64]:
        """The coordinates as (n, 2) numbers; raises ValueError where they aren't."""
        return _coordinates(self.coordinates)


class PlaceListener:
    """Hears of elements and keeps the placemarks that are complete, until they are taken."""

    def __init__(self) -> None:
        self.left_out: dict[str, None] = {}
        self._done: list[Place] = []
        self._place: Place | None = None
        self._stack: list[str] = []
        self._folders: list[str] = []
        self._shapes: list[_Shape] = []
        self._texts: list[str] = []
        self._data_name = ""

    def take(self) -> list[Place]:
        """Hand over the placemarks that were completed since the last time."""
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._stack.append(name)
        self._texts = []
        if name in LEFT_OUT:
            self.left_out[name] = None
        if name == "Folder":
            self._folders.append("")
        elif name == "Placemark":
            self._place = Place()
            if number := attributes.get("id", ""):
                self._place.values["id"] = number
            if folder := " / ".join(filter(None, self._folders)):
                self._place.values["folder"] = folder
        elif name in ("Data", "SimpleData"):
            self._data_name = attributes.get("name", "").strip()
        elif name in _GEOMETRIES:
            self._shapes.append(_Shape(name))

    def text(self, text: str) -> None:
        """A stretch of text; what stands outside placemarks and names of folders isn't kept."""
        if self._place is not None or self._stack[-1] == "name":
            self._texts.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        self._stack.pop()
        parent = self._stack[-1] if self._stack else ""
        text = "".join(self._texts).strip()
        self._texts = []
        if name == "Folder":
            self._folders.pop()
        elif name == "name" and parent == "Folder":
            self._folders[-1] = text
        elif self._place is not None:
            self._end_in_place(self._place, name, parent, text)

    def _end_in_place(self, place: Place, name: str, parent: str, text: str) -> None:
        if name == "Placemark":
            if place.is_broken:
                place.geometry = None
            self._done.append(place)
            self._place, self._shapes = None, []
        elif name == "coordinates":
            if self._shapes:
                self._shapes[-1].coordinates = text
        elif name in _GEOMETRIES:
            self._close_shape(place, parent)
        elif name == "SimpleData" or (name == "value" and parent == "Data"):
            if self._data_name:
                place.values[self._data_name] = text
        elif name in _OWN_TEXTS and parent in ("Placemark", "TimeStamp", "TimeSpan"):
            place.values[name] = text

    def _close_shape(self, place: Place, parent: str) -> None:
        shape = self._shapes.pop()
        try:
            if parent in _BOUNDARIES:
                rings = self._shapes[-1].rings
                rings.insert(0 if parent == "outerBoundaryIs" else len(rings), shape.ring)
                return
            built = _build(shape)
        except (ValueError, IndexError, shapely.errors.GEOSException):
            place.is_broken = True
            return
        if self._shapes:
            self._shapes[-1].parts.append(built)
        else:
            place.geometry = built


def _build(shape: _Shape) -> BaseGeometry:
    """Return the geometry of what was collected.

    Raises:
        ValueError, GEOSException: too few points, or no numbers.
    """
    if shape.kind == "Point":
        return shapely.Point(shape.ring[0])
    if shape.kind == "Polygon":
        return shapely.Polygon(shape.rings[0], shape.rings[1:])
    if shape.kind == "MultiGeometry":
        return _join(shape.parts)
    return shapely.LineString(shape.ring)


def _join(parts: list[BaseGeometry]) -> BaseGeometry:
    """Return the parts as one geometry: alone as it is, of one kind as its multi-kind, else as a collection."""
    if len(parts) == 1:
        return parts[0]
    kinds = {part.geom_type for part in parts}
    join = _JOINED.get(kinds.pop()) if len(kinds) == 1 else None
    return join(parts) if join else shapely.GeometryCollection(parts)


def _coordinates(text: str) -> npt.NDArray[np.float64]:
    """Return (n, 2) longitudes and latitudes of "lon,lat,altitude lon,lat ...".

    Raises:
        ValueError: something isn't a number, or a pair lacks one.
    """
    pairs = [pair.split(",")[:2] for pair in _BLANK_IN_PAIR.sub(",", text).split()]
    return np.array(pairs, dtype=np.float64).reshape(-1, 2) if pairs else np.empty((0, 2))
