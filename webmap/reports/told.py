"""An answer about coverage in words and figures of one language, as every kind of file tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from geodata.analyses.coverage import Answer, idle_posts
from geodata.analyses.coverage.gaps import TOLD_BY, gaps_of
from geodata.analyses.coverage.sways import sways
from geodata.analyses.siting import Plan, plan_as_json
from geodata.coverage.arrays import Ints
from geodata.layers.text import Text
from geodata.settings import Settings
from webmap.planning import words as planning_words
from webmap.planning.siting_words import ToldStep, step_heads, told_steps
from webmap.planning.sway_words import ToldSway, sway_heads, told_sways
from webmap.reports import words
from webmap.reports.gaps import ToldGap, tell_gaps
from webmap.reports.outcome import outcome_of
from webmap.reports.supposed import ToldChange, tell_changes
from webmap.wording import MISSING, Wording

MOST_GAPS = 60
"""So many gaps are told one by one, those with the most people first; the workbook has every place."""


@dataclass(frozen=True)
class Cause:
    """All that aren't reached for one reason."""

    id: str
    colour: str
    shape: str
    title: str
    remedy: str
    people: float
    places: int


@dataclass(frozen=True)
class Area:
    """An area with those in and out of reach; `share` is None where nobody is known to live."""

    name: str
    demand: float
    covered: float
    share: float | None


@dataclass(frozen=True, eq=False)
class Report:
    """All that a report says; it speaks the language that flask-babel is set to (`force_locale`).

    Attributes:
        settings, wording: of whom, and in which language.
        answer: the figures.
        plan: proposed sites; None where none were asked for.
        notice: the sentence that goes with all data.
        gaps: the fullest ones.
        rest: how many gaps more there are, and their people.
        gap_of_place: (n,) the gap of each place, from 0 on; -1 for those that are covered.
        changes: what is supposed to be otherwise, in the scenario's order.
        roads_on: a moment whose roads the answer is held against, too; None for none.
    """

    settings: Settings
    wording: Wording
    answer: Answer
    plan: Plan | None
    notice: str
    gaps: tuple[ToldGap, ...]
    rest: tuple[int, float]
    gap_of_place: Ints
    changes: tuple[ToldChange, ...]
    roads_on: datetime | None = None

    @property
    def unit(self) -> str:
        """The unit of what is counted."""
        return words.UNITS[self.answer.asked.weight]

    def amount(self, people: float) -> str:
        """Return a number of what is counted, with its unit."""
        return self.wording.amount(round(people), self.unit)

    def number(self, people: float) -> str:
        """Return a number of what is counted, without its unit."""
        return self.wording.number(round(people))

    @property
    def title(self) -> str:
        """What the service is called."""
        return self.wording.say(self.answer.asked.service.title)

    @property
    def question(self) -> tuple[str, ...]:
        """How it was asked: mode, limit, moment, what is counted and where."""
        asked, say = self.answer.asked, self.wording.say
        moment = self.wording.hours(str(asked.at)) if asked.at else say(words.ANY_TIME)
        counted = f"{say(words.WEIGHTS[asked.weight])} · {say(words.DEMANDS[self.answer.places.kind])}"
        return (
            planning_words.modes()[asked.mode.id],
            self.wording.fill(words.MINUTES, f"{asked.minutes:g}"),
            moment,
            counted,
            *self.supposed,
        )

    @property
    def supposed(self) -> tuple[str, ...]:
        """That changes were supposed, and how many; () where the answer is of things as they are."""
        asked = self.answer.asked
        count = len(asked.changes) - len(asked.changes_left_out)
        return (self.wording.fill(words.CHANGED_IS, count),) if count else ()

    @property
    def closed_count(self) -> int:
        """How many posts don't count at the moment that was asked about: closed then, or of unknown hours."""
        return int((~self.answer.is_open).sum())

    @property
    def posts_told(self) -> tuple[str, ...]:
        """That no post is left or open, and which posts reach nobody and why."""
        idle = [each.as_json() for each in idle_posts(self.answer)]
        known, is_open = len(self.answer.posts), len(self.answer.posts) - self.closed_count
        return tuple(planning_words.posts_told(idle, known=known, is_open=is_open))

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        answer = self.answer
        missed = answer.demand_total - answer.covered
        # English says the unit once.
        said = self.amount if self.wording.is_chinese else self.number
        return self.wording.fill(
            words.HEADLINE,
            total=self.amount(answer.demand_total),
            covered=said(answer.covered),
            share=f"{answer.share:.1%}",
            minutes=f"{answer.asked.minutes:g}",
            missed=said(missed),
        )

    @property
    def straight(self) -> str:
        """How many a circle would count, and why that is no answer."""
        metres = self.wording.number(round(self.answer.straight_limit_m))
        people = self.amount(self.answer.straight_line_covered)
        return self.wording.fill(words.STRAIGHT, metres=metres, people=people)

    @property
    def sensitive(self) -> str:
        """Whose answer changes with the speed."""
        return self.wording.fill(words.SENSITIVE, f"{self.answer.sensitivity()['changing_share']:.1%}")

    @cached_property
    def sways(self) -> tuple[Sequence[str], Sequence[ToldSway]]:
        """What becomes of the answer at other speeds, with streets nearer or farther, on other roads: heads and rows.

        Nothing where nobody is known to be anywhere, of whom there could be shares.
        """
        if not self.answer.demand_total:
            return (), ()
        return sway_heads(), told_sways(sways(self.answer, roads_on=self.roads_on), self.wording)

    @property
    def caveat(self) -> str:
        """That it is an estimate."""
        return self.of_receipt("caveat")

    @property
    def definition(self) -> str:
        """The service's definition, with its source."""
        return self.of_receipt("definition")

    @property
    def gaps_told_by(self) -> str:
        """What a gap's minutes and its post are; empty without gaps."""
        return self.wording.say(TOLD_BY) if self.gaps else ""

    def of_receipt(self, name: str) -> str:
        """Return a text of the receipt in the report's language."""
        texts = self.answer.receipt[name]
        if not isinstance(texts, dict):
            raise AssertionError(f"the receipt's {name} isn't said in every language")
        return str(texts["zh-CN" if self.wording.is_chinese else "en"])

    @property
    def as_of(self) -> str:
        """The day of the data."""
        return self.wording.fill(words.AS_OF, self.wording.date(self.settings.today()))

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The causes that occur, the most people first; full posts behind them, as those people are reached."""
        places, told = self.answer.places_by_cause(), planning_words.causes()
        found = [
            Cause(
                cause,
                told[cause].colour,
                told[cause].shape,
                told[cause].title,
                told[cause].remedy,
                people,
                places[cause],
            )
            for cause, people in self.answer.by_cause().items()
            if places[cause]
        ]
        return tuple(sorted(found, key=lambda cause: (cause.id == planning_words.FULL, -cause.people, -cause.places)))

    @property
    def why(self) -> Text:
        """What heads the causes: whether some are of people who are reached, but not served."""
        return words.WHY_UNSERVED if any(cause.id == planning_words.FULL for cause in self.causes) else words.WHY

    @property
    def missed(self) -> Text:
        """What heads the places of these causes."""
        return words.GAPS if self.why is words.WHY else words.GAPS_AND_FULL

    @property
    def areas(self) -> tuple[Area, ...]:
        """The areas in the order of their codes; those in none at the end."""
        nowhere = self.wording.say(words.NO_AREA)
        return tuple(
            Area(row.area.name if row.area else nowhere, row.demand, row.covered, row.share)
            for row in self.answer.areas
        )

    @property
    def others(self) -> str:
        """How many gaps more there are; empty for none."""
        gaps, people = self.rest
        if not gaps:
            return ""
        return self.wording.fill(words.OTHERS, gaps=self.wording.number(gaps), people=self.amount(people))

    @property
    def outcome(self) -> tuple[str, ...]:
        """What the proposed sites come to, whether that is proven, and whom nothing reaches."""
        return outcome_of(self.plan, self.wording, self.unit) if self.plan else ()

    @property
    def curve(self) -> tuple[Sequence[str], Sequence[ToldStep]]:
        """The siting's curve: the heads of its table, and its steps; no steps where there is none."""
        told = plan_as_json(self.plan) if self.plan and len(self.plan.curve) > 1 else None
        return (step_heads(told), told_steps(told, self.wording)) if told else ((), ())

    def gap_minutes(self, gap: ToldGap) -> str:
        """Return a gap's minutes with their range."""
        limit = self.answer.asked.minutes
        return planning_words.about_minutes(gap.minutes, gap.shortest, gap.longest, limit) or MISSING

    def minutes(self, minutes: float | None) -> str:
        """Return minutes with one digit, as people read them."""
        return MISSING if minutes is None else self.wording.fill(words.MINUTES, f"{minutes:.1f}")


def tell(
    settings: Settings,
    wording: Wording,
    answer: Answer,
    plan: Plan | None,
    *,
    notice: str,
    roads_on: datetime | None = None,
) -> Report:
    """Return an answer, and the sites that were asked for with it, in words.

    Args:
        settings: of the deployment.
        wording: the language.
        answer: of `geodata.analyses.coverage.cover`.
        plan: of `geodata.analyses.siting.site`, asked the same; None for none.
        notice: the sentence that goes with all data.
        roads_on: a moment whose roads the answer is held against, too; None for none.
    """
    found, gap_of_place = gaps_of(settings, answer)
    told = tell_gaps(wording, answer, found[:MOST_GAPS], gap_of_place)
    rest = found[MOST_GAPS:]
    people = float(sum(gap.people for gap in rest))
    changes = tell_changes(settings, wording, answer)
    return Report(settings, wording, answer, plan, notice, told, (len(rest), people), gap_of_place, changes, roads_on)
