"""The whole way of a row: the steps in order, one a line."""

from __future__ import annotations

from collections.abc import Callable

from etl.batch import Batch
from etl.flow import Flow, Seen, Task
from etl.steps.agree import refuse_contradictions
from etl.steps.cells import measure_cells
from etl.steps.count import drop_what_is_not_counted, find_areas, refuse_long_words, spare_places
from etl.steps.fit import check_extent
from etl.steps.keys import take_keys, take_own_keys
from etl.steps.leave_out import fill_ditto, leave_out_what_is_no_record
from etl.steps.locate import locate
from etl.steps.order import check_order, check_parts, check_past
from etl.steps.parse import parse_fields
from etl.steps.personal import drop_personal
from etl.steps.shape import fit_type, mend
from geodata.queries.area_lookup import AreaOutlines

Step = Callable[[Flow, Task, Seen], Flow]


def _alone(step: Callable[[Flow, Task], Flow]) -> Step:
    """Make a step of one that needs nothing of the batches before."""
    return lambda flow, task, _seen: step(flow, task)


STEPS: tuple[Step, ...] = (
    _alone(drop_personal),  # ID numbers, mobile numbers, plates and columns about persons go at the door
    _alone(leave_out_what_is_no_record),  # totals, footers and empty rows are ignored
    fill_ditto,  # 同上 takes the cell above
    _alone(parse_fields),  # the file's texts become values of the layer's fields
    _alone(check_order),  # what begins comes before what ends it
    _alone(check_parts),  # no part is more than its whole
    _alone(check_past),  # what has happened has a day that is over
    _alone(locate),  # the file's coordinates become WGS 84
    _alone(mend),  # invalid outlines are mended or refused
    _alone(measure_cells),  # the cells of a grid become their middles, densities become people
    _alone(fit_type),  # points, multilines, multipolygons
    _alone(check_extent),  # inside the boundary and its margin
    take_keys,  # the source's key, else the hash of the row, or of what tells its record apart
    refuse_contradictions,  # two rows about one record say the same
)


COUNTED_STEPS: tuple[Step, ...] = (
    _alone(drop_what_is_not_counted),  # columns that nothing is read from go at the door
    _alone(drop_personal),
    _alone(leave_out_what_is_no_record),
    fill_ditto,
    _alone(parse_fields),
    _alone(check_past),  # what is counted has happened
    _alone(refuse_long_words),
    _alone(take_own_keys),  # the source's key, as far as a row has one
    _alone(spare_places),  # a row that names its area needs no place
    _alone(locate),
    _alone(fit_type),
    _alone(check_extent),
)
"""The way of rows that are counted by area; the last step, `find_areas`, takes their places away."""


def prepare(batch: Batch, task: Task, seen: Seen) -> Flow:
    """Take a batch through all the steps; what is left of it is good, or bad with the reason said."""
    flow = Flow.of(batch)
    for step in STEPS:
        flow = step(flow, task, seen)
    return flow


def prepare_counted(batch: Batch, task: Task, seen: Seen, areas: AreaOutlines) -> Flow:
    """Take a batch of rows that are counted through their steps; what is left of it knows areas and no places."""
    flow = Flow.of(batch)
    for step in COUNTED_STEPS:
        flow = step(flow, task, seen)
    return find_areas(flow, task, areas)
