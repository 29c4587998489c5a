"""The only gate: who is asking, and what that reader may see."""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import datetime
from http import HTTPStatus
from ipaddress import IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, current_app, g, redirect, request

from geodata.accounts import SignedIn, resolve
from geodata.errors import NotFound, SettingsError
from geodata.layers.audience import Audience
from geodata.queries.reading import OWN_AREAS_ONLY, RESIDENT, SCHEMAS, Reader, Reading, open_reading
from geodata.settings import Settings

STAFF = "csmap.staff"
"""The word in a request's environment that says it came below /staff; no header can put it there."""
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def init(app: Flask) -> None:
    """Close each request's view of the data at its end."""
    app.teardown_appcontext(_close)


def settings() -> Settings:
    """Return the deployment's settings."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def audience(request: Request) -> Reader:
    """Return who is asking: below /staff who is signed in; elsewhere a resident, whatever cookies come along."""
    found = signed_in() if is_below_staff(request) else None
    return found.reader if found else RESIDENT


def signed_in() -> SignedIn | None:
    """Return who is signed in; None where nobody is, a code is awaited, or the request isn't one below /staff."""
    found = known_by_password()
    return None if found is None or found.awaits else found


def known_by_password() -> SignedIn | None:
    """Return who is signed in, or has given a password and owes a code: that one reads nothing."""
    if "signed_in" not in g:
        # Where the accounts can't be read, the page that says so has nobody signed in.
        g.signed_in = None
        token = session_token(request)
        g.signed_in = resolve(settings(), token) if token else None
    found: SignedIn | None = g.signed_in
    return found


def is_below_staff(request: Request) -> bool:
    """Say whether an address of staff's is asked for."""
    return STAFF in request.environ


def staff_root() -> str:
    """Return what a link to the same kind of reader begins with, after the base URL."""
    return "/staff" if is_below_staff(request) else ""


def is_private_way(request: Request) -> bool:
    """Say whether nobody between can read along: TLS, or this machine alone."""
    return request.is_secure or _comes_from_here(request)


def is_at_the_machine(request: Request) -> bool:
    """Say whether who asks sits at this machine, and nobody else can reach the server at all."""
    return _comes_from_here(request) and is_loopback(request.environ.get("SERVER_NAME"))


def is_trusted_by_browsers(request: Request) -> bool:
    """Say whether a browser takes the address of a page for one that nobody between could have changed."""
    return request.is_secure or is_loopback(_host_name(request).strip("[]"))


def session_cookie(request: Request) -> str:
    """Return the name of the session's cookie: over TLS one that no other host or path can set."""
    return "__Host-session" if request.is_secure else "session"


def session_token(request: Request) -> str | None:
    """Return the token of the session that a request below /staff belongs to."""
    if not is_below_staff(request) or not is_private_way(request):
        return None
    return request.cookies.get(session_cookie(request))


def asked_from(request: Request) -> str:
    """Return where a request comes from: what the proxy on this machine saw, where one is in between.

    Of an IPv6 address it is the network of 64 bits: one household has as many addresses as it wants in there.
    """
    peer = request.remote_addr or ""
    seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    address = seen if seen and is_loopback(request.remote_addr) else peer
    try:
        network = IPv6Network(f"{address}/64", strict=False)
    except ValueError:
        return address[:64]
    return str(network)


def touched_layers() -> list[str]:
    """Return the layers that this request has read as they are, not as they are published."""
    asked: Reading | None = g.get("reading")
    return sorted(asked.touched) if asked and asked.reader.audience not in SCHEMAS else []


def parse_reader(text: str) -> Reader:
    """Return the reader that `--as` names: an audience, for officers and police with their area: "police:430102".

    Raises:
        SettingsError: no such audience, or an officer without an area.
    """
    name, _, area = text.partition(":")
    try:
        found = Audience(name)
    except ValueError:
        known = ", ".join(Audience)
        raise SettingsError(f"{text!r} is no audience; there are {known}") from None
    if found in OWN_AREAS_ONLY and not area:
        raise SettingsError(f"{name} needs the code of an area: {name}:CODE")
    if area and found not in OWN_AREAS_ONLY:
        raise SettingsError(f"{text!r}: a {name} isn't bound to areas; write {name}")
    return Reader(found, tuple(area.split(",")) if area else ())


def reading(asof: datetime | None = None) -> Reading:
    """Return this request's view of the data: one transaction, opened when first asked for.

    Args:
        asof: the moment of which it tells what was known, or published, then; a view that offers it asks first of all.
    """
    if "reading" not in g:
        g.reading_stack = ExitStack()
        g.reading = g.reading_stack.enter_context(open_reading(settings(), audience(request), asof=asof))
    found: Reading = g.reading
    return found


def for_planners() -> Any:
    """Let planners pass, and lead whoever asks for their pages outside /staff to where one signs in for them.

    Raises:
        NotFound: somebody else asks: for others there is nothing here.
    """
    return None if is_planner() else _lead_to_staff("/planner", "planners")


def for_officers() -> Any:
    """Let officers and police pass, and lead whoever asks for their pages outside /staff to where one signs in.

    Raises:
        NotFound: somebody else asks: for others there is nothing here.
    """
    return None if is_officer() else _lead_to_staff("/officer", "officers and police")


def _lead_to_staff(pages: str, whom: str) -> Any:
    if not is_below_staff(request) and request.path.startswith(pages) and request.method in ("GET", "HEAD"):
        return redirect(f"{request.script_root}/staff{request.full_path.removesuffix('?')}", HTTPStatus.SEE_OTHER)
    raise NotFound(f"for {whom} only")


def is_officer() -> bool:
    """Say whether somebody asks who sees to areas of their own."""
    return audience(request).audience in OWN_AREAS_ONLY


def is_planner() -> bool:
    """Say whether a planner asks."""
    return audience(request).audience is Audience.PLANNER


def is_public() -> bool:
    """Say whether the answer may be kept by others: it is the same for every resident."""
    return not is_below_staff(request) and audience(request) == RESIDENT


def _close(_error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("reading_stack", None)
    g.pop("reading", None)
    if stack is not None:
        stack.close()


def _comes_from_here(request: Request) -> bool:
    """Say whether a person at this machine asks: no proxy in between, and no name that only leads here.

    A proxy that says nothing of itself speaks HTTP/1.0, as nginx does, and the site has an address that people use.
    """
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return False
    if not is_loopback(urlsplit(settings().address).hostname):
        return False
    if any(name.lower().startswith(("forwarded", "x-forwarded", "x-real-ip", "via")) for name, _ in request.headers):
        return False
    return is_loopback(request.remote_addr) and _host_name(request) in LOCAL_NAMES


def _host_name(request: Request) -> str:
    return re.sub(r":\d+$", "", request.host)


def is_loopback(host: str | None) -> bool:
    """Say whether an address is this machine's own, which no other machine reaches."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
