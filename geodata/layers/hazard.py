"""Safety hazards (隐患) and the events of their life; a hazard's status follows from its events alone."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import PlacedRecord, Record
from geodata.layers.audience import EVERYONE, ON_THE_GROUND, STAFF
from geodata.layers.columns import one_of
from geodata.layers.field import Choice, Field, SetByHand
from geodata.layers.layer import Layer, Topic
from geodata.layers.publishing import AtCompound
from geodata.layers.style import Style
from geodata.layers.text import Text

KINDS = (
    Choice(value="fire_lane", label=Text("消防通道堵塞", "Blocked fire lane"), synonyms=("消防通道堵塞",)),
    Choice(value="flying_wire", label=Text("飞线充电", "Charging by loose wire"), synonyms=("飞线充电",)),
    Choice(
        value="ebike_indoors",
        label=Text("电动自行车楼道停放/充电", "E-bike in the stairwell"),
        synonyms=("电动自行车楼道停放/充电", "电动车楼道停放", "楼道充电"),
    ),
    Choice(value="fire_equipment", label=Text("消防设施损坏", "Broken fire equipment"), synonyms=("消防设施损坏",)),
    Choice(value="gas", label=Text("燃气", "Gas"), synonyms=("燃气", "燃气隐患")),
    Choice(value="electric", label=Text("电气线路", "Electric wiring"), synonyms=("电气线路", "电线老化")),
    Choice(value="elevator", label=Text("电梯", "Lift"), synonyms=("电梯",)),
    Choice(
        value="facade",
        label=Text("外墙/广告牌脱落", "Falling facade or sign"),
        synonyms=("外墙/广告牌脱落", "外墙脱落", "广告牌脱落"),
    ),
    Choice(value="falling_objects", label=Text("高空抛物", "Objects thrown down"), synonyms=("高空抛物",)),
    Choice(value="structure", label=Text("房屋结构", "Building structure"), synonyms=("房屋结构", "危房")),
    Choice(value="slope_flood", label=Text("边坡/内涝", "Slope or flooding"), synonyms=("边坡/内涝", "内涝", "边坡")),
    Choice(
        value="surface",
        label=Text("井盖/路面/管网", "Manhole, surface, pipes"),
        synonyms=("井盖/路面/管网", "井盖", "路面", "管网"),
    ),
    Choice(value="lighting", label=Text("照明", "Lighting"), synonyms=("照明",)),
    Choice(
        value="access_control",
        label=Text("门禁监控缺失", "No entrance control"),
        synonyms=("门禁监控缺失", "门禁缺失"),
    ),
    Choice(value="illegal_building", label=Text("违建", "Unlawful building"), synonyms=("违建", "违章建筑")),
    Choice(value="crowded_place", label=Text("人员密集场所", "Crowded place"), synonyms=("人员密集场所",)),
    Choice(value="other", label=Text("其他", "Other"), synonyms=("其他",)),
)
LEVELS = (
    Choice(value="ordinary", label=Text("一般", "Ordinary"), synonyms=("一般", "一般隐患")),
    Choice(value="major", label=Text("重大", "Major"), synonyms=("重大", "重大隐患")),
)
STATUSES = (
    Choice(value="reported", label=Text("已上报", "Reported"), colour="#c2410c", shape="triangle"),
    Choice(value="confirmed", label=Text("已立案", "Confirmed"), colour="#c2410c", shape="triangle"),
    Choice(value="in_progress", label=Text("整改中", "Being mended"), colour="#b7791f", shape="triangle"),
    Choice(value="rechecking", label=Text("待复查", "Awaiting re-check"), colour="#b7791f", shape="triangle"),
    Choice(value="suspended", label=Text("挂账", "On the long list"), colour="#7c3aed", shape="triangle"),
    Choice(value="closed", label=Text("已销号", "Closed"), colour="#64748b", shape="circle"),
    Choice(value="dismissed", label=Text("不成立", "Dismissed"), colour="#7a899f", shape="circle"),
)
EVENTS = (
    Choice(value="reported", label=Text("上报", "Reported")),
    Choice(value="confirmed", label=Text("立案", "Confirmed")),
    Choice(value="dispatched", label=Text("派遣", "Sent to the department")),
    Choice(value="returned", label=Text("退回", "Sent back")),
    Choice(value="extended", label=Text("延期", "Deadline extended")),
    Choice(value="suspended", label=Text("挂账", "Put on the long list")),
    Choice(value="rectified", label=Text("整改完成", "Mended")),
    Choice(value="recheck_failed", label=Text("复查不合格", "Re-check failed")),
    Choice(value="rechecked", label=Text("复查", "Re-checked")),
    Choice(value="closed", label=Text("销号", "Closed")),
    Choice(value="reopened", label=Text("重开", "Opened again")),
    Choice(value="duplicate", label=Text("重复", "A duplicate")),
    Choice(value="false_report", label=Text("误报", "A false report")),
)


@dataclass(frozen=True)
class Step:
    """What may be done next with a hazard, after what.

    Attributes:
        after: the last event; one without any counts as reported.
        kind: the event that follows.
        needs_other: another account than the one that recorded the mending, or set the deadline, has to do it.
        needs_photo: it takes a photo of the mended place.
        needs_deadline: it sets the day until which the hazard has to be mended.
        needs_words: it says in words why.
    """

    after: str
    kind: str
    needs_other: bool = False
    needs_photo: bool = False
    needs_deadline: bool = False
    needs_words: bool = False


STEPS = (
    Step("reported", "confirmed"),
    Step("reported", "duplicate"),
    Step("reported", "false_report"),
    Step("returned", "confirmed"),
    Step("confirmed", "dispatched", needs_deadline=True),
    Step("dispatched", "rectified"),
    Step("dispatched", "extended", needs_other=True, needs_deadline=True, needs_words=True),
    Step("extended", "rectified"),
    Step("extended", "extended", needs_other=True, needs_deadline=True, needs_words=True),
    Step("recheck_failed", "rectified"),
    Step("recheck_failed", "extended", needs_other=True, needs_deadline=True, needs_words=True),
    Step("reopened", "dispatched", needs_deadline=True),
    Step("suspended", "dispatched", needs_deadline=True),
    Step("rectified", "rechecked", needs_other=True),
    Step("rectified", "recheck_failed", needs_other=True),
    Step("rechecked", "closed", needs_other=True, needs_photo=True),
)
"""What is recorded on the web, in the order in which it is offered; live.hazard_steps() says the same."""


class Hazard(PlacedRecord):
    """Something that can hurt people and has to be mended; who reported it is not kept."""

    __tablename__ = "hazard"
    __shape__ = "point"
    __checks__: ClassVar = (
        one_of("hazard", "kind", KINDS),
        one_of("hazard", "level", LEVELS),
        one_of("hazard", "status", STATUSES),
    )

    kind: Mapped[str]
    level: Mapped[str | None] = mapped_column(comment="Set by a person, never worked out")
    status: Mapped[str] = mapped_column(server_default="reported", comment="Set by trigger from hazard_event only")
    description: Mapped[str | None]
    compound_name: Mapped[str | None] = mapped_column(comment="As the source names it")
    compound_id: Mapped[int | None] = mapped_column(BigInteger, comment="The compound it was matched with")
    community: Mapped[str | None]
    found_on: Mapped[date]
    due_on: Mapped[date | None]
    due_stated: Mapped[date | None] = mapped_column(comment="The deadline that its register stated last")
    closed_on: Mapped[date | None] = mapped_column(comment="Set by trigger from hazard_event only")
    department: Mapped[str | None] = mapped_column(comment="The department that has to mend it")


class HazardEvent(Record):
    """One step in a hazard's life. Append-only: a correction is another event."""

    __tablename__ = "hazard_event"
    __checks__: ClassVar = (one_of("hazard_event", "kind", EVENTS),)

    hazard_id: Mapped[int] = mapped_column(ForeignKey("live.hazard.id"), index=True)
    kind: Mapped[str]
    happened_on: Mapped[date]
    happened_at: Mapped[datetime | None] = mapped_column(
        comment="When it was recorded on the web; none where a file tells of it"
    )
    note: Mapped[str | None] = mapped_column(comment="What was said of the step, persons masked")
    due_on: Mapped[date | None] = mapped_column(comment="The deadline that the step set")
    due_before: Mapped[date | None] = mapped_column(comment="The deadline that stood before the step")


LAYER = Layer(
    id="hazard",
    model=Hazard,
    title=Text("安全隐患", "Safety hazards"),
    meaning=Text(
        "可能伤人、必须整改的问题；状态只由办理环节得出",
        "Something that can hurt people and has to be mended; its status follows from the steps taken alone",
    ),
    geometry="point",
    audiences=EVERYONE,
    public=AtCompound(
        since="found_on",
        is_delayed=True,
        again=("hazard_event", "reopened", "happened_on"),
        unless=("status", "closed"),
        only_then=("found_on",),
    ),
    planner=AtCompound(since="found_on"),
    date_field="found_on",
    topic=Topic.SAFETY,
    name_field="kind",
    stale_after_days=30,
    happened=("found_on",),
    fields=(
        Field(
            name="kind",
            kind="choice",
            label=Text("隐患类型", "Kind"),
            audiences=EVERYONE,
            choices=KINDS,
            is_required=True,
            is_listed=True,
        ),
        Field(
            name="status",
            kind="choice",
            label=Text("状态", "Status"),
            meaning=Text("由办理环节得出，不能直接填写", "Follows from the steps taken; nobody writes it"),
            audiences=EVERYONE,
            choices=STATUSES,
            is_loaded=False,
            is_listed=True,
        ),
        Field(
            name="level",
            kind="choice",
            label=Text("隐患等级", "Level"),
            meaning=Text("一般或重大，由检查人认定", "Ordinary or major, set by who inspects"),
            audiences=STAFF,
            choices=LEVELS,
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
        Field(
            name="found_on",
            kind="date",
            label=Text("检查时间", "Found on"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
        ),
        Field(
            name="due_on",
            kind="date",
            label=Text("整改期限", "Due on"),
            audiences=STAFF,
            is_listed=True,
            by_hand=SetByHand(stated="due_stated", step="hazard_event"),
        ),
        Field(name="closed_on", kind="date", label=Text("销号日期", "Closed on"), audiences=EVERYONE, is_loaded=False),
        Field(
            name="department", kind="text", label=Text("整改责任单位", "Department in charge"), audiences=ON_THE_GROUND
        ),
        Field(name="description", kind="prose", label=Text("问题描述", "Description"), audiences=ON_THE_GROUND),
    ),
    style=Style(shape="triangle", colour="#c2410c", size_px=13, by="status", order=80, counts_shapes_apart=True),
)

HAZARD_EVENT = Layer(
    id="hazard_event",
    model=HazardEvent,
    title=Text("办理过程", "Steps taken"),
    meaning=Text("隐患办理的一个环节，只增加、不更改", "One step of a hazard's life; added to, never changed"),
    geometry=None,
    audiences=ON_THE_GROUND,
    parent="hazard",
    is_append_only=True,
    name_field="kind",
    date_field="happened_on",
    happened=("happened_on",),
    fields=(
        Field(
            name="kind",
            kind="choice",
            label=Text("环节", "Step"),
            audiences=ON_THE_GROUND,
            choices=EVENTS,
            is_required=True,
            is_listed=True,
        ),
        Field(
            name="happened_on",
            kind="date",
            label=Text("日期", "Date"),
            audiences=ON_THE_GROUND,
            is_required=True,
            is_listed=True,
        ),
        Field(
            name="happened_at",
            kind="moment",
            label=Text("登记时刻", "Recorded at"),
            audiences=ON_THE_GROUND,
            is_loaded=False,
        ),
        Field(
            name="note",
            kind="prose",
            label=Text("说明", "Words"),
            audiences=ON_THE_GROUND,
            is_loaded=False,
            is_listed=True,
        ),
        Field(
            name="due_on",
            kind="date",
            label=Text("整改期限", "Due on"),
            audiences=ON_THE_GROUND,
            is_loaded=False,
            is_listed=True,
        ),
        Field(
            name="due_before",
            kind="date",
            label=Text("原期限", "Due before"),
            audiences=ON_THE_GROUND,
            is_loaded=False,
            is_listed=True,
        ),
    ),
)
