"""Posts that would be called alike are told apart by their street, else by their code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geodata.queries.posts import PostRow, told_apart
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put

ROADS = (("way/1", "Mill Lane", 27.730), ("way/2", "Quay Street", 27.735))
POST = PostRow(1, "a", "Police station", None, None, 112.0005, 27.7301)


@pytest.fixture(scope="module")
def town(deployments: Deployments) -> Settings:
    settings = deployments.make("Two streets", synthetic=True)
    roads = [
        {
            "source_id": key,
            "name": name,
            "highway": "residential",
            "geom": f"MULTILINESTRING((112 {lat}, 112.002 {lat}))",
        }
        for key, name, lat in ROADS
    ]
    put(settings, "road", roads)
    return settings


def called(settings: Settings, *posts: PostRow) -> list[str]:
    return [post.called for post in told_apart(settings, posts)]


def test_those_of_one_name_have_their_street(town: Settings) -> None:
    other, third = replace(POST, id=2, code="b", lat=27.7349), replace(POST, id=3, code="c", name="Harbour room")
    assert called(town, POST, other, third) == [
        "Police station · Mill Lane", "Police station · Quay Street", "Harbour room"
    ]  # fmt: skip


def test_those_of_one_name_in_one_street_have_their_code_too(town: Settings) -> None:
    far = replace(POST, id=3, code="c", lat=27.76)
    assert called(town, POST, replace(POST, id=2, code="b"), far) == [
        "Police station · Mill Lane · a", "Police station · Mill Lane · b", "Police station"
    ]  # fmt: skip


def test_one_without_a_name_is_its_code_in_its_street(town: Settings) -> None:
    assert called(town, replace(POST, name=None), replace(POST, name=None, code="b", lat=27.76)) == [
        "a · Mill Lane",
        "b",
    ]
    assert called(town) == []
