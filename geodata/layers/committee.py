"""Owners' committees (业委会) and their terms: seats, never the names of those who sit on them."""

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import Record
from geodata.layers.audience import EVERYONE
from geodata.layers.belonging import OnCompound, compound_fields
from geodata.layers.columns import not_negative, one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.publishing import Exact
from geodata.layers.text import Text

STATUSES = (
    Choice(value="active", label=Text("履职中", "In office"), synonyms=("履职中", "正常", "在任")),
    Choice(value="expired", label=Text("已到期", "Term over"), synonyms=("已到期", "届满", "到期未换届")),
    Choice(value="preparing", label=Text("筹备中", "Being set up"), synonyms=("筹备中", "筹建中")),
)
ORIGINS = (
    Choice(value="formed", label=Text("组建", "Formed"), synonyms=("组建", "新组建", "新成立")),
    Choice(value="re_elected", label=Text("换届", "Re-elected"), synonyms=("换届", "改选", "换届选举")),
)


class OwnersCommittee(OnCompound, Record):
    """The owners' committee of a compound."""

    __tablename__ = "owners_committee"
    __checks__: ClassVar = (one_of("owners_committee", "status", STATUSES),)

    name: Mapped[str | None]
    status: Mapped[str | None]
    founded_on: Mapped[date | None]


class Term(Record):
    """One term of an owners' committee."""

    __tablename__ = "term"
    __checks__: ClassVar = (
        one_of("term", "origin", ORIGINS),
        *not_negative("term", "number", "seats", "party_seats"),
        CheckConstraint("party_seats <= seats", name="term_party_seats_max"),
        CheckConstraint("ends_on >= starts_on", name="term_order"),
    )

    owners_committee_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("live.owners_committee.id"), index=True)
    number: Mapped[int]
    origin: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    seats: Mapped[int]
    party_seats: Mapped[int | None]


LAYER = Layer(
    id="owners_committee",
    model=OwnersCommittee,
    title=Text("业主委员会", "Owners' committees"),
    meaning=Text("小区业主选出的委员会", "The committee that a compound's owners elect"),
    geometry=None,
    topic=Topic.SELF_GOVERNMENT,
    audiences=EVERYONE,
    public=Exact(),
    name_field="compound_name",
    happened=("founded_on",),
    fields=(
        Field(name="name", kind="text", label=Text("名称", "Name"), audiences=EVERYONE, is_listed=True),
        Field(
            name="status",
            kind="choice",
            label=Text("状态", "Status"),
            audiences=EVERYONE,
            choices=STATUSES,
            is_listed=True,
        ),
        *compound_fields(EVERYONE),
        Field(name="founded_on", kind="date", label=Text("成立日期", "Founded on"), audiences=EVERYONE, is_listed=True),
    ),
)

TERM = Layer(
    id="term",
    model=Term,
    title=Text("届次", "Terms"),
    meaning=Text("业主委员会的一届", "One term of an owners' committee"),
    geometry=None,
    topic=Topic.SELF_GOVERNMENT,
    audiences=EVERYONE,
    public=Exact(),
    parent="owners_committee",
    name_field="number",
    date_field="starts_on",
    ordered_dates=(("starts_on", "ends_on"),),
    period=("starts_on", "ends_on"),
    parts=(("party_seats", "seats"),),
    fields=(
        Field(
            name="number",
            kind="count",
            unit="term",
            label=Text("届", "Term"),
            audiences=EVERYONE,
            minimum=1,
            maximum=100,
            is_required=True,
            is_listed=True,
        ),
        Field(
            name="origin",
            kind="choice",
            label=Text("产生方式", "How it began"),
            audiences=EVERYONE,
            choices=ORIGINS,
            is_listed=True,
        ),
        Field(
            name="starts_on",
            kind="date",
            label=Text("任期起", "From"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
        ),
        Field(name="ends_on", kind="date", label=Text("任期止", "To"), audiences=EVERYONE, is_listed=True),
        Field(
            name="seats",
            kind="count",
            unit="seats",
            label=Text("委员席位", "Seats"),
            audiences=EVERYONE,
            minimum=0,
            maximum=200,
            is_required=True,
            is_listed=True,
        ),
        Field(
            name="party_seats",
            kind="count",
            unit="seats",
            label=Text("其中党员", "Of these party members"),
            audiences=EVERYONE,
            minimum=0,
            maximum=200,
            is_listed=True,
        ),
    ),
)
