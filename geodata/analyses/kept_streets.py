"""Streets that were laid before: arrays in the deployment's folder, mapped into memory, shared by all workers."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.coverage.ends import Ends
from geodata.coverage.joins import Passages
from geodata.coverage.modes import Mode
from geodata.coverage.network import CutOff, Network
from geodata.coverage.streets import KeptTurns, Streets

MOST_KEPT = 12
"""So many networks stay: three modes, some speeds, and the roads before the last load."""
_FACTS_NAME = "facts.json"
_NETWORK = ("x_m", "y_m", "first", "head", "cost_ds", "ids")
_EDGES = ("tail", "head", "ahead_ds", "back_ds", "length_m", "way", "level", "bound")
_PASSAGES = ("edge", "enter", "leave", "is_ahead", "is_only")
_ENDS = ("enter_ahead", "enter_back", "leave_ahead", "leave_back")


def keep(folder: Path, streets: Streets) -> None:
    """Write streets into a folder of this name, whole or not at all; the oldest of too many go.

    Where nothing can be written nothing is kept: the streets are laid again next time.
    """
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    except OSError:
        return
    try:
        for name, values in _arrays(streets).items():
            np.save(beside / f"{name}.npy", values, allow_pickle=False)
        facts = {"cut_off": asdict(streets.cut_off), "turns": asdict(streets.turns)}
        (beside / _FACTS_NAME).write_text(json.dumps(facts), "utf-8")
        # Another worker may have been faster: then its folder stays, which holds the same.
        with contextlib.suppress(OSError):
            beside.rename(folder)
        _forget_oldest(folder.parent)
    except OSError:
        return
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def kept(folder: Path, mode: Mode) -> Streets | None:
    """Return the streets that are kept in a folder, their arrays mapped from the files; None where there are none."""
    try:
        facts = json.loads((folder / _FACTS_NAME).read_text("utf-8"))
        found: dict[str, Any] = {name: _mapped(folder / f"{name}.npy") for name in _names()}
        os.utime(folder)
    except OSError:
        return None
    except (ValueError, KeyError, EOFError):
        # A file that was cut off, by a full disk or a copy: it would be in the way of a whole one.
        shutil.rmtree(folder, ignore_errors=True)
        return None

    def ends(name: str) -> Ends:
        return Ends(found[f"{name}_first"], found[f"{name}_node"])

    return Streets(
        mode=mode,
        network=Network(**{name: found[f"network_{name}"] for name in _NETWORK}),
        **{name: found[name] for name in _EDGES},
        enter_ahead=ends("enter_ahead"),
        enter_back=ends("enter_back"),
        leave_ahead=ends("leave_ahead"),
        leave_back=ends("leave_back"),
        cut_off=CutOff(**facts["cut_off"]),
        passages=Passages(*(found[f"passages_{name}"] for name in _PASSAGES)),
        turns=KeptTurns(**facts["turns"]),
    )


def _arrays(streets: Streets) -> Mapping[str, npt.NDArray[Any]]:
    ends: dict[str, Ends] = {name: getattr(streets, name) for name in _ENDS}
    return {
        **{f"network_{name}": getattr(streets.network, name) for name in _NETWORK},
        **{name: getattr(streets, name) for name in _EDGES},
        **{f"passages_{name}": getattr(streets.passages, name) for name in _PASSAGES},
        **{f"{name}_first": each.first for name, each in ends.items()},
        **{f"{name}_node": each.node for name, each in ends.items()},
    }


def _names() -> list[str]:
    return (
        [f"network_{name}" for name in _NETWORK]
        + [*_EDGES]
        + [f"passages_{name}" for name in _PASSAGES]
        + [f"{name}_{part}" for name in _ENDS for part in ("first", "node")]
    )


def _mapped(path: Path) -> npt.NDArray[Any]:
    """Return a file's array without reading it; what somebody writes into it stays their own."""
    return np.asarray(np.load(path, mmap_mode="c", allow_pickle=False))


def _forget_oldest(folder: Path) -> None:
    by_age = sorted(
        (path for path in folder.iterdir() if not path.name.startswith(".")), key=lambda path: path.stat().st_mtime
    )
    for path in by_age[:-MOST_KEPT]:
        shutil.rmtree(path, ignore_errors=True)
