"""How much of a service each place can get at, how unequally that is spread, and how groups fare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from geodata.analyses.coverage.ground import Ground
from geodata.analyses.coverage.question import layers_read
from geodata.analyses.coverage.receipt import receipt_of
from geodata.analyses.coverage.weights import elderly_of
from geodata.analyses.facts import both, ground_facts
from geodata.analyses.siting.ways import sitings_of
from geodata.coverage.access import (
    GroupAccess,
    access_by_group,
    exponential,
    gaussian,
    gini,
    gravity,
    lorenz,
    modified_two_step,
    two_step_floating_catchment,
)
from geodata.coverage.arrays import Floats, Ints
from geodata.errors import InvalidInput
from geodata.layers.text import Text
from geodata.queries.three_nos import read_three_nos

METHODS = ("2sfca", "e2sfca", "m2sfca", "gravity")
"""Everybody within the limit alike; less for those farther off; what is far is partly lost; what is near, whoever else
uses it."""
USUAL = "e2sfca"
"""The method unless another is asked for: near posts count more than far ones."""
DEFINITIONS = {
    "2sfca": Text(
        "限时内同等对待（2SFCA）：每千人可及的席位", "2SFCA: desks per 1,000 people, all within the limit alike"
    ),
    "e2sfca": Text(
        "按时间以钟形曲线衰减，到时限为零（E2SFCA，高斯）：每千人可及的席位",
        "E2SFCA: desks per 1,000 people; a bell curve of the time, 0 at the limit",
    ),
    "m2sfca": Text(
        "远处供给有损耗（M2SFCA，高斯）：每千人可及的席位",
        "M2SFCA: desks per 1,000 people; of what is far a part is lost, by the same bell curve",
    ),
    "gravity": Text(
        "周边席位按时间折减，每过半个时限减半，不计竞争（引力势）",
        "Gravity: desks around, halved with every half of the limit, whoever else uses them",
    ),
}
PER_PEOPLE = 1000
"""Desks are told for so many people."""
_TENTHS = np.linspace(0, 1, 11)


@dataclass(frozen=True, eq=False)
class AccessAnswer:
    """What people can get at.

    Attributes:
        method: one of `METHODS`.
        ground: posts, places and streets.
        site: (s,) the ground's number of each way in.
        people: (s,) residents that are known of, by way in: a compound with its gates, or a place of its own.
        access: (s,) desks per 1,000 people, or desks for "gravity"; at least so much beside a post of unknown size.
        supply: the capacity of open posts that is known, in all.
        posts_unknown: open posts whose capacity nobody has said: they give nothing here, and aren't taken for none.
        people_beside_unknown: those in reach of such a post, whose access may be more than is told.
        places_unknown: places where nobody has counted the people.
        gini: 0 where all have the same, 1 where one has all; None where nobody has any.
        lorenz: at each tenth of the people, those with the least first, the share of the access that they have.
        group_lorenz: by name, as `lorenz`; None where a group isn't known or has no access.
        groups: by name; None where a group isn't known.
        status_unknown: people of compounds, or of none, of which nobody has said whether they are three-nos ones.
        elderly_unknown: residents where nobody has counted those aged 65 and over; None where nobody has anywhere.
        elderly_left_out: people aged 65 and over of areas where no home is known; None where nobody has counted any.
        receipt: what the answer stands on.
    """

    method: str
    ground: Ground
    site: Ints
    people: Floats
    access: Floats
    supply: float
    posts_unknown: int
    people_beside_unknown: float
    places_unknown: int
    gini: float | None
    lorenz: tuple[float, ...] | None
    group_lorenz: Mapping[str, tuple[float, ...] | None]
    groups: Mapping[str, GroupAccess | None]
    status_unknown: float
    elderly_unknown: float | None
    elderly_left_out: float | None
    receipt: Mapping[str, object]

    @property
    def mean(self) -> float:
        """What people have on average."""
        return float(self.people @ self.access / self.people.sum())

    @property
    def without(self) -> float:
        """The people who have nothing that is known of."""
        return float(self.people[self.access == 0].sum())


def measure_access(ground: Ground, method: str = USUAL) -> AccessAnswer:
    """Return what people can get at of a service whose posts have a capacity.

    Args:
        ground: of `ground_of(settings, Question(...))`, weighted by residents.
        method: one of `METHODS`.

    Raises:
        InvalidInput: no such method, another weight than residents, or no open post's capacity is known.
    """
    if method not in METHODS:
        raise InvalidInput(
            f"no method {method!r}; there are {', '.join(METHODS)}",
            zh=f"无法识别的方法 {method!r}；可选：{'、'.join(METHODS)}",
        )
    asked = ground.asked
    if asked.weight != "residents":
        raise InvalidInput(
            f"access by {asked.weight}; wanted are residents, who share what posts have",
            zh="可达性只能按居民计算",
        )
    ways = sitings_of(ground, np.zeros(0, dtype=object), limit_ds=asked.limit_ds)
    stated = [ground.posts[post].capacity for post in ways.post.tolist()]
    is_known = np.array([capacity is not None for capacity in stated], dtype=np.bool_)
    if not len(stated):
        raise InvalidInput(
            f"no post of {asked.service.id} is open {asked.at or 'at any time'} and on the streets; nobody gets at any",
            zh=f"“{asked.service.title.zh}”此时没有任何开放且在道路旁的服务点，无人可及",
        )
    if not is_known.any():
        raise InvalidInput(
            f"nobody has said how many desks any open post of {asked.service.id} has; load their capacity, or ask for "
            "coverage, which needs none",
            zh=f"“{asked.service.title.zh}”的服务点都没有登记容量：请先导入，或改看覆盖",
        )
    supply = np.array([capacity or 0 for capacity in stated], dtype=np.float64)
    access = _measures(asked.limit_ds)[method](ways.people, supply, ways.travel_ds)
    beside = ways.covers(asked.limit_ds) @ (~is_known).astype(np.float64) > 0
    elderly = _elderly(ground)
    groups, status_unknown = _groups(ground, elderly)
    has_any = bool((access * ways.people).sum() > 0)
    known = {name: people for name, people in groups.items() if people is not None}
    told = access_by_group(access, known)
    return AccessAnswer(
        method=method,
        ground=ground,
        site=ways.site,
        people=ways.people,
        access=access,
        supply=float(supply.sum()),
        posts_unknown=int((~is_known).sum()),
        people_beside_unknown=float(ways.people[beside].sum()),
        places_unknown=int(np.isnan(ground.places.people).sum()),
        gini=gini(access, ways.people) if has_any else None,
        lorenz=_lorenz_of(access, ways.people),
        group_lorenz={name: None if people is None else _lorenz_of(access, people) for name, people in groups.items()},
        groups={name: told.get(name) for name in groups},
        status_unknown=status_unknown,
        elderly_unknown=None if elderly is None else elderly.unknown,
        elderly_left_out=None if elderly is None else elderly.left_out,
        receipt={
            **receipt_of(ground, np.zeros(0)),
            "method": method,
            "measure": both(DEFINITIONS[method]),
            **ground_facts(ground.settings, layers_read(ground.asked) | {"area_population", "compound_status"}),
        },
    )


def _measures(limit_ds: int) -> Mapping[str, Callable[..., Floats]]:
    """Return the methods as functions of people, supply and times."""
    bell, half = gaussian(limit_ds), exponential(max(1, limit_ds // 2))
    return {
        "2sfca": lambda people, supply, ways: (
            PER_PEOPLE * two_step_floating_catchment(people, supply, ways, limit_ds=limit_ds)
        ),
        "e2sfca": lambda people, supply, ways: (
            PER_PEOPLE * two_step_floating_catchment(people, supply, ways, limit_ds=limit_ds, decay=bell)
        ),
        "m2sfca": lambda people, supply, ways: (
            PER_PEOPLE * modified_two_step(people, supply, ways, limit_ds=limit_ds, decay=bell)
        ),
        "gravity": lambda _, supply, ways: gravity(supply, ways, limit_ds=limit_ds, decay=half),
    }


@dataclass(frozen=True, eq=False)
class _Elderly:
    """The people aged 65 and over.

    Attributes:
        people: (n,) of each place; 0 where nobody has counted them, for sums only.
        unknown: residents of these places.
        left_out: people aged 65 and over of no place.
    """

    people: Floats
    unknown: float
    left_out: float


def _groups(ground: Ground, elderly: _Elderly | None) -> tuple[dict[str, Floats | None], float]:
    """Return (s,) the people of each group by way in, None where they aren't known; and those of unknown status."""
    places, known = ground.places, np.nan_to_num(ground.places.people)
    status = read_three_nos(ground.settings)
    of_place = [status.get(compound) for compound in places.compound.tolist()]
    lacks = np.array([each is True for each in of_place], dtype=np.bool_)
    has = np.array([each is False for each in of_place], dtype=np.bool_)
    found: dict[str, Floats | None] = {
        "aged_65": None if elderly is None else _by_site(ground, elderly.people),
        "three_nos": _by_site(ground, known * lacks) if status else None,
        "not_three_nos": _by_site(ground, known * has) if status else None,
    }
    return found, float(known[~lacks & ~has].sum())


def _elderly(ground: Ground) -> _Elderly | None:
    """Return the people aged 65 and over, shared from areas; None where no area's are known."""
    try:
        places = elderly_of(ground.settings, ground.asked.demand)
    except InvalidInput:
        return None
    keys = zip(places.layers, (row.id for row in places.rows), strict=True)
    held = dict(zip(keys, places.people.tolist(), strict=True))
    own = zip(ground.places.layers, (row.id for row in ground.places.rows), strict=True)
    people = np.array([held.get(key, np.nan) for key in own], dtype=np.float64)
    residents = np.nan_to_num(ground.places.people)
    found = np.nan_to_num(people)
    beyond = float(np.nansum(places.people) - found.sum())
    return _Elderly(found, float(residents[np.isnan(people)].sum()), beyond + (places.left_out or 0.0))


def _by_site(ground: Ground, people: Floats) -> Floats:
    """Return people by way in, of those ways in that have residents, as `sitings_of` numbers them."""
    known = np.bincount(ground.place_site, np.nan_to_num(ground.places.people), ground.site_count)
    return np.asarray(np.bincount(ground.place_site, people, ground.site_count), dtype=np.float64)[known > 0]


def _lorenz_of(access: Floats, people: Floats) -> tuple[float, ...] | None:
    """Return the share of the access at each tenth of some people; None where they have none."""
    if not float(access @ people) > 0:
        return None
    people_share, access_share = lorenz(access, people)
    return tuple(np.interp(_TENTHS, people_share, access_share).tolist())
