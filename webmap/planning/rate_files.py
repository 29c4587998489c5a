"""The numbers behind the maps of rates and of hot spots as tables to take away, and what they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from geodata.analyses.hotspots import Spots, frame_of_spots
from geodata.analyses.rates import Rates, frame_of_rates
from webmap.planning.table_files import about_receipt, table_file

_SAID = ("definition", "too_few", "small_counts")


def rates_file(found: Rates, ending: str, language: str) -> bytes:
    """Return rates as a file: every area in every period.

    Args:
        found: the rates.
        ending: one of those of tables.
        language: "zh-CN" or "en", of what a workbook says about them.
    """
    return table_file(frame_of_rates(found), ending, title="rates", about=_about(found, language))


def spots_file(found: Spots, ending: str, language: str) -> bytes:
    """Return hot spots as a file: every place with its count and what was found of it, no more than the map tells.

    Args:
        found: the hot spots.
        ending: one of those of tables.
        language: "zh-CN" or "en", of what a workbook says about them.
    """
    frame = pd.DataFrame(frame_of_spots(found).drop(columns="geometry"))
    about = about_receipt(found.receipt, _SAID, language)
    return table_file(frame, ending, title="hotspots", about=about)


def _about(found: Rates, language: str) -> Iterable[list[Any]]:
    """Give what the numbers are: definition, limits, breaks, day and code."""
    return [*about_receipt(found.receipt, _SAID, language), ["breaks", *found.breaks]]
