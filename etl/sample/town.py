"""Draws one town: what each file says of it, and the truth about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from etl.sample import tables
from etl.sample.city import City, build_city
from etl.sample.districts import District
from etl.sample.earth import degrees, to_wgs84
from etl.sample.extract import Extract
from etl.sample.gate_register import gate_rows
from etl.sample.hazards import Hazard, find_hazards
from etl.sample.osm import add_town
from etl.sample.posts import Post, place_posts
from etl.sample.projects import Project, plan_projects
from etl.sample.reach.planting import plant
from etl.sample.reach.truth import coverage_truth
from etl.sample.records import draw_books
from etl.sample.records.care import exits, plan_care
from etl.sample.services import Hydrant, Service, offer_services, set_hydrants
from etl.sample.spool import Spool
from etl.sample.survey import building_key, survey, surveyed_rows
from etl.sample.truth import PlaceRow

_CLERK, _SERVICES, _OTHERS = 3, 5, 7


def build_town(district: District, rng: np.random.Generator) -> tuple[City, list[Post]]:
    """Return a district's town and police posts, with all that is planted in them."""
    city = build_city(rng, district)
    return plant(city, place_posts(city, rng))


def draw_town(district: District, seed: int, as_of: date, spool: Spool) -> None:
    """Invent a district and keep what the files say of it."""
    number, shift_m = district.number, district.shift_m
    # Each office has numbers of its own, so that its records stay as they are when the town's houses change.
    rng = np.random.default_rng([seed, _OTHERS, number] if number else seed)
    clerk, desk = (np.random.default_rng([seed, office, *district.own_seed]) for office in (_CLERK, _SERVICES))
    city, posts = build_town(district, rng)
    cares = plan_care(city, as_of, clerk)
    hazards = find_hazards(city, exits(cares), as_of, rng)
    projects = plan_projects(city, as_of, rng)
    services, hydrants = offer_services(city, desk), set_hydrants(city, desk)
    extract = Extract()
    counts, ends = add_town(extract, city)
    buildings = list(survey(city))
    counts |= {
        "hazard_event": sum(hazard.event_count for hazard in hazards),
        "funding_line": sum(len(project.funding) for project in projects),
    }
    uncovered, borderline = coverage_truth(city, posts)
    sections: dict[str, object] = {
        "outline": to_wgs84([city.outline], shift_m)[0],
        "areas": tables.areas(city),
        "compounds": tables.compounds(city),
        "buildings": surveyed_rows(buildings, district),
        "gates": gate_rows(city),
        "posts": tables.post_rows(posts, shift_m),
        "services": tables.service_rows(services, shift_m),
        "hydrants": tables.hydrant_rows(hydrants, shift_m),
        "nodes": extract.nodes,
        "ways": extract.ways,
        "relations": extract.relations,
        "sizes": (len(extract.nodes), len(extract.ways)),
        "ends": ends,
        "counts": counts,
        "places": [
            *_shapes("area", [(code, shape) for _, _, code, _, shape in tables.area_facts(city)], shift_m),
            *_shapes("compound", [(each.code, each.wall) for each in city.compounds], shift_m),
            *_shapes(
                "building",
                [(building_key(district, n), one.house.outline) for n, one in enumerate(buildings, start=1)],
                shift_m,
            ),
            *_points(city, posts, services, hydrants, hazards, projects),
        ],
        "uncovered": uncovered,
        "borderline": borderline,
        **draw_books(city, cares, hazards, projects, as_of, clerk),
    }
    for section, value in sections.items():
        spool.keep(number, section, value)


def _shapes(layer: str, records: Sequence[tuple[str, BaseGeometry]], shift_m: tuple[float, float]) -> list[PlaceRow]:
    """Where shapes lie: their centroids."""
    middles = shapely.centroid([shape for _, shape in records])
    return _places(layer, list(zip((key for key, _ in records), middles, strict=True)), shift_m)


def _places(layer: str, records: Sequence[tuple[str, Point]], shift_m: tuple[float, float]) -> list[PlaceRow]:
    where = degrees([place for _, place in records], "wgs84", shift_m).tolist()
    return [(layer, key, lon, lat) for (key, _), (lon, lat) in zip(records, where, strict=True)]


def _points(
    city: City,
    posts: Sequence[Post],
    services: Sequence[Service],
    hydrants: Sequence[Hydrant],
    hazards: Sequence[Hazard],
    projects: Sequence[Project],
) -> list[PlaceRow]:
    gates = [gate for compound in city.compounds for gate in compound.gates]
    prefix, shift_m = city.district.prefix, city.district.shift_m
    return [
        *_places("gate", [(gate.code, gate.place) for gate in gates], shift_m),
        *_places("police_post", [(post.code, post.place) for post in posts], shift_m),
        *_places("service_point", [(service.code, service.place) for service in services], shift_m),
        *_places("service_point", [(hydrant.code, hydrant.place) for hydrant in hydrants], shift_m),
        *_places("hazard", [(f"{prefix}{hazard.code}", hazard.place) for hazard in hazards], shift_m),
        *_places("micro_project", [(f"{prefix}{project.code}", project.place) for project in projects], shift_m),
    ]
