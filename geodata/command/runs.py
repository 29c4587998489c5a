"""./csmap runs: what was asked and what came out, kept; a run is shown, or worked out once more."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geodata.analyses.again import KINDS, run_again
from geodata.analyses.runs import Again, as_listed, as_told, newest_runs, stored_run
from geodata.command.entry import run
from geodata.layers.text import counted
from geodata.queries.runs import Run
from geodata.settings import Settings, load_settings


def main(argv: list[str] | None = None) -> int:
    """List the newest runs, show one, or work one out again: then 1 is told where it isn't what it should be."""
    given = _parser().parse_args(argv)
    settings = load_settings()
    if given.what == "show":
        print(_shown(settings, stored_run(settings, given.id), as_json=given.json))
        return 0
    if given.what == "again":
        again = run_again(settings, given.id)
        print(_dumped(_as_json(settings, again)) if given.json else again_in_words(again))
        return 0 if again.is_same or again.changed or again.is_other_code else 1
    runs = newest_runs(settings, kind=given.kind, most=given.most)
    told = _listed(settings, runs)
    print(_dumped([as_listed(each, is_outdated=is_old) for each, is_old in runs]) if given.json else told)
    return 0


def answer_told(told: Mapping[str, Any], words: str, *written: Path | None, as_json: bool) -> str:
    """Return an answer with its "run" as JSON, or its words and lines that say where it is kept, in files, too."""
    own = told["run"]
    kept = f"  Kept as run {own['id']} ({own['sha256'][:12]}); ./csmap runs again {own['id']} works it out once more."
    lines = [words, *(f"  Written to {path}." for path in written if path), kept]
    return _dumped(told) if as_json else "\n".join(lines)


def changes_told(told: Mapping[str, Any]) -> list[str]:
    """Return lines that say of an answer, as JSON has it, which changes it stands on; () where it has none."""
    if not told["changes"]:
        return []
    lines = [f"  as if {counted(len(told['changes']), 'change')} had been made"]
    if told["changes_left_out"]:
        lines.append(f"  changes that aren't about this question: {', '.join(map(str, told['changes_left_out']))}")
    return lines


def again_in_words(again: Again) -> str:
    """Return for people what a repetition came to."""
    first, kept = again.first, again.run
    came = "the same bytes" if again.is_same else "another answer"
    lines = [f"run {first.id} ({first.asked.kind}), worked out again: {came} ({kept.sha256[:12]})"]
    if again.changed:
        lines.append(f"  data have changed since: {', '.join(again.changed)}")
    if again.is_other_code:
        lines.append(f"  by other code: {first.asked.code_version} then, {kept.asked.code_version} now")
    if kept.id != first.id:
        lines.append(f"  kept as run {kept.id}")
    elif not again.is_same:
        lines.append(
            "  though neither data nor code have changed: it was cut short by its time limit, or this is a bug"
        )
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="csmap runs", description="What was asked and what came out, with the data and the code that it is from."
    )
    parser.add_argument("--kind", choices=KINDS, help="only runs of this kind")
    parser.add_argument("--most", type=int, default=20, metavar="N", help="so many of the newest (20)")
    parser.add_argument("--json", action="store_true", help="JSON for other programs")
    what = parser.add_subparsers(dest="what", metavar="show|again")
    for name, text in (
        ("show", "a run's question, answer and receipt"),
        ("again", "work a run out once more and say whether it comes to the same bytes"),
    ):
        one = what.add_parser(name, help=text)
        one.add_argument("id", type=int, metavar="ID", help="the run's number")
        one.add_argument("--json", action="store_true", help="JSON for other programs")
    return parser


def _listed(settings: Settings, runs: list[tuple[Run, bool]]) -> str:
    if not runs:
        return "no runs are kept: ./csmap coverage, site, access, grids balance, hotspots, change and rates make some"
    return "\n".join(
        f"{each.id:6}  {settings.local(each.asked_at):%Y-%m-%d %H:%M}  {each.asked.kind:9}"
        f"{_question(each.asked.question)}{'  OLDER THAN ITS DATA' if is_old else ''}"
        for each, is_old in runs
    )


def _question(said: Mapping[str, Any]) -> str:
    """Return the gist of a question."""
    if "before" in said and "is_halved" in said:
        return f"{said['what']}, {said['before']} -> {said['after']}, {said['level']}"
    if "radius_m" in said:
        per = f", by {said['per']}" if said.get("per") else ""
        return f"{said['what']}, {said['period'] or said['day']}, within {said['radius_m']:g} m{per}"
    if "periods" in said:
        first, last = said["periods"][0].partition("..")[0], said["periods"][-1].partition("..")[2]
        return f"{said['what']}, {first}..{last} in {counted(len(said['periods']), 'period')}, {said['level']}"
    changes = counted(len(said["changes"]), "change") if "changes" in said else None
    if "service" not in said:
        return ", ".join(word for word in (said["level"], changes) if word)
    words = [said["service"], said["mode"]["id"], f"{said['minutes']:g} min", said["at"], said["weight"], changes]
    if "objective" in said:
        words += _sited(said)
    if "after" in said:
        words.append(f"{counted(len(said['after']), 'change')} against {len(said['before'])}")
    return ", ".join(word for word in words if word)


def _sited(said: Mapping[str, Any]) -> list[str]:
    """Return what a question about sites wants, and what becomes of the posts that are there."""
    if said["objective"] == "lscp":
        wanted = "fewest posts"
    elif said["existing"] == "closable":
        wanted = f"{said['close']} fewer"
    else:
        wanted = f"{said['add']} more"
    existing = [f"posts {said['existing']}"] if said["existing"] != "fixed" else []
    return [f"{wanted} by {said['objective']}", *existing]


def _shown(settings: Settings, shown: Run, *, as_json: bool) -> str:
    told = {**shown.answer, "run": as_told(settings, shown)}
    if as_json:
        return _dumped({**told, "question": dict(shown.asked.question)})
    took_s = (shown.finished - shown.asked_at).total_seconds()
    lines = [
        f"run {shown.id}: {shown.asked.kind}, {_question(shown.asked.question)}",
        f"  asked {settings.local(shown.asked_at):%Y-%m-%d %H:%M:%S %Z}, done in {took_s:.1f} s",
        f"  code {shown.asked.code_version}, sha256 {shown.sha256}",
        "  data, as newest load/number of loads: "
        + ", ".join(f"{layer} {state}" for layer, state in shown.asked.versions.items()),
        *(f"  {line}" for line in shown.asked.definition.splitlines()),
    ]
    if told["run"]["is_outdated"]:
        lines.append("  OLDER THAN ITS DATA: a layer that it was worked out from has changed since")
    return "\n".join([*lines, "  --json has the answer"])


def _as_json(settings: Settings, again: Again) -> dict[str, Any]:
    return {
        "first": as_told(settings, again.first),
        "run": as_told(settings, again.run),
        "is_same": again.is_same,
        "changed": list(again.changed),
        "is_other_code": again.is_other_code,
    }


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    run(main)
