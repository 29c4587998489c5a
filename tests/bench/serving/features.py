"""Pages of a thousand features with their number and the link to the next page, against tipg and pygeoapi."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from tests.bench.rows import Row
from tests.bench.serving import servers
from tests.bench.serving.asking import Asked, ask, warmed
from tests.bench.serving.town import PEER, Town

PAGES = 12
OURS = "/ogc/collections/service_point/items?limit=1000"
THEIRS = {
    "tipg": (servers.tipg, f"/collections/{PEER}.service_point/items?limit=1000"),
    "pygeoapi": (servers.pygeoapi, "/collections/service_point/items?limit=1000&f=json"),
}


def rows(town: Town) -> Iterator[Row]:
    """Give the time of a page, whose first dozen are asked over and over."""
    with servers.csmap(town) as addresses:
        own, told = _asked(addresses, OURS, town.rows["service_point"])
    yield Row("page of 1,000 features", "", own.each_s, None, told)
    for name, (start, path) in THEIRS.items():
        try:
            with start(town) as addresses:
                other, told = _asked(addresses, path, town.rows["service_point"])
        except servers.Missing as reason:
            print(f"{name} skipped: {reason}", flush=True)
            continue
        yield Row("page of 1,000 features", name, own.each_s, other.each_s, f"theirs {told}")


def _asked(addresses: list[str], path: str, count: int) -> tuple[Asked, str]:
    """Follow the links of the first pages, then ask for them over and over."""
    paths = [path]
    while len(paths) < PAGES:
        page = _page(addresses[0], paths[-1])
        if page["numberMatched"] != count or len(page["features"]) != min(1000, count):
            return ask(addresses, paths), f"NO: {page['numberMatched']} matched, {len(page['features'])} features"
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            break
        parts = urlsplit(following[0])
        paths.append(f"{parts.path}?{parts.query}")
    found = warmed(addresses, paths)
    return found, f"{found.size / found.count / 1000:.0f} kB"


def _page(address: str, path: str) -> dict[str, Any]:
    connection = HTTPConnection(address, timeout=300)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise servers.Missing(f"{path}: {answer.status} {body[:300]!r}")
    found: dict[str, Any] = json.loads(body)
    return found
