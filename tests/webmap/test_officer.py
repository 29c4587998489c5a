"""The officer's pages: deadlines of their own areas, the longest overdue first; a compound on one page."""

from __future__ import annotations

import re
from datetime import date
from time import time
from uuid import uuid4

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import true

from geodata.crs.china_offset import gcj02_from_wgs84
from geodata.queries.deadlines import busy_grids
from geodata.queries.features import list_by
from geodata.queries.reading import STEWARD, open_reading
from geodata.settings import Settings
from tests.district import Client
from tests.geodata.queries.staged import put
from tests.signing import client_of
from tests.two_grids import NORTH, two_grids


@pytest.fixture
def town(deployment: Settings) -> Settings:
    return two_grids(deployment)


def _counts(text: str) -> list[int]:
    return [int(each) for each in re.findall(r'class="chip-count">(\d+)<', text)]


def _said(text: str) -> list[str]:
    return re.findall(r'class="due-said">([^<]+)<', text)


def _officer(town: Settings, who: str = "grid_officer:W") -> FlaskClient:
    return client_of(town, who)


def test_what_is_overdue_comes_first_and_each_span_counts_its_own(town: Settings) -> None:
    officer = _officer(town)
    page = officer.get("/officer?lang=en").text
    # Overdue; today; from today for a week, both ends included; all that are open in the west.
    assert _counts(page) == [2, 1, 2, 6]
    assert _said(page) == ["11 days over", "1 day over"]
    assert _said(officer.get("/officer?due=today&lang=en").text) == ["due today"]
    assert _said(officer.get("/officer?due=week&lang=en").text) == ["due today", "7 days left"]
    assert _said(officer.get("/officer?due=all&lang=en").text) == [
        "11 days over", "1 day over", "due today", "7 days left", "8 days left", "no deadline yet",
    ]  # fmt: skip
    assert "/staff/?layers=hazard&amp;z=17.00/27.73050/112.00050" in page


@pytest.mark.parametrize(
    ("ago_s", "masked", "is_told", "is_offered"),
    [(1, "", True, True), (60, "", False, False), (1, "mobile", True, True), (60, "mobile", True, False)],
)
def test_what_was_masked_is_told_longer_than_a_step_can_be_taken_back(
    client: Client, ago_s: int, masked: str, *, is_told: bool, is_offered: bool
) -> None:
    stated = f"done={uuid4()}&did=reported&at={int(time()) - ago_s}&masked={masked}"
    page = client("grid_officer:W").get(f"/officer?lang=en&{stated}").text
    assert ("Recorded: Reported" in page) is is_told
    assert ("it points at a person: a mobile number" in page) is (is_told and masked != "")
    assert ("Undo" in page) is is_offered


def test_nobody_sees_another_grid(town: Settings) -> None:
    assert _said(_officer(town, "grid_officer:E").get("/officer?lang=en").text) == ["30 days over"]
    assert _counts(_officer(town, "police:W").get("/officer?lang=en").text) == [2, 1, 2, 6]


def test_an_empty_list_says_why(town: Settings) -> None:
    put(town, "area", [{"source_id": "N", "code": "N", "name": "North", "kind": "grid", "geom": NORTH}])
    page = _officer(town, "grid_officer:N").get("/officer?lang=en").text
    assert "No hazard is open in your areas" in page
    page = _officer(town, "grid_officer:E").get("/officer?due=today&lang=en").text
    assert "Nothing is due today" in page
    assert "due=all" in page


def test_a_dossier_has_hazards_gates_and_why_there_is_no_way(town: Settings) -> None:
    put(
        town,
        "gate",
        [
            {
                "source_id": "g",
                "name": "South gate",
                "kind": "main",
                "compound_name": "Garden",
                "geom": "POINT(112 27.73)",
            }
        ],
    )
    with open_reading(town, STEWARD) as reading:
        (compound,) = list_by(reading, reading.layer("compound"), true())
    page = _officer(town).get(f"/officer/compounds/{compound.id}?lang=en").text
    assert len(_said(page)) == 6
    assert "South gate" in page
    assert "isn&#39;t worked out yet" in page
    assert '<p class="quiet">Grid W</p>' in page
    other = _officer(town, "grid_officer:E").get(f"/officer/compounds/{compound.id}?lang=en").text
    assert _said(other) == []
    assert "outside your areas" in other
    # What isn't shown isn't counted as none either.
    assert "<h2>Open hazards</h2>" in other
    assert '<h2>Open hazards <span class="count">' in page


def test_others_find_nothing_and_are_led_to_the_sign_in(client: Client) -> None:
    for who in ("planner", "steward"):
        assert client(who).get("/officer").status_code == 404
    led = client().get("/officer?due=today")
    assert (led.status_code, led.location) == (303, "/staff/officer?due=today")
    assert "/officer" not in client("planner").get("/about").text
    assert "/staff/officer" in client("police:W").get("/about").text


def test_the_demo_officer_has_the_fewest_grids_that_give_work(town: Settings) -> None:
    with open_reading(town, STEWARD) as reading:
        # The west alone has two overdue and one that waits for its re-check.
        assert busy_grids(reading, overdue=2) == ("W",)
        assert busy_grids(reading, overdue=3) == ("E", "W")
        assert busy_grids(reading, overdue=9) == ("E", "W")


def _form(page: str, hazard: int, kind: str) -> dict[str, str]:
    """Return what the form of a step on a page sends."""
    for form in re.findall(rf'action="/staff/officer/hazards/{hazard}/steps".*?</form>', page, re.DOTALL):
        if f'value="{kind}"' in form:
            return {**dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)), "kind": kind}
    raise AssertionError(f"no form for {kind} of {hazard}")


def _first(page: str) -> int:
    return int(re.findall(r'data-hazard="(\d+)"', page)[0])


def _tokenless(town: Settings) -> FlaskClient:
    """Return an officer whose browser is an old one, which says no origin with its forms."""
    officer = _officer(town)
    officer.environ_base.pop("HTTP_ORIGIN")
    return officer


def test_a_step_is_recorded_by_a_plain_form_and_taken_back(town: Settings) -> None:
    officer = _tokenless(town)
    page = officer.get("/officer?due=today&lang=en").text
    hazard = _first(page)
    led = officer.post(f"/officer/hazards/{hazard}/steps", data=_form(page, hazard, "confirmed"))
    assert led.status_code == 303
    after = officer.get(f"{led.location}&lang=en").text
    assert "Recorded: Confirmed" in after
    assert 'value="dispatched"' in after
    undo = re.search(r'action="(/staff/officer/edits/[0-9a-f-]+/take-back)".*?</form>', after, re.DOTALL)
    assert undo
    back = officer.post(undo[1], data=dict(re.findall(r'name="(\w+)" value="([^"]*)"', undo[0])))
    said = officer.get(f"{back.location}&lang=en").text
    assert "Taken back" in said
    assert 'value="confirmed"' in said
    # The address that led here says it for ten seconds alone.
    assert "Recorded:" not in officer.get(re.sub(r"at=\d+", "at=1", str(led.location))).text


def test_a_deadline_is_put_off_by_another_account_and_both_days_are_shown(town: Settings) -> None:
    officer, police = _tokenless(town), _officer(town, "police:W")
    hazard = _first(officer.get("/officer?due=today").text)
    for kind, more in (("confirmed", {"words": "看过，属实"}), ("dispatched", {"due_on": "2025-11-14"})):
        sent = _form(officer.get("/officer?due=all").text, hazard, kind) | more
        page = officer.get(officer.post(f"/officer/hazards/{hazard}/steps", data=sent).location).text
        assert ("看过，属实</p>" in page) == (kind == "confirmed"), "the last step's words"
    later = {"due_on": "2025-12-01", "words": "零件未到"}
    refused = officer.post(f"/officer/hazards/{hazard}/steps?lang=en", data=_form(page, hazard, "extended") | later)
    # Nobody has to write it again.
    assert all(f'value="{each}"' in refused.text for each in later.values())
    assert "who set the deadline doesn&#39;t put it off" in refused.text
    sent = _form(police.get("/officer?due=all").text, hazard, "extended") | later
    page = police.get(f"{police.post(f'/officer/hazards/{hazard}/steps', data=sent).location}&lang=en").text
    assert re.findall("due (.{,20}) ·</span> <[^>]+>put off from (.{,20})</span>", page) == [
        ("1 December 2025", "14 November 2025")
    ]
    assert "零件未到</p>" in page
    record = police.get(f"/staff/places/hazard/{hazard}?lang=en").text
    assert re.search("Deadline extended.*零件未到.*1 December 2025.*14 November 2025", record, re.DOTALL)


def test_a_step_that_does_not_follow_is_refused_in_words(town: Settings) -> None:
    officer = _tokenless(town)
    page = officer.get("/officer?due=today").text
    hazard = _first(page)
    sent = _form(page, hazard, "confirmed")
    for wrong, words in (({"kind": "closed"}, "doesn&#39;t follow"), ({"key": "x"}, "open it anew")):
        answer = officer.post(f"/officer/hazards/{hazard}/steps?lang=en", data=sent | wrong)
        assert answer.status_code == 400
        assert words in answer.text
    assert officer.post(f"/officer/hazards/{hazard}/steps", data=sent | {"csrf_token": "x"}).status_code == 403
    assert officer.post("/officer/hazards/999999/steps", data=sent).status_code == 404
    assert _officer(town, "grid_officer:E").post(f"/officer/hazards/{hazard}/steps", data=sent).status_code in {
        403,
        404,
    }


def _new(officer: FlaskClient, **words: str) -> dict[str, str]:
    """Return what the form of a new hazard sends, with some of it filled in."""
    page = officer.get("/officer/hazards?lang=en").text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return hidden | {"kind": "lighting", "level": "ordinary"} | words


def _compound(town: Settings) -> str:
    with open_reading(town, STEWARD) as reading:
        return str(list_by(reading, reading.layer("compound"), true())[0].id)


def test_a_hazard_is_recorded_by_a_plain_form_once(town: Settings) -> None:
    officer, compound = _tokenless(town), _compound(town)
    sent = _new(officer, compound=compound, words="李大姐家门口没有灯，电话13812345678")
    for _ in range(2):  # a second tap on a slow network
        led = officer.post("/officer/hazards", data=sent)
        assert led.status_code == 303
    page = officer.get(f"{led.location}&lang=en").text
    assert "Recorded: Reported" in page
    assert "points at a person: a mobile number, a name" in page
    assert ">***家门口没有灯，电话***</p>" in page
    assert _counts(page)[-1] == 7
    # The same kind on the same compound is shown first; who has looked saves another one all the same.
    again = _new(officer, compound=compound)
    asked = officer.post("/officer/hazards?lang=en", data=again)
    assert asked.status_code == 409
    assert "is it one of these?" in asked.text
    assert 'name="sure" value="1"' in asked.text
    assert again["key"] in asked.text
    kept = again | {"sure": "1", "kept_on": "2025-10-29"}
    assert officer.post("/officer/hazards", data=kept).status_code == 303
    with open_reading(town, STEWARD) as reading:
        layer = reading.layer("hazard")
        found = list_by(reading, layer, reading.table(layer).c.kind == "lighting")
    days = {row.values["found_on"] for row in found}
    assert days >= {date(2025, 10, 29), date(2025, 10, 31)}, "one was kept by a phone for two days"
    odd = _new(officer, compound=compound, sure="1", kept_on="yesterday")
    assert officer.post("/officer/hazards", data=odd).status_code == 303
    assert officer.post("/officer/hazards", data=_new(officer, compound=compound, kind="gas")).status_code == 409


def test_what_cannot_be_recorded_is_said_on_the_form(town: Settings) -> None:
    officer = _tokenless(town)
    for words, said in (
        ({}, "say where it is"),
        ({"lon": "112.01", "lat": "27.73"}, "outside your areas"),
        ({"lon": "nan", "lat": "27.73"}, "say where it is"),
        ({"lon": "112.0005", "lat": "27.7305", "kind": "meteor"}, "choose both"),
        ({"lon": "112.0005", "lat": "27.7305", "level": "huge"}, "choose both"),
        ({"lon": "112.0005", "lat": "27.7305", "words": "x" * 10_000}, "10,000 characters; 200"),
        ({"lon": "112.0005", "lat": "27.7305", "words": "a" + "\u0334" * 9}, "marks on it"),
        ({"lon": "112.0005", "lat": "27.7305", "words": "a\x00"}, "holds a NUL"),
    ):
        answer = officer.post("/officer/hazards?lang=en", data=_new(officer, **words))
        assert answer.status_code == 400, words
        assert said in answer.text, words
    assert officer.post("/officer/hazards", data=_new(officer, csrf_token="x")).status_code == 403
    assert officer.post("/officer/hazards", data=_new(officer, compound="99999")).status_code == 404


def test_a_spot_is_told_with_its_compound_and_converted_where_the_phone_shifts_it(town: Settings) -> None:
    officer = _officer(town)
    told = officer.get("/api/hazards/place?lon=112.0005&lat=27.7305").get_json()
    assert (told["name"], told["is_own"], told["lon"], told["lat"]) == ("Garden", True, 112.0005, 27.7305)
    lon, lat = (float(each[0]) for each in gcj02_from_wgs84(np.array([112.0005]), np.array([27.7305])))
    assert abs(lon - 112.0005) > 0.004, "a shift of some 500 m"
    shifted = officer.get(f"/api/hazards/place?lon={lon}&lat={lat}&system=GCJ-02").get_json()
    assert (shifted["name"], shifted["lon"], shifted["lat"]) == ("Garden", 112.0005, 27.7305)
    assert officer.get("/api/hazards/place?lon=112.01&lat=27.73").get_json()["is_own"] is False
    near = officer.get("/api/hazards/near?lon=112.0005&lat=27.7309&kind=gas").get_json()["hazards"]
    assert len(near) == 3
    assert "Garden" in near[0]["detail"]
    assert officer.get("/api/hazards/near?lon=112.0005&lat=27.735&kind=gas").get_json()["hazards"] == []
    assert officer.get("/api/hazards/near?lon=112.0005&lat=inf&kind=gas").status_code == 400


def test_the_way_to_the_nearest_posts_is_told_from_any_spot(client: Client, town: Settings) -> None:
    officer = client("grid_officer:W")
    # 22 m to Main Road, and 55 m on to the post beside it.
    page = officer.get("/officer/nearest?lon=112.0002&lat=27.7303&lang=en").text
    assert re.findall(r'data-select="police_post/\d+">([^<]+)<', page)[0] == "Post 02"
    assert re.findall(r"(\d+) min on foot", page) == ["2", "2", "2"]
    assert "From Garden" in page
    assert re.search(r'data-line="\[\[112\.0\d+,27\.7\d+\]', page)
    lon, lat = (float(each[0]) for each in gcj02_from_wgs84(np.array([112.0002]), np.array([27.7303])))
    shifted = officer.get(f"/officer/nearest?lon={lon}&lat={lat}&system=GCJ-02&lang=en").text
    assert re.findall(r"<ol.*</ol>", shifted, re.DOTALL)[0] == re.findall(r"<ol.*</ol>", page, re.DOTALL)[0]
    for words, said in (
        ("lon=112.0002&lat=27.76", "No street that leads on"),
        ("lon=113&lat=27.73", "lies outside Small district"),
        ("lon=x&lat=27.73", "Say where from"),
        ("", "Say where from"),
    ):
        assert said in officer.get(f"/officer/nearest?{words}&lang=en").text, words
    assert officer.get("/officer/nearest?compound=99999").status_code == 404
    assert "No streets are known here" in _officer(town).get("/officer/nearest?lon=112&lat=27.73&lang=en").text


def test_chosen_hazards_are_put_in_order_for_their_own_officer(client: Client, town: Settings) -> None:
    officer = client("grid_officer:W")
    hazards = re.findall(r'name="hazard" value="(\d+)" form="walk"', officer.get("/officer?due=all").text)
    assert len(hazards) == 3
    words = "&".join(f"hazard={each}" for each in hazards)
    page = officer.get(f"/officer/order?{words}&lon=112.01&lat=27.7306&lang=en").text
    # From 936 m east along the road to one spot that all three share.
    assert re.findall(r"↓ (\d+) min on foot", page) == ["13"]
    assert page.count("↓ at the same place") == 2
    assert "13 min on foot</strong>" in page
    assert len(re.findall(r'<li class="stop" data-stop', page)) == 3
    for words, said in (("", "tick those"), ("&".join(f"hazard={each}" for each in range(13)), "at most 12")):
        refused = officer.get(f"/officer/order?{words}&lang=en")
        assert refused.status_code == 400
        assert said in refused.text
    mine, other = _officer(town), _officer(town, "grid_officer:E")
    (foreign,) = re.findall(r'name="hazard" value="(\d+)"', other.get("/officer?due=all").text)
    page = mine.get(f"/officer/order?hazard={foreign}&lang=en").text
    assert "1 of the chosen ones isn't open in your areas" in page
    assert mine.get(f"/officer/nearest?hazard={foreign}").status_code == 404
    assert "No streets are known here" in other.get(f"/officer/order?hazard={foreign}&lang=en").text
