"""The districts of a larger sample: the first is Leping, the names and codes of all others are invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, cos, radians, sin, sqrt

from etl.sample import names
from etl.sample.stems import RESERVED, dealt, most

_APART_M = (5200.0, 6400.0)
"""From centre to centre along the towns' streets: between two towns lie fields, and the roads that join them."""
_MOST_COLUMNS = 7
"""An eighth would lead out of the zone in which the sample's metres are counted, which ends at 112.5 E."""
_TURN_DEG = -7.0
"""How the plan of a town is turned, on the average: roads that end at one town's edge point at the next one's."""
_TAILS = tuple("禾岭坪塘湾桥田坡林畈洲港渡冲垅埠井垭墩滩")
_STEP = 43
MOST = 1 + min(most(), 99)


@dataclass(frozen=True)
class District:
    """One sub-district.

    Attributes:
        number: 0 for Leping.
        communities: the code and name of each.
        column, row: its place among the districts; the first one's is 0, 0.
    """

    number: int
    name: str
    code: str
    communities: tuple[tuple[str, str], ...]
    column: int = 0
    row: int = 0

    @property
    def prefix(self) -> str:
        """What the keys of its records begin with; nothing for Leping's."""
        return f"{self.number:02d}-" if self.number else ""

    @property
    def own_seed(self) -> tuple[int, ...]:
        """What sets its dice apart from those of the first district."""
        return (self.number,) if self.number else ()

    @property
    def exchange(self) -> str:
        """The first four digits of its offices' telephones."""
        return f"81{self.number:02d}" if self.number else "8000"

    @property
    def shift_m(self) -> tuple[float, float]:
        """Its centre, whole metres east and north of the first one's."""
        east, north = self.column * _APART_M[0], self.row * _APART_M[1]
        turn = radians(_TURN_DEG)
        return float(round(east * cos(turn) - north * sin(turn))), float(round(east * sin(turn) + north * cos(turn)))

    @property
    def label(self) -> str:
        """The name under which it is listed: an invented one says so."""
        return f"{self.name}（虚构）" if self.number else self.name

    @property
    def river(self) -> str:
        """The name of its river, which flows through all districts of its column."""
        return (dealt(self.column)[names.RIVER_NAME[:2]] if self.column else names.RIVER_NAME[:2]) + names.RIVER_NAME[
            2:
        ]

    @cached_property
    def _stems(self) -> dict[str, str]:
        own = dict.fromkeys((names.STREET_NAME[:2], names.STATION_NAME[:2]), self.name[:2])
        return dealt(self.number) | own

    def localised(self, text: str) -> str:
        """Return a name made for Leping as this district has it; no two districts have the same."""
        if not self.number or not text:
            return text
        if text[:2] in self._stems:
            return self._stems[text[:2]] + text[2:]
        old = "原" if text.startswith("原") else ""
        return f"{old}{self.name[:2]}{text.removeprefix(old)}"


LEPING = District(0, names.STREET_NAME, names.STREET_CODE, names.COMMUNITIES)


def lay_districts(scale: int) -> list[District]:
    """Return `scale` districts side by side, in rows from the west to the east; the first is Leping.

    Raises:
        ValueError: less than one, or more than there are names for.
    """
    if not 1 <= scale <= MOST:
        raise ValueError(f"{scale} districts can't be made; wanted are 1 to {MOST}")
    return [LEPING, *(_invented(number, min(ceil(sqrt(scale)), _MOST_COLUMNS)) for number in range(1, scale))]


def together(districts: Sequence[District]) -> str:
    """Return what several districts are called together."""
    return districts[0].name + (f"等{len(districts)}个街道" if len(districts) > 1 else "")


def _invented(number: int, columns: int) -> District:
    """A district of no real county: codes that begin with 4399 are nobody's."""
    row, column = divmod(number, columns)
    code = f"4399{number // 10:02d}{number % 10 + 1:03d}"
    own = [_community_name(number * 12 + rank) for rank in range(12)]
    communities = tuple((f"{code}{rank:03d}", name) for rank, name in enumerate(own, start=1))
    return District(number, f"{RESERVED[number]}街道", code, communities, column, row)


def _community_name(number: int) -> str:
    """An invented name, another one for each number: all pairs of syllables, then all with 新 before them ...

    Steps of a prime go through all pairs, and neighbours have no syllable in common.
    """
    known = {name.removesuffix("社区") for _, name in names.COMMUNITIES}
    heads = dict.fromkeys(name[0] for name in RESERVED)
    pairs = [head + tail for head in heads for tail in _TAILS if head + tail not in known]
    times, at = divmod(number, len(pairs))
    return f"{('', '新', '老', '上')[times]}{pairs[at * _STEP % len(pairs)]}社区"
