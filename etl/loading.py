"""Brings one file into the store in one transaction: all of its parts, or nothing."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from etl.choosing import Choice, Wish, choose, make_task, osm_selections, wanted_recipes
from etl.flow import Flow, Ground, Seen, Task
from etl.line import Line, dropped_issue, finish, record, turn_away
from etl.masking import masked
from etl.pipeline import prepare
from etl.readers import read
from etl.receipt import RECEIPTS, IssueFile, Receipt
from etl.recipe import Child
from etl.refusals import store_refusals
from etl.repeat import file_sha256, inputs_digest, repeat_run
from etl.steps.children import child_task, make_children, parent_keys, part_orphans
from etl.steps.outlines import outline_warnings
from etl.steps.stage import stage_table
from geodata.database.engine import engine_for
from geodata.database.logins import Login
from geodata.errors import GeodataError, InvalidInput
from geodata.layers import LAYERS
from geodata.migrations import extent
from geodata.queries.loads import LoadStart, begin_load, fail_abandoned, fail_load, watch_client
from geodata.queries.merge import Dropped, merge
from geodata.queries.stage import copy_into_stage, create_stage, stage_columns
from geodata.settings import Settings
from geodata.version import VERSION

Progress = Callable[[str, int], None]
"""Called with (what is being read, rows so far)."""


Confirm = Callable[[Sequence[str]], bool]
"""Called with what looks wrong, in words, before it is merged; True loads it all the same."""


class DryRun(Exception):
    """Takes everything back at the end of a dry run."""


@dataclass
class _Work:
    """Everything that the loading of one file shares."""

    engine: Engine
    settings: Settings
    ground: Ground
    wish: Wish
    path: Path
    is_dry: bool
    progress: Progress
    confirm: Confirm
    sha256: str = ""
    inputs: str = ""
    notes: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


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
        wish: what the caller wants of it. A coordinate system that it names isn't doubted, only warned about.
        is_dry: do everything and keep nothing.
        progress: is told how far it is.
        confirm: is asked where something looks wrong; without an answer that is refused.

    Raises:
        GeodataError: the file can't be used, as the message says; nothing of it was loaded, and the loads that had
            begun are marked as failed.
    """
    work = _Work(
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
    parts = read(path, osm_selections(recipes))
    choices, work.notes = choose(path.name, parts, recipes, wish)
    try:
        with store_refusals(path.name):
            _load_choices(work, choices)
    except DryRun:
        pass
    except BaseException as error:
        _give_up(work, error)
        raise
    for line in work.lines:
        line.issues.close(keep=True)
    return [line.receipt for line in work.lines]


def ground_of(settings: Settings) -> Ground:
    """Return the deployment as the steps need it."""
    return Ground(
        boundary=settings.boundary,
        extent=extent(settings),
        time_zone=ZoneInfo(settings.time_zone),
        metric_crs=settings.metric_crs,
    )


def _load_choices(work: _Work, choices: Sequence[Choice]) -> None:
    # Always in this order, so that two loads wait for each other and never in a circle; areas and compounds come
    # before what refers to them.
    order = {layer.id: number for number, layer in enumerate(LAYERS)}
    with work.engine.begin() as connection:
        watch_client(connection)
        for choice in sorted(choices, key=lambda choice: order[choice.recipe.layer.id]):
            _load_part(work, connection, choice)
        if work.is_dry:
            raise DryRun


def _load_part(work: _Work, connection: Connection, choice: Choice) -> None:
    started = time.perf_counter()
    task, notes = make_task(work.path.name, choice, work.ground, work.wish)
    line = _begin(work, connection, task, choice.part.name)
    children = [_begin(work, connection, task, choice.part.name, specs) for specs in _child_specs(task)]
    line.receipt.note(notes)
    create_stage(connection, task.layer)
    seen = Seen()
    rows = 0
    for batch in choice.part.batches():
        rows += len(batch.rows)
        flow = prepare(batch, task, seen)
        copy_into_stage(
            connection, task.layer, stage_table(flow, task.layer, stage_columns(task.layer), flow.parent_id)
        )
        record(connection, line, flow)
        for child in children:
            _set_aside(connection, child, flow)
        line.receipt.warnings += [word for word in outline_warnings(flow, task) if word not in line.receipt.warnings]
        work.progress(f"{work.path.name} {choice.part.name}".strip(), rows)
    line.receipt.note(choice.part.notes)
    _refuse_doubts(work, line.receipt)
    dropped = _merge(work, connection, line, started)
    for child in children:
        began = time.perf_counter()
        create_stage(connection, child.layer)
        kept, orphans = part_orphans(child.waiting, dropped, task)
        for table in kept:
            copy_into_stage(connection, child.layer, table)
        turn_away(connection, child, orphans)
        _merge(work, connection, child, began)


def _refuse_doubts(work: _Work, receipt: Receipt) -> None:
    """Stop where a part looks wrong and nobody has said that it is meant so; a dry run has only to tell.

    Before the merge, so that no other load waits while somebody thinks.
    """
    if work.is_dry or work.wish.crs is not None or not receipt.warnings:
        return
    doubts = [f"{receipt.file} -> {receipt.layer}: {warning}" for warning in receipt.warnings]
    if not work.confirm(doubts):
        raise InvalidInput(f"{'; '.join(doubts)}. Nothing was loaded; a system given with --crs is taken at its word")


def _child_specs(task: Task) -> list[tuple[Child, ...]]:
    """Return, for each child layer that the file has columns for, how its records are made."""
    found: dict[str, tuple[Child, ...]] = {}
    for child in task.recipe.children:
        if not child_task(task, child).columns.keys().isdisjoint(child.when):
            found[child.layer.id] = (*found.get(child.layer.id, ()), child)
    return list(found.values())


def _begin(work: _Work, connection: Connection, task: Task, part: str, specs: tuple[Child, ...] = ()) -> Line:
    """Begin a load in the ledger, in a transaction of its own; a dry run leaves no trace there."""
    layer = specs[0].layer if specs else task.layer
    load_id = None
    if not work.is_dry:
        start = LoadStart(
            layer=layer.id,
            file=work.path.name,
            part=part,
            file_sha256=work.sha256,
            recipe=task.recipe.id,
            who=getpass.getuser(),
            code_version=VERSION,
        )
        load_id = begin_load(work.engine, start, connection)
    receipt = Receipt(
        file=work.path.name,
        part=part,
        layer=layer.id,
        from_layer=task.layer.id if specs else None,
        load_id=load_id,
    )
    issues = IssueFile(None if load_id is None else work.settings.home / RECEIPTS / f"{load_id}.csv")
    line = Line(task, receipt, issues, specs)
    work.lines.append(line)
    return line


def _set_aside(connection: Connection, line: Line, parents: Flow) -> None:
    """Make the child records of a batch and keep them until their parents are in the store."""
    for child in line.specs:
        flow = make_children(parents, line.task, child)
        if flow is None:
            continue
        record(connection, line, flow)
        columns = stage_columns(child.layer)
        line.waiting.append(stage_table(flow, child.layer, columns, parent_keys(parents, flow)))


def _merge(work: _Work, connection: Connection, line: Line, started: float) -> tuple[Dropped, ...]:
    """Merge the stage, say what the merge turned away, finish the load, and return what was turned away."""
    receipt = line.receipt
    work.progress(f"{receipt.file} -> {receipt.layer}: merging", receipt.read)
    merged = merge(connection, line.layer, source=line.task.recipe.source, load_id=receipt.load_id or 0)
    receipt.loaded, receipt.unchanged = merged.loaded, merged.unchanged
    turn_away(connection, line, [dropped_issue(line, dropped) for dropped in merged.dropped])
    if not line.specs:
        receipt.note(work.notes)
    receipt.seconds = time.perf_counter() - started
    credit = work.wish.credit or line.task.recipe.credit_words()
    finish(connection, line, {"credit": credit, "inputs": work.inputs, "run": work.lines[0].receipt.load_id})
    return merged.dropped


def _give_up(work: _Work, error: BaseException) -> None:
    """Mark the loads that had begun as failed; their transaction has taken everything back.

    Where the database itself is gone, that can't be written either, and the cause mustn't be lost over it.
    """
    message = str(error) if isinstance(error, GeodataError) else f"{type(error).__name__}: {error}"
    for line in work.lines:
        line.issues.close(keep=False)
        if line.receipt.load_id is not None:
            try:
                fail_load(work.engine, line.receipt.load_id, masked(message[:2000]))
            except (SQLAlchemyError, GeodataError) as other:
                error.add_note(f"load {line.receipt.load_id} stays marked as running: {type(other).__name__}")
