"""The public tiles as files: read by clients that nobody here wrote, whole or not at all, and of residents only."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyogrio
import pytest
from pmtiles.reader import MmapSource, Reader, all_tiles

from geodata.errors import InvalidInput
from geodata.publication import publish
from geodata.queries.facts import layer_facts
from geodata.queries.features import page
from geodata.queries.reading import RESIDENT, open_reading
from geodata.queries.search import find
from geodata.queries.tiles import tile
from geodata.settings import Settings
from tests.deployments import Deployments
from tests.district import SECRET
from webmap import create_app
from webmap.archive import MANIFEST, write_folder
from webmap.cartography.looks import LOOKS
from webmap.static_site.addresses import OWN_PAGES
from webmap.static_site.own_pages import put_in_place, write_own_pages
from webmap.static_site.pages import edition_of
from webmap.static_site.records import BLOCK


@pytest.fixture(scope="module")
def folder(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("archive")
    with pytest.MonkeyPatch.context() as patch, create_app(published).app_context():
        for module in ("webmap.list_page", "webmap.static_site.lists"):
            patch.setattr(f"{module}.PAGE_SIZE", 10)
        write_folder(published, found)
    return found


def test_every_public_layer_with_places_is_there(folder: Path, published: Settings) -> None:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    with open_reading(published, RESIDENT) as reading:
        facts = layer_facts(reading)
        drawn = {each.id for each in reading.layers if each.geometry and each.style and facts[each.id].placed}
        assert manifest["version"] == reading.stamp
    assert {entry["id"] for entry in manifest["layers"]} == drawn
    named = {entry["file"] for entry in manifest["layers"]} | set(manifest["styles"].values()) | {MANIFEST}
    named |= {*manifest["beside"], manifest["scripts"], *manifest["pages"].values()}
    named |= set(OWN_PAGES.values())
    named |= {f"{page}{end}" for page in ("about", "list", "governance") for end in (".html", ".en.html")}
    assert {path.name for path in folder.iterdir()} == named


def test_the_tiles_are_those_that_the_application_sends(folder: Path, published: Settings) -> None:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    with open_reading(published, RESIDENT) as reading:
        for entry in manifest["layers"]:
            layer, count = reading.layer(entry["id"]), 0
            with (folder / entry["file"]).open("rb") as file:
                for (z, x, y), data in all_tiles(MmapSource(file)):
                    assert gzip.decompress(data) == tile(reading, layer, z, x, y), (entry["id"], z, x, y)
                    count += 1
            assert count == entry["tiles"]


def test_files_say_of_their_tiles_what_the_application_says(folder: Path, published: Settings) -> None:
    with create_app(published).test_client() as reader:
        for entry in json.loads((folder / MANIFEST).read_text("utf-8"))["layers"]:
            with (folder / entry["file"]).open("rb") as file:
                told = Reader(MmapSource(file)).metadata()["vector_layers"]
            sent = reader.get(f"/ogc/collections/{entry['id']}/tiles/WebMercatorQuad").get_json()["vector_layers"]
            assert [(each["id"], each["fields"]) for each in told] == [(each["id"], each["fields"]) for each in sent]


def test_no_tile_with_something_in_it_is_left_out(folder: Path, published: Settings) -> None:
    with open_reading(published, RESIDENT) as reading:
        layer = reading.layer("road")
        [entry] = [
            each for each in json.loads((folder / MANIFEST).read_text("utf-8"))["layers"] if each["id"] == "road"
        ]
        with (folder / entry["file"]).open("rb") as file:
            reader = Reader(MmapSource(file))
            for x in range(6640, 6655):
                for y in range(3440, 3455):
                    data = reader.get(13, x, y)
                    assert (gzip.decompress(data) if data else b"") == tile(reading, layer, 13, x, y)


def test_gdal_reads_every_file_with_its_counts(folder: Path) -> None:
    for entry in json.loads((folder / MANIFEST).read_text("utf-8"))["layers"]:
        path = folder / entry["file"]
        names = [name for name, _ in pyogrio.list_layers(path)]
        assert entry["id"] in names
        found = pyogrio.read_dataframe(path, layer=entry["id"])
        assert len(found) >= 1
        if entry["id"] == "police_post":
            # 25 stand on a line and one apart, each on a spot of its own.
            assert len(found) == entry["records"] == 26


def test_no_byte_holds_what_residents_may_not_see(folder: Path) -> None:
    for path in (path for path in folder.rglob("*") if path.is_file()):
        assert SECRET.encode() not in path.read_bytes(), path
        if path.suffix == ".pmtiles":
            with path.open("rb") as file:
                for _, data in all_tiles(MmapSource(file)):
                    plain = gzip.decompress(data)
                    assert SECRET.encode() not in plain
                    assert b"987" not in plain


def test_the_ground_that_a_file_states_holds_all_of_its_tiles(folder: Path) -> None:
    """The district's outline doesn't: some places lie just outside, and readers ask for no tile out there."""
    for path in folder.glob("*.pmtiles"):
        with path.open("rb") as file:
            source = MmapSource(file)
            header = Reader(source).header()
            spots = pyogrio.read_dataframe(path, layer=path.name.partition("-")[0]).to_crs(4326).total_bounds
            edges = [header[name] / 10_000_000 for name in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")]
            assert edges[0] <= spots[0] + 1e-3, path.name
            assert edges[1] <= spots[1] + 1e-3, path.name
            assert edges[2] >= spots[2] - 1e-3, path.name
            assert edges[3] >= spots[3] - 1e-3, path.name


def test_the_application_sends_the_parts_that_are_asked_for(folder: Path, published: Settings) -> None:
    [path] = folder.glob("police_post-*.pmtiles")
    whole, address = path.read_bytes(), f"/archives/{path.name}"
    with create_app(replace(published, archives=str(folder))).test_client() as reader:
        for asked, found in (
            ("bytes=0-126", whole[:127]),
            ("bytes=127-", whole[127:]),
            ("bytes=-5", whole[-5:]),
            (f"bytes=5-{len(whole) + 9}", whole[5:]),
        ):
            with reader.get(address, headers={"Range": asked}) as answer:
                assert (answer.status_code, answer.data) == (206, found), asked
                assert answer.headers["Content-Range"].endswith(f"/{len(whole)}")
                assert answer.headers["Access-Control-Allow-Origin"] == "*"
                assert "Content-Range" in answer.headers["Access-Control-Expose-Headers"]
        with reader.get(address, headers={"Range": f"bytes={len(whole)}-"}) as answer:
            assert answer.status_code == 416
        with reader.get(address, headers={"Range": "bytes=0-1,5-6"}) as answer:
            assert (answer.status_code, answer.data) == (200, whole)
        with reader.head(address) as head:
            assert (head.status_code, head.content_length, head.data) == (200, len(whole), b"")
        # What isn't sent in parts comes whole.
        for other in ("/ogc/collections/police_post/tiles/WebMercatorQuad/9/214/415", "/download/police_post.csv"):
            parted = reader.get(other, headers={"Range": "bytes=0-9"})
            assert (parted.status_code, parted.data) == (200, reader.get(other).data)


def test_names_are_those_that_the_application_finds(folder: Path, published: Settings) -> None:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    [path] = folder.glob("names-*.en.json")
    assert path.name in manifest["beside"]
    index = json.loads(path.read_text("utf-8"))
    with open_reading(published, RESIDENT) as reading:
        for number, _id, name, _, _, others, *_ in index["names"]:
            for word in [name, *others]:
                layer = index["layers"][number]["id"]
                assert any(hit.layer_id == layer for hit in find(reading, word, limit=50)), word
        for layer in (each for each in reading.layers if not each.is_base):
            for row in page(reading, layer, limit=100).records:
                block = folder / f"records-{reading.stamp}.en" / layer.id / f"{row.id // BLOCK}.json"
                if layer.id in OWN_PAGES:
                    assert not block.exists()
                    told = (folder / OWN_PAGES[layer.id] / f"{row.id}.en.html").read_text("utf-8")
                else:
                    told = json.loads(block.read_text("utf-8"))[str(row.id)]
                assert f'data-record="{layer.id}/{row.id}"' in told
    assert ["Garden", ["Old Garden", "锦绣花园"]] in [[each[2], each[5]] for each in index["names"]]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_page_to_send_on_says_what_the_application_says(folder: Path, published: Settings, language: str) -> None:
    """Links lead to files, and what is open is for the page's script to say; all else is the same."""
    end = ".html" if language == "zh-CN" else f".{language}.html"
    with open_reading(published, RESIDENT) as reading, create_app(published).test_client() as reader:
        for layer_id, name in OWN_PAGES.items():
            records = page(reading, reading.layer(layer_id), limit=100).records
            for row in records:
                asked = row.id if layer_id == "compound" else row.values["code"] or row.id
                answer = reader.get(f"/{name}/{asked}?lang={language}")
                assert answer.status_code == 200
                file = (folder / name / f"{row.id}{end}").read_text("utf-8")
                assert len(_told(file)) > 40
                assert _told(file) == _told(answer.text), (layer_id, row.id)
            assert {path.name for path in (folder / name).glob("*.en.html")} == {
                f"{each.id}.en.html" for each in records
            }


_CHANGING = (
    r"<script.*?</script>|<head>.*?</head>|<header.*?</header>|<footer.*?</footer>|<figure.*?</figure>"
    r'|<p class="(?:more|trail|own-page beside-map)">.*?</p>|<(span) class="open-now.*?</span>'
    r'|<button.*?</button>|<li class="line" data-line="open".*?</li>'
)
"""What a file hasn't, or says otherwise: the frame, ways to lists of the application, and what holds at a moment."""


def _told(html: str) -> list[str]:
    """Return the words of a page in their order."""
    return re.sub(r"<[^>]+>", " ", re.sub(_CHANGING, " ", html, flags=re.DOTALL)).split()


def test_each_record_stands_in_a_list_that_links_lead_to(folder: Path, published: Settings) -> None:
    with open_reading(published, RESIDENT) as reading:
        known = {
            f"{layer.id}/{row.id}"
            for layer in reading.layers
            if not layer.is_base
            for row in page(reading, layer, limit=100).records
        }
    assert {"hazard", "funding_line", "alias"} <= {each.partition("/")[0] for each in known}
    stamp = json.loads((folder / MANIFEST).read_text("utf-8"))["version"]
    for start, language in (("index.html", "zh-CN"), ("index.en.html", "en")):
        ahead, reached = [folder / start], {folder / start}
        while ahead:
            here = ahead.pop()
            found = {(here.parent / link.partition("?")[0]).resolve() for link in _links(here)}
            assert all(path.is_file() for path in found), (here, [path for path in found if not path.is_file()])
            new = {path for path in found - reached if path.suffix == ".html"}
            reached, ahead = reached | new, ahead + sorted(new)
        lists = [
            path for path in reached if path.parent.name.startswith("lists-") and path.parent.name.endswith(language)
        ]
        stated = [each for path in lists for each in re.findall('data-record="([^"]+)"', path.read_text("utf-8"))]
        assert sorted(stated) == sorted(known)
        assert len([path for path in lists if path.name.startswith("police_post-")]) == 3
        # Each mechanism has its map, and nothing is written that no link leads to.
        figures = {path.name for path in reached if path.parent.name == f"figures-{stamp}.{language}"}
        assert {"hazards-2025.html", "projects-2025.html"} <= figures
        assert figures == {path.name for path in (folder / f"figures-{stamp}.{language}").iterdir()}


def _links(page: Path) -> list[str]:
    """Return what a page leads to and loads."""
    return _links_in(page.read_text("utf-8"))


def _links_in(html: str) -> list[str]:
    found = re.findall(r'(?:href|src|action)="([^"]*)"', html)
    return [link for link in found if link and not link.startswith(("#", "tel:", "data:", "https:"))]


def test_the_styles_draw_from_the_files_beside_them(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    for language in ("zh-CN", "en"):
        style = json.loads((folder / manifest["styles"][language]).read_text("utf-8"))
        urls = {source["url"] for source in style["sources"].values() if source["type"] == "vector"}
        assert urls == {f"pmtiles://{entry['file']}" for entry in manifest["layers"]}
        assert "/ogc/" not in json.dumps(style)


def test_the_same_publication_is_written_once_and_the_one_before_stays(
    deployments: Deployments, tmp_path: Path
) -> None:
    from tests.geodata.queries.staged import put

    settings = deployments.make("Archive", as_of=date(2025, 10, 31))
    folder = tmp_path / "public"
    app = create_app(settings)
    with app.app_context():
        with pytest.raises(InvalidInput, match="nothing has been published"):
            write_folder(settings, folder)
        assert not folder.exists()
        versions = []
        lamps = {"source_id": "m", "name": "Lamps", "started_on": "2024-03-01", "geom": "POINT(112.01 27.74)"}
        put(settings, "micro_project", [lamps])
        for n in range(3):
            put(settings, "police_post", [{"source_id": str(n), "name": f"P{n}", "geom": f"POINT(112.0{n} 27.73)"}])
            publish(settings)
            (folder / "left.pmtiles.part").parent.mkdir(exist_ok=True)
            (folder / "left.pmtiles.part").write_bytes(b"x")
            manifest = write_folder(settings, folder)
            versions.append(manifest["version"])
            scripts = manifest["scripts"]
            stamps = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
            assert write_folder(settings, folder)["version"] == versions[-1]
            assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == stamps
        names = {path.name for path in folder.iterdir()}
    # Earlier years stand beside, and lead on to their own mechanisms and back to the running year.
    earlier = (folder / f"figures-{versions[-1]}.en" / "2024.html").read_text("utf-8")
    assert re.search(r'data-figure="projects_started">.*?figure-number">1<', earlier, re.DOTALL)
    assert {"../governance.en.html", "projects-2024.html"} <= {link.rpartition("en/")[2] for link in _links_in(earlier)}
    spoken = [f"{stamp}.{language}" for stamp in versions[-2:] for language in ("zh-CN", "en")]
    kept = {f"{layer}-{stamp}.pmtiles" for stamp in versions[-2:] for layer in ("police_post", "micro_project")}
    kept |= {f"{kind}-{each}{end}" for kind, end in _SPOKEN.items() for each in spoken}
    pages = {f"{page}{end}" for page in ("index", "about", "list", "governance") for end in (".html", ".en.html")} | {
        scripts
    }
    kept |= {f"style-{each}.{look}.json" for look in LOOKS if look for each in spoken}
    assert names == {MANIFEST, *pages, *kept}


_SPOKEN = {"style": ".json", "names": ".json", "records": "", "lists": "", "figures": "", "briefing": ".html"}


@pytest.mark.parametrize("content", ["{}", "[]", "no json", '{"version": "1"}'])
def test_a_folder_of_somebody_else_is_left_alone(published: Settings, tmp_path: Path, content: str) -> None:
    (tmp_path / MANIFEST).write_text(content)
    with create_app(published).app_context(), pytest.raises(InvalidInput, match="another folder"):
        write_folder(published, tmp_path)
    (tmp_path / MANIFEST).unlink()
    (tmp_path / "letter.txt").write_text("mine")
    with create_app(published).app_context(), pytest.raises(InvalidInput, match="another folder"):
        write_folder(published, tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_pages_of_records_that_are_gone_go_when_the_new_ones_are_in_place(tmp_path: Path) -> None:
    def write(folder: str, **pages: str) -> None:
        (tmp_path / folder).mkdir()
        for name, text in pages.items():
            (tmp_path / folder / f"{name}.html").write_text(text)

    write("compounds", a="old", b="old")
    write("communities", c="old")
    write("compounds.part", b="new", d="new")
    put_in_place(tmp_path)
    found = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*.html")}
    assert found == {"compounds/b.html": "new", "compounds/d.html": "new"}
    assert [path.name for path in tmp_path.iterdir()] == ["compounds"]


def test_pages_of_a_run_that_was_killed_are_never_put_in_place(published: Settings, tmp_path: Path) -> None:
    (tmp_path / "compounds.part").mkdir()
    (tmp_path / "compounds.part" / "7.html").write_text("of a record that may be withdrawn by now")
    with create_app(published).app_context(), open_reading(published, RESIDENT) as reading:
        # As once no compound is published any more.
        write_own_pages(reading, replace(edition_of(reading), own_pages=frozenset()), tmp_path)
    put_in_place(tmp_path)
    assert list(tmp_path.iterdir()) == []
