"""Roads and paths with all that a route needs, and the turns that are forbidden."""

from typing import ClassVar

from sqlalchemy import ARRAY, BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import PlacedRecord, Record
from geodata.layers.audience import EVERYONE, STAFF
from geodata.layers.columns import not_negative
from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.style import Style, Thinning
from geodata.layers.text import Text


class Road(PlacedRecord):
    """A way that people or vehicles use, whole: roads that touch the deployment's edge are not cut."""

    __tablename__ = "road"
    __shape__ = "line"
    __touches_extent__ = True
    __checks__: ClassVar = tuple(not_negative("road", "maxspeed_kmh"))

    name: Mapped[str | None]
    ref: Mapped[str | None]
    highway: Mapped[str] = mapped_column(comment="Class in the words of OpenStreetMap")
    oneway: Mapped[str | None] = mapped_column(comment="yes, -1, no; per mode in oneway_bicycle, oneway_foot")
    oneway_bicycle: Mapped[str | None]
    oneway_foot: Mapped[str | None]
    junction: Mapped[str | None] = mapped_column(comment="roundabout: one-way without saying so")
    maxspeed_kmh: Mapped[float | None]
    lanes: Mapped[int | None]
    level: Mapped[int | None] = mapped_column(comment="OpenStreetMap's layer: what passes over what")
    bridge: Mapped[str | None]
    tunnel: Mapped[str | None]
    access: Mapped[str | None]
    foot: Mapped[str | None]
    bicycle: Mapped[str | None]
    motor_vehicle: Mapped[str | None]
    service: Mapped[str | None]
    surface: Mapped[str | None]
    node_ids: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger), comment="In order: equal ids join edges")


class TurnRestriction(Record):
    """A turn that vehicles may not, or must, make: from one way over a node or way into another."""

    __tablename__ = "turn_restriction"

    kind: Mapped[str] = mapped_column(comment="no_left_turn, only_straight_on ... in the words of OpenStreetMap")
    from_way: Mapped[str]
    via: Mapped[str]
    to_way: Mapped[str]


def _with_links(*classes: str) -> tuple[str, ...]:
    return classes + tuple(f"{name}_link" for name in classes)


def _tag(name: str, label: Text) -> Field:
    return Field(name=name, kind="text", label=label, audiences=EVERYONE)


LAYER = Layer(
    id="road",
    model=Road,
    title=Text("道路", "Roads"),
    meaning=Text("道路，含谁可以走、朝哪个方向", "Streets, with who may use them in which direction"),
    geometry="line",
    audiences=EVERYONE,
    public=Exact(),
    is_base=True,
    touches_extent=True,
    is_everywhere=True,
    zooms=(8, 18),
    thinning=Thinning(
        by="highway",
        from_zoom=(
            (8, _with_links("motorway", "trunk")),
            (10, _with_links("primary")),
            (11, _with_links("secondary")),
            (12, _with_links("tertiary")),
            (13, ("residential", "unclassified", "living_street", "road")),
        ),
        rest_from=14,
    ),
    fields=(
        Field(
            name="name", kind="text", label=Text("路名", "Name"), audiences=EVERYONE, is_listed=True, is_searched=True
        ),
        Field(
            name="highway",
            kind="text",
            label=Text("等级", "Class"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
        ),
        _tag("ref", Text("编号", "Number")),
        Field(name="oneway", kind="text", label=Text("单行", "One-way"), audiences=EVERYONE, is_listed=True),
        _tag("oneway_bicycle", Text("单行（自行车）", "One-way for bicycles")),
        _tag("oneway_foot", Text("单行（步行）", "One-way on foot")),
        _tag("junction", Text("交叉口", "Junction")),
        Field(
            name="maxspeed_kmh",
            kind="number",
            unit="km/h",
            label=Text("限速", "Speed limit"),
            audiences=EVERYONE,
            minimum=0,
            maximum=200,
        ),
        Field(
            name="lanes",
            kind="count",
            unit="lanes",
            label=Text("车道", "Lanes"),
            audiences=EVERYONE,
            minimum=0,
            maximum=20,
        ),
        Field(
            name="level",
            kind="count",
            unit="level",
            label=Text("层", "Level"),
            meaning=Text(
                "在上为正、在下为负，用于立交",
                "Above others or below, where roads cross at different heights",
            ),
            audiences=EVERYONE,
            minimum=-9,
            maximum=9,
            is_listed=True,
        ),
        Field(name="bridge", kind="text", label=Text("桥", "Bridge"), audiences=EVERYONE, is_listed=True),
        Field(name="tunnel", kind="text", label=Text("隧道", "Tunnel"), audiences=EVERYONE, is_listed=True),
        _tag("access", Text("通行", "Access")),
        _tag("foot", Text("步行", "On foot")),
        _tag("bicycle", Text("自行车", "Bicycle")),
        _tag("motor_vehicle", Text("机动车", "Motor vehicles")),
        _tag("service", Text("服务道路", "Service road")),
        _tag("surface", Text("路面", "Surface")),
        Field(name="node_ids", kind="nodes", label=Text("节点", "Nodes"), audiences=STAFF),
    ),
    style=Style(
        shape="line",
        colour="#ffffff",
        outline="#c0bab0",
        size_px=2,
        label="name",
        order=2,
        drawing="road",
        reads=(("highway", 0), ("name", 12), ("bridge", 0), ("tunnel", 0), ("oneway", 16)),
    ),
)

TURN_RESTRICTION = Layer(
    id="turn_restriction",
    model=TurnRestriction,
    title=Text("转向限制", "Turn restrictions"),
    meaning=Text("路口不能或只能怎样转弯", "How one may not, or may only, turn at a crossing"),
    geometry=None,
    audiences=STAFF,
    name_field="kind",
    is_base=True,
    is_everywhere=True,
    fields=tuple(
        Field(name=name, kind="text", label=label, audiences=STAFF, is_required=True, is_listed=True)
        for name, label in (
            ("kind", Text("限制", "Restriction")),
            ("from_way", Text("自", "From")),
            ("via", Text("经", "Over")),
            ("to_way", Text("至", "Into")),
        )
    ),
)
