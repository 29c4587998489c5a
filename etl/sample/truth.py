"""Writes the truth: what is wrong on purpose, who isn't covered and why, and where every record truly is."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from etl.sample.records.files import Fault

PlaceRow = tuple[str, str, float, float]
"""Layer, key, longitude and latitude (WGS 84, 7 digits) of a record; of a shape those of its centroid."""


def write_places(path: Path, towns: Iterable[Sequence[PlaceRow]]) -> None:
    """Write where each record with a place truly is, town after town."""
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(("layer", "key", "lon", "lat"))
        for rows in towns:
            table.writerows(rows)


def write_truth(
    path: Path,
    *,
    head: Mapping[str, object],
    faults: Sequence[Fault],
    coverage: Mapping[str, object],
) -> None:
    """Write the truth about the sample but for the places.

    Args:
        path: the file.
        head: what the sample was made from.
        faults: what is wrong in the files on purpose, and lines that are no record; one a line.
        coverage: the standard, who isn't covered and why.
    """
    facts = {
        "faults": _lines([fault.facts() for fault in faults]),
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
