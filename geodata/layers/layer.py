"""What a layer is: the words in which every kind of place is declared, once, for all outlets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from geodata.database.record import Record


class Audience(StrEnum):
    """Who may be asking. A set, not a ladder: a planner sees things that an officer doesn't."""

    RESIDENT = "resident"
    PLANNER = "planner"
    GRID_OFFICER = "grid_officer"
    POLICE = "police"
    STEWARD = "steward"


EVERYONE = frozenset(Audience)
STAFF = EVERYONE - {Audience.RESIDENT}
ON_THE_GROUND = frozenset({Audience.GRID_OFFICER, Audience.POLICE, Audience.STEWARD})

Language = Literal["zh-CN", "en"]


@dataclass(frozen=True)
class Text:
    """A declared word or phrase in the languages that the pages speak."""

    zh: str
    en: str

    def get(self, language: str) -> str:
        """Return the text in `language`; English for any language but Chinese."""
        return self.zh if language.lower().startswith("zh") else self.en


Shape = Literal["circle", "square", "triangle", "diamond", "star", "line", "area"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One allowed value of a choice field: how people read it and, on the map, how it looks.

    `synonyms` are the other ways in which source files write the value. `label_zoom` is the lowest zoom at which
    records with it are named on the map, where that is later than the layer's.
    """

    value: str
    label: Text
    colour: str | None = None
    shape: Shape | None = None
    synonyms: tuple[str, ...] = ()
    label_zoom: int | None = None


Kind = Literal[
    "text",
    "code",
    "count",
    "number",
    "money",
    "date",
    "month",
    "moment",
    "flag",
    "choice",
    "hours",
    "names",
    "reference",
    "nodes",
]


@dataclass(frozen=True)
class Band:
    """The public form of an exact number: only the band it falls in. `edges` are lower bounds after the first."""

    edges: tuple[int, ...]

    def label(self, value: int) -> str:
        """Return the band of `value`, such as "<100", "100-299" or ">=1000"."""
        if value < self.edges[0]:
            return f"<{self.edges[0]}"
        for low, high in zip(self.edges, self.edges[1:], strict=False):
            if value < high:
                return f"{low}-{high - 1}"
        return f">={self.edges[-1]}"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One published fact of a layer. A column without a Field is never published.

    Attributes:
        name: the mapped class's column, and the key in GeoJSON, CSV and tiles.
        kind: how source text is parsed and how people read the value.
        audiences: who may read it; there is no default, so that nobody is let in by accident.
        unit: what a number counts or measures ("m", "km/h", "yuan", "households"); required for numbers.
        band: readers outside `exact_for` get `<name>_band`, a text, in place of the number.
        is_loaded: False for what the database works out itself (a status, a matched id).
        is_required: a row without it is quarantined; a reference that isn't loaded has to be found.
        is_listed: stands in the list, in the tile and in the short popup.
        is_searched: the search looks in it.
        to: the layer whose id a reference holds.
        length: the exact number of characters of a code.
    """

    name: str
    kind: Kind
    label: Text
    audiences: frozenset[Audience]
    unit: str | None = None
    band: Band | None = None
    exact_for: frozenset[Audience] = EVERYONE
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    length: int | None = None
    is_loaded: bool = True
    is_required: bool = False
    is_listed: bool = False
    is_searched: bool = False
    to: str | None = None

    def read_by(self, audience: Audience) -> Field:
        """Return the field as `audience` gets it: itself, or only the band that its number falls in."""
        if self.band is None or audience in self.exact_for:
            return self
        return replace(self, name=f"{self.name}_band", kind="text", band=None, minimum=None, maximum=None)

    def choice(self, value: str) -> Choice | None:
        """Return the declared choice for a stored value, or None."""
        return next((choice for choice in self.choices if choice.value == value), None)


Drawing = Literal["plain", "road", "railway", "building", "water", "waterway", "green", "barrier", "border"]
"""How lines and areas are drawn: plainly in the layer's colours, or as maps draw such a thing."""


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a layer is drawn, on the web map and in the briefing alike.

    Attributes:
        shape: the symbol of a point layer, or "line" / "area".
        colour: fill of symbols and areas, stroke of lines; "#rrggbb", 3:1 against the map's ground.
        outline: the stroke around symbols and areas.
        size_px: symbol diameter, or line width.
        opacity: of an area's fill, 0..1.
        by: a choice field whose choices carry their own colour and shape.
        label: the field that is written on the map; None for none.
        label_zoom: the lowest zoom with labels.
        order: drawing order, low first (areas below lines below points).
        drawing: how lines and areas are drawn.
        counts_shapes_apart: where many points are one symbol with their number, each shape of `by` has its own number.
    """

    shape: Shape
    colour: str
    outline: str = "#ffffff"
    size_px: float = 10
    opacity: float = 1
    by: str | None = None
    label: str | None = None
    label_zoom: int = 14
    order: int = 0
    drawing: Drawing = "plain"
    counts_shapes_apart: bool = False


@dataclass(frozen=True, kw_only=True)
class Thinning:
    """What tiles of low zooms leave out of a layer of the base map.

    Attributes:
        by: the field that says how great a thing is.
        from_zoom: pairs of the lowest zoom and the values that appear there.
        rest_from: the lowest zoom of all other values.
    """

    by: str
    from_zoom: tuple[tuple[int, tuple[str, ...]], ...]
    rest_from: int

    def values_at(self, zoom: int) -> tuple[str, ...] | None:
        """Return the values that stand in the tiles of a zoom; None where all do."""
        if zoom >= self.rest_from:
            return None
        return tuple(value for lowest, values in self.from_zoom if lowest <= zoom for value in values)


class Topic(StrEnum):
    """What a layer is about; lists of many layers stand in this order under these words."""

    PLACES = "places"
    SAFETY = "safety"
    SERVICES = "services"
    PROJECTS = "projects"
    PROPERTY = "property"
    SELF_GOVERNMENT = "self_government"
    VOLUNTEERS = "volunteers"
    PEOPLE = "people"

    @property
    def label(self) -> Text:
        """The topic in words."""
        return _TOPIC_TITLES[self]


_TOPIC_TITLES = {
    Topic.PLACES: Text("地点", "Places"),
    Topic.SAFETY: Text("安全", "Safety"),
    Topic.SERVICES: Text("服务", "Services"),
    Topic.PROJECTS: Text("微实事", "Improvements"),
    Topic.PROPERTY: Text("物业与管理", "Property and management"),
    Topic.SELF_GOVERNMENT: Text("党建与自治", "Self-government"),
    Topic.VOLUNTEERS: Text("志愿服务", "Volunteers"),
    Topic.PEOPLE: Text("人口", "People"),
}


@dataclass(frozen=True, kw_only=True)
class Near:
    """How much of a layer stands in the panel of a compound because it is near by, in a straight line.

    Attributes:
        count: so many of the nearest, of each kind if `each` is given.
        each: a choice field.
        within_m: none farther away than this.
    """

    count: int
    each: str | None = None
    within_m: int = 5000


@dataclass(frozen=True)
class Exact:
    """The public version has the geometry as it is."""


@dataclass(frozen=True, kw_only=True)
class AtCompound:
    """The public version stands at its compound and appears only `after_days`; without a compound it is left out.

    Attributes:
        after_days: age before it shows, counted from `since` on the deployment's clock.
        since: the date field the age is counted from.
        unless: (field, value) for which the age doesn't matter, such as a closed hazard.
    """

    after_days: int
    since: str
    unless: tuple[str, str] | None = None

    @property
    def delay_days(self) -> int:
        """So many days after it is known a record may have to wait."""
        return self.after_days


@dataclass(frozen=True, kw_only=True)
class CountsByArea:
    """The public version is one fixed table of totals by community and calendar year; no record of it is published.

    Only years that are over: a running year's total, published again and again, would tell of each single record. Every
    community has a row, so that none gives itself away by missing. A total below `minimum` is withheld, and so is the
    next larger one as long as what is withheld could be worked out from a sum that somebody else publishes; a value of
    `by` of which there are fewer in all isn't named.

    Attributes:
        date: the date field that tells the year.
        by: a further field whose values are counted apart.
        amount: the field that is summed; None counts records.
        minimum: the smallest total that is shown, and the least that all others together have to be.
        is_monthly: records are figures of a month, and a year counts only with all twelve of them.
    """

    date: str
    by: str | None = None
    amount: str | None = None
    minimum: int = 10
    is_monthly: bool = False

    @property
    def delay_days(self) -> int:
        """So many days after it is known a record may have to wait: the first of January's for its year's end."""
        return 365


@dataclass(frozen=True)
class Hidden:
    """There is no public version."""


Publication = Exact | AtCompound | CountsByArea | Hidden


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One kind of place or record, declared once.

    Attributes:
        id: its name in URLs, tables, recipes; singular snake_case.
        model: the mapped class in the same file.
        title: what people call it, plural.
        geometry: the kind of its geometry; None for records that belong to another layer.
        fields: what is published of it, in reading order.
        audiences: who may see it at all; for others it doesn't exist (404).
        style: how it is drawn; None where it isn't drawn.
        public: what residents get in place of the exact record.
        planner: what planners get.
        zooms: lowest and highest zoom of its tiles.
        thinning: what low zooms leave out of it; None where they have all.
        name_field: the field that names a record to people.
        parent: the layer that a record without own geometry belongs to, through `<parent>_id`.
        date_field: the date that says how old a record is.
        stale_after_days: older data are said to be old on every page; None where age doesn't matter.
        topic: what it is about, among the layers that hang on a place.
        near: how much of it stands in a compound's panel because it is near by; None for nothing.
        is_base: part of the base map (roads, buildings): drawn, but not counted as a subject.
        is_on_at_first: switched on when the page opens.
        touches_extent: True where a shape may reach over the deployment's edge (roads, areas).
        is_everywhere: officers see all of it, not only what lies in their own areas.
        version_field: the date that tells versions of one code apart; part of a row's key where it is filled.
        ordered_dates: pairs of date fields of which the first never comes after the second.
        parts: pairs of number fields of which the first counts a part of the second, and is never more.
        is_append_only: a record is never changed: a correction is another record.
    """

    id: str
    model: type[Record]
    title: Text
    geometry: Literal["point", "line", "area"] | None
    fields: tuple[Field, ...]
    audiences: frozenset[Audience]
    style: Style | None = None
    public: Publication = Hidden()
    planner: Publication = Exact()
    zooms: tuple[int, int] = (8, 18)
    thinning: Thinning | None = None
    name_field: str = "name"
    parent: str | None = None
    date_field: str | None = None
    stale_after_days: int | None = None
    topic: Topic = Topic.PLACES
    near: Near | None = None
    is_base: bool = False
    is_on_at_first: bool = True
    touches_extent: bool = False
    is_everywhere: bool = False
    is_append_only: bool = False
    version_field: str | None = None
    ordered_dates: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()

    def field(self, name: str) -> Field | None:
        """Return the declared field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def unnamed_by(self) -> Field | None:
        """The field whose choice names a record without a name of its own; None where all have one, or none may."""
        name, by = self.field(self.name_field), self.field(self.style.by) if self.style and self.style.by else None
        return by if name is not None and name != by and not name.is_required else None

    def seen_by(self, audience: Audience) -> Layer:
        """Return the layer as `audience` gets it: itself, or the table of totals that is published in its place.

        Where it is published late by rule, it is expected as much later.
        """
        rule = self.publication(audience)
        if audience not in self.audiences or not isinstance(rule, AtCompound | CountsByArea):
            return self
        expected = self.stale_after_days + rule.delay_days if self.stale_after_days else None
        if isinstance(rule, AtCompound):
            return replace(self, stale_after_days=expected)
        return replace(
            self,
            stale_after_days=expected,
            fields=_total_fields(self, rule, audience),
            public=Exact(),
            planner=Exact(),
            name_field="area_name",
            parent=None,
            date_field=None,
            ordered_dates=(),
            parts=(),
        )

    def publication(self, audience: Audience) -> Publication:
        """Return how the layer is published for `audience`; staff read the store itself."""
        return {Audience.RESIDENT: self.public, Audience.PLANNER: self.planner}.get(audience, Exact())

    def fields_for(self, audience: Audience) -> tuple[Field, ...]:
        """Return the fields as `audience` may read them, in reading order; empty where the layer is hidden."""
        if audience not in self.audiences:
            return ()
        return tuple(field.read_by(audience) for field in self.fields if audience in field.audiences)


def _total_fields(layer: Layer, rule: CountsByArea, audience: Audience) -> tuple[Field, ...]:
    """Return the fields of the table of totals that stands for a layer."""
    seen_by = frozenset({audience})
    by = (layer.field(rule.by),) if rule.by else ()
    amount = layer.field(rule.amount) if rule.amount else None
    area = Text("社区", "Community")
    return (
        Field(name="area_name", kind="text", label=area, audiences=seen_by, is_listed=True),
        Field(name="area_id", kind="reference", to="area", label=area, audiences=seen_by),
        *(replace(field, audiences=seen_by) for field in by if field is not None),
        Field(name="year", kind="count", unit="year", label=Text("年份", "Year"), audiences=seen_by, is_listed=True),
        Field(
            name="total",
            kind="count",
            unit=amount.unit if amount else "records",
            label=amount.label if amount else Text("数量", "Number"),
            audiences=seen_by,
            is_listed=True,
        ),
        Field(
            name="is_withheld",
            kind="flag",
            label=Text(
                f"少于{rule.minimum}或可被推算，不公布", f"Withheld: under {rule.minimum}, or could be worked out"
            ),
            audiences=seen_by,
            is_listed=True,
        ),
    )
