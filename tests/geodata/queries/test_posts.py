"""Posts tell by which street they stand; those that would be called alike are told apart by it, else by their code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.queries.posts import PostRow, read_posts, told_apart
from geodata.queries.streets import street_names_at
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put

ROADS = (("way/1", "Mill Lane", 27.730), ("way/2", "Quay Street", 27.735), ("way/3", None, 27.73015))
SPOTS = (("a", 27.7301), ("b", 27.7349), ("c", 27.76))
POST = PostRow(1, "a", "Police station", None, None, 112.0005, 27.7301, "Mill Lane")
KEPT = "SELECT source_id, row_hash, load_id, recorded_from FROM live.police_post ORDER BY id"


@pytest.fixture(scope="module")
def town(deployments: Deployments) -> Settings:
    settings = deployments.make("Two streets", synthetic=True)
    put_roads(settings)
    put_posts(settings)
    return settings


def put_roads(settings: Settings, **renamed: str) -> None:
    roads = [
        {
            "source_id": key,
            "name": renamed.get(key.replace("/", "_"), name),
            "highway": "residential",
            "geom": f"MULTILINESTRING((112 {lat}, 112.002 {lat}))",
        }
        for key, name, lat in ROADS
    ]
    put(settings, "road", roads)


def put_posts(settings: Settings) -> int:
    posts = [{"source_id": code, "kind": "station", "geom": f"POINT(112.0005 {lat})"} for code, lat in SPOTS]
    return put(settings, "police_post", posts).loaded


def streets(settings: Settings) -> list[str | None]:
    return [post.street for post in sorted(read_posts(settings, "police_post", ()), key=lambda post: post.code)]


def kept(settings: Settings) -> list[tuple[object, ...]]:
    with engine_for(settings, Login.OWNER).connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM history.police_post").scalar_one() == 0
        return [tuple(row) for row in connection.exec_driver_sql(KEPT)]


def called(*posts: PostRow) -> list[str]:
    return [post.called for post in told_apart(posts)]


def test_a_post_tells_the_nearest_street_with_a_name_and_follows_it_without_another_version(town: Settings) -> None:
    before = kept(town)
    assert streets(town) == ["Mill Lane", "Quay Street", None]
    put_roads(town, way_1="New Lane", way_3="Back Lane")
    assert streets(town) == ["Back Lane", "Quay Street", None]
    assert kept(town) == before
    assert put_posts(town) == 0
    put_roads(town)
    assert streets(town) == ["Mill Lane", "Quay Street", None]


def test_a_street_is_as_near_to_the_east_as_to_the_north(town: Settings) -> None:
    """In metres: at this latitude a degree of longitude is 98.6 km, one of latitude 110.8 km."""
    spots = [(112.002 + 190 / 98_600, 27.735), (112.002 + 210 / 98_600, 27.735), (112.001, 27.735 + 190 / 110_800)]
    assert street_names_at(town, spots, within_m=200) == ["Quay Street", "", "Quay Street"]


def test_services_may_be_given_by_places_that_tell_no_street(town: Settings) -> None:
    put(town, "gate", [{"source_id": "g", "kind": "main", "geom": "POINT(112.0005 27.7349)"}])
    assert [post.street for post in read_posts(town, "gate", ())] == ["Quay Street"]


def test_those_of_one_name_have_their_street() -> None:
    other = replace(POST, id=2, code="b", street="Quay Street")
    third = replace(POST, id=3, code="c", name="Harbour room")
    assert called(POST, other, third) == ["Police station · Mill Lane", "Police station · Quay Street", "Harbour room"]


def test_those_of_one_name_in_one_street_have_their_code_too() -> None:
    far = replace(POST, id=3, code="c", street=None)
    assert called(POST, replace(POST, id=2, code="b"), far) == [
        "Police station · Mill Lane · a", "Police station · Mill Lane · b", "Police station"
    ]  # fmt: skip


def test_one_without_a_name_is_its_code_in_its_street() -> None:
    assert called(replace(POST, name=None), replace(POST, name=None, code="b", street=None)) == ["a · Mill Lane", "b"]
    assert called() == []
