"""The public pages: the same things in the same words on the map, in lists, on a record's page and in its panel."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from geodata.layers import LAYERS, get_layer
from geodata.settings import Settings
from tests.district import SECRET, Client
from webmap import create_app
from webmap.map_config import on_at_first

SUBJECTS = {"compound": 1, "police_post": 26, "hazard": 2, "micro_project": 1, "area": 1}
"""What a resident sees of the small district, counted by hand: of three hazards one is younger than a week."""

PAGES = ("/", "/list", "/list?layer=hazard", "/list?layer=road", "/about", "/nowhere")


class Document(HTMLParser):
    """Collects what the tests ask of a page: tags with attributes, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def _page(client: FlaskClient, address: str, status: int = 200) -> Document:
    answer = client.get(address)
    assert answer.status_code == status
    return Document(answer.get_data(as_text=True))


def _first_id(client: FlaskClient, layer: str) -> int:
    rows = [row["data-record"] for row in _page(client, f"/list?layer={layer}").all("tr") if "data-record" in row]
    return int(rows[0].split("/")[1])


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_holds_to_the_policy(client: Client, address: str, language: str) -> None:
    joint = "&" if "?" in address else "?"
    page = _page(client(), f"{address}{joint}lang={language}", 404 if address == "/nowhere" else 200)
    assert page.all("html") == [{"lang": language}]
    for tag, attributes in page.tags:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert tag != "style"
        if tag == "script" and attributes.get("type") != "application/json":
            assert attributes["src"].startswith(("/static/", "/styles/"))
        for name in ("href", "src", "action"):
            assert not attributes.get(name, "").startswith(("http", "//"))
    assert len(page.all("h1")) == 1
    assert "Synthetic data" in page.text if language == "en" else "示例数据" in page.text
    assert "2025年10月31日" in page.text or "31 October 2025" in page.text


@pytest.mark.parametrize(
    ("site", "is_there"),
    [
        ("https://map.example", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("http://map.example", False),
        ("http://localhost.example", False),
    ],
)
def test_pages_are_kept_apart_from_others_where_browsers_heed_it(client: Client, site: str, *, is_there: bool) -> None:
    assert ("Cross-Origin-Opener-Policy" in client().get("/about", base_url=site).headers) is is_there


def test_the_map_page_says_what_there_is_without_scripts(client: Client) -> None:
    page = _page(client(), "/?lang=en")
    listed = [link["data-select"].split("/")[0] for link in page.all("a") if "data-select" in link]
    # The first twenty of each layer.
    assert {layer: listed.count(layer) for layer in SUBJECTS} == {**SUBJECTS, "police_post": 20}
    assert [box["value"] for box in page.all("input") if box.get("name") == "layers"] == [
        layer.id for layer in LAYERS if layer.id in SUBJECTS
    ]
    for link in page.all("a"):
        if "data-select" in link:
            assert link["href"] == f"/places/{link['data-select']}"


def test_the_search_names_what_there_is_to_find(client: Client) -> None:
    english, chinese = (client().get(f"/?lang={language}").text for language in ("en", "zh-CN"))
    assert 'placeholder="Find my compound: name or pinyin initials"' in english
    assert 'placeholder="找到我的小区：名称或拼音首字母"' in chinese


def test_where_no_layer_is_on_at_first_the_first_is() -> None:
    services, gates, posts = (get_layer(name) for name in ("service_point", "gate", "police_post"))
    assert on_at_first([services, gates]) == [services]
    assert on_at_first([posts, services, gates]) == [posts]
    assert on_at_first([]) == []


def test_the_page_tells_its_script_all_that_it_needs(client: Client) -> None:
    text = client().get("/?lang=en").get_data(as_text=True)
    found = re.search(r'<script type="application/json" id="map-config">(.*?)</script>', text, re.DOTALL)
    assert found
    config = json.loads(found.group(1))
    assert [layer["id"] for layer in config["layers"]] == [layer.id for layer in LAYERS if layer.id in SUBJECTS]
    hazard = next(layer for layer in config["layers"] if layer["id"] == "hazard")
    assert hazard["names"]["gas"] == "Gas"
    assert config["briefing"] == "/briefing/?lang=en"
    assert config["language"] == "en"
    assert all(config["words"].values())


@pytest.mark.parametrize("layer", SUBJECTS)
def test_list_and_map_count_the_same(client: Client, layer: str) -> None:
    page = _page(client(), f"/list?layer={layer}&lang=en")
    rows = [row for row in page.all("tr") if "data-record" in row]
    assert len(rows) == SUBJECTS[layer]
    assert re.search(rf"\b{SUBJECTS[layer]} records?\b", page.text)
    items = client().get(f"/ogc/collections/{layer}/items").get_json()
    assert items["numberMatched"] == SUBJECTS[layer]


def test_a_list_is_narrowed_by_words_and_area(client: Client) -> None:
    resident = client()
    assert _page(resident, "/list?layer=police_post&q=post+07&lang=en").text.count("Post 07") == 1
    assert "No record fits" in _page(resident, "/list?layer=police_post&q=zzz&lang=en").text
    west = _page(resident, "/list?layer=police_post&area=W&lang=en")
    inside = [row for row in west.all("tr") if "data-record" in row]
    assert 0 < len(inside) <= SUBJECTS["police_post"]
    assert _page(resident, "/list?layer=compound&area=nowhere", 404)


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "1e3", "\u0663", "2", "9" * 40])
def test_a_page_number_that_is_none_shows_the_nearest(client: Client, number: str) -> None:
    page = _page(client(), f"/list?layer=police_post&page={number}")
    assert len([row for row in page.all("tr") if "data-record" in row]) == SUBJECTS["police_post"]


def test_a_record_is_told_in_full_and_alike_in_panel_and_page(client: Client) -> None:
    resident = client()
    number = _first_id(resident, "micro_project")
    panel = _page(resident, f"/panel/micro_project/{number}?lang=en").text
    page = _page(resident, f"/places/micro_project/{number}?lang=en").text
    for words in ("Lamps", "¥100.5", "Funding", "Sub-district", "Not stated"):
        assert words in panel
        assert words in page
    chinese = _page(resident, f"/panel/micro_project/{number}?lang=zh-CN").text
    assert "100.5 元" in chinese
    assert "街道统筹" in chinese


def test_a_compound_shows_a_resident_the_band_and_staff_the_number(client: Client) -> None:
    number = _first_id(client(), "compound")
    resident = _page(client(), f"/places/compound/{number}?lang=en").text
    assert "300–599 households" in resident
    assert "314" not in resident
    assert "987" not in resident
    assert "Old Garden" in resident
    planner = client("planner")
    assert "314 households" in _page(planner, f"/places/compound/{_first_id(planner, 'compound')}?lang=en").text


def test_hazards_of_one_spot_name_each_other_and_hide_their_details(client: Client) -> None:
    resident = client()
    text = _page(resident, f"/panel/hazard/{_first_id(resident, 'hazard')}?lang=en").text
    assert "Others at the same place" in text
    assert "Gas" in text
    assert SECRET not in text
    steward = client("steward")
    assert SECRET in _page(steward, f"/panel/hazard/{_first_id(steward, 'hazard')}?lang=en").text


@pytest.mark.parametrize(
    "address", ["/places/hazard_event/1", "/places/compound/999999", "/panel/nothing/1", "/list?layer=turn_restriction"]
)
def test_what_isnt_there_for_a_resident_is_not_found(client: Client, address: str) -> None:
    page = _page(client(), address + ("&" if "?" in address else "?") + "lang=en", 404)
    assert "isn't open to you" in page.text


def test_search_finds_by_alias_and_says_what_it_found(client: Client) -> None:
    hits = client().get("/search?q=old+gard&lang=en").get_json()["hits"]
    assert [(hit["layer"], hit["name"], hit["detail"]) for hit in hits] == [("compound", "Garden", "Compounds, North")]
    assert hits[0]["bbox"][0] < hits[0]["lon"] < hits[0]["bbox"][2]
    assert client().get("/search?q=").get_json() == {"hits": []}
    assert client().get("/search?q=%25").get_json() == {"hits": []}


def test_a_language_once_chosen_is_remembered(client: Client) -> None:
    resident = client()
    assert _page(resident, "/list").all("html") == [{"lang": "zh-CN"}]
    assert _page(resident, "/list?lang=en").all("html") == [{"lang": "en"}]
    assert _page(resident, "/list").all("html") == [{"lang": "en"}]
    assert _page(resident, "/list?lang=xx").all("html") == [{"lang": "en"}]


def test_the_language_link_keeps_the_question(client: Client) -> None:
    [link] = [link for link in _page(client(), "/list?layer=hazard&lang=en").all("a") if "data-language" in link]
    assert link["href"] == "?layer=hazard&lang=zh-CN"


def test_the_style_is_the_readers_own(client: Client) -> None:
    style = client().get("/style.json?lang=en").get_json()
    assert set(SUBJECTS) < set(style["sources"])
    assert style["sources"]["outside"]["data"]["geometry"]["type"] == "Polygon"
    assert SECRET not in json.dumps(style)
    # Of what has nothing in it no tiles are asked; what staff read may be there the next moment.
    assert "service_point" not in style["sources"]
    assert "service_point" in client("steward").get("/staff/style.json").get_json()["sources"]


def test_before_the_first_publication_pages_say_so(deployment: Settings) -> None:
    resident = create_app(deployment).test_client()
    assert "Nothing has been published yet" in _page(resident, "/?lang=en").text
    assert "Nothing has been published yet" in _page(resident, "/about?lang=en").text
    assert resident.get("/search?q=a").get_json() == {"hits": []}
    assert set(resident.get("/style.json").get_json()["sources"]) == {"here", "outside", "selected"}
    # What each page leads to is there: it isn't as if an address were wrong.
    for path in ("/list", "/list?layer=hazard", "/compounds/1", "/briefing/", "/briefing/W"):
        said = _page(resident, f"{path}{'&' if '?' in path else '?'}lang=en", 404).text
        assert "Nothing has been published yet. As soon as data" in said, path
        assert "The link may be" not in said, path


def test_the_legend_has_the_looks_that_there_are(client: Client) -> None:
    legend = client().get("/?lang=en").text.split('id="legend"')[1].split("</form>")[0]
    assert "Reported" in legend
    assert "Dismissed" not in legend
    # Three posts say what kind they are; the others look as the layer itself.
    assert "Police kiosk" in legend
    assert legend.count("not stated") == 1


def test_an_empty_list_of_totals_says_when_there_will_be_some(client: Client) -> None:
    resident, planner = (client(who).get("/list?layer=dispute&lang=en").text for who in (None, "planner"))
    assert "Only totals of whole years are published" in resident
    assert "Only totals of whole years are published" not in planner
    assert "一年结束后才公布" in client().get("/list?layer=dispute&lang=zh-CN").text


def test_a_community_has_a_page_with_the_way_from_each_compound(client: Client) -> None:
    page = _page(client(), "/communities/W?lang=en")
    assert "West" in page.text
    compound = _first_id(client(), "compound")
    link = {"href": f"/compounds/{compound}", "class": "place", "data-select": f"compound/{compound}"}
    panel = _page(client(), f"/panel/area/{_first_id(client(), 'area')}?lang=en")
    assert link in page.all("a")
    assert link in panel.all("a")
    assert "/communities/W" in [each.get("href") for each in panel.all("a")]
    # No gate is known: from the yard's middle 54 m to Main Road, and 56 m from there to the post: 88 seconds.
    assert "2 min" in page.text
    assert client().get("/communities/nowhere").status_code == 404
    found = client().get("/find?q=jxhy")
    assert (found.status_code, found.headers["Location"]) == (303, f"/compounds/{_first_id(client(), 'compound')}")
    assert "Nothing has that name" in _page(client(), "/find?q=qqq&lang=en").text


def test_the_maps_own_number_stands_wherever_its_data_go(published: Settings) -> None:
    """A public map of China needs its 审图号 beside it."""
    number = "审图号：GS(2026)9999号"
    reader = create_app(replace(published, notice=number)).test_client()
    items = "/ogc/collections/compound/items"
    for path in (
        "/",
        "/list",
        "/about",
        "/sign-in",
        "/briefing/",
        "/download/compound.csv",
        f"{items}?f=html",
        "/nowhere",
    ):
        assert number in reader.get(path).text, path
    for path in (items, "/ogc/tiles/WebMercatorQuad", "/download/compound.geojson"):
        assert number in json.dumps(json.loads(reader.get(path).text), ensure_ascii=False), path
