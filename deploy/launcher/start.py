"""Reads the command line, sets up what the command needs and hands over to it."""

from __future__ import annotations

import argparse
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from launcher.checks import checks_with, run_checks
from launcher.commands import COMMANDS, Need, help_text
from launcher.packages import ensure_environment
from launcher.pages import ensure_pages
from launcher.steps import PROJECT, SetupError, say
from launcher.system import BROWSERS, has_browser, install_missing

HERE = "127.0.0.1"
ALONE = "--no-system-packages"


def main(argv: list[str]) -> int:
    """Run one command of ./csmap and return its exit code; usually the command takes this process over."""
    try:
        return _run(argv)
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


def _run(argv: list[str]) -> int:
    ours = argv.index("python") if "python" in argv else len(argv)  # a script's own arguments are none of ours
    arguments = [word for number, word in enumerate(argv) if word != ALONE or number > ours]
    allowed = len(arguments) == len(argv)
    if not arguments or arguments[0] in ("-h", "--help"):
        (sys.stdout if arguments else sys.stderr).write(help_text() + "\n")
        return 0 if arguments else 2
    name, *rest = arguments
    if name not in COMMANDS:
        say(f"{name!r} is no command; ./csmap --help lists them: {', '.join(COMMANDS)}")
        return 2
    if name == "demo":
        return _demo(rest, allowed=allowed)
    if name == "setup":
        return _setup(rest, allowed=allowed)
    if name == "check":
        return _check(rest, allowed=allowed)
    python = set_up(COMMANDS[name].needs, allowed=allowed)
    return _become([python, *_python_words(name, rest)])


def _python_words(name: str, rest: list[str]) -> list[str]:
    """Return what Python is started with for a command."""
    if name == "python":
        return rest
    if name == "test":
        os.chdir(PROJECT)
        # All of them on every core, and one worker more, as each waits for servers and browsers a quarter of its time;
        # each has a database of its own. Those that share what is dear to make say so (xdist_group) and come in the
        # order of tests/conftest.py. With arguments just as pytest is told.
        every = ["-n", str(min(4, 1 + (os.cpu_count() or 1))), "--dist", "loadgroup", "--no-loadscope-reorder"]
        return ["-m", "pytest", *(rest or every)]
    return ["-P", "-m", str(COMMANDS[name].module), *rest]


def set_up(needs: Need, *, allowed: bool, try_again: bool = False) -> Path:
    """Set up what `needs` asks for and return the environment's Python; a later start only compares stamps.

    Args:
        needs: what the command needs.
        allowed: missing system packages may be installed.
        try_again: ask npm's registry again where it couldn't be reached the last time.
    """
    begun = time.monotonic()
    with _one_at_a_time(), _readable_files():
        install_missing(needs, allowed=allowed)
        python = ensure_environment(tools=Need.TOOLS in needs)
        if Need.PAGES in needs:
            ensure_pages(python, libraries=bool(needs & (Need.TOOLS | Need.BROWSER)), try_again=try_again)
    if (seconds := time.monotonic() - begun) > 3:
        say(f"set up in {seconds:.0f} s")
    return python


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    handle = os.open(PROJECT, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _readable_files() -> Iterator[None]:
    """Let the account that runs the servers read what root installs; the command itself keeps the caller's mask."""
    mask = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(mask)


def _environ() -> dict[str, str]:
    """Return the environment in which geodata, etl and webmap import, from any folder."""
    others = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(PROJECT), *([others] if others else [])])}


def _become(words: list[str | Path]) -> NoReturn:
    line = [str(word) for word in words]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(line[0], line, _environ())  # noqa: S606  no shell is wanted


def _parser(name: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"csmap {name}", description=COMMANDS[name].help, allow_abbrev=False)


def _demo(rest: list[str], *, allowed: bool) -> int:
    parser = _parser("demo")
    parser.add_argument("--port", type=int, default=8000, help="where to serve it (8000)")
    parser.add_argument("--host", default=HERE, help="the address to listen at; the accounts get passwords then")
    parser.add_argument("--tls", action="store_true", help="speak TLS, without which nobody signs in from elsewhere")
    parser.add_argument(
        "--name", action="append", default=[], metavar="HOST", help="with --tls: another name of this machine"
    )
    parser.add_argument("--no-serve", action="store_true", help="stop once it is loaded and published")
    parser.add_argument("--tour", metavar="DIR", help="take pictures of its pages into a folder in place of serving it")
    parser.add_argument("--seed", type=int, metavar="N", help="another town by the same rules")
    parser.add_argument("--scale", type=int, metavar="N", help="so many districts side by side (1)")
    given = parser.parse_args(rest)
    if given.name and not given.tls:
        parser.error("--name is for a certificate: it goes with --tls")
    words = [f"--{name}={value}" for name, value in (("seed", given.seed), ("scale", given.scale)) if value is not None]
    if given.host != HERE:
        words.append("--passwords")
    needs = COMMANDS["demo"].needs | (COMMANDS["test"].needs if given.tour else Need.NOTHING)
    python = set_up(needs, allowed=allowed, try_again=True)
    code = subprocess.run([python, "-P", "-m", "etl.command.demo", *words], env=_environ(), check=False).returncode
    if code == 0 and given.tour:
        return _become([python, "-P", "-m", "tests.browser.tour", given.tour])
    if code != 0 or given.no_serve:
        return code
    return _become([python, "-P", "-m", "webmap.command.serve", *_served(given)])


def _served(given: argparse.Namespace) -> list[str]:
    """Return what `serve` is told of what `demo` was."""
    names = [word for name in given.name for word in ("--name", name)]
    return ["--port", str(given.port), "--host", given.host, *(["--tls"] if given.tls else []), *names]


def _setup(rest: list[str], *, allowed: bool) -> int:
    parser = _parser("setup")
    parser.add_argument("--tests", action="store_true", help="with all that ./csmap test and ./csmap check need")
    given = parser.parse_args(rest)
    needs = COMMANDS["setup"].needs | (COMMANDS["test"].needs if given.tests else Need.NOTHING)
    python = set_up(needs, allowed=allowed, try_again=True)
    say(f"ready: Python in {python.parent.parent}")
    missing = [name for name in BROWSERS if not has_browser(name)] if given.tests else []
    if missing:
        called = " and ".join(missing)
        say(f"tests in {called} will be skipped: this system has it only as a snap, which tests can't drive")
    return 0


def _check(rest: list[str], *, allowed: bool) -> int:
    _parser("check").parse_args(rest)
    python = set_up(COMMANDS["check"].needs, allowed=allowed)
    environ = {"PATH": os.defpath, **_environ()}
    return 1 if run_checks(checks_with(python.parent), environ) else 0
