"""./csmap user: who may sign in, and for which audience."""

from __future__ import annotations

import argparse
import sys

from geodata.accounts import (
    add,
    change,
    disable,
    enable,
    listed,
    random_password,
    require,
    required,
    reset,
    set_password,
)
from geodata.command.entry import run
from geodata.layers.audience import STAFF, Audience
from geodata.queries.accounts import Account
from geodata.settings import load_settings


def main(argv: list[str] | None = None) -> int:
    """Add an account, list all, give one other audiences or another password, disable or enable it, see to codes."""
    given = _parser().parse_args(argv)
    settings = load_settings()
    match given.what:
        case "add":
            password = _stated(given)
            name = add(settings, given.name, password, [Audience(each) for each in given.audience], given.area)
            print(f"{name} may sign in for {', '.join(sorted(set(given.audience)))}" + _told(given, password))
        case "change":
            change(settings, given.name, [Audience(each) for each in given.audience], given.area)
            print(f"{given.name} reads for {', '.join(sorted(set(given.audience)))} now, and is signed out everywhere")
        case "password":
            password = _stated(given)
            set_password(settings, given.name, password)
            print(f"{given.name} has another password and is signed out everywhere" + _told(given, password))
        case "disable":
            disable(settings, given.name)
            print(f"{given.name} is signed out everywhere and may sign in no more")
        case "enable":
            enable(settings, given.name)
            print(f"{given.name} may sign in again")
        case "reset-codes":
            reset(settings, given.name)
            print(f"{given.name} is signed out everywhere; where codes are required, the next sign-in sets up a phone")
        case "require-codes":
            if given.audience != ["show"]:
                require(settings, [Audience(each) for each in given.audience if each != "nobody"])
            print(f"codes are required of {', '.join(required(settings)) or 'nobody'}")
        case _:
            print("\n".join(_line(each) for each in listed(settings)) or "no accounts: ./csmap user add makes one")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="csmap user",
        description="Who may sign in. An account is a role's, such as police-west: never give it a resident's name.",
    )
    names = "add|list|change|password|disable|enable|reset-codes|require-codes"
    what = parser.add_subparsers(dest="what", metavar=names, required=True)
    new = what.add_parser("add", help="let somebody sign in")
    new.add_argument("name", metavar="NAME", help="of the role, such as police-west")
    other = what.add_parser("change", help="give other audiences and areas than before; ends the sessions")
    for one in (new, other):
        one.add_argument("--audience", action="append", required=True, choices=sorted(STAFF), help="may be given again")
        one.add_argument("--area", action="append", default=[], metavar="CODE", help="of grid officers and police")
    what.add_parser("list", help="say who may sign in")
    changed = what.add_parser("password", help="give another password; ends the sessions")
    for one in (new, changed):
        one.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of the input; without it one is made and printed once",
        )
    off = what.add_parser("disable", help="end the sessions and let nobody sign in by the name")
    on = what.add_parser("enable", help="let a disabled account sign in again")
    lost = what.add_parser("reset-codes", help="forget the phone by which an account gives codes, such as a lost one")
    codes = what.add_parser("require-codes", help="have audiences give a code from a phone (TOTP) besides the password")
    codes.add_argument(
        "audience",
        nargs="+",
        choices=[*sorted(STAFF), "nobody", "show"],
        help="those of which codes are required from now on, and no others; 'show' says of whom they are",
    )
    for one in (other, changed, off, on, lost):
        one.add_argument("name", metavar="NAME")
    return parser


def _stated(given: argparse.Namespace) -> str:
    return sys.stdin.readline().rstrip("\r\n") if given.password_stdin else random_password()


def _told(given: argparse.Namespace, password: str) -> str:
    return "" if given.password_stdin else f"\npassword, shown this once: {password}"


def _line(account: Account) -> str:
    areas = f" of {', '.join(account.area_codes)}" if account.area_codes else ""
    state = f"  DISABLED {account.disabled_at:%Y-%m-%d}" if account.disabled_at else ""
    demo = "  entered by one click at this machine" if account.is_demo else ""
    codes = f"  gives codes since {account.enrolled:%Y-%m-%d}" if account.enrolled else ""
    return f"{account.name:24}{', '.join(account.audiences)}{areas}{state}{codes}{demo}"


if __name__ == "__main__":
    run(main)
