"""Building footprints: the base map's texture, and later where people live."""

from typing import ClassVar

from sqlalchemy.orm import Mapped

from geodata.database.record import PlacedRecord
from geodata.layers.audience import EVERYONE, WHO_COUNTS
from geodata.layers.columns import not_negative
from geodata.layers.field import Choice, Field
from geodata.layers.layer import Layer
from geodata.layers.publishing import Exact
from geodata.layers.style import Style
from geodata.layers.text import Text

USES = (
    Choice(
        value="住宅",
        label=Text("住宅", "Housing"),
        synonyms=("residential", "apartments", "house", "detached", "terrace", "semidetached_house", "dormitory"),
    ),
    Choice(value="自建房", label=Text("自建房", "Built by its owners")),
    Choice(value="商铺", label=Text("商铺", "Shops"), synonyms=("retail", "shop", "kiosk", "supermarket")),
    Choice(value="办公", label=Text("办公", "Offices"), synonyms=("office",)),
    Choice(value="教育", label=Text("教育", "Education"), synonyms=("school", "kindergarten", "university", "college")),
    Choice(value="商业", label=Text("商业", "Commerce"), synonyms=("commercial",)),
    Choice(value="医疗", label=Text("医疗", "Health"), synonyms=("hospital", "clinic")),
    Choice(value="工业", label=Text("工业", "Industry"), synonyms=("industrial", "warehouse", "hangar")),
    Choice(value="hotel", label=Text("宾馆", "Hotel")),
    Choice(
        value="church", label=Text("宗教场所", "Place of worship"), synonyms=("chapel", "cathedral", "mosque", "temple")
    ),
    Choice(value="public", label=Text("公共建筑", "Public building"), synonyms=("civic", "government", "townhall")),
    Choice(value="garage", label=Text("车库", "Garage"), synonyms=("garages", "carport", "parking")),
    Choice(value="shed", label=Text("棚屋", "Shed"), synonyms=("hut", "roof", "greenhouse", "barn", "farm_auxiliary")),
    Choice(value="construction", label=Text("在建", "Being built")),
    Choice(value="yes", label=Text("未注明", "Not stated")),
)


class Building(PlacedRecord):
    """A building's footprint; its households and residents are no public fact."""

    __tablename__ = "building"
    __shape__ = "area"
    __touches_extent__ = True
    __checks__: ClassVar = tuple(not_negative("building", "levels", "households", "residents"))

    name: Mapped[str | None]
    kind: Mapped[str | None]
    levels: Mapped[float | None]
    households: Mapped[int | None]
    residents: Mapped[int | None]


LAYER = Layer(
    id="building",
    model=Building,
    title=Text("建筑", "Buildings"),
    meaning=Text("建筑的轮廓", "The outline of a building"),
    geometry="area",
    audiences=EVERYONE,
    public=Exact(),
    is_base=True,
    touches_extent=True,
    is_everywhere=True,
    zooms=(14, 18),
    usual_parts=(("households", "residents"),),
    fields=(
        Field(name="name", kind="text", label=Text("名称", "Name"), audiences=EVERYONE, is_listed=True),
        Field(name="kind", kind="text", label=Text("用途", "Use"), audiences=EVERYONE, is_listed=True, words=USES),
        Field(
            name="levels",
            kind="number",
            unit="storeys",
            label=Text("层数", "Storeys"),
            audiences=EVERYONE,
            minimum=0,
            maximum=200,
        ),
        Field(
            name="households",
            kind="count",
            unit="households",
            label=Text("户数", "Households"),
            audiences=WHO_COUNTS,
            minimum=0,
            maximum=5000,
        ),
        Field(
            name="residents",
            kind="count",
            unit="people",
            label=Text("人口", "Residents"),
            audiences=WHO_COUNTS,
            minimum=0,
            maximum=20_000,
        ),
    ),
    style=Style(
        shape="area",
        colour="#a89b85",
        outline="#a89c88",
        size_px=0.6,
        opacity=0.42,
        order=3,
        drawing="building",
        reads=(),
    ),
)
