"""How a known kind of file maps to a layer, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from etl.folding import find_heading
from geodata.layers.layer import Layer
from geodata.layers.text import Text

Headings = tuple[str, ...]
Elements = Literal["ways", "areas", "points", "places", "restrictions", "sea"]
PlaceKind = Literal["file", "xy", "text", "wkt", "none"]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a record's geometry comes from: the file's own, two columns, one text, WKT, or nowhere."""

    kind: PlaceKind = "none"
    x: Headings = ()
    y: Headings = ()
    text: Headings = ()
    crs: str | None = None

    def columns(self) -> tuple[Headings, ...]:
        """Return the headings that have to be there, each as its synonyms."""
        return tuple(headings for headings in (self.x, self.y, self.text) if headings)


@dataclass(frozen=True, kw_only=True)
class Osm:
    """Which elements of an OpenStreetMap file a recipe selects: those with one of the tags; ["*"] is any value."""

    elements: Elements
    tags: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Child:
    """One record of another layer made from each row in which one of the fields of `when` is not empty.

    The layer is a child of the row's own, or one whose records name a compound as the row does. Where `each` is given,
    that field's cell holds a list, and each of its names makes a record.
    """

    layer: Layer
    fixed: Mapping[str, str]
    fields: Mapping[str, Headings]
    when: tuple[str, ...]
    each: str | None = None


@dataclass(frozen=True, kw_only=True)
class Count:
    """How a file with one row an incident becomes counts: its rows are never records, and their places never kept.

    Rows that agree in area, and in every field but `into`, are one record. A row's area is the one that it names;
    else the one in which its place lies.

    Attributes:
        into: the field that takes how many rows there are.
        reporter: headings that say who counted: counts of several reporters stand side by side and add up.
        area_kind: the level in which places are looked up; None for the finest with outlines that isn't a grid.
        makes_areas: an area that is named by a code which nobody knows is made, without an outline.
    """

    into: str
    reporter: Headings = ()
    area_kind: str | None = None
    makes_areas: bool = False


Holding = Literal["people", "people_per_km2"]


@dataclass(frozen=True, kw_only=True)
class Cells:
    """What the cells of a population grid hold, each known by its middle.

    Attributes:
        holds: "people" for numbers of them, "people_per_km2" for densities, which are multiplied by the land.
        land_km2: headings that say how much of a cell is land; without any, all of it is taken to be.
    """

    holds: Holding
    land_km2: Headings = ()


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A kind of file and the layer that it fills.

    Attributes:
        id: unique over all recipes.
        layer: what it fills.
        source: the register's name; row keys are (source, source_id).
        key: headings that hold a row's key, the first present wins; none present: rows are known by their content.
        parent_key: for a layer with a parent, headings that hold the parent's key in the same source.
        fields: our field -> headings that mean it.
        requires: fields whose heading must be there for the recipe to fit; unless stated, those that the layer
            can't do without.
        cells: for grids, what their cells hold.
        only_known: a file with a heading that the recipe doesn't know is another kind of file.
        place: where geometries come from.
        constants: our field -> the value that all rows have.
        defaults: our field -> the value of rows that say nothing.
        osm: the selection, for OpenStreetMap files only.
        children: records of child layers made from each row.
        credit: whom to thank for the data, as its licence wants it; OpenStreetMap always.
        count: for files with one row an incident, how they are counted.
        is_own: written for this deployment (<home>/recipes), so it wins over generic ones.
    """

    id: str
    layer: Layer
    source: str
    title: Text
    key: Headings
    fields: Mapping[str, Headings]
    requires: tuple[str, ...]
    place: Place
    constants: Mapping[str, str]
    defaults: Mapping[str, str]
    osm: Osm | None
    children: tuple[Child, ...]
    credit: Text | None = None
    is_own: bool = False
    parent_key: Headings = ()
    count: Count | None = None
    only_known: bool = False
    cells: Cells | None = None

    @property
    def geometry(self) -> Literal["point", "line", "area"] | None:
        """The kind of place that a row has: its layer's; a point where rows are counted by where they lie."""
        return "point" if self.count else self.layer.geometry

    @property
    def may_lack_place(self) -> bool:
        """True where a row without coordinates can go on."""
        return self.count is not None or may_lack_place(self.layer)

    @property
    def has_stand_ins(self) -> bool:
        """True where the file gives points for compounds, whose outlines a circle stands for."""
        return self.layer.id == "compound" and self.place.kind in ("xy", "text")

    def credit_words(self) -> str:
        """Return whom to thank, in both languages where they differ; "" for the deployment's own registers."""
        if self.credit is None:
            return ""
        return " / ".join(dict.fromkeys((self.credit.zh, self.credit.en)))

    def unknown(self, headings: Headings) -> Headings:
        """Return the headings that mean nothing to the recipe."""
        known = {
            find_heading(synonyms, (heading,))
            for heading in headings
            for synonyms in (*self.fields.values(), *self.place.columns(), self.key, self.parent_key)
        }
        return tuple(heading for heading in headings if heading not in known)

    def columns(self, headings: Headings) -> dict[str, str]:
        """Return our field -> the file's heading, for the fields that the file has."""
        found = {name: find_heading(synonyms, headings) for name, synonyms in self.fields.items()}
        return {name: heading for name, heading in found.items() if heading is not None}


def may_lack_place(layer: Layer) -> bool:
    """Tell whether a record without coordinates can be loaded: its compound's name places it, or it may go without."""
    return layer.field("compound_name") is not None or bool(getattr(layer.model, "__may_lack_geometry__", False))
