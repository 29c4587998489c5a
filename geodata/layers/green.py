"""Green ground: parks, woods, grass, pitches."""

from sqlalchemy.orm import Mapped

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text


class Green(PlacedRecord):
    """A piece of green ground."""

    __tablename__ = "green"
    __shape__ = "area"
    __touches_extent__ = True

    name: Mapped[str | None]
    kind: Mapped[str | None]


LAYER = Layer(
    id="green",
    model=Green,
    title=Text("绿地", "Green"),
    meaning=Text("公园、林地、草地等", "Parks, woods, grass and the like"),
    geometry="area",
    audiences=EVERYONE,
    public=Exact(),
    is_base=True,
    touches_extent=True,
    is_everywhere=True,
    zooms=(9, 18),
    fields=(
        Field(name="name", kind="text", label=Text("名称", "Name"), audiences=EVERYONE, is_listed=True),
        Field(name="kind", kind="text", label=Text("类别", "Kind"), audiences=EVERYONE, is_listed=True),
    ),
    style=Style(
        shape="area",
        colour="#cfe3bd",
        outline="#b4cfa0",
        size_px=0.6,
        opacity=1,
        label="name",
        order=0,
        drawing="green",
        reads=(("name", 12),),
    ),
)
