"""Figures of what is done for compounds and by whom: micro-projects, studios, volunteers."""

from __future__ import annotations

from geodata.layers.field import Choice
from geodata.layers.figure import ChildKnows, Figure, Is, Known, Mechanism, Ratio
from geodata.layers.micro_project import SOURCES
from geodata.layers.text import Text

QUIET_DAYS = 90
"""Compounds in which nothing was done for so long are told apart."""


def _paid_by(source: Choice) -> Figure:
    return Figure(
        key=f"projects_of_{source.value}",
        mechanism=Mechanism.PROJECTS,
        title=source.label,
        definition=Text(
            f"资金来源含“{source.label.zh}”的微实事；来源可有多个，各项不可相加。",
            f"With money from: {source.label.en.lower()}. Sources overlap: they don't add up.",
        ),
        unit="projects",
        layer="funding_line",
        where=(Is("funder", (source.value,)),),
        distinct="micro_project",
        part_of="projects",
    )


FIGURES = (
    Figure(
        key="projects",
        mechanism=Mechanism.PROJECTS,
        title=Text("微实事", "Micro-projects"),
        definition=Text("登记在册的微实事，含计划中的。", "Micro-projects on record, planned ones too."),
        unit="projects",
        layer="micro_project",
    ),
    Figure(
        key="projects_started",
        mechanism=Mechanism.PROJECTS,
        title=Text("开工", "Started"),
        definition=Text("开工日期在本期内的微实事。", "Micro-projects that were started in the period."),
        unit="projects",
        layer="micro_project",
        when="in",
        date="started_on",
    ),
    Figure(
        key="projects_done",
        mechanism=Mechanism.PROJECTS,
        title=Text("完工", "Finished"),
        definition=Text(
            "完工日期在本期内、状态为“已完工”的微实事。",
            "Micro-projects that were finished in the period, and are done.",
        ),
        unit="projects",
        layer="micro_project",
        when="in",
        date="finished_on",
        where=(Is("status", ("done",)),),
    ),
    Figure(
        key="cost_per_household",
        mechanism=Mechanism.PROJECTS,
        title=Text("户均花费", "Spent per household"),
        definition=Text(
            "完工日期在本期内、已登记支出和受益户数的微实事：支出合计除以受益户数合计。",
            "Of micro-projects that were finished in the period, with what was spent and the households served on "
            "record: all that was spent by all households served.",
        ),
        unit="yuan",
        layer="micro_project",
        when="in",
        date="finished_on",
        where=(Is("status", ("done",)), Known("households"), ChildKnows("spent", child="funding_line")),
        measure=Ratio(child="funding_line", amount="spent", per="households"),
    ),
    *map(_paid_by, SOURCES),
    Figure(
        key="disputes",
        mechanism=Mechanism.STUDIO,
        title=Text("受理纠纷", "Disputes brought"),
        definition=Text("受理日期在本期内的纠纷。", "Disputes that were brought in the period."),
        unit="disputes",
        layer="dispute",
        when="in",
        date="opened_on",
    ),
    Figure(
        key="disputes_settled",
        mechanism=Mechanism.STUDIO,
        title=Text("调解成功", "Disputes settled"),
        definition=Text(
            "办结日期在本期内、结果为“调解成功”的纠纷，不论何时受理。",
            "Disputes that were settled in the period by mediation, whenever they were brought.",
        ),
        unit="disputes",
        layer="dispute",
        when="in",
        date="settled_on",
        where=(Is("outcome", ("mediated",)),),
    ),
    Figure(
        key="clinics",
        mechanism=Mechanism.STUDIO,
        title=Text("坐诊", "Clinics held"),
        definition=Text("工作室在本期内的坐诊。", "Clinics that studios held in the period."),
        unit="clinics",
        layer="clinic_session",
        when="in",
        date="held_on",
    ),
    Figure(
        key="consultations",
        mechanism=Mechanism.STUDIO,
        title=Text("法律咨询", "Legal consultations"),
        definition=Text("工作室在本期内的法律咨询。", "Legal consultations that studios gave in the period."),
        unit="consultations",
        layer="consultation",
        when="in",
        date="held_on",
    ),
    Figure(
        key="trainings",
        mechanism=Mechanism.STUDIO,
        title=Text("培训", "Trainings"),
        definition=Text("工作室在本期内举办的培训。", "Trainings that studios gave in the period."),
        unit="trainings",
        layer="training",
        when="in",
        date="held_on",
    ),
    Figure(
        key="training_attendances",
        mechanism=Mechanism.STUDIO,
        title=Text("培训参加人次", "Attendances at trainings"),
        definition=Text(
            "本期内各次培训的参加人次之和；未登记的不计。",
            "Attendances at the trainings of the period, added up; those not on record don't count.",
        ),
        unit="attendances",
        layer="training",
        when="in",
        date="held_on",
        amount="attendances",
    ),
    Figure(
        key="volunteer_brands",
        mechanism=Mechanism.VOLUNTEERS,
        title=Text("服务品牌", "Brands"),
        definition=Text("登记在册的志愿服务品牌。", "Volunteer brands on record."),
        unit="brands",
        layer="brand",
    ),
    Figure(
        key="volunteer_teams",
        mechanism=Mechanism.VOLUNTEERS,
        title=Text("服务队", "Teams"),
        definition=Text("登记在册的志愿服务队。", "Volunteer teams on record."),
        unit="teams",
        layer="volunteer_team",
    ),
    Figure(
        key="activities",
        mechanism=Mechanism.VOLUNTEERS,
        title=Text("志愿活动", "Activities"),
        definition=Text("本期内开展的志愿活动。", "Activities of volunteer teams in the period."),
        unit="activities",
        layer="activity",
        when="in",
        date="held_on",
    ),
    Figure(
        key="compounds_without_activity",
        mechanism=Mechanism.VOLUNTEERS,
        title=Text(f"{QUIET_DAYS} 天内无活动的小区", f"Compounds with none in {QUIET_DAYS} days"),
        definition=Text(
            f"本期最后 {QUIET_DAYS} 天内没有登记志愿活动的小区。",
            f"Compounds in which no activity is on record for the last {QUIET_DAYS} days of the period.",
        ),
        unit="compounds",
        layer="activity",
        when="in",
        date="held_on",
        distinct="compound",
        is_lack=True,
        last_days=QUIET_DAYS,
    ),
)
