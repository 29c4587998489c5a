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
    """What a step of a siting's curve brings, or loses where posts close, against the step before it."""

    before: Mapping[str, Any]
    step: Mapping[str, Any]

    @property
    def is_sure(self) -> bool:
        """Whether no more time would bring another figure."""
        return bool(self.before["proven"] and self.step["proven"])

    @property
    def is_known(self) -> bool:
        """Whether it is a gain of posts more or a loss of posts less: with time run out it may be the other way."""
        return bool(self.is_sure or self.step["gain"] * self.step["add"] >= 0)

    @property
    def people(self) -> float:
        """How many are gained or lost; 0 where that isn't known."""
        return abs(float(self.step["gain"])) if self.is_known else 0.0


@dataclass(frozen=True)
class ToldStep:
    """A step of the curve as tables tell it.

    Attributes:
        posts: how many more or, where they close, fewer.
        covered: people within reach, or who find room.
        share: of all people, 0..1; None where nobody is known.
        gain: what it brings or loses; None for the first step, and where that isn't known.
        gained: the same in words, without its sign where there is none.
        proof: that it is proven, or by how much another choice may be better.
        is_proven: the former.
    """

    posts: int
    covered: float
    share: float | None
    gain: float | None
    gained: str
    proof: str
    is_proven: bool


def gains_of(curve: Sequence[Mapping[str, Any]]) -> list[Gain]:
    """Return what each step but the first brings."""
    return [Gain(before, step) for before, step in pairwise(curve)]


def told_steps(plan: Mapping[str, Any], wording: Wording) -> list[ToldStep]:
    """Return the steps of the curve of a siting, as `plan_as_json` has it."""
    total = plan["demand_total"]
    return [
        ToldStep(
            posts=abs(step["add"]),
            covered=step["covered"],
            share=step["covered"] / total if total else None,
            gain=gain.people if gain and gain.is_known else None,
            gained=_gained(gain, wording, is_loss=plan["existing"] == "closable"),
            proof=gettext("proven") if step["proven"] else gettext("gap %(gap)s", gap=_percent(step["gap"], wording)),
            is_proven=step["proven"],
        )
        for step, gain in zip(plan["curve"], [None, *gains_of(plan["curve"])], strict=False)
    ]


def step_heads(plan: Mapping[str, Any]) -> list[str]:
    """Return the heads of the curve's table."""
    is_loss = plan["existing"] == "closable"
    return [
        gettext("Posts fewer") if is_loss else gettext("Posts more"),
        gettext("Find room") if plan["objective"] == "cmclp" else gettext("Within reach"),
        gettext("Share of people"),
        gettext("Loss") if is_loss else gettext("Gain"),
        gettext("Proof"),
    ]


def _percent(share: float, wording: Wording) -> str:
    return f"{wording.number(round(100 * share, 1))} %"


def _gained(gain: Gain | None, wording: Wording, *, is_loss: bool) -> str:
    if gain is None:
        return "–"
    if not gain.is_known:
        return gettext("not known")
    said = ("−" if is_loss else "+") + wording.number(round(gain.people))
    return said if gain.is_sure else gettext("about %(gain)s", gain=said)


def ways_told(plan: Mapping[str, Any], wording: Wording) -> str:
    """Return how long ways are then and now, where they were what was wanted; else nothing.

    Those whom nothing reaches are in neither figure.
    """
    people = plan["demand_total"] - plan["unreachable"]
    if plan["objective"] not in ("p-median", "p-center") or not people:
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
