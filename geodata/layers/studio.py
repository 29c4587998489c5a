"""Social-work studios (星物管) and what they do: clinics, trainings, consultations, as totals."""

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import Record
from geodata.layers.audience import EVERYONE, STAFF
from geodata.layers.belonging import OnArea, area_fields
from geodata.layers.columns import not_negative, one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.publishing import CountsByArea, Exact
from geodata.layers.text import Text

SUBJECTS = (
    Choice(value="property", label=Text("物业", "Property"), synonyms=("物业", "物业纠纷", "物业服务")),
    Choice(value="family", label=Text("婚姻家庭", "Family"), synonyms=("婚姻家庭", "婚姻", "家庭")),
    Choice(value="labour", label=Text("劳动争议", "Labour"), synonyms=("劳动争议", "劳动", "劳务")),
    Choice(value="contract", label=Text("合同债务", "Contracts"), synonyms=("合同债务", "合同", "债务")),
    Choice(value="neighbours", label=Text("邻里", "Neighbours"), synonyms=("邻里", "相邻关系", "邻里纠纷")),
    Choice(value="other", label=Text("其他", "Other"), synonyms=("其他", "其它")),
)


class Studio(OnArea, Record):
    """A studio in which social workers and lawyers help with what goes wrong between neighbours."""

    __tablename__ = "studio"

    name: Mapped[str]
    address: Mapped[str | None]
    hours: Mapped[str | None] = mapped_column(comment="Weekly hours in local time")
    phone: Mapped[str | None] = mapped_column(comment="The published number of the studio, never a person's")
    founded_on: Mapped[date | None]


class ClinicSession(Record):
    """One of a studio's weekly clinics."""

    __tablename__ = "clinic_session"
    __checks__: ClassVar = tuple(not_negative("clinic_session", "attendances"))

    studio_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("live.studio.id"), index=True)
    held_on: Mapped[date]
    attendances: Mapped[int | None]


class Training(Record):
    """A training that a studio gave."""

    __tablename__ = "training"
    __checks__: ClassVar = tuple(not_negative("training", "attendances"))

    studio_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("live.studio.id"), index=True)
    topic: Mapped[str | None]
    held_on: Mapped[date]
    attendances: Mapped[int | None]


class Consultation(Record):
    """A legal consultation: when and on what, never with whom."""

    __tablename__ = "consultation"
    __checks__: ClassVar = (one_of("consultation", "kind", SUBJECTS),)

    studio_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("live.studio.id"), index=True)
    kind: Mapped[str | None]
    held_on: Mapped[date]


_HELD_ON = Field(
    name="held_on",
    kind="date",
    label=Text("日期", "Held on"),
    audiences=EVERYONE,
    is_required=True,
    is_listed=True,
)
_ATTENDANCES = Field(
    name="attendances",
    kind="count",
    unit="people",
    label=Text("参加人次", "Attendances"),
    audiences=EVERYONE,
    minimum=0,
    maximum=100_000,
    is_listed=True,
)

LAYER = Layer(
    id="studio",
    model=Studio,
    title=Text("社工工作室", "Studios"),
    meaning=Text("社工为居民提供服务的场所", "A place where social workers help residents"),
    geometry=None,
    topic=Topic.SERVICES,
    audiences=EVERYONE,
    public=Exact(),
    happened=("founded_on",),
    fields=(
        Field(
            name="name",
            kind="text",
            label=Text("名称", "Name"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
            is_searched=True,
            without_persons=True,
        ),
        *area_fields(EVERYONE),
        Field(name="address", kind="text", label=Text("地址", "Address"), audiences=EVERYONE, is_listed=True),
        Field(name="hours", kind="hours", label=Text("开放时间", "Opening hours"), audiences=EVERYONE, is_listed=True),
        Field(name="phone", kind="text", label=Text("电话", "Telephone"), audiences=EVERYONE, is_listed=True),
        Field(name="founded_on", kind="date", label=Text("成立日期", "Founded on"), audiences=EVERYONE),
    ),
)

CLINIC_SESSION = Layer(
    id="clinic_session",
    model=ClinicSession,
    title=Text("坐诊", "Clinics"),
    meaning=Text("工作室的一次坐诊", "One session in which a studio advises"),
    geometry=None,
    topic=Topic.SERVICES,
    audiences=EVERYONE,
    public=CountsByArea(date="held_on"),
    parent="studio",
    name_field="held_on",
    date_field="held_on",
    happened=("held_on",),
    fields=(_HELD_ON, _ATTENDANCES),
)

TRAINING = Layer(
    id="training",
    model=Training,
    title=Text("培训", "Trainings"),
    meaning=Text("工作室的一次培训", "One training that a studio gives"),
    geometry=None,
    topic=Topic.SERVICES,
    audiences=EVERYONE,
    public=Exact(),
    parent="studio",
    name_field="held_on",
    date_field="held_on",
    happened=("held_on",),
    fields=(
        Field(name="topic", kind="prose", label=Text("主题", "Topic"), audiences=STAFF, is_listed=True),
        _HELD_ON,
        _ATTENDANCES,
    ),
)

CONSULTATION = Layer(
    id="consultation",
    model=Consultation,
    title=Text("法律咨询", "Consultations"),
    meaning=Text("一次法律咨询", "One piece of legal advice"),
    geometry=None,
    topic=Topic.SERVICES,
    audiences=EVERYONE,
    public=CountsByArea(date="held_on"),
    parent="studio",
    name_field="kind",
    date_field="held_on",
    happened=("held_on",),
    fields=(
        Field(
            name="kind",
            kind="choice",
            label=Text("类别", "Subject"),
            audiences=EVERYONE,
            choices=SUBJECTS,
            is_listed=True,
        ),
        _HELD_ON,
    ),
)
