"""A plan to begin with: today's districts, mended until each is in one piece and there are as many as asked for."""

from __future__ import annotations

import numpy as np

from geodata.coverage.arrays import Floats, Ints, Mask
from geodata.coverage.districts.plan import pieces_of

NOBODYS = -1
"""The district of a unit that has none."""


def mended(workload: Floats, households: Floats, pairs: Ints, today: Ints, component: Ints, count: int) -> Ints:
    """Return (n,) districts in one piece each, `count` in all; numbers of today's stay, new ones come after.

    Args:
        workload, households: (n,) of each unit.
        pairs: (m, 2) units that touch.
        today: (n,) district of each unit, NOBODYS for none.
        component: (n,) units that hang together at all.
        count: of districts: at least one for each component, at most one for each unit.
    """
    district = _greatest_pieces(households, pairs, today)
    _take_in(district, workload, pairs)
    for number in range(int(component.max()) + 1):
        if (district[component == number] == NOBODYS).all():
            district[component == number] = _new(district, today)
    for number, share in enumerate(_shares(workload, component, count).tolist()):
        own = component == number
        while len(np.unique(district[own])) > share:
            _join(district, workload, households, pairs, own)
        while len(np.unique(district[own])) < share:
            _part(district, workload, pairs, own, _new(district, today))
    return district


def _greatest_pieces(households: Floats, pairs: Ints, today: Ints) -> Ints:
    """Return today's districts without the pieces that are torn off: of each, the one with most households stays."""
    piece = pieces_of(today, pairs)
    held = np.bincount(piece, households)
    first = np.unique(piece, return_index=True)[1]
    of_piece = today[first]
    # The last of a district in this order is its greatest piece, of equal ones the first.
    order = np.lexsort((-first, held, of_piece))
    is_last = np.ones(len(order), dtype=np.bool_)
    is_last[:-1] = of_piece[order][1:] != of_piece[order][:-1]
    stays = np.zeros(len(held), dtype=np.bool_)
    stays[order[is_last]] = True
    return np.where(stays[piece] & (today >= 0), today, NOBODYS)


def _take_in(district: Ints, workload: Floats, pairs: Ints) -> None:
    """Give units without a district to the neighbouring one that has the least to do, one after the other."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    while True:
        border = both[(district[both[:, 0]] == NOBODYS) & (district[both[:, 1]] != NOBODYS)]
        if not len(border):
            return
        has = district != NOBODYS
        held = np.bincount(district[has], workload[has])
        unit, other = border[np.lexsort((border[:, 1], border[:, 0], held[district[border[:, 1]]]))[0]]
        district[unit] = district[other]


def _new(district: Ints, today: Ints) -> int:
    """Return a number that no district has, nor had."""
    return int(max(district.max(), today.max())) + 1


def _shares(workload: Floats, component: Ints, count: int) -> Ints:
    """Return how many districts each component gets: the next one where there is most to do for each."""
    held, units = np.bincount(component, workload), np.bincount(component)
    found = np.ones(len(held), dtype=np.int64)
    for _ in range(count - len(held)):
        found[np.argmax(np.where(found < units, held / found, -1.0))] += 1
    return found


def _join(district: Ints, workload: Floats, households: Floats, pairs: Ints, own: Mask) -> None:
    """Make one of the two neighbouring districts of a component that have least to do together."""
    one, other = district[pairs[own[pairs[:, 0]]]].T
    border = np.unique(np.sort(np.column_stack([one, other])[one != other], axis=1), axis=0)
    held, people = np.bincount(district, workload), np.bincount(district, households)
    one, other = border[np.argmin(held[border].sum(axis=1))]
    kept, gone = (one, other) if people[one] >= people[other] else (other, one)
    district[district == gone] = kept


def _part(district: Ints, workload: Floats, pairs: Ints, own: Mask, new: int) -> None:
    """Make two of a component's district that has most to do and more than one unit, where a tree's cut halves it."""
    numbers, units = np.unique(district[own], return_counts=True)
    held = np.bincount(district[own], workload[own])[numbers]
    number = int(numbers[np.argmax(np.where(units > 1, held, -1.0))])
    members = np.flatnonzero(district == number)
    above, order = _tree(members, pairs[(district[pairs] == number).all(axis=1)], len(district))
    below = workload.copy()
    for unit in order[:0:-1]:
        below[above[unit]] += below[unit]
    whole = workload[members].sum()
    cut = min(order[1:], key=lambda unit: (abs(below[unit] - whole / 2), unit))
    part = {cut}
    for unit in order:
        if above[unit] in part:
            part.add(unit)
    district[list(part)] = new


def _tree(members: Ints, inside: Ints, count: int) -> tuple[list[int], list[int]]:
    """Return each unit's parent in a tree of breadth first over the members, and the order of its making."""
    near: dict[int, list[int]] = {int(unit): [] for unit in members}
    for one, other in inside.tolist():
        near[one].append(other)
        near[other].append(one)
    above, order = [-1] * count, [int(members[0])]
    seen = {order[0]}
    for unit in order:
        for other in sorted(near[unit]):
            if other not in seen:
                seen.add(other)
                above[other] = unit
                order.append(other)
    return above, order
