"""Water with banks: rivers, lakes, ponds."""

from sqlalchemy.orm import Mapped

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text


class Water(PlacedRecord):
    """A sheet of water."""

    __tablename__ = "water"
    __shape__ = "area"
    __touches_extent__ = True

    name: Mapped[str | None]
    kind: Mapped[str | None]


LAYER = Layer(
    id="water",
    model=Water,
    title=Text("水面", "Water"),
    meaning=Text("江河、湖泊、池塘的水面", "The surface of rivers, lakes and ponds"),
    geometry="area",
    audiences=EVERYONE,
    public=Exact(),
    is_base=True,
    touches_extent=True,
    is_everywhere=True,
    zooms=(8, 18),
    fields=(
        Field(name="name", kind="text", label=Text("名称", "Name"), audiences=EVERYONE, is_listed=True),
        Field(name="kind", kind="text", label=Text("类别", "Kind"), audiences=EVERYONE, is_listed=True),
    ),
    style=Style(
        shape="area",
        colour="#a9cfe4",
        outline="#7fb1cc",
        size_px=0.8,
        opacity=1,
        label="name",
        order=1,
        drawing="water",
        reads=(("name", 12),),
    ),
)
