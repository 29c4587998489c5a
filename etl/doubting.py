"""Looks at what a part of a file would do to the store, and doubts what is rather a mistake than meant so."""

from __future__ import annotations

from sqlalchemy import Connection

from etl.flow import Flow, Task
from etl.line import Line
from etl.steps.count import count_of
from etl.steps.locate import system_words
from etl.steps.outlines import outline_warnings
from etl.work import Work, doubt
from geodata import crs
from geodata.queries.counted_cells import find_taken_back
from geodata.queries.counted_twice import find_counted_elsewhere
from geodata.queries.known_places import find_known_places


def doubt_outlines(work: Work, line: Line, flow: Flow) -> None:
    """Doubt outlines that fit the boundary better in another system; one that was given with --crs is meant so."""
    warnings = outline_warnings(flow, line.task)
    if work.wish.crs is None:
        doubt(work, line.receipt, "outline", warnings)
    else:
        line.receipt.warnings += [sentence for sentence in warnings if sentence not in line.receipt.warnings]


def doubt_moved(work: Work, connection: Connection, line: Line) -> None:
    """Doubt staged places that lie far from where they are known, and three times nearer in another system.

    Also where --crs gives the system: a slip there moves everything at once.
    """
    places = find_known_places(connection, line.layer, source=line.task.recipe.source)
    if places is None:
        return
    ground = work.ground
    found = crs.residuals_m(
        *places, source=line.task.source_system, boundary=ground.boundary, metric_crs=ground.metric_crs
    )
    if crs.fits_badly(found):
        doubt(work, line.receipt, "moved", [_moved_words(found, len(places[0]), line.task)])


def _moved_words(found: dict[str, float], count: int, task: Task) -> str:
    said = [f"{distance_m:,.0f} m as {crs.system_name(system)}" for system, distance_m in found.items()]
    best = min(found, key=lambda system: found[system])
    return (
        f"{count:,} of its places are known, and lie a median of {', '.join(said)} from there: give --crs {best} if "
        f"that is what it is; it was read as {system_words(task)}"
    )


def doubt_counted_twice(work: Work, connection: Connection, line: Line, table: str) -> None:
    """Doubt rows that wait with numbers that another source has given already."""
    others = find_counted_elsewhere(connection, line.layer, table, source=line.task.recipe.source)
    doubts = [
        f"{count:,} numbers for the same area, time and kind are known from {source!r} already: both would add up"
        for source, count in others.items()
    ]
    doubt(work, line.receipt, "counted-twice", doubts)


def doubt_taken_back(work: Work, connection: Connection, line: Line) -> None:
    """Doubt a file that would take back what is known of its months and kinds: it may be no more than a supplement."""
    into = count_of(line.task).into
    known = find_taken_back(connection, line.layer, into, source=line.task.recipe.source)
    # That a few are moved or withdrawn is what a revision is for, as long as no area loses all.
    if not known.none_left and known.now * 2 >= known.before:
        return
    field = line.layer.field(into)
    unit = field.unit if field and field.unit else "records"
    sentence = (
        f"of {known.before:,} {unit} that are known for the months and kinds of the file, {known.lost:,} in "
        f"{known.areas:,} areas would be gone, as it has {known.now:,} for them and takes the place of all: "
        "a supplement has to be one file with what it adds to"
    )
    doubt(work, line.receipt, "taken-back", [sentence])
