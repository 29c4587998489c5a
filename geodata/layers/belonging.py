"""What records share that hang on a compound, an area or a street: the source's words, and what was found by them."""

from collections.abc import Set as AbstractSet

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from geodata.layers.audience import EVERYONE, Audience
from geodata.layers.field import Field
from geodata.layers.text import Text


class OnCompound:
    """Columns of a record that belongs to a compound, which it names in its source's words."""

    compound_name: Mapped[str | None] = mapped_column(comment="As the source names it")
    community: Mapped[str | None] = mapped_column(comment="The community that the source names")
    compound_id: Mapped[int | None] = mapped_column(BigInteger, index=True, comment="The compound it was matched with")


class OnArea:
    """Columns of a record that belongs to an area, which it names by code or by name."""

    area_code: Mapped[str | None] = mapped_column(comment="As the source codes it")
    area_name: Mapped[str | None] = mapped_column(comment="As the source names it")
    area_id: Mapped[int | None] = mapped_column(BigInteger, index=True, comment="The area it was matched with")


class OnStreet:
    """A column of a record that lies by a street: what tells those without a name apart."""

    street: Mapped[str | None] = mapped_column(comment="The nearest street with a name, within 200 m")


def street_field() -> Field:
    """Return the field of OnStreet: everybody may know what a street is called."""
    return Field(name="street", kind="text", label=Text("所在道路", "Street"), audiences=EVERYONE, is_loaded=False)


def compound_fields(audiences: AbstractSet[Audience], *, is_required: bool = True) -> tuple[Field, ...]:
    """Return the fields of OnCompound; where it is required, a record without a known compound is quarantined."""
    seen_by = frozenset(audiences)
    label = Text("小区", "Compound")
    return (
        Field(name="compound_name", kind="text", label=label, audiences=seen_by, is_listed=True),
        Field(
            name="compound_id",
            kind="reference",
            to="compound",
            label=label,
            audiences=seen_by,
            is_loaded=False,
            is_required=is_required,
        ),
        Field(name="community", kind="text", label=Text("社区", "Community"), audiences=seen_by),
    )


def area_fields(audiences: AbstractSet[Audience], *, is_required: bool = True) -> tuple[Field, ...]:
    """Return the fields of OnArea; where it is required, a record without a known area is quarantined."""
    seen_by = frozenset(audiences)
    return (
        Field(name="area_name", kind="text", label=Text("区域", "Area"), audiences=seen_by, is_listed=True),
        Field(
            name="area_id",
            kind="reference",
            to="area",
            label=Text("区域", "Area"),
            audiences=seen_by,
            is_loaded=False,
            is_required=is_required,
        ),
        Field(name="area_code", kind="code", label=Text("区域代码", "Code of the area"), audiences=seen_by),
    )
