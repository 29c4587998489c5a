"""The Python door: a deployment's layers as GeoDataFrames, for one audience at a time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import geopandas

from geodata.analyses.coverage import Question, cover, frame_of, parse_period
from geodata.analyses.siting import SiteQuestion, site
from geodata.analyses.siting import frame_of as frame_of_plan
from geodata.errors import InvalidInput
from geodata.layers.audience import Audience
from geodata.queries.areas import get_area
from geodata.queries.frames import frame
from geodata.queries.reading import Reader, open_reading
from geodata.settings import Settings
from geodata.typed import check_words


@dataclass(frozen=True)
class Door:
    """An open deployment."""

    settings: Settings

    def layer(
        self,
        layer_id: str,
        *,
        audience: str = Audience.STEWARD,
        own_areas: tuple[str, ...] = (),
        area: str | None = None,
    ) -> geopandas.GeoDataFrame:
        """Return a layer as a GeoDataFrame in WGS 84, with the fields and rows that `audience` may see.

        Args:
            layer_id: such as "compound".
            audience: "steward" unless asked otherwise.
            own_areas: the codes of an officer's areas; without them an officer gets nothing.
            area: only records that touch the area of this code or name.

        Raises:
            NotFound: no such layer or area for that audience.
            InvalidInput: no such audience, or codes of areas that are one text.
        """
        if audience not in [*Audience]:
            raise InvalidInput(f"no audience {audience!r}; there are {', '.join(Audience)}")
        if isinstance(own_areas, str):
            raise InvalidInput(f"own_areas is {own_areas!r}; wanted are several codes, such as ({own_areas!r},)")
        with open_reading(self.settings, Reader(Audience(audience), tuple(own_areas))) as reading:
            wanted = None if area is None else get_area(reading, area).id
            return frame(reading, reading.layer(layer_id), area=wanted)

    def coverage(self, service: str, **asked: Any) -> geopandas.GeoDataFrame:
        """Return the places with people, whether a service reaches them, and why not where it doesn't.

        `geodata.open(home).coverage("police_room", minutes=5, at="Mon 22:00")`. `attrs["answer"]` has the sums and
        `attrs["receipt"]` what they stand on.

        Args:
            service: its id.
            **asked: the rest of `geodata.analyses.coverage.Question`; a period may be a text such as "2025-03", too.

        Raises:
            NotFound: no such service.
            InvalidInput: a word that a question has not, or as `geodata.analyses.coverage.cover`.
        """
        check_words(asked, Question)
        return frame_of(self.settings, cover(self.settings, _question(service, asked)))

    def site(self, service: str, *, add: int = 3, objective: str = "mclp", **asked: Any) -> geopandas.GeoDataFrame:
        """Return where the next posts of a service belong, the one that brings the most first.

        `geodata.open(home).site("police_room", add=3, minutes=5)`. `attrs["answer"]` has the sums, the curve and the
        proof, `attrs["receipt"]` what they stand on.

        Args:
            service: its id.
            add: how many posts more.
            objective: one of `geodata.analyses.siting.OBJECTIVES`.
            **asked: the rest of `geodata.analyses.siting.SiteQuestion` and of `geodata.analyses.coverage.Question`.

        Raises:
            NotFound: no such service or layer.
            InvalidInput: a word that neither question has, or as `geodata.analyses.siting.site`.
        """
        check_words(asked, SiteQuestion, Question)
        own = {name: asked.pop(name) for name in [field.name for field in fields(SiteQuestion)] if name in asked}
        question = SiteQuestion(_question(service, asked), add=add, objective=objective, **own)
        return frame_of_plan(site(self.settings, question))


def _question(service: str, asked: dict[str, Any]) -> Question:
    """Return the question that words ask about a service."""
    period = asked.get("period")
    return Question(service, **{**asked, **({"period": parse_period(period)} if isinstance(period, str) else {})})
