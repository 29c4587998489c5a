"""What callers hand to the solvers, as tables of numbers: lists, arrays, or sparse matrices of any form."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, issparse, sparray, spmatrix

from geodata.errors import InvalidInput

Given = npt.ArrayLike | sparray | spmatrix
"""A table of demands x candidates, dense or sparse, of any kind."""
COSTS = "(demands, candidates), each 0 or more, or inf"
"""What costs have to be."""


def numbers_of(values: object, what: str, wanted: str) -> npt.NDArray[Any]:
    """Return values as an array of numbers or of yes and no.

    Args:
        values: an array, or lists.
        what: how they are called where they are refused, such as "costs".
        wanted: what they have to be, in words.

    Raises:
        InvalidInput: rows of different lengths, or what is no number.
    """
    try:
        found = np.asarray(values)
    except ValueError as error:
        lengths = sorted({len(row) if hasattr(row, "__len__") else 1 for row in values})  # type: ignore[attr-defined]
        raise InvalidInput(f"{what} have rows of the lengths {lengths}; wanted is {wanted}") from error
    if found.dtype.kind in "biuf":
        return found
    for value in found.reshape(-1).tolist():
        if not isinstance(value, Real):
            raise InvalidInput(f"{what} hold {value!r}, which is no number; wanted is {wanted}")
    return found.astype(np.float64)


def costs_of(cost: Given) -> npt.NDArray[Any] | csr_array:
    """Return (n, m) costs as an array or as sparse rows; of several values of a pair the least counts: the best way.

    Raises:
        InvalidInput: it is no table of numbers.
    """
    table: Any = _sparse(cost, "costs", COSTS) if issparse(cost) else numbers_of(cost, "costs", COSTS)
    if table.ndim != 2:
        raise InvalidInput(f"costs of shape {table.shape}; wanted is {COSTS}")
    return _each_once(table, np.minimum) if issparse(table) else table


def covers_of(covers: Given) -> csr_array:
    """Return (n, m) which candidate covers which demand, as ones: where any value of the pair isn't 0.

    Raises:
        InvalidInput: it is no table of numbers.
    """
    wanted = "(demands, candidates), 0 where a demand isn't covered"
    is_sparse = issparse(covers)
    table: Any = _sparse(covers, "covers", wanted) if is_sparse else numbers_of(covers, "covers", wanted)
    if table.ndim != 2:
        raise InvalidInput(f"covers has the shape {table.shape}; wanted is {wanted}")
    values = table.data if is_sparse else table
    if values.dtype.kind == "f" and np.isnan(values).any():
        raise InvalidInput("covers holds what is no number (NaN); wanted is 0 where a demand isn't covered")
    if not is_sparse:
        return csr_array(table != 0, dtype=np.float64)
    found = _each_once(table, np.logical_or)
    ones = (found.data != 0).astype(np.float64)
    rows = csr_array((ones, found.indices.copy(), found.indptr.copy()), shape=found.shape)
    rows.eliminate_zeros()
    return rows


def _sparse(table: Any, what: str, wanted: str) -> Any:
    if table.dtype.kind not in "biuf":
        raise InvalidInput(f"{what} are {table.dtype}, which are no numbers; wanted is {wanted}")
    return table


def _each_once(table: Any, one_of: np.ufunc) -> csr_array:
    """Return sparse rows with each pair once, columns in order: scipy by itself adds up what comes twice."""
    if table.format == "csr" and table.has_canonical_format:
        return csr_array(table)
    pairs = table.tocoo()
    row, column = pairs.coords if hasattr(pairs, "coords") else (pairs.row, pairs.col)
    order = np.lexsort((column, row))
    row, column, values = row[order], column[order], pairs.data[order]
    is_first = np.ones(len(row), dtype=np.bool_)
    is_first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    begins = np.flatnonzero(is_first)
    values = one_of.reduceat(values, begins) if len(begins) else values
    first = np.concatenate([[0], np.cumsum(np.bincount(row[begins], minlength=table.shape[0]))])
    return csr_array((values, column[begins], first), shape=table.shape)
