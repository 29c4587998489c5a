"""Facts that every receipt has: which data an answer was worked out from, and texts in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from geodata.layers.text import Text
from geodata.queries.versions import LayerVersion, layer_versions
from geodata.settings import Settings
from geodata.version import code_version


def ground_facts(settings: Settings, layers: Iterable[str]) -> dict[str, object]:
    """Return data versions, code version and day of an answer, as JSON can hold them.

    Args:
        settings: the deployment.
        layers: ids of those that were read.
    """
    versions = layer_versions(settings, sorted(set(layers)))
    return {
        "data": {layer: _version(version) for layer, version in versions.items()},
        "code": code_version(),
        "as_of": settings.today().isoformat(),
        "synthetic": settings.synthetic,
    }


def both(text: Text) -> dict[str, str]:
    """Return a text in its languages."""
    return {"zh-CN": text.zh, "en": text.en}


def plain(value: float) -> float | int:
    """Return a number as JSON should show it: whole where it is, else six decimals."""
    return int(value) if float(value).is_integer() else round(float(value), 6)


def _version(version: LayerVersion) -> dict[str, object]:
    recorded = None if version.recorded is None else version.recorded.isoformat()
    return {"count": version.count, "load": version.load_id, "recorded": recorded}
