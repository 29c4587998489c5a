"""Scenarios that are kept: saved, listed, renamed, forgotten; of each it is told whether it is older than its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geodata.analyses.coverage.question import Question, understand
from geodata.analyses.coverage.stated import checked
from geodata.analyses.coverage.understood import check_services, understand_changes
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.queries.scenarios import (
    Scenario,
    forget_scenario,
    get_scenario,
    keep_scenario,
    layers_changed_since,
    list_scenarios,
    rename_scenario,
)
from geodata.services import get_service
from geodata.settings import Settings

LONGEST_NAME = 80
_NAMES_OF = {
    "add_gate": ("compound",),
    "open_gate": ("compound", "gate"),
    "add_crossing": ("road",),
    "add_barrier": ("road",),
    "open_both_ways": ("road",),
    "set_speed": ("road",),
}
"""The layers that each kind of change was made on, besides the posts of its service."""


@dataclass(frozen=True)
class Saved:
    """A scenario as it is kept.

    Attributes:
        name: what planners call it.
        changes: its changes, in their one form.
        saved: when.
        outdated: the layers it was made on that loads have changed since, by id.
    """

    name: str
    changes: Sequence[Mapping[str, Any]]
    saved: datetime
    outdated: tuple[str, ...]

    @property
    def is_outdated(self) -> bool:
        """Whether it is older than its data."""
        return bool(self.outdated)


def save(settings: Settings, name: str, stated: Any, *, replaces: bool = False) -> Saved:
    """Keep changes under a name, and return them as they are kept.

    Args:
        settings: the deployment.
        name: 1 to LONGEST_NAME signs.
        stated: a list of changes, each such as {"change": "close_post", "service": "police_room", "post": "P1"}.
        replaces: whether changes that the name has had may go.

    Raises:
        InvalidInput: the name can't be, or is taken, or a change can't be made.
    """
    own, changes = checked_name(name), checked(stated)
    if not changes:
        raise InvalidInput(f"scenario {own!r} changes nothing; wanted is one change or more", zh="方案中没有任何改动")
    check_services(settings, changes)
    # What names a post or a gate that isn't there is refused now, not when it is looked at.
    services = {change["service"] for change in changes if "service" in change} or {"police_room"}
    for service in sorted(services):
        understand_changes(settings, understand(settings, Question(service, changes=changes)))
    with engine_for(settings, Login.ANALYST).begin() as connection:
        moment = keep_scenario(connection, own, changes, replaces=replaces)
        if moment is None:
            raise InvalidInput(
                f"there is a scenario {own!r} already; wanted is another name, or leave to replace it",
                zh=f"已有名为“{own}”的方案：请换一个名称，或选择覆盖",
            )
    return _told(settings, Scenario(own, changes, moment))


def listed(settings: Settings) -> list[Saved]:
    """Return all scenarios by name."""
    with engine_for(settings, Login.ANALYST).connect() as connection:
        found = list_scenarios(connection)
    return [_told(settings, each) for each in found]


def saved_scenario(settings: Settings, name: str) -> Saved:
    """Return the scenario of a name.

    Raises:
        NotFound: there is none.
    """
    with engine_for(settings, Login.ANALYST).connect() as connection:
        found = get_scenario(connection, name)
    return _told(settings, found)


def rename(settings: Settings, name: str, new_name: str) -> Saved:
    """Give a scenario another name.

    Raises:
        NotFound: there is none of the old name.
        InvalidInput: the new name can't be, or is taken.
    """
    own = checked_name(new_name)
    with engine_for(settings, Login.ANALYST).begin() as connection:
        rename_scenario(connection, name, own)
    return saved_scenario(settings, own)


def forget(settings: Settings, name: str) -> None:
    """Take a scenario away.

    Raises:
        NotFound: there is none.
    """
    with engine_for(settings, Login.ANALYST).begin() as connection:
        get_scenario(connection, name)
        forget_scenario(connection, name)


def checked_name(name: Any) -> str:
    """Return a name without the spaces around it.

    Raises:
        InvalidInput: it is none.
    """
    own = name.strip() if isinstance(name, str) else ""
    if not own or len(own) > LONGEST_NAME or not own.isprintable() or "/" in own or not own.strip("."):
        raise InvalidInput(
            f"a scenario's name is {str(name)[: LONGEST_NAME + 1]!r}; wanted are 1 to {LONGEST_NAME} signs, no '/', "
            "not dots alone",
            zh=f"方案名称应为 1 至 {LONGEST_NAME} 个字符，不含“/”，也不能只有点",
        )
    return own


def _told(settings: Settings, found: Scenario) -> Saved:
    layers = {name for change in found.changes for name in _layers(settings, change)}
    with engine_for(settings, Login.ANALYST).connect() as connection:
        return Saved(
            found.name, found.changes, found.saved, tuple(layers_changed_since(connection, layers, found.saved))
        )


def _layers(settings: Settings, change: Mapping[str, Any]) -> Sequence[str]:
    """Return the layers that a change was made on; of a service that is no more there is none."""
    if "service" in change:
        return (get_service(settings, change["service"]).layer,)
    return _NAMES_OF.get(change.get("change", ""), ())
