"""Maps that the server draws: whole files of the right ground, in two languages, with all that goes with the data."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import shapely

from geodata.layers import get_layer
from tests.district import Client
from webmap.picture.sheet import Picture, svg_of
from webmap.picture.sight import sight_of
from webmap.wording import Wording

SVG = "{http://www.w3.org/2000/svg}"


def _drawn(client: Client, address: str, language: str) -> ElementTree.Element:
    answer = client().get(f"{address}?lang={language}")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    return ElementTree.fromstring(answer.data)  # noqa: S314 - our own file


def _words(picture: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text")]


def _compound(client: Client) -> int:
    return int(client().get("/ogc/collections/compound/items").get_json()["features"][0]["id"])


@pytest.mark.parametrize(
    ("language", "notice", "day", "posts", "bar"),
    [
        ("en", "Synthetic data: places and figures are invented.", "31 October 2025", "Police posts", "m"),
        ("zh-CN", "示例数据", "2025年10月31日", "警务点", "米|公里"),
    ],
)
def test_a_picture_has_the_ground_the_legend_the_scale_and_what_goes_with_the_data(
    client: Client, language: str, notice: str, day: str, posts: str, bar: str
) -> None:
    for address in (f"/compounds/{_compound(client)}/map.svg", "/communities/W/map.svg", "/map.svg"):
        picture = _drawn(client, address, language)
        words = _words(picture)
        said = " ".join(words)
        assert day in said, address
        assert notice in said, address
        assert any(word.startswith(posts) for word in words), address
        assert any(re.fullmatch(rf"[\d.]+ ?k?({bar})", word) for word in words), address
        # The road, the yard's fill and the posts, each in its declared colour.
        colours = {path.get(name) for path in picture.iter(f"{SVG}path") for name in ("fill", "stroke")}
        for layer in ("compound", "police_post"):
            style = get_layer(layer).style
            assert style is not None
            assert style.colour in colours, (address, layer)


def test_a_compounds_picture_names_it_and_draws_the_way_to_its_post(client: Client) -> None:
    picture = _drawn(client, f"/compounds/{_compound(client)}/map.svg", "en")
    assert "Garden" in _words(picture)
    page = client().get(f"/compounds/{_compound(client)}?lang=en").text
    assert f'src="/compounds/{_compound(client)}/map.svg?lang=en"' in page


def test_what_is_not_there_has_no_picture(client: Client) -> None:
    assert client().get("/compounds/99999/map.svg").status_code == 404
    assert client().get("/communities/none/map.svg").status_code == 404


def test_hostile_words_stay_text_and_the_file_stays_whole() -> None:
    sight = sight_of((112.0, 27.73, 112.002, 27.732), width=720, height=470)
    name = "</text><script>alert(1)</script>\x01\x0b&<"
    yard = shapely.box(112.0, 27.73, 112.002, 27.732)
    said = ["<img src=x onerror=alert(1)> " * 20]
    drawn = svg_of(Picture(Wording("en"), sight, (), (), name, "compound", 1, yard, said=said))
    picture = ElementTree.fromstring(drawn)  # noqa: S314 - our own file
    assert [each.tag for each in picture.iter() if "script" in each.tag or "img" in each.tag] == []
    assert "</text><script>alert(1)</script>&<" in _words(picture)


def test_a_sight_holds_what_it_shows_and_measures_it() -> None:
    sight = sight_of((112.0, 27.73, 112.01, 27.74), width=720, height=470, margin=36)
    corners = sight.pixels(shapely.get_coordinates(shapely.box(112.0, 27.73, 112.01, 27.74)))
    assert corners.min() >= 35.9
    assert corners[:, 0].max() <= 720 - 35.9
    assert corners[:, 1].max() == pytest.approx(470 - 36)
    # 0.01 degrees of latitude are 1,113.2 m, which stand on 398 pixels.
    assert sight.metres_a_pixel == pytest.approx(1113.2 / 398, rel=1e-3)
    # The main map shows 1.08 m a pixel at zoom 16 here (40,075,017 m x cos(27.7) / 512 / 2^16).
    assert sight.zoom == pytest.approx(14.59, abs=0.05)
