"""Debian's Firefox for tests, driven over its own WebDriver BiDi: without WebGL, and with no way to another host."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.browsing import PATIENCE_MS

FIREFOX = Path("/usr/bin/firefox-esr")
PREFERENCES: dict[str, bool | int | str] = {
    # As a person has it: among what is recommended for tests pages from disk may read other files.
    "remote.prefs.recommended": False,
    "webgl.disabled": True,
    # A proxy that nobody is: loopback goes past it, all else ends there.
    "network.proxy.type": 1,
    "network.proxy.socks": "127.0.0.1",
    "network.proxy.socks_port": 9,
    "intl.accept_languages": "zh-CN",
}
KEYS = {"Enter": "\ue007"}
"""Keys that write nothing, as WebDriver numbers them."""
EVENTS = ["log.entryAdded", "network.beforeRequestSent"]


class Refused(Exception):
    """Firefox didn't do as it was told."""


class Firefox:
    """A window of Firefox, and what its pages said and asked for since the last one was opened."""

    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire
        self.count = 0
        self.said: list[str] = []
        self.asked: list[str] = []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=EVENTS)
        self.window: str = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method: str, **words: Any) -> Any:
        """Send a command and return its result; what happens meanwhile is noted."""
        self.count += 1
        self.wire.send(json.dumps({"id": self.count, "method": method, "params": words}))
        while (heard := json.loads(self.wire.recv(timeout=PATIENCE_MS / 1000))).get("id") != self.count:
            self._note(heard.get("method"), heard.get("params", {}))
        if heard["type"] != "success":
            raise Refused(heard["message"])
        return heard["result"]

    def _note(self, event: str | None, told: dict[str, Any]) -> None:
        if event == "network.beforeRequestSent":
            self.asked.append(told["request"]["url"])
        elif event == "log.entryAdded" and told["level"] in ("warn", "error"):
            self.said.append(told["text"])

    def open(self, url: str, width: int = 1440) -> None:
        """Open a page and wait until it has been loaded."""
        self.ask("browsingContext.navigate", context=self.window, url="about:blank", wait="complete")
        self.said.clear()
        self.asked.clear()
        self.ask("browsingContext.setViewport", context=self.window, viewport={"width": width, "height": 900})
        self.ask("browsingContext.navigate", context=self.window, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Return what JavaScript says on the page: a number, a text, a truth or nothing."""
        told = self._tried(expression)
        assert told["type"] == "success", told["exceptionDetails"]["text"]
        return told["result"].get("value")

    def wait(self, expression: str) -> None:
        """Wait until an expression is true of whatever page is open by then, and whole enough to be asked."""
        until = time.monotonic() + PATIENCE_MS / 1000
        while (told := self._so_far(expression)) is not True:
            assert time.monotonic() < until, f"{expression} doesn't come true: {told}"
            time.sleep(0.05)

    def _so_far(self, expression: str) -> Any:
        """Return what an expression is by now, or why it can't be told: the page may be on its way to another one."""
        try:
            told = self._tried(expression)
        except Refused as why:
            return str(why)
        return told["result"].get("value") if told["type"] == "success" else told["exceptionDetails"]["text"]

    def _tried(self, expression: str) -> Any:
        return self.ask("script.evaluate", expression=expression, target={"context": self.window}, awaitPromise=True)

    def text(self, selector: str) -> str:
        """Return what is seen of the first element that a selector finds, as soon as there is one."""
        self.wait(f"document.querySelector({selector!r}) !== null")
        return str(self.evaluate(f"document.querySelector({selector!r}).innerText"))

    def press(self, *keys: str) -> None:
        """Press keys by name, or those that write each text."""
        strokes = [stroke for key in keys for stroke in KEYS.get(key, key)]
        actions = [{"type": kind, "value": stroke} for stroke in strokes for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self.ask("input.performActions", context=self.window, actions=[source])

    def click(self, selector: str) -> None:
        """Click on the middle of the first element that a selector finds."""
        self.wait(f"document.querySelector({selector!r}) !== null")
        self.evaluate(f"document.querySelector({selector!r}).scrollIntoView({{ block: 'center' }})")
        locator = {"type": "css", "value": selector}
        node = self.ask("browsingContext.locateNodes", context=self.window, locator=locator)["nodes"][0]
        at = {"type": "element", "element": {"sharedId": node["sharedId"]}}
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": at}
        actions = [move, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        source = {"type": "pointer", "id": "mouse", "actions": actions}
        self.ask("input.performActions", context=self.window, actions=[source])


@contextmanager
def started(profile: Path) -> Iterator[Firefox]:
    """Start Firefox with a new profile and give its window."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines), "utf-8")
    words = [str(FIREFOX), "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port=0"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        # Whatever goes wrong, nobody waits for it for ever.
        too_late = threading.Timer(PATIENCE_MS / 1000, process.terminate)
        too_late.start()
        try:
            found = next(filter(None, (re.search(r"ws://\S+", line) for line in process.stderr)), None)
            too_late.cancel()
            assert found, "Firefox ended before it could be driven"
            # Nobody reads on, and a full pipe would stop it.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            with connect(f"{found[0]}/session", max_size=None) as wire:
                firefox = Firefox(wire)
                yield firefox
                firefox.ask("browser.close")
        finally:
            too_late.cancel()
            process.terminate()
