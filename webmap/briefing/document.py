"""A briefing as one HTML document, whole in itself: map, legend, lists, and the policy under which it runs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from branca.element import Figure
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from webmap import sheets
from webmap.briefing import inlining, words
from webmap.briefing.content import Briefing
from webmap.briefing.fitting import lighter, unlisted
from webmap.briefing.folium_map import BriefingMap, build_map
from webmap.briefing.subjects import BriefedLayer
from webmap.cartography.symbols import Symbol
from webmap.wording import MISSING

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_TEMPLATES.filters["as_json"] = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
"""Half as long as Jinja's own, whose escapes make six letters of each that is Chinese; autoescaped like all text."""
SEVERAL = " / "
MOST_BYTES = 3_000_000
"""More can't be mailed everywhere, and opens slowly from a stick."""
NOT_FRAMED = "; frame-ancestors 'none'"
"""What a page's header may say and its own text may not."""


@dataclass(frozen=True)
class Links:
    """Where the page leads when it is served; a file leads nowhere.

    Attributes:
        site: address of the main map.
        file: address of this briefing as a file.
        languages: (name, own name, address) of the same page in the other languages.
        may_choose: an application answers, which gives the page the look that its reader chooses.
    """

    site: str = ""
    file: str = ""
    languages: Sequence[tuple[str, str, str]] = ()
    may_choose: bool = False


@dataclass(frozen=True)
class Document:
    """A whole page and the policy that goes with it as a header."""

    html: str
    policy: str


@dataclass(frozen=True)
class _Line:
    """A line of the table that says where the data come from."""

    title: str
    count: str
    loaded: str
    credit: str


@dataclass(frozen=True)
class _Drawn:
    """A rendered map: its element, the scripts and styles that it needs, and the script that draws it."""

    html: str
    scripts: list[str]
    styles: list[str]
    script: str


def write(briefing: Briefing, links: Links | None = None) -> Document:
    """Return a briefing as a document of at most `MOST_BYTES`, with less of its largest layers where it needs that.

    Where Leaflet isn't there, because the front end couldn't be built, the lists stand alone and say so.
    """
    document = _whole(briefing, links or Links())
    while len(document.html.encode()) > MOST_BYTES and briefing.subjects:
        briefing = lighter(briefing)
        document = _whole(briefing, links or Links())
    return document


def _whole(briefing: Briefing, links: Links) -> Document:
    notes = list(briefing.notes) + [unlisted(briefed) for briefed in briefing.subjects if not briefed.is_listed]
    drawn = _drawn(briefing, notes) if inlining.is_built() else _undrawn()
    policy = inlining.policy([*drawn.scripts, *filter(None, [drawn.script])], drawn.styles)
    wording = briefing.wording
    html = _TEMPLATES.get_template("page.html").render(
        briefing=briefing,
        links=links,
        wording=wording,
        say=wording.say,
        words=words,
        looks=_looks(briefing),
        unlisted=unlisted,
        name_lines=_name_lines,
        missing=MISSING,
        as_of=wording.say(words.AS_OF).format(wording.date(briefing.settings.today())),
        notes=notes + _placeless(briefing),
        about=_about(briefing),
        policy=policy,
        styles=[Markup(text) for text in drawn.styles],  # noqa: S704 - our own files
        scripts=[Markup(text) for text in drawn.scripts],  # noqa: S704
        map_html=Markup(drawn.html),  # noqa: S704
        map_script=Markup(drawn.script),  # noqa: S704 - numbers and declared words, no text of a record
    )
    return Document(html, policy + NOT_FRAMED)


def _drawn(briefing: Briefing, notes: list[str]) -> _Drawn:
    return render_map(build_map(briefing, notes))


def render_map(drawn: BriefingMap) -> _Drawn:
    """Return a folium map's parts with every link replaced by local text.

    folium's own page isn't used: it forbids zooming on phones, says no language and puts its script behind the body.

    Raises:
        InvalidInput: an element of the map links what has no local copy.
    """
    figure = drawn.get_root()
    if not isinstance(figure, Figure):
        raise AssertionError("a folium map makes its own figure")
    for child in figure._children.values():
        child.render()
    scripts, styles = inlining.linked(figure.header)
    script = inlining.script_text(figure.script.render(), "the map")
    return _Drawn(figure.html.render(), scripts, styles, script)


def _undrawn() -> _Drawn:
    styles = [inlining.style_text(inlining.LOCAL[name]) for name in (*sheets.SHARED, "briefing_css")]
    return _Drawn("", [], styles, "")


def _name_lines(briefed: BriefedLayer) -> str:
    """Return the names of a layer without a list, a line each, as the page's script reads them.

    Behind a name that the search finds stand what tells it apart, its other names and their ways in pinyin.
    """
    lines = []
    for name, sought in briefed.names:
        others = (sought[0], SEVERAL.join(sought[1]), "|".join(sought[2])) if sought else ()
        lines.append("\t".join(" ".join(part.split()) if part else "" for part in (name, *others)))
    return "\n".join(lines)


def _looks(briefing: Briefing) -> dict[Symbol, str]:
    """Return a name for each look of the lists: the page has it once, however many records have it."""
    looks = dict.fromkeys(entry.symbol for briefed in briefing.subjects for entry in briefed.entries)
    return {look: f"look-{number}" for number, look in enumerate(looks)}


def _placeless(briefing: Briefing) -> list[str]:
    """Return a note for each layer of which some records have no place."""
    found = []
    for briefed in briefing.subjects:
        count = sum(not entry.is_placed for entry in briefed.entries)
        if count:
            sentence = briefing.wording.say(words.NO_PLACE).format(briefing.wording.number(count))
            found.append(f"{briefed.title}{'：' if briefing.wording.is_chinese else ': '}{sentence}")
    return found


def _about(briefing: Briefing) -> list[_Line]:
    """Return where the layers come from, the base map's at the end."""
    wording = briefing.wording
    counted = [(briefed.layer, briefed.total) for briefed in briefing.subjects]
    counted += [(layer, len(frame)) for layer, frame in briefing.base]
    counted += Counter(name.layer for name in briefing.names).items()
    lines = []
    for layer, count in counted:
        facts = briefing.facts[layer.id]
        loaded = wording.date(facts.data_date) if facts.data_date else MISSING
        lines.append(_Line(wording.say(layer.title), wording.number(count), loaded, facts.credit or MISSING))
    return lines
