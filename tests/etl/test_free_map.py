"""What elements of OpenStreetMap become: without a name nobody invents one, and what is two things is two records."""

from __future__ import annotations

from pathlib import Path

from etl.choosing import Wish
from etl.loading import load_file
from geodata.publication import publish
from geodata.settings import Settings
from tests.etl.test_loading import rows
from webmap import create_app

OSM = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lon="112.0" lat="27.73" version="1"><tag k="amenity" v="police"/></node>
<node id="2" lon="112.001" lat="27.73" version="1">
  <tag k="amenity" v="clinic"/><tag k="emergency" v="defibrillator"/></node>
<node id="3" lon="111.999" lat="27.7305" version="1"/><node id="4" lon="112.002" lat="27.7305" version="1"/>
<way id="5" version="1"><nd ref="3"/><nd ref="4"/><tag k="highway" v="residential"/><tag k="name" v="Quay"/></way>
</osm>"""


def test_a_nameless_post_is_called_what_it_is_and_an_element_that_is_two_things_is_two_records(
    deployment: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "town.osm"
    path.write_text(OSM, "utf-8")
    load_file(deployment, path, Wish())
    assert rows(deployment, "SELECT name, kind FROM live.police_post") == [(None, "station")]
    found = "SELECT source, source_id, kind FROM live.service_point ORDER BY source"
    assert rows(deployment, found) == [("osm", "node/2", "clinic"), ("osm_emergency", "node/2", "aed")]
    # Again, as another file: neither takes the other's place.
    path.write_text(OSM + "\n", "utf-8")
    assert sum(receipt.changed for receipt in load_file(deployment, path, Wish())) == 0
    publish(deployment)
    reader = create_app(deployment).test_client()
    for language, called in (("zh", "派出所（Quay）"), ("en", "Police station, Quay")):
        for address in ("/list?layer=police_post&", "/places/police_post/1?"):
            page = reader.get(f"{address}lang={language}").get_data(as_text=True)
            assert called in page
            assert ">Police<" not in page
