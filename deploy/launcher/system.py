"""The system packages that csmap stands on, for each distribution, and how they get onto the machine."""

from __future__ import annotations

import importlib.util
import os
import platform
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from launcher.commands import Need
from launcher.steps import SetupError, run_step, say

CREATE_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")
OLDEST_POSTGRES = 15
BROWSERS = ("chromium", "firefox-esr")
"""What the tests drive, by the names of package and program: two engines."""


@dataclass(frozen=True)
class Distribution:
    """A system that csmap knows the package names of. One without `browsers` has them only as snaps."""

    postgres: int
    browsers: bool
    tried: bool


DISTRIBUTIONS = {
    ("debian", "12"): Distribution(15, browsers=True, tried=True),
    ("debian", "13"): Distribution(17, browsers=True, tried=False),
    ("ubuntu", "24.04"): Distribution(16, browsers=False, tried=False),
}


@dataclass(frozen=True)
class Package:
    """A missing package and the reason why it is wanted."""

    name: str
    why: str


def find_distribution() -> Distribution | None:
    """Return the distribution of this machine, None where it isn't in the table."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return None
    return DISTRIBUTIONS.get((release.get("ID", ""), release.get("VERSION_ID", "")))


def list_missing(needs: Need, distribution: Distribution | None) -> list[Package]:
    """Return the packages that `needs` asks for and that aren't there; looks at files only."""
    version = distribution.postgres if distribution else OLDEST_POSTGRES
    missing = []
    if importlib.util.find_spec("ensurepip") is None:
        missing.append(Package("python3-venv", "to keep csmap's Python packages apart from the system's"))
    if Need.DATABASE in needs and not os.environ.get("CSMAP_DATABASE_URL") and not _has_extension("postgis"):
        missing.append(Package(f"postgresql-{version}", "the database"))
        missing.append(Package(f"postgresql-{version}-postgis-3", "its geometry"))
    if Need.PEERS in needs and not os.environ.get("CSMAP_DATABASE_URL") and not _has_extension("pgrouting"):
        missing.append(Package(f"postgresql-{version}-pgrouting", "another router to hold ours against"))
    if Need.PAGES in needs and not any(Path("/usr/share/fonts").glob("**/NotoSansCJK*")):
        missing.append(Package("fonts-noto-cjk", "Chinese labels on maps"))
    if Need.BROWSER in needs and (distribution is None or distribution.browsers):
        missing += [Package(name, "to test the pages in a browser") for name in BROWSERS if not has_browser(name)]
    return missing


def has_browser(name: str) -> bool:
    """Say whether a browser for tests is there; a snap's wrapper doesn't count, it can't be driven."""
    path = Path("/usr/bin") / name
    return path.exists() and "snap" not in str(path.resolve())


def install_missing(needs: Need, *, allowed: bool) -> None:
    """Install what is missing, or say which line does.

    Raises:
        SetupError: it isn't allowed, this system isn't known, there is no right to install, or apt-get failed.
    """
    distribution = find_distribution()
    missing = list_missing(needs, distribution)
    if not missing:
        return
    names = [package.name for package in missing]
    told = ", ".join(f"{package.name} ({package.why})" for package in missing)
    if distribution is None:
        known = ", ".join(f"{name.capitalize()} {version}" for name, version in DISTRIBUTIONS)
        raise SetupError(
            f"missing on this system: {told}. csmap knows how to install on {known}: install them by other means"
        )
    root = [] if os.geteuid() == 0 else ["sudo"]
    line = shlex.join([*root, "apt-get", "install", "--no-install-recommends", *names])
    if not allowed:
        raise SetupError(f"missing: {told}. Run:\n  {line}")
    if root and not shutil.which("sudo"):
        raise SetupError(f"missing: {told}. As root, run:\n  {line.removeprefix('sudo ')}")
    say(f"installing {told}")
    if not distribution.tried:
        say("nobody has tried csmap on this distribution yet: please report what happens")
    _install(root, names)


def _install(root: list[str], names: list[str]) -> None:
    if any(name.startswith("postgresql-") for name in names) and not CREATE_CLUSTER.exists():
        # Or the package would make and start a server of its own.
        keep = f"mkdir -p {CREATE_CLUSTER.parent} && echo create_main_cluster = false > {CREATE_CLUSTER}"
        run_step([*root, "sh", "-c", keep], f"{CREATE_CLUSTER} can't be written")
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "UCF_FORCE_CONFFOLD=1"]
    keep_files = ["-o", "Dpkg::Options::=--force-confold", "-o", "Dpkg::Use-Pty=0"]
    run_step([*root, *quiet, "apt-get", "-q", "update"], "the list of system packages can't be fetched")
    run_step(
        [*root, *quiet, "apt-get", "-q", "-y", *keep_files, "install", "--no-install-recommends", *names],
        f"{', '.join(names)} can't be installed",
    )
    importlib.invalidate_caches()


def _has_extension(name: str) -> bool:
    """Say whether a PostgreSQL that is new enough is there with an extension (geodata.database.postgres asks alike)."""
    return any(
        folder.name.isdigit()
        and int(folder.name) >= OLDEST_POSTGRES
        and Path(f"/usr/share/postgresql/{folder.name}/extension/{name}.control").exists()
        for folder in Path("/usr/lib/postgresql").glob("*")
    )
