"""The social-work studio 星物管 and its stations: clinics, trainings and legal consultations, in figures only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from etl.sample.city import City
from etl.sample.records.days import Period, share_out, spread, written
from etl.sample.records.office import community_cells, sheet_title, signed
from etl.sample.records.table import Row, Table, plain

TRAININGS, ATTENDANCES, CONSULTATIONS = 26, 1_547, 258

# code: (name, index of its community, weekday of the clinic, every so many weeks, usual visitors, share of the
# consultations)
_STUDIOS = {
    "GZS01": ("星物管社会工作室", 0, 3, 1, 14, 0.6),
    "GZS02": ("星物管火车站服务点", 11, 1, 2, 8, 0.25),
    "GZS03": ("星物管金谷服务点", 10, 2, 2, 6, 0.15),
}
_KINDS = {"物业服务": 0.42, "婚姻家庭": 0.17, "劳动争议": 0.12, "合同债务": 0.13, "相邻关系": 0.12, "其他": 0.04}
_TOPICS = (
    "业委会运行实务", "物业服务合同要点", "楼栋长沟通技巧", "消防隐患辨识",
    "矛盾纠纷调解方法", "公共收益管理与公示", "维修资金使用流程", "社区老年人照护",
    "电动自行车安全", "防诈骗宣讲要点", "志愿服务组织", "应急避险与急救",
    "民法典相邻关系",
)  # fmt: skip


def studio_tables(city: City, as_of: date, rng: np.random.Generator) -> list[Table]:
    """Return the sheets: studios, clinic sessions, trainings, consultations of the year up to `as_of`."""
    year = Period.year_to(as_of)
    return [
        Table(
            part="工作室", layer="studio", title=sheet_title(city, "星物管社会工作室一览表", as_of), key="工作室编号",
            columns=plain("工作室编号 工作室名称 所属社区 社区代码 地址 开放时间 电话 成立时间"),
            rows=_studios(city),
        ),
        Table(
            part="坐诊", layer="clinic_session", title="工作室坐诊登记", unit="单位：人次", key="坐诊编号",
            columns=plain("坐诊编号 工作室编号 坐诊日期 接待人次"),
            rows=_clinics(year, rng), summed=("接待人次",),
        ),
        Table(
            part="培训", layer="training", title="专题培训登记", unit="单位：人次", key="培训编号",
            columns=plain("培训编号 工作室编号 培训日期 培训主题 参训人次"),
            rows=_trainings(year, rng), summed=("参训人次",), footer=signed(city, "社会工作办公室", as_of),
        ),
        Table(
            part="法律咨询", layer="consultation", title="法律咨询登记（不记咨询对象）", key="咨询编号",
            columns=plain("工作室编号 咨询编号 咨询日期 法律咨询类别"),
            rows=_consultations(year, rng), merged=("工作室编号",),
        ),
    ]  # fmt: skip


def _studios(city: City) -> list[Row]:
    founded = (date(2022, 5, 20), date(2023, 9, 1), date(2024, 3, 5))
    return [
        Row({
            "工作室编号": code, "工作室名称": city.district.localised(name), **community_cells(city, community),
            "地址": f"{city.district.communities[community][1]}党群服务中心",
            "开放时间": "周一至周五 9:00-17:00", "电话": f"0738-{city.district.exchange}{810 + rank}", "成立时间": day,
        })
        for rank, ((code, (name, community, *_)), day) in enumerate(zip(_STUDIOS.items(), founded, strict=True))
    ]  # fmt: skip


def _clinics(year: Period, rng: np.random.Generator) -> list[Row]:
    sessions = [
        (day, code, max(1, int(rng.poisson(visitors))))
        for code, (_, _, weekday, every, visitors, _) in _STUDIOS.items()
        for day in year.workdays(weekday, every)
    ]
    return [
        Row({"坐诊编号": f"ZZ{rank:03d}", "工作室编号": code, "坐诊日期": written(day, 3), "接待人次": count})
        for rank, (day, code, count) in enumerate(sorted(sessions), start=1)
    ]


def _trainings(year: Period, rng: np.random.Generator) -> list[Row]:
    people = share_out(ATTENDANCES, rng.uniform(0.6, 1.5, TRAININGS).tolist(), rng, least=18)
    days = spread(year, TRAININGS, rng)
    return [
        Row({
            "培训编号": f"PX{rank:02d}", "工作室编号": _pick_studio(rng), "培训日期": day,
            "培训主题": _TOPICS[(rank * 5) % len(_TOPICS)], "参训人次": count,
        })
        for rank, (day, count) in enumerate(zip(days, people, strict=True), start=1)
    ]  # fmt: skip


def _consultations(year: Period, rng: np.random.Generator) -> list[Row]:
    shares = [share for *_, share in _STUDIOS.values()]
    counts = share_out(CONSULTATIONS, shares, rng, least=10)
    kinds, weights = list(_KINDS), list(_KINDS.values())
    found: list[Row] = []
    for code, count in zip(_STUDIOS, counts, strict=True):
        for day in spread(year, count, rng):
            cells = {"工作室编号": code, "咨询编号": f"ZX{len(found) + 1:04d}", "咨询日期": written(day, 0)}
            found.append(Row({**cells, "法律咨询类别": str(rng.choice(kinds, p=weights))}))
    return found


def _pick_studio(rng: np.random.Generator) -> str:
    codes: Sequence[str] = list(_STUDIOS)
    return str(rng.choice(codes, p=[0.7, 0.2, 0.1]))
