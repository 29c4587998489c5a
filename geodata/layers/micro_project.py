"""Micro-projects (微实事) in compounds, and where their money comes from."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import PlacedRecord, Record
from geodata.layers.audience import EVERYONE, STAFF
from geodata.layers.columns import not_negative, one_of
from geodata.layers.field import Band, Choice, Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text

KINDS = (
    Choice(value="charging", label=Text("充电设施", "Charging"), synonyms=("充电设施", "充电桩", "充电")),
    Choice(value="road", label=Text("道路", "Road surface"), synonyms=("道路", "路面")),
    Choice(value="pipes", label=Text("管网", "Pipes and drains"), synonyms=("管网", "下水道")),
    Choice(value="lighting", label=Text("照明", "Lighting"), synonyms=("照明", "路灯")),
    Choice(value="parking", label=Text("停车", "Parking"), synonyms=("停车", "车位")),
    Choice(value="green", label=Text("绿化", "Green space"), synonyms=("绿化",)),
    Choice(value="lift", label=Text("加装电梯", "Lift"), synonyms=("加装电梯", "电梯")),
    Choice(value="other", label=Text("其他", "Other"), synonyms=("其他",)),
)
STATUSES = (
    Choice(value="planned", label=Text("计划", "Planned"), synonyms=("计划", "待实施")),
    Choice(value="running", label=Text("实施中", "Under way"), synonyms=("实施中", "在建")),
    Choice(value="done", label=Text("已完工", "Done"), synonyms=("已完工", "完工", "已完成")),
)
SOURCES = (
    Choice(value="street", label=Text("街道统筹", "Sub-district"), synonyms=("街道统筹",)),
    Choice(value="property", label=Text("物业让利", "Property company"), synonyms=("物业让利",)),
    Choice(value="residents", label=Text("居民自筹", "Residents"), synonyms=("居民自筹",)),
    Choice(value="sponsors", label=Text("社会赞助", "Sponsors"), synonyms=("社会赞助",)),
    Choice(value="public_income", label=Text("公共收益", "Compound income"), synonyms=("公共收益",)),
)


class MicroProject(PlacedRecord):
    """A small improvement that residents of a compound asked for."""

    __tablename__ = "micro_project"
    __shape__ = "point"
    __checks__: ClassVar = (
        one_of("micro_project", "kind", KINDS),
        one_of("micro_project", "status", STATUSES),
        *not_negative("micro_project", "households", "budget"),
        CheckConstraint("finished_on >= started_on", name="micro_project_order"),
    )

    name: Mapped[str]
    kind: Mapped[str | None]
    status: Mapped[str | None]
    compound_name: Mapped[str | None] = mapped_column(comment="As the source names it")
    compound_id: Mapped[int | None] = mapped_column(BigInteger, comment="The compound it was matched with")
    community: Mapped[str | None]
    started_on: Mapped[date | None]
    finished_on: Mapped[date | None]
    households: Mapped[int | None] = mapped_column(comment="Households that gain by it")
    budget: Mapped[Decimal | None] = mapped_column(Numeric(14, 2), comment="Planned in all, yuan")


class FundingLine(Record):
    """What one source plans, has handed over and has spent on a micro-project, in yuan."""

    __tablename__ = "funding_line"
    __checks__: ClassVar = (
        one_of("funding_line", "funder", SOURCES),
        *not_negative("funding_line", "planned", "received", "spent"),
    )

    micro_project_id: Mapped[int] = mapped_column(ForeignKey("live.micro_project.id"), index=True)
    funder: Mapped[str]
    planned: Mapped[Decimal | None] = mapped_column(Numeric(14, 2), comment="Yuan")
    received: Mapped[Decimal | None] = mapped_column(Numeric(14, 2), comment="Yuan")
    spent: Mapped[Decimal | None] = mapped_column(Numeric(14, 2), comment="Yuan")


def _yuan(name: str, label: Text, *, is_listed: bool = False) -> Field:
    return Field(name=name, kind="money", unit="yuan", label=label, audiences=EVERYONE, minimum=0, is_listed=is_listed)


LAYER = Layer(
    id="micro_project",
    model=MicroProject,
    title=Text("微实事", "Micro-projects"),
    meaning=Text(
        "小区里花钱不多、居民受益的小工程",
        "A small improvement in a compound that its residents gain from",
    ),
    geometry="point",
    audiences=EVERYONE,
    public=Exact(),
    date_field="started_on",
    topic=Topic.PROJECTS,
    ordered_dates=(("started_on", "finished_on"),),
    stale_after_days=90,
    is_everywhere=True,
    happened_if=(("finished_on", "status", "done"),),
    fields=(
        Field(
            name="name",
            kind="text",
            label=Text("项目名称", "Name"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
            is_searched=True,
            without_persons=True,
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
            name="status",
            kind="choice",
            label=Text("状态", "Status"),
            audiences=EVERYONE,
            choices=STATUSES,
            is_listed=True,
        ),
        Field(name="compound_name", kind="text", label=Text("小区", "Compound"), audiences=EVERYONE, is_listed=True),
        Field(
            name="compound_id",
            kind="reference",
            to="compound",
            label=Text("小区", "Compound"),
            audiences=EVERYONE,
            is_loaded=False,
        ),
        Field(name="community", kind="text", label=Text("社区", "Community"), audiences=EVERYONE),
        Field(name="started_on", kind="date", label=Text("开工", "Started"), audiences=EVERYONE, is_listed=True),
        Field(name="finished_on", kind="date", label=Text("完工", "Finished"), audiences=EVERYONE),
        Field(
            name="households",
            kind="count",
            unit="households",
            label=Text("受益户数", "Households served"),
            meaning=Text("受益的户数", "Households that gain from it"),
            audiences=EVERYONE,
            # How many of a compound gain by it tells how many there are.
            exact_for=STAFF,
            band=Band((10, 50, 100, 300, 600, 1000)),
            minimum=0,
            maximum=50_000,
        ),
        _yuan("budget", Text("计划总额", "Budget"), is_listed=True),
    ),
    style=Style(shape="diamond", colour="#1b7f4b", size_px=12, label="name", label_zoom=17, order=70),
)

FUNDING_LINE = Layer(
    id="funding_line",
    model=FundingLine,
    title=Text("资金来源", "Funding"),
    meaning=Text(
        "一个来源为一个项目计划、到位和支出的钱",
        "What one source plans, hands over and spends for one project",
    ),
    geometry=None,
    audiences=EVERYONE,
    public=Exact(),
    parent="micro_project",
    topic=Topic.PROJECTS,
    name_field="funder",
    is_everywhere=True,
    may_be_taken_back=True,
    fields=(
        Field(
            name="funder",
            kind="choice",
            label=Text("来源", "Source"),
            audiences=EVERYONE,
            choices=SOURCES,
            is_required=True,
            is_listed=True,
        ),
        _yuan("planned", Text("计划", "Planned"), is_listed=True),
        _yuan("received", Text("到位", "Received"), is_listed=True),
        _yuan("spent", Text("支出", "Spent"), is_listed=True),
    ),
)
