"""QGIS as a client: Debian's package reads every public collection, and paints our vector tiles with our style.

Run with `./csmap test -m qgis`; it needs `apt-get install --no-install-recommends python3-qgis qgis-providers`.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.webmap.live.conftest import Live, live
from tests.webmap.live.test_clients import counts, document

__all__ = ["live"]

PYTHON = Path("/usr/bin/python3")
PACKAGE = Path("/usr/lib/python3/dist-packages/qgis")
PROVIDERS = Path("/usr/lib/qgis/plugins/libprovider_wfs.so")
CLIENT = Path(__file__).with_name("qgis_client.py")
BOX = (12467000.0, 3215500.0, 12468500.0, 3217000.0)
"""Around the small district's compound, in metres of Web Mercator: zoom 15 or so on 256 pixels."""

pytestmark = [
    pytest.mark.qgis,
    pytest.mark.xdist_group("live server"),
    pytest.mark.skipif(
        not (PACKAGE.is_dir() and PROVIDERS.exists()),
        reason="needs QGIS: apt-get install --no-install-recommends python3-qgis qgis-providers",
    ),
]


@pytest.fixture(scope="module")
def seen(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What QGIS has read and painted."""
    folder = tmp_path_factory.mktemp("qgis")
    style = document(live, "/style.json?lang=en")
    (folder / "style.json").write_text(json.dumps(style), "utf-8")
    known = counts(live)
    drawn = [name for name, source in style["sources"].items() if source["type"] == "vector" and known[name]]
    words: list[str | Path] = [PYTHON, "-P", CLIENT, live.address, ",".join(known), ",".join(drawn)]
    words.append(folder / "style.json")
    # Settings and caches of its own: whoever runs the tests may use QGIS, too.
    surroundings = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PATH": os.defpath, "LANG": "C.UTF-8"}
    done = subprocess.run(
        [*words, *map(str, BOX)], env=surroundings, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_qgis_reads_every_public_collection(live: Live, seen: Any) -> None:
    for name, count in counts(live).items():
        read = seen["collections"][name]
        assert read.get("count") == count, (name, read)
    posts = seen["collections"]["police_post"]
    assert posts["shapes"] == posts["count"] == 26
    assert {"name", "kind"} <= set(posts["fields"])


def test_qgis_paints_our_tiles_with_our_style(seen: Any) -> None:
    for name, tiles in seen["tiles"].items():
        assert tiles.get("valid"), (name, tiles)
        assert tiles["painted"] > 0, name
