"""What the loading of one file shares, and the life of each of its loads: begun, merged, finished or given up."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from etl.choosing import Wish
from etl.doubts import Doubt, DoubtKind, Unanswered
from etl.flow import Ground, Task
from etl.line import Line, dropped_issue, finish, remark, turn_away, unknown_issue
from etl.receipt import RECEIPTS, IssueFile, Receipt
from etl.recipe import Child
from geodata.errors import GeodataError
from geodata.layers.layer import Layer
from geodata.layers.text import counted
from geodata.masking import masked
from geodata.queries.arrivals import Dropped
from geodata.queries.loads import LoadStart, begin_load, fail_load
from geodata.queries.merge import merge
from geodata.queries.set_by_hand import ByHand
from geodata.settings import Settings
from geodata.version import VERSION

Progress = Callable[[str, int], None]
"""Called with (what is being read, rows so far)."""

Confirm = Callable[[Sequence[str]], bool]
"""Called with all that looks wrong about a file, in words, while nothing of it is held; True loads it all the same."""


@dataclass
class Work:
    """Everything that the loading of one file shares.

    `doubts` are those that the person who loads hasn't answered yet, `answered` those that they have.
    """

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
    rosters: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    answered: set[Doubt] = field(default_factory=set)


def begin_line(
    work: Work,
    connection: Connection,
    task: Task,
    part: str,
    *,
    specs: tuple[Child, ...] = (),
    made: Layer | None = None,
) -> Line:
    """Begin a load in the ledger, in a transaction of its own; a dry run leaves no trace there.

    Args:
        work: the file's.
        connection: the transaction that brings the rows.
        task: of the part.
        part: its name.
        specs: for the records of a child layer.
        made: another layer whose records are made from the rows, where there is one.
    """
    layer = made or (specs[0].layer if specs else task.layer)
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
        from_layer=task.layer.id if layer.id != task.layer.id else None,
        load_id=load_id,
    )
    issues = IssueFile(None if load_id is None else work.settings.home / RECEIPTS / f"{load_id}.csv")
    line = Line(task, receipt, issues, specs, made)
    work.lines.append(line)
    return line


def doubt(work: Work, receipt: Receipt, kind: DoubtKind, sentences: Sequence[str]) -> None:
    """Warn of what looks wrong about a part, and remember to ask whether it is meant so."""
    receipt.warnings += [sentence for sentence in sentences if sentence not in receipt.warnings]
    for sentence in sentences:
        raised = Doubt(kind, f"{receipt.file} -> {receipt.title}: {sentence}")
        if kind not in work.wish.accept and raised not in work.answered:
            work.doubts.append(raised)


def take_back_doubtful(work: Work) -> None:
    """Take the load back where it has raised doubts that nobody has answered; a dry run has only told them.

    At the end of the file's transaction: all that is to be asked is known by then, and no lock is held meanwhile.
    """
    if work.doubts and not work.is_dry:
        raise Unanswered(work.doubts)


def merge_line(work: Work, connection: Connection, line: Line, started: float) -> tuple[Dropped, ...]:
    """Merge the stage, say what the merge turned away, finish the load, and return what was turned away."""
    receipt = line.receipt
    work.progress(f"{receipt.file} -> {receipt.title}: merging", receipt.read)
    merged = merge(
        connection,
        line.layer,
        source=line.task.recipe.source,
        load_id=receipt.load_id or 0,
        time_zone=work.settings.time_zone,
        is_told=line.takes_back,
    )
    if merged.renamed:
        named = counted(merged.renamed, "compound has", "compounds have")
        receipt.note([f"{named} another name now; the old one stays as an alias"])
    if merged.taken_back:
        back = counted(merged.taken_back, "record is", "records are")
        receipt.note([f"{back} taken back: what stated them states them no longer"])
    if merged.parted.moved:
        found = f"{counted(merged.parted.moved, 'record')} had found a compound by a name that is taken back"
        receipt.note([f"{found}; now with another, or with none"])
    if merged.parted.stayed:
        found = f"{counted(merged.parted.stayed, 'record')} had found a compound by a name that is taken back"
        receipt.note([f"{found}; still with it, for its place or as nothing else is known by that name"])
    receipt.note(_of_deadlines(merged.by_hand))
    if merged.early:
        receipt.note([f"{counted(merged.early, 'row names', 'rows name')} a compound, and none is known yet"])
    receipt.loaded, receipt.unchanged, receipt.changed = merged.loaded, merged.unchanged, merged.changed
    unknown = {one.row: one for one in merged.unknown}
    turn_away(connection, line, [dropped_issue(line, one, unknown.get(one.row)) for one in merged.dropped])
    out = {one.row for one in merged.dropped}
    remark(connection, line, [unknown_issue(line, one) for one in merged.unknown if one.row not in out])
    finish_line(work, connection, line, started)
    return merged.dropped


def _of_deadlines(by_hand: ByHand) -> list[str]:
    """Return what became of deadlines that officers had set, in words."""
    found = []
    if by_hand.kept:
        days = counted(by_hand.kept, "deadline set on the web stays", "deadlines set on the web stay")
        found.append(f"{days}: the file states none there, or a day that the register has stated before")
    if by_hand.replaced:
        days = counted(by_hand.replaced, "deadline set on the web is", "deadlines set on the web are")
        found.append(f"{days} replaced: the file states a day there that the register hasn't stated before")
    return found


def finish_line(work: Work, connection: Connection, line: Line, started: float) -> None:
    """Write into the ledger what a load came to."""
    if line.receipt.from_layer is None:
        line.receipt.note(work.notes)
    if line is work.lines[0]:
        line.receipt.warnings += work.rosters
    line.receipt.seconds = time.perf_counter() - started
    credit = work.wish.credit or line.task.recipe.credit_words()
    finish(connection, line, {"credit": credit, "inputs": work.inputs, "run": work.lines[0].receipt.load_id})


def give_up(work: Work, error: BaseException) -> None:
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
