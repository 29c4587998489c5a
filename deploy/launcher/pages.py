"""The front end: its libraries from npm's registry by the lock file, then our own sources, built into webmap/static."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from launcher.packages import write_owned
from launcher.steps import PROJECT, StepFailed, as_project_owner, run_step, say

LIBRARIES = PROJECT / "node_modules"
BUILT = PROJECT / "webmap" / "static"
LOCKS = ("package.json", "package-lock.json", ".npmrc")
SOURCES = PROJECT / "webmap" / "frontend"
WORDS = PROJECT / "webmap" / "translations"
LIBRARIES_STAMP = ".csmap-stamp"
BUILD_STAMP = ".csmap-build"
GIVEN_UP = "csmap-no-npm"
OUR_FAULT = re.compile(r"\b(EUSAGE|EINTEGRITY|EJSONPARSE)\b")
"""What npm says where the lock file is wrong, which must not pass for a registry out of reach."""
REASON = re.compile(r"npm error code (\S+)")


def ensure_pages(python: Path, *, libraries: bool, try_again: bool) -> bool:
    """Build the front end where its sources or libraries have changed; False where npm's registry is out of reach.

    Args:
        python: the environment's; node and npm are beside it.
        libraries: they have to be in ./node_modules too, also where the pages are built already (tests read them).
        try_again: ask npm's registry even where it couldn't be reached the last time.

    Raises:
        SetupError: the lock file or our own sources are wrong.
    """
    ensure_words(python)
    locks, sources = _digest(_lock_files()), _digest([*_lock_files(), *_files(SOURCES)])
    built = _is(BUILT / BUILD_STAMP, sources)
    installed = _is(LIBRARIES / LIBRARIES_STAMP, locks)
    if built and (installed or not libraries):
        return True
    given_up = python.parent.parent / GIVEN_UP
    if not installed:
        if _is(given_up, locks) and not try_again:
            say("the maps aren't built, as npm's registry couldn't be reached: ./csmap setup tries again")
            return False
        if not _install(python):
            write_owned(given_up, locks)
            return False
        write_owned(LIBRARIES / LIBRARIES_STAMP, locks)
        given_up.unlink(missing_ok=True)
    if not built:
        say("building the front end")
        _npm(python, ["run", "build"], "the front end can't be built")
        write_owned(BUILT / BUILD_STAMP, sources)
    return True


def ensure_words(python: Path) -> None:
    """Compile the translations where they have changed."""
    stamp = python.parent.parent / "csmap-words"
    words = [path for path in _files(WORDS) if path.suffix == ".po"]
    if not words:
        return
    digest = _digest(words)
    if _is(stamp, digest) and all(path.with_suffix(".mo").exists() for path in words):
        return
    compiler: list[str | Path] = [python, "-P", "-m", "webmap.command.translations"]
    run_step(as_project_owner(compiler), "the translations can't be compiled", environ={"PYTHONPATH": str(PROJECT)})
    write_owned(stamp, digest)


def _install(python: Path) -> bool:
    say("installing front-end libraries")
    hurry = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000"]
    try:
        _npm(python, ["ci", "--no-audit", "--no-fund", *hurry], "the front-end libraries can't be installed")
    except StepFailed as failure:
        if OUR_FAULT.search(failure.output):
            raise
        reason = REASON.search(failure.output)
        say(
            f"npm's registry gives no libraries ({reason[1] if reason else 'no reason told'}), so the maps are missing "
            "for now: the site starts with lists and words. ./csmap setup tries again"
        )
        return False
    return True


def _npm(python: Path, words: list[str], failure: str) -> None:
    path = os.pathsep.join([str(python.parent), os.environ.get("PATH", os.defpath)])
    run_step(
        as_project_owner([python.parent / "npm", *words]),
        failure,
        environ={"PATH": path, "npm_config_update_notifier": "false", "npm_config_loglevel": "error"},
    )


def _lock_files() -> list[Path]:
    return [PROJECT / name for name in LOCKS if (PROJECT / name).exists()]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(PROJECT)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is(stamp: Path, digest: str) -> bool:
    return stamp.exists() and stamp.read_text("utf-8") == digest
