"""Names of towns, villages and quarters as OpenStreetMap knows them: where one is, not what is looked after there."""

from typing import ClassVar

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
    Choice(value="city", label=Text("城市", "City"), label_zoom=6, label_until=14),
    Choice(value="town", label=Text("镇", "Town"), label_zoom=8, label_until=15),
    Choice(value="borough", label=Text("市辖区", "Borough"), label_zoom=10, label_until=14),
    Choice(value="village", label=Text("村庄", "Village"), label_zoom=10, label_until=16),
    Choice(value="suburb", label=Text("城区", "Suburb"), label_zoom=11, label_until=16),
    Choice(value="island", label=Text("岛", "Island"), label_zoom=12, label_until=16),
    Choice(value="quarter", label=Text("片区", "Quarter"), label_zoom=13, label_until=17),
    Choice(value="hamlet", label=Text("自然村", "Hamlet"), label_zoom=12, label_until=17),
    Choice(value="neighbourhood", label=Text("街坊", "Neighbourhood"), label_zoom=14, label_until=17),
    Choice(value="isolated_dwelling", label=Text("独户", "Isolated dwelling"), label_zoom=14, label_until=17),
    Choice(value="locality", label=Text("地名", "Locality"), label_zoom=13, label_until=17),
    Choice(value="square", label=Text("广场", "Square"), label_zoom=16, label_until=19),
)
"""The greatest first, in the words of OpenStreetMap."""


class Locality(PlacedRecord):
    """A place with a name: a city, a village, a quarter, a field."""

    __tablename__ = "locality"
    __shape__ = "point"
    __checks__: ClassVar = (one_of("locality", "kind", KINDS),)

    name: Mapped[str] = mapped_column(comment="As it is called there")
    name_zh: Mapped[str | None]
    name_en: Mapped[str | None]
    kind: Mapped[str]


LAYER = Layer(
    id="locality",
    model=Locality,
    title=Text("地名", "Place names"),
    meaning=Text(
        "城市、乡村、片区等地名，只写名称",
        "A place with a name, such as a village; only its name is drawn",
    ),
    geometry="point",
    audiences=EVERYONE,
    public=Exact(),
    is_base=True,
    is_everywhere=True,
    zooms=(6, 18),
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
            name="name_zh",
            kind="text",
            label=Text("中文名", "Name in Chinese"),
            audiences=EVERYONE,
            is_listed=True,
            is_searched=True,
        ),
        Field(
            name="name_en",
            kind="text",
            label=Text("英文名", "Name in English"),
            audiences=EVERYONE,
            is_listed=True,
            is_searched=True,
        ),
        Field(
            name="kind",
            kind="choice",
            label=Text("类别", "Kind"),
            audiences=EVERYONE,
            choices=KINDS,
            is_required=True,
            is_listed=True,
        ),
    ),
    style=Style(
        shape="letter",
        colour="#4d463c",
        by="kind",
        label="name",
        label_in=(("zh-CN", "name_zh"), ("en", "name_en")),
        order=28,
        drawing="name",
    ),
)
