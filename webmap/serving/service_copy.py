"""Copies in /var/lib/csmap of what the account that runs the site can't reach: the code, and some files of a home."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from geodata.accounts.totp import KEY_NAME, make_key
from geodata.analyses.kept_folder import cache_folder
from geodata.database.cluster import PATH_NAME, Cluster
from geodata.database.logins import PASSWORDS_NAME
from geodata.database.private import own_folder, write_as
from geodata.database.service_user import SERVICE_FOLDER, ServiceUser
from geodata.settings import CONFIG_NAME, PROJECT, Settings
from webmap.files.spool import spool_folder
from webmap.tile_cache import tiles_folder

CODE = ("geodata", "etl", "webmap")


def code_for(user: ServiceUser) -> Path:
    """Return a folder from which `user` can import geodata, etl and webmap: the project, or a fresh copy of it."""
    if user.can_reach(PROJECT) and all(user.can_reach(PROJECT / name / "__init__.py") for name in CODE):
        return PROJECT
    copy = SERVICE_FOLDER / f"app-{_mark(PROJECT)}"
    new, old = copy.with_suffix(".new"), copy.with_suffix(".old")
    for folder in (new, old):
        shutil.rmtree(folder, ignore_errors=True)
    new.mkdir(mode=0o755, parents=True)
    for name in CODE:
        leave = shutil.ignore_patterns("__pycache__", "frontend")
        shutil.copytree(PROJECT / name, new / name, ignore=leave, copy_function=shutil.copyfile)
    _open_to_read(new)
    if copy.exists():
        copy.rename(old)
    new.rename(copy)
    shutil.rmtree(old, ignore_errors=True)
    return copy


def home_for(user: ServiceUser, settings: Settings) -> Path:
    """Return a folder in which `user` can read the deployment's settings: its home, or a private copy.

    A file of the home that the site reads has to be named here.
    """
    if os.access(settings.home, os.W_OK):
        key = make_key(settings.home)
        if os.geteuid() == 0:
            # The site opens with it what makes its accounts' codes, wherever it finds the rest of the home.
            os.chown(key, user.uid, user.gid, follow_symlinks=False)
    wanted = (CONFIG_NAME, settings.boundary_file, PASSWORDS_NAME, KEY_NAME)
    if all(user.can_reach(settings.home / name) for name in wanted):
        if os.access(settings.home, os.W_OK):
            own_folder(cache_folder(settings, user.uid), user)
            own_folder(spool_folder(settings, user.uid), user)
            own_folder(tiles_folder(settings, user.uid), user)
        return settings.home
    SERVICE_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    copy = home_copy(settings.home)
    own_folder(copy, user)
    for name in wanted:
        if (settings.home / name).exists():
            write_as(user, copy / name, (settings.home / name).read_text("utf-8"))
    if settings.database_url is None:
        write_as(user, copy / PATH_NAME, f"{Cluster.at(settings.home).folder}\n")
    return copy


def home_copy(home: Path) -> Path:
    """Return where the copy of a home lies, where there is one."""
    return SERVICE_FOLDER / f"home-{_mark(home)}"


def _open_to_read(folder: Path) -> None:
    """Let everybody read the copy, whatever umask it was made under."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def _mark(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
