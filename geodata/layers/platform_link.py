"""Compounds that are linked to a digital platform."""

from datetime import date
from typing import ClassVar

from sqlalchemy.orm import Mapped

from geodata.database.record import Record
from geodata.layers.audience import EVERYONE
from geodata.layers.belonging import OnCompound, compound_fields
from geodata.layers.columns import one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.publishing import Exact
from geodata.layers.text import Text

STATUSES = (
    Choice(value="live", label=Text("已上线", "Live"), synonyms=("已上线", "运行中", "上线")),
    Choice(value="planned", label=Text("计划接入", "Planned"), synonyms=("计划接入", "建设中", "拟接入")),
    Choice(value="ended", label=Text("已停用", "Ended"), synonyms=("已停用", "停用")),
)


class PlatformLink(OnCompound, Record):
    """A compound's link to a platform."""

    __tablename__ = "platform_link"
    __checks__: ClassVar = (one_of("platform_link", "status", STATUSES),)

    platform: Mapped[str]
    status: Mapped[str]
    linked_on: Mapped[date | None]


LAYER = Layer(
    id="platform_link",
    model=PlatformLink,
    title=Text("数字平台接入", "Platform links"),
    meaning=Text("小区接入一个数字平台", "A compound's link to a digital platform"),
    geometry=None,
    topic=Topic.PROPERTY,
    audiences=EVERYONE,
    public=Exact(),
    name_field="platform",
    date_field="linked_on",
    happened=("linked_on",),
    fields=(
        Field(
            name="platform",
            kind="text",
            label=Text("平台", "Platform"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
        ),
        Field(
            name="status",
            kind="choice",
            label=Text("状态", "Status"),
            audiences=EVERYONE,
            choices=STATUSES,
            is_required=True,
            is_listed=True,
        ),
        *compound_fields(EVERYONE),
        Field(name="linked_on", kind="date", label=Text("上线日期", "Live since"), audiences=EVERYONE, is_listed=True),
    ),
)
