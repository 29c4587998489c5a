"""Writes truth.json: what is wrong on purpose, where every record truly is, who isn't covered and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from shapely.geometry import Point

from etl.sample.earth import degrees
from etl.sample.records.files import Fault

Places = Mapping[str, Sequence[tuple[str, Point]]]
"""By layer, the keys of its records and where they truly are, metres from the town's centre."""


def write_truth(
    path: Path,
    *,
    seed: int,
    as_of: date,
    faults: Sequence[Fault],
    places: Places,
    coverage: Mapping[str, object],
) -> None:
    """Write the truth about the sample.

    Args:
        path: the file.
        seed: the town's.
        as_of: the day on which the offices handed the files over.
        faults: what is wrong in the files on purpose, and lines that are no record; one a line.
        places: written as [longitude, latitude] in WGS 84, to 7 digits.
        coverage: the standard, who isn't covered and why.
    """
    head = {"synthetic": True, "seed": seed, "scale": 1, "as_of": as_of.isoformat()}
    facts = {
        "faults": _lines([fault.facts() for fault in faults]),
        "places": _object({layer: _pairs(records) for layer, records in places.items()}),
        "coverage": _object({key: _lines(value) for key, value in coverage.items()}),
    }
    opening = json.dumps(head, ensure_ascii=False).removesuffix("}")
    body = "".join(f', "{key}": {value}' for key, value in facts.items())
    path.write_text(f"{opening}{body}}}\n", encoding="utf-8")


def _object(parts: Mapping[str, str]) -> str:
    return "{\n" + ",\n".join(f'"{key}": {value}' for key, value in parts.items()) + "\n}"


def _pairs(records: Sequence[tuple[str, Point]]) -> str:
    where = degrees([place for _, place in records], "wgs84").tolist()
    return json.dumps({key: pair for (key, _), pair in zip(records, where, strict=True)}, ensure_ascii=False)


def _lines(value: object) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)
