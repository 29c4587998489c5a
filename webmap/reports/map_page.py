"""A report as one HTML file, whole in itself: the map, what it comes to in tables, and what it stands on."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from webmap.briefing import inlining
from webmap.briefing import words as briefing_words
from webmap.briefing.document import render_map
from webmap.planning.words import MARKS
from webmap.reports import receipt, words
from webmap.reports.dots import band_dots, cause_dots, spots_of
from webmap.reports.ground import read_base
from webmap.reports.report_map import build_map, closed_symbol, post_symbol, site_symbol, titles
from webmap.reports.supposed import LOOKS, look_svg, looks_of
from webmap.reports.told import Report
from webmap.wording import MISSING

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def map_page(report: Report) -> str:
    """Return the page; it links nothing outside and its policy lets nothing be fetched.

    Raises:
        InvalidInput: the front end hasn't been built, so that there is no Leaflet to put into it.
    """
    notes: list[str] = []
    spots = spots_of(report)
    drawn = render_map(build_map(report, read_base(report.settings), spots, notes))
    styles = [*drawn.styles, inlining.style_text(Path(__file__).parent / "report.css")]
    return _TEMPLATES.get_template("page.html").render(
        report=report,
        say=report.wording.say,
        number=report.wording.number,
        words=words,
        close_words=briefing_words,
        missing=MISSING,
        marks=MARKS,
        bands=band_dots(report, spots),
        causes=cause_dots(report, spots),
        titles=titles(report),
        post_svg=post_symbol(report).svg(18),
        closed_svg=closed_symbol(report).svg(18),
        change_looks=[(look_svg(look, 18), LOOKS[look], count) for look, count in looks_of(report.changes).items()],
        site_svg=site_symbol().svg(18),
        receipt=receipt.lines(report),
        notes=notes,
        policy=inlining.policy([*drawn.scripts, drawn.script], styles),
        styles=[Markup(text) for text in styles],  # noqa: S704 - our own files
        scripts=[Markup(text) for text in drawn.scripts],  # noqa: S704
        map_html=Markup(drawn.html),  # noqa: S704
        map_script=Markup(drawn.script),  # noqa: S704 - numbers and declared words, no text of a record
    )
