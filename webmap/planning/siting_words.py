"""What pages and files say of a siting: its curve step by step, its ways, and the people whom nothing reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flask_babel import gettext, ngettext

from geodata.coverage.streets import DS_A_MINUTE
from webmap.reports.words import UNITS
from webmap.wording import Wording

IN_TIME = ("mclp", "cmclp", "lscp")
"""Objectives for which only those count as reached who are within the limit."""


@dataclass(frozen=True)
class Gain:
    """What a step of a siting's curve brings, or loses where posts close, against the step before it.

    It is people, or minutes where the shortest ways are wanted.
    """

    before: Mapping[str, Any]
    step: Mapping[str, Any]

    @property
    def is_sure(self) -> bool:
        """Whether no more time would bring another figure."""
        return bool(self.before["proven"] and self.step["proven"])

    @property
    def is_known(self) -> bool:
        """Whether it is a gain of posts more or a loss of posts less: with time run out it may be the other way."""
        return bool(self.is_sure or self._signed * self.step["add"] >= 0)

    @property
    def amount(self) -> float:
        """How many are gained or lost; 0 where that isn't known."""
        return abs(self._signed) if self.is_known else 0.0

    @property
    def _signed(self) -> float:
        if self.step.get("minutes") is None:
            return float(self.step["gain"])
        return float(self.before["minutes"]) - float(self.step["minutes"])


@dataclass(frozen=True)
class Cell:
    """A figure: as a number, None where there is none, and in words."""

    value: float | None
    said: str


@dataclass(frozen=True)
class ToldStep:
    """A step of the curve as tables tell it.

    Attributes:
        posts: how many more or, where they close, fewer.
        cells: what stands below the heads between posts and proof: people within reach or who find room, their share
            and what the step brings or loses; of the shortest ways minutes, what the step brings or loses, and people.
        proof: that it is proven, or by how much another choice may be better.
        is_proven: the former.
    """

    posts: int
    cells: tuple[Cell, ...]
    proof: str
    is_proven: bool


def gains_of(curve: Sequence[Mapping[str, Any]]) -> list[Gain]:
    """Return what each step but the first brings."""
    return [Gain(before, step) for before, step in pairwise(curve)]


def told_steps(plan: Mapping[str, Any], wording: Wording) -> list[ToldStep]:
    """Return the steps of the curve of a siting, as `plan_as_json` has it."""
    return [
        ToldStep(
            posts=abs(step["add"]),
            cells=_cells(plan, step, gain, wording),
            proof=gettext("proven") if step["proven"] else gettext("gap %(gap)s", gap=wording.percent(step["gap"])),
            is_proven=step["proven"],
        )
        for step, gain in zip(plan["curve"], [None, *gains_of(plan["curve"])], strict=False)
    ]


def step_heads(plan: Mapping[str, Any]) -> list[str]:
    """Return the heads of the curve's table."""
    is_loss = plan["existing"] == "closable"
    posts = gettext("Posts fewer") if is_loss else gettext("Posts more")
    if is_about_ways(plan):
        return [
            posts,
            gettext("Minutes on average") if plan["objective"] == "p-median" else gettext("Minutes of the longest way"),
            gettext("Longer by") if is_loss else gettext("Shorter by"),
            gettext("Within reach"),
            gettext("Proof"),
        ]
    return [
        posts,
        gettext("Find room") if plan["objective"] == "cmclp" else gettext("Within reach"),
        gettext("Share of people"),
        gettext("Loss") if is_loss else gettext("Gain"),
        gettext("Proof"),
    ]


def is_about_ways(plan: Mapping[str, Any]) -> bool:
    """Tell whether the shortest ways are wanted, not most people within the limit."""
    return plan["objective"] in ("p-median", "p-center")


def _cells(plan: Mapping[str, Any], step: Mapping[str, Any], gain: Gain | None, wording: Wording) -> tuple[Cell, ...]:
    covered = Cell(step["covered"], wording.number(round(step["covered"])))
    is_loss, value = plan["existing"] == "closable", gain.amount if gain and gain.is_known else None
    if is_about_ways(plan):
        minutes = round(step["minutes"], 1)
        # A few seconds on average are many people's minutes.
        said = _gained(gain, wording, sign="+" if is_loss else "−", digits=2)
        return (
            Cell(minutes, _tenths(minutes, wording)),
            Cell(value if value is None else round(value, 2), said),
            covered,
        )
    share = step["covered"] / plan["demand_total"] if plan["demand_total"] else None
    told = Cell(None, "–") if share is None else Cell(round(share, 4), wording.percent(share))
    return covered, told, Cell(value, _gained(gain, wording, sign="−" if is_loss else "+"))


def _tenths(value: float, wording: Wording) -> str:
    """Return a figure with its tenths, also where there are none."""
    return wording.number(value) if value % 1 else f"{wording.number(value)}.0"


def _gained(gain: Gain | None, wording: Wording, *, sign: str, digits: int = 0) -> str:
    if gain is None:
        return "–"
    if not gain.is_known:
        return gettext("not known")
    said = sign + wording.number(round(gain.amount, digits))
    return said if gain.is_sure else gettext("about %(gain)s", gain=said)


def ways_told(plan: Mapping[str, Any], wording: Wording) -> str:
    """Return how long ways are then and now, where they were what was wanted; else nothing.

    Those whom nothing reaches are in neither figure.
    """
    people = plan["demand_total"] - plan["unreachable"]
    if not is_about_ways(plan) or not people:
        return ""
    is_mean = plan["objective"] == "p-median"
    unit = DS_A_MINUTE * (people if is_mean else 1)
    then, before = wording.number(round(plan["value"] / unit, 1)), plan["value_before"]
    if before is None:
        if is_mean:
            return gettext("The way would take %(then)s min on average; today not everybody has one.", then=then)
        return gettext("The longest way would take %(then)s min; today not everybody has one.", then=then)
    now = wording.number(round(before / unit, 1))
    if is_mean:
        return gettext("The way would take %(then)s min on average, where it takes %(now)s now.", then=then, now=now)
    return gettext("The longest way would take %(then)s min, where it takes %(now)s now.", then=then, now=now)


def unreached_told(plan: Mapping[str, Any], wording: Wording) -> str:
    """Return whom no post and no place to choose from reaches, neighbours by name; nothing where there is nobody."""
    if not plan["unreachable"] or plan["existing"] == "closable":
        return ""
    count, amount = plan["unreachable_places"], round(plan["unreachable"])
    words = {"amount": wording.amount(amount, UNITS[plan["weight"]]), "count": wording.number(count)}
    if plan["objective"] in IN_TIME:
        said = ngettext(
            "No place to choose from reaches %(amount)s in %(count)s place in time:",
            "No place to choose from reaches %(amount)s in %(count)s places in time:",
            count,
            **words,
        )
    else:
        said = ngettext(
            "No way leads from any place to choose from to %(amount)s in %(count)s place:",
            "No way leads from any place to choose from to %(amount)s in %(count)s places:",
            count,
            **words,
        )
    names = wording.join(_neighbours(each, wording) for each in plan["unreached"])
    more = "" if sum(each["places"] for each in plan["unreached"]) == count else " …"
    return f"{said}{'' if wording.is_chinese else ' '}{names}{more}"


def _neighbours(told: Mapping[str, Any], wording: Wording) -> str:
    if told["people"] is None:
        return str(told["name"])
    return gettext("%(name)s (%(people)s)", name=told["name"], people=wording.number(round(told["people"])))
