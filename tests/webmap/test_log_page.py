"""What staff's reads leave in the log, and the steward's page of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from geodata.accounts.log import What, entries
from geodata.database.engine import engine_for
from geodata.database.logins import Login, role_name
from geodata.queries.log import Entry
from geodata.settings import Settings
from tests.district import SECRET, Client
from webmap.way_words import way_words


@pytest.fixture
def before(published: Settings) -> int:
    """The number of the last entry so far."""
    found = entries(published, limit=1)
    return found[0].id if found else 0


def _since(settings: Settings, number: int) -> list[Entry]:
    return [each for each in reversed(entries(settings)) if each.id > number and each.what != What.SIGNED_IN]


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/ogc/collections/hazard/items", "ogc_items.items"),
        ("/list?layer=hazard", "public.show_list"),
        ("/ogc/collections/hazard/tiles/WebMercatorQuad/14/6879/13289", "ogc_tiles.one_tile"),
        ("/", "public.show_map"),
        ("/ogc/collections", "ogc_collections.collections"),
        ("/ogc/collections/hazard", "ogc_collections.collection"),
        # Of days that one chooses a total is that of a single record.
        ("/governance?from=2025-09-20&to=2025-09-20", "governance.show_governance"),
        ("/governance/hazards", "governance.show_mechanism"),
    ],
)
def test_who_reads_exact_hazards_is_noted_once(
    client: Client, published: Settings, before: int, path: str, way: str
) -> None:
    police = client("police:W")
    for _ in range(2):
        assert police.get(path).status_code in (200, 204)
    [entry] = [each for each in _since(published, before) if each.layer == "hazard"]
    assert (entry.what, entry.account, entry.audience, entry.area_codes) == ("read", "test-police-w", "police", ("W",))
    assert (entry.way, entry.address) == (way, "127.0.0.1")


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("police:W", "/about"),
        ("police:W", "/style.json"),
        ("police:W", "/governance?year=2025"),
        ("police:W", "/ogc/"),
        ("police:W", "/ogc/collections/hazard/queryables"),
        ("police:W", "/ogc/collections/police_post/items"),
        ("police:W", "/ogc/collections/hazard/items/99999"),
        ("planner", "/ogc/collections/hazard/items"),
        (None, "/ogc/collections/hazard/items"),
    ],
)
def test_what_is_counted_or_published_is_not_noted(
    client: Client, published: Settings, before: int, who: str | None, path: str
) -> None:
    client(who).get(path)
    assert [each.layer for each in _since(published, before) if each.what == What.READ] == []


@pytest.mark.parametrize("who", ["police:W", "planner"])
def test_what_is_taken_away_is_noted_each_time_without_the_words_asked_for(
    client: Client, published: Settings, before: int, who: str
) -> None:
    staff = client(who)
    for _ in range(2):
        assert staff.get("/download/hazard.csv?kind=gas").status_code == 200
    found = _since(published, before)
    assert [(each.what, each.layer, each.detail) for each in found] == [
        ("exported", "hazard", "csv narrowed by kind")
    ] * 2


def test_residents_leave_nothing(client: Client, published: Settings, before: int) -> None:
    client().get("/download/hazard.csv")
    assert _since(published, before) == []


def test_what_cant_be_noted_isnt_told(client: Client, published: Settings) -> None:
    police, paths = client("police:W"), ("/ogc/collections/hazard/items", "/list?layer=hazard", "/download/hazard.csv")
    with engine_for(published, Login.OWNER).connect() as owner:
        database = str(owner.engine.url.database)
        right = f'INSERT ON account.log_entry {{}} "{role_name(Login.ACCOUNTS, database)}"'
        owner.exec_driver_sql(f"REVOKE {right.format('FROM')}")
        owner.commit()
        police.application.testing = False
        try:
            answers = [police.get(path) for path in paths]
        finally:
            police.application.testing = True
            owner.exec_driver_sql(f"GRANT {right.format('TO')}")
            owner.commit()
    for answer in answers:
        assert answer.status_code >= 500
        assert SECRET not in answer.text
    assert all(SECRET in police.get(path).text for path in paths if "list" not in path), "it is there"


def test_the_steward_reads_the_log(client: Client, published: Settings) -> None:
    client("police:W").get("/ogc/collections/hazard/items")
    page = client("steward").get("/log?lang=en")
    assert page.status_code == 200
    assert "test-police-w · Police W" in page.text
    assert "records for programs" in page.text
    none = client("steward").get("/log?lang=en&what=locked&account=nobody").text
    assert "Nothing of this kind" in none
    # A day is the place's own: what happened now is of its today, and of no other.
    today = datetime.now(ZoneInfo(published.time_zone)).date()
    for day, is_there in ((today, True), (today - timedelta(days=1), False)):
        shown = client("steward").get(f"/log?lang=en&account=test-police-w&day={day}").text
        assert ("test-police-w · Police W" in shown) is is_there, day
    for stated in ("9999-12-31", "2026-02-30", "yesterday"):
        refused = client("steward").get("/log", query_string={"lang": "en", "day": stated})
        assert refused.status_code == 400
        assert "test-police-w" not in refused.text
    assert "操作日志" in client("steward").get("/log?lang=zh-CN").text
    for hostile in ("' OR 1=1", "<script>", "\x00", "9" * 40):
        assert client("steward").get("/log", query_string={"account": hostile, "before": hostile}).status_code in (
            200,
            400,
        )


@pytest.mark.parametrize("who", [None, "planner", "police:W", "grid_officer:W"])
def test_nobody_else_does(client: Client, who: str | None) -> None:
    assert client(who).get("/log").status_code == 404


def test_no_way_is_called_as_the_code_calls_it(client: Client) -> None:
    app = client("steward").application
    silent = {"static", "health", "install", "help", "sign_in", "factor", "accounts", "log"}
    ways = {rule.endpoint for rule in app.url_map.iter_rules()}
    with app.test_request_context("/?lang=en"):
        said = {way: way_words(way) for way in ways if way.partition(".")[0] not in silent}
    assert [way for way, words in said.items() if words == way] == []
    assert said["officer.show_order"] == "walking order"
