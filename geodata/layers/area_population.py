"""How many people live in an area, by date: the denominators of all rates."""

from datetime import date
from typing import ClassVar

from sqlalchemy.orm import Mapped

from geodata.database.record import Record
from geodata.layers.audience import WHO_COUNTS
from geodata.layers.belonging import OnArea, area_fields
from geodata.layers.columns import not_negative
from geodata.layers.field import Field
from geodata.layers.layer import Layer, Topic
from geodata.layers.text import Text


class AreaPopulation(OnArea, Record):
    """The people of an area on a day, as totals."""

    __tablename__ = "area_population"
    __checks__: ClassVar = tuple(not_negative("area_population", "residents", "households", "aged_65"))

    counted_on: Mapped[date]
    residents: Mapped[int | None]
    households: Mapped[int | None]
    aged_65: Mapped[int | None]


def _people(name: str, unit: str, label: Text) -> Field:
    return Field(name=name, kind="count", unit=unit, label=label, audiences=WHO_COUNTS, minimum=0, is_listed=True)


LAYER = Layer(
    id="area_population",
    model=AreaPopulation,
    title=Text("区域人口", "Population by area"),
    meaning=Text("一个区域在某一天的人口和户数", "People and households of an area on a day"),
    geometry=None,
    topic=Topic.PEOPLE,
    audiences=WHO_COUNTS,
    name_field="area_name",
    date_field="counted_on",
    parts=(("aged_65", "residents"),),
    stale_after_days=400,
    happened=("counted_on",),
    usual_parts=(("households", "residents"),),
    known_by=(("area_code", "area_name"), ("counted_on",)),
    fields=(
        *area_fields(WHO_COUNTS),
        Field(
            name="counted_on",
            kind="date",
            label=Text("统计日期", "Counted on"),
            audiences=WHO_COUNTS,
            is_required=True,
            is_listed=True,
        ),
        _people("residents", "people", Text("人口", "Residents")),
        _people("households", "households", Text("户数", "Households")),
        _people("aged_65", "people", Text("65岁及以上", "Aged 65 and over")),
    ),
)
