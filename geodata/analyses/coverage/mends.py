"""What would mend a gap: the steps of its places, those together that are told alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.remedies import Remedy, more_room_at, remedies_of
from geodata.coverage.arrays import Ints


@dataclass(frozen=True)
class Mend:
    """Steps for some places of a gap: those that are told alike, wherever each has to be.

    Attributes:
        steps: by place, what covers it.
        people: of these places.
    """

    steps: tuple[tuple[Remedy, ...], ...]
    people: float


MOST_MENDED = 5_000
"""So many sites of a gap are asked what would mend them, the fullest first: the others have the same causes."""


def mends_of(answer: Answer, inside: Ints) -> list[Mend]:
    """Return what would mend a gap: all kinds of steps that its places need, those for the most people first.

    Args:
        answer: of `cover`.
        inside: numbers of the gap's places; all have the same cause.
    """
    order = inside[np.argsort(-answer.known[inside], kind="stable")]
    if answer.cause[order[0]] == "capacity":
        posts = np.unique(answer.post[order]).tolist()
        found = [(more_room_at(answer, post, order[answer.post[order] == post]),) for post in posts]
        mends = [Mend((steps,), steps[0].people or 0.0) for steps in found]
    else:
        steps_of = _steps(answer, order)
        alike: dict[object, list[int]] = {}
        for place, steps in steps_of.items():
            alike.setdefault(tuple((s.kind, s.gate, s.post, s.streets) for s in steps), []).append(place)
        mends = [
            Mend(tuple(steps_of[place] for place in places), float(answer.known[places].sum()))
            for places in alike.values()
        ]
    return sorted(mends, key=lambda mend: -mend.people)


def _steps(answer: Answer, places: Ints) -> dict[int, tuple[Remedy, ...]]:
    """Return the steps of places, as many as MOST_MENDED sites have: places of one site are entered alike."""
    sites = answer.ground.place_site[places].tolist()
    found: dict[int, tuple[Remedy, ...]] = {}
    of_site: dict[tuple[int, tuple[str, ...]], tuple[Remedy, ...]] = {}
    for place, site in zip(places.tolist(), sites, strict=True):
        key = site, answer.lifted[place]
        if key not in of_site:
            if len(of_site) == MOST_MENDED:
                continue
            of_site[key] = remedies_of(answer, place)
        found[place] = of_site[key]
    return found
