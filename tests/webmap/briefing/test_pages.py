"""The briefing's pages and its command: address, language, policy, download, and what each reader gets."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Response
from werkzeug.http import parse_options_header

from geodata.accounts.log import entries
from geodata.errors import GeodataError, NotPublished
from geodata.publication import publish
from geodata.settings import Settings
from tests.district import SECRET, Client
from tests.geodata.queries.staged import put
from webmap import create_app
from webmap.briefing import inlining
from webmap.command.briefing import main
from webmap.headers import attach

needs_leaflet = pytest.mark.skipif(not inlining.is_built(), reason="the front end hasn't been built: ./csmap setup")


class Blocks(HTMLParser):
    """The texts between script and style tags, and every address in the page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.addresses: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside = tag in {"script", "style"}
        if self._is_inside:
            self.texts.append("")
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "action", "data"}]
        assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the base class's form
        self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.texts[-1] += data


def _blocks(html: str) -> Blocks:
    parser = Blocks()
    parser.feed(html)
    return parser


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@needs_leaflet
def test_the_policy_allows_just_the_blocks_of_the_page(client: Client) -> None:
    answer = client().get("/briefing/W?lang=en")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    blocks = _blocks(answer.text)
    assert sorted(re.findall(r"'sha256-[^']+'", policy)) == sorted(_hash(text) for text in blocks.texts)
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    # In the page itself the same, less what only a header may say.
    stated = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', answer.text)
    assert stated is not None
    assert f"{stated[1].replace('&#39;', chr(39))}; frame-ancestors 'none'" == policy


@needs_leaflet
@pytest.mark.parametrize("path", ["/briefing/W", "/briefing/West", "/briefing/1", "/briefing/"])
def test_an_area_is_found_by_code_name_and_id(client: Client, path: str) -> None:
    answer = client().get(f"{path}?lang=en")
    assert answer.status_code == 200
    assert "Post 07" in answer.text
    assert "Synthetic data: places and figures are invented." in answer.text
    assert "Data as of 31 October 2025" in answer.text
    assert 'lang="en"' in answer.text


@pytest.mark.parametrize("path", ["/briefing/nowhere", "/briefing/99", "/briefing/%3Cscript%3E"])
def test_an_unknown_area_is_not_found(client: Client, path: str) -> None:
    answer = client().get(path)
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_the_page_speaks_the_language_asked_for(client: Client) -> None:
    chinese = client().get("/briefing/W?lang=zh-CN").text
    assert '<html lang="zh-CN">' in chinese
    for words in ("数据截至 2025年10月31日", "警务点", "图例与图层", "燃气"):
        assert words in chinese


@pytest.mark.parametrize("who", [None, "planner"])
def test_nobody_reads_more_than_they_may(client: Client, who: str | None) -> None:
    text = client(who).get("/briefing/?lang=en").text
    assert SECRET not in text
    if who is None:
        assert "314" not in re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.DOTALL)


@needs_leaflet
def test_a_download_is_a_whole_file_that_leads_nowhere(client: Client) -> None:
    answer = client().get("/briefing/W?lang=en&download=1")
    assert answer.headers["Content-Disposition"] == "attachment; filename=West-2025-10-31.html"
    outside = [address for address in _blocks(answer.text).addresses if not address.startswith(("#", "data:"))]
    assert outside == []


@needs_leaflet
def test_the_page_leads_back_to_the_site_and_on_to_the_file(client: Client) -> None:
    addresses = _blocks(client().get("/briefing/W?lang=en").text).addresses
    assert "/" in addresses
    assert "/briefing/W?lang=en&download=1" in addresses
    assert "/briefing/W?lang=zh-CN" in addresses


def test_without_leaflet_the_lists_stand_alone_and_say_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inlining, "LOCAL", {**inlining.LOCAL, "leaflet": Path("/nowhere/leaflet.js")})
    answer = client().get("/briefing/W?lang=en")
    assert answer.status_code == 200
    assert "has not been built" in answer.text
    assert "Post 07" in answer.text
    assert "<script>" not in answer.text


def _choose(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a deployment the one that commands work on."""
    monkeypatch.setenv("CSMAP_HOME", str(settings.home))
    if settings.database_url:
        monkeypatch.setenv("CSMAP_DATABASE_URL", settings.database_url)


@needs_leaflet
def test_the_command_writes_what_its_reader_may_see(
    published: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _choose(published, monkeypatch)
    public, staff = tmp_path / "public.html", tmp_path / "staff.html"
    assert main(["W", "-o", str(public), "--lang", "en"]) == 0
    assert "26 Police posts, 2 Safety hazards" in capsys.readouterr().out
    before = entries(published, limit=1)
    assert main(["-o", str(staff), "--lang", "zh-CN", "--as", "police:W"]) == 0
    [noted] = [each for each in entries(published, limit=2) if each not in before]
    assert (noted.what, noted.audience, noted.area_codes, noted.way) == ("exported", "police", ("W",), "command line")
    assert "3 安全隐患" in capsys.readouterr().out
    assert "虚构" in staff.read_text("utf-8")
    assert "599 户" in staff.read_text("utf-8"), "a band: exact households are for planners and stewards"
    assert "314 户" not in staff.read_text("utf-8")
    assert "314 households" not in public.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere", "-o", "{}/a.html"], "no area"),
        (["W", "-o", "{}/missing/a.html"], "is no folder"),
        (["W", "-o", "{}/a.html", "--lang", "fr"], "fr isn't spoken here"),
        (["W", "-o", "{}/a.html", "--as", "king"], "no audience"),
    ],
)
@needs_leaflet
def test_the_command_says_what_was_wrong(
    published: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    _choose(published, monkeypatch)
    with pytest.raises(GeodataError, match=words):
        main([word.format(tmp_path) for word in arguments])
    assert list(tmp_path.iterdir()) == []


@needs_leaflet
def test_before_the_first_publication_the_command_says_so(
    deployment: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose(deployment, monkeypatch)
    for area in ([], ["W"]):
        with pytest.raises(NotPublished, match=r"nothing has been published yet: \./csmap publish"):
            main([*area, "-o", str(tmp_path / "a.html")])
    assert list(tmp_path.iterdir()) == []


@needs_leaflet
def test_the_command_runs_as_a_program(published: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _choose(published, monkeypatch)
    program = [sys.executable, "-m", "webmap.command.briefing"]
    done = subprocess.run([*program, "W", "-o", str(tmp_path / "a.html")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "a.html").stat().st_size > 100_000
    wrong = subprocess.run([*program, "X", "-o", str(tmp_path / "b.html")], capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert wrong.stderr == "csmap briefing: no area has the code or name 'X'\n"


def test_a_resident_is_given_what_was_written_and_staff_what_is_written_now(client: Client) -> None:
    first = client().get("/briefing/W?lang=en")
    again = client().get("/briefing/W?lang=en")
    assert first.data == again.data
    assert first.headers["ETag"] == again.headers["ETag"]
    assert first.headers["Content-Security-Policy"] == again.headers["Content-Security-Policy"]
    same = client().get("/briefing/W?lang=en", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    other = client().get("/briefing/W?lang=zh-CN", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert 'lang="zh-CN"' in other.text
    assert b'lang="en"' in client().get("/briefing/W?lang=en&download=1").data
    steward = client("steward").get("/briefing/W?lang=en", headers={"If-None-Match": first.headers["ETag"]})
    assert steward.status_code == 200
    assert "ETag" not in steward.headers
    assert steward.headers["Cache-Control"] == "private, no-store"
    assert steward.data != first.data
    assert client().get("/briefing/W?lang=en").data == first.data


def test_a_new_publication_is_another_briefing(deployment: Settings) -> None:
    place = {"source_id": "p", "kind": "room", "geom": "POINT(112 27.73)"}
    site = create_app(deployment)
    seen = []
    for name in ("Old post", "New post"):
        put(deployment, "police_post", [{**place, "name": name}])
        publish(deployment)
        seen.append(site.test_client().get("/briefing/?lang=en"))
    assert "Old post" in seen[0].text
    assert "Old post" not in seen[1].text
    assert "New post" in seen[1].text
    assert seen[0].headers["ETag"] != seen[1].headers["ETag"]


@pytest.mark.parametrize("name", ["Small district-2025-10-31.html", "乐坪街道-2025-10-31.html", '"; x="é街.html'])
def test_a_file_of_any_name_can_be_sent_and_is_saved_under_it(name: str) -> None:
    response = Response()
    attach(response, name)
    sent = response.headers["Content-Disposition"].encode("latin-1").decode("latin-1")
    value, options = parse_options_header(sent)
    assert (value, options["filename"]) == ("attachment", name)
