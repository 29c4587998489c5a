"""Whistles that call departments into a compound, and how soon each department came and was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from etl.sample.city import City
from etl.sample.records.days import Period, at_daytime, in_words, spread
from etl.sample.records.office import compound_cells, sheet_title, signed
from etl.sample.records.table import Column, Row, Table, plain

COUNT = 168
_ON_TIME_SHARE = 0.87

# kind: (share, hours allowed, hours until it is done)
_KINDS = {"超出权限": (0.5, 72, 140), "联合执法": (0.32, 48, 60), "应急处置": (0.18, 2, 6)}
_SUBJECTS = {
    "超出权限": {
        "化粪池满溢需协调改造": "住建所", "外墙脱落需鉴定": "住建所", "供水管网老化": "自来水公司",
        "电梯故障久拖未修": "市场监管所",
        "雨污管网混接": "市政维护中心", "入户线路老化": "供电所",
    },
    "联合执法": {
        "占用消防通道联合清理": "消防救援站", "楼顶违建联合处置": "城管执法中队", "沿街餐饮油烟扰民": "市场监管所",
        "群租隐患联合检查": "派出所", "飞线充电集中整治": "供电所",
    },
    "应急处置": {
        "楼道冒烟": "消防救援站", "燃气异味": "燃气公司", "暴雨积水倒灌": "应急办", "高空坠物": "派出所",
        "围墙倾斜": "住建所",
    },
}  # fmt: skip
"""Of each kind: what it is about, and whose business that is."""
_DEPARTMENTS = tuple(sorted({department for subjects in _SUBJECTS.values() for department in subjects.values()}))
_OPENS, _CLOSES = 8, 18


@dataclass(frozen=True)
class _Answer:
    department: str
    due: datetime
    arrived: datetime | None
    closed: datetime | None


def whistle_tables(city: City, as_of: date, rng: np.random.Generator) -> list[Table]:
    """Return the sheets: the whistles of the year up to `as_of`, and the departments' answers."""
    sizes = np.array([compound.households**0.6 for compound in city.compounds])
    picks = rng.choice(len(sizes), size=COUNT, p=sizes / sizes.sum()).tolist()
    kinds, weights = list(_KINDS), [share for share, *_ in _KINDS.values()]
    last = datetime.combine(as_of, datetime.max.time())
    whistles: list[Row] = []
    answers: list[Row] = []
    for rank, (day, pick) in enumerate(zip(spread(Period.year_to(as_of), COUNT, rng), picks, strict=True), start=1):
        code, kind, blown = f"CS{as_of.year}{rank:03d}", str(rng.choice(kinds, p=weights)), at_daytime(day, rng)
        subject = str(rng.choice(list(_SUBJECTS[kind])))
        whistles.append(
            Row({
                "哨单编号": code, "哨声类型": kind, **compound_cells(city, pick, "吹哨小区"), "吹哨事项": subject,
                "吹哨时间": blown,
            })
        )  # fmt: skip
        answers += [_row(code, answer) for answer in _answers(kind, _SUBJECTS[kind][subject], blown, last, rng)]
    names = "哨单编号 哨声类型 吹哨小区 所属社区 吹哨事项 吹哨时间"
    return [
        Table(
            part="哨单", layer="whistle", title=sheet_title(city, "“三个吹哨”工作台账", as_of), key="哨单编号",
            columns=plain(names), rows=whistles, footer=signed(city, "综合行政执法队", as_of),
        ),
        Table(
            part="部门响应", layer="response", title="部门响应情况",
            columns=[
                *plain("哨单编号 响应单位 时限"), Column("时间", "到场"),
                Column("办结时间", "到场"),
            ],
            rows=answers, merged=("哨单编号",),
        ),
    ]  # fmt: skip


def _row(code: str, answer: _Answer) -> Row:
    return Row(
        {
            "哨单编号": code,
            "响应单位": answer.department,
            "时限": in_words(answer.due),
            "到场 时间": in_words(answer.arrived),
            "到场 办结时间": in_words(answer.closed),
        }
    )


def _answers(kind: str, first: str, blown: datetime, last: datetime, rng: np.random.Generator) -> list[_Answer]:
    """What each department that was called did until `last`; joint calls have several departments."""
    _, hours, work_hours = _KINDS[kind]
    others = [department for department in _DEPARTMENTS if department != first]
    more = int(rng.integers(1, 4)) if kind == "联合执法" else 0
    found = []
    for department in (first, *rng.choice(others, size=more, replace=False).tolist()):
        share = rng.uniform(0.15, 0.8) if rng.random() < _ON_TIME_SHARE else rng.uniform(1.05, 2.2)
        arrived = blown + timedelta(hours=hours * share)
        closed = arrived + timedelta(hours=float(rng.gamma(2.0, work_hours / 2)))
        if kind != "应急处置":
            arrived = _in_office_hours(arrived)
            closed = max(_in_office_hours(closed), arrived + timedelta(minutes=30))
        found.append(_Answer(department, blown + timedelta(hours=hours), _until(last, arrived), _until(last, closed)))
    return found


def _in_office_hours(moment: datetime) -> datetime:
    """The moment itself, or the morning after it where all offices are shut."""
    if moment.hour < _OPENS:
        return moment.replace(hour=_OPENS)
    return moment.replace(hour=_OPENS) + timedelta(days=1) if moment.hour >= _CLOSES else moment


def _until(last: datetime, moment: datetime) -> datetime | None:
    """The moment to the minute; None where it hasn't come yet."""
    return moment.replace(second=0, microsecond=0) if moment <= last else None
