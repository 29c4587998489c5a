"""Gates of walled compounds: where people and vehicles get in and out, and when."""

from typing import ClassVar

from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE
from geodata.layers.belonging import OnCompound, compound_fields
from geodata.layers.columns import one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text

KINDS = (
    Choice(value="main", label=Text("主门", "Main gate"), synonyms=("主门", "正门", "大门", "主出入口")),
    Choice(value="side", label=Text("侧门", "Side gate"), synonyms=("侧门", "次出入口", "后门", "gate", "entrance")),
    Choice(
        value="foot", label=Text("人行门", "For walkers only"), synonyms=("人行门", "小门", "kissing_gate", "turnstile")
    ),
    Choice(
        value="vehicle",
        label=Text("车行门", "For vehicles only"),
        synonyms=("车行门", "车库口", "lift_gate", "swing_gate", "sliding_gate"),
    ),
    Choice(
        value="emergency", label=Text("消防门", "For emergencies only"), synonyms=("消防门", "应急门", "消防出入口")
    ),
    Choice(value="closed", label=Text("封闭门", "Closed for good"), synonyms=("封闭门", "常闭", "已封闭")),
)


class Gate(OnCompound, PlacedRecord):
    """A way through a compound's wall."""

    __tablename__ = "gate"
    __shape__ = "point"
    __checks__: ClassVar = (one_of("gate", "kind", KINDS),)

    name: Mapped[str | None]
    kind: Mapped[str]
    hours: Mapped[str | None] = mapped_column(comment="Weekly hours in local time; empty where nobody has said")


LAYER = Layer(
    id="gate",
    model=Gate,
    title=Text("小区出入口", "Gates"),
    meaning=Text(
        "穿过小区围墙的出入口；步行路线由此开始",
        "A way through a compound's wall; ways on foot begin there",
    ),
    geometry="point",
    audiences=EVERYONE,
    public=Exact(),
    name_field="kind",
    is_on_at_first=False,
    stale_after_days=365,
    is_everywhere=True,
    fields=(
        Field(name="name", kind="text", label=Text("名称", "Name"), audiences=EVERYONE, is_listed=True),
        Field(
            name="kind",
            kind="choice",
            label=Text("类别", "Kind"),
            audiences=EVERYONE,
            choices=KINDS,
            is_required=True,
            is_listed=True,
        ),
        Field(
            name="hours",
            kind="hours",
            label=Text("开放时间", "Opening hours"),
            audiences=EVERYONE,
            is_listed=True,
            is_said=True,
        ),
        *compound_fields(EVERYONE, is_required=False),
    ),
    style=Style(shape="diamond", colour="#8a5a00", size_px=9, label="kind", label_zoom=17, order=60),
)
