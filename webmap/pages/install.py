"""What lets a device keep the site among its apps and without a network: its name and icons, its worker, its shell.

None of these holds anything of the data, so that they are the same for everybody who asks.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext

from geodata.errors import NotFound
from webmap import sheets
from webmap.access import is_below_staff, settings
from webmap.languages import language
from webmap.page_words import wording

blueprint = Blueprint("install", __name__)

PAGES = (
    r"^/$", r"^/list$", r"^/about$", r"^/places/", r"^/compounds/", r"^/communities/", r"^/governance$", r"^/help$",
)  # fmt: skip
"""Residents' pages that a device keeps as they were last seen. Of staff's the server names those that are kept."""
NOT_KEPT = {"planner.css", "planner_answer.css", "planner_change.css", "hotspots.css", "staff.css", "choices.js"}
"""Of pages that no device keeps, or that are files already."""
SHEETS = tuple(sorted({path.name for path in sheets.FOLDER.iterdir() if path.suffix in (".css", ".js")} - NOT_KEPT))
"""Style sheets, and the small scripts that stand beside them."""
PICTURES = ("icon.svg", "icon-192.png")
_TEMPLATES = ("base.html", "offline.html")


@blueprint.get("/manifest.webmanifest")
def show_manifest() -> Response:
    """Answer with the site's name, icons and first page: `?start=officer` for who begins at their deadlines."""
    start = {"officer": url_for("officer.show_deadlines")}.get(request.args.get("start", ""), _scope())
    sizes = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"),
             ("icon-maskable.png", "512x512", "maskable"))  # fmt: skip
    manifest = {
        "id": start,
        "name": f"{settings().name} · {gettext('Community safety and service map')}",
        "short_name": settings().name,
        "lang": language(),
        "dir": "ltr",
        "start_url": start,
        "scope": _scope(),
        "display": "standalone",
        "background_color": "#f7f5f0",
        "theme_color": "#0b4ea2",
        "icons": [
            {"src": _sheet(name), "sizes": size, "type": "image/png", "purpose": purpose}
            for name, size, purpose in sizes
        ],
    }
    return Response(json.dumps(manifest, ensure_ascii=False), mimetype="application/manifest+json")


@blueprint.get("/sw.js")
def show_worker() -> Response:
    """Answer with the worker, which is told what it keeps: a site of another version has another one.

    Raises:
        NotFound: the front end hasn't been built.
    """
    folder = Path(current_app.static_folder or "")
    if not (folder / "sw.js").is_file():
        raise NotFound("the front end hasn't been built")
    built = json.loads((folder / "shell.json").read_text("utf-8"))
    offline = url_for("install.show_offline")
    told: dict[str, Any] = {
        "version": _version(folder, (*built, "sw.js"), Path(current_app.root_path) / str(current_app.template_folder)),
        "scope": _scope(),
        "isStaff": is_below_staff(request),
        "offline": offline,
        "shell": [
            offline,
            *(url_for("static", filename=name) for name in built),
            *(_sheet(name) for name in (*SHEETS, *PICTURES)),
        ],
        "hours": settings().kept_offline_hours,
        "pages": [] if is_below_staff(request) else PAGES,
    }
    code = f"self.told = {json.dumps(told)};\n{(folder / 'sw.js').read_text('utf-8')}"
    return Response(code, mimetype="text/javascript")


@blueprint.get("/offline")
def show_offline() -> str:
    """Answer with the page that stands for one that a device hasn't kept."""
    return render_template(
        "offline.html",
        title=gettext("No network"),
        is_staffs=is_below_staff(request),
        hours=wording().amount(settings().kept_offline_hours, "h"),
    )


def _scope() -> str:
    return f"{request.script_root}/"


def _sheet(name: str) -> str:
    return url_for("public.static", filename=name)


def _version(folder: Path, built: tuple[str, ...], templates: Path) -> str:
    """Return what tells this shell from others: it is of what its files hold, whenever they were written."""
    paths = [
        *(folder / name for name in built),
        *(sheets.FOLDER / name for name in (*SHEETS, *PICTURES)),
        *(templates / name for name in _TEMPLATES),
    ]
    return _digest(tuple((path, path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=8)
def _digest(files: tuple[tuple[Path, int], ...]) -> str:
    """Return a digest of what the shell holds, worked out again only where a file has been written."""
    found = hashlib.sha256()
    for path, _ in files:
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]
