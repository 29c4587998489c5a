"""A map of its own for each mechanism: compounds by what figures count there, drawn as SVG that needs no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from geodata.layers.figure import Figure, Mechanism
from geodata.layers.police_post import LAYER as POSTS
from geodata.layers.property_company import GRADES
from geodata.queries.figures.own import figures_of, is_total
from geodata.queries.figures.places import Outline, by_compound, compound_outlines, ground_outlines, spots_of
from geodata.queries.reading import Reading
from webmap.cartography.symbols import PATHS
from webmap.governance.asked import Asked
from webmap.governance.frame import Frame, path_of
from webmap.wording import Wording

COUNTED = {
    Mechanism.BRANCHES: "compounds_covered",
    Mechanism.COMMITTEES: "committees",
    Mechanism.MEETINGS: "meetings",
    Mechanism.WHISTLES: "whistles",
    Mechanism.HAZARDS: "hazards_closed",
    Mechanism.STUDIO: "disputes",
    Mechanism.VOLUNTEERS: "activities",
    Mechanism.PLATFORM: "platform_live",
}
"""The figure of which each compound's records are counted."""
SORTED = {
    Mechanism.PROPERTY: ("grade_a", "grade_b", "grade_c"),
    Mechanism.THREE_NOS: ("mode_professional", "mode_self", "mode_grid", "mode_none"),
}
"""Figures that sort compounds; of a compound that two of them count the later one shows."""
SPOTTED = {
    Mechanism.PROJECTS: "projects_of_",
    Mechanism.POLICE: "posts_",
}
"""What the keys of those figures begin with whose places stand on a small map each."""
STEPS = ((1, 1), (2, 3), (4, 7), (8, None))
"""How many records each shade stands for: the same in every year, so that years can be compared."""
MOST_COMPOUNDS = 1_500
MOST_SPOTS = 3_000
FINE_M = 3.0
_ROADS = ("motorway", "trunk", "primary", "secondary")


@dataclass(frozen=True)
class Drawn:
    """A compound on the map: its key, its name, its outline as a path, and where a mark stands in it."""

    id: int
    name: str
    said: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Shade:
    """Compounds that look alike.

    Attributes:
        name: what they have in common.
        look: the class that colours them; "" where `colour` does.
        colour: a declared colour.
        mark: a sign that stands on each, beside the colour.
    """

    name: str
    look: str
    colour: str
    mark: str
    compounds: tuple[Drawn, ...]


@dataclass(frozen=True)
class Spots:
    """Places of one figure: a small map."""

    name: str
    path: str
    colour: str
    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class MechanismMap:
    """A drawing: its ground, and compounds by shade or places on small maps.

    Attributes:
        title: what is drawn.
        rest: the compounds with nothing to show, drawn and listed, too.
        areas: the names of communities and where they stand.
    """

    title: str
    width: float
    height: float
    water: str
    roads: str
    borders: str
    shades: tuple[Shade, ...]
    rest: tuple[Drawn, ...]
    spots: tuple[Spots, ...]
    areas: tuple[tuple[str, float, float], ...]


def map_of(reading: Reading, mechanism: Mechanism, asked: Asked, wording: Wording) -> MechanismMap | None:
    """Return a mechanism's map; None where nothing of it is drawn for this reader, or too many compounds are."""
    own = {figure.key: figure for figure in figures_of(reading) if figure.mechanism is mechanism}
    figures = [own[key] for key in _keys(mechanism, own) if not is_total(reading, own[key])]
    area = asked.area.id if asked.area else None
    outlines = compound_outlines(reading, area=area, most=MOST_COMPOUNDS + 1, fine_m=FINE_M)
    if not figures or not outlines or len(outlines) > MOST_COMPOUNDS:
        return None
    frame = Frame.around([each.shape for each in outlines])
    shades, taken = _shades(reading, mechanism, figures, asked, outlines, frame, wording)
    spots = _spots(reading, figures, asked, frame, wording) if mechanism in SPOTTED else ()
    communities = ground_outlines(
        reading, "area", frame.box, field="kind", values=("community",), most=200, fine_m=FINE_M
    )
    roads = ground_outlines(reading, "road", frame.box, field="highway", values=_ROADS, most=2_000, fine_m=FINE_M)
    water = ground_outlines(reading, "water", frame.box, most=200, fine_m=FINE_M)
    return MechanismMap(
        title=wording.say(mechanism.label if len(figures) > 1 else figures[0].title),
        width=frame.width,
        height=frame.height,
        water=path_of(frame, [each.shape for each in water]),
        roads=path_of(frame, [each.shape for each in roads]),
        borders=path_of(frame, [each.shape for each in communities]),
        shades=shades,
        rest=tuple(_drawn(each, "", frame) for each in outlines if each.id not in taken),
        spots=spots,
        areas=tuple((each.name, *frame.inside(each.shape)) for each in communities if frame.holds(each.shape)),
    )


def _keys(mechanism: Mechanism, own: dict[str, Figure]) -> list[str]:
    if mechanism in SPOTTED:
        return [key for key in own if key.startswith(SPOTTED[mechanism])]
    return [key for key in SORTED.get(mechanism, (COUNTED.get(mechanism, ""),)) if key in own]


def _shades(
    reading: Reading,
    mechanism: Mechanism,
    figures: Sequence[Figure],
    asked: Asked,
    outlines: Sequence[Outline],
    frame: Frame,
    wording: Wording,
) -> tuple[tuple[Shade, ...], set[int]]:
    """Return the shades, and which compounds are in one of them."""
    if mechanism in SPOTTED:
        return (), set()
    if mechanism in SORTED:
        sorts: dict[int, int] = {}
        for number, figure in enumerate(figures):
            sorts |= dict.fromkeys(by_compound(reading, figure, asked.period), number)
        names = [wording.say(figure.title) for figure in figures]
        is_graded = mechanism is Mechanism.PROPERTY
        colours = [choice.colour or "" for choice in GRADES] if is_graded else [""] * len(figures)
        marks = [choice.value for choice in GRADES] if is_graded else [str(n + 1) for n in range(len(figures))]
        looks = ["" if is_graded else f"sort-{n + 1}" for n in range(len(figures))]
        said = dict.fromkeys(sorts, "")
    else:
        counts = by_compound(reading, figures[0], asked.period)
        sorts = {key: n for key, count in counts.items() for n, step in enumerate(STEPS) if _is_in(count, step)}
        names = [_step_words(step, wording) for step in STEPS]
        colours, marks = [""] * len(STEPS), [""] * len(STEPS)
        looks = [f"shade-{n + 1}" for n in range(len(STEPS))]
        said = {key: wording.number(count) for key, count in counts.items()}
    found = []
    for number, name in enumerate(names):
        own = [each for each in outlines if sorts.get(each.id) == number]
        drawn = tuple(_drawn(each, said[each.id], frame) for each in own)
        found.append(Shade(name, looks[number], colours[number], marks[number], drawn))
    return tuple(found), set(sorts)


def _is_in(count: int, step: tuple[int, int | None]) -> bool:
    return step[0] <= count and (step[1] is None or count <= step[1])


def _step_words(step: tuple[int, int | None], wording: Wording) -> str:
    least, most = step
    if most is None:
        return gettext("%(least)s and more", least=wording.number(least))
    return wording.number(least) if least == most else f"{wording.number(least)}–{wording.number(most)}"


def _spots(
    reading: Reading, figures: Sequence[Figure], asked: Asked, frame: Frame, wording: Wording
) -> tuple[Spots, ...]:
    area = asked.area.id if asked.area else None
    style = POSTS.style
    kinds = POSTS.field("kind")
    found = []
    for figure in figures:
        places = spots_of(reading, figure, asked.period, area=area, most=MOST_SPOTS)
        choice = kinds.choice(figure.key.removeprefix("posts_")) if kinds and figure.key.startswith("posts_") else None
        shape = choice.shape if choice and choice.shape else "diamond" if figure.listed == "micro_project" else "circle"
        colour = style.colour if style and figure.listed == "police_post" else "#1b7f4b"
        found.append(Spots(wording.say(figure.title), PATHS[shape], colour, tuple(map(frame.at, places))))
    return tuple(found)


def _drawn(outline: Outline, said: str, frame: Frame) -> Drawn:
    x, y = frame.inside(outline.shape)
    return Drawn(outline.id, outline.name, said, path_of(frame, [outline.shape]), x, y)
