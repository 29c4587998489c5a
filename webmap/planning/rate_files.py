"""The numbers behind the maps of rates and of hot spots as tables to take away, and what they are."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from geodata.analyses.hotspots import HAZARDS, OPEN, Spots, frame_of_spots
from geodata.analyses.rates import COVERAGE, Rates, frame_of_rates
from geodata.layers.text import Text
from webmap.planning.rate_words import column_said, heads, question_said
from webmap.planning.table_files import Column, about_answer, table_file
from webmap.wording import Wording

NAME, CODE, PERIOD, COUNT = Text("名称", "Name"), Text("编号", "Code"), Text("时段", "Period"), Text("数量", "Count")
HOUSEHOLDS, RESIDENTS = Text("户数", "Households"), Text("居民", "Residents")
WHAT, NEAR = Text("统计内容", "Of what"), Text("邻近距离", "Neighbours within")
HOW = Text("计算条件", "How it was asked")
PER, BREAKS = Text("比较", "Compared"), Text("分级", "Classes")
RATES, SPOTS = Text("各区域比率", "Areas by rate"), Text("热点", "Hot spots")
MEASURES = {
    OPEN: Text("未销号隐患", "Open hazards"),
    HAZARDS: Text("某一时期发现的隐患", "Hazards found in a period"),
    COVERAGE: Text("可达人口", "People within reach"),
}
TOLD = {
    "rate": Text("有比率", "has a rate"),
    "few": Text("数量过少", "too few"),
    "withheld": Text("不公布", "withheld"),
    "unknown": Text("未知", "not known"),
}
STANDS_OUT = {
    "hot": Text("热点", "hot spot"),
    "cold": Text("冷点", "cold spot"),
    "none": Text("与随机无明显差别", "no more or fewer than chance would have"),
    "withheld": TOLD["withheld"],
}
_SPOTS = (
    Column("name", NAME),
    Column("found", Text("结论", "What was found"), words=STANDS_OUT),
    Column("count", COUNT),
    Column("households", HOUSEHOLDS),
    Column("ratio", Text("为其余地点的倍数", "Times the rate of all others"), "0.00"),
    Column("low", Text("倍数下限（95%）", "At least (95%)"), "0.00"),
    Column("high", Text("倍数上限（95%）", "At most (95%)"), "0.00"),
    Column("z", Text("z 值", "z"), '+0.00;"−"0.00;0.00'),
    Column("q", Text("q 值（错误发现率）", "q (false discovery rate)"), "0.000"),
    Column("code", CODE),
)


def rates_file(found: Rates, ending: str, language: str) -> bytes:
    """Return rates as a file: every area in every period.

    Args:
        found: the rates.
        ending: one of those of tables.
        language: "zh-CN" or "en", of a workbook's words.
    """
    is_share, wording = found.what == COVERAGE, Wording(language)
    said = {str(column): column_said(column, wording) for column in found.columns}
    periods = {key: Text(words, words) for key, words in said.items()}
    number = "0.0%" if is_share else "0.00"
    counted = heads(found)[1] if is_share else ""
    base = Text(counted, counted) if is_share else HOUSEHOLDS if found.what == HAZARDS else RESIDENTS
    columns = (
        Column("period", PERIOD, words=periods),
        Column("name", NAME),
        Column("rate", Text("占比", "Share") if is_share else Text("比率", "Rate"), number),
        Column("rate_low", Text("下限（95%）", "At least (95%)"), number),
        Column("rate_high", Text("上限（95%）", "At most (95%)"), number),
        Column("count", Text("可达", "Within reach") if is_share else COUNT),
        Column("base", base),
        Column("class", Text("级别", "Class"), "0"),
        Column("told", Text("说明", "Told"), words=TOLD),
        Column("code", CODE),
    )
    bounds = [f"{each:.0%}" if is_share else f"{each:g}" for each in found.breaks]
    classes = [f"1: <{bounds[0]}", *(f"{n}: {low}–{high}" for n, (low, high) in enumerate(pairwise(bounds), start=2))]
    how = [[HOW.get(language), question_said(found, wording)]] if is_share else []
    asked = [
        [WHAT.get(language), _measure(found.what, language)],
        *how,
        [BREAKS.get(language), "; ".join([*classes, f"{len(bounds) + 1}: ≥{bounds[-1]}"])],
    ]
    about = about_answer(found.settings, asked, found.receipt, language)
    return table_file(frame_of_rates(found), ending, title=RATES, about=about, heads=columns, language=language)


def spots_file(found: Spots, ending: str, language: str) -> bytes:
    """Return hot spots as a file, as the page lists them: every place with what was found, no more than the map tells.

    Args:
        found: the hot spots.
        ending: one of those of tables.
        language: "zh-CN" or "en", of a workbook's words.
    """
    frame = pd.DataFrame(frame_of_spots(found).drop(columns="geometry"))
    if ending == ".xlsx":
        of_all = zip(found.found.is_hot, found.found.is_cold, found.is_withheld, strict=True)
        frame["found"] = [
            "hot" if hot else "cold" if cold else "withheld" if hid else "none" for hot, cold, hid in of_all
        ]
    frame = frame.iloc[_as_listed(found)]
    about = about_answer(found.settings, _asked(found, language), found.receipt, language)
    return table_file(frame, ending, title=SPOTS, about=about, heads=_SPOTS, language=language)


def _as_listed(found: Spots) -> list[int]:
    """Return hot places, cold ones, and all others: the most at first, withheld ones by their code alone."""
    hot, cold = found.found.is_hot, found.found.is_cold
    rest = np.flatnonzero(~(hot | cold))
    seen = np.where(found.is_withheld, -1, found.values)
    return [
        *found.order(hot), *found.order(cold), *sorted(rest.tolist(), key=lambda n: (-seen[n], found.codes[n])),
    ]  # fmt: skip


def _asked(found: Spots, language: str) -> Iterable[list[Any]]:
    yield [WHAT.get(language), _measure(found.what, language)]
    if found.period is not None:
        yield [PERIOD.get(language), str(found.period).replace("..", " – ")]
    yield [NEAR.get(language), Text(f"{found.radius_m:g} 米", f"{found.radius_m:g} m").get(language)]
    by = Text("数量", "counts") if found.households is None else Text("每户比率", "rates by household")
    yield [PER.get(language), by.get(language)]


def _measure(what: str, language: str) -> str:
    """Return what is counted, in words; a kind of incidents is called as its table calls it."""
    return MEASURES[what].get(language) if what in MEASURES else what
