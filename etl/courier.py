"""Takes batches to the store while the next one is being read: the machine has more than one core."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

import pyarrow as pa
from sqlalchemy import Connection

from geodata.layers.layer import Layer
from geodata.queries.stage import copy_into_stage


class Courier:
    """Copies tables into a layer's stage, one after the other; whoever else wants the connection waits for it."""

    def __init__(self, connection: Connection, layer: Layer) -> None:
        self._connection = connection
        self._layer = layer
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="courier")
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Courier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown()  # waits for the table under way, also where something else has gone wrong
        if error is None:
            self.wait()

    def wait(self) -> None:
        """Wait until the store has all that was sent; raises what kept it from that."""
        if self._under_way is not None:
            self._under_way.result()
        self._under_way = None

    def send(self, table: pa.Table) -> None:
        """Begin to copy a table, once the one before is there."""
        self.wait()
        self._under_way = self._thread.submit(copy_into_stage, self._connection, self._layer, table)
