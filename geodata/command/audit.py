"""./csmap audit: the log of sign-ins, of what staff read and took away, and of changes to accounts."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import date

from geodata.accounts.log import What, entries, forget
from geodata.command.entry import run
from geodata.queries.log import Entry
from geodata.settings import load_settings


def main(argv: list[str] | None = None) -> int:
    """Print the log, the latest last, or forget what is older than half a year."""
    parser = argparse.ArgumentParser(prog="csmap audit", description=main.__doc__)
    parser.add_argument("--since", type=date.fromisoformat, metavar="YYYY-MM-DD", help="from this day on (UTC)")
    parser.add_argument("--account", default="", help="of this account alone")
    parser.add_argument("--what", default="", choices=list(What), help="of this kind alone")
    parser.add_argument("--limit", type=int, default=200, metavar="N", help="the latest N (200)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument(
        "--forget-before", type=date.fromisoformat, metavar="YYYY-MM-DD", help="delete what is older; notes that it did"
    )
    given = parser.parse_args(argv)
    settings = load_settings()
    if given.forget_before:
        print(f"{forget(settings, given.forget_before)} entries before {given.forget_before} are forgotten")
        return 0
    found = entries(settings, since=given.since, account=given.account, what=given.what, limit=max(given.limit, 0))
    for entry in reversed(found):
        print(_as_json(entry) if given.json else _line(entry))
    return 0


def _as_json(entry: Entry) -> str:
    stated = asdict(entry) | {"session": entry.session.hex(), "happened": str(entry.happened)}
    return json.dumps({name: value for name, value in stated.items() if value}, ensure_ascii=False)


def _line(entry: Entry) -> str:
    areas = f" of {','.join(entry.area_codes)}" if entry.area_codes else ""
    about = " ".join(word for word in (entry.layer, entry.way, entry.detail) if word)
    who = f"{entry.account or '-'} ({entry.audience}{areas})" if entry.audience else entry.account or "-"
    return f"{entry.happened:%Y-%m-%d %H:%M:%S%z}  {entry.what:17}{who}  {about}  {entry.address}".rstrip()


if __name__ == "__main__":
    run(main)
