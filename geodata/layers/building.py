"""Building footprints: the base map's texture, and later where people live."""

from typing import ClassVar

from sqlalchemy.orm import Mapped

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE, Audience
from geodata.layers.columns import not_negative
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text

WITH_HOUSEHOLDS = frozenset({Audience.PLANNER, Audience.POLICE, Audience.STEWARD})


class Building(PlacedRecord):
    """A building's footprint; its households and residents are no public fact."""

    __tablename__ = "building"
    __shape__ = "area"
    __touches_extent__ = True
    __checks__: ClassVar = tuple(not_negative("building", "levels", "households", "residents"))

    name: Mapped[str | None]
    kind: Mapped[str | None]
    levels: Mapped[float | None]
    households: Mapped[int | None]
    residents: Mapped[int | None]


LAYER = Layer(
    id="building",
    model=Building,
    title=Text("建筑", "Buildings"),
    geometry="area",
    audiences=EVERYONE,
    public=Exact(),
    is_base=True,
    touches_extent=True,
    is_everywhere=True,
    zooms=(14, 18),
    usual_parts=(("households", "residents"),),
    fields=(
        Field(name="name", kind="text", label=Text("名称", "Name"), audiences=EVERYONE, is_listed=True),
        Field(name="kind", kind="text", label=Text("用途", "Use"), audiences=EVERYONE, is_listed=True),
        Field(
            name="levels",
            kind="number",
            unit="storeys",
            label=Text("层数", "Storeys"),
            audiences=EVERYONE,
            minimum=0,
            maximum=200,
        ),
        Field(
            name="households",
            kind="count",
            unit="households",
            label=Text("户数", "Households"),
            audiences=WITH_HOUSEHOLDS,
            minimum=0,
            maximum=5000,
        ),
        Field(
            name="residents",
            kind="count",
            unit="people",
            label=Text("人口", "Residents"),
            audiences=WITH_HOUSEHOLDS,
            minimum=0,
            maximum=20_000,
        ),
    ),
    style=Style(
        shape="area", colour="#a89b85", outline="#a89c88", size_px=0.6, opacity=0.42, order=3, drawing="building"
    ),
)
