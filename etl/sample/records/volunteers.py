"""Volunteer brands, their teams and what these did in the compounds; members are numbers, never names."""

from __future__ import annotations

from datetime import date

import numpy as np

from etl.sample.city import City
from etl.sample.names import STREET_NAME
from etl.sample.records.days import Period, spread, written
from etl.sample.records.office import community_cells, compound_cells, sheet_title, signed
from etl.sample.records.table import Row, Table, plain

BRANDS, TEAMS, ACTIVITIES = 9, 25, 582
_HALL_SHARE = 0.08
_IDLE_SHARE = 0.2
_BRANDS = ("红哨先锋", "星光夜巡", "夕阳护航", "童心课堂", "绿邻行动", "铁路邻里", "巧手便民", "法润乐坪", "邻里食堂")
_KINDS = {"平安巡防": 0.3, "关爱帮扶": 0.2, "环境清洁": 0.24, "宣传教育": 0.12, "文体活动": 0.1, "其他": 0.04}


def volunteer_tables(city: City, as_of: date, rng: np.random.Generator) -> list[Table]:
    """Return the sheets: brands, teams, and the activities of the year up to `as_of`."""
    brands = [f"PP{rank}" for rank in range(1, BRANDS + 1)]
    founded = Period(date(2019, 5, 1), date(as_of.year - 1, 6, 30))
    brand_rows = [
        Row({
            "品牌编号": code, "品牌名称": f"“{_local(city, name)}”", "创建时间": written(founded.draw(rng), 2),
            # Some brands belong to the sub-district as a whole.
            **(community_cells(city, int(rng.integers(12))) if rank % 3 else {"所属社区": "—"}),
        })
        for rank, (code, name) in enumerate(zip(brands, _BRANDS, strict=True))
    ]  # fmt: skip
    homes = [number % len(city.district.communities) for number in range(TEAMS)]
    owners = sorted([*brands, *rng.choice(brands, size=TEAMS - BRANDS).tolist()])
    later = Period(date(2020, 1, 1), date(as_of.year, 2, 28))
    team_rows = [
        Row({
            "品牌编号": owner, "队伍编号": f"ZYD{rank:02d}",
            "队伍名称": f"{city.district.communities[home][1][:-2]}{_local(city, _BRANDS[brands.index(owner)])}队",
            **community_cells(city, home), "成立时间": later.draw(rng), "队员人数": int(rng.integers(9, 46)),
        })
        for rank, (owner, home) in enumerate(zip(owners, homes, strict=True), start=1)
    ]  # fmt: skip
    return [
        Table(part="志愿品牌", layer="brand", title=sheet_title(city, "志愿服务品牌", as_of), key="品牌编号",
              rows=brand_rows,
              columns=plain("品牌编号 品牌名称 所属社区 社区代码 创建时间")),
        Table(part="志愿队伍", layer="volunteer_team", title="志愿服务队伍", unit="单位：人", key="队伍编号",
        rows=team_rows,
              columns=plain("品牌编号 队伍编号 队伍名称 所属社区 社区代码 成立时间 队员人数"),
              merged=("品牌编号",), summed=("队员人数",)),
        Table(part="志愿活动", layer="activity", title="志愿服务活动记录", key="活动编号",
              columns=plain("活动编号 队伍编号 活动类别 活动小区 所属社区 活动日期 参与人次"),
              rows=_activities(city, as_of, homes, rng), footer=signed(city, "新时代文明实践所", as_of)),
    ]  # fmt: skip


def _local(city: City, brand: str) -> str:
    """A brand's name with the district's in it where Leping's is."""
    return brand.replace(STREET_NAME[:2], city.district.name[:2])


def _activities(city: City, as_of: date, homes: list[int], rng: np.random.Generator) -> list[Row]:
    """The activities: each in a compound of the team's own community as a rule, some in a hall."""
    count = len(city.compounds)
    liking = rng.gamma(0.9, 1.0, count) + 0.05
    liking[rng.choice(count, size=round(count * _IDLE_SHARE), replace=False)] = 0.004
    kinds, weights = list(_KINDS), list(_KINDS.values())
    found = []
    for rank, day in enumerate(spread(Period.year_to(as_of), ACTIVITIES, rng), start=1):
        team = int(rng.integers(TEAMS))
        is_home = np.array([compound.community == homes[team] for compound in city.compounds])
        scores = liking * np.where(is_home, 12.0, 1.0)
        pick = int(rng.choice(count, p=scores / scores.sum()))
        named = compound_cells(city, pick, "活动小区", by_alias=bool(rng.random() < 0.1))
        if rng.random() < _HALL_SHARE:
            named = {"活动小区": None, "所属社区": city.district.communities[homes[team]][1]}
        found.append(
            Row({
                "活动编号": f"HD{rank:04d}", "队伍编号": f"ZYD{team + 1:02d}", "活动类别": str(rng.choice(kinds,
                p=weights)),
                **named, "活动日期": written(day, 0 if rank % 3 else 3), "参与人次": int(rng.integers(4, 40)),
            })
        )  # fmt: skip
    return found
