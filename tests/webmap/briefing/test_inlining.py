"""Inlining: only local text, images as data, hashes as browsers make them."""

from __future__ import annotations

from pathlib import Path

import folium
import pytest
from folium.plugins import MarkerCluster

from geodata.errors import InvalidInput
from webmap.briefing import inlining


def test_a_policy_names_each_script_and_style_by_its_hash() -> None:
    # echo -n | openssl dgst -sha256 -binary | base64, and the same of "let a"
    empty = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    policy = inlining.policy(["", "let a"], [])
    assert f"script-src {empty} 'sha256-IfEXP/8HLuXoAiy0hZVrCAcjcLsZqYFpLOHDGj8enqE='" in policy
    assert "style-src 'none'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_images_of_a_style_sheet_become_data(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(b"\x89PNG")
    sheet = tmp_path / "a.css"
    sheet.write_text("a{background:url(dot.png)} b{background:url('dot.png')} c{behavior:url(#default#VML)}")
    data = "url(data:image/png;base64,iVBORw==)"
    assert (
        inlining.style_text(sheet) == f"a{{background:{data}}} b{{background:{data}}} c{{behavior:url(#default#VML)}}"
    )


@pytest.mark.parametrize("target", ["missing.png", "https://example.org/a.png", "//example.org/a.png", "../secret.txt"])
def test_an_image_that_is_not_beside_its_style_sheet_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "secret.txt").write_text("x")
    folder = tmp_path / "styles"
    folder.mkdir()
    (folder / "a.css").write_text(f"a{{background:url({target})}}")
    with pytest.raises(InvalidInput, match="no local copy"):
        inlining.style_text(folder / "a.css")


def test_what_folium_would_fetch_is_refused() -> None:
    stock = folium.Map(location=[0, 0], tiles=None)
    stock.render()
    with pytest.raises(InvalidInput, match="no local copy"):
        inlining.linked(stock.get_root().header)  # type: ignore[attr-defined]
    with_plugin = folium.Map(location=[0, 0], tiles=None)
    with_plugin.default_js, with_plugin.default_css = [], []
    with_plugin.add_child(MarkerCluster())
    with_plugin.render()
    with pytest.raises(InvalidInput, match="markercluster"):
        inlining.linked(with_plugin.get_root().header)  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["a</script>b", "a</STYLE >", "<!-- a"])
def test_a_text_that_would_end_its_tag_is_our_own_fault(text: str) -> None:
    with pytest.raises(AssertionError, match="end its tag"):
        inlining.script_text(text, "x")


def test_line_ends_are_those_that_a_browser_hashes() -> None:
    assert inlining.script_text("a\r\nb\rc\n", "x") == "a\nb\nc\n"
