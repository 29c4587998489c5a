"""Posts that reach nobody wherever people are: far from every street, or on one that a barrier closes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geodata.analyses.coverage.answer import Answer
from geodata.analyses.coverage.stage import SNAP_LIMIT_M
from geodata.coverage.causes import NOTHING
from geodata.coverage.snapping import sources_of
from geodata.queries.posts import PostRow


@dataclass(frozen=True)
class Idle:
    """A post that reaches nobody.

    Attributes:
        post: which one.
        why: "far" from every street, or "barred": its street is closed in both directions.
        street_m: how far the nearest street lies.
    """

    post: PostRow
    why: str
    street_m: float

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "code": self.post.code,
            "name": self.post.called,
            "why": self.why,
            "street_m": round(self.street_m, 1),
            "snap_limit_m": SNAP_LIMIT_M,
        }


def idle_posts(answer: Answer) -> list[Idle]:
    """Return the posts that reach nobody at any hour, in the order of `answer.posts`."""
    stage = answer.ground.stage(NOTHING)
    streets, posts = stage.streets, stage.posts
    sources = sources_of(streets, posts)
    leads_on = np.diff(streets.network.first)[sources.nodes] > 0
    going = set(sources.owner[leads_on].tolist())
    return [
        Idle(post, "barred" if posts.edge[number] >= 0 else "far", float(posts.away_m[number]))
        for number, post in enumerate(answer.posts)
        if number not in going
    ]


def newly_idle(before: Answer, after: Answer) -> list[Idle]:
    """Return the posts that reach nobody after some changes, and weren't there, or did, before."""
    known = {(each.post.id, each.post.lon, each.post.lat) for each in idle_posts(before)}
    return [each for each in idle_posts(after) if (each.post.id, each.post.lon, each.post.lat) not in known]
