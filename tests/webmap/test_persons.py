"""No resident reads a person's name in the name of a studio, a team, a brand or a project, nor in free words."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.publication import publish
from geodata.settings import Settings
from tests.district import WEST, YARD
from tests.geodata.queries.staged import put
from tests.signing import client_of

NAMED = {
    "brand": {"source_id": "b", "name": "“王晓梅”帮帮团"},
    "volunteer_team": {"source_id": "t", "parent_source_id": "b", "name": "王晓梅志愿服务队", "area_code": "W"},
    "studio": {"source_id": "s", "name": "西片王晓梅调解室", "area_code": "W"},
    "training": {"source_id": "u", "parent_source_id": "s", "topic": "王晓梅主讲", "held_on": "2025-04-10"},
    "micro_project": {"source_id": "m", "name": "为王晓梅大爷装扶手", "compound_name": "Garden"},
    "management_mode": {
        "source_id": "f", "mode": "self", "fee_scheme": "王晓梅代收", "compound_name": "Garden",
        "starts_on": "2025-05-01",
    },
}  # fmt: skip
PUBLISHED = {"brand": "帮帮团", "volunteer_team": "志愿服务队", "studio": "西片调解室", "micro_project": "为装扶手"}
PERSON, IN_JSON = "王晓梅".encode(), rb"\u738b\u6653\u6885"


@pytest.fixture
def named(deployment: Settings) -> Settings:
    """A published deployment in which everything that may name a person does."""
    put(deployment, "area", [{"source_id": "w", "code": "W", "name": "West", "kind": "community", "geom": WEST}])
    put(deployment, "compound", [{"source_id": "a", "name": "Garden", "geom": YARD}])
    for layer_id, row in NAMED.items():
        put(deployment, layer_id, [row])
    publish(deployment)
    return deployment


def client(settings: Settings, who: str | None = None) -> FlaskClient:
    """Return a client of an audience; a resident's without any."""
    return client_of(settings, who)


def test_residents_get_names_without_the_person(named: Settings) -> None:
    reader = client(named)
    read = [reader.get(f"/search?q={wanted}").data for wanted in ("王晓梅", "wxm", "调解室")]
    read += [reader.get("/").data, reader.get("/about").data, reader.get("/places/compound/1").data]
    for layer_id in NAMED:
        pages = [f"/ogc/collections/{layer_id}/items", f"/download/{layer_id}.csv", f"/download/{layer_id}.geojson",
                 f"/list?layer={layer_id}", f"/panel/{layer_id}/1", f"/places/{layer_id}/1"]  # fmt: skip
        answers = [reader.get(page) for page in pages]
        assert [answer.status_code for answer in answers] == [200] * len(pages)
        read += [answer.data for answer in answers]
        if layer_id in PUBLISHED:
            assert answers[0].get_json()["features"][0]["properties"]["name"] == PUBLISHED[layer_id]
    assert not any(PERSON in page or IN_JSON in page for page in read)


def test_what_is_left_of_a_name_is_found_by_its_pinyin(named: Settings) -> None:
    [hit] = client(named).get("/search?q=wzfs").get_json()["hits"]
    assert hit["name"] == PUBLISHED["micro_project"]


def test_the_tables_of_residents_hold_no_person(named: Settings) -> None:
    with engine_for(named, Login.OWNER).connect() as connection:
        tables = connection.execute(
            text("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname ~ '^pub_'")
        ).scalars()
        for table in list(tables):
            found = connection.exec_driver_sql(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%%王晓梅%%'")
            assert found.scalar_one() == 0, table


def test_the_steward_reads_them_whole(named: Settings) -> None:
    found = client(named, "steward").get("/ogc/collections/studio/items").get_json()
    assert found["features"][0]["properties"]["name"] == "西片王晓梅调解室"
