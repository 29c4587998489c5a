"""What a planner asks of a service, with all that was left open filled in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from geodata.analyses.coverage.stated import Stated, checked, left_out, speeds_in
from geodata.coverage.modes import MODES, Mode
from geodata.coverage.streets import DS_A_MINUTE
from geodata.errors import InvalidInput
from geodata.layers import area
from geodata.layers.moment import Moment, parse_moment
from geodata.queries.outlines import read_outlines
from geodata.services import LONGEST_MINUTES, Service, get_service
from geodata.settings import Settings
from geodata.speeds import speeds_of
from geodata.typed import check_types

DEMANDS = ("building", "compound", "cell")
"""Where people are thought to be: in buildings, in compounds, or in cells of a population grid."""
WEIGHTS = ("residents", "households", "elderly", "hazards", "incidents")
"""What is counted: people, households, people aged 65 and over, hazards and incidents of a period."""
NARROWED_BY = {"hazards": frozenset({"period"}), "incidents": frozenset({"period", "kind"})}
"""Which words of a question say which hazards or incidents count; with all other weights they would say nothing."""
_WEIGHED_BY = {
    "elderly": frozenset({"area_population"}),
    "hazards": frozenset({"hazard"}),
    "incidents": frozenset({"incident_count"}),
}
_ALWAYS_READ = frozenset({
    "road", "turn_restriction", "gate", "compound", "waterway", "railway", "building", "population_cell", "area",
})  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What is asked; None means the usual.

    Attributes:
        service: its id.
        mode: a name of `MODES`; None for the service's own.
        minutes: the limit, inclusive; None for the first of the service's standards.
        at: a moment of the week such as "Mon 22:00": only posts and gates count that are open then. None for any time:
            all posts count, and all gates that let the mode in.
        demand: one of `DEMANDS`; None for the finest of them whose numbers are known.
        weight: one of `WEIGHTS`: what is counted.
        period: the first and the last day of the hazards or incidents that count, both included; None for the year
            that ends on the deployment's day.
        kind: the kind of incidents; None where only one is counted.
        by: a level of areas ("community", "grid" ...) by which the answer is split; None for none.
        speeds: km/h by class of road, in place of those of csmap.toml and the mode's own.
        keeps_turns: whether turns that the map forbids are forbidden; None for what the mode does. Those with blue
            lights on may not mind them.
        changes: what would be different, as `geodata.analyses.coverage.stated.checked` takes it: a scenario's changes.
    """

    service: str
    mode: str | None = None
    minutes: float | None = None
    at: str | None = None
    demand: str | None = None
    weight: str = "residents"
    period: tuple[date, date] | None = None
    kind: str | None = None
    by: str | None = None
    speeds: Mapping[str, float] = field(default_factory=dict)
    keeps_turns: bool | None = None
    changes: Stated = ()


@dataclass(frozen=True)
class Asked:
    """A question that can be answered: nothing left open but the demand, which the data decide."""

    service: Service
    mode: Mode
    minutes: float
    at: Moment | None
    demand: str | None
    weight: str
    by: str | None
    period: tuple[date, date] | None = None
    kind: str | None = None
    changes: Stated = ()

    @property
    def changes_left_out(self) -> tuple[int, ...]:
        """The numbers of the changes that aren't about this question, as `left_out` has them."""
        return left_out(self.changes, service=self.service.id, mode=self.mode.id)

    @property
    def limit_ds(self) -> int:
        """The limit in whole deciseconds, inclusive."""
        return round(self.minutes * DS_A_MINUTE)

    @property
    def has_amounts(self) -> bool:
        """Whether single places may be told with their amount.

        Incidents and the elderly are known of areas only: shared over homes they make sums, and would make up people.
        """
        return self.weight not in ("incidents", "elderly")

    @property
    def is_to_post(self) -> bool:
        """Whether people go to the post, in place of somebody coming from there."""
        return self.service.direction == "to_post"


def layers_read(asked: Asked) -> frozenset[str]:
    """Return every layer from which an answer may be worked out: where one has changed, so may the answer have."""
    return _ALWAYS_READ | _WEIGHED_BY.get(asked.weight, frozenset()) | {asked.service.layer}


def as_words(question: Question) -> dict[str, Any]:
    """Return a question as JSON has it: what `of_words` makes it of again."""
    days = question.period and [day.isoformat() for day in question.period]
    return {**asdict(question), "period": days}


def of_words(stated: Mapping[str, Any]) -> Question:
    """Return the question that `as_words` wrote down."""
    days = stated.get("period")
    return Question(**{**stated, "period": days and (date.fromisoformat(days[0]), date.fromisoformat(days[1]))})


def understand(settings: Settings, question: Question) -> Asked:
    """Return a question with the usual in place of all that it leaves out.

    Raises:
        NotFound: no such service.
        InvalidInput: a value of another kind than its field, no such mode, demand, weight, level or moment, minutes
            that are no limit, changes that are none, or a period or a kind with a weight that has none.
    """
    check_types(question)
    service, changes = get_service(settings, question.service), tuple(checked(question.changes))
    mode = mode_of(settings, question.mode or service.mode).with_speeds(question.speeds)
    mode = mode.with_speeds(speeds_in(changes, mode.id))
    if question.keeps_turns is not None:
        mode = replace(mode, keeps_turns=question.keeps_turns)
    minutes = service.minutes[0] if question.minutes is None else question.minutes
    if not (math.isfinite(minutes) and 0 < minutes <= LONGEST_MINUTES):
        raise InvalidInput(
            f"a limit of {minutes:g} minutes; wanted is more than 0 and at most {LONGEST_MINUTES}",
            zh=f"时限为 {minutes:g} 分钟；应大于 0，且不超过 {LONGEST_MINUTES} 分钟",
        )
    if round(minutes * DS_A_MINUTE) < 1:
        raise InvalidInput(
            f"a limit of {minutes:g} minutes; wanted is a tenth of a second (0.0017 minutes) or more",
            zh=f"时限为 {minutes:g} 分钟；应不少于 0.1 秒（0.0017 分钟）",
        )
    if question.weight == "incidents" and question.by == "grid":
        raise InvalidInput(
            "incidents by grid; they are told of communities and wider areas",
            zh="警情不能按网格统计；只按社区或更大的区域公布",
        )
    weight = _one_of("weight", question.weight, WEIGHTS)
    _check_narrowed(question)
    return Asked(
        service=service,
        mode=mode,
        minutes=float(minutes),
        at=None if question.at is None else parse_moment(question.at),
        demand=None if question.demand is None else _one_of("demand", question.demand, DEMANDS),
        weight=weight,
        by=None if question.by is None else _one_of("level of areas", question.by, area.LEVELS),
        period=question.period,
        kind=question.kind,
        changes=changes,
    )


def _check_narrowed(question: Question) -> None:
    """Raise where a period or a kind is named that wouldn't be looked at."""
    for name, zh in (("period", "时段"), ("kind", "类别")):
        if getattr(question, name) is None or name in NARROWED_BY.get(question.weight, ()):
            continue
        weights = [weight for weight in WEIGHTS if name in NARROWED_BY.get(weight, ())]
        raise InvalidInput(
            f"a {name} with {question.weight}; it goes with {' or '.join(weights)}",
            zh=f"按 {question.weight} 计算时不能指定{zh}；{zh}只与 {'、'.join(weights)} 一起使用",
        )


def by_community(settings: Settings, question: Question) -> Question:
    """Return a question that is told by community where it names no level of areas, and there are communities."""
    if question.by is None and read_outlines(settings, "community")[0]:
        return replace(question, by="community")
    return question


def mode_of(settings: Settings, name: str) -> Mode:
    """Return a mode with the deployment's speeds.

    Raises:
        InvalidInput: no such mode.
        SettingsError: csmap.toml states speeds that can't be.
    """
    return MODES[_one_of("mode", name, tuple(MODES))].with_speeds(speeds_of(settings, name))


def parse_period(text: str) -> tuple[date, date]:
    """Return the first and the last day of "2025", "2025-03", "2025-01..2025-06" or "2025-01-15..2025-02-14".

    Raises:
        InvalidInput: it is none, or ends before it begins.
    """
    begins, _, ends = text.partition("..")
    try:
        first, last = _days(begins)[0], _days(ends or begins)[1]
    except ValueError:
        wanted = 'wanted is one such as "2025-03" or "2025-01..2025-06"'
        zh = f"无法识别的时段 {text!r}；应形如 2025-03 或 2025-01..2025-06"
        raise InvalidInput(f"{text!r} is no period; {wanted}", zh=zh) from None
    if last < first:
        raise InvalidInput(f"the period {text!r} ends before it begins", zh=f"时段 {text!r} 的结束早于开始")
    return first, last


def _days(text: str) -> tuple[date, date]:
    """Return the first and the last day of a year, a month or a day."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    if len(parts) == 3:
        return date(*parts), date(*parts)
    year, month = parts
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    return first, after - timedelta(days=1)


def _one_of(what: str, word: str, known: tuple[str, ...]) -> str:
    if word not in known:
        raise InvalidInput(
            f"no {what} {word!r}; there are {', '.join(known)}", zh=f"无法识别 {word!r}；可选：{'、'.join(known)}"
        )
    return word
