"""Micro-projects: small improvements in compounds, and who pays how much for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from shapely.geometry import Point

from etl.sample.city import City
from etl.sample.posts import compound_points

COUNT, WITH_PUBLIC_INCOME = 307, 36
FUNDERS = ("街道统筹", "物业让利", "居民自筹", "社会赞助", "公共收益")

# kind: (weights in yards, old areas, slabs, towers; usual cost in yuan; titles)
_KINDS: Mapping[str, tuple[tuple[float, float, float, float], tuple[int, int], tuple[str, ...]]] = {
    "充电设施": ((9, 7, 9, 8), (18_000, 90_000), ("新增电动车充电桩", "建设充电车棚", "充电棚消防改造")),
    "道路": ((6, 8, 6, 2), (20_000, 160_000), ("路面硬化修补", "人行道翻修", "消防通道划线拓宽")),
    "管网": ((6, 8, 5, 2), (15_000, 180_000), ("化粪池清掏改造", "雨污管道疏通", "给水管更换")),
    "照明": ((5, 6, 3, 2), (6_000, 40_000), ("太阳能路灯安装", "楼道灯更新")),
    "停车": ((2, 1, 6, 4), (10_000, 80_000), ("停车位划线", "非机动车棚改造")),
    "绿化": ((2, 2, 5, 4), (8_000, 60_000), ("绿地补植", "口袋花园建设")),
    "加装电梯": ((2, 0, 3, 0), (420_000, 560_000), ("既有住宅加装电梯",)),
    "其他": ((3, 4, 3, 3), (5_000, 50_000), ("晾晒架安装", "健身角建设", "门禁改造", "垃圾分类亭")),
}
_COLUMN = {"unit_yard": 0, "old_open": 1, "slab_estate": 2, "tower": 3}


@dataclass(frozen=True)
class Funding:
    """What one funder plans, has handed over and what of it is spent, whole yuan; planned >= received >= spent."""

    planned: int
    received: int
    spent: int


@dataclass(frozen=True)
class Project:
    """One row of the project ledger."""

    code: str
    name: str
    kind: str
    compound: int
    status: str
    started: date | None
    finished: date | None
    households: int
    funding: Mapping[str, Funding]
    place: Point


def plan_projects(city: City, as_of: date, rng: np.random.Generator) -> list[Project]:
    """Return the ledger: COUNT projects, WITH_PUBLIC_INCOME of them paid in part by a compound's own income."""
    sizes = np.array([compound.households**0.6 for compound in city.compounds])
    picks = sorted(int(pick) for pick in rng.choice(len(sizes), size=COUNT, p=sizes / sizes.sum()))
    points = compound_points(city, picks, rng)
    managed = [number for number, pick in enumerate(picks) if city.compounds[pick].company]
    with_income = {int(number) for number in rng.choice(managed, size=WITH_PUBLIC_INCOME, replace=False)}
    titles: set[str] = set()
    found = []
    for number, pick in enumerate(picks):
        compound = city.compounds[pick]
        kind, cost, words = _kind(compound.kind, rng)
        status = str(rng.choice(["计划", "实施中", "已完工"], p=[0.12, 0.18, 0.70]))
        started, finished = _dates(status, as_of, rng)
        found.append(
            Project(
                code=f"WSS2025{number + 1:04d}",
                name=_title(f"{compound.name}{words}", titles),
                kind=kind,
                compound=pick,
                status=status,
                started=started,
                finished=finished,
                households=max(8, int(compound.households * rng.uniform(0.2, 1.0))),
                funding=_funding(cost, status, bool(compound.company), number in with_income, rng),
                place=points[number],
            )
        )
    return found


def _title(words: str, taken: set[str]) -> str:
    """The title, with a phase where the compound had the same before."""
    phases = ("", "（二期）", "（三期）", "（四期）", "（五期）", "（六期）", "（七期）", "（八期）")
    title = next(f"{words}{phase}" for phase in phases if f"{words}{phase}" not in taken)
    taken.add(title)
    return title


def _kind(compound_kind: str, rng: np.random.Generator) -> tuple[str, int, str]:
    weights = np.array([weights[_COLUMN[compound_kind]] for weights, _, _ in _KINDS.values()], dtype=np.float64)
    kind = str(rng.choice(list(_KINDS), p=weights / weights.sum()))
    _, (low, high), words = _KINDS[kind]
    return kind, int(rng.integers(low // 100, high // 100 + 1)) * 100, str(rng.choice(words))


def _dates(status: str, as_of: date, rng: np.random.Generator) -> tuple[date | None, date | None]:
    if status == "计划":
        return None, None
    if status == "实施中":
        return as_of - timedelta(days=int(rng.integers(3, 75))), None
    finished = as_of - timedelta(days=int(rng.integers(2, 285)))
    return finished - timedelta(days=int(rng.integers(6, 60))), finished


def _funding(
    cost: int, status: str, is_managed: bool, has_income: bool, rng: np.random.Generator
) -> dict[str, Funding]:
    """The funders' shares of a cost, in whole hundreds of yuan."""
    shares = {"街道统筹": float(rng.uniform(0.4, 1.0))}
    if is_managed and rng.random() < 0.4:
        shares["物业让利"] = float(rng.uniform(0.1, 0.4))
    if rng.random() < 0.45:
        shares["居民自筹"] = float(rng.uniform(0.1, 0.5))
    if rng.random() < 0.15:
        shares["社会赞助"] = float(rng.uniform(0.05, 0.3))
    if has_income:
        shares["公共收益"] = float(rng.uniform(0.15, 0.6))
    total, rest, found = sum(shares.values()), cost, {}
    for funder in FUNDERS:
        if funder not in shares:
            continue
        is_last = all(other not in shares for other in FUNDERS[FUNDERS.index(funder) + 1 :])
        planned = rest if is_last else max(100, int(cost * shares[funder] / total) // 100 * 100)
        rest -= planned
        found[funder] = _paid(planned, status, rng)
    return found


def _paid(planned: int, status: str, rng: np.random.Generator) -> Funding:
    if status == "计划":
        return Funding(planned, 0, 0)
    if status == "实施中":
        received = int(planned * rng.uniform(0.4, 1.0)) // 100 * 100
        return Funding(planned, received, int(received * rng.uniform(0.1, 0.9)))
    return Funding(planned, planned, int(planned * rng.uniform(0.9, 1.0)))
