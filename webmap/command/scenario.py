"""./csmap scenario: changes that are tried together: saved under a name, listed, and compared."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geodata.analyses.coverage.question import understand
from geodata.analyses.scenarios import (
    Comparison,
    Saved,
    Stated,
    as_json,
    compare,
    forget,
    listed,
    rename,
    save,
    saved_scenario,
    understand_changes,
)
from geodata.command.entry import run
from geodata.errors import InvalidInput
from geodata.settings import Settings, load_settings
from webmap import planning_words
from webmap.command.asking import add_question, question_of


def main(argv: list[str] | None = None) -> int:
    """Save, list, show, rename, forget or compare scenarios."""
    given = _parser().parse_args(argv)
    said = _ACTIONS[given.action](load_settings(), given)
    print(said if isinstance(said, str) else json.dumps(said, ensure_ascii=False, indent=1))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="csmap scenario", description="Changes that are tried together.")
    actions = parser.add_subparsers(dest="action", required=True)

    def action(name: str, words: str) -> argparse.ArgumentParser:
        found = actions.add_parser(name, help=words, description=words)
        found.add_argument("--json", action="store_true", help="one JSON object for other programs")
        return found

    action("list", "all scenarios by name")
    action("show", "a scenario's changes").add_argument("name")
    saving = action("save", "keep the changes of a file under a name")
    saving.add_argument("name")
    saving.add_argument(
        "file", type=Path, metavar="CHANGES.json", help='a list such as [{"change": "close_post", ...}]'
    )
    saving.add_argument("--replace", action="store_true", help="in place of those that the name has had")
    renaming = action("rename", "give a scenario another name")
    renaming.add_argument("name")
    renaming.add_argument("new_name", metavar="NEW_NAME")
    action("forget", "take a scenario away").add_argument("name")
    comparing = action("compare", "who gains and who loses by a scenario")
    add_question(comparing)
    comparing.add_argument("name", help="the scenario")
    comparing.add_argument("--against", metavar="NAME", help="another scenario (things as they are)")
    return parser


def _list(settings: Settings, given: argparse.Namespace) -> Any:
    found = listed(settings)
    if given.json:
        return [_told(each) for each in found]
    return "\n".join(_line(each) for each in found) or "no scenario is saved"


def _show(settings: Settings, given: argparse.Namespace) -> Any:
    found = saved_scenario(settings, given.name)
    if given.json:
        return _told(found)
    return "\n".join([_line(found), *(f"  {json.dumps(each, ensure_ascii=False)}" for each in found.changes)])


def _save(settings: Settings, given: argparse.Namespace) -> Any:
    try:
        stated = json.loads(given.file.read_text("utf-8"))
    except OSError as error:
        raise InvalidInput(f"{given.file} can't be read: {error.strerror}") from None
    except ValueError as error:
        raise InvalidInput(f"{given.file} is no JSON: {error}") from None
    found = save(settings, given.name, stated, replaces=given.replace)
    return _told(found) if given.json else _line(found)


def _rename(settings: Settings, given: argparse.Namespace) -> Any:
    found = rename(settings, given.name, given.new_name)
    return _told(found) if given.json else _line(found)


def _forget(settings: Settings, given: argparse.Namespace) -> Any:
    forget(settings, given.name)
    return {"forgotten": given.name} if given.json else f"{given.name} is forgotten"


def _compare(settings: Settings, given: argparse.Namespace) -> Any:
    question = question_of(given)
    asked = understand(settings, question)
    before: Stated = saved_scenario(settings, given.against).changes if given.against else ()
    scenario = saved_scenario(settings, given.name)
    after = understand_changes(settings, asked, list(scenario.changes))
    found = compare(settings, question, after.changes, understand_changes(settings, asked, list(before)).changes)
    if given.json:
        return {**as_json(found), "changes_left_out": list(after.left_out), "is_outdated": scenario.is_outdated}
    lines = [in_words(found)]
    if after.left_out:
        lines.append(f"  not about this question: {len(after.left_out)} of {len(scenario.changes)} changes")
    if scenario.is_outdated:
        lines.append(f"  saved before the newest data: {', '.join(scenario.outdated)} have changed since")
    return "\n".join(lines)


def in_words(found: Comparison) -> str:
    """Return a comparison for people to read."""
    before, after, causes = found.before, found.after, planning_words.causes()
    asked = before.asked
    when = f" at {asked.at}" if asked.at else ""
    now, then = f"{before.covered:,.0f} of {before.demand_total:,.0f} {asked.weight}", f"{after.covered:,.0f}"
    lines = [
        f"{asked.service.title.en}: {asked.mode.id}, {asked.minutes:g} min{when}",
        f"  {now} are within reach before: {before.share:.1%}; {then} after: {after.share:.1%}",
        f"  {found.gained:,.0f} gained, {found.lost:,.0f} lost",
        f"  {found.quicker:,.0f} have a shorter way, {found.slower:,.0f} a longer one",
    ]
    if before.served is not None and after.served is not None:
        lines.append(f"  {before.served:,.0f} would find room before, {after.served:,.0f} after")
    for row in found.areas:
        if row.gained or row.lost:
            name = row.area.name if row.area else "(in no such area)"
            lines.append(f"  {name}  +{row.gained:,.0f} -{row.lost:,.0f} of {row.demand:,.0f}")
    for moved in found.moved:
        sign, cause = ("+", "was") if moved.is_gain else ("-", "now")
        place = moved.group.name or "elsewhere"
        lines.append(f"    {sign}{moved.people:,.0f}  {place}, {cause}: {causes[moved.cause].title}")
    return "\n".join([*lines, "  A model's estimate, no promise of response."])


def _line(saved: Saved) -> str:
    older = f", older than its data: {', '.join(saved.outdated)}" if saved.is_outdated else ""
    return f"{saved.name}  {len(saved.changes)} changes, saved {saved.saved:%Y-%m-%d %H:%M}{older}"


def _told(saved: Saved) -> dict[str, Any]:
    return {
        "name": saved.name,
        "saved": saved.saved.isoformat(),
        "changes": list(saved.changes),
        "is_outdated": saved.is_outdated,
        "outdated_layers": list(saved.outdated),
    }


_ACTIONS: dict[str, Callable[[Settings, argparse.Namespace], Any]] = {
    "list": _list,
    "show": _show,
    "save": _save,
    "rename": _rename,
    "forget": _forget,
    "compare": _compare,
}

if __name__ == "__main__":
    run(main)
