"""A record's panel: links instead of keys, numbers first, amounts by source, neighbours in a straight line."""

from __future__ import annotations

from datetime import date
from typing import cast

import pytest

from geodata.layers import get_layer
from geodata.layers.audience import Audience
from geodata.publication import publish
from geodata.queries.features import Row, page
from geodata.queries.profile import Profile, profile
from geodata.queries.reading import RESIDENT, Reader, open_reading
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.district import YARD, Client
from tests.geodata.queries.staged import put
from webmap import create_app
from webmap.record import Hanging, Told, tell
from webmap.wording import Wording

ENGLISH = Wording("en")
CHINESE = Wording("zh-CN")
AREA = "MULTIPOLYGON(((111.99 27.72, 112.01 27.72, 112.01 27.74, 111.99 27.74, 111.99 27.72)))"


def _row(called: str, /, **values: object) -> Row:
    return Row(id=7, values=values, name=called, lon=112.0, lat=27.73)


def _profile(row: Row) -> Profile:
    return Profile(row, None, {}, (), (), ())


@pytest.fixture(scope="module")
def yard(deployments: Deployments) -> Settings:
    """A published compound with 12 hazards (one too new for residents), two projects with money, and four posts."""
    settings = deployments.make("Yard", synthetic=True, as_of=date(2025, 10, 31))
    put(settings, "area", [{"source_id": "n", "code": "N", "name": "North", "kind": "community", "geom": AREA}])
    put(settings, "compound", [{"source_id": "c", "name": "Garden", "community": "North", "geom": YARD}])
    hazards = [
        {"source_id": f"h{n}", "kind": "gas", "found_on": f"2025-09-{n + 1:02}", "compound_name": "Garden"}
        for n in range(11)
    ]
    new = {"source_id": "new", "kind": "lighting", "found_on": "2025-10-30", "compound_name": "Garden"}
    put(settings, "hazard", [*hazards, new])
    closed = [{"parent_source_id": f"h{n}", "kind": "closed", "happened_on": "2025-09-20"} for n in range(8)]
    put(settings, "hazard_event", closed)
    put(settings, "micro_project", [{"source_id": f"m{n}", "name": f"M{n}", "compound_name": "Garden"} for n in (1, 2)])
    lines = [("m1", "street", "100", "80"), ("m1", "residents", "50", "50"), ("m2", "street", "25.50", "0")]
    put(
        settings,
        "funding_line",
        [
            {"source_id": f"{key}/{by}", "parent_source_id": key, "funder": by, "planned": planned, "received": got}
            for key, by, planned, got in lines
        ],
    )
    # A project that lies alone has more lines than a panel shows.
    put(settings, "micro_project", [{"source_id": "m3", "name": "M3", "geom": "POINT(112.02 27.75)"}])
    more = [{"source_id": f"m3/{n}", "parent_source_id": "m3", "funder": "street", "planned": "2"} for n in range(203)]
    put(settings, "funding_line", more)
    # The yard's middle is 112.001 E 27.731 N; a hundredth of a degree of latitude there is 1,108.1 m.
    posts = {"near": "112.001 27.731", "kilometre": "112.001 27.741", "east": "112.0112 27.731", "far": "112.03 27.75"}
    put(
        settings,
        "police_post",
        [{"source_id": name, "name": name, "geom": f"POINT({at})"} for name, at in posts.items()],
    )
    publish(settings)
    return settings


def _told(settings: Settings, audience: Audience, layer_id: str = "compound", wording: Wording = ENGLISH) -> Told:
    with open_reading(settings, Reader(audience)) as reading:
        layer = reading.layer(layer_id)
        [row] = page(reading, layer, limit=1).records
        return tell(reading, layer, profile(reading, layer, row.id), wording)


def _hanging(told: Told, layer_id: str) -> Hanging:
    return next(member for group in told.groups for member in group.members if member.layer_id == layer_id)


def test_numbers_come_first_and_residents_get_theirs(yard: Settings) -> None:
    hazards = _hanging(_told(yard, Audience.RESIDENT), "hazard")
    # Eleven are older than seven days, eight of them closed; the twelfth is one day old.
    assert hazards.count == 11
    assert [(symbol.shape, number) for symbol, _, number in hazards.parts] == [("triangle", 3), ("circle", 8)]
    assert len(hazards.first) == 5
    # The open ones first, with no day.
    assert ["September 2025" in each.detail for each in hazards.first] == [False, False, False, True, True]
    own = _hanging(_told(yard, Audience.STEWARD), "hazard")
    assert (own.count, own.first[0].detail[-15:]) == (12, "30 October 2025")


def test_the_list_behind_a_number_has_just_as_many(yard: Settings) -> None:
    client = create_app(yard).test_client()
    for layer_id in ("compound", "area"):
        for group in _told(yard, Audience.RESIDENT, layer_id).groups:
            for member in group.members:
                text = client.get("/list", query_string={**member.query, "lang": "en"}).get_data(as_text=True)
                said = "1 record" if member.count == 1 else f"{member.count} records"
                assert said in text.split('class="matched"')[1].split("</p>")[0]


def test_amounts_are_summed_by_source(yard: Settings) -> None:
    [table] = _hanging(_told(yard, Audience.RESIDENT), "micro_project").sums
    # Sub-district 100 + 25.50 planned, 80 + 0 received; residents 50 and 50.
    assert table.rows == (("Sub-district", "¥125.5", "¥80", "—"), ("Residents", "¥50", "¥50", "—"))
    assert table.totals == ("", "¥175.5", "¥130", "")
    assert table.ids == ()


def test_a_table_that_is_cut_has_the_totals_of_all_and_leads_to_them(yard: Settings) -> None:
    with open_reading(yard, RESIDENT) as reading:
        layer = reading.layer("micro_project")
        [row] = page(reading, layer, text="M3").records
        [alone] = page(reading, layer, text="M2").records
        [table] = tell(reading, layer, profile(reading, layer, row.id), ENGLISH).tables
        [one] = tell(reading, layer, profile(reading, layer, alone.id), ENGLISH).tables
    assert (len(table.rows), table.count) == (200, 203)
    assert table.totals == ("", "¥406", "", "")
    assert one.totals == ()
    client = create_app(yard).test_client()
    text = client.get(f"/panel/micro_project/{row.id}?lang=en").text
    assert "200 of 203 shown; all in the list" in text
    listed = client.get("/list", query_string={**(table.query or {}), "lang": "en"}).text
    assert "203 records" in listed.split('class="matched"')[1].split("</p>")[0]


def test_posts_near_by_say_that_the_line_is_straight(yard: Settings, client: Client) -> None:
    [near] = _told(yard, Audience.RESIDENT).near
    assert [(place.name, distance) for place, distance in near.places] == [
        ("near", "0 m"),
        ("east", "1 km"),
        ("kilometre", "1.1 km"),
    ]
    chinese = _told(yard, Audience.RESIDENT, wording=CHINESE).near[0].places[2][1]
    assert chinese == "1.1 公里"
    with open_reading(yard, RESIDENT) as reading:
        [compound] = page(reading, reading.layer("compound")).records
    text = create_app(yard).test_client().get(f"/places/compound/{compound.id}?lang=en").get_data(as_text=True)
    assert "1.1 km straight" in text
    assert "says nothing about who is reached" in text
    assert "coverage" not in text.lower()


def test_an_area_counts_what_lies_in_it(yard: Settings) -> None:
    told = _told(yard, Audience.RESIDENT, "area")
    counts = {member.layer_id: member.count for group in told.groups for member in group.members}
    assert counts["compound"] == 1
    # Of the four posts only the one in the yard: the area ends at 112.01 E and 27.74 N.
    assert counts["police_post"] == 1
    assert "funding_line" not in counts
    assert _hanging(told, "compound").query == {"layer": "compound", "area": "N"}
    assert told.near == ()


def test_a_list_of_what_never_hangs_there_is_not_found(yard: Settings) -> None:
    client = create_app(yard).test_client()
    for query in ("layer=police_post&of=compound/1", "layer=hazard&of=compound/x", "layer=hazard&of=nothing/1"):
        assert client.get(f"/list?{query}").status_code == 404
    assert client.get("/list?layer=hazard&of=compound/999999").status_code == 404


def test_a_child_leads_to_what_it_belongs_to(yard: Settings) -> None:
    told = _told(yard, Audience.RESIDENT, "funding_line")
    assert told.facts[0].label == "Micro-projects"
    assert cast(tuple[str, int], told.facts[0].place)[0] == "micro_project"


def test_a_reference_leads_to_its_place_and_never_shows_a_key(published: Settings) -> None:
    row = _row("gas", kind="gas", compound_name="Garden", compound_id=3, found_on=date(2025, 9, 1))
    with open_reading(published, RESIDENT) as reading:
        told = tell(reading, get_layer("hazard"), _profile(row), ENGLISH)
    [compound] = [fact for fact in told.facts if fact.label == "Compound"]
    assert (compound.value, compound.place) == ("Garden", ("compound", 3))
    assert told.place.name == "Gas"


def test_a_published_number_can_be_dialled_and_a_sentence_cannot(published: Settings) -> None:
    numbers = {"0738-8000101": "07388000101", "110": "110", "ask at the gate": "", "0738-8000101 / 0738-8000102": ""}
    with open_reading(published, RESIDENT) as reading:
        for stated, dialled in numbers.items():
            row = _row("Post", name="Post", phone=stated)
            told = tell(reading, get_layer("police_post"), _profile(row), ENGLISH)
            [phone] = [fact for fact in told.facts if fact.label == "Telephone"]
            assert phone.telephone == dialled
