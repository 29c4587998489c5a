"""Where the networks of streets are kept: by itself, as what starts the site has to make it and lays none."""

from __future__ import annotations

from pathlib import Path

from geodata.settings import Settings


def cache_folder(settings: Settings, uid: int) -> Path:
    """Return where an account keeps networks: each in a folder of its own, as root can't trust the site's."""
    return settings.home / f"cache-{uid}"
