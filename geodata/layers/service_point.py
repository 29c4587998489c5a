"""Service points: where residents get help, care, power or shelter."""

from typing import ClassVar

from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE
from geodata.layers.belonging import OnStreet, street_field
from geodata.layers.columns import not_negative, one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer, Near, Topic
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text

KINDS = (
    Choice(
        value="community_office",
        label=Text("社区居委会", "Community office"),
        colour="#b3261e",
        shape="square",
        synonyms=("社区居委会", "居委会", "社区服务中心", "community_centre", "townhall"),
    ),
    Choice(
        value="party_centre",
        label=Text("党群服务中心", "Party and community centre"),
        colour="#b3261e",
        shape="star",
        synonyms=("党群服务中心", "党群服务站"),
    ),
    Choice(
        value="clinic",
        label=Text("诊所/社区卫生服务站", "Clinic"),
        colour="#00796b",
        shape="circle",
        synonyms=("诊所", "社区卫生服务站", "卫生服务站", "卫生室", "clinic", "doctors"),
    ),
    Choice(
        value="hospital",
        label=Text("医院", "Hospital"),
        colour="#00796b",
        shape="square",
        synonyms=("医院", "hospital"),
    ),
    Choice(
        value="pharmacy",
        label=Text("药店", "Pharmacy"),
        colour="#00796b",
        shape="triangle",
        synonyms=("药店", "药房", "pharmacy"),
    ),
    Choice(
        value="school",
        label=Text("学校", "School"),
        colour="#6a4fa3",
        shape="square",
        synonyms=("学校", "小学", "中学", "school"),
    ),
    Choice(
        value="kindergarten",
        label=Text("幼儿园", "Kindergarten"),
        colour="#6a4fa3",
        shape="circle",
        synonyms=("幼儿园", "kindergarten"),
    ),
    Choice(
        value="elder_care",
        label=Text("养老服务", "Care for the elderly"),
        colour="#6a4fa3",
        shape="diamond",
        synonyms=("养老服务", "养老院", "日间照料中心", "nursing_home"),
    ),
    Choice(
        value="charging",
        label_zoom=18,
        label=Text("充电设施", "Charging"),
        colour="#00796b",
        shape="diamond",
        synonyms=("充电设施", "充电桩", "充电棚", "charging_station"),
    ),
    Choice(
        value="aed",
        label_zoom=18,
        label=Text("自动体外除颤器", "AED"),
        colour="#b3261e",
        shape="circle",
        synonyms=("自动体外除颤器", "AED", "除颤器", "defibrillator"),
    ),
    Choice(
        value="hydrant",
        label_zoom=20,
        label=Text("消火栓", "Fire hydrant"),
        colour="#0b57a4",
        shape="star",
        synonyms=("消火栓", "消防栓", "室外消火栓", "fire_hydrant"),
    ),
    Choice(
        value="shelter",
        label=Text("应急避难场所", "Emergency shelter"),
        colour="#b3261e",
        shape="triangle",
        synonyms=("应急避难场所", "避难场所", "assembly_point"),
    ),
    Choice(
        value="fire_station",
        label=Text("消防站", "Fire station"),
        colour="#b3261e",
        shape="diamond",
        synonyms=("消防站", "微型消防站", "fire_station"),
    ),
    Choice(
        value="library",
        label=Text("图书馆", "Library"),
        colour="#5d6b78",
        shape="square",
        synonyms=("图书馆", "文化站", "library"),
    ),
    Choice(
        value="market",
        label=Text("农贸市场", "Market"),
        colour="#5d6b78",
        shape="diamond",
        synonyms=("农贸市场", "菜市场", "marketplace"),
    ),
    Choice(
        value="toilet",
        label_zoom=19,
        label=Text("公共厕所", "Public toilet"),
        colour="#5d6b78",
        shape="triangle",
        synonyms=("公共厕所", "公厕", "toilets"),
    ),
    Choice(value="other", label=Text("其他", "Other"), colour="#5d6b78", shape="circle", synonyms=("其他", "其它")),
)


class ServicePoint(OnStreet, PlacedRecord):
    """A place that serves people: an office with hours, or a thing that anyone can use."""

    __tablename__ = "service_point"
    __shape__ = "point"
    __checks__: ClassVar = (
        one_of("service_point", "kind", KINDS),
        *not_negative("service_point", "capacity"),
    )

    name: Mapped[str | None]
    kind: Mapped[str]
    hours: Mapped[str | None] = mapped_column(comment="Weekly hours in local time; empty where nobody has said")
    address: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(comment="The published number of the place, never a person's")
    capacity: Mapped[int | None] = mapped_column(comment="People that it can serve or shelter at the same time")
    community: Mapped[str | None] = mapped_column(comment="The community that the source names")


LAYER = Layer(
    id="service_point",
    model=ServicePoint,
    title=Text("服务设施", "Services"),
    meaning=Text(
        "服务居民的地点或设施，如社区居委会、诊所、消火栓",
        "A place or thing that serves people: an office, a clinic, a hydrant",
    ),
    geometry="point",
    topic=Topic.SERVICES,
    near=Near(count=1, each="kind", within_m=1500),
    audiences=EVERYONE,
    public=Exact(),
    is_on_at_first=False,
    stale_after_days=180,
    is_everywhere=True,
    fields=(
        Field(
            name="name",
            kind="text",
            label=Text("名称", "Name"),
            audiences=EVERYONE,
            is_listed=True,
            is_searched=True,
        ),
        Field(
            name="kind",
            kind="choice",
            label=Text("类别", "Kind"),
            audiences=EVERYONE,
            choices=KINDS,
            is_required=True,
            is_listed=True,
        ),
        Field(
            name="hours",
            kind="hours",
            label=Text("开放时间", "Opening hours"),
            audiences=EVERYONE,
            is_listed=True,
            is_said=True,
        ),
        Field(
            name="address",
            kind="text",
            label=Text("地址", "Address"),
            audiences=EVERYONE,
            is_listed=True,
            is_searched=True,
        ),
        street_field(),
        Field(name="phone", kind="text", label=Text("电话", "Telephone"), audiences=EVERYONE, is_listed=True),
        Field(
            name="capacity",
            kind="count",
            unit="people",
            label=Text("容量", "Capacity"),
            audiences=EVERYONE,
            minimum=0,
            maximum=1_000_000,
        ),
        Field(name="community", kind="text", label=Text("社区", "Community"), audiences=EVERYONE),
    ),
    style=Style(shape="circle", colour="#00796b", size_px=11, by="kind", label="name", label_zoom=16, order=65),
)
