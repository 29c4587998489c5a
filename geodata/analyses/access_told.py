"""Access as JSON can hold it, for programs and for runs."""

from __future__ import annotations

import numpy as np

from geodata.analyses.access import PER_PEOPLE, AccessAnswer
from geodata.analyses.facts import plain
from geodata.coverage.access import GroupAccess
from geodata.statistics.rates import PERCENT_BASE


def access_as_json(answer: AccessAnswer) -> dict[str, object]:
    """Return an answer as JSON can hold it; what isn't known is null."""
    asked = answer.ground.asked
    return {
        "service": asked.service.id,
        "method": answer.method,
        "mode": asked.mode.id,
        "minutes": plain(asked.minutes),
        "at": None if asked.at is None else str(asked.at),
        "changes": list(asked.changes),
        "changes_left_out": list(asked.changes_left_out),
        "unit": "desks" if answer.method == "gravity" else f"desks per {PER_PEOPLE} people",
        "people": plain(float(answer.people.sum())),
        "supply": plain(answer.supply),
        "mean": round(answer.mean, 6),
        "without": plain(answer.without),
        "gini": None if answer.gini is None else round(answer.gini, 6),
        "lorenz_tenths": None if answer.lorenz is None else [round(share, 6) for share in answer.lorenz],
        "lorenz_tenths_by_group": {
            name: None if tenths is None else [round(share, 6) for share in tenths]
            for name, tenths in answer.group_lorenz.items()
        },
        "groups": {name: None if group is None else _group(group) for name, group in answer.groups.items()},
        "unknown": {
            "posts_without_capacity": answer.posts_unknown,
            "people_beside_them": plain(answer.people_beside_unknown),
            "places_without_people": answer.places_unknown,
            "people_of_unknown_status": plain(answer.status_unknown),
            "people_where_no_elderly_are_counted": _plain(answer.elderly_unknown),
            "elderly_of_no_known_home": _plain(answer.elderly_left_out),
        },
        "receipt": dict(answer.receipt),
    }


def _plain(number: float | None) -> float | int | None:
    return None if number is None else plain(number)


def _group(group: GroupAccess) -> dict[str, object]:
    def told(value: float) -> float | None:
        return None if np.isnan(value) else round(float(value), 6)

    return {
        "people": plain(group.people),
        "mean": told(group.mean),
        "without_share": told(group.without_share) if group.people >= PERCENT_BASE else None,
        "gini": told(group.gini),
    }
