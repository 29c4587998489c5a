"""Walks a site as somebody who presses everything: each link leads somewhere, each control does something."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from playwright.sync_api import Browser, Error, Page, Request, Response

from geodata.settings import PROJECT

PRESSING = (Path(__file__).parent / "pressing.js").read_text("utf-8")
FITTING = (Path(__file__).parent / "fitting.js").read_text("utf-8")
AXE = (PROJECT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
PROMISES = re.compile(
    r"coming soon|not (yet )?implemented|under construction|lorem ipsum|TODO|敬请期待|即将(上线|推出)|开发中|尚未实现"
)
APART = re.compile(r"/(briefing|healthz)\b")
"""What is asked for, and not opened: what programs ask, and maps in one file, which have tests of their own."""
UNPRESSED = re.compile(r"/ogc\b")
"""Pages for developers: documents that programs read, of which each can be used by everybody, too."""
CHOICES = re.compile(r"[?&](care|theme|lang)=")
LONGEST_MS = 20_000
"""So long a busy machine may take to show what a control does."""
PER_KIND = 1
"""So many addresses of one kind are asked for: of a thousand records the first one."""
SETTLED = "() => !document.querySelector('[data-map-state=loading]:not([hidden])')"
REPEATED = ".word:nth-of-type(n + 3)"
"""Of the hundreds of words that are explained alike axe looks at the first ones."""
_EVERYBODYS = {
    *("/?", "/list?", "/places/compound/0?", "/compounds/0?", "/communities/0?", "/find?", "/about?"),
    *("/governance?", "/governance/0?", "/help?", "/help/0?", "/help/words?", "/ogc/?", "/ogc/collections?"),
    *("/ogc/collections/0?", "/ogc/collections/0/items?"),
}
STAFFS = {f"/staff{kind}" for kind in _EVERYBODYS if not re.match("/(help|ogc)", kind)}
"""Staff's versions of everybody's pages; guides and documents for programs are the same ones."""
EVERYBODYS = _EVERYBODYS | {f"/staff{kind}" for kind in _EVERYBODYS}
"""Kinds of pages that every audience has, residents' and staff's."""
SIZES: tuple[tuple[str, dict[str, int], bool, int], ...] = (
    ("at a desk", {"width": 1024, "height": 640}, False, 24),
    ("on a phone", {"width": 390, "height": 844}, False, 44),
    ("in care mode", {"width": 390, "height": 844}, True, 44),
    ("enlarged twice", {"width": 720, "height": 450}, False, 24),
    ("enlarged four times", {"width": 320, "height": 256}, False, 44),
)
"""How each page is looked at once all on it has been unfolded: its name, size, care mode, and the least of a target.

Of a window of 1440 x 900 200 % leave 720 x 450, of one of 1280 x 1024 400 % leave 320 x 256.
"""


class Crawl:
    """Walks over a site: what has been asked for, and what was wrong with it."""

    def __init__(self, address: str, elsewhere: Iterable[str] = ()) -> None:
        """Begin.

        Args:
            address: the site's, without a path.
            elsewhere: kinds of pages that have been pressed elsewhere.
        """
        self.address = address
        self.elsewhere = set(elsewhere)
        self.known: dict[str, list[str]] = {}
        """Kinds of pages that have been opened for anybody, and the kinds of controls that were pressed there."""
        self.wrong: list[str] = []
        self.pressed = 0

    def walk(self, browser: Browser, session: str | None, paths: Iterable[str]) -> set[str]:
        """Open pages, press all that is on them, go on to wherever they lead; return the kinds of pages: one of each.

        What has been pressed on a page of that kind in a walk before isn't pressed again.

        Args:
            browser: in which each walk has a context of its own.
            session: of whoever is signed in; None for a resident.
            paths: where to begin.
        """
        context = browser.new_context(reduced_motion="reduce", service_workers="block")
        if session:
            context.add_cookies([{"name": "session", "value": session, "url": self.address}])
        # What stops a walk must not leave its page asking on beside the next one.
        with closing(context):
            walk = _Walk(self, context.new_page())
            for path in paths:
                walk.expect(self.address + path)
            walk.go()
        return walk.opened


class _Walk:
    """One audience's walk."""

    def __init__(self, crawl: Crawl, page: Page) -> None:
        self.crawl, self.page = crawl, page
        self.opened: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.waiting: list[str] = []
        self.known: set[str] = set()
        self.posts: set[str] = set()
        self.here = "about:blank"
        page.set_default_timeout(3 * LONGEST_MS)
        page.on("console", lambda message: self._hear(message.text))
        page.on("pageerror", lambda error: self._blame(f"crashes: {error}"))
        page.on("request", self._see)
        page.on("response", self._take)

    def go(self) -> None:
        while self.waiting:
            url = self.waiting.pop(0)
            if not self._ask(url) or APART.search(url):
                continue
            kind = _kind(url, with_query=False)
            if kind not in self.opened | self.crawl.elsewhere:
                self.opened.add(kind)
                self.here = url
                self._look(url, kind)

    def expect(self, url: str) -> None:
        """Note an address that has to be there."""
        url = urldefrag(url)[0]
        kind = _kind(url, with_query=True)
        if url not in self.known and self.asked[kind] < PER_KIND:
            self.known.add(url)
            self.asked[kind] += 1
            self.waiting.append(url)

    def _blame(self, what: str) -> None:
        self.crawl.wrong.append(f"{self.here}: {what}")

    def _hear(self, words: str) -> None:
        # Without a graphics card the browser's own driver remarks on its speed, and Playwright on what it blocks.
        if "GL Driver Message" not in words and "blocked by Playwright" not in words:
            self._blame(f"says {words}")

    def _see(self, request: Request) -> None:
        if urlsplit(request.url).netloc not in {urlsplit(self.crawl.address).netloc, ""}:
            self._blame(f"asks {request.url}")

    def _take(self, response: Response) -> None:
        if response.status >= 400:
            self._blame(f"{response.url} answers {response.status}")

    def _ask(self, url: str) -> bool:
        """Ask for an address and say whether it is a page to be opened."""
        kept = self.page.context.cookies()
        answer = self.page.request.get(url)
        self.here = url
        if CHOICES.search(url):
            # What a reader chooses by a link is kept by the browser: the walk goes on as it began.
            self.page.context.clear_cookies()
            self.page.context.add_cookies(kept)  # type: ignore[arg-type]
        if answer.status >= 400:
            self._blame(f"answers {answer.status}")
        is_page = answer.ok and answer.headers.get("content-type", "").startswith("text/html")
        if is_page and "attachment" in answer.headers.get("content-disposition", ""):
            return False
        if is_page and (promise := PROMISES.search(answer.text())):
            self._blame(f"promises what isn't there: {promise[0]}")
        return is_page

    def _look(self, url: str, kind: str) -> None:
        """Open a page, press what wasn't pressed for others, see whether everybody can use it, note where it leads."""
        self.page.set_viewport_size(SIZES[0][1])  # type: ignore[arg-type]
        self._open(url)
        known = self.crawl.known.setdefault(kind, [])
        is_new = not known
        told = self._read() if UNPRESSED.search(url) else self._press(url, known)
        if is_new or told["pressed"]:
            self._fit()
        self.crawl.known[kind] = [*known, *told["done"]] or ["nothing"]
        self.crawl.pressed += told["pressed"]
        for what in told["wrong"]:
            self._blame(what)
        for post in set(told["posts"]) - self.posts:
            self.posts.add(post)
            allowed = self.page.request.fetch(post, method="OPTIONS").headers.get("allow", "")
            if "POST" not in allowed:
                self._blame(f"a form is sent to {post}, which takes {allowed or 'nothing'}")
        for href in told["links"] + told["forms"]:
            self._follow(url, href)

    def _open(self, url: str) -> None:
        for _ in range(3):
            try:
                self.page.goto(url)
                break
            except Error as other:
                # What a control began to open comes first.
                if "interrupted by another navigation" not in other.message:
                    raise
                self.page.wait_for_load_state()
        self.page.wait_for_function(SETTLED)

    def _press(self, url: str, known: list[str]) -> dict[str, Any]:
        """Press each kind of control; a page that goes elsewhere by its script is opened once more."""
        for _ in range(30):
            try:
                told: dict[str, Any] = self.page.evaluate(PRESSING, [LONGEST_MS, known])
            except Error as gone:
                if "context was destroyed" not in gone.message and "navigation" not in gone.message:
                    raise
                self.page.wait_for_load_state()
                self._open(url)
            else:
                return told
        raise AssertionError(f"{url} goes elsewhere again and again")

    def _read(self) -> dict[str, Any]:
        """Tell where a page leads to other pages."""
        links = self.page.evaluate(
            "[...document.querySelectorAll('main a[href*=\"f=html\"]')].map((each) => each.href)"
        )
        return {"pressed": 0, "wrong": [], "posts": [], "done": [], "links": links, "forms": []}

    def _fit(self) -> None:
        """See whether everybody can use the page as it is, whatever has been unfolded on it."""
        for name, size, is_care, least in SIZES:
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self.page.evaluate("care => void document.documentElement.toggleAttribute('data-care', care)", is_care)
            for what in self.page.evaluate(FITTING, least):
                self._blame(f"{name} {what}")
        self.page.evaluate(AXE)
        self._ask_axe("{}")
        # In the dark nothing else is otherwise than its colours.
        self.page.emulate_media(color_scheme="dark")
        self._ask_axe("{ runOnly: ['color-contrast'] }", "in the dark ")
        self.page.emulate_media(color_scheme="light")

    def _ask_axe(self, options: str, where: str = "") -> None:
        told = self.page.evaluate(f"axe.run({{ exclude: [...document.querySelectorAll('{REPEATED}')] }}, {options})")
        for each in told["violations"]:
            self._blame(f"{where}{each['id']}: {json.dumps([node['html'][:160] for node in each['nodes'][:3]])}")

    def _follow(self, url: str, href: str) -> None:
        target = urljoin(url, href)
        if href.startswith("tel:"):
            if not re.fullmatch(r"tel:\+?[0-9-]{3,}", href):
                self._blame(f"{href} can't be dialled")
        elif not href.startswith("#") and urlsplit(target).netloc == urlsplit(self.crawl.address).netloc:
            self.expect(target)


def _kind(url: str, *, with_query: bool) -> str:
    """Return what addresses of one kind have in common: numbers, layers, records and whom they are for left out."""
    parts = urlsplit(url)
    path = re.sub(r"/(collections|download|briefing|communities|governance)/[^/.]+", r"/\1/0", unquote(parts.path))
    path = re.sub(r"/help/(?!words)\w+", "/help/0", path)
    path = re.sub(r"/places/(?!compound/)[^/.]+", "/places/0", path)
    path = re.sub(r"\d+", "0", path) or "/"
    names = sorted(re.sub(r"=.*", "", each) for each in parts.query.split("&")) if with_query else []
    return f"{path}?{'&'.join(names)}"
