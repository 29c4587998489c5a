"""The first minute as a story: one scene after another on the real pages, numbered, with an index to leaf through.

Nothing is posed: each scene is reached as a person reaches it, and its words quote what the page says then.
"""

from __future__ import annotations

import html
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from geodata.settings import PROJECT
from tests.browser.camera import DESK, PHONE, enter, opened, settled, shoot

MORNING = "2025-10-27T07:30:00+08:00"
"""A Monday at half past seven by the reader's clock, before the rooms open."""
QUESTION = "/planner?service=police_room&minutes=5&mode=walk&day=Mo&time={}"
INITIALS = "by"

STYLE = """body{font:16px/1.6 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
body{color:#23211d;background:#f7f5f0}
ol{list-style:none;padding:0;display:grid;gap:3rem}img{max-width:100%;border:1px solid #8d8577;border-radius:8px}
h2{font-size:1.1rem;margin:0}p{margin:.2rem 0 .8rem;color:#615b51}"""


@dataclass
class Book:
    """The pictures so far, each with what it shows and what its page says."""

    folder: Path
    scenes: list[tuple[str, str, str]] = field(default_factory=list)

    def take(self, page: Page, name: str, shows: str, says: str | Locator = "") -> None:
        """Take the next picture; what a part of the page says is read when the picture is taken, and not before."""
        settled(page)
        file = f"{len(self.scenes) + 1:02}-{name}.webp"
        shoot(page, self.folder / file, quality=80)
        said = says if isinstance(says, str) else _said(says)
        self.scenes.append((file, shows, " ".join(said.split())))

    def bind(self, place: str) -> Path:
        """Write the index of all scenes and return its path."""
        rows = "".join(
            f'<li><h2>{number}. {html.escape(shows)}</h2><p>{html.escape(says)}</p><img src="{file}" alt=""></li>\n'
            for number, (file, shows, says) in enumerate(self.scenes, 1)
        )
        path = self.folder / "index.html"
        path.write_text(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(place)}</title>'
            f"<style>{STYLE}</style><h1>{html.escape(place)}</h1>\n<ol>\n{rows}</ol></html>\n",
            "utf-8",
        )
        return path


def tell(browser: Browser, address: str, folder: Path, place: str) -> Iterator[Path]:
    """Write the story's pictures and its index into a folder, and yield their paths."""
    book = Book(folder)
    for act in _ACTS:
        before = len(book.scenes)
        act(browser, address, book)
        yield from (folder / file for file, _, _ in book.scenes[before:])
    yield book.bind(place)


def _resident(browser: Browser, address: str, book: Book) -> None:
    with opened(browser, address, "/", DESK) as page:
        page.clock.set_fixed_time(MORNING)
        book.take(page, "first-view", "A resident opens the map: names, layers, and the search with the focus in it")
        page.keyboard.type(INITIALS)
        page.locator("#hits [role=option]").first.wait_for()
        book.take(page, "search", f"They type “{INITIALS}”, the initials of its pinyin", _said(page.locator("#hits")))
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.querySelector('#map').dataset.mapWay")
        lines = page.locator("#record .lines")
        book.take(
            page, "answer", "Enter: the nearest post, its hours, the number to call, the way by the gate", _said(lines)
        )
        hazards = page.locator("#record [data-fold=hazards]")
        hazards.locator("summary").first.click()
        hazards.scroll_into_view_if_needed()
        book.take(page, "hazards", "Its published hazards with their status", _said(hazards))
        hazards.locator("summary").first.click()
        projects = page.locator("#record [data-fold=projects]")
        projects.locator("summary").first.click()
        projects.locator("table").first.scroll_into_view_if_needed()
        book.take(
            page, "money", "Where the money of its micro-projects comes from", _said(projects.locator("table").first)
        )
        page.get_by_role("link", name="English").click()
        page.locator("#record .record").wait_for()
        book.take(page, "english", "The same place in English", _said(page.locator("#record .lines")))
        page.get_by_role("link", name="Care mode").click()
        page.locator('#map[data-look="care"]').wait_for()
        book.take(page, "care", "The same place in care mode", _said(page.locator("#record .line").first))


def _officer(browser: Browser, address: str, book: Book) -> None:
    with opened(browser, address, "/about", PHONE, "en") as page:
        if not enter(page, address, "grid_officer", "/officer"):
            return
        book.take(
            page, "deadlines", "A grid officer on a phone: what is overdue stands on top", _said(page.locator(".chips"))
        )
        steps = page.locator(".due-card", has_text="Awaiting re-check").locator(".due-steps").first
        if steps.count():
            steps.locator("summary").click()
            steps.scroll_into_view_if_needed()
            book.take(page, "recheck", "One tap: its re-check, by another account than who mended it", steps)
            steps.locator("button[value=rechecked]").click()
            page.locator(".done").wait_for()
            book.take(page, "rechecked", "One more: it is re-checked, which can be taken back", page.locator(".done"))
            # The next who looks finds what this one did, if there was time enough to take it back.
            if page.locator(".done button").is_visible():
                page.locator(".done button").click()
                page.locator(".done", has_not=page.locator("button")).wait_for()
        page.locator(".due-where a").first.click()
        page.locator("#hazards").wait_for()
        book.take(page, "dossier", "One tap on its name: all about the compound", _said(page.locator("#hazards")))


def _planner(browser: Browser, address: str, book: Book) -> None:
    with opened(browser, address, "/about", DESK, "en") as page:
        if not enter(page, address, "planner", QUESTION.format("10:00")):
            return
        book.take(page, "by-day", "A planner asks who isn't reached on foot on Monday at 10:00", _answer(page))
        page.goto(f"{address}/staff{QUESTION.format('22:00')}")
        book.take(page, "by-night", "At 22:00 the rooms are closed and the map darkens", _answer(page))
        page.goto(f"{address}/staff{QUESTION.format('10:00')}")
        settled(page)
        _barrier(page, book)
        _drag(page, book)
        _best(page, book)


def _barrier(page: Page, book: Book) -> None:
    rest = page.locator("#gaps .rest:not([open]) > summary")
    if rest.count():
        rest.click()
    why = page.locator(".gap-why", has_text="river or railway")
    gaps = page.locator("#gaps button", has=why)
    # The barrier alone reads best, where there is such a gap.
    alone = gaps.filter(has_not_text="+")
    gap = (alone if alone.count() else gaps).first
    if not gap.count():
        return
    gap.click()
    page.locator("#way:not(:empty)").wait_for()
    settled(page)
    page.locator(".maplibregl-ctrl-zoom-out").click()
    says = f"{_said(gap.locator('.gap-why'))}; {_said(page.locator('#way'))}"
    book.take(page, "barrier", "A dark compound, and why: by road and in a straight line", says)


def _drag(page: Page, book: Book) -> None:
    page.locator("#try").click()
    post = page.locator(".trial-post")
    post.wait_for()
    page.locator("#tried:not(:empty)").wait_for()
    box = post.bounding_box()
    assert box is not None
    before = _said(page.locator("#tried"))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 150, box["y"] + 110, steps=12)
    page.mouse.up()
    page.wait_for_function("before => document.querySelector('#tried').innerText !== before", arg=before)
    book.take(page, "drag", "One more post is dragged: the share follows", page.locator("#tried"))


def _best(page: Page, book: Book) -> None:
    page.locator("#work-out").scroll_into_view_if_needed()
    page.locator("#work-out").click()
    page.locator("#plan .trials button").first.wait_for()
    page.locator("#plan").scroll_into_view_if_needed()
    book.take(page, "best-sites", "The best three sites, and whether that is proven", _said(page.locator("#working")))


def _file(browser: Browser, address: str, book: Book) -> None:
    with opened(browser, address, "/about", DESK) as page:
        answer = page.request.get(f"{address}/briefing/?download=1&lang=zh-CN")
        path = book.folder / "briefing.html"
        path.write_bytes(answer.body())
        page.context.set_offline(True)
        page.goto(path.as_uri())
        page.locator(".folium-map[data-map-state=idle]").wait_for()
        size = f"{path.stat().st_size / 1e6:.1f} MB"
        book.take(page, "one-file", "Shared as one file, opened from the disk without a network", size)


def _said(locator: Locator) -> str:
    return locator.inner_text()


def _answer(page: Page) -> str:
    return f"{_said(page.locator('.share'))}: {_said(page.locator('.share + p'))}"


_ACTS: tuple[Callable[[Browser, str, Book], None], ...] = (_resident, _officer, _planner, _file)


@contextmanager
def working(environ: dict[str, str]) -> Iterator[None]:
    """Have somebody work on the jobs that planners ask for, as `./csmap serve` has."""
    worker = subprocess.Popen([sys.executable, "-m", "geodata.command.work"], cwd=PROJECT, env=environ)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()
