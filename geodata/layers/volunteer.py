"""Volunteer brands, their teams and what the teams do: totals, never rosters."""

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import Record
from geodata.layers.audience import EVERYONE
from geodata.layers.belonging import OnArea, OnCompound, area_fields, compound_fields
from geodata.layers.columns import not_negative, one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.publishing import Exact
from geodata.layers.text import Text

KINDS = (
    Choice(value="patrol", label=Text("平安巡防", "Patrol"), synonyms=("平安巡防", "巡逻", "巡防")),
    Choice(value="care", label=Text("关爱帮扶", "Care"), synonyms=("关爱帮扶", "帮扶", "敬老")),
    Choice(value="cleaning", label=Text("环境清洁", "Cleaning"), synonyms=("环境清洁", "卫生清扫", "保洁")),
    Choice(value="teaching", label=Text("宣传教育", "Teaching"), synonyms=("宣传教育", "宣讲", "反诈宣传")),
    Choice(value="culture", label=Text("文体活动", "Culture"), synonyms=("文体活动", "文艺")),
    Choice(value="other", label=Text("其他", "Other"), synonyms=("其他", "其它")),
)


class Brand(OnArea, Record):
    """A name under which volunteers work."""

    __tablename__ = "brand"

    name: Mapped[str]
    founded_on: Mapped[date | None]


class VolunteerTeam(OnArea, Record):
    """A team of a brand."""

    __tablename__ = "volunteer_team"
    __checks__: ClassVar = tuple(not_negative("volunteer_team", "members"))

    brand_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("live.brand.id"), index=True)
    name: Mapped[str]
    founded_on: Mapped[date | None]
    members: Mapped[int | None]


class Activity(OnCompound, Record):
    """Something that a team did, in a compound or elsewhere."""

    __tablename__ = "activity"
    __checks__: ClassVar = (
        one_of("activity", "kind", KINDS),
        *not_negative("activity", "attendances"),
    )

    volunteer_team_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("live.volunteer_team.id"), index=True)
    kind: Mapped[str | None]
    held_on: Mapped[date]
    attendances: Mapped[int | None]


_NAME = Field(
    name="name",
    kind="text",
    label=Text("名称", "Name"),
    audiences=EVERYONE,
    is_required=True,
    is_listed=True,
    is_searched=True,
    without_persons=True,
)
_FOUNDED_ON = Field(
    name="founded_on", kind="date", label=Text("成立日期", "Founded on"), audiences=EVERYONE, is_listed=True
)


def _people(name: str, label: Text) -> Field:
    return Field(
        name=name,
        kind="count",
        unit="people",
        label=label,
        audiences=EVERYONE,
        minimum=0,
        maximum=100_000,
        is_listed=True,
    )


LAYER = Layer(
    id="brand",
    model=Brand,
    title=Text("志愿服务品牌", "Volunteer brands"),
    meaning=Text("志愿服务品牌", "A name under which volunteers work"),
    geometry=None,
    topic=Topic.VOLUNTEERS,
    audiences=EVERYONE,
    public=Exact(),
    is_everywhere=True,
    happened=("founded_on",),
    fields=(_NAME, *area_fields(EVERYONE, is_required=False), _FOUNDED_ON),
)

VOLUNTEER_TEAM = Layer(
    id="volunteer_team",
    model=VolunteerTeam,
    title=Text("志愿服务队", "Volunteer teams"),
    meaning=Text("志愿服务队；只有人数，没有姓名", "A team of volunteers; their number, no names"),
    geometry=None,
    topic=Topic.VOLUNTEERS,
    audiences=EVERYONE,
    public=Exact(),
    parent="brand",
    happened=("founded_on",),
    fields=(_NAME, *area_fields(EVERYONE), _FOUNDED_ON, _people("members", Text("队员人数", "Members"))),
)

ACTIVITY = Layer(
    id="activity",
    model=Activity,
    title=Text("志愿活动", "Activities"),
    meaning=Text("志愿者举行的一次活动", "One thing that volunteers did on a day"),
    geometry=None,
    topic=Topic.VOLUNTEERS,
    audiences=EVERYONE,
    public=Exact(),
    parent="volunteer_team",
    name_field="kind",
    date_field="held_on",
    happened=("held_on",),
    fields=(
        Field(
            name="kind", kind="choice", label=Text("类别", "Kind"), audiences=EVERYONE, choices=KINDS, is_listed=True
        ),
        *compound_fields(EVERYONE, is_required=False),
        Field(
            name="held_on",
            kind="date",
            label=Text("活动日期", "Held on"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
        ),
        _people("attendances", Text("参加人次", "Attendances")),
    ),
)
