"""Railways: a barrier for everybody on foot, save where something crosses."""

from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text


class Railway(PlacedRecord):
    """A stretch of track."""

    __tablename__ = "railway"
    __shape__ = "line"
    __touches_extent__ = True

    name: Mapped[str | None]
    kind: Mapped[str] = mapped_column(comment="rail, subway, tram ... in the words of OpenStreetMap")
    level: Mapped[int | None] = mapped_column(comment="OpenStreetMap's layer: what passes over what")
    bridge: Mapped[str | None]
    tunnel: Mapped[str | None]


LAYER = Layer(
    id="railway",
    model=Railway,
    title=Text("铁路", "Railways"),
    meaning=Text(
        "铁路线；只有在桥、隧道或道口才能跨越",
        "Railway lines; one crosses them by bridge, tunnel or crossing only",
    ),
    geometry="line",
    audiences=EVERYONE,
    public=Exact(),
    is_base=True,
    touches_extent=True,
    is_everywhere=True,
    zooms=(9, 18),
    fields=(
        Field(name="name", kind="text", label=Text("名称", "Name"), audiences=EVERYONE, is_listed=True),
        Field(
            name="kind", kind="text", label=Text("类别", "Kind"), audiences=EVERYONE, is_required=True, is_listed=True
        ),
        Field(
            name="level",
            kind="count",
            unit="level",
            label=Text("层次", "Level"),
            meaning=Text("在上为正、在下为负，用于立交", "Above or below, where lines cross at different heights"),
            audiences=EVERYONE,
            minimum=-20,
            maximum=20,
            is_listed=True,
        ),
        Field(name="bridge", kind="text", label=Text("桥", "Bridge"), audiences=EVERYONE, is_listed=True),
        Field(name="tunnel", kind="text", label=Text("隧道", "Tunnel"), audiences=EVERYONE, is_listed=True),
    ),
    style=Style(
        shape="line",
        colour="#7d7a75",
        outline="#ffffff",
        size_px=2,
        order=5,
        drawing="railway",
        reads=(("kind", 0), ("bridge", 0), ("tunnel", 0)),
    ),
)
