"""`./csmap site` from end to end, of as many places and candidates as a planner may ask about: seconds and memory of
each part.

A process of its own does it, as the command does, and says after each part what that took.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geodata.analyses.coverage import Answer, Question, by_community, cover
from geodata.analyses.siting import Plan, SiteQuestion, site
from geodata.layers.text import Text
from geodata.settings import PROJECT, Settings, load_settings
from tests.bench.machine import forget_peak, peak_mb, run
from tests.bench.rows import Row
from tests.bench.towns import deployments_beside, made_town
from webmap.reports.outlets import OUTLETS, write

HOMES, CANDIDATES, POSTS = 50_000, 2_000, 100
SIDE = 200
ASKED = {"mclp": 30, "p-median": 30}
"""Objective -> posts to add."""


@dataclass
class Parts:
    """What has been done so far: (what, seconds of CPU, of the clock, MB at most)."""

    found: list[tuple[str, float, float, float]] = field(default_factory=list)
    began: tuple[str, float, float] | None = None

    def begin(self, what: str) -> None:
        """Begin a part, which ends the one before; what goes on is no new one."""
        if self.began and self.began[0] == what:
            return
        now = what, time.process_time(), time.perf_counter()
        if self.began:
            name, cpu, wall = self.began
            self.found.append((name, now[1] - cpu, now[2] - wall, peak_mb()))
        forget_peak()
        self.began = now

    def tell(self, _: float, message: Text) -> None:
        """Take what `site` says of how far it is."""
        self.begin(message.en.partition(":")[0])


def site_rows() -> Iterator[Row]:
    """Give each part of a siting for most people and of one for shortest ways, and what each comes to in all."""
    with deployments_beside() as deployments:
        settings = made_town(deployments, SIDE, homes=HOMES, posts=POSTS, spots=CANDIDATES)
        environ = {"CSMAP_HOME": str(settings.home), "PYTHONPATH": str(PROJECT)}
        if settings.database_url:
            environ["CSMAP_DATABASE_URL"] = settings.database_url
        for objective in ASKED:
            took = run([sys.executable, "-m", "tests.bench.whole_site", objective], environ)
            told: dict[str, Any] = json.loads(took.said.splitlines()[-1])
            task = f"site {objective}, {HOMES:,} x {CANDIDATES:,}"
            for what, cpu_s, wall_s, mb in told["parts"]:
                yield Row(f"{task}: {what}", "", cpu_s, None, "-", wall_s=wall_s, mb=mb)
            yield Row(
                task, "", took.cpu_s, None, f"{told['sites']} sites, {told['candidates']} candidates",
                wall_s=took.wall_s, gap=told["gap"], mb=took.memory_mb,
            )  # fmt: skip


def main(objective: str) -> None:
    """Choose sites in the deployment of the environment, write all kinds of files, and print what each part took."""
    settings, parts = load_settings(), Parts()
    question = SiteQuestion(
        Question("police_room", minutes=15), add=ASKED[objective], objective=objective, candidates="service_point"
    )
    plan = site(settings, question, parts.tell)
    parts.begin("who is reached today")
    answer = cover(settings, by_community(settings, question.service))
    _write(settings, parts, answer, plan)
    parts.begin("end")
    print(json.dumps({"parts": parts.found, "gap": plan.gap, "sites": len(plan.sites), "candidates": plan.candidates}))


def _write(settings: Settings, parts: Parts, answer: Answer, plan: Plan) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for ending in OUTLETS:
            parts.begin(f"writing {ending}")
            write(settings, answer, plan, [Path(folder, f"sites{ending}")], "en")


if __name__ == "__main__":
    main(sys.argv[1])
