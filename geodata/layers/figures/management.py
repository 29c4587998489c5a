"""Figures of how compounds are looked after: grades of property companies, three-nos, modes, platforms."""

from __future__ import annotations

from geodata.layers.figure import Figure, Is, Mechanism, Was
from geodata.layers.property_company import GRADES
from geodata.layers.text import Text

_THREE_NOS = tuple(Is(name, (True,)) for name in ("lacks_manager", "lacks_authority", "lacks_guards"))
_SAME_WORK = ("property_company_id", "compound_id", "scheme")


def _grade(value: str) -> Figure:
    return Figure(
        key=f"grade_{value.lower()}",
        mechanism=Mechanism.PROPERTY,
        title=next(choice.label for choice in GRADES if choice.value == value),
        definition=Text(f"本期内评为 {value} 的评级。", f"Grades {value} given in the period."),
        unit="grades",
        layer="assessment",
        when="in",
        date="assessed_on",
        where=(Is("grade", (value,)),),
    )


def _moved(before: str, after: str) -> Figure:
    return Figure(
        key=f"from_{before.lower()}_to_{after.lower()}",
        mechanism=Mechanism.PROPERTY,
        title=Text(f"由 {before} 到 {after}", f"From {before} to {after}"),
        definition=Text(
            f"本期内评为 {after}，且同一企业、同一小区、同一办法的上一次评级为 {before}；更换企业的小区不算。",
            f"Grades {after} given in the period where the same company's last grade for the same compound by the same "
            f"scheme was {before}; a compound with a new company isn't one.",
        ),
        unit="grades",
        layer="assessment",
        when="in",
        date="assessed_on",
        where=(Is("grade", (after,)), Was("grade", before, _SAME_WORK)),
    )


def _mode(value: str, title: Text) -> Figure:
    return Figure(
        key=f"mode_{value}",
        mechanism=Mechanism.THREE_NOS,
        title=title,
        definition=Text("期末按此模式管理的小区。", "Compounds that were run so on the last day."),
        unit="compounds",
        layer="management_mode",
        when="on",
        where=(Is("mode", (value,)),),
        distinct="compound",
    )


MOVES = tuple(_moved(before.value, after.value) for before in GRADES for after in GRADES)
"""From each grade to each, by the grade before and then by the grade after."""

FIGURES = (
    *(_grade(choice.value) for choice in GRADES),
    *MOVES,
    Figure(
        key="companies_replaced",
        mechanism=Mechanism.PROPERTY,
        title=Text("更换物业企业", "Companies replaced"),
        definition=Text(
            "本期内因“更换”而结束的物业服务合同。", "Engagements that ended in the period because they were replaced."
        ),
        unit="engagements",
        layer="engagement",
        when="in",
        date="ends_on",
        where=(Is("end_reason", ("replaced",)),),
    ),
    Figure(
        key="compounds_engaged",
        mechanism=Mechanism.PROPERTY,
        title=Text("有物业服务的小区", "Compounds with a company"),
        definition=Text(
            "期末有物业服务合同的小区，每个小区只计一次。", "Compounds with an engagement on the last day, each once."
        ),
        unit="compounds",
        layer="engagement",
        when="on",
        distinct="compound",
    ),
    Figure(
        key="three_nos",
        mechanism=Mechanism.THREE_NOS,
        title=Text("三无小区", "Three-nos compounds"),
        definition=Text(
            "期末同时无物业管理、无主管部门、无人防物防的小区。",
            "Compounds that lacked manager, authority and guards all at once on the last day.",
        ),
        unit="compounds",
        layer="compound_status",
        when="on",
        where=_THREE_NOS,
        distinct="compound",
    ),
    Figure(
        key="three_nos_left",
        mechanism=Mechanism.THREE_NOS,
        title=Text("摘帽小区", "Left three-nos"),
        definition=Text("三无状况在本期内结束的小区。", "Compounds of which the three-nos status ended in the period."),
        unit="compounds",
        layer="compound_status",
        when="in",
        date="ends_on",
        where=_THREE_NOS,
        distinct="compound",
    ),
    _mode("professional", Text("专业托管", "Run by a company")),
    _mode("self", Text("自筹自管", "Run by residents")),
    _mode("grid", Text("网格微管", "Run by the grid")),
    _mode("none", Text("无人管理", "Run by nobody")),
    Figure(
        key="platform_live",
        mechanism=Mechanism.PLATFORM,
        title=Text("已上线小区", "Compounds live"),
        definition=Text("数字平台状态为“已上线”的小区。", "Compounds whose link to a platform is live."),
        unit="compounds",
        layer="platform_link",
        where=(Is("status", ("live",)),),
        distinct="compound",
    ),
)
