"""What a layer is: the words in which every kind of place is declared, once, for all outlets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from geodata.layers.audience import Audience
from geodata.layers.field import Field
from geodata.layers.publishing import AtCompound, CountsByArea, Exact, Hidden, Publication
from geodata.layers.style import Style, Thinning
from geodata.layers.text import Text

if TYPE_CHECKING:
    from geodata.database.record import Record


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
class Flags:
    """What a record is called of which every flag holds, and one of which none does."""

    every: Text
    none: Text


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One kind of place or record, declared once.

    Attributes:
        id: its name in URLs, tables, recipes; singular snake_case.
        model: the mapped class in the same file.
        title: what people call it, plural.
        meaning: what one record of it is, in a sentence of the glossary.
        geometry: the kind of its geometry; None for records that belong to another layer.
        fields: what is published of it, in reading order.
        audiences: who may see it at all; for others it doesn't exist (404).
        style: how it is drawn; None where it isn't drawn.
        public: what residents get in place of the exact record.
        planner: what planners get.
        officer: what grid officers get: the records of their own areas, or totals in the publication's form.
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
        usual_parts: the same, but now and then it is: a household may be registered where nobody lives.
        happened: date fields of what has happened when it is written down; a later day than the data's is a slip.
        happened_if: (date field, choice field, value): the same for records with that value; others may be plans.
        known_by: what tells records apart whose source has no keys, each as the fields of which the first filled one
            counts. Two rows that agree in all of it are one record: they may not say different things, and a later
            file's takes the place of an earlier one's. () where rows are told apart by all that they say.
        period: the date fields from and to which a record holds; the second is empty as long as it does.
        flags: what sums its flags up; None where they say different things.
        is_append_only: a record is never changed: a correction is another record.
        may_be_taken_back: rows of other layers state records of this one beside their own; what a row states no longer
            goes to history.
        is_totals: not records but totals of years that are over, as `seen_by` gives them to some.
    """

    id: str
    model: type[Record]
    title: Text
    meaning: Text
    geometry: Literal["point", "line", "area"] | None
    fields: tuple[Field, ...]
    audiences: frozenset[Audience]
    style: Style | None = None
    public: Publication = Hidden()
    planner: Publication = Exact()
    officer: Exact | CountsByArea = Exact()
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
    may_be_taken_back: bool = False
    is_totals: bool = False
    version_field: str | None = None
    ordered_dates: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    usual_parts: tuple[tuple[str, str], ...] = ()
    happened: tuple[str, ...] = ()
    happened_if: tuple[tuple[str, str, str], ...] = ()
    known_by: tuple[tuple[str, ...], ...] = ()
    period: tuple[str, str] | None = None
    flags: Flags | None = None

    def field(self, name: str) -> Field | None:
        """Return the declared field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def unnamed_by(self) -> Field | None:
        """The field whose choice names a record without a name of its own; None where all have one, or none may."""
        name, by = self.field(self.name_field), self.field(self.style.by) if self.style and self.style.by else None
        return by if name is not None and name != by and not name.is_required else None

    @property
    def told_apart_by(self) -> Field | None:
        """The field that tells records without a name of their own apart; None where there is none."""
        return self.field("street") if self.unnamed_by is not None else None

    @property
    def is_name_only(self) -> bool:
        """True where only the name of a point is written on the map: it has no symbol and isn't counted."""
        return self.style is not None and self.style.drawing == "name"

    @property
    def is_guarded(self) -> bool:
        """Whether residents get no exact record of it: then what staff read of it is noted."""
        return not self.is_base and isinstance(self.public, AtCompound | CountsByArea | Hidden)

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
            is_totals=True,
            public=Exact(),
            planner=Exact(),
            officer=Exact(),
            name_field="area_name",
            parent=None,
            date_field=None,
            ordered_dates=(),
            parts=(),
            usual_parts=(),
            happened=(),
            happened_if=(),
            known_by=(),
            period=None,
            flags=None,
        )

    def publication(self, audience: Audience) -> Publication:
        """Return how the layer is published for `audience`; police and steward read the store itself."""
        rules = {
            Audience.RESIDENT: self.public,
            Audience.PLANNER: self.planner,
            Audience.GRID_OFFICER: self.officer,
        }
        return rules.get(audience, Exact())

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
            withheld_by="is_withheld",
        ),
        Field(
            name="is_withheld",
            kind="flag",
            label=Text(
                f"不公布：少于{rule.minimum}，或可由此推算", f"Withheld: under {rule.minimum}, or could be worked out"
            ),
            audiences=seen_by,
        ),
    )
