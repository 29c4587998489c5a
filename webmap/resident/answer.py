"""The first answer to a resident who has found their compound: who is near, how to get there, whom to call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext

from geodata.calls import calls_of
from geodata.layers import get_layer
from geodata.layers.area import LEVELS
from geodata.queries.features import Row
from geodata.queries.of_compound import News, areas_of, grades_of, news_of, office_of, projects_near
from geodata.queries.profile import Profile, profile
from geodata.queries.reading import Reading
from geodata.queries.walks import BY_OPEN_GATE, POSTS, SERVICES, Walk, read_walks
from geodata.settings import Settings
from webmap.record import Hanging, Told, hanging, tell
from webmap.resident.on_foot import OnFoot, by_id, on_foot, why_not
from webmap.resident.opening import opening_words
from webmap.telling import Place, place, telephone
from webmap.wording import Wording

FIRST_KINDS = ("clinic", "pharmacy", "community_office", "elder_care", "market", "hospital")
"""Services that the first answer names, in this order; all others are folded."""
NAMED_SERVICES = 4
PROJECTS_WITHIN_M = 300.0
MOST_NEWS = 10


@dataclass(frozen=True)
class Number:
    """A telephone number: whose it is, as people read it, as it is dialled."""

    whose: str
    number: str
    dialled: str


@dataclass(frozen=True)
class Event:
    """Something that happened at the compound: the day, what, and the record that tells it."""

    day: str
    what: str
    place: Place


@dataclass(frozen=True)
class Answer:
    """What a resident is told of a compound.

    Attributes:
        told: its record with all that hangs on it.
        post: the nearest police post; None where no way is known.
        no_way: why there is none, in words; "" where there is one.
        open_gate: the way by a gate that never closes, where the one on the way to `post` does; None where it doesn't,
            or there is none.
        open_posts: others to go to while that one is closed, the nearest first.
        services: the nearest service of each kind that the first answer names, and `more_services` of all others.
        calls: numbers that answer everywhere.
        own_calls: those of the post and of the community's office.
        areas: the grid, the community and so on up, each with its level in words and the code of its page.
        hazards: the published ones of the compound; None for none.
        grades: of the compound, or of the company that looks after it today; None for none.
        projects: micro-projects here and near by; None for none.
        news: what happened in this quarter, which begins on `quarter`.
        opening_words: the sentences by which the page's script says anew what is open.
        hazard_delay_days: so old is an open hazard before residents see it.
    """

    told: Told
    post: OnFoot | None
    no_way: str
    open_gate: OnFoot | None
    open_posts: tuple[OnFoot, ...]
    services: tuple[OnFoot, ...]
    more_services: tuple[OnFoot, ...]
    calls: tuple[Number, ...]
    own_calls: tuple[Number, ...]
    areas: tuple[tuple[str, Place, str], ...]
    hazards: Hanging | None
    projects: Hanging | None
    grades: Hanging | None
    news: tuple[Event, ...]
    quarter: str
    opening_words: Mapping[str, str]
    hazard_delay_days: int
    projects_within_m: float = PROJECTS_WITHIN_M


def answer_of(reading: Reading, compound_id: int, wording: Wording, *, now: datetime | None) -> Answer:
    """Return the first answer for a compound.

    Args:
        reading: who asks.
        compound_id: the compound.
        wording: says it.
        now: of which it is told what is open, in the place's own time; None for a page that is kept as a file.

    Raises:
        NotFound: there is no such compound for this reader.
    """
    compounds = reading.layer("compound")
    found = profile(reading, compounds, compound_id)
    walks = read_walks(reading, compound_id)
    posts = on_foot(reading, [walk for walk in walks if walk.layer == POSTS], wording, now)
    by_open_gate = [replace(walk, layer=POSTS) for walk in walks if walk.layer == BY_OPEN_GATE]
    services = on_foot(reading, [walk for walk in walks if walk.layer == SERVICES], wording, now)
    named = [each for kind in FIRST_KINDS for each in services if each.kind == kind]
    first = tuple(named[:NAMED_SERVICES])
    areas = areas_of(reading, compound_id)
    quarter = _quarter(reading.settings.today())
    grades = grades_of(reading, compound_id)
    near = projects_near(reading, compound_id, found.row.lat, within_m=PROJECTS_WITHIN_M)
    return Answer(
        told=_rest(tell(reading, compounds, found, wording)),
        post=posts[0] if posts else None,
        no_way="" if posts else why_not(walks),
        open_gate=next(iter(on_foot(reading, by_open_gate, wording, now)), None),
        open_posts=tuple(posts[1:]),
        services=first,
        more_services=tuple(each for each in services if each not in first),
        calls=numbers_of(reading.settings, wording),
        own_calls=_own_calls(reading, found, walks, areas, wording),
        areas=areas_told(areas, wording),
        hazards=_hanging(reading, found, "hazard", wording),
        projects=hanging(reading, compounds, found.row, near, wording) if near is not None and near.count else None,
        grades=hanging(reading, compounds, found.row, grades, wording) if grades is not None and grades.count else None,
        news=_news(reading, found, quarter, wording),
        quarter=wording.date(quarter),
        opening_words=opening_words(),
        hazard_delay_days=reading.settings.hazard_delay_days,
    )


def numbers_of(settings: Settings, wording: Wording) -> tuple[Number, ...]:
    """Return the numbers that answer everywhere, in words."""
    return tuple(Number(wording.say(each.title), each.number, telephone(each.number)) for each in calls_of(settings))


def number_of(whose: str, row: Row) -> Number | None:
    """Return the published number of a record; None where it has none that can be dialled."""
    dialled = telephone(row.values.get("phone"))
    return Number(whose, str(row.values["phone"]), dialled) if dialled else None


def _rest(told: Told) -> Told:
    """Return a record without what the answer tells before it, and without straight lines to where one walks."""
    groups = [
        replace(group, members=tuple(each for each in group.members if each.layer_id not in _TOLD_FIRST))
        for group in told.groups
    ]
    return replace(told, groups=tuple(group for group in groups if group.members), near=())


_TOLD_FIRST = frozenset({"hazard", "micro_project", "assessment"})


def local_now(reading: Reading) -> datetime:
    """Return the moment as the clocks of the place tell it."""
    return datetime.now(ZoneInfo(reading.settings.time_zone))


def _own_calls(
    reading: Reading, found: Profile, walks: Sequence[Walk], areas: Sequence[Row], wording: Wording
) -> tuple[Number, ...]:
    """Return the published numbers of the nearest post that has one, and of the community's office."""
    layers = {layer.id: layer for layer in reading.layers}
    posts = by_id(reading, POSTS, {walk.record_id for walk in walks if walk.layer == POSTS}) if POSTS in layers else {}
    ranked = [posts[walk.record_id] for walk in walks if walk.layer == POSTS and walk.record_id in posts]
    communities = tuple(area.id for area in areas if area.values.get("kind") == "community")
    office = office_of(reading, str(found.row.values.get("community") or ""), communities)
    of_posts = [number for row in ranked if (number := number_of(place(layers[POSTS], row, wording).name, row))]
    of_office = number_of(place(layers[SERVICES], office, wording).name, office) if office else None
    return (*of_posts[:1], *((of_office,) if of_office else ()))


def areas_told(areas: Sequence[Row], wording: Wording) -> tuple[tuple[str, Place, str], ...]:
    """Return the areas from the smallest up, each with its level and the code of its page."""
    layer = get_layer("area")
    kind = layer.field("kind")
    ordered = sorted(areas, key=lambda row: LEVELS.index(str(row.values["kind"])))
    return tuple(
        (
            wording.value(kind, row.values["kind"]) if kind else "",
            place(layer, row, wording),
            str(row.values.get("code") or row.id),
        )
        for row in ordered
    )


def _hanging(reading: Reading, found: Profile, layer_id: str, wording: Wording) -> Hanging | None:
    """Return the records of one layer that hang on the compound; None for none."""
    for relation in found.relations:
        if relation.layer.id == layer_id:
            return hanging(reading, reading.layer("compound"), found.row, relation, wording)
    return None


def _news(reading: Reading, found: Profile, since: date, wording: Wording) -> tuple[Event, ...]:
    layers = tuple(relation.layer for relation in found.relations if not relation.layer.is_base)
    told = news_of(reading, found.row.id, layers, since, most=MOST_NEWS)
    return tuple(
        Event(wording.date(each.day), _what(each, wording), place(each.layer, each.row, wording)) for each in told
    )


def _what(news: News, wording: Wording) -> str:
    """Return what has happened: of "Closed on" only "closed"."""
    field = news.layer.field(news.field)
    label = wording.say(field.label) if field else news.field
    what = label.removesuffix("日期") if wording.is_chinese else label.removesuffix(" on").lower()
    return gettext("%(layer)s: %(what)s", layer=wording.say(news.layer.title), what=what)


def _quarter(today: date) -> date:
    """Return the first day of the calendar quarter that a day lies in."""
    return date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
