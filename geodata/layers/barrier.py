"""Walls, fences and other lines that nobody walks through."""

from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text


class Barrier(PlacedRecord):
    """A line that stops people."""

    __tablename__ = "barrier"
    __shape__ = "line"
    __touches_extent__ = True

    name: Mapped[str | None]
    kind: Mapped[str] = mapped_column(comment="wall, fence, hedge ... in the words of OpenStreetMap")


LAYER = Layer(
    id="barrier",
    model=Barrier,
    title=Text("围墙围栏", "Barriers"),
    meaning=Text("围墙、围栏等不能穿过的边界", "Walls and fences that one can't walk through"),
    geometry="line",
    audiences=EVERYONE,
    public=Exact(),
    is_base=True,
    touches_extent=True,
    is_everywhere=True,
    zooms=(14, 18),
    fields=(
        Field(name="name", kind="text", label=Text("名称", "Name"), audiences=EVERYONE, is_listed=True),
        Field(
            name="kind", kind="text", label=Text("类别", "Kind"), audiences=EVERYONE, is_required=True, is_listed=True
        ),
    ),
    style=Style(shape="line", colour="#9c9488", size_px=1, order=6, drawing="barrier", reads=()),
)
