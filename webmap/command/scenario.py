"""./csmap scenario: changes that are tried together: saved under a name, listed, and compared."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from geodata.analyses.runs import as_told
from geodata.analyses.scenarios import (
    Saved,
    Stated,
    compared,
    comparison_run,
    forget,
    listed,
    rename,
    save,
    saved_scenario,
)
from geodata.command.asking import add_question, question_of
from geodata.command.entry import run
from geodata.command.runs import answer_told
from geodata.errors import InvalidInput
from geodata.layers.text import counted
from geodata.services import get_service
from geodata.settings import Settings, load_settings
from webmap.planning import words as planning_words


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
    add_question(comparing, is_changed=False)
    comparing.add_argument("name", help="the scenario")
    comparing.add_argument("--against", metavar="NAME", help="another scenario (things as they are)")
    return parser


def _list(settings: Settings, given: argparse.Namespace) -> Any:
    found = listed(settings)
    if given.json:
        return [_told(each) for each in found]
    return "\n".join(_line(settings, each) for each in found) or "no scenario is saved"


def _show(settings: Settings, given: argparse.Namespace) -> Any:
    found = saved_scenario(settings, given.name)
    if given.json:
        return _told(found)
    return "\n".join([_line(settings, found), *(f"  {json.dumps(each, ensure_ascii=False)}" for each in found.changes)])


def _save(settings: Settings, given: argparse.Namespace) -> Any:
    try:
        stated = json.loads(given.file.read_text("utf-8"))
    except OSError as error:
        raise InvalidInput(f"{given.file} can't be read: {error.strerror}") from None
    except ValueError as error:
        raise InvalidInput(f"{given.file} is no JSON: {error}") from None
    except RecursionError:
        raise InvalidInput(f"{given.file} is no JSON of changes: it is nested beyond reason") from None
    found = save(settings, given.name, stated, replaces=given.replace)
    return _told(found) if given.json else _line(settings, found)


def _rename(settings: Settings, given: argparse.Namespace) -> Any:
    found = rename(settings, given.name, given.new_name)
    return _told(found) if given.json else _line(settings, found)


def _forget(settings: Settings, given: argparse.Namespace) -> Any:
    forget(settings, given.name)
    return {"forgotten": given.name} if given.json else f"{given.name} is forgotten"


def _compare(settings: Settings, given: argparse.Namespace) -> Any:
    question, scenario = question_of(settings, given), saved_scenario(settings, given.name)
    before: Stated = saved_scenario(settings, given.against).changes if given.against else ()
    kept = comparison_run(
        settings, question, before, scenario.changes, lambda: compared(settings, question, before, scenario.changes)
    )
    told = {**kept.answer, "run": as_told(settings, kept)}
    older = (
        [f"  Saved before the newest data: {', '.join(scenario.outdated)} changed since"] if scenario.outdated else []
    )
    return answer_told(told, "\n".join([in_words(settings, told), *older]), as_json=given.json)


def in_words(settings: Settings, told: Mapping[str, Any]) -> str:
    """Return a comparison, as JSON has it, for people to read."""
    causes, when = planning_words.causes(), f" at {told['at']}" if told["at"] else ""
    lines = [
        f"{get_service(settings, told['service']).title.en}: {told['mode']}, {told['minutes']:g} min{when}",
        f"  {told['covered_before']:,.0f} of {told['demand_total']:,.0f} {told['weight']} are within reach before",
        f"  {told['covered_after']:,.0f} after: {told['share_before']:.1%} before, {told['share_after']:.1%} after",
        f"  {told['gained']:,.0f} gained, {told['lost']:,.0f} lost",
        f"  {told['quicker']:,.0f} have a shorter way, {told['slower']:,.0f} a longer one",
    ]
    if told["served_before"] is not None and told["served_after"] is not None:
        lines.append(f"  {told['served_before']:,.0f} would find room before, {told['served_after']:,.0f} after")
    posts = told["posts_after"]
    lines += [
        f"  {said}"
        for said in planning_words.posts_told(told["idle_posts"], known=posts["known"], is_open=posts["open"])
    ]
    for row in told["areas"]:
        if row["gained"] or row["lost"]:
            name = row["name"] or "(in no such area)"
            lines.append(f"  {name}  +{row['gained']:,.0f} -{row['lost']:,.0f} of {row['demand']:,.0f}")
    for row in told["changed"]:
        sign, cause = ("+", "was") if row["change"] == "gained" else ("-", "now")
        lines.append(
            f"    {sign}{row['people']:,.0f}  {row['name'] or 'elsewhere'}, {cause}: {causes[row['cause']].title}"
        )
    if told["changes_left_out"]:
        lines.append(f"  changes that aren't about this question: {', '.join(map(str, told['changes_left_out']))}")
    return "\n".join([*lines, "  A model's estimate, no promise of response."])


def _line(settings: Settings, saved: Saved) -> str:
    older = f", older than its data: {', '.join(saved.outdated)}" if saved.is_outdated else ""
    when = f"{settings.local(saved.saved):%Y-%m-%d %H:%M}"
    return f"{saved.name}  {counted(len(saved.changes), 'change')}, saved {when}{older}"


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
