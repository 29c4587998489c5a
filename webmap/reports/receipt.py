"""What an answer stands on, line by line, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geodata.layers import get_layer
from webmap.reports import words
from webmap.reports.told import Report
from webmap.wording import MISSING


def lines(report: Report) -> list[tuple[str, str]]:
    """Return (what, how it was) for definition, clock, limit, speeds, streets, posts, data and code."""
    say, number, receipt = report.wording.say, report.wording.number, report.answer.receipt
    asked = report.answer.asked
    network, posts, snap = (_part(receipt, name) for name in ("network", "posts", "snap"))
    return [
        (say(words.CLOCK), report.of_receipt("clock")),
        (say(words.INCLUSIVE), report.wording.fill(words.LIMIT_IS, f"{asked.minutes:g}")),
        (say(words.MOMENT), report.question[2]),
        (say(words.DEMAND), report.question[3]),
        *((say(words.CHANGES), text) for text in report.supposed),
        *_left_out(report),
        (say(words.SPEEDS), _speeds(report)),
        (
            say(words.NETWORK),
            report.wording.fill(
                words.NETWORK_IS,
                nodes=number(network["nodes"]),
                edges=number(network["edges"]),
                pieces=number(network["pieces_cut_off"]),
                cut=number(network["nodes_cut_off"]),
                date=receipt["network_date"] or MISSING,
            ),
        ),
        (
            say(words.SNAPPING),
            report.wording.fill(words.SNAPPING_IS, number(snap["limit_m"]), number(snap["longest_m"])),
        ),
        (
            say(words.POSTS),
            report.wording.fill(
                words.POSTS_ARE,
                known=number(posts["known"]),
                open=number(posts["open"]),
                unknown=number(posts["hours_unknown"]),
                off=number(posts["off_network"]),
            ),
        ),
        (say(words.DATA), _data(report)),
        (say(words.CODE_VERSION), str(receipt["code"])),
    ]


def _left_out(report: Report) -> list[tuple[str, str]]:
    """Return what is counted of no known place, where there is any."""
    say, left_out = report.wording.say, report.answer.places.left_out
    if left_out is None:
        return [(say(words.LEFT_OUT), say(words.LEFT_OUT_UNTOLD))]
    said = report.wording.amount(left_out, words.UNITS[report.answer.asked.weight])
    return [(say(words.LEFT_OUT), report.wording.fill(words.LEFT_OUT_IS, said))] if left_out else []


def _part(receipt: Mapping[str, object], name: str) -> dict[str, Any]:
    part = receipt[name]
    if not isinstance(part, dict):
        raise AssertionError(f"the receipt's {name} is no table")
    return part


def _speeds(report: Report) -> str:
    """Return the speeds of the mode, those of the same speed together; closed classes aren't said."""
    by_speed: dict[float, list[str]] = {}
    for road_class, kmh in _part(report.answer.receipt, "speeds_kmh").items():
        if kmh:
            by_speed.setdefault(float(kmh), []).append(road_class)
    said = report.wording.amount
    return "; ".join(
        said(kmh, "km/h") if len(by_speed) == 1 else f"{said(kmh, 'km/h')} ({', '.join(classes)})"
        for kmh, classes in sorted(by_speed.items(), reverse=True)
    )


def _data(report: Report) -> str:
    say, number = report.wording.say, report.wording.number
    return "; ".join(
        report.wording.fill(
            words.DATA_IS,
            title=say(get_layer(layer).title),
            count=number(facts["count"]),
            load=facts["load"] or MISSING,
        )
        for layer, facts in _part(report.answer.receipt, "data").items()
    )
