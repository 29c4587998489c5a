"""Writes truth.json: what is wrong on purpose, where every record truly is, who isn't covered and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from etl.sample.records.files import Fault

Places = Mapping[str, Mapping[str, Sequence[float]]]
"""By layer, the keys of its records and where they truly are: [longitude, latitude] in WGS 84, 7 digits."""


def write_truth(
    path: Path,
    *,
    head: Mapping[str, object],
    faults: Sequence[Fault],
    places: Places,
    coverage: Mapping[str, object],
) -> None:
    """Write the truth about the sample.

    Args:
        path: the file.
        head: what the sample was made from.
        faults: what is wrong in the files on purpose, and lines that are no record; one a line.
        places: where each record with a place truly is.
        coverage: the standard, who isn't covered and why.
    """
    facts = {
        "faults": _lines([fault.facts() for fault in faults]),
        "places": _object({layer: json.dumps(records, ensure_ascii=False) for layer, records in places.items()}),
        "coverage": _object({key: _lines(value) for key, value in coverage.items()}),
    }
    opening = json.dumps({"synthetic": True, **head}, ensure_ascii=False).removesuffix("}")
    body = "".join(f', "{key}": {value}' for key, value in facts.items())
    path.write_text(f"{opening}{body}}}\n", encoding="utf-8")


def _object(parts: Mapping[str, str]) -> str:
    return "{\n" + ",\n".join(f'"{key}": {value}' for key, value in parts.items()) + "\n}"


def _lines(value: object) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)
