"""What a load did: one line per (file, part, layer), for programs and in words."""

from __future__ import annotations

import csv
import heapq
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from etl.chinese import in_chinese, outcome_in_chinese
from etl.issues import Issue
from geodata.layers import get_layer

RECEIPTS = "receipts"
"""The deployment's folder with the remarks of each load."""
SHOWN_ISSUES = 5
_COLUMNS = ("layer", "outcome", "reason", "row", "cell", "field", "value", "message", "结果", "说明")
"""The last two say in Chinese what `outcome` and `message` say."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Receipt:
    """What became of the source records of one part for one layer: read is the sum of the other four.

    Attributes:
        file: the file's name.
        part: the sheet, layer or theme in it; "" where there is just one.
        layer: what was filled.
        from_layer: for a child layer, the layer whose rows held the records.
        load_id: the load in the ledger; None for a dry run.
        changed: how many rows of the store are other ones now.
        seconds: how long it took.
        notes: how the file was understood.
        warnings: what somebody should look at.
        issues: those of the first few rows that were turned away; all of them are in the file of issues.
        reasons: how often each (outcome, reason) came up.
    """

    file: str
    part: str
    layer: str
    from_layer: str | None = None
    load_id: int | None = None
    loaded: int = 0
    unchanged: int = 0
    quarantined: int = 0
    ignored: int = 0
    changed: int = 0
    seconds: float = 0
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    reasons: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """All source records that the recipe selects."""
        return self.loaded + self.unchanged + self.quarantined + self.ignored

    @property
    def title(self) -> str:
        """What people call the layer."""
        return get_layer(self.layer).title.en

    def add(self, issues: Iterable[Issue]) -> None:
        """Count issues, and keep those that took the first rows out."""
        for issue in issues:
            key = (issue.outcome, issue.reason)
            self.reasons[key] = self.reasons.get(key, 0) + 1
            if issue.outcome == "quarantined":
                self.issues = sorted([*self.issues, issue], key=_row_of)[:SHOWN_ISSUES]

    def note(self, sentences: Iterable[str]) -> None:
        """Add sentences that aren't there yet."""
        self.notes += [sentence for sentence in dict.fromkeys(sentences) if sentence not in self.notes]

    def as_json(self) -> str:
        """Return the line that `./csmap load --json` prints."""
        line: dict[str, object] = {name: getattr(self, name) for name in ("file", "part", "layer")}
        if self.from_layer is not None:
            line["from_layer"] = self.from_layer
        line |= {name: getattr(self, name) for name in ("load_id", "read", "loaded", "unchanged")}
        line |= {"quarantined": self.quarantined, "ignored": self.ignored, "seconds": round(self.seconds, 3)}
        return json.dumps(line, ensure_ascii=False)

    def in_words(self) -> str:
        """Return the receipt as a person reads it: counts, warnings, the first issues with row and cell."""
        where = f"{self.file} [{self.part}]" if self.part else self.file
        counts = f"{self.read:,} read = {self.loaded:,} loaded + {self.unchanged:,} unchanged"
        counts += f" + {self.quarantined:,} quarantined + {self.ignored:,} ignored"
        lines = [f"{where} -> {self.title}: {counts} ({self.seconds:.1f} s)"]
        lines += [f"  warning: {sentence}" for sentence in self.warnings]
        lines += [f"  note: {sentence}" for sentence in self.notes]
        lines += [
            f"  {outcome} {reason}: {count:,}"
            for (outcome, reason), count in sorted(self.reasons.items())
            if outcome != "quarantined"
        ]
        lines += [f"  {self.file}, {issue_place(issue)}: {issue.message}" for issue in self.issues]
        left = sum(count for (outcome, _), count in self.reasons.items() if outcome == "quarantined") - len(self.issues)
        if left > 0:
            lines.append(f"  ... and {left:,} more")
        return "\n".join(lines)


def issue_place(issue: Issue) -> str:
    """Return "row 5, cell C5", as people look for it."""
    return f"row {issue.row}, cell {issue.cell}" if issue.cell else f"row {issue.row}"


class IssueFile:
    """The CSV of all issues of one load in the order of rows, for the person who handed the file over.

    What the merge says of rows comes after what the steps said of later ones: what is written stands in runs, each in
    order, until they are put together at the end.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._runs: list[Path] = []
        self._file: IO[str] | None = None
        self._row = 0

    def add(self, layer: str, issues: Iterable[Issue]) -> None:
        """Write issues; nothing where there is no file to write to (a dry run)."""
        if self.path is None:
            return
        for issue in sorted(issues, key=_row_of):
            if self._file is None or issue.row < self._row:
                self._begin_run(self.path)
            self._row = issue.row
            cells = (layer, issue.outcome, issue.reason, issue.row, issue.cell, issue.field, issue.value, issue.message,
                     outcome_in_chinese(issue), in_chinese(issue))  # fmt: skip
            csv.writer(self._file).writerow([_harmless(cell) for cell in cells])  # type: ignore[arg-type]

    def _begin_run(self, path: Path) -> None:
        if self._file is not None:
            self._file.close()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._runs.append(path.with_name(f"{path.name}.{len(self._runs)}"))
        self._file = self._runs[-1].open("w", encoding="utf-8", newline="")

    def close(self, *, keep: bool) -> Path | None:
        """Put the file together and return where it is; there is none without issues, or where nothing was loaded."""
        if self._file is None or self.path is None:
            return None
        self._file.close()
        self._file = None
        if keep:
            self._put_together(self.path)
        for run in self._runs:
            run.unlink(missing_ok=True)
        return self.path if keep else None

    def _put_together(self, path: Path) -> None:
        with ExitStack() as stack:
            runs = [csv.reader(stack.enter_context(run.open(encoding="utf-8", newline=""))) for run in self._runs]
            # With the mark that makes spreadsheet programs read UTF-8.
            file = stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
            csv.writer(file).writerow(_COLUMNS)
            lines: Iterator[list[str]] = heapq.merge(*runs, key=_row_of_cells)
            csv.writer(file).writerows(lines)


def _row_of_cells(cells: list[str]) -> int:
    return int(cells[_COLUMNS.index("row")])


def _row_of(issue: Issue) -> int:
    return issue.row


def _harmless(cell: object) -> object:
    """Return a cell that no spreadsheet program takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
