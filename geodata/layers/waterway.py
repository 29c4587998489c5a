"""Running water drawn as a line: rivers, streams, canals, ditches."""

from sqlalchemy.orm import Mapped

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text


class Waterway(PlacedRecord):
    """A stretch of running water."""

    __tablename__ = "waterway"
    __shape__ = "line"
    __touches_extent__ = True

    name: Mapped[str | None]
    kind: Mapped[str]
    tunnel: Mapped[str | None]


LAYER = Layer(
    id="waterway",
    model=Waterway,
    title=Text("水系", "Waterways"),
    meaning=Text("河流、溪流、水渠的走向", "The course of rivers, streams and canals"),
    geometry="line",
    audiences=EVERYONE,
    public=Exact(),
    is_base=True,
    touches_extent=True,
    is_everywhere=True,
    zooms=(10, 18),
    fields=(
        Field(name="name", kind="text", label=Text("名称", "Name"), audiences=EVERYONE, is_listed=True),
        Field(
            name="kind", kind="text", label=Text("类别", "Kind"), audiences=EVERYONE, is_required=True, is_listed=True
        ),
        Field(name="tunnel", kind="text", label=Text("暗渠", "Tunnel"), audiences=EVERYONE, is_listed=True),
    ),
    style=Style(
        shape="line",
        colour="#a9cfe4",
        size_px=1.6,
        label="name",
        order=1,
        drawing="waterway",
        reads=(("kind", 0), ("name", 11), ("tunnel", 0)),
    ),
)
