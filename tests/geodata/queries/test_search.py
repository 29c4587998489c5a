"""Places are found by the pinyin of their names, by each reader among what is theirs."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from geodata.publication import publish
from geodata.queries.features import page
from geodata.queries.named import names_of
from geodata.queries.reading import RESIDENT, Reader, open_reading
from geodata.queries.search import find
from geodata.queries.spellings import spell_names
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.geodata.queries.staged import put

YARD = "MULTIPOLYGON(((112 27.73, 112.002 27.73, 112.002 27.732, 112 27.732, 112 27.73)))"
EAST = "MULTIPOLYGON(((112.01 27.73, 112.012 27.73, 112.012 27.732, 112.01 27.732, 112.01 27.73)))"
STEWARD = Reader(Audience.STEWARD)


@pytest.fixture(scope="module")
def town(deployments: Deployments) -> Settings:
    """A published town of Chinese names, and one compound that was loaded after the publication."""
    settings = deployments.make("Town", synthetic=True, as_of=date(2025, 10, 31))
    compounds = [
        {"source_id": "a", "name": "锦绣华府", "geom": YARD},
        {"source_id": "b", "name": "九星花园", "geom": EAST},
    ]
    put(settings, "compound", compounds)
    put(settings, "alias", [{"name": "老纺织厂", "kind": "former", "compound_name": "锦绣华府"}])
    line = "MULTILINESTRING((112 27.7, 112 27.71))"
    put(settings, "road", [{"source_id": "r", "name": "锦绣路", "highway": "primary", "geom": line}])
    put(settings, "police_post", [{"source_id": "p", "kind": "kiosk", "geom": "POINT(112.001 27.705)"}])
    put(settings, "area", [{"source_id": "E1", "code": "E1", "name": "Leeds 111B", "kind": "other"}])
    publish(settings)
    put(settings, "compound", [{"source_id": "late", "name": "金秀里", "geom": EAST}])
    with engine_for(settings, Login.OWNER).begin() as connection:
        spell_names(connection, LAYERS)
    return settings


def _names(settings: Settings, reader: Reader, typed: str) -> list[str]:
    with open_reading(settings, reader) as reading:
        return [hit.name for hit in find(reading, typed)]


@pytest.mark.parametrize("typed", ["jxhf", "jinxiuhua", "JinXiu Huafu", "锦绣华"])
def test_the_compound_is_found_as_people_type_it(town: Settings, typed: str) -> None:
    assert _names(town, RESIDENT, typed) == ["锦绣华府"]


def test_an_area_that_nobody_has_drawn_is_found_all_the_same(town: Settings) -> None:
    with open_reading(town, RESIDENT) as reading:
        [hit] = find(reading, "leeds")
    assert (hit.layer_id, hit.name, hit.lon, hit.lat, hit.bbox) == ("area", "Leeds 111B", None, None, None)


def test_subjects_come_before_roads_and_beginnings_before_the_rest(town: Settings) -> None:
    assert _names(town, RESIDENT, "jinxiu") == ["锦绣华府", "锦绣路"]
    # The initials j-x begin both compounds, and the road.
    assert set(_names(town, RESIDENT, "jx")) == {"锦绣华府", "九星花园", "锦绣路"}
    assert _names(town, RESIDENT, "huayuan") == ["九星花园"]


def test_an_alias_is_spelled_too(town: Settings) -> None:
    assert _names(town, RESIDENT, "lfzc") == ["锦绣华府"]
    assert _names(town, STEWARD, "laofangzhi") == ["锦绣华府"]


def test_what_has_no_name_is_spelled_as_its_street_in_the_files(town: Settings) -> None:
    with open_reading(town, RESIDENT) as reading:
        [post] = names_of(reading, reading.layer("police_post"))
        named = {each.name: each for each in names_of(reading, reading.layer("compound"))}
    assert (post.named_by, post.stands_on, post.ways) == ("kind", "锦绣路", ("", "jin xiu lu;jin xiu luo"))
    assert [named["锦绣华府"].stands_on, len(named["锦绣华府"].ways)] == ["", 2], "its own spelling and its alias's"


def test_staff_find_what_residents_cannot_know_yet(town: Settings) -> None:
    assert "金秀里" in _names(town, STEWARD, "jinxiu")
    assert "金秀里" not in _names(town, RESIDENT, "jinxiu")
    with open_reading(town, RESIDENT) as reading:
        schema = f"pub_{reading.version}"
        published = set(reading.connection.execute(text(f"SELECT name FROM {schema}.spelling")).scalars())
    assert published == {"锦绣华府", "老纺织厂", "九星花园", "锦绣路"}


def test_lists_take_pinyin_as_well(town: Settings) -> None:
    with open_reading(town, RESIDENT) as reading:
        found = page(reading, reading.layer("compound"), text="jxhy")
    assert [row.name for row in found.records] == ["九星花园"]


def test_a_name_is_spelled_once(town: Settings) -> None:
    with engine_for(town, Login.OWNER).begin() as connection:
        assert spell_names(connection, LAYERS) == 0
