"""What leads analyses of coverage astray has a test each, found by its number: `grep -rn "Trap 5" tests`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TRAPS = {
    1: "pgr_drivingDistance with equicost tells wrong posts and times: it is held against without",
    2: "other engines round times, tell the cap for what is beyond it, and run from place to post",
    3: "sparse matrices add parallel arcs up and lose arcs of 0",
    4: "in the OR-Library a later duplicate of an edge overrides",
    5: "Gi* with weights standardised by row is another z",
    6: "who reaches nothing has an access of 0, not of nothing known",
    7: "a limit is inclusive, in whole deciseconds",
    8: "places and posts join edges, not nodes; what can't be joined is a state of its own",
    9: "people are counted by their ways, never by an outline that they lie in",
    10: "proven is only what its bound meets; else the gap is said",
    11: "posts that stand count, and not among those that are added",
}
TESTS = Path(__file__).parents[1]
MARK = re.compile(r"^# Trap (\d+)\.\n(?:@.*\n(?:[ )\]].*\n)*)*def test_", re.MULTILINE)


@pytest.mark.parametrize("number", TRAPS, ids=TRAPS.get)
def test_every_trap_has_a_test(number: int) -> None:
    found = [path.name for path in TESTS.rglob("test_*.py") if str(number) in MARK.findall(path.read_text("utf-8"))]
    assert found, f"no test is marked with # Trap {number}."
