"""What a field of a layer is: how its values are read, checked, said and to whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from geodata.layers.audience import EVERYONE, Audience
from geodata.layers.style import Shape
from geodata.layers.text import Text


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One allowed value of a choice field: how people read it and, on the map, how it looks.

    `synonyms` are the other ways in which source files write the value. `label_zoom` is the lowest zoom at which
    records with it are named on the map, where that is later than the layer's; `label_until` the lowest at which they
    aren't any more, because they are larger than the screen.
    """

    value: str
    label: Text
    colour: str | None = None
    shape: Shape | None = None
    synonyms: tuple[str, ...] = ()
    label_zoom: int | None = None
    label_until: int | None = None


Kind = Literal[
    "text",
    "prose",
    "code",
    "count",
    "number",
    "money",
    "date",
    "month",
    "moment",
    "flag",
    "choice",
    "hours",
    "names",
    "reference",
    "nodes",
]

Holds = Literal["text", "texts", "whole", "wholes", "number", "decimal", "day", "moment", "flag"]
HOLDS: dict[Kind, Holds] = {
    "text": "text",
    "prose": "text",
    "code": "text",
    "choice": "text",
    "hours": "text",
    "names": "texts",
    "count": "whole",
    "reference": "whole",
    "nodes": "wholes",
    "number": "number",
    "money": "decimal",
    "date": "day",
    "month": "day",
    "moment": "moment",
    "flag": "flag",
}
"""What the values of a kind are. A file, a tile or a sheet says of each of these how it carries it, and of no kind."""

LONGEST: dict[Kind, int] = {"text": 300, "prose": 5_000, "code": 100, "names": 3_000}
"""Characters of the longest value of a kind that somebody may have meant; longer ones are a slip of the file's."""


@dataclass(frozen=True)
class Band:
    """The public form of an exact number: only the band it falls in. `edges` are lower bounds after the first."""

    edges: tuple[int, ...]

    def label(self, value: int) -> str:
        """Return the band of `value`, such as "<100", "100-299" or ">=1000"."""
        if value < self.edges[0]:
            return f"<{self.edges[0]}"
        for low, high in zip(self.edges, self.edges[1:], strict=False):
            if value < high:
                return f"{low}-{high - 1}"
        return f">={self.edges[-1]}"


@dataclass(frozen=True)
class SetByHand:
    """People set another value on the web than the register states; it stays until that states something new.

    Attributes:
        stated: the column beside it that has what the register stated last; no field, as it is nobody's to read.
        step: the child layer whose records set it: each has the value in a column of the same name.
    """

    stated: str
    step: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """One published fact of a layer. A column without a Field is never published.

    Attributes:
        name: the mapped class's column, and the key in GeoJSON, CSV and tiles.
        kind: how source text is parsed and how people read the value; "text" are names and short terms, "prose" free
            words, which may name anybody.
        audiences: who may read it; there is no default, so that nobody is let in by accident.
        meaning: what it means, where that is more than its name means everywhere (geodata/layers/meanings.py).
        unit: what a number counts or measures ("m", "km/h", "yuan", "households"); required for numbers.
        band: readers outside `exact_for` get `<name>_band`, a text, in place of the number.
        without_persons: publications have the name without a person's that stands in it; whoever reads the store itself
            has it whole.
        is_loaded: False for what the database works out itself (a status, a matched id).
        is_required: a row without it is quarantined; a reference that isn't loaded has to be found.
        is_listed: stands in the list, in the tile and in the short popup.
        is_searched: the search looks in it.
        to: the layer whose id a reference holds.
        length: the exact number of characters of a code.
        words: how values of a free text are said, as far as they are known; the store keeps what the source wrote.
        is_said: stands in the line by which a panel tells of the record.
        withheld_by: the flag that says that the value is missing because it isn't published.
        by_hand: how people set it beside the register; None for what they don't.
    """

    name: str
    kind: Kind
    label: Text
    audiences: frozenset[Audience]
    meaning: Text | None = None
    unit: str | None = None
    band: Band | None = None
    exact_for: frozenset[Audience] = EVERYONE
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    length: int | None = None
    without_persons: bool = False
    is_loaded: bool = True
    is_required: bool = False
    is_listed: bool = False
    is_searched: bool = False
    to: str | None = None
    words: tuple[Choice, ...] = ()
    is_said: bool = False
    withheld_by: str | None = None
    by_hand: SetByHand | None = None

    @property
    def holds(self) -> Holds:
        """What its values are, whatever people call them."""
        return HOLDS[self.kind]

    def read_by(self, audience: Audience) -> Field:
        """Return the field as `audience` gets it: itself, or only the band that its number falls in."""
        if self.band is None or audience in self.exact_for:
            return self
        return replace(self, name=f"{self.name}_band", kind="text", band=None, minimum=None, maximum=None)

    def choice(self, value: str) -> Choice | None:
        """Return the declared choice for a stored value, or None."""
        return next((choice for choice in self.choices if choice.value == value), None)

    def word(self, value: str) -> Choice | None:
        """Return the declared choice or word for a stored value, or None."""
        known = (word for word in self.words if value == word.value or value in word.synonyms)
        return self.choice(value) or next(known, None)
