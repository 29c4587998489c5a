"""Administrative areas from province to grid, each in the versions that it had."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE
from geodata.layers.columns import one_of
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text

KINDS = (
    Choice(value="province", label=Text("省", "Province"), synonyms=("省", "自治区", "直辖市")),
    Choice(value="city", label=Text("市", "City"), synonyms=("市", "地级市")),
    Choice(value="county", label=Text("区县", "County"), synonyms=("区县", "区", "县", "district")),
    Choice(value="street", label=Text("街道", "Sub-district"), synonyms=("街道", "镇", "乡", "乡镇街道")),
    Choice(value="community", label=Text("社区", "Community"), synonyms=("社区", "居委会", "村", "neighborhood")),
    Choice(value="grid", label=Text("网格", "Grid"), synonyms=("网格",)),
    Choice(value="other", label=Text("区域", "Area"), synonyms=("区域", "area")),
)
LEVELS = ("grid", "community", "other", "street", "county", "city", "province")
"""The kinds of areas from the finest to the widest."""


class Area(PlacedRecord):
    """An area that someone is responsible for; its outline may change while its code stays."""

    __tablename__ = "area"
    __shape__ = "area"
    __touches_extent__ = True
    __may_lack_geometry__ = True
    __checks__: ClassVar = (
        one_of("area", "kind", KINDS),
        CheckConstraint("valid_to >= valid_from", name="area_valid_order"),
    )

    code: Mapped[str | None] = mapped_column(comment="Official code, as text")
    scheme: Mapped[str | None] = mapped_column(comment="The code's scheme, such as stats.gov.cn 12 digits")
    name: Mapped[str]
    kind: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(comment="Code of the area above, in the same scheme")
    valid_from: Mapped[date | None] = mapped_column(comment="First day of this outline in the world")
    valid_to: Mapped[date | None] = mapped_column(comment="First day on which it no longer held")


LAYER = Layer(
    id="area",
    model=Area,
    title=Text("社区与网格", "Areas"),
    meaning=Text(
        "从省到网格的一级区域，有代码和起止日期",
        "An area of one level from province to grid, with its code and the days it holds",
    ),
    geometry="area",
    audiences=EVERYONE,
    public=Exact(),
    touches_extent=True,
    is_everywhere=True,
    version_field="valid_from",
    ordered_dates=(("valid_from", "valid_to"),),
    stale_after_days=730,
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
            name="kind",
            kind="choice",
            label=Text("级别", "Level"),
            audiences=EVERYONE,
            choices=KINDS,
            is_required=True,
            is_listed=True,
        ),
        Field(name="code", kind="code", label=Text("代码", "Code"), audiences=EVERYONE, is_listed=True),
        Field(name="scheme", kind="text", label=Text("编码体系", "Coding scheme"), audiences=EVERYONE),
        Field(name="parent_code", kind="code", label=Text("上级代码", "Code of the area above"), audiences=EVERYONE),
        Field(name="valid_from", kind="date", label=Text("启用日期", "Valid from"), audiences=EVERYONE),
        Field(name="valid_to", kind="date", label=Text("停用日期", "Valid to"), audiences=EVERYONE),
    ),
    style=Style(
        shape="area",
        colour="#6b5b95",
        outline="#6b5b95",
        size_px=1.5,
        opacity=0,
        label="name",
        order=10,
        drawing="border",
    ),
)
