"""Who looks after a compound: whether it lacks a manager, an authority or guards (三无), and how it is run."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import Record
from geodata.layers.audience import EVERYONE, STAFF
from geodata.layers.belonging import OnCompound, compound_fields
from geodata.layers.columns import one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Flags, Layer, Topic
from geodata.layers.publishing import Exact
from geodata.layers.text import Text

MODES = (
    Choice(value="self", label=Text("自筹自管", "Run by residents"), synonyms=("自筹自管", "自治管理")),
    Choice(value="professional", label=Text("专业托管", "Run by a company"), synonyms=("专业托管", "专业物业")),
    Choice(value="grid", label=Text("网格微管", "Run by the grid"), synonyms=("网格微管", "社区托管")),
    Choice(value="none", label=Text("无人管理", "Run by nobody"), synonyms=("无人管理", "无物业")),
)


class CompoundStatus(OnCompound, Record):
    """What a compound lacked from one day to another; all three at once is a three-nos compound."""

    __tablename__ = "compound_status"
    __checks__: ClassVar = (CheckConstraint("ends_on >= starts_on", name="compound_status_order"),)

    lacks_manager: Mapped[bool | None] = mapped_column(comment="No property company")
    lacks_authority: Mapped[bool | None] = mapped_column(comment="No department in charge")
    lacks_guards: Mapped[bool | None] = mapped_column(comment="Nobody guards it")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class ManagementMode(OnCompound, Record):
    """How a compound was run from one day to another, and what that costs."""

    __tablename__ = "management_mode"
    __checks__: ClassVar = (
        one_of("management_mode", "mode", MODES),
        CheckConstraint("ends_on >= starts_on", name="management_mode_order"),
    )

    mode: Mapped[str]
    fee_scheme: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


def _lacks(name: str, label: Text) -> Field:
    return Field(name=name, kind="flag", label=label, audiences=EVERYONE, is_listed=True)


_FROM_TO = (
    Field(
        name="starts_on",
        kind="date",
        label=Text("起始日期", "From"),
        audiences=EVERYONE,
        is_required=True,
        is_listed=True,
    ),
    Field(name="ends_on", kind="date", label=Text("结束日期", "To"), audiences=EVERYONE, is_listed=True),
)

LAYER = Layer(
    id="compound_status",
    model=CompoundStatus,
    title=Text("三无状况", "What compounds lack"),
    meaning=Text(
        "小区在一段时间里缺少什么：物业管理、主管部门、人防物防",
        "What a compound lacks for a time: a manager, an authority, guards",
    ),
    geometry=None,
    topic=Topic.PROPERTY,
    audiences=EVERYONE,
    public=Exact(),
    name_field="compound_name",
    date_field="starts_on",
    ordered_dates=(("starts_on", "ends_on"),),
    known_by=(("compound_name",), ("community",), ("starts_on",)),
    period=("starts_on", "ends_on"),
    flags=Flags(every=Text("三无小区", "Three-nos compound"), none=Text("三项俱全", "Lacks none of the three")),
    fields=(
        *compound_fields(EVERYONE),
        _lacks("lacks_manager", Text("无物业管理", "No manager")),
        _lacks("lacks_authority", Text("无主管部门", "No authority")),
        _lacks("lacks_guards", Text("无人防物防", "No guards")),
        *_FROM_TO,
    ),
)

MANAGEMENT_MODE = Layer(
    id="management_mode",
    model=ManagementMode,
    title=Text("管理模式", "How compounds are run"),
    meaning=Text("小区在一段时间里由谁、怎样管理", "Who runs a compound for a time, and how"),
    geometry=None,
    topic=Topic.PROPERTY,
    audiences=EVERYONE,
    public=Exact(),
    name_field="mode",
    date_field="starts_on",
    ordered_dates=(("starts_on", "ends_on"),),
    known_by=(("compound_name",), ("community",), ("starts_on",)),
    period=("starts_on", "ends_on"),
    fields=(
        Field(
            name="mode",
            kind="choice",
            label=Text("管理模式", "Mode"),
            audiences=EVERYONE,
            choices=MODES,
            is_required=True,
            is_listed=True,
        ),
        *compound_fields(EVERYONE),
        Field(name="fee_scheme", kind="prose", label=Text("收费方式", "Fees"), audiences=STAFF, is_listed=True),
        *_FROM_TO,
    ),
)
