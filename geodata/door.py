"""The Python door: a deployment's layers as GeoDataFrames, for one audience at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas

from geodata.analyses.coverage import Question, cover, frame_of
from geodata.analyses.siting import SiteQuestion, site
from geodata.analyses.siting import frame_of as frame_of_plan
from geodata.layers.audience import Audience
from geodata.queries.areas import get_area
from geodata.queries.frames import frame
from geodata.queries.reading import Reader, open_reading
from geodata.settings import Settings


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
        """
        with open_reading(self.settings, Reader(Audience(audience), own_areas)) as reading:
            wanted = None if area is None else get_area(reading, area).id
            return frame(reading, reading.layer(layer_id), area=wanted)

    def coverage(self, service: str, **asked: Any) -> geopandas.GeoDataFrame:
        """Return the places with people, whether a service reaches them, and why not where it doesn't.

        `geodata.open(home).coverage("police_room", minutes=5, at="Mon 22:00")`. `attrs["answer"]` has the sums and
        `attrs["receipt"]` what they stand on.

        Args:
            service: its id.
            **asked: the rest of `geodata.analyses.coverage.Question`.

        Raises:
            NotFound: no such service.
            InvalidInput: as `geodata.analyses.coverage.cover`.
        """
        return frame_of(self.settings, cover(self.settings, Question(service, **asked)))

    def site(self, service: str, *, add: int = 3, objective: str = "mclp", **asked: Any) -> geopandas.GeoDataFrame:
        """Return where the next posts of a service belong, the one that brings the most first.

        `geodata.open(home).site("police_room", add=3, minutes=5)`. `attrs["answer"]` has the sums, the curve and the
        proof, `attrs["receipt"]` what they stand on.

        Args:
            service: its id.
            add: how many posts more.
            objective: one of `geodata.analyses.siting.OBJECTIVES`.
            **asked: `candidates`, `existing`, `capacity` and `time_limit_s` of
                `geodata.analyses.siting.SiteQuestion`; all else is of `geodata.analyses.coverage.Question`.

        Raises:
            NotFound: no such service or layer.
            InvalidInput: as `geodata.analyses.siting.site`.
        """
        own = {
            name: asked.pop(name) for name in ("candidates", "existing", "capacity", "time_limit_s") if name in asked
        }
        question = SiteQuestion(Question(service, **asked), add=add, objective=objective, **own)
        return frame_of_plan(site(self.settings, question))
