"""The rules by which an audience gets something else than the exact records."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.settings import HAZARD_DELAY_DAYS


@dataclass(frozen=True)
class Exact:
    """The public version has the geometry as it is."""


@dataclass(frozen=True, kw_only=True)
class AtCompound:
    """The public version stands at its compound; without a compound it is left out.

    Attributes:
        since: the date field its age is counted from, on the deployment's clock; what isn't yet doesn't show.
        is_delayed: it appears only as many days later as the deployment's `hazard_delay_days` says.
        again: (child layer, value of its `kind`, its date field): the age is counted from the last such step, if later.
        unless: (field, value) for which the age doesn't matter, such as a closed hazard.
        only_then: fields that stay empty but where `unless` holds.
    """

    since: str
    is_delayed: bool = False
    again: tuple[str, str, str] | None = None
    unless: tuple[str, str] | None = None
    only_then: tuple[str, ...] = ()

    @property
    def delay_days(self) -> int:
        """So many days after it is known a record may have to wait, where the deployment doesn't say another number."""
        return HAZARD_DELAY_DAYS if self.is_delayed else 0


@dataclass(frozen=True, kw_only=True)
class CountsByArea:
    """The public version is one fixed table of totals by community and calendar year; no record of it is published.

    Only years that are over: a running year's total, published again and again, would tell of each single record. Every
    community has a row, so that none gives itself away by missing. A total below `minimum` is withheld, and so is the
    next larger one as long as what is withheld could be worked out from a sum that somebody else publishes; a value of
    `by` of which there are fewer in all isn't named.

    Attributes:
        date: the date field that tells the year.
        by: a further field whose values are counted apart.
        amount: the field that is summed; None counts records.
        minimum: the smallest total that is shown, and the least that all others together have to be.
        is_monthly: records are figures of a month, and a year counts only with all twelve of them.
    """

    date: str
    by: str | None = None
    amount: str | None = None
    minimum: int = 10
    is_monthly: bool = False

    @property
    def delay_days(self) -> int:
        """So many days after it is known a record may have to wait: the first of January's for its year's end."""
        return 365


@dataclass(frozen=True)
class Hidden:
    """There is no public version."""


Publication = Exact | AtCompound | CountsByArea | Hidden
