"""Hands a mixed-integer program to HiGHS, and takes back solution, bound and whether it is proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Thread

import highspy
import numpy as np
from scipy.sparse import csr_array

from geodata.coverage.arrays import Floats, Mask


@dataclass(frozen=True, eq=False)
class Program:
    """Minimise cost @ x, so that row_lower <= rows @ x <= row_upper and lower <= x <= 1.

    Attributes:
        cost: (c,).
        rows: (r, c).
        row_lower, row_upper: (r,), infinite where a side is open.
        is_whole: (c,) x is 0 or 1 there.
        lower: (c,) 1 for what is there already; None for 0 everywhere.
        is_presolved: whether HiGHS may first make it smaller, which helps, or takes longer than all the rest.
    """

    cost: Floats
    rows: csr_array
    row_lower: Floats
    row_upper: Floats
    is_whole: Mask
    lower: Floats | None = None
    is_presolved: bool = True


@dataclass(frozen=True, eq=False)
class Solved:
    """What HiGHS found: `x` is None where it found nothing in its time; `is_impossible` where there is nothing."""

    x: Floats | None
    objective: float
    bound: float
    is_impossible: bool


Watch = Callable[[float, float], object]
"""Told a few times a second the best objective and the bound so far, infinite where there is none. What it raises ends
the solving, as Ctrl-C does, as soon as HiGHS looks up from what it is at: a large root takes some seconds."""
_LOOK_S = 0.25


class _Quiet(highspy.Highs):
    """HiGHS without a word on standard output, where commands write JSON; `best` and `bound` are those so far."""

    best, bound = np.inf, -np.inf
    is_called_off = False
    is_enough: Callable[[float, float], bool] | None = None

    def enableCallbacks(self) -> None:  # noqa: N802 - its own name
        """Do nothing: enabling prints a banner before `output_flag` could be turned off; `run_watched` enables them."""

    def run_watched(self, watch: Watch) -> None:
        """Run, telling how far it is; the thread that asks stays free to be told to stop."""
        super().enableCallbacks()  # type: ignore[no-untyped-call]
        self.cbMipInterrupt += self._look_up
        self.cbIpmInterrupt += self._end_if_told
        running = Thread(target=self.run, name="solver", daemon=True)
        running.start()
        try:
            while running.is_alive():
                running.join(_LOOK_S)
                watch(self.best, self.bound)
        finally:
            self.is_called_off = True
            running.join()

    def _look_up(self, event: highspy.highs.HighsCallbackEvent) -> None:
        self.best, self.bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        if self.is_enough is not None and self.is_enough(self.best, self.bound):
            self.is_called_off = True
        self._end_if_told(event)

    def _end_if_told(self, event: highspy.highs.HighsCallbackEvent) -> None:
        if self.is_called_off:
            event.interrupt()


def row_prices(program: Program, *, time_limit_s: float, watch: Watch) -> Floats | None:
    """Return what each row is worth where sites may be opened by halves; None where the time isn't enough.

    An interior point's, which is near the best but on no corner: prices, whose bound is to be worked out anew.

    Args:
        program: what to minimise; none of its columns has to be whole here.
        time_limit_s: seconds.
        watch: told that it is under way.
    """
    solver = _solver(time_limit_s)
    for name, value in (("solver", "ipm"), ("run_crossover", "off")):
        solver.setOptionValue(name, value)
    solver.passModel(_model(replace(program, is_whole=np.zeros(len(program.cost), dtype=np.bool_))))
    solver.run_watched(watch)
    prices = np.asarray(solver.getSolution().row_dual)
    return prices if len(prices) and np.isfinite(prices).all() else None


def _solver(time_limit_s: float) -> _Quiet:
    solver = _Quiet()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("threads", 1), ("time_limit", float(time_limit_s))):
        solver.setOptionValue(name, value)
    return solver


def solve(
    program: Program,
    *,
    time_limit_s: float,
    watch: Watch,
    start: Floats | None = None,
    is_enough: Callable[[float, float], bool] | None = None,
) -> Solved:
    """Solve a program to its very optimum, or as far as the time goes.

    Args:
        program: what to minimise.
        time_limit_s: seconds.
        watch: told how far it is.
        start: a solution to begin with.
        is_enough: asked with the best objective and the bound so far; true ends it.
    """
    model = _model(program)
    solver = _solver(time_limit_s)
    for name, value in (
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-7),
        ("presolve", "choose" if program.is_presolved else "off"),
    ):
        solver.setOptionValue(name, value)
    solver.passModel(model)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    solver.is_enough = is_enough
    solver.run_watched(watch)
    status, found = solver.getModelStatus(), solver.getInfo()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Solved(None, np.inf, np.inf, True)
    has_solution = found.primal_solution_status == 2  # feasible
    x = np.asarray(solver.getSolution().col_value) if has_solution else None
    objective = float(found.objective_function_value) if has_solution else np.inf
    is_optimal = status == highspy.HighsModelStatus.kOptimal
    bound = objective if is_optimal else float(found.mip_dual_bound)
    if start is not None and x is not None and abs(program.cost @ x - objective) > 1e-6 * max(1.0, abs(objective)):
        # HiGHS 1.16 may hand back the start for a better solution that presolving made of it.
        return solve(program, time_limit_s=max(0.05, time_limit_s - solver.getRunTime()), watch=watch)
    return Solved(x, objective, bound, False)


def _model(program: Program) -> highspy.HighsLp:
    count = len(program.cost)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, program.rows.shape[0]
    model.col_cost_ = program.cost
    model.col_lower_ = np.zeros(count) if program.lower is None else program.lower
    model.col_upper_ = np.ones(count)
    model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = program.rows.indptr
    model.a_matrix_.index_ = program.rows.indices
    model.a_matrix_.value_ = program.rows.data.astype(np.float64)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model.integrality_ = [kinds[int(whole)] for whole in program.is_whole]
    return model
