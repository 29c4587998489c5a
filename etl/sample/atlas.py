"""Takes in town after town, keeps of each no more than its files need, and writes the files of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from etl.sample import tables
from etl.sample.city import City, build_city
from etl.sample.districts import District
from etl.sample.earth import degrees, to_wgs84
from etl.sample.extract import Extract
from etl.sample.gate_register import GateRegister
from etl.sample.osm import add_town
from etl.sample.posts import Post, place_posts
from etl.sample.reach.planting import plant
from etl.sample.reach.truth import Fact, coverage_truth
from etl.sample.services import offer_services, set_hydrants
from etl.sample.survey import SurveyTable

_SERVICES = 5
FILES = (
    *("areas.geojson", "map.osm.pbf", "compounds.geojson", "buildings.zip", "gates.gpkg"),
    *("police_posts.xlsx", "service_points.xlsx", "hydrants.csv"),
)
"""In the order in which they have to be loaded."""


def build_town(district: District, rng: np.random.Generator) -> tuple[City, list[Post]]:
    """Return a district's town and police posts, with all that is planted in them."""
    city = build_city(rng, district)
    return plant(city, place_posts(city, rng))


@dataclass
class Atlas:
    """What the files about places say of the towns taken in so far, and the truth about these.

    Attributes:
        places: by layer, the keys of its records and their true [longitude, latitude], 7 digits.
        uncovered: the compounds that no police post covers, and why.
        borderline: those so near to a limit that rounding could decide.
    """

    districts: list[District] = field(default_factory=list)
    places: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    uncovered: list[Fact] = field(default_factory=list)
    borderline: list[Fact] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _outlines: list[BaseGeometry] = field(default_factory=list)
    _areas: list[str] = field(default_factory=list)
    _extract: Extract = field(default_factory=Extract)
    _compounds: list[str] = field(default_factory=list)
    _survey: SurveyTable = field(default_factory=SurveyTable)
    _gates: GateRegister = field(default_factory=GateRegister)
    _posts: list[tables.Row] = field(default_factory=list)
    _services: list[tables.Row] = field(default_factory=list)
    _hydrants: list[tables.Row] = field(default_factory=list)

    def add(self, city: City, posts: Sequence[Post], seed: int) -> None:
        """Take in a town."""
        district, shift_m = city.district, city.district.shift_m
        desk = np.random.default_rng([seed, _SERVICES, *([district.number] if district.number else [])])
        services, hydrants = offer_services(city, desk), set_hydrants(city, desk)
        self.districts.append(district)
        self._outlines += to_wgs84([city.outline], shift_m)
        self._areas += tables.areas(city)
        self.counts.update(add_town(self._extract, city))
        self._compounds += tables.compounds(city)
        self._survey.add(city)
        self._gates.add(city)
        self._posts += tables.post_rows(posts, shift_m)
        self._services += tables.service_rows(services, shift_m)
        self._hydrants += tables.hydrant_rows(hydrants, shift_m)
        self.note("compound", [(each.code, each.wall.representative_point()) for each in city.compounds], shift_m)
        self.note("gate", [(gate.code, gate.place) for each in city.compounds for gate in each.gates], shift_m)
        self.note("police_post", [(post.code, post.place) for post in posts], shift_m)
        self.note("service_point", [(service.code, service.place) for service in services], shift_m)
        self.note("service_point", [(hydrant.code, hydrant.place) for hydrant in hydrants], shift_m)
        uncovered, borderline = coverage_truth(city, posts)
        self.uncovered += uncovered
        self.borderline += borderline

    def note(self, layer: str, records: Sequence[tuple[str, Point]], shift_m: tuple[float, float]) -> None:
        """Keep where records of a layer truly are; places in metres from their district's centre."""
        where = degrees([place for _, place in records], "wgs84", shift_m).tolist()
        self.places.setdefault(layer, {}).update(zip((key for key, _ in records), where, strict=True))

    def write(self, folder: Path, as_of: date) -> Mapping[str, int]:
        """Write FILES and boundary.geojson; return how many records there are by layer."""
        title = self.districts[0].name
        tables.write_boundary(folder / "boundary.geojson", self.districts, self._outlines)
        self._extract.write(folder / "map.osm.pbf")
        tables.write_workbook(
            folder / "police_posts.xlsx", "警务点", f"{title}警务点一览表", tables.POST_HEADINGS, self._posts, as_of
        )
        tables.write_workbook(
            folder / "service_points.xlsx",
            "服务设施",
            f"{title}便民服务设施一览表",
            tables.SERVICE_HEADINGS,
            self._services,
            as_of,
        )
        hydrants = tables.write_ledger(folder / "hydrants.csv", tables.HYDRANT_HEADINGS, self._hydrants)
        return {
            "area": tables.write_geojson(folder / "areas.geojson", self._areas),
            **self.counts,
            "compound": tables.write_geojson(folder / "compounds.geojson", self._compounds),
            "building": self._survey.write(folder / "buildings.zip", as_of),
            "gate": self._gates.write(folder / "gates.gpkg", as_of),
            "police_post": len(self._posts),
            "service_point": len(self._services) + hydrants,
        }
