"""Whistles (三个吹哨) that call departments into a compound, and how each department answered."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import Record
from geodata.layers.audience import EVERYONE, ON_THE_GROUND
from geodata.layers.belonging import OnCompound, compound_fields
from geodata.layers.columns import one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.publishing import Exact
from geodata.layers.text import Text

KINDS = (
    Choice(
        value="beyond_power",
        label=Text("权限外事项", "Beyond the sub-district's power"),
        synonyms=("权限外事项", "日常哨", "超出权限"),
    ),
    Choice(value="joint", label=Text("联合执法", "Joint enforcement"), synonyms=("联合执法", "攻坚哨", "执法哨")),
    Choice(value="emergency", label=Text("应急处置", "Emergency"), synonyms=("应急处置", "应急哨", "紧急")),
)


class Whistle(OnCompound, Record):
    """A call for departments to come."""

    __tablename__ = "whistle"
    __checks__: ClassVar = (one_of("whistle", "kind", KINDS),)

    kind: Mapped[str]
    subject: Mapped[str | None]
    blown_at: Mapped[datetime]


class Response(Record):
    """What one department did about a whistle: by when it should have come, when it came, when it was done."""

    __tablename__ = "response"
    __checks__: ClassVar = (CheckConstraint("closed_at >= arrived_at", name="response_order"),)

    whistle_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("live.whistle.id"), index=True)
    department: Mapped[str]
    due_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


LAYER = Layer(
    id="whistle",
    model=Whistle,
    title=Text("吹哨", "Whistles"),
    meaning=Text("社区或小区请部门到场办事的一次吹哨", "A call by which a compound brings departments to the spot"),
    geometry=None,
    topic=Topic.SELF_GOVERNMENT,
    audiences=EVERYONE,
    public=Exact(),
    name_field="kind",
    date_field="blown_at",
    happened=("blown_at",),
    fields=(
        Field(
            name="kind",
            kind="choice",
            label=Text("哨别", "Kind"),
            audiences=EVERYONE,
            choices=KINDS,
            is_required=True,
            is_listed=True,
        ),
        *compound_fields(EVERYONE),
        Field(
            name="blown_at",
            kind="moment",
            label=Text("吹哨时间", "Blown at"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
        ),
        Field(name="subject", kind="prose", label=Text("事项", "Subject"), audiences=ON_THE_GROUND, is_listed=True),
    ),
)

RESPONSE = Layer(
    id="response",
    model=Response,
    title=Text("部门响应", "Responses"),
    meaning=Text("一个部门对一次吹哨的响应", "What one department did upon a whistle"),
    geometry=None,
    topic=Topic.SELF_GOVERNMENT,
    audiences=EVERYONE,
    public=Exact(),
    parent="whistle",
    name_field="department",
    ordered_dates=(("arrived_at", "closed_at"),),
    happened=("arrived_at", "closed_at"),
    fields=(
        Field(
            name="department",
            kind="text",
            label=Text("部门", "Department"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
        ),
        Field(name="due_at", kind="moment", label=Text("应到时间", "Due at"), audiences=EVERYONE, is_listed=True),
        Field(
            name="arrived_at", kind="moment", label=Text("到场时间", "Arrived at"), audiences=EVERYONE, is_listed=True
        ),
        Field(name="closed_at", kind="moment", label=Text("办结时间", "Closed at"), audiences=EVERYONE, is_listed=True),
    ),
)
