"""What a paper says, in its order: the answer, the map, where next, why, where, areas, posts, and what it stands on."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

from geodata.layers.text import Text
from webmap.reports import receipt, words
from webmap.reports.dots import Spots, band_dots, cause_dots, spots_of
from webmap.reports.ground import read_base
from webmap.reports.paper import plan
from webmap.reports.paper.changes import legend_mark
from webmap.reports.paper.fonts import fonts_for
from webmap.reports.paper.marks import MARKERS
from webmap.reports.paper.sheets import QUIET, SMALL, Mark, Sheets
from webmap.reports.report_map import closed_symbol, post_symbol
from webmap.reports.supposed import LOOKS, looks_of
from webmap.reports.told import Report
from webmap.wording import MISSING

_MAP_HEIGHT = 330.0
_POST, _SITE = "s", "*"


def write_paper(report: Report, path: Path) -> None:
    """Write the PDF; of the same report it has the same bytes.

    Raises:
        InvalidInput: there are Chinese signs in it, and no font of this machine has these.
    """
    sheets = Sheets(fonts_for(_words_of(report)))
    spots = spots_of(report)
    _answer(sheets, report)
    plan.draw(sheets.drawing(_MAP_HEIGHT), report, read_base(report.settings), spots, sheets.fonts.regular)
    _legend(sheets, report, spots)
    for write in (_changes, _sites, _curve, _causes, _gaps, _areas, _sways, _posts, _grounds):
        write(sheets, report)
    foot = " · ".join(text for text in (report.settings.name, report.as_of, report.notice, report.caveat) if text)
    on = datetime.combine(report.settings.today(), time(), UTC)
    sheets.save(path, title=f"{report.title} · {report.settings.name}", foot=foot, on=on)


def _words_of(report: Report) -> str:
    """Return what decides about the fonts: the language, and the names of the place."""
    answer = report.answer
    names = [*(gap.name + gap.post + gap.remedy for gap in report.gaps), *(area.name for area in report.areas)]
    names += [*(each.words for each in report.changes), *report.outcome]
    names += [site.name or site.about or "" for site in report.plan.sites] if report.plan else []
    return report.title + report.settings.name + "".join(names) + "".join(post.called for post in answer.posts)


def _answer(sheets: Sheets, report: Report) -> None:
    say, answer = report.wording.say, report.answer
    sheets.paragraph(report.title, size=20, bold=True, after=0)
    sheets.paragraph(" · ".join((say(words.REPORT), report.settings.name, report.as_of)), size=SMALL, colour=QUIET)
    sheets.paragraph(" · ".join(report.question), colour=QUIET)
    sheets.paragraph(report.headline, size=12.5, bold=True)
    sheets.paragraph(f"{report.straight} {report.sensitive}")
    for sentence in (*report.posts_told, *report.outcome):
        sheets.paragraph(sentence)
    sheets.paragraph(" ".join(text for text in (report.notice, report.caveat) if text), bold=True)
    told = [
        (say(words.SHARE), f"{answer.share:.1%}"),
        (say(words.IN_REACH), report.number(answer.covered)),
        (say(words.OUT_OF_REACH), report.number(answer.demand_total - answer.covered)),
    ]
    if answer.served is None:
        metres = report.wording.number(round(answer.straight_limit_m))
        told.append(
            (report.wording.fill(words.IN_A_STRAIGHT_LINE, metres), report.number(answer.straight_line_covered))
        )
    else:
        told.append((say(words.SERVED), report.number(answer.served)))
    sheets.figures(told)


def _legend(sheets: Sheets, report: Report, spots: Spots) -> None:
    say, number = report.wording.say, report.number
    times = words.TIMES if report.answer.asked.is_to_post else words.TIMES_FROM
    bands = [(Mark(look.colour), look.title, number(look.people)) for look in band_dots(report, spots)]
    sheets.legend(say(times), bands)
    causes = [
        (Mark(look.colour, MARKERS[look.shape]), look.title, number(look.people) if look.people else MISSING)
        for look in cause_dots(report, spots)
    ]
    sheets.legend(say(report.missed), causes)
    metres = report.wording.number(round(report.answer.straight_limit_m))
    marks = [
        *_post_marks(report),
        (
            Mark("#57524a", "_", "#57524a"),
            report.wording.fill(words.IN_A_STRAIGHT_LINE, metres),
            number(report.answer.straight_line_covered),
        ),
    ]
    if report.plan is not None and report.plan.sites:
        count = report.wording.number(len(report.plan.sites))
        marks.append((Mark(words.SITE_COLOUR, _SITE), say(words.SITES), count))
    looks = looks_of(report.changes).items()
    marks += [(legend_mark(look), say(LOOKS[look]), report.wording.number(count)) for look, count in looks]
    if report.answer.asked.has_amounts:
        marks.append((Mark(QUIET), say(words.SIZES), ""))
    sheets.legend(say(words.MAP), marks)


def _changes(sheets: Sheets, report: Report) -> None:
    if not report.changes:
        return
    say = report.wording.say
    sheets.heading(say(words.CHANGES))
    rows = [(str(each.supposed.number), each.words, each.position) for each in report.changes]
    sheets.table([say(text) for text in (words.RANK, words.CHANGE, words.POSITION)], rows, (0.8, 6, 2.4), numbers=set())


def _sites(sheets: Sheets, report: Report) -> None:
    if report.plan is None or not report.plan.sites:
        return
    say = report.wording.say
    sheets.heading(say(words.NEXT))
    rows = [
        (
            site.name or report.wording.fill(words.SITE, number),
            site.about or MISSING,
            report.amount(site.gain),
            f"{site.lat:.5f}, {site.lon:.5f}",
        )
        for number, site in enumerate(report.plan.sites, start=1)
    ]
    heads = [say(text) for text in (words.NAME, words.AREA, words.GAIN, words.POSITION)]
    marks = [Mark(words.SITE_COLOUR, _SITE)] * len(rows)
    sheets.table(heads, rows, (2.4, 4, 1.8, 2.4), numbers={2}, marks=marks)


def _curve(sheets: Sheets, report: Report) -> None:
    heads, steps = report.curve
    if not steps:
        return
    sheets.heading(report.wording.say(words.CURVE))
    rows = [(report.wording.number(step.posts), *(cell.said for cell in step.cells), step.proof) for step in steps]
    sheets.table(heads, rows, (1.6, 2, 2, 2, 2), numbers={0, 1, 2, 3})


def _causes(sheets: Sheets, report: Report) -> None:
    say = report.wording.say
    sheets.heading(say(report.why))
    if not report.causes:
        sheets.paragraph(say(words.NOBODY))
        return
    heads = [say(text) for text in (words.CAUSE, _counted(report), words.PLACE_COUNT, words.REMEDY)]
    rows = [
        (
            cause.title,
            report.amount(cause.people) if cause.id != "no_data" else MISSING,
            report.wording.number(cause.places),
            cause.remedy,
        )
        for cause in report.causes
    ]
    marks = [Mark(cause.colour, MARKERS[cause.shape]) for cause in report.causes]
    sheets.table(heads, rows, (3, 1.6, 1.2, 4), numbers={1, 2}, marks=marks)


def _gaps(sheets: Sheets, report: Report) -> None:
    if not report.gaps:
        return
    say = report.wording.say
    sheets.heading(say(words.WHERE))
    heads = [say(text) for text in (words.NAME, _counted(report), words.CAUSE, words.TIME, words.NEAREST, words.REMEDY)]
    rows = [
        (
            gap.name,
            report.amount(gap.people) if gap.cause != "no_data" else MISSING,
            gap.why,
            report.gap_minutes(gap),
            gap.post,
            gap.remedy,
        )
        for gap in report.gaps
    ]
    marks = [Mark(gap.colour, MARKERS[gap.shape]) for gap in report.gaps]
    sheets.table(heads, rows, (2.5, 1.45, 1.75, 2.9, 2.0, 1.9), numbers={1, 3}, marks=marks)
    if report.others:
        sheets.paragraph(report.others)


def _areas(sheets: Sheets, report: Report) -> None:
    if not report.areas:
        return
    say = report.wording.say
    sheets.heading(say(words.BY_AREA))
    heads = [say(text) for text in (words.AREA, words.COUNTED, words.IN_REACH, words.SHARE)]
    rows = [
        (
            area.name,
            report.amount(area.demand),
            report.amount(area.covered),
            MISSING if area.share is None else f"{area.share:.1%}",
        )
        for area in report.areas
    ]
    sheets.table(heads, rows, (4, 2, 2, 1.6), numbers={1, 2, 3})


def _sways(sheets: Sheets, report: Report) -> None:
    heads, rows = report.sways
    if not rows:
        return
    sheets.heading(report.wording.say(words.DEPENDS))
    told = [
        (
            what,
            report.amount(sway.covered),
            *(f"{share:.1%}" for share in (sway.gained_share, sway.lost_share, sway.moved_share, sway.changed_share)),
        )
        for what, sway in rows
    ]
    sheets.table(heads, told, (3.2, 1.8, 1.3, 1.3, 1.8, 1.8), numbers={1, 2, 3, 4, 5})
    sheets.paragraph(report.wording.say(words.SHARES_OF_ALL), size=SMALL, colour=QUIET)


def _posts(sheets: Sheets, report: Report) -> None:
    say = report.wording.say
    sheets.heading(say(words.POSTS))
    heads = [say(text) for text in (words.NAME, words.HOURS, words.CODE)]
    rows = [
        (post.called, report.wording.hours(post.hours) if post.hours else MISSING, post.code)
        for post in report.answer.posts
    ]
    sheets.table(
        heads, rows, (3, 4, 2), marks=[_mark(report, is_open=bool(is_open)) for is_open in report.answer.is_open]
    )


def _grounds(sheets: Sheets, report: Report) -> None:
    say = report.wording.say
    sheets.heading(say(words.ABOUT))
    sheets.paragraph(report.definition)
    if report.gaps:
        sheets.paragraph(report.gaps_told_by)
    sheets.paragraph(report.caveat, bold=True)
    sheets.heading(say(words.RECEIPT))
    for what, how in receipt.lines(report):
        sheets.paragraph(f"{what}: {how}" if not report.wording.is_chinese else f"{what}：{how}", size=SMALL, after=2)


def _mark(report: Report, *, is_open: bool) -> Mark:
    look = post_symbol(report) if is_open else closed_symbol(report)
    return Mark(look.colour, _POST, "" if is_open else look.outline)


def _post_marks(report: Report) -> list[tuple[Mark, str, str]]:
    """Return what marks of posts stand for: those that count apart from the others, where there are any."""
    say, number = report.wording.say, report.wording.number
    known, closed = len(report.answer.posts), report.closed_count
    if not closed:
        return [(_mark(report, is_open=True), say(words.POSTS), number(known))]
    return [
        (_mark(report, is_open=True), f"{say(words.POSTS)} · {say(words.OPEN_THEN)}", number(known - closed)),
        (_mark(report, is_open=False), say(words.CLOSED_THEN), number(closed)),
    ]


def _counted(report: Report) -> Text:
    return words.WEIGHTS[report.answer.asked.weight]
