"""Who runs PostgreSQL and the web server: never root. The launcher reads this file too: standard library only."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SERVICE_FOLDER = Path("/var/lib/csmap")
"""Where root keeps what the service user can't reach below a private folder."""


@dataclass(frozen=True)
class ServiceUser:
    """An account of this machine."""

    uid: int
    gid: int
    name: str

    def command(self, words: Sequence[str | Path], *, dies_with_parent: bool = False) -> list[str]:
        """Return the command line that runs `words` as this account.

        Args:
            words: the program and its arguments.
            dies_with_parent: it gets SIGTERM when the process that started it is gone, however that ended.
        """
        line = [str(word) for word in words]
        options = ["--pdeathsig=TERM"] if dies_with_parent else []
        if os.geteuid() != self.uid:
            options += [f"--reuid={self.uid}", f"--regid={self.gid}", "--init-groups"]
        return ["setpriv", *options, "--", *line] if options else line

    def can_reach(self, path: Path) -> bool:
        """Say whether this account may read `path` and go through all folders above it.

        Of a path that isn't there yet the nearest folder above counts.
        """
        path = path.absolute()
        while not _is_there(path) and path != path.parent:
            path = path.parent
        # Asked of the system itself, so that groups and access lists count too.
        question = ["test", "-r", str(path)]
        if path.is_dir():
            question += ["-a", "-x", str(path)]
        line = self.command(question)
        return subprocess.run(line, cwd="/", env={"PATH": SYSTEM_PATH}, check=False).returncode == 0

    def environment(self) -> dict[str, str]:
        """Return the environment for a program of this account: nothing of the caller's leaks into it."""
        try:
            home = pwd.getpwuid(self.uid).pw_dir
        except KeyError:
            home = "/"
        return {"PATH": SYSTEM_PATH, "LANG": "C.UTF-8", "HOME": home, "USER": self.name, "LOGNAME": self.name}


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False


def user_of(uid: int) -> ServiceUser:
    """Return the account with this number, whether or not it has a name."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return ServiceUser(uid, os.getgid(), str(uid))
    return ServiceUser(uid, entry.pw_gid, entry.pw_name)


def find_service_user(environ: Mapping[str, str] = os.environ) -> ServiceUser | None:
    """Return who runs the servers: whoever asks, or, asked by root, the user behind sudo, else postgres.

    None where root asks and the machine has neither.
    """
    if os.geteuid() != 0:
        return user_of(os.geteuid())
    for found in (_behind_sudo(environ), _postgres()):
        if found is not None and found.pw_uid != 0:
            return ServiceUser(found.pw_uid, found.pw_gid, found.pw_name)
    return None


def _behind_sudo(environ: Mapping[str, str]) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(int(environ.get("SUDO_UID", "")))
    except (KeyError, ValueError):
        return None


def _postgres() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None
