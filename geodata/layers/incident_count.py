"""Incidents as monthly counts by area: there is no place of a single one anywhere in the store."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import Record
from geodata.layers.audience import EVERYONE
from geodata.layers.belonging import OnArea, area_fields
from geodata.layers.columns import not_negative
from geodata.layers.field import Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.publishing import CountsByArea
from geodata.layers.text import Text

YEARLY = CountsByArea(date="month", by="kind", amount="incidents", is_monthly=True)


class IncidentCount(OnArea, Record):
    """How many incidents of a kind an area had in a month."""

    __tablename__ = "incident_count"
    __checks__: ClassVar = (
        *not_negative("incident_count", "incidents"),
        CheckConstraint("extract(day FROM month) = 1", name="incident_count_month_first"),
    )

    month: Mapped[date] = mapped_column(comment="Its first day")
    kind: Mapped[str] = mapped_column(comment="In the source's words: cases, calls and reports are never added up")
    incidents: Mapped[int]


LAYER = Layer(
    id="incident_count",
    model=IncidentCount,
    title=Text("警情统计", "Incident counts"),
    meaning=Text(
        "按区域、月份和类别统计的警情数量，没有单个警情",
        "How many incidents of a kind an area had in a month; there are no single ones",
    ),
    geometry=None,
    topic=Topic.SAFETY,
    audiences=EVERYONE,
    public=YEARLY,
    planner=YEARLY,
    officer=YEARLY,
    name_field="kind",
    date_field="month",
    stale_after_days=45,
    happened=("month",),
    fields=(
        Field(
            name="kind",
            kind="text",
            label=Text("类别", "Kind"),
            meaning=Text(
                "警情类别：刑事、盗窃、诈骗各是不同的统计口径，不相加",
                "Crime, theft and fraud are counted by different rules and never added up",
            ),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
        ),
        *area_fields(EVERYONE),
        Field(
            name="month",
            kind="month",
            label=Text("月份", "Month"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
        ),
        Field(
            name="incidents",
            kind="count",
            unit="incidents",
            label=Text("数量", "Incidents"),
            audiences=EVERYONE,
            minimum=0,
            is_required=True,
            is_listed=True,
        ),
    ),
)
