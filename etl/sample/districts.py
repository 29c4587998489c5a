"""The districts of a larger sample: the first is Leping, the names and codes of all others are invented."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from etl.sample import names

_APART_M = (5200.0, 6400.0)
"""From centre to centre, east and north: no town's roads reach into another."""
_HEADS = tuple("青碧紫金银云霞星月岚溪泉石竹松柏枫桐兰荷")
_TAILS = tuple("禾岭坪塘湾桥田坡林畈洲港渡冲垅埠井垭墩滩")
_STREET_TAILS = ("澜", "屏", "川", "原", "台", "陂")
MOST = len(_HEADS) * len(_STREET_TAILS)


@dataclass(frozen=True)
class District:
    """One sub-district.

    Attributes:
        number: 0 for Leping.
        communities: the code and name of each.
        shift_m: its centre, metres east and north of the first one's.
    """

    number: int
    name: str
    code: str
    communities: tuple[tuple[str, str], ...]
    shift_m: tuple[float, float]

    @property
    def prefix(self) -> str:
        """What the keys of its records begin with; nothing for Leping's."""
        return f"{self.number:02d}-" if self.number else ""

    def localised(self, text: str) -> str:
        """Return a name made for Leping as this district has it."""
        return text.replace(names.STREET_NAME[:2], self.name[:2])


LEPING = District(0, names.STREET_NAME, names.STREET_CODE, names.COMMUNITIES, (0.0, 0.0))


def lay_districts(scale: int) -> list[District]:
    """Return `scale` districts side by side, in rows from the west to the east; the first is Leping.

    Raises:
        ValueError: less than one, or more than there are names for.
    """
    if not 1 <= scale <= MOST:
        raise ValueError(f"{scale} districts can't be made; wanted are 1 to {MOST}")
    return [LEPING, *(_invented(number, ceil(sqrt(scale))) for number in range(1, scale))]


def _invented(number: int, columns: int) -> District:
    """A district of no real county: codes that begin with 4399 are nobody's."""
    row, column = divmod(number, columns)
    code = f"4399{number // 10:02d}{number % 10 + 1:03d}"
    head, tail = _HEADS[number % len(_HEADS)], _STREET_TAILS[number // len(_HEADS)]
    own = [_community_name(number * 12 + rank) for rank in range(12)]
    communities = tuple((f"{code}{rank:03d}", name) for rank, name in enumerate(own, start=1))
    return District(number, f"{head}{tail}街道", code, communities, (column * _APART_M[0], row * _APART_M[1]))


def _community_name(number: int) -> str:
    """An invented name, another one for each number: all pairs of syllables, then all with 新 before them ..."""
    known = {name.removesuffix("社区") for _, name in names.COMMUNITIES}
    pairs = [head + tail for head in _HEADS for tail in _TAILS if head + tail not in known]
    times, at = divmod(number, len(pairs))
    return f"{('', '新', '老', '上')[times]}{pairs[at]}社区"
