"""Other names of compounds (别名): former, popular and short ones, each with its dates and with who says so."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import Record
from geodata.layers.audience import EVERYONE, STAFF
from geodata.layers.belonging import OnCompound, compound_fields
from geodata.layers.columns import one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.text import Text

KINDS = (
    Choice(value="former", label=Text("曾用名", "Former name"), synonyms=("曾用名", "原名", "旧名", "老名")),
    Choice(value="popular", label=Text("俗称", "Popular name"), synonyms=("俗称", "俗名", "土名")),
    Choice(value="short", label=Text("简称", "Short name"), synonyms=("简称", "缩写")),
    Choice(value="other", label=Text("别名", "Other name"), synonyms=("别名", "又名", "其他")),
)


class Alias(OnCompound, Record):
    """Another name of a compound, from one day to another; registers that still have it find the compound by it."""

    __tablename__ = "alias"
    __checks__: ClassVar = (
        one_of("alias", "kind", KINDS),
        CheckConstraint("used_to >= used_from", name="alias_order"),
    )

    name: Mapped[str]
    kind: Mapped[str]
    used_from: Mapped[date | None]
    used_to: Mapped[date | None] = mapped_column(comment="The day on which another name took its place")
    evidence: Mapped[str | None] = mapped_column(comment="Where the name is known from")


LAYER = Layer(
    id="alias",
    model=Alias,
    title=Text("小区别名", "Other names of compounds"),
    meaning=Text("小区的曾用名、俗称或简称", "Another name of a compound: former, popular or short"),
    geometry=None,
    audiences=EVERYONE,
    public=Exact(),
    is_everywhere=True,
    may_be_taken_back=True,
    ordered_dates=(("used_from", "used_to"),),
    fields=(
        Field(
            name="name",
            kind="text",
            label=Text("别名", "Name"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
            is_searched=True,
        ),
        Field(
            name="kind",
            kind="choice",
            label=Text("名称类别", "Kind"),
            audiences=EVERYONE,
            choices=KINDS,
            is_required=True,
            is_listed=True,
        ),
        *compound_fields(EVERYONE),
        Field(name="used_from", kind="date", label=Text("启用日期", "From"), audiences=EVERYONE, is_listed=True),
        Field(name="used_to", kind="date", label=Text("停用日期", "To"), audiences=EVERYONE, is_listed=True),
        Field(name="evidence", kind="prose", label=Text("依据", "Evidence"), audiences=STAFF),
    ),
)
