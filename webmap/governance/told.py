"""The figures of a period in words: section by section, each with what it counts, its change and its list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from geodata.layers.audience import Audience
from geodata.layers.figure import Figure, Mechanism
from geodata.layers.figures.management import MOVES
from geodata.layers.property_company import GRADES
from geodata.layers.publishing import AtCompound
from geodata.queries.facts import LayerFacts
from geodata.queries.figures.counts import Count, count_each
from geodata.queries.figures.own import figures_of, is_total, words_beyond
from geodata.queries.figures.period import Period
from geodata.queries.figures.since import FirstDays
from geodata.queries.hidden import STEP, hidden_at_least, is_told
from geodata.queries.reading import Reading
from geodata.statistics.rates import PERCENT_BASE
from webmap.governance.asked import Asked
from webmap.governance.change import Change, change_of, said_of
from webmap.governance.charts import Months, months_of
from webmap.wording import MISSING, Wording

SIDE_BY_SIDE: Mapping[Mechanism, str] = {
    Mechanism.PROPERTY: "grade_",
    Mechanism.THREE_NOS: "mode_",
    Mechanism.PROJECTS: "projects_of_",
    Mechanism.POLICE: "posts_",
}
"""What the keys of those figures begin with that are drawn as bars, one below the other."""
BY_MONTH = {
    Mechanism.COMMITTEES: "committees_formed",
    Mechanism.THREE_NOS: "three_nos",
    Mechanism.MEETINGS: "meetings",
    Mechanism.PROJECTS: "projects_started",
    Mechanism.WHISTLES: "whistles",
    Mechanism.HAZARDS: "hazards_closed",
    Mechanism.STUDIO: "consultations",
    Mechanism.VOLUNTEERS: "activities",
}
"""The figure of a mechanism that is drawn month by month."""
MAPS = {
    Mechanism.PROJECTS: "compound,micro_project",
    Mechanism.HAZARDS: "compound,hazard",
    Mechanism.POLICE: "police_post",
    Mechanism.STUDIO: "area",
}
"""The layers of the map on which a mechanism is looked at; compounds where nothing is said."""


@dataclass(frozen=True)
class Line:
    """One figure as people read it.

    Attributes:
        said: its number; MISSING where it isn't known.
        note: why it isn't known, or what is left out of it; "" where there is nothing to say.
        when: of which days it tells.
        as_of: up to which day its records tell; "" where nobody knows.
        share: its share of another figure, in words; "" where it has none.
        is_listed: whether a list shows what was counted.
        part: its length as a bar, of 100.
    """

    figure: Figure
    title: str
    definition: str
    said: str
    note: str
    when: str
    as_of: str
    share: str
    change: Change | None
    is_listed: bool
    part: float = 0


@dataclass(frozen=True)
class Section:
    """A mechanism: its figures, those drawn as bars, the grades before and after, and the months."""

    mechanism: Mechanism
    title: str
    lines: tuple[Line, ...]
    bars: tuple[Line, ...]
    moves: tuple[tuple[str, tuple[Line, ...]], ...]
    months: Months | None
    map_layers: str
    more: str
    """What of it has no figure of its own, in words; "" for nothing."""


def sections_of(
    reading: Reading, asked: Asked, facts: Mapping[str, LayerFacts], wording: Wording, *, only: Mechanism | None = None
) -> list[Section]:
    """Return the sections of a page, without those of which the reader has no figure.

    Args:
        reading: who asks.
        asked: of which period and area.
        facts: of the reader's layers.
        wording: says values.
        only: one mechanism; None for all.
    """
    figures = [figure for figure in figures_of(reading) if only is None or figure.mechanism is only]
    counts = counts_of(reading, figures, asked)
    found = []
    for mechanism in Mechanism:
        own = [figure for figure in figures if figure.mechanism is mechanism]
        if own:
            found.append(_section(reading, mechanism, own, asked, counts, facts, wording))
    return found


def counts_of(reading: Reading, figures: Sequence[Figure], asked: Asked) -> dict[str, tuple[Count, Count]]:
    """Return each figure's count of the period and of the same days a year before, by its key."""
    area = asked.area.id if asked.area else None
    periods = (asked.period, asked.period.a_year_before())
    known: FirstDays = {}
    found = {figure.key: count_each(reading, figure, periods, area=area, known=known) for figure in figures}
    return {key: (now, before) for key, (now, before) in found.items()}


def _section(
    reading: Reading,
    mechanism: Mechanism,
    figures: Sequence[Figure],
    asked: Asked,
    counts: Mapping[str, tuple[Count, Count]],
    facts: Mapping[str, LayerFacts],
    wording: Wording,
) -> Section:
    lines = {each.key: _line(reading, each, asked, counts, facts, wording) for each in figures}
    moves = {figure.key for figure in MOVES}
    beside = SIDE_BY_SIDE.get(mechanism)
    bars = [line for key, line in lines.items() if beside and key.startswith(beside) and key not in moves]
    most = max((counts[line.figure.key][0].value or 0 for line in bars), default=0)
    drawn = next((figure for figure in figures if figure.key == BY_MONTH.get(mechanism)), None)
    return Section(
        mechanism,
        wording.say(mechanism.label),
        tuple(line for key, line in lines.items() if line not in bars and key not in moves),
        tuple(_with_bar(line, counts[line.figure.key][0].value or 0, most) for line in bars),
        _moves(lines),
        months_of(reading, drawn, asked, wording) if drawn and not is_total(reading, drawn) else None,
        MAPS.get(mechanism, "compound"),
        _more(words_beyond(reading, mechanism)),
    )


def _more(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s more kind is in the list alone", "%(count)s more kinds are in the list alone", count, count=count
    )


def _with_bar(line: Line, value: float, most: float) -> Line:
    return Line(**{**vars(line), "part": round(100 * value / most, 1) if most else 0})


def _moves(lines: Mapping[str, Line]) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Return the grades before, each with the figures of the grades after; nothing where none has moved or stayed."""
    own = [lines[figure.key] for figure in MOVES if figure.key in lines]
    if all(line.said in (MISSING, "0") for line in own):
        return ()
    size = len(GRADES)
    return tuple((GRADES[n].value, tuple(own[n * size : (n + 1) * size])) for n in range(size))


def _line(
    reading: Reading,
    figure: Figure,
    asked: Asked,
    counts: Mapping[str, tuple[Count, Count]],
    facts: Mapping[str, LayerFacts],
    wording: Wording,
) -> Line:
    now, before = counts[figure.key]
    audience, layer_facts = reading.reader.audience, facts.get(figure.layer)
    whole = counts.get(figure.part_of, (None,))[0]
    return Line(
        figure,
        wording.say(figure.title),
        wording.say(figure.definition),
        said_of(figure, now.value, wording),
        note_of(reading, figure, now, asked, wording),
        _when(figure, asked.period, wording),
        wording.date(layer_facts.data_date) if layer_facts and layer_facts.data_date else "",
        _share(now, whole, wording) if now.of is None else _measured_on(now, wording),
        change_of(figure, before, now, asked.period, wording, audience),
        now.value is not None,
    )


def _measured_on(count: Count, wording: Wording) -> str:
    return gettext("of %(whole)s", whole=wording.number(count.of or 0)) if count.value is not None else ""


def _when(figure: Figure, period: Period, wording: Wording) -> str:
    if figure.when == "now":
        return gettext("as things stand on record")
    if figure.when == "on":
        return gettext("on %(day)s", day=wording.date(period.ends))
    return wording.period(period.begins, period.ends)


def _share(part: Count, whole: Count | None, wording: Wording) -> str:
    """Return what share a figure is of another, in whole percent; only the number on a base too small for that."""
    if whole is None or part.value is None or not whole.value:
        return ""
    of = wording.number(whole.value)
    if whole.value < PERCENT_BASE:
        return gettext("of %(whole)s", whole=of)
    return gettext("of %(whole)s, %(share)s", whole=of, share=wording.percent(part.value / whole.value, 0))


def note_of(reading: Reading, figure: Figure, count: Count, asked: Asked, wording: Wording) -> str:
    """Return why a figure isn't known or what it leaves out."""
    if is_total(reading, figure):
        return _note_of_totals(count, asked)
    if count.value is None:
        if count.known_from is None:
            return gettext("not known: nothing of this kind is on record")
        if figure.measure and asked.period.ends >= count.known_from:
            return gettext("none in these days")
        return gettext("not known: records begin on %(day)s", day=wording.date(count.known_from))
    if count.months is not None and count.months < asked.period.months:
        return gettext("%(known)s of %(all)s months are on record", known=count.months, all=asked.period.months)
    if is_told(figure, reading.reader.audience) and asked.period.is_year and not asked.area:
        return _note_of_hidden(hidden_at_least(reading, figure, asked.period.begins.year))
    if figure.when == "in" and count.known_from and count.known_from > asked.period.begins and not figure.last_days:
        late = (count.known_from - asked.period.begins).days > 31
        return gettext("records begin on %(day)s", day=wording.date(count.known_from)) if late else ""
    return ""


def _note_of_hidden(at_least: int) -> str:
    if at_least < STEP:
        return gettext("fewer than %(count)s more stand at no known compound and aren't counted", count=STEP)
    return gettext("at least %(count)s more stand at no known compound and aren't counted", count=at_least)


def _note_of_totals(count: Count, asked: Asked) -> str:
    if not asked.period.is_year:
        return gettext("told as totals of whole years, once a year is over")
    if count.withheld:
        return ngettext(
            "without %(count)s community, whose total is withheld: under 10, or could be worked out",
            "without %(count)s communities, whose totals are withheld: under 10, or could be worked out",
            count.withheld,
            count=count.withheld,
        )
    return gettext("not known: nothing of this kind is on record") if count.value is None else ""


def hidden_of(reading: Reading, *, of_hazards: bool) -> list[str]:
    """Return what of the records a reader doesn't see, in words; of hazards where the page tells of them."""
    said = []
    audience = reading.reader.audience
    hazard = next((layer for layer in reading.layers if layer.id == "hazard"), None)
    rule = hazard.publication(audience) if hazard else None
    if of_hazards and isinstance(rule, AtCompound):
        if rule.is_delayed:
            days = reading.settings.hazard_delay_days
            said.append(gettext("Open hazards count from %(days)s days after they were found.", days=days))
        said.append(gettext("Hazards without a known compound aren't counted."))
    if audience in (Audience.GRID_OFFICER, Audience.POLICE):
        said.append(gettext("Only what lies in your own areas is counted."))
    return said
