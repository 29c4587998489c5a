"""What planners have asked and what came out: kept with the data and the code that it came from, found again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from geodata.errors import InvalidInput, NotFound


@dataclass(frozen=True)
class Asked:
    """A question, and what its answer depends on besides.

    Attributes:
        kind: "coverage", "site", "access", "grids", "hotspots", "change", "rates" or "scenario".
        question: every parameter with its value, as JSON has it.
        versions: the state of each layer that is read, as `data_versions` tells it.
        code_version: of the code that answers.
        definition: what is measured, in words, with its source.
    """

    kind: str
    question: Mapping[str, Any]
    versions: Mapping[str, str]
    code_version: str
    definition: str


@dataclass(frozen=True)
class Run:
    """A question that was answered.

    Attributes:
        id: its number.
        asked: the question, and what the answer came from.
        asked_at: when it was begun.
        finished: when it was done.
        text: the answer in canonical JSON: the same question to the same data and code has the same bytes.
        sha256: of these bytes.
    """

    id: int
    asked: Asked
    asked_at: datetime
    finished: datetime
    text: str
    sha256: str

    @property
    def answer(self) -> dict[str, Any]:
        """The answer."""
        parsed: dict[str, Any] = json.loads(self.text)
        return parsed

    def is_older_than(self, versions: Mapping[str, str]) -> bool:
        """Tell whether a layer that it read has changed since."""
        return dict(self.asked.versions) != dict(versions)


def canonical(value: Mapping[str, Any]) -> str:
    """Return a value as the one JSON text that it has: keys in order, no spaces, no NaN.

    Raises:
        InvalidInput: JSON can't say it.
    """
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            f"a run can't be kept: {error}; wanted are texts, finite numbers, lists and objects"
        ) from None


def data_versions(connection: Connection, layer_ids: Collection[str]) -> dict[str, str]:
    """Return the state of each layer: its newest load and how many have changed it, "6/2"; "0/0" where none has.

    The newest alone would stay the same when a load that began earlier ends later.
    """
    query = text(
        "SELECT layer, format('%s/%s', max(id), count(*)) AS state FROM ledger.load "
        "WHERE state = 'done' AND changed > 0 AND layer = ANY(:layers) GROUP BY layer"
    )
    rows = connection.execute(query, {"layers": list(layer_ids)}).all()
    known = {row.layer: row.state for row in rows}
    return {layer_id: known.get(layer_id, "0/0") for layer_id in sorted(layer_ids)}


_COLUMNS = (
    "id, kind, question, versions, code_version, definition, asked, finished, answer::text AS answer, answer_sha256"
)


def keep_run(connection: Connection, asked: Asked, answer: Mapping[str, Any], asked_at: datetime) -> Run:
    """Write a question with its answer, and return it as it is kept.

    Raises:
        InvalidInput: JSON can't say question or answer.
    """
    body = canonical(answer)
    statement = text(
        f"""
        INSERT INTO analysis.run
            (kind, question, versions, code_version, definition, asked, answer, answer_sha256)
        VALUES (:kind, CAST(:question AS jsonb), CAST(:versions AS jsonb), :code_version, :definition, :asked_at,
            CAST(:answer AS json), :sha256)
        RETURNING {_COLUMNS}
        """
    )
    row = connection.execute(
        statement,
        {
            **_as_parameters(asked),
            "definition": asked.definition,
            "asked_at": asked_at,
            "answer": body,
            "sha256": hashlib.sha256(body.encode()).hexdigest(),
        },
    ).one()
    return _run(row)


def find_run(connection: Connection, asked: Asked) -> Run | None:
    """Return the newest answer to the same question from the same data by the same code; None where there is none."""
    query = text(
        f"""
        SELECT {_COLUMNS} FROM analysis.run
        WHERE kind = :kind AND md5(question::text) = md5(CAST(:question AS jsonb)::text)
            AND question = CAST(:question AS jsonb)
            AND versions = CAST(:versions AS jsonb) AND code_version = :code_version
        ORDER BY id DESC LIMIT 1
        """
    )
    row = connection.execute(query, _as_parameters(asked)).first()
    return _run(row) if row else None


def list_runs(connection: Connection, *, kind: str | None, most: int) -> list[Run]:
    """Return the last runs of a kind, or of all, the newest first."""
    query = text(f"SELECT {_COLUMNS} FROM analysis.run WHERE kind = coalesce(:kind, kind) ORDER BY id DESC LIMIT :most")
    return [_run(row) for row in connection.execute(query, {"kind": kind, "most": most})]


def get_run(connection: Connection, run_id: int) -> Run:
    """Return a run by its number.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(text(f"SELECT {_COLUMNS} FROM analysis.run WHERE id = :id"), {"id": run_id}).first()
    if row is None:
        raise NotFound(f"no run {run_id}", zh=f"没有第 {run_id} 号计算")
    return _run(row)


def _as_parameters(asked: Asked) -> dict[str, Any]:
    return {
        "kind": asked.kind,
        "question": canonical(asked.question),
        "versions": canonical(asked.versions),
        "code_version": asked.code_version,
    }


def _run(row: Any) -> Run:
    return Run(
        id=row.id,
        asked=Asked(row.kind, row.question, row.versions, row.code_version, row.definition),
        asked_at=row.asked,
        finished=row.finished,
        text=row.answer,
        sha256=row.answer_sha256,
    )
