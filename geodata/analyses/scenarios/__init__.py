"""Changes that are tried together: saved under a name, and compared with today or with each other."""

from geodata.analyses.coverage.stated import KINDS, MOST_CHANGES, Stated, checked
from geodata.analyses.scenarios.compare import AreaChange, Comparison, Moved, comparison
from geodata.analyses.scenarios.kept import compared, comparison_run
from geodata.analyses.scenarios.report import as_json, drawn
from geodata.analyses.scenarios.saved import (
    Saved,
    forget,
    listed,
    rename,
    save,
    saved_scenario,
)

__all__ = [
    "KINDS",
    "MOST_CHANGES",
    "AreaChange",
    "Comparison",
    "Moved",
    "Saved",
    "Stated",
    "as_json",
    "checked",
    "compared",
    "comparison",
    "comparison_run",
    "drawn",
    "forget",
    "listed",
    "rename",
    "save",
    "saved_scenario",
]
