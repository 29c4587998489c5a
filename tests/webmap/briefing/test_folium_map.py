"""The folium map: one feature a spot, looks, escaped names, and no text of a record in a script."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import folium
import numpy as np
import pytest
import shapely

from geodata.layers.text import Text
from geodata.publication import publish
from geodata.queries.reading import RESIDENT, open_reading
from geodata.settings import Settings
from tests.geodata.queries.staged import put
from webmap.briefing import document
from webmap.briefing.content import Briefing, collect
from webmap.briefing.document import write
from webmap.briefing.folium_map import build_map, drawn_layer, layer_name
from webmap.briefing.inlining import is_built
from webmap.briefing.points import Points, stated
from webmap.briefing.subjects import BriefedLayer, without_list
from webmap.cartography.symbols import choice_symbols
from webmap.wording import Wording

HOSTILE = "</script><img src=x onerror=alert(1)>${alert(2)}`{{ 7 * 7 }}'\"\u2028{% raw %}"

needs_leaflet = pytest.mark.skipif(not is_built(), reason="the front end hasn't been built: ./csmap setup")


@pytest.fixture
def briefing(published: Settings) -> Briefing:
    with open_reading(published, RESIDENT) as reading:
        return collect(reading, published, Wording("en"), notice="Invented.")


def _subject(briefing: Briefing, layer_id: str) -> BriefedLayer:
    return next(briefed for briefed in briefing.subjects if briefed.layer.id == layer_id)


def test_records_on_one_spot_are_one_that_names_them_all(briefing: Briefing) -> None:
    # Both public hazards stand at their compound's point.
    [look] = stated(_subject(briefing, "hazard"))["looks"]
    [records] = look["records"]
    assert (len(look["spots"]), len(records)) == (2, 2)
    posts = stated(_subject(briefing, "police_post"))["looks"]
    # Post 10 and the post called "=1+1" share a longitude and no place; three are of a kind of their own.
    assert [len(look["records"]) for look in posts] == [1, 1, 1, 23]
    assert sum(len(look["spots"]) for look in posts) == 2 * 26


def test_records_of_other_looks_on_one_spot_are_told_apart(briefing: Briefing) -> None:
    hazards = _subject(briefing, "hazard")
    other = choice_symbols(hazards.layer)["closed"]
    places = hazards.places.assign(rank=[0, 5])
    places["look"] = [places["look"].iloc[0], other]
    first, second = stated(replace(hazards, places=places))["looks"]
    assert (first["mixed"], second["spots"]) == ({0: [0, 1]}, [])


def test_without_a_list_spots_are_in_the_order_of_their_names(briefing: Briefing) -> None:
    # Of three kinds the first and the last one look alike: their spots come together.
    posts = _subject(briefing, "police_post")
    ranks, looks = [number % 3 for number in range(26)], list(dict.fromkeys(posts.places["look"]))
    places = posts.places.assign(rank=ranks, look=[looks[rank % 2] for rank in ranks])
    told = without_list(replace(posts, places=places))
    steps = [np.reshape(look["spots"], (-1, 2)) for look in stated(told)["looks"]]
    assert [len(each) for each in steps] == [17, 9]
    spots = np.concatenate([np.cumsum(each, axis=0) for each in steps])
    assert (spots == np.rint(shapely.get_coordinates(list(told.places.geometry)) * 1e6)).all()


def test_maps_are_given_numbers_only(briefing: Briefing) -> None:
    for briefed in briefing.subjects:
        drawn = drawn_layer(briefed)
        if isinstance(drawn, Points):
            told = stated(briefed)
            assert {type(each) for look in told["looks"] for each in look["spots"]} == {int}
            assert json.dumps(told, separators=(",", ":")) == drawn.stated
        elif isinstance(drawn, folium.GeoJson):
            for feature in drawn.data["features"]:
                assert set(feature["properties"]) <= {"records", "at", "zoom"}
                assert all(isinstance(record, int) for record in feature["properties"]["records"])


@needs_leaflet
def test_a_file_too_large_loses_lists_first_then_names_then_layers(
    briefing: Briefing, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write(briefing).html
    sizes = [len(whole.encode())]
    for kept, said, wanted in (
        ("Post 07", "are too many to list in one file", True),
        ("Post 07", "are too many to name in one file", False),
    ):
        monkeypatch.setattr(document, "MOST_BYTES", sizes[-1] - 1)
        html = write(briefing).html
        assert f"Police posts: 26 records {said}" in html
        assert (kept in html) == wanted
        assert 'id="police_post-' not in html
        assert 'var points_police_post = briefing.points(map_briefing, {"layer":"police_post"' in html
        sizes.append(len(html.encode()))
    monkeypatch.setattr(document, "MOST_BYTES", 1000)
    html = write(briefing).html
    assert "Police posts: 26 records would be too much for one file and had to stay out" in html
    assert "briefing.points(" not in html
    assert sizes == sorted(sizes, reverse=True)


def test_the_layer_control_gets_escaped_html(briefing: Briefing) -> None:
    hostile = replace(briefing.subjects[0], title='<img src=x onerror="alert(1)">')
    assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt;" in layer_name(hostile)
    assert layer_name(briefing.subjects[1]).endswith('<span class="count">26</span>')


def test_an_empty_layer_is_there_to_be_seen_empty(briefing: Briefing) -> None:
    briefed = briefing.subjects[0]
    empty = replace(briefed, entries=(), places=briefed.places.iloc[:0])
    drawn = drawn_layer(empty)
    assert isinstance(drawn, folium.FeatureGroup)
    assert drawn.layer_name.endswith('<span class="count">0</span>')


@needs_leaflet
def test_a_layer_that_someone_adds_is_drawn_without_other_changes(briefing: Briefing) -> None:
    posts = next(briefed for briefed in briefing.subjects if briefed.layer.id == "police_post")
    assert posts.layer.style is not None
    style = replace(posts.layer.style, shape="star", colour="#123456")
    stops = replace(posts, layer=replace(posts.layer, id="bus_stop", style=style, title=Text("公交站", "Bus stops")))
    html = write(
        replace(
            briefing,
            subjects=(*briefing.subjects, stops),
            facts={**briefing.facts, "bus_stop": briefing.facts["police_post"]},
        )
    ).html
    assert 'data-layer="bus_stop"' in html
    assert "var points_bus_stop = " in html


@needs_leaflet
def test_the_same_briefing_is_the_same_bytes(briefing: Briefing) -> None:
    assert write(briefing) == write(briefing)


@needs_leaflet
def test_no_text_of_a_record_gets_into_a_script(deployment: Settings) -> None:
    yard = "MULTIPOLYGON(((112 27.73, 112.002 27.73, 112.002 27.732, 112 27.732, 112 27.73)))"
    put(deployment, "area", [{"source_id": "a", "code": "A", "name": f"A {HOSTILE}", "kind": "grid", "geom": yard}])
    put(deployment, "compound", [{"source_id": "c", "name": f"C {HOSTILE}", "community": HOSTILE, "geom": yard}])
    put(deployment, "police_post", [{"source_id": "p", "name": HOSTILE, "hours": HOSTILE, "geom": "POINT(112 27.73)"}])
    put(
        deployment,
        "road",
        [
            {
                "source_id": "r",
                "name": HOSTILE,
                "highway": HOSTILE,
                "geom": "MULTILINESTRING((112 27.73, 112.01 27.731))",
            }
        ],
    )
    publish(deployment)
    with open_reading(deployment, RESIDENT) as reading:
        html = write(collect(reading, deployment, Wording("en"), notice=HOSTILE)).html
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    # Leaflet, our script, the search, the map: nothing that came from the data began or ended one.
    assert len(scripts) == 4
    assert html.count("</script>") == 4
    for script in scripts:
        assert "alert(" not in script
        assert "7 * 7" not in script
        assert "{% raw" not in script
    assert "49" not in re.findall(r'<span class="name">(.*?)</span>', html)
    assert "<img src=x" not in html
    assert html.count("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;${alert(2)}`{{ 7 * 7 }}") >= 4


def test_folium_links_nothing_but_what_is_local(briefing: Briefing) -> None:
    drawn = build_map(briefing, [])
    assert all("//" not in url for _, url in [*drawn.default_js, *drawn.default_css])
