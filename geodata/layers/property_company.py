"""Property companies, where they work, and how they were graded (红黑榜)."""

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import Record
from geodata.layers.audience import EVERYONE, STAFF
from geodata.layers.belonging import OnCompound, compound_fields
from geodata.layers.columns import one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.publishing import Exact
from geodata.layers.text import Text

END_REASONS = (
    Choice(value="replaced", label=Text("更换", "Replaced"), synonyms=("更换", "被更换", "解聘")),
    Choice(value="expired", label=Text("合同到期", "Contract over"), synonyms=("合同到期", "到期")),
    Choice(value="withdrew", label=Text("撤出", "Withdrew"), synonyms=("撤出", "退出")),
)
GRADES = (
    Choice(value="A", label=Text("A（红榜）", "A (red list)"), colour="#1b7f4b", synonyms=("A", "A级", "优秀", "红榜")),
    Choice(value="B", label=Text("B（合格）", "B (fair)"), colour="#b7791f", synonyms=("B", "B级", "合格")),
    Choice(
        value="C", label=Text("C（黑榜）", "C (black list)"), colour="#43403a", synonyms=("C", "C级", "黑榜", "不合格")
    ),
)


class PropertyCompany(Record):
    """A company that manages compounds."""

    __tablename__ = "property_company"

    name: Mapped[str]
    code: Mapped[str | None] = mapped_column(comment="Its code in the register of companies")


class Engagement(OnCompound, Record):
    """A company's work for one compound, from one day to another."""

    __tablename__ = "engagement"
    __checks__: ClassVar = (
        one_of("engagement", "end_reason", END_REASONS),
        CheckConstraint("ends_on >= starts_on", name="engagement_order"),
    )

    property_company_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("live.property_company.id"), index=True)
    company_name: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    end_reason: Mapped[str | None]


class Assessment(OnCompound, Record):
    """A grade that a company was given, for one compound or for all of its work."""

    __tablename__ = "assessment"
    __checks__: ClassVar = (one_of("assessment", "grade", GRADES),)

    property_company_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("live.property_company.id"), index=True)
    scheme: Mapped[str] = mapped_column(comment="By which rules; grades of two schemes aren't compared")
    issuer: Mapped[str | None]
    period: Mapped[str]
    assessed_on: Mapped[date | None]
    grade: Mapped[str]
    items: Mapped[str | None] = mapped_column(comment="What was looked at and found")


def _text(name: str, label: Text, *, is_required: bool = False, is_listed: bool = True) -> Field:
    return Field(name=name, kind="text", label=label, audiences=EVERYONE, is_required=is_required, is_listed=is_listed)


LAYER = Layer(
    id="property_company",
    model=PropertyCompany,
    title=Text("物业公司", "Property companies"),
    meaning=Text("管理小区的物业服务企业", "A company that looks after compounds"),
    geometry=None,
    topic=Topic.PROPERTY,
    audiences=EVERYONE,
    public=Exact(),
    is_everywhere=True,
    fields=(
        Field(
            name="name",
            kind="text",
            label=Text("名称", "Name"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
            is_searched=True,
        ),
        Field(name="code", kind="code", label=Text("代码", "Code"), audiences=EVERYONE, is_listed=True),
    ),
)

ENGAGEMENT = Layer(
    id="engagement",
    model=Engagement,
    title=Text("物业服务合同", "Engagements"),
    meaning=Text(
        "一家物业公司为一个小区服务的一段时间",
        "A company's work for one compound, from one day to another",
    ),
    geometry=None,
    topic=Topic.PROPERTY,
    audiences=EVERYONE,
    public=Exact(),
    parent="property_company",
    name_field="company_name",
    date_field="starts_on",
    ordered_dates=(("starts_on", "ends_on"),),
    period=("starts_on", "ends_on"),
    fields=(
        _text("company_name", Text("物业公司", "Company")),
        *compound_fields(EVERYONE),
        Field(
            name="starts_on",
            kind="date",
            label=Text("进驻日期", "From"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
        ),
        Field(name="ends_on", kind="date", label=Text("退出日期", "To"), audiences=EVERYONE, is_listed=True),
        Field(
            name="end_reason",
            kind="choice",
            label=Text("退出原因", "Why it ended"),
            audiences=EVERYONE,
            choices=END_REASONS,
            is_listed=True,
        ),
    ),
)

ASSESSMENT = Layer(
    id="assessment",
    model=Assessment,
    title=Text("物业评级", "Grades"),
    meaning=Text(
        "一次物业评级：A 上红榜，C 上黑榜",
        "A grade that a company was given: A is on the red list, C on the black one",
    ),
    geometry=None,
    topic=Topic.PROPERTY,
    audiences=EVERYONE,
    public=Exact(),
    parent="property_company",
    is_everywhere=True,
    name_field="grade",
    date_field="assessed_on",
    happened=("assessed_on",),
    known_by=(("scheme",), ("issuer",), ("period",), ("assessed_on",), ("compound_name",), ("community",)),
    fields=(
        Field(
            name="grade",
            kind="choice",
            label=Text("等级", "Grade"),
            audiences=EVERYONE,
            choices=GRADES,
            is_required=True,
            is_listed=True,
        ),
        _text("period", Text("评定周期", "Period"), is_required=True),
        Field(
            name="assessed_on", kind="date", label=Text("评定日期", "Assessed on"), audiences=EVERYONE, is_listed=True
        ),
        *compound_fields(EVERYONE, is_required=False),
        _text("scheme", Text("评定办法", "Scheme"), is_required=True),
        _text("issuer", Text("评定单位", "Issued by"), is_listed=False),
        Field(name="items", kind="prose", label=Text("评定事项", "What was found"), audiences=STAFF, is_listed=True),
    ),
)
