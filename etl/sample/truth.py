"""Writes truth.json: what is wrong in the files on purpose, and what has to become of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from etl.sample.records.files import Fault


def write_truth(path: Path, *, seed: int, as_of: date, faults: Sequence[Fault]) -> None:
    """Write the truth about the sample: a fault a line, and lines that are no record among them."""
    head = {"synthetic": True, "seed": seed, "scale": 1, "as_of": as_of.isoformat()}
    lines = ",\n".join(json.dumps(fault.facts(), ensure_ascii=False) for fault in faults)
    opening = json.dumps(head, ensure_ascii=False).removesuffix("}")
    path.write_text(f'{opening}, "faults": [\n{lines}\n]}}\n', encoding="utf-8")
