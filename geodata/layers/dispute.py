"""Disputes that were brought to be settled: when, where and over what, never between whom."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from geodata.database.record import Record
from geodata.layers.audience import EVERYONE
from geodata.layers.belonging import OnCompound, compound_fields
from geodata.layers.columns import one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.publishing import CountsByArea
from geodata.layers.text import Text

KINDS = (
    Choice(value="noise", label=Text("噪音扰民", "Noise"), synonyms=("噪音扰民", "噪音")),
    Choice(value="parking", label=Text("停车", "Parking"), synonyms=("停车", "车位")),
    Choice(value="leak", label=Text("漏水", "Leaks"), synonyms=("漏水", "渗漏")),
    Choice(value="fees", label=Text("物业费", "Fees"), synonyms=("物业费", "收费")),
    Choice(value="property", label=Text("公共部位", "Common property"), synonyms=("公共部位", "共用部位", "物业")),
    Choice(value="pets", label=Text("养犬", "Pets"), synonyms=("养犬", "宠物")),
    Choice(value="other", label=Text("其他", "Other"), synonyms=("其他", "其它")),
)
OUTCOMES = (
    Choice(value="mediated", label=Text("调解成功", "Settled"), synonyms=("调解成功", "已调解", "达成协议")),
    Choice(value="referred", label=Text("转办", "Referred"), synonyms=("转办", "引导诉讼", "移送")),
    Choice(value="pending", label=Text("调解中", "Under way"), synonyms=("调解中", "受理中")),
)


class Dispute(OnCompound, Record):
    """A dispute in a compound."""

    __tablename__ = "dispute"
    __checks__: ClassVar = (
        one_of("dispute", "kind", KINDS),
        one_of("dispute", "outcome", OUTCOMES),
        CheckConstraint("settled_on >= opened_on", name="dispute_order"),
    )

    kind: Mapped[str]
    opened_on: Mapped[date]
    settled_on: Mapped[date | None]
    outcome: Mapped[str | None]


LAYER = Layer(
    id="dispute",
    model=Dispute,
    title=Text("纠纷调解", "Disputes"),
    meaning=Text("一件请人调解的纠纷", "A dispute that was brought to mediation"),
    geometry=None,
    topic=Topic.SELF_GOVERNMENT,
    audiences=EVERYONE,
    public=CountsByArea(date="opened_on"),
    name_field="kind",
    date_field="opened_on",
    ordered_dates=(("opened_on", "settled_on"),),
    happened=("opened_on", "settled_on"),
    fields=(
        Field(
            name="kind",
            kind="choice",
            label=Text("类别", "Kind"),
            audiences=EVERYONE,
            choices=KINDS,
            is_required=True,
            is_listed=True,
        ),
        *compound_fields(EVERYONE),
        Field(
            name="opened_on",
            kind="date",
            label=Text("受理日期", "Brought on"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
        ),
        Field(name="settled_on", kind="date", label=Text("办结日期", "Settled on"), audiences=EVERYONE, is_listed=True),
        Field(
            name="outcome",
            kind="choice",
            label=Text("结果", "Outcome"),
            audiences=EVERYONE,
            choices=OUTCOMES,
            is_listed=True,
        ),
    ),
)
