"""Brings one file into the store in one transaction: all of its parts, or nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from etl.choosing import Choice, Wish, choose, osm_selections, wanted_recipes
from etl.counting import load_counted
from etl.courier import Courier
from etl.doubting import doubt_counted_twice, doubt_moved, doubt_outlines
from etl.doubts import Unanswered, refusal
from etl.flow import Flow, Ground, Seen, Task
from etl.line import Line, record, turn_away
from etl.pipeline import prepare
from etl.readers import Part, read
from etl.receipt import Receipt
from etl.recipe import Child
from etl.refusals import store_refusals
from etl.repeat import file_sha256, inputs_digest, repeat_run
from etl.steps.children import child_task, make_children, parent_keys, part_orphans, told_in_full
from etl.steps.stage import stage_table
from etl.understanding import make_task
from etl.work import Confirm, Progress, Work, begin_line, give_up, merge_line, take_back_doubtful
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import InvalidInput
from geodata.extent import extent
from geodata.layers import LAYERS
from geodata.queries.loads import fail_abandoned, watch_client
from geodata.queries.stage import copy_into_stage, create_stage, stage_columns, stage_name
from geodata.queries.taken_back import copy_told, create_told, forget_told
from geodata.settings import Settings


class DryRun(Exception):
    """Takes everything back at the end of a dry run."""


def load_file(
    settings: Settings,
    path: Path,
    wish: Wish,
    *,
    is_dry: bool = False,
    progress: Progress = lambda _what, _rows: None,
    confirm: Confirm = lambda _doubts: False,
) -> list[Receipt]:
    """Load all parts of a file that a recipe knows, and return a receipt for each (part, layer).

    Args:
        settings: the deployment.
        path: the file.
        wish: what the caller wants of it, and which doubts it has answered beforehand. Outlines aren't doubted in a
            coordinate system that it names, only warned about.
        is_dry: do everything and keep nothing.
        progress: is told how far it is.
        confirm: is asked once, about all that looks wrong; the file is refused unless it says yes. What was read by
            then is taken back meanwhile, and read anew after.

    Raises:
        GeodataError: the file can't be used, as the message says; nothing of it was loaded, and the loads that had
            begun are marked as failed.
    """
    work = Work(
        engine=engine_for(settings, Login.LOADER),
        settings=settings,
        ground=ground_of(settings),
        wish=wish,
        path=path,
        is_dry=is_dry,
        progress=progress,
        confirm=confirm,
    )
    if path.is_file():
        work.sha256, work.inputs = file_sha256(path), inputs_digest(settings, path, wish)
        if not is_dry and (receipts := repeat_run(settings, path, sha256=work.sha256, inputs=work.inputs)):
            return receipts
    fail_abandoned(work.engine)
    recipes = wanted_recipes(settings.recipes_folder, wish, is_synthetic=settings.synthetic)
    parts = read(path, osm_selections(recipes), land=wish.land_area, extent=work.ground.extent)
    chosen = choose(path.name, parts, recipes, wish)
    work.notes, work.rosters = chosen.notes, chosen.rosters
    while not _load(work, chosen.choices):
        _ask(work)
    for line in work.lines:
        line.issues.close(keep=True)
    return [line.receipt for line in work.lines]


def _load(work: Work, choices: Sequence[Choice]) -> bool:
    """Load the file; False where all of it was taken back because something has to be asked first."""
    try:
        with store_refusals(work.path.name):
            _load_choices(work, choices)
    except DryRun:
        pass
    except Unanswered as unanswered:
        give_up(work, unanswered)
        return False
    except BaseException as error:
        give_up(work, error)
        raise
    return True


def _ask(work: Work) -> None:
    """Ask whether the file is meant as it is, and make the work ready to begin again."""
    if not work.confirm([doubt.sentence for doubt in work.doubts]):
        raise InvalidInput(refusal(work.doubts))
    if file_sha256(work.path) != work.sha256:  # the question may have stood overnight
        raise InvalidInput(f"{work.path.name} has changed while it was asked about: load it again")
    work.answered.update(work.doubts)
    work.doubts.clear()
    work.lines.clear()


def ground_of(settings: Settings) -> Ground:
    """Return the deployment as the steps need it."""
    return Ground(
        boundary=settings.boundary,
        extent=extent(settings),
        time_zone=ZoneInfo(settings.time_zone),
        metric_crs=settings.metric_crs,
        today=settings.today(),
        name=settings.name,
    )


def _load_choices(work: Work, choices: Sequence[Choice]) -> None:
    # Always in this order, so that two loads wait for each other and never in a circle; areas and compounds come
    # before what refers to them.
    order = {layer.id: number for number, layer in enumerate(LAYERS)}
    with work.engine.begin() as connection:
        watch_client(connection)
        for choice in sorted(choices, key=lambda choice: order[choice.recipe.layer.id]):
            if choice.recipe.count is None:
                _load_part(work, connection, choice)
        for together in _counted_together(choices):
            tasks = [make_task(work.path.name, choice, work.ground, work.wish) for choice in together]
            load_counted(
                work,
                connection,
                [(choice.part, task, notes) for choice, (task, notes) in zip(together, tasks, strict=True)],
            )
        take_back_doubtful(work)
        if work.is_dry:
            raise DryRun


def _counted_together(choices: Sequence[Choice]) -> list[list[Choice]]:
    """Return the parts that are counted, those of one source and layer together: each part has some of its counts."""
    found: dict[tuple[str, ...], list[Choice]] = {}
    for choice in choices:
        if choice.recipe.count is not None:
            key = (choice.recipe.source, choice.recipe.layer.id, choice.recipe.count.into)
            found.setdefault(key, []).append(choice)
    return list(found.values())


def _load_part(work: Work, connection: Connection, choice: Choice) -> None:
    started = time.perf_counter()
    task, notes = make_task(work.path.name, choice, work.ground, work.wish)
    line = begin_line(work, connection, task, choice.part.name)
    children = [begin_line(work, connection, task, choice.part.name, specs=specs) for specs in _child_specs(task)]
    line.receipt.note(notes)
    create_stage(connection, task.layer)
    for child in children:
        if child.takes_back:
            create_told(connection, child.layer)
    _stage(work, connection, choice.part, line, children)
    line.receipt.note(choice.part.notes)
    doubt_moved(work, connection, line)
    doubt_counted_twice(work, connection, line, stage_name(task.layer))
    dropped = merge_line(work, connection, line, started)
    for child in children:
        began = time.perf_counter()
        create_stage(connection, child.layer)
        kept, orphans = part_orphans(child.waiting, dropped, task)
        for table in kept:
            copy_into_stage(connection, child.layer, table)
        turn_away(connection, child, orphans)
        if child.takes_back:
            forget_told(connection, child.layer, [one.row for one in dropped])
        merge_line(work, connection, child, began)


def _stage(work: Work, connection: Connection, part: Part, line: Line, children: Sequence[Line]) -> None:
    """Take a part's rows through the steps and into the stage; its children's rows wait for them."""
    task, seen, rows = line.task, Seen(), 0
    with Courier(connection, task.layer) as courier:
        for batch in part.batches():
            rows += len(batch.rows)
            flow = prepare(batch, task, seen)
            table = stage_table(flow, task.layer, stage_columns(task.layer), flow.parent_id)
            courier.wait()
            record(connection, line, flow)
            for child in children:
                _set_aside(connection, child, flow)
            courier.send(table)
            doubt_outlines(work, line, flow)
            work.progress(f"{work.path.name} {part.name}".strip(), rows)


def _child_specs(task: Task) -> list[tuple[Child, ...]]:
    """Return, for each child layer that the file has columns for, how its records are made."""
    found: dict[str, tuple[Child, ...]] = {}
    for child in task.recipe.children:
        if not child_task(task, child).columns.keys().isdisjoint(child.when):
            found[child.layer.id] = (*found.get(child.layer.id, ()), child)
    return list(found.values())


def _set_aside(connection: Connection, line: Line, parents: Flow) -> None:
    """Make the child records of a batch and keep them until their parents are in the store."""
    for child in line.specs:
        flow = make_children(parents, line.task, child)
        told = told_in_full(parents, flow, line.task, child) if line.takes_back else None
        if told is not None:
            copy_told(connection, line.layer, told)
        if flow is None:
            continue
        record(connection, line, flow)
        columns = stage_columns(child.layer)
        line.waiting.append(stage_table(flow, child.layer, columns, parent_keys(parents, flow)))
