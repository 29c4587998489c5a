"""What a resident is told of a compound or a community as a workbook: a sheet for each kind of thing."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xlsxwriter
from flask_babel import gettext

from webmap.files.workbook import sheet_name
from webmap.record import Hanging, Told
from webmap.resident.answer import Answer, Number
from webmap.resident.community import Community, Staffed
from webmap.resident.on_foot import OnFoot
from webmap.resident.opening import Opening
from webmap.telling import Listing

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST = 32_767
"""A cell holds no more characters."""

Cell = str | int


@dataclass(frozen=True)
class Sheet:
    """A table of words and whole numbers with a head."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def book(sheets: Iterable[Sheet]) -> bytes:
    """Return sheets as a workbook; those without rows are left out. No text becomes a formula or a link."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_urls": False}) as written:
        head = written.add_format({"bold": True, "bg_color": "#E8EFF9", "text_wrap": True, "valign": "top"})
        plain = written.add_format({"text_wrap": True, "valign": "top"})
        taken: set[str] = set()
        for sheet in (each for each in sheets if each.rows):
            drawn = written.add_worksheet(_free(sheet.title, taken))
            drawn.freeze_panes(1, 0)
            drawn.set_column(0, len(sheet.heads) - 1, 28)
            for column, said in enumerate(sheet.heads):
                drawn.write_string(0, column, said, head)
            for number, row in enumerate(sheet.rows, 1):
                for column, value in enumerate(row):
                    if isinstance(value, int):
                        drawn.write_number(number, column, value, plain)
                    else:
                        drawn.write_string(number, column, value[:_LONGEST], plain)
    return made.getvalue()


def _free(title: str, taken: set[str]) -> str:
    """Return a name that no sheet of the book has yet: two may not differ by case alone."""
    name = plain = sheet_name(title)
    number = 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[:27]} {number}"
    taken.add(name.lower())
    return name


def compound_book(answer: Answer, said: Sequence[tuple[str, str]]) -> bytes:
    """Return the first answer of a compound with its record; `said` is what goes with all data, by heading."""
    ways = [
        *(each for each in (answer.post, answer.open_gate) if each),
        *answer.open_posts,
        *answer.services,
        *answer.more_services,
    ]
    areas = [(level, area.name) for level, area, _ in answer.areas]
    hangings = [each for each in (answer.hazards, answer.projects, answer.grades) if each]
    return book(
        [
            _record(answer.told, [*areas, *_numbers((*answer.calls, *answer.own_calls)), *said]),
            _on_foot(ways),
            *_hangings([*hangings, *_members(answer.told)]),
            *(_table(each) for each in answer.told.tables),
        ]
    )


def community_book(found: Community, said: Sequence[tuple[str, str]]) -> bytes:
    """Return what is told of a community with its record; `said` is what goes with all data, by heading."""
    staffed = [*([found.office] if found.office else []), *found.posts]
    minutes = tuple((place.name, "" if each is None else each) for place, each in found.compounds)
    return book(
        [
            _record(found.told, [*_numbers(found.calls), *said]),
            _staffed(staffed),
            Sheet(gettext("Compounds"), (gettext("Name"), gettext("Minutes on foot to a police post")), minutes),
            *_hangings(_members(found.told)),
            *(_table(each) for each in found.told.tables),
        ]
    )


def _record(told: Told, more: Sequence[tuple[str, str]]) -> Sheet:
    named = [(told.layer_title, told.place.name)]
    facts = [(fact.label, fact.value) for fact in told.facts]
    return Sheet(told.layer_title, (gettext("What"), gettext("Value")), (*named, *facts, *more))


def _numbers(numbers: Sequence[Number]) -> list[tuple[str, str]]:
    return [(each.whose, each.number) for each in numbers]


def _on_foot(ways: Sequence[OnFoot]) -> Sheet:
    heads = (
        gettext("Kind"),
        gettext("Name"),
        gettext("Minutes on foot (model estimate)"),
        gettext("Distance"),
        gettext("Out by"),
        gettext("Opening hours"),
    )
    rows = (
        (each.kind_title, each.place.name, each.minutes, each.distance, _gate(each), _hours(each.opening))
        for each in ways
    )
    return Sheet(gettext("On foot"), heads, tuple(rows))


def _gate(way: OnFoot) -> str:
    """Return by which gate one leaves, with its hours where it closes."""
    return f"{way.gate} ({way.gate_opening.hours})" if way.gate_opening else way.gate


def _hours(opening: Opening | None) -> str:
    return "" if opening is None else opening.hours or gettext("day and night")


def _staffed(places: Sequence[Staffed]) -> Sheet:
    rows = (
        (each.place.name, each.place.detail, _hours(each.opening), each.number.number if each.number else "")
        for each in places
    )
    heads = (gettext("Name"), gettext("More"), gettext("Opening hours"), gettext("Telephone"))
    return Sheet(gettext("Office and police posts"), heads, tuple(rows))


def _members(told: Told) -> list[Hanging]:
    return [layer for group in told.groups for layer in group.members]


def _hangings(layers: Sequence[Hanging]) -> list[Sheet]:
    """Return the records of each layer that the page lists, and its totals."""
    sheets = []
    for layer in layers:
        rows = tuple((place.name, place.detail) for place in layer.first)
        if layer.count is not None and layer.count > len(rows):
            rows += ((gettext("%(count)s in all", count=layer.count), ""),)
        sheets.append(Sheet(layer.title, (gettext("Name"), gettext("More")), rows))
        sheets += [_table(each) for each in layer.sums]
    return sheets


def _table(table: Listing) -> Sheet:
    return Sheet(table.title, tuple(column.label for column in table.columns), table.rows)
