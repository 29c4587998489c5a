"""A report as a workbook: summary, areas, gaps by cause with what would mend them, and every place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from geodata.analyses.coverage import frame_of, od_frame, route_frame
from geodata.analyses.coverage.minutes import rounded_minutes
from geodata.layers import get_layer
from geodata.layers.text import Text
from webmap.files.workbook import sheet_name
from webmap.planning import words as planning_words
from webmap.reports import receipt, words
from webmap.reports.dots import spots_of
from webmap.reports.gaps import post_name
from webmap.reports.told import Report

Value = str | float | int | bool | None
_HEAD = {"bold": True, "bg_color": "#E8EFF9", "text_wrap": True, "valign": "top"}
_TEXT = {"text_wrap": True, "valign": "top"}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What no cell may hold."""
_WIDEST, _NARROWEST = 60, 10
_LONGEST = 32_767
"""A cell holds no more characters."""
_MOST_ROWS = 1_048_576
"""A sheet holds no more."""


def write_workbook(report: Report, path: Path) -> None:
    """Write the workbook, row by row.

    No text becomes a formula or a link: whatever isn't a number is written as a string, "=1+1" included.
    """
    # Rows go to files beside the workbook as they come; texts stand in their cells, not in a table in memory.
    told = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), told)
    made = datetime.combine(report.settings.today(), time())
    book.set_properties({"title": f"{report.title} · {report.settings.name}", "created": made})
    say = report.wording.say
    for title, rows, widths in (
        (words.SUMMARY, _summary(report), (34, 70)),
        (words.CHANGES, _changes(report), (8, 60, 18, 16, 16, 20, 12, 60)),
        (words.BY_AREA, _areas(report), (34, 16, 16, 16)),
        (words.GAP_SHEET, _gaps(report), (8, 34, 14, 14, 30, 16, 14, 14, 30, 40, 18, 18)),
        (words.NEXT_SHEET, _sites(report), (30, 30, 16, 20, 20)),
        (words.CURVE, _curve(report), (14, 16, 16, 16, 16)),
        (words.DEPENDS, _sways(report), (34, 16, 16, 16, 18, 22)),
        (words.PLACES, _places(report), (14, 18, 30, 12, 12, 12, 24, 10, 26, 12, 12, 16, 16)),
        (words.PAIRS, _pairs(report), (14, 18, 30, 18, 24, 12, 10, 10)),
        (words.ROUTES, _routes(report), (14, 18, 30, 18, 12, 14, 10)),
    ):
        _sheet(book, sheet_name(say(title)), rows, widths, is_table=title is not words.SUMMARY)
    book.close()


def _sheet(
    book: xlsxwriter.Workbook, title: str, rows: Iterable[Sequence[Value]], widths: Sequence[int], *, is_table: bool
) -> None:
    """Write a sheet; none where there are no rows."""
    sheet, head, text = None, book.add_format(_HEAD), book.add_format(_TEXT)
    number = 0
    for number, row in enumerate(rows):
        if sheet is None:
            sheet = book.add_worksheet(title)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, max(_NARROWEST, min(width, _WIDEST + 10)))
            last = len(row) - 1
        for column, value in enumerate(row):
            _put(sheet, number, column, value, head if is_table and number == 0 else None, text)
    if is_table and sheet is not None:
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, number, last)


def _put(sheet: Worksheet, row: int, column: int, value: Value, head: Format | None, text: Format) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, _UNPRINTABLE.sub("", value)[:_LONGEST], head or text)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, head)
    elif value is not None and not np.isnan(value):  # in a table of pandas' a name that isn't known is NaN, too
        sheet.write_number(row, column, value, head)


def _summary(report: Report) -> Iterable[Sequence[Value]]:
    answer, say = report.answer, report.wording.say
    bands = answer.bands()
    yield report.title, report.settings.name
    yield say(words.SUMMARY), report.headline
    yield from ((say(words.CHANGES), text) for text in report.supposed)
    yield from ((say(words.POSTS), text) for text in report.posts_told)
    yield from ((say(words.NOTICE), text) for text in (report.notice, report.caveat) if text)
    yield report.as_of, None
    yield say(words.DEFINITION), report.definition
    if report.gaps:
        yield say(words.GAP_SHEET), report.gaps_told_by
    yield None, None
    yield say(words.COUNTED), answer.demand_total
    yield say(words.IN_REACH), answer.covered
    yield say(words.OUT_OF_REACH), answer.demand_total - answer.covered
    yield say(words.SHARE), round(answer.share, 4)
    yield report.wording.fill(words.IN_A_STRAIGHT_LINE, round(answer.straight_limit_m)), answer.straight_line_covered
    if answer.served is not None:
        yield say(words.SERVED), answer.served
    for minutes, people in bands.items():
        yield report.wording.fill(words.WITHIN, f"{minutes:g}"), people
    for name, title in (("slower_20_pct", words.SLOWER), ("quicker_20_pct", words.QUICKER)):
        yield say(title), answer.sensitivity()[name]
    yield None, None
    yield say(report.why), say(words.WEIGHTS[answer.asked.weight])
    for cause in report.causes:
        what = f"{cause.title} → {cause.remedy} ({report.wording.number(cause.places)})"
        yield what, cause.people if cause.id != "no_data" else None
    yield from ((say(words.NEXT), sentence) for sentence in report.outcome)
    yield None, None
    yield say(words.RECEIPT), None
    yield from receipt.lines(report)


def _changes(report: Report) -> Iterable[Sequence[Value]]:
    """Give the changes that are supposed; shapes as text in longitudes and latitudes (WKT)."""
    if not report.changes:
        return
    heads = (
        words.RANK, words.CHANGE, words.KIND, words.CODE, words.LONGITUDE, words.LATITUDE, words.IS_COUNTED,
        words.SHAPE,
    )  # fmt: skip
    yield [report.wording.say(text) for text in heads]
    for told in report.changes:
        each, spot = told.supposed, told.at
        code = each.change.get("post") or each.change.get("gate") or each.change.get("road")
        shape = shapely.to_wkt(each.shape, rounding_precision=6) if each.shape is not None else None
        lon, lat = (round(degree, 6) for degree in spot) if spot else (None, None)
        yield each.number, told.words, each.kind, code, lon, lat, each.is_counted, shape


def _sways(report: Report) -> Iterable[Sequence[Value]]:
    """Give the answer were it otherwise; shares are of all who are counted, and stand as numbers."""
    heads, rows = report.sways
    if rows:
        yield list(heads)
    for what, sway in rows:
        shares = sway.gained_share, sway.lost_share, sway.moved_share, sway.changed_share
        yield what, sway.covered, *(round(share, 6) for share in shares)


def _areas(report: Report) -> Iterable[Sequence[Value]]:
    if report.areas:
        yield [report.wording.say(text) for text in (words.AREA, words.COUNTED, words.IN_REACH, words.SHARE)]
    for area in report.areas:
        yield area.name, area.demand, area.covered, None if area.share is None else round(area.share, 4)


def _gaps(report: Report) -> Iterable[Sequence[Value]]:
    heads = (
        words.RANK,
        words.NAME,
        words.WEIGHTS[report.answer.asked.weight],
        words.PLACE_COUNT,
        words.CAUSE,
        words.MINUTES_MEDIAN,
        words.SHORTEST,
        words.LONGEST,
        words.NEAREST,
        words.REMEDY,
        words.LONGITUDE,
        words.LATITUDE,
    )
    yield [report.wording.say(text) for text in heads]
    for gap in report.gaps:
        people = None if gap.cause == "no_data" else gap.people
        minutes = [_minutes(report, each) for each in (gap.minutes, gap.shortest, gap.longest)]
        spot = round(gap.lon, 6), round(gap.lat, 6)
        yield gap.number, gap.name, people, gap.places, gap.why, *minutes, gap.post, gap.remedy, *spot
    if report.rest[0]:
        yield None, report.others, report.rest[1]


def _sites(report: Report) -> Iterable[Sequence[Value]]:
    if report.plan is None or not report.plan.sites:
        return
    heads = (words.NAME, words.AREA, words.GAIN, words.LONGITUDE, words.LATITUDE)
    yield [report.wording.say(text) for text in heads]
    for number, site in enumerate(report.plan.sites, start=1):
        yield site.name or report.wording.fill(words.SITE, number), site.about, site.gain, site.lon, site.lat


def _curve(report: Report) -> Iterable[Sequence[Value]]:
    heads, steps = report.curve
    if steps:
        yield heads
    for step in steps:
        yield step.posts, *(cell.value for cell in step.cells), step.proof


def _places(report: Report) -> Iterable[Sequence[Value]]:
    say, causes = report.wording.say, planning_words.causes()
    heads = (
        words.LAYER,
        words.CODE,
        words.NAME,
        words.WEIGHTS[report.answer.asked.weight],
        words.MINUTES_COLUMN,
        words.MINUTES_OVER,
        words.NEAREST,
        words.IS_COVERED,
        words.CAUSE,
        words.SNAP,
        words.STRAIGHT_M,
        words.LONGITUDE,
        words.LATITUDE,
    )
    yield [say(text) for text in heads]
    titles = {layer: say(get_layer(layer).title) for layer in set(report.answer.places.layers)}
    frame = pd.DataFrame(frame_of(report.settings, report.answer).drop(columns="geometry"))
    for row, spot, post in zip(frame.to_dict("records"), spots_of(report).tolist(), report.answer.post, strict=True):
        yield (
            titles[row["layer"]],
            row["code"],
            row["name"],
            _number(row["people"]),
            _minutes(report, row["minutes"]),
            _minutes(report, row["minutes_over"], 0.0),
            post_name(report.answer, int(post)) if post >= 0 else None,
            bool(row["is_covered"]),
            causes[row["cause"]].title if row["cause"] else None,
            _number(row["snap_m"]),
            _number(row["straight_m"]),
            round(spot[0], 6),
            round(spot[1], 6),
        )


def _pairs(report: Report) -> Iterable[Sequence[Value]]:
    """Give the pairs of places and posts; of more than a sheet holds only those with the nearest post."""
    frame = od_frame(report.answer)
    frame = frame if len(frame) < _MOST_ROWS else frame[frame["is_nearest"]][: _MOST_ROWS - 1]
    heads = (
        words.LAYER, words.CODE, words.NAME, words.POST_CODE, words.POST_NAME, words.MINUTES_COLUMN, words.IS_NEAREST,
        words.IS_COVERED,
    )  # fmt: skip
    yield from _rows(report, frame, heads)


def _routes(report: Report) -> Iterable[Sequence[Value]]:
    frame = pd.DataFrame(route_frame(report.settings, report.answer).drop(columns="geometry"))
    heads = (
        words.LAYER, words.CODE, words.NAME, words.POST_CODE, words.MINUTES_COLUMN, words.LENGTH_M, words.IS_COVERED,
    )  # fmt: skip
    yield from _rows(report, frame[: _MOST_ROWS - 1], heads)


def _rows(report: Report, frame: pd.DataFrame, heads: Sequence[Text]) -> Iterable[Sequence[Value]]:
    say = report.wording.say
    titles = {layer: say(get_layer(layer).title) for layer in set(report.answer.places.layers)}
    yield [say(head) for head in heads]
    for layer, *values in frame.itertuples(index=False, name=None):
        yield [titles[layer], *(_number(value) if isinstance(value, float) else value for value in values)]


def _minutes(report: Report, value: float | None, limit: float | None = None) -> float | None:
    """Return minutes for a cell, or those over the limit where that is 0."""
    if value is None or np.isnan(value):
        return None
    return rounded_minutes(float(value), report.answer.asked.minutes if limit is None else limit, digits=2)


def _number(value: float) -> float | None:
    """Return a number for a cell; what nobody knows stays empty, as 0 would be another answer."""
    return None if np.isnan(value) else round(float(value), 2)
