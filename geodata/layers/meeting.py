"""Meetings of residents (楼宇会), the issues raised there, and what became of them."""

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import Record
from geodata.layers.audience import EVERYONE, ON_THE_GROUND
from geodata.layers.belonging import OnCompound, compound_fields
from geodata.layers.columns import not_negative, one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.publishing import Exact
from geodata.layers.text import Text

KINDS = (
    Choice(value="building", label=Text("楼宇会", "Building meeting"), synonyms=("楼宇会", "楼栋会")),
    Choice(value="courtyard", label=Text("院落会", "Courtyard meeting"), synonyms=("院落会", "屋场会")),
    Choice(value="owners", label=Text("业主大会", "Owners' meeting"), synonyms=("业主大会",)),
)
SUBJECTS = (
    Choice(value="parking", label=Text("停车", "Parking"), synonyms=("停车", "车位")),
    Choice(value="facility", label=Text("设施维修", "Facilities"), synonyms=("设施维修", "设施", "维修")),
    Choice(value="hygiene", label=Text("环境卫生", "Hygiene"), synonyms=("环境卫生", "卫生")),
    Choice(value="safety", label=Text("安全", "Safety"), synonyms=("安全", "消防安全", "治安")),
    Choice(value="property", label=Text("物业服务", "Property service"), synonyms=("物业服务", "物业")),
    Choice(value="green", label=Text("绿化", "Green space"), synonyms=("绿化",)),
    Choice(value="other", label=Text("其他", "Other"), synonyms=("其他", "其它")),
)
STATUSES = (
    Choice(value="solved", label=Text("已解决", "Solved"), synonyms=("已解决", "办结", "解决")),
    Choice(value="in_progress", label=Text("办理中", "Under way"), synonyms=("办理中", "推进中")),
    Choice(value="rejected", label=Text("未采纳", "Turned down"), synonyms=("未采纳", "不予办理", "不具备条件")),
)


class Meeting(OnCompound, Record):
    """A meeting that was held in a compound."""

    __tablename__ = "meeting"
    __checks__: ClassVar = (
        one_of("meeting", "kind", KINDS),
        *not_negative("meeting", "attendances"),
    )

    kind: Mapped[str]
    building: Mapped[str | None]
    held_on: Mapped[date]
    attendances: Mapped[int | None]


class MeetingIssue(Record):
    """Something that a meeting raised."""

    __tablename__ = "meeting_issue"
    __checks__: ClassVar = (one_of("meeting_issue", "kind", SUBJECTS),)

    meeting_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("live.meeting.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str | None]


class Resolution(Record):
    """What became of an issue."""

    __tablename__ = "resolution"
    __checks__: ClassVar = (one_of("resolution", "status", STATUSES),)

    meeting_issue_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("live.meeting_issue.id"), index=True)
    status: Mapped[str]
    solved_on: Mapped[date | None]


LAYER = Layer(
    id="meeting",
    model=Meeting,
    title=Text("楼宇会", "Meetings"),
    meaning=Text("小区里召开的一次居民会议", "A meeting of residents that was held in a compound"),
    geometry=None,
    topic=Topic.SELF_GOVERNMENT,
    audiences=EVERYONE,
    public=Exact(),
    name_field="kind",
    date_field="held_on",
    happened=("held_on",),
    fields=(
        Field(
            name="kind",
            kind="choice",
            label=Text("会议类型", "Kind"),
            audiences=EVERYONE,
            choices=KINDS,
            is_required=True,
            is_listed=True,
        ),
        *compound_fields(EVERYONE),
        Field(name="building", kind="text", label=Text("楼栋", "Building"), audiences=ON_THE_GROUND, is_listed=True),
        Field(
            name="held_on",
            kind="date",
            label=Text("召开日期", "Held on"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
        ),
        Field(
            name="attendances",
            kind="count",
            unit="people",
            label=Text("参加人次", "Attendances"),
            audiences=EVERYONE,
            minimum=0,
            maximum=100_000,
            is_listed=True,
        ),
    ),
)

MEETING_ISSUE = Layer(
    id="meeting_issue",
    model=MeetingIssue,
    title=Text("会议议题", "Issues raised"),
    meaning=Text("会议提出的一个议题", "Something that a meeting raised"),
    geometry=None,
    topic=Topic.SELF_GOVERNMENT,
    audiences=EVERYONE,
    public=Exact(),
    parent="meeting",
    name_field="kind",
    fields=(
        Field(
            name="kind",
            kind="choice",
            label=Text("类别", "Subject"),
            audiences=EVERYONE,
            choices=SUBJECTS,
            is_required=True,
            is_listed=True,
        ),
        # Free words may hold a flat and a family.
        Field(name="title", kind="prose", label=Text("议题", "Issue"), audiences=ON_THE_GROUND, is_listed=True),
    ),
)

RESOLUTION = Layer(
    id="resolution",
    model=Resolution,
    title=Text("议题办理", "Resolutions"),
    meaning=Text("议题的办理结果", "What became of an issue"),
    geometry=None,
    topic=Topic.SELF_GOVERNMENT,
    audiences=EVERYONE,
    public=Exact(),
    parent="meeting_issue",
    name_field="status",
    date_field="solved_on",
    happened=("solved_on",),
    fields=(
        Field(
            name="status",
            kind="choice",
            label=Text("办理情况", "Status"),
            audiences=EVERYONE,
            choices=STATUSES,
            is_required=True,
            is_listed=True,
        ),
        Field(name="solved_on", kind="date", label=Text("解决日期", "Solved on"), audiences=EVERYONE, is_listed=True),
    ),
)
