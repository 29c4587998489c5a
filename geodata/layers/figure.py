"""What a figure of a sub-district's year is: which records are counted, by which day, declared once for all outlets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from geodata.layers.layer import Layer
from geodata.layers.text import Text


@dataclass(frozen=True)
class Is:
    """A field has one of some values."""

    field: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True)
class NotAfter:
    """Both of two moments are known, and the first isn't later than the second."""

    field: str
    by: str


@dataclass(frozen=True)
class IsPast:
    """A day is known and lies before the deployment's day."""

    field: str


@dataclass(frozen=True)
class Was:
    """The last earlier record by the layer's day, of those that agree in some columns, had a value.

    What is unknown of both agrees, too: a grade for all of a company's work follows another such grade.
    """

    field: str
    value: str
    alike: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """A field isn't empty."""

    field: str


@dataclass(frozen=True)
class ChildKnows:
    """A field of one of its child records at least isn't empty."""

    field: str
    child: str


@dataclass(frozen=True)
class Recurs:
    """An earlier record that agrees in some columns was closed so many days before this one began, or fewer.

    What is unknown doesn't agree with anything.
    """

    field: str
    closed: str
    days: int
    alike: tuple[str, ...]


@dataclass(frozen=True)
class MedianHours:
    """The middle one of the hours from a moment of the parent until one of the record."""

    since: str
    until: str


@dataclass(frozen=True)
class Ratio:
    """The sum of a number of child records by the sum of a number of the records themselves."""

    child: str
    amount: str
    per: str


Test = Is | NotAfter | IsPast | Was | Known | ChildKnows | Recurs
When = Literal["in", "on", "now"]
OF = ":"
"""What stands in the key of a figure between its pattern's and the word on record."""


class Mechanism(StrEnum):
    """A way of looking after the sub-district, in the order in which pages tell of them."""

    BRANCHES = "branches"
    COMMITTEES = "committees"
    PROPERTY = "property"
    THREE_NOS = "three_nos"
    MEETINGS = "meetings"
    PROJECTS = "projects"
    WHISTLES = "whistles"
    HAZARDS = "hazards"
    STUDIO = "studio"
    POLICE = "police"
    VOLUNTEERS = "volunteers"
    PLATFORM = "platform"

    @property
    def label(self) -> Text:
        """The mechanism in words."""
        return _MECHANISM_TITLES[self]


_MECHANISM_TITLES = {
    Mechanism.BRANCHES: Text("党支部覆盖", "Party branches"),
    Mechanism.COMMITTEES: Text("业主委员会", "Owners' committees"),
    Mechanism.PROPERTY: Text("物业红黑榜", "Property companies: red and black list"),
    Mechanism.THREE_NOS: Text("三无小区与管理模式", "Three-nos compounds and who runs them"),
    Mechanism.MEETINGS: Text("楼宇会", "Meetings of residents"),
    Mechanism.PROJECTS: Text("微实事", "Micro-projects"),
    Mechanism.WHISTLES: Text("三个吹哨", "Whistles"),
    Mechanism.HAZARDS: Text("安全隐患整改", "Safety hazards"),
    Mechanism.STUDIO: Text("社工工作室与调解", "Studios and disputes"),
    Mechanism.POLICE: Text("警务点与警情", "Police posts and incidents"),
    Mechanism.VOLUNTEERS: Text("志愿服务", "Volunteers"),
    Mechanism.PLATFORM: Text("数字平台", "Digital platform"),
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of a sub-district's year. What it counts and what its list shows is one condition.

    Attributes:
        key: its name in addresses.
        mechanism: what it tells of.
        title: what it is called.
        definition: what is counted, in a sentence that people can check.
        unit: what the number counts.
        layer: whose records the conditions are about.
        when: "in" counts what has its day in the period; "on" what holds on the period's last day; "now" what is on
            record, whatever the period: of that nobody knows how it stood a year before.
        date: with "in", the field that says the day.
        dated_by: the parent that has this field, where the layer itself has none.
        where: conditions that all hold.
        distinct: the layer whose records are counted, each once, in place of the records that refer to them.
        is_lack: those are counted that no such record refers to.
        last_days: only so many days at the period's end count.
        amount: the number field that is summed up; None counts records.
        measure: what is told in place of how many records there are; they are listed all the same.
        part_of: the key of a figure of which it is a share.
        each: a text field in its source's words: each word on record is a figure of its own, as words aren't added up.
    """

    key: str
    mechanism: Mechanism
    title: Text
    definition: Text
    unit: str
    layer: str
    when: When = "now"
    date: str = ""
    dated_by: str = ""
    where: tuple[Test, ...] = ()
    distinct: str = ""
    is_lack: bool = False
    last_days: int | None = None
    amount: str | None = None
    measure: MedianHours | Ratio | None = None
    part_of: str = ""
    each: str = ""

    @property
    def is_pattern(self) -> bool:
        """Whether it stands for one figure a word on record, and is none itself."""
        return bool(self.each) and not any(test.field == self.each for test in self.where)

    def of(self, word: str) -> Figure:
        """Return the figure of one of the words that a pattern stands for."""
        where = (*self.where, Is(self.each, (word,)))
        return replace(self, key=f"{self.key}{OF}{word}", title=Text(word, f"{self.title.en}: {word}"), where=where)

    @property
    def listed(self) -> str:
        """The layer whose list shows what is counted."""
        return self.distinct or self.layer

    def reads(self, layer: Layer) -> dict[str, frozenset[str]]:
        """Return the layers that it is read from with the fields of each; who lacks one of them can't have the figure.

        Args:
            layer: the figure's own, as it is declared.
        """
        found: dict[str, set[str]] = {layer.id: set(), self.listed: set()}
        named = [(layer.id, self.amount or ""), (layer.id, self.each), (self.dated_by or layer.id, self.date)]
        named += [(layer.id, f"{self.distinct}_id")] if self.distinct else []
        named += [(layer.id, day) for day in layer.period or ()] if self.when == "on" else []
        named += [pair for test in self.where for pair in _read_by_test(test, layer)]
        named += _read_by_measure(self.measure, layer.id, self.dated_by) if self.measure else []
        for layer_id, field in named:
            if field:
                found.setdefault(layer_id, set()).add(field)
        return {layer_id: frozenset(fields) for layer_id, fields in found.items()}


def _read_by_test(test: Test, layer: Layer) -> list[tuple[str, str]]:
    """Return the fields that a test reads, each with its layer's id."""
    match test:
        case ChildKnows(field, child):
            return [(child, field)]
        case NotAfter(field, by):
            own = {field, by}
        case Was(field, _, alike):
            own = {field, layer.date_field or "", *alike}
        case Recurs(field, closed, _, alike):
            own = {field, closed, *alike}
        case _:
            own = {test.field}
    return [(layer.id, name) for name in own]


def _read_by_measure(measure: MedianHours | Ratio, own: str, parent: str) -> list[tuple[str, str]]:
    match measure:
        case MedianHours(since, until):
            return [(parent, since), (own, until)]
        case Ratio(child, amount, per):
            return [(child, amount), (own, per)]
