"""What proposed posts come to, in the sentences of a report."""

from __future__ import annotations

from geodata.analyses.siting import Plan, plan_as_json
from webmap.planning.siting_words import unreached_told, ways_told
from webmap.reports import words
from webmap.wording import Wording


def outcome_of(plan: Plan, wording: Wording, unit: str) -> tuple[str, ...]:
    """Return what a siting comes to, what was wanted, whether that is proven, and whom nothing reaches.

    Args:
        plan: the siting.
        wording: the language, which flask-babel is set to as well.
        unit: of what is counted.
    """
    told = plan_as_json(plan)
    wanted = wording.say(words.OBJECTIVES[plan.question.objective])
    found = [_reached(plan, wording, unit), ways_told(told, wording), wanted, _proof(plan, wording)]
    if not (plan.sites or plan.closed_posts):
        found = [wording.say(words.NO_SITES)]
    return tuple(sentence for sentence in (*found, unreached_told(told, wording)) if sentence)


def _reached(plan: Plan, wording: Wording, unit: str) -> str:
    """Return how many are within reach then and now, and which posts are no more where they were."""
    after, before = (wording.amount(round(people), unit) for people in (plan.covered_after, plan.covered_before))
    closed = wording.join(post.called for post in plan.closed_posts)
    if plan.question.existing == "closable":
        return wording.fill(words.CLOSING, closed=closed, after=after, before=before)
    if closed:
        return wording.fill(words.MOVED, sites=len(plan.sites), closed=closed, after=after, before=before)
    return wording.fill(words.AFTER, sites=len(plan.sites), after=after, before=before)


def _proof(plan: Plan, wording: Wording) -> str:
    gap, candidates = f"{plan.gap:.2%}", wording.number(plan.candidates)
    if plan.question.existing == "closable":
        return wording.say(words.PROVEN_ALONE) if plan.proven else wording.fill(words.NOT_PROVEN_ALONE, gap)
    if plan.proven:
        return wording.fill(words.PROVEN, candidates)
    return wording.fill(words.NOT_PROVEN, gap=gap, candidates=candidates)
