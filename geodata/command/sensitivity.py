"""./csmap sensitivity: how much an answer about coverage depends on what isn't known for sure."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from geodata.analyses.coverage import cover
from geodata.analyses.coverage.sways import moment_of, sways, sways_as_json
from geodata.command.asking import add_question, question_of
from geodata.command.entry import run
from geodata.settings import load_settings


def main(argv: list[str] | None = None) -> int:
    """Answer in words, or as JSON for other programs."""
    given = _parser().parse_args(argv)
    settings = load_settings()
    on = moment_of(settings, given.roads_of) if given.roads_of else None
    answer = cover(settings, question_of(settings, given))
    told = {
        "service": answer.asked.service.id,
        "demand_total": answer.demand_total,
        "covered": answer.covered,
        "sways": sways_as_json(sways(answer, roads_on=on)),
    }
    print(json.dumps(told, ensure_ascii=False, indent=1) if given.json else in_words(told))
    return 0


def in_words(told: Mapping[str, Any]) -> str:
    """Return sways for people to read."""
    lines = [f"{told['service']}: {told['covered']:,.0f} of {told['demand_total']:,.0f} are within reach"]
    for name, sway in told["sways"].items():
        what, _, how = name.partition("_")
        words = {
            "speed": f"{how} times the speed",
            "snap": f"streets up to {how.removesuffix('_m')} m away",
            "roads": f"roads of {how}",
        }
        lines.append(
            f"  {words[what]:28}{sway['covered']:9,.0f}  the answer is another one for {sway['changed_share']:.1%}"
        )
    return "\n".join([*lines, "  A model's estimate, no promise of response."])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="csmap sensitivity", description="How much an answer about coverage depends on what isn't known for sure."
    )
    add_question(parser, is_split=False)
    parser.add_argument("--roads-of", metavar="DAY", help="compare with the roads that were known on a day, too")
    parser.add_argument("--json", action="store_true", help="one JSON object for other programs")
    return parser


if __name__ == "__main__":
    run(main)
