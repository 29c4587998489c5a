"""Cells of a population grid: how many people live around a spot, where nothing finer is known."""

from typing import ClassVar

from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import PlacedRecord
from geodata.layers.audience import WHO_COUNTS
from geodata.layers.columns import not_negative
from geodata.layers.field import Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.style import Style
from geodata.layers.text import Text


class PopulationCell(PlacedRecord):
    """A cell of a raster or hexagon grid, kept as its middle."""

    __tablename__ = "population_cell"
    __shape__ = "point"
    __checks__: ClassVar = tuple(not_negative("population_cell", "residents", "area_m2"))

    residents: Mapped[float] = mapped_column(comment="May be a fraction: grids share people out")
    area_m2: Mapped[float | None]


LAYER = Layer(
    id="population_cell",
    model=PopulationCell,
    title=Text("人口格网", "Population cells"),
    meaning=Text("人口格网中的一格", "One cell of a population grid"),
    geometry="point",
    topic=Topic.PEOPLE,
    audiences=WHO_COUNTS,
    name_field="residents",
    is_on_at_first=False,
    is_everywhere=True,
    fields=(
        Field(
            name="residents",
            kind="number",
            unit="people",
            label=Text("人口", "Residents"),
            audiences=WHO_COUNTS,
            minimum=0,
            is_required=True,
            is_listed=True,
        ),
        Field(
            name="area_m2",
            kind="number",
            unit="m2",
            label=Text("面积", "Area"),
            audiences=WHO_COUNTS,
            minimum=0,
            maximum=1e13,
        ),
    ),
    style=Style(
        shape="circle", colour="#3f51b5", size_px=8, label="residents", label_zoom=15, order=30, sums="residents"
    ),
)
