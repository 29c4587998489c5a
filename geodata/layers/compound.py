"""Residential compounds (小区): the places in which people live, with every name they go by."""

from typing import ClassVar

from sqlalchemy import ARRAY
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE, WHO_COUNTS
from geodata.layers.columns import banded, not_negative, one_of
from geodata.layers.field import Band, Choice, Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text

KINDS = (
    Choice(value="unit_yard", label=Text("单位院落", "Work-unit yard"), synonyms=("单位院落", "单位宿舍")),
    Choice(value="old_open", label=Text("开放式老旧小区", "Open old area"), synonyms=("开放式老旧小区", "老旧小区")),
    Choice(value="slab_estate", label=Text("多层商品房", "Slab estate"), synonyms=("商品房小区", "多层小区")),
    Choice(value="tower", label=Text("高层小区", "Tower estate"), synonyms=("高层小区", "高层住宅")),
    Choice(value="other", label=Text("其他", "Other"), synonyms=("其他",)),
)
HOUSEHOLDS = Band((100, 300, 600, 1000, 2000))


class Compound(PlacedRecord):
    """A residential compound with its outline: no administrative unit, it may touch several grids."""

    __tablename__ = "compound"
    __shape__ = "area"
    __checks__: ClassVar = (
        one_of("compound", "kind", KINDS),
        *not_negative("compound", "households", "residents", "building_count"),
    )

    code: Mapped[str | None]
    name: Mapped[str]
    aliases: Mapped[list[str] | None] = mapped_column(ARRAY(SqlText), comment="Its names in live.alias")
    kind: Mapped[str | None]
    community: Mapped[str | None] = mapped_column(comment="The community that the source names")
    households: Mapped[int | None]
    households_band: Mapped[str | None] = mapped_column(
        banded("households", HOUSEHOLDS), comment="For readers of live who may not have the number"
    )
    residents: Mapped[int | None]
    built_year: Mapped[int | None]
    building_count: Mapped[int | None]
    property_company: Mapped[str | None]


LAYER = Layer(
    id="compound",
    model=Compound,
    title=Text("小区", "Compounds"),
    meaning=Text(
        "住宅小区，四周有围墙或边界；不是行政单位，可跨网格",
        "A residential compound with its outline; no administrative unit, and it may lie in several grids",
    ),
    geometry="area",
    audiences=EVERYONE,
    public=Exact(),
    stale_after_days=365,
    is_everywhere=True,
    usual_parts=(("households", "residents"),),
    fields=(
        Field(
            name="name",
            kind="text",
            label=Text("小区名称", "Name"),
            audiences=EVERYONE,
            is_required=True,
            is_listed=True,
            is_searched=True,
        ),
        Field(
            name="aliases",
            kind="names",
            label=Text("别名", "Also known as"),
            audiences=EVERYONE,
            is_loaded=False,
            is_searched=True,
        ),
        Field(
            name="kind",
            kind="choice",
            label=Text("类型", "Kind"),
            audiences=EVERYONE,
            choices=KINDS,
            is_listed=True,
        ),
        Field(name="community", kind="text", label=Text("所属社区", "Community"), audiences=EVERYONE, is_listed=True),
        Field(
            name="households",
            kind="count",
            unit="households",
            label=Text("户数", "Households"),
            meaning=Text(
                "登记的户数；居民只看到所属区间",
                "Households on record; residents see the band that they fall in",
            ),
            audiences=EVERYONE,
            exact_for=WHO_COUNTS,
            band=HOUSEHOLDS,
            minimum=0,
            maximum=50_000,
            is_listed=True,
        ),
        Field(
            name="residents",
            kind="count",
            unit="people",
            label=Text("人口", "Residents"),
            audiences=WHO_COUNTS,
            minimum=0,
            maximum=200_000,
        ),
        Field(
            name="building_count",
            kind="count",
            unit="buildings",
            label=Text("楼栋数", "Buildings"),
            audiences=EVERYONE,
            minimum=0,
            maximum=1000,
        ),
        Field(
            name="built_year",
            kind="count",
            unit="year",
            label=Text("建成年份", "Built in"),
            audiences=EVERYONE,
            minimum=1850,
            maximum=2100,
        ),
        Field(name="property_company", kind="text", label=Text("物业公司", "Property company"), audiences=EVERYONE),
        Field(name="code", kind="code", label=Text("小区编号", "Code"), audiences=EVERYONE),
    ),
    style=Style(shape="area", colour="#e8c468", outline="#9a6b00", size_px=1.2, opacity=0.35, label="name", order=20),
)
