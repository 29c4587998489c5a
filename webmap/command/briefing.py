"""./csmap briefing: writes a map with its lists as one HTML file that opens anywhere, without a network."""

from __future__ import annotations

import argparse
from pathlib import Path

from flask_babel import force_locale

from geodata.accounts.log import What, note
from geodata.command.entry import run
from geodata.errors import InvalidInput
from geodata.publication import renew
from geodata.queries.areas import get_area
from geodata.queries.log import Entry
from geodata.queries.reading import RESIDENT, Reader, open_reading
from geodata.settings import Settings, load_settings
from webmap import create_app, notice
from webmap.access import parse_reader
from webmap.briefing.content import collect
from webmap.briefing.document import write
from webmap.briefing.inlining import is_built
from webmap.languages import LOCALES
from webmap.wording import Wording


def main(argv: list[str] | None = None) -> int:
    """Write the file and say how large it is."""
    given = _parser().parse_args(argv)
    settings = load_settings()
    language = given.lang or settings.languages[0]
    if language not in settings.languages:
        raise InvalidInput(f"--lang {language} isn't spoken here; there are {', '.join(settings.languages)}")
    path = Path(given.output)
    if not path.parent.is_dir():
        raise InvalidInput(f"{path.parent} is no folder; the briefing can't be written into it")
    if not is_built():
        raise InvalidInput("the front end hasn't been built, so there is no map to write: run ./csmap setup")
    reader = parse_reader(given.reader) if given.reader else RESIDENT
    # After an upgrade, or a night, the publication is of other tables or of another day.
    renew(settings)
    app = create_app(settings)
    with app.app_context(), force_locale(LOCALES[language]), open_reading(settings, reader) as reading:
        area = get_area(reading, given.area) if given.area else None
        briefing = collect(reading, settings, Wording(language), area=area, notice=notice.sentence())
        document = write(briefing)
    if reader != RESIDENT:
        _note(settings, reader)
    path.write_text(document.html, "utf-8")
    counts = ", ".join(f"{layer.total} {layer.title}" for layer in briefing.subjects)
    print(f"{path}: {briefing.title}, {path.stat().st_size / 1e6:.1f} MB, {counts}")
    return 0


def _note(settings: Settings, reader: Reader) -> None:
    """Write into the log that a file is taken away for somebody else than residents; without that there is none."""
    stated = {"audience": reader.audience, "area_codes": reader.area_codes, "way": "command line"}
    note(settings, Entry(what=What.EXPORTED, detail="briefing html", **stated))  # type: ignore[arg-type]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="csmap briefing", description="Write a map with its lists as one HTML file that needs no network."
    )
    parser.add_argument("area", nargs="?", help="an area's code, name or id; the whole place unless given")
    parser.add_argument("-o", "--output", required=True, metavar="FILE.html", help="the file to write")
    parser.add_argument("--lang", help="zh-CN or en; the deployment's first unless given")
    parser.add_argument(
        "--as",
        dest="reader",
        metavar="AUDIENCE[:AREA]",
        help="write what this audience may see: planner, police:AREA ...; what residents may see unless given",
    )
    return parser


if __name__ == "__main__":
    run(main)
