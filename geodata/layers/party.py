"""Party branches and the compounds that they cover: organisations, never their members."""

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import Record
from geodata.layers.audience import EVERYONE
from geodata.layers.belonging import OnArea, OnCompound, area_fields, compound_fields
from geodata.layers.columns import one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.publishing import Exact
from geodata.layers.text import Text

KINDS = (
    Choice(value="compound", label=Text("小区党支部", "Branch of a compound"), synonyms=("小区党支部",)),
    Choice(value="joint", label=Text("联合党支部", "Joint branch"), synonyms=("联合党支部",)),
    Choice(value="functional", label=Text("功能型党支部", "Functional branch"), synonyms=("功能型党支部", "功能型")),
)


class PartyBranch(OnArea, Record):
    """A party branch of a community."""

    __tablename__ = "party_branch"
    __checks__: ClassVar = (one_of("party_branch", "kind", KINDS),)

    name: Mapped[str]
    code: Mapped[str | None]
    kind: Mapped[str | None]
    founded_on: Mapped[date | None]


class BranchCoversCompound(OnCompound, Record):
    """A compound that a party branch covers; a branch covers several, a compound may have several."""

    __tablename__ = "branch_covers_compound"

    party_branch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("live.party_branch.id"), index=True)
    since: Mapped[date | None]


LAYER = Layer(
    id="party_branch",
    model=PartyBranch,
    title=Text("党支部", "Party branches"),
    meaning=Text("党支部", "A branch of the party"),
    geometry=None,
    topic=Topic.SELF_GOVERNMENT,
    audiences=EVERYONE,
    public=Exact(),
    happened=("founded_on",),
    fields=(
        Field(
            name="name",
            kind="text",
            label=Text("名称", "Name"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
            is_searched=True,
        ),
        Field(
            name="kind", kind="choice", label=Text("类型", "Kind"), audiences=EVERYONE, choices=KINDS, is_listed=True
        ),
        *area_fields(EVERYONE),
        Field(name="founded_on", kind="date", label=Text("成立日期", "Founded on"), audiences=EVERYONE, is_listed=True),
        Field(name="code", kind="code", label=Text("编号", "Code"), audiences=EVERYONE),
    ),
)

BRANCH_COVERS_COMPOUND = Layer(
    id="branch_covers_compound",
    model=BranchCoversCompound,
    title=Text("党支部覆盖小区", "Compounds covered"),
    meaning=Text(
        "哪个党支部覆盖哪个小区；可以一对多、多对一",
        "Which branch covers which compound; one may cover several, and several one",
    ),
    geometry=None,
    topic=Topic.SELF_GOVERNMENT,
    audiences=EVERYONE,
    public=Exact(),
    parent="party_branch",
    name_field="compound_name",
    fields=(
        *compound_fields(EVERYONE),
        Field(name="since", kind="date", label=Text("起始日期", "Since"), audiences=EVERYONE, is_listed=True),
    ),
)
