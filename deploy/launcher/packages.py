"""The project's own Python environment: made and brought up to date from the lock files."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

from geodata.database.service_user import SERVICE_FOLDER, find_service_user, user_of
from launcher.steps import PROJECT, SetupError, as_project_owner, run_step, say

STAMP_NAME = "csmap-stamp.json"
RUN = "requirements.txt"
TESTS = "requirements-tests.txt"


def environment_folder() -> Path:
    """Return where the environment lies: in the project, or where the account that runs the servers can read it.

    That is a folder of /var/lib/csmap for a clone below a folder that is only root's.
    """
    inside = PROJECT / ".venv"
    if os.geteuid() != 0:
        return inside
    user = find_service_user() or user_of(65534)
    if user.can_reach(PROJECT):
        return inside
    mark = hashlib.sha256(os.fsencode(PROJECT)).hexdigest()[:12]
    return SERVICE_FOLDER / f"venv-{mark}"


def ensure_environment(*, tools: bool) -> Path:
    """Make the environment, or bring it to what the lock files say; return its Python.

    Args:
        tools: with the packages of requirements-tests.txt. Once there, they stay.

    Raises:
        SetupError: it can't be made, or a package can't be had.
    """
    folder = environment_folder()
    python = folder / "bin" / "python"
    stamp = _read_stamp(folder)
    tools = tools or stamp.get("tools") is True
    wanted = {"python": sys.version, "tools": tools, "locks": _locks(tools)}
    if stamp == wanted and python.exists():
        return python
    say(f"installing Python packages into {folder} (about half a minute)")
    if stamp.get("python") != sys.version or not python.exists():
        folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        make: list[str | Path] = [
            sys.executable,
            "-m",
            "venv",
            *(["--clear"] if (folder / "pyvenv.cfg").exists() else []),
            folder,
        ]
        run_step(as_project_owner(make), f"{folder} can't be made")
    locks = [word for lock in _lock_names(tools) for word in ("-r", lock)]
    pip: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-input",
        "--require-hashes",
        "--only-binary",
        ":all:",
    ]
    run_step(
        as_project_owner([*pip, *locks]),
        "the Python packages can't be installed",
        environ={"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"},
    )
    write_owned(folder / STAMP_NAME, json.dumps(wanted))
    return python


def write_owned(path: Path, text: str) -> None:
    """Write a small file that belongs to whoever owns the folder it is in."""
    path.write_text(text, "utf-8")
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _lock_names(tools: bool) -> list[str]:
    return [RUN, TESTS] if tools else [RUN]


def _locks(tools: bool) -> str:
    digest = hashlib.sha256()
    for name in _lock_names(tools):
        try:
            digest.update((PROJECT / name).read_bytes())
        except FileNotFoundError:
            raise SetupError(f"{PROJECT / name} is missing: this clone isn't whole") from None
    return digest.hexdigest()


def _read_stamp(folder: Path) -> dict[str, object]:
    try:
        stamp = json.loads((folder / STAMP_NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}
