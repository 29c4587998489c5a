"""Safety hazards with their whole life in dates, clustered where each kind would be found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from shapely.geometry import Point

from etl.sample.city import City
from etl.sample.posts import compound_points

CLOSED, OPEN = 466, 62
_FIRST_DAY = date(2025, 1, 2)

# kind: (weight in yards, old areas, slabs, towers; department; things seen)
_KINDS: Mapping[str, tuple[tuple[float, float, float, float], str, tuple[str, ...]]] = {
    "消防通道堵塞": (
        (6, 3, 14, 7),
        "街道消安委办",
        ("楼下消防通道被车辆占用", "消防登高场地堆放杂物", "消防通道标线磨损不清"),
    ),
    "飞线充电": ((13, 14, 5, 1), "社区居委会", ("楼外墙私拉电线充电", "单元门口飞线充电", "线缆从窗口垂下充电")),
    "电动自行车楼道停放/充电": (
        (9, 8, 9, 7),
        "社区居委会",
        ("楼道内停放多辆电动车", "一楼门厅违规充电", "楼梯间停放电动车"),
    ),
    "消防设施损坏": (
        (3, 2, 8, 10),
        "消防救援大队",
        ("室内消火栓无水", "灭火器过期", "应急照明灯不亮", "防火门闭门器损坏"),
    ),
    "燃气": ((4, 5, 3, 1), "燃气公司", ("燃气立管锈蚀", "燃气表箱门缺失", "餐饮门店软管老化")),
    "电气线路": ((7, 8, 3, 1), "供电公司", ("入户线老化裸露", "配电箱未上锁", "线路杂乱垂落")),
    "电梯": ((0, 0, 1, 9), "市场监管所", ("电梯困人报警失灵", "电梯平层不准", "电梯按钮损坏")),
    "外墙/广告牌脱落": ((3, 2, 4, 9), "住建部门", ("外墙瓷砖空鼓脱落", "广告牌固定松动", "阳台板露筋")),
    "高空抛物": ((0, 0, 1, 5), "物业服务企业", ("楼下发现高空坠落物", "空调外机支架锈蚀")),
    "房屋结构": ((3, 6, 1, 0), "住建部门", ("砖墙开裂", "楼板渗水剥落", "屋面塌陷")),
    "边坡/内涝": ((1, 2, 2, 1), "街道应急办", ("雨后积水较深", "挡土墙开裂", "排水沟淤堵")),
    "井盖/路面/管网": ((5, 7, 7, 3), "市政维护中心", ("井盖破损", "路面塌陷", "污水管堵塞外溢", "雨水箅子缺失")),
    "照明": ((4, 4, 3, 1), "市政维护中心", ("路灯不亮", "楼道灯损坏")),
    "门禁监控缺失": ((5, 6, 3, 1), "物业服务企业", ("单元门禁失灵", "出入口监控缺失")),
    "违建": ((2, 4, 2, 1), "城管执法中队", ("楼顶搭建彩钢棚", "占用公共绿地搭建")),
    "人员密集场所": ((1, 1, 2, 2), "街道应急办", ("沿街门店安全出口上锁", "培训场所疏散通道被占")),
    "其他": ((1, 1, 1, 1), "社区居委会", ("健身器材松动", "围墙倾斜")),
}
# How often something is wrong, against a managed compound of the same size.
_UNMANAGED, _THREE_NOS, _LEFT = 2.1, 6.0, 0.3
_COLUMN = {"unit_yard": 0, "old_open": 1, "slab_estate": 2, "tower": 3}


@dataclass(frozen=True)
class Hazard:
    """One row of the hazard ledger; a step that hasn't happened yet has no date."""

    code: str
    kind: str
    level: str
    description: str
    compound: int
    department: str
    found: date
    confirmed: date | None
    dispatched: date | None
    due: date | None
    rectified: date | None
    rechecked: date | None
    closed: date | None
    status: str
    place: Point

    @property
    def event_count(self) -> int:
        """How many steps of its life have happened; a deadline is none."""
        steps = (self.found, self.confirmed, self.dispatched, self.rectified, self.rechecked, self.closed)
        return sum(step is not None for step in steps)


def find_hazards(city: City, exits: Mapping[int, date], as_of: date, rng: np.random.Generator) -> list[Hazard]:
    """Return the ledger up to `as_of`, the oldest first: CLOSED closed hazards and OPEN open ones.

    Args:
        city: the town.
        exits: the day on which a compound stopped being 三无,
        by the compound's index: from then on less is wrong there.
        as_of: the last day.
        rng: what to draw from.
    """
    total = CLOSED + OPEN
    lives = [_closed_life(as_of, rng) for _ in range(CLOSED)]
    lives += [_open_life(as_of, number, rng) for number in range(OPEN)]
    picks = _picks(city, exits, [life.found for life in lives], rng)
    points = compound_points(city, picks, rng)
    order = sorted(range(total), key=lambda number: (lives[number].found, number))
    found = []
    for rank, number in enumerate(order, start=1):
        life, pick = lives[number], picks[number]
        kind = _kind(city.compounds[pick].kind, rng)
        _, department, seen = _KINDS[kind]
        found.append(
            Hazard(
                code=f"YH2025{rank:04d}",
                kind=kind,
                level="重大" if life.is_major else "一般",
                description=f"{int(rng.integers(1, 1 + len(city.compounds[pick].layout.houses)))}栋{rng.choice(seen)}",
                compound=pick,
                department=department,
                found=life.found,
                confirmed=life.confirmed,
                dispatched=life.dispatched,
                due=life.due,
                rectified=life.rectified,
                rechecked=life.rechecked,
                closed=life.closed,
                status=life.status,
                place=points[number],
            )
        )
    return found


def _picks(city: City, exits: Mapping[int, date], days: Sequence[date], rng: np.random.Generator) -> list[int]:
    """The compound of each hazard: larger ones more often, and those that nobody looks after."""
    sizes = np.array([compound.households**0.75 for compound in city.compounds])
    managed = np.array([1.0 if compound.company else _UNMANAGED for compound in city.compounds])
    ends = np.array([exits.get(number, date.min).toordinal() for number in range(len(sizes))])
    picks = []
    for day in days:
        neglect = np.where(ends == date.min.toordinal(), managed, np.where(day.toordinal() < ends, _THREE_NOS, _LEFT))
        weights = sizes * neglect
        picks.append(int(rng.choice(len(sizes), p=weights / weights.sum())))
    return picks


@dataclass(frozen=True)
class _Life:
    status: str
    is_major: bool
    found: date
    confirmed: date | None = None
    dispatched: date | None = None
    due: date | None = None
    rectified: date | None = None
    rechecked: date | None = None
    closed: date | None = None


def _kind(compound_kind: str, rng: np.random.Generator) -> str:
    weights = np.array([weights[_COLUMN[compound_kind]] for weights, _, _ in _KINDS.values()], dtype=np.float64)
    return str(rng.choice(list(_KINDS), p=weights / weights.sum()))


def _days(low: int, high: int, rng: np.random.Generator) -> timedelta:
    """A number of days, both ends included."""
    return timedelta(days=int(rng.integers(low, high + 1)))


def _closed_life(as_of: date, rng: np.random.Generator) -> _Life:
    """A hazard found in time to be closed before `as_of`; one in eight was mended late."""
    is_major = bool(rng.random() < 0.05)
    while True:
        found = _FIRST_DAY + _days(0, (as_of - _FIRST_DAY).days - 6, rng)
        confirmed = found + _days(0, 1, rng)
        dispatched = confirmed + _days(0, 2, rng)
        allowed = timedelta(days=30 if is_major else int(rng.choice([3, 7, 7, 10, 15])))
        late = _days(1, 9, rng) if rng.random() < 0.12 else timedelta(0)
        rectified = dispatched + (allowed + late if late else _days(1, allowed.days, rng))
        rechecked = rectified + _days(0, 4, rng)
        closed = rechecked + _days(0, 3, rng)
        if closed <= as_of:
            due = dispatched + allowed
            return _Life("已销号", is_major, found, confirmed, dispatched, due, rectified, rechecked, closed)


def _open_life(as_of: date, number: int, rng: np.random.Generator) -> _Life:
    """By turns: just reported, confirmed, overdue, being mended in time, awaiting the re-check."""
    is_major = bool(rng.random() < 0.12)
    if number < 12:
        found = as_of - _days(0, 6, rng)
        if number < 6:
            return _Life("上报", is_major, found)
        return _Life("立案", is_major, found, min(as_of, found + _days(0, 1, rng)))
    if number < 32:
        found = as_of - _days(25, 130, rng)
        dispatched = found + _days(1, 3, rng)
        return _Life("整改中", is_major, found, found, dispatched, dispatched + _days(7, 18, rng))
    if number < 52:
        found = as_of - _days(4, 16, rng)
        dispatched = found + _days(0, 2, rng)
        return _Life("整改中", is_major, found, found, dispatched, as_of + _days(1, 16, rng))
    found = as_of - _days(9, 22, rng)
    dispatched = found + _days(0, 2, rng)
    rectified = as_of - _days(0, 5, rng)
    return _Life("待复查", is_major, found, found, dispatched, rectified + _days(0, 6, rng), rectified)
