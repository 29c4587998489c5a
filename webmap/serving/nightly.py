"""What the site does each night: shortly after midnight of the place it brings the publication to the new day."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from geodata.errors import GeodataError

BEGINS = time(0, 10)
"""When by the clocks of the place: the database's clock, and those of the offices, may be some minutes off."""
AGAIN = timedelta(minutes=10)
"""After so long what failed is tried again: a database that was being restarted is back by then."""
ENDS_WITHIN_S = 20.0
"""So long whoever ends the site waits for what is being renewed; what isn't done by then is given up whole."""
LOOKED_EACH_S = 30.0
"""Who looks at the clock knows of machines that slept and of hours that come twice; who waits for an hour doesn't."""


class Nightly:
    """Does something once a day for as long as the context lasts: `with Nightly(...): ...`.

    Who starts it has just done the same: the first time is the night after. What was missed, as the machine slept or
    the database was down, is done as soon as it can be.
    """

    def __init__(self, time_zone: str, task: Callable[[], str], *, begun: datetime | None = None) -> None:
        """Prepare it.

        Args:
            time_zone: of the place, such as "Asia/Shanghai".
            task: does it, and returns what is to be told of it; "" for nothing.
            begun: when it was done last; now unless it is given.
        """
        self._zone, self._task = ZoneInfo(time_zone), task
        self._done: date = (begun or datetime.now(UTC)).astimezone(self._zone).date()
        self._not_before = datetime.min.replace(tzinfo=UTC)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="renews the publication", daemon=True)

    def look(self, now: datetime) -> None:
        """Do at this moment what is due, if anything is, and tell of it on stderr."""
        here = now.astimezone(self._zone)
        if here.date() == self._done or here.time() < BEGINS or now < self._not_before:
            return
        try:
            told = self._task()
        except Exception as error:
            # Whatever it is: the thread has to be there the next night.
            if not isinstance(error, (GeodataError, SQLAlchemyError, OSError)):
                traceback.print_exc()
            self._not_before = now + AGAIN
            told = f"what the night should have renewed is tried again in {AGAIN.seconds // 60} minutes: {error}"
        else:
            self._done = here.date()
        if told:
            sys.stderr.write(f"csmap serve: {here:%Y-%m-%d %H:%M} {told}\n")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join(ENDS_WITHIN_S)

    def _keep(self) -> None:
        while not self._is_over.wait(LOOKED_EACH_S):
            self.look(datetime.now(UTC))
