"""The table of commands: what each one is, where it lives and what it needs to be set up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto


class Need(Flag):
    """What has to be there before a command can start, besides the Python packages that csmap runs on."""

    NOTHING = 0
    DATABASE = auto()
    """PostgreSQL and PostGIS."""
    PAGES = auto()
    """The front end, built, and fonts for its labels."""
    TOOLS = auto()
    """The Python packages of requirements-tests.txt."""
    BROWSER = auto()
    """Chromium and Firefox, and what the tests load into them."""
    PEERS = auto()
    """Other programs that the tests hold csmap against."""


@dataclass(frozen=True)
class Command:
    """One command of ./csmap. `module` is None where the launcher does it itself."""

    help: str
    module: str | None
    needs: Need


COMMANDS = {
    "demo": Command("make the sample district, load it and serve it", None, Need.DATABASE | Need.PAGES),
    "init": Command("make a deployment for a place of your own", "geodata.command.init", Need.DATABASE),
    "load": Command("load files, then publish", "etl.command.load", Need.DATABASE),
    "publish": Command("build what the public sees from what is loaded", "webmap.command.publish", Need.DATABASE),
    "serve": Command("serve the pages on this machine", "webmap.command.serve", Need.DATABASE | Need.PAGES),
    "briefing": Command(
        "write an area's map as one file to take away", "webmap.command.briefing", Need.DATABASE | Need.PAGES
    ),
    "coverage": Command(
        "say who is within reach of a service, and why others aren't",
        "webmap.command.coverage",
        Need.DATABASE | Need.PAGES,
    ),
    "site": Command("say where the next posts of a service belong", "webmap.command.site", Need.DATABASE | Need.PAGES),
    "access": Command("say how much of a service people can get at", "geodata.command.access", Need.DATABASE),
    "sensitivity": Command(
        "say how much an answer depends on what isn't known for sure", "geodata.command.sensitivity", Need.DATABASE
    ),
    "scenario": Command(
        "save changes under a name, and compare them", "webmap.command.scenario", Need.DATABASE | Need.PAGES
    ),
    "hotspots": Command("say where hazards or incidents gather", "geodata.command.hotspots", Need.DATABASE),
    "change": Command("compare two equal periods", "geodata.command.change", Need.DATABASE),
    "rates": Command(
        "say what areas have by household or resident, period by period",
        "webmap.command.rates",
        Need.DATABASE | Need.PAGES,
    ),
    "grids": Command("balance grids by households and work", "geodata.command.grids", Need.DATABASE),
    "speeds": Command("fit speeds by class of road to observed trips", "etl.command.speeds", Need.DATABASE),
    "runs": Command("list what was asked, show it, or work it out again", "geodata.command.runs", Need.DATABASE),
    "user": Command("say who may sign in, and for which audience", "geodata.command.user", Need.DATABASE),
    "audit": Command("say who signed in, what staff read and took away", "geodata.command.audit", Need.DATABASE),
    "status": Command("say what the deployment is and holds", "geodata.command.status", Need.DATABASE),
    "stop": Command("stop the deployment's database", "geodata.command.stop", Need.DATABASE),
    "migrate": Command("bring the database to the newest shape", "geodata.command.migrate", Need.DATABASE),
    "test": Command(
        "run the tests, all of them or as pytest's arguments say",
        None,
        Need.DATABASE | Need.PAGES | Need.TOOLS | Need.BROWSER | Need.PEERS,
    ),
    "check": Command("check format, lint, types and import contracts", None, Need.PAGES | Need.TOOLS),
    "bench": Command("measure against other tools", "tests.bench", Need.DATABASE | Need.TOOLS | Need.PEERS),
    "setup": Command("set everything up, without starting anything", None, Need.DATABASE | Need.PAGES),
    "python": Command("run Python with geodata, etl and webmap to import", None, Need.NOTHING),
}


def help_text() -> str:
    """Return what --help prints."""
    width = max(map(len, COMMANDS)) + 3
    lines = [
        "usage: ./csmap [--no-system-packages] COMMAND [ARGUMENTS]",
        "",
        "Community safety and service map. It sets itself up on first use.",
        "",
        *(f"  {name:{width}}{command.help}" for name, command in COMMANDS.items()),
        "",
        "  ./csmap COMMAND --help          says what a command takes",
        "  --no-system-packages            don't install missing system packages: print the line to run, and stop",
        "",
        "CSMAP_HOME names the deployment's folder (./home unless set); CSMAP_DATABASE_URL a PostGIS server to use in",
        "place of the embedded one. Exit codes: 0 done, 1 the data or the call was wrong, 2 usage.",
    ]
    return "\n".join(lines)
