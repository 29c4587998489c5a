"""Meetings of a building, a courtyard or all owners; what was raised there and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from etl.sample.city import City
from etl.sample.records.days import Period, spread, written
from etl.sample.records.office import compound_cells, signed
from etl.sample.records.table import Row, Table, plain

HELD, HELD_BEFORE = 271, 209
SOLVED, SOLVED_BEFORE, LEFT_OVER = 245, 192, 9
_OPEN, _REJECTED = 78, 23
_OPEN_BEFORE, _REJECTED_BEFORE = 6, 31
_TOPICS = {
    "停车": ("规划停车位", "非机动车停放", "地下车库收费"), "设施维修": ("楼道灯更换", "单元门禁维修", "屋面防水",
    "水泵更换"),
    "环境卫生": ("垃圾亭迁移", "楼道杂物清理", "化粪池清掏"), "消防安全": ("飞线充电整治", "消防通道划线",
    "外墙瓷砖排查"),
    "物业服务": ("物业费标准", "保安夜间巡逻", "物业合同续签"), "绿化": ("绿地补种", "树木修剪"),
    "其他": ("公共收益公示", "晾晒区设置"),
}  # fmt: skip


@dataclass(frozen=True)
class Meeting:
    """A meeting; `code` tells the year."""

    code: str
    compound: int
    kind: str
    day: date
    building: str
    people: int


@dataclass(frozen=True)
class Raised:
    """Something raised at a meeting, and what became of it."""

    code: str
    meeting: str
    kind: str
    title: str
    status: str
    solved: date | None


def hold_meetings(city: City, as_of: date, rng: np.random.Generator) -> tuple[list[Meeting], list[Raised]]:
    """Return the meetings of the year up to `as_of` and of the same days a year earlier, and what was raised.

    SOLVED was solved this year, LEFT_OVER of it raised a year earlier; SOLVED_BEFORE was solved a year earlier.
    """
    year = Period.year_to(as_of)
    before = year.year_before()
    old = _meetings(city, before, HELD_BEFORE, rng)
    new = _meetings(city, year, HELD, rng)
    first = _raised(old, before, {"已解决": SOLVED_BEFORE, "未采纳": _REJECTED_BEFORE, "推进中": _OPEN_BEFORE}, rng)
    first += _left_over(old, year, rng)
    second = _raised(new, year, {"已解决": SOLVED - LEFT_OVER, "未采纳": _REJECTED, "推进中": _OPEN}, rng)
    return [*old, *new], [*_numbered(first, before), *_numbered(second, year)]


def _meetings(city: City, period: Period, count: int, rng: np.random.Generator) -> list[Meeting]:
    weights = np.array([c.households**0.55 * (1.5 if c.company else 1.0) for c in city.compounds])
    picks = rng.choice(len(weights), size=count, p=weights / weights.sum()).tolist()
    found = []
    for rank, (day, pick) in enumerate(zip(spread(period, count, rng), picks, strict=True), start=1):
        compound = city.compounds[pick]
        kind = (
            "院落会"
            if compound.kind == "old_open"
            else str(rng.choice(["楼宇会", "院落会", "业主大会"], p=[0.84, 0.1, 0.06]))
        )
        building = f"{int(rng.integers(1, 1 + len(compound.layout.houses)))}栋" if kind == "楼宇会" else ""
        people = int(rng.integers(40, 160)) if kind == "业主大会" else int(rng.integers(8, 46))
        found.append(Meeting(f"LYH{day.year}{rank:03d}", pick, kind, day, building, people))
    return found


def _raised(
    meetings: Sequence[Meeting], period: Period, counts: dict[str, int], rng: np.random.Generator
) -> list[Raised]:
    """What was raised and, where it was solved, solved within the period."""
    found = []
    early = [meeting for meeting in meetings if meeting.day <= period.last - timedelta(days=4)]
    for status, count in counts.items():
        for at in rng.choice(len(early), size=count).tolist():
            meeting, solved = early[at], None
            if status == "已解决":
                solved = min(period.last, meeting.day + timedelta(days=3 + int(rng.gamma(1.7, 12))))
            found.append(_issue(meeting, status, solved, rng))
    return found


def _left_over(meetings: Sequence[Meeting], year: Period, rng: np.random.Generator) -> list[Raised]:
    """What was raised late a year earlier and solved only this year."""
    spring = Period(year.first, date(year.first.year, 4, 30))
    return [_issue(meeting, "已解决", spring.draw(rng), rng) for meeting in meetings[-LEFT_OVER:]]


def _issue(meeting: Meeting, status: str, solved: date | None, rng: np.random.Generator) -> Raised:
    kind = str(rng.choice(list(_TOPICS), p=[0.21, 0.24, 0.15, 0.15, 0.13, 0.07, 0.05]))
    return Raised("", meeting.code, kind, str(rng.choice(_TOPICS[kind])), status, solved)


def _numbered(issues: Sequence[Raised], period: Period) -> list[Raised]:
    in_order = sorted(issues, key=lambda issue: (issue.meeting, issue.kind, issue.title))
    return [
        Raised(f"YT{period.first.year}{rank:03d}", *(one.meeting, one.kind, one.title, one.status, one.solved))
        for rank, one in enumerate(in_order, start=1)
    ]


def meeting_tables(meetings: Sequence[Meeting], issues: Sequence[Raised], city: City, as_of: date) -> list[Table]:
    """Return the sheets: the meetings of both years, what was raised, and what became of it."""
    raised = [
        Row({"会议编号": one.meeting, "议题编号": one.code, "议题类别": one.kind, "议题内容": one.title})
        for one in issues
    ]
    ends = [
        Row({"议题编号": one.code, "办理状态": one.status, "解决日期": written(one.solved, 3) or "—"}) for one in issues
    ]
    return [
        *(_sheet(meetings, city, year, as_of) for year in (as_of.year - 1, as_of.year)),
        Table(part="议题", layer="meeting_issue", title="会议议题清单", key="议题编号", rows=raised,
        merged=("会议编号",),
              columns=plain("会议编号 议题编号 议题类别 议题内容")),
        Table(part="办理情况", layer="resolution", title="议题办理情况", rows=ends,
              footer=signed(city, "基层治理办公室", as_of), columns=plain("议题编号 办理状态 解决日期")),
    ]  # fmt: skip


def _sheet(meetings: Sequence[Meeting], city: City, year: int, as_of: date) -> Table:
    own = [meeting for meeting in meetings if meeting.day.year == year]
    own.sort(key=lambda meeting: (city.compounds[meeting.compound].community, meeting.code))
    rows = [
        Row({
            **compound_cells(city, meeting.compound, "召开小区"), "会议编号": meeting.code, "会议类型": meeting.kind,
            "召开日期": meeting.day, "楼栋": meeting.building or None, "参会人数": meeting.people,
        })
        for meeting in own
    ]  # fmt: skip
    names = "所属社区 会议编号 召开小区 楼栋 会议类型 召开日期 参会人数"
    return Table(
        part=f"{year}年1-{as_of.month}月", layer="meeting", title=f"{year}年1-{as_of.month}月楼宇会、院落会召开情况",
        unit="单位：人",
        key="会议编号", columns=plain(names), rows=rows, merged=("所属社区",), by="所属社区",
        summed=("参会人数",),
    )  # fmt: skip
