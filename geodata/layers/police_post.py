"""Police stations, community police rooms and kiosks: where residents can go and patrols start."""

from typing import ClassVar

from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE, ON_THE_GROUND, STAFF, Audience
from geodata.layers.belonging import OnStreet, street_field
from geodata.layers.columns import not_negative, one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer, Near, Topic
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text

KINDS = (
    Choice(value="station", label=Text("派出所", "Police station"), shape="star", synonyms=("派出所", "police")),
    Choice(
        value="room",
        label=Text("社区警务室", "Community police room"),
        shape="square",
        synonyms=("社区警务室", "警务室"),
    ),
    Choice(value="kiosk", label=Text("警务亭", "Police kiosk"), shape="circle", synonyms=("警务亭", "岗亭", "警务站")),
)
SERVICE_CLASSES = (
    Choice(value="full", label=Text("综合服务", "Full service"), synonyms=("综合服务", "综合")),
    Choice(value="counter", label=Text("窗口服务", "Counter service"), synonyms=("窗口服务", "窗口")),
    Choice(value="contact", label=Text("值守联络", "Contact point"), synonyms=("值守联络", "值守")),
)


class PolicePost(OnStreet, PlacedRecord):
    """A staffed place that residents can go to and patrols start from."""

    __tablename__ = "police_post"
    __shape__ = "point"
    __checks__: ClassVar = (
        one_of("police_post", "kind", KINDS),
        one_of("police_post", "service_class", SERVICE_CLASSES),
        *not_negative("police_post", "capacity"),
    )

    name: Mapped[str | None]
    kind: Mapped[str | None]
    address: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(comment="The published number of the post, never a person's")
    hours: Mapped[str | None] = mapped_column(comment="Weekly hours in local time: Mo-Fr 09:00-17:00; 24/7")
    service_class: Mapped[str | None]
    capacity: Mapped[int | None] = mapped_column(comment="Desks that can serve people at the same time")


LAYER = Layer(
    id="police_post",
    model=PolicePost,
    title=Text("警务点", "Police posts"),
    meaning=Text(
        "居民可以去、巡逻由此出发的派出所、警务室或警务亭",
        "A station, room or kiosk of the police: residents can go there, and patrols start there",
    ),
    geometry="point",
    audiences=EVERYONE,
    public=Exact(),
    topic=Topic.SAFETY,
    near=Near(count=3),
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
            name="service_class",
            kind="choice",
            label=Text("服务等级", "Service class"),
            audiences=STAFF - {Audience.GRID_OFFICER},
            choices=SERVICE_CLASSES,
        ),
        Field(
            name="capacity",
            kind="count",
            unit="desks",
            label=Text("服务席位", "Desks"),
            meaning=Text("可同时办理业务的席位", "Desks at which people can be served at the same time"),
            audiences=ON_THE_GROUND,
            minimum=0,
            maximum=1000,
        ),
    ),
    style=Style(shape="shield", colour="#0b4ea2", size_px=15, by="kind", label="name", label_zoom=14, order=90),
)
