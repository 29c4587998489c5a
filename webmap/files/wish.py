"""What somebody takes away: which records, in which words, and what has to be said beside them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.text import Text
from geodata.queries.facts import LayerFacts
from geodata.settings import Settings
from webmap.wording import Wording

TITLE = Text("图层", "Layer")
PLACE = Text("地区", "Place")
NOTICE = Text("说明", "Notice")
CREDIT = Text("来源与许可", "Source and licence")
DATED = Text("数据截至", "Data as of")
ASKED = Text("筛选条件", "Narrowed to")
RECORDS = Text("记录数", "Records")
KEY = Text("编号", "Record id")
_OBVIOUS = frozenset({"year", "level", "records"})
"""Units that a label says already."""


@dataclass(frozen=True)
class Wish:
    """A layer as somebody wants it.

    Attributes:
        settings: the deployment's.
        layer: one that the reader has.
        fields: what a row tells after its id, in order.
        conditions: which records.
        count: how many those are.
        system: the URI of the system of their coordinates.
        facts: of the whole layer.
        wording: in whose language the file speaks.
        notice: what has to be said beside the data; "" for nothing.
        asked: how it was narrowed, as it was asked; "" for the whole layer.
    """

    settings: Settings
    layer: Layer
    fields: tuple[Field, ...]
    conditions: tuple[Any, ...]
    count: int
    system: str
    facts: LayerFacts
    wording: Wording
    notice: str
    asked: str

    @property
    def title(self) -> str:
        """What people call the layer."""
        return self.wording.say(self.layer.title)

    def said(self) -> dict[str, str]:
        """Return what the file says of itself, by heading."""
        day = self.facts.data_date
        parts = {
            TITLE: f"{self.title} ({self.layer.id})",
            PLACE: self.settings.name,
            NOTICE: self.notice,
            CREDIT: self.facts.credit,
            DATED: day.isoformat() if day else "",
            ASKED: self.asked,
            RECORDS: str(self.count),
        }
        return {self.wording.say(heading): value for heading, value in parts.items() if value}

    def description(self) -> str:
        """Return the same as lines."""
        return "\n".join(f"{heading}: {value}" for heading, value in self.said().items())

    def key_label(self) -> str:
        """Return what people call a record's id."""
        return self.wording.say(KEY)

    @cached_property
    def labels(self) -> dict[str, str]:
        """What people call each field, with its unit where it says one; no two the same."""
        found = {field.name: self._label(field) for field in self.fields}
        often = Counter([self.key_label(), *found.values()])
        return {name: f"{said} [{name}]" if often[said] > 1 else said for name, said in found.items()}

    def _label(self, field: Field) -> str:
        said = self.wording.say(field.label)
        return f"{said} ({field.unit})" if field.unit and field.unit not in _OBVIOUS else said
