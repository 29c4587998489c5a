"""Rates as runs: worked out once of the same data, kept with all that the answer depends on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from geodata.analyses.hotspots import parse_months
from geodata.analyses.rates.question import RateQuestion, rate_question
from geodata.analyses.rates.report import rates_as_json
from geodata.analyses.rates.table import Rates, definition_of, rates_of
from geodata.analyses.runs import answer
from geodata.queries.runs import Run
from geodata.settings import Settings

KIND = "rates"


def rates_run(settings: Settings, question: RateQuestion, compute: Callable[[], Rates]) -> Run:
    """Return the run that answers a question about rates; its answer is `rates_as_json` of `compute`.

    Raises:
        InvalidInput: as `rates_of`.
    """
    words = definition_of(question.what)
    return answer(
        settings,
        KIND,
        {
            **asdict(question),
            "periods": [str(period) for period in question.periods],
            "day": settings.today().isoformat(),
        },
        layers=question.layers,
        definition=f"{words.zh}\n{words.en}",
        compute=lambda: rates_as_json(compute()),
    )


def rates_as_asked(settings: Settings, said: Mapping[str, Any]) -> tuple[Settings, RateQuestion]:
    """Return what a kept question asks, on the day of then.

    Raises:
        InvalidInput: it can't be asked any more, such as about incidents of a kind that isn't told today.
    """
    then = replace(settings, as_of=date.fromisoformat(said["day"]))
    question = rate_question(then, said["what"], level=said["level"])
    return then, replace(question, periods=tuple(parse_months(words) for words in said["periods"]))


def rates_answered(settings: Settings, question: RateQuestion) -> Mapping[str, Any]:
    """Return rates as JSON has them, as they are kept."""
    return rates_as_json(rates_of(settings, question))
