"""Figures of safety: hazards mended and open, and the police posts that there are."""

from __future__ import annotations

from geodata.layers.field import Choice
from geodata.layers.figure import Figure, Is, IsPast, Mechanism, Recurs
from geodata.layers.police_post import KINDS
from geodata.layers.text import Text

RECURS_DAYS = 90
"""A hazard that is found so soon after one like it was closed has come back."""
_OPEN = Is("status", ("reported", "confirmed", "in_progress", "rechecking", "suspended"))


def _posts(kind: Choice) -> Figure:
    return Figure(
        key=f"posts_{kind.value}",
        mechanism=Mechanism.POLICE,
        title=kind.label,
        definition=Text(f"登记在册的{kind.label.zh}。", f"On record of the kind: {kind.label.en.lower()}."),
        unit="posts",
        layer="police_post",
        where=(Is("kind", (kind.value,)),),
    )


FIGURES = (
    Figure(
        key="hazards_found",
        mechanism=Mechanism.HAZARDS,
        title=Text("发现隐患", "Hazards found"),
        definition=Text(
            "检查时间在本期内的隐患，不论现在状态。",
            "Hazards that were found in the period, whatever their status is now.",
        ),
        unit="hazards",
        layer="hazard",
        when="in",
        date="found_on",
    ),
    Figure(
        key="hazards_recurred",
        mechanism=Mechanism.HAZARDS,
        title=Text("其中复发", "Of these, back again"),
        definition=Text(
            f"发现之前 {RECURS_DAYS} 天内，同一小区有同类隐患刚销号。",
            f"Of these, those where a hazard of the same kind at the same compound had been closed "
            f"in the {RECURS_DAYS} days before.",
        ),
        unit="hazards",
        layer="hazard",
        when="in",
        date="found_on",
        where=(Recurs("found_on", closed="closed_on", days=RECURS_DAYS, alike=("compound_id", "kind")),),
        part_of="hazards_found",
    ),
    Figure(
        key="hazards_closed",
        mechanism=Mechanism.HAZARDS,
        title=Text("整改销号", "Hazards closed"),
        definition=Text(
            "销号日期在本期内、现状态为“已销号”的隐患，不论何时发现。",
            "Hazards that were closed in the period and are closed still, whenever they were found.",
        ),
        unit="hazards",
        layer="hazard",
        when="in",
        date="closed_on",
        where=(Is("status", ("closed",)),),
    ),
    Figure(
        key="hazards_open",
        mechanism=Mechanism.HAZARDS,
        title=Text("未销号隐患", "Hazards open"),
        definition=Text(
            "现状态不是“已销号”或“不成立”的隐患。", "Hazards that are neither closed nor dismissed as things stand."
        ),
        unit="hazards",
        layer="hazard",
        where=(_OPEN,),
    ),
    Figure(
        key="hazards_overdue",
        mechanism=Mechanism.HAZARDS,
        title=Text("其中超期", "Of these overdue"),
        definition=Text("整改期限已过而未销号的隐患。", "Hazards that are open beyond the day on which they were due."),
        unit="hazards",
        layer="hazard",
        where=(_OPEN, IsPast("due_on")),
        part_of="hazards_open",
    ),
    *map(_posts, KINDS),
    Figure(
        key="posts_always",
        mechanism=Mechanism.POLICE,
        title=Text("24 小时开放", "Open round the clock"),
        definition=Text(
            "开放时间登记为全天候的警务点；白天开放的警务点不覆盖夜间。",
            "Posts whose hours on record are 24/7: one that opens by day doesn't cover the night.",
        ),
        unit="posts",
        layer="police_post",
        where=(Is("hours", ("24/7",)),),
    ),
    Figure(
        key="incidents",
        mechanism=Mechanism.POLICE,
        title=Text("警情", "Incidents"),
        definition=Text(
            "登记在册的此类月度数量，按本期内的完整月份相加；各类统计口径不同，不可相加。",
            "The numbers of this kind on record for the whole months of the period, added up. "
            "Kinds are counted by different rules: they don't add up.",
        ),
        unit="incidents",
        layer="incident_count",
        when="in",
        date="month",
        amount="incidents",
        each="kind",
    ),
)
