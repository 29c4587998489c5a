"""Reads Mapbox Vector Tiles as their specification (version 2.1) has them, for tests of what a tile holds."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Feature:
    """One feature: its id, its properties, the first vertex in tile units (0..4095 is inside), and all of it packed."""

    id: int
    properties: dict[str, Any]
    x: int
    y: int
    shape: bytes


def read_tile(body: bytes) -> dict[str, list[Feature]]:
    """Return the features of a tile by the name of their layer."""
    layers: dict[str, list[Feature]] = {}
    for number, layer in _fields(body):
        if number == 3:
            parts = list(_fields(layer))
            keys = [value.decode() for field, value in parts if field == 3]
            values = [_value(value) for field, value in parts if field == 4]
            name = next(value.decode() for field, value in parts if field == 1)
            layers[name] = [_feature(value, keys, values) for field, value in parts if field == 2]
    return layers


def _feature(body: bytes, keys: list[str], values: list[Any]) -> Feature:
    parts = dict(_fields(body))
    tags = list(_numbers(parts.get(2, b"")))
    _, x, y = list(_numbers(parts[4]))[:3]
    properties = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)}
    return Feature(parts.get(1, 0), properties, _signed(x), _signed(y), parts[4])


def _fields(body: bytes) -> Iterator[tuple[int, Any]]:
    """Yield number and content of a protocol buffer's fields: whole numbers, or bytes."""
    at = 0
    while at < len(body):
        key, at = _varint(body, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(body, at)
            yield key >> 3, value
            continue
        length, at = _varint(body, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
        yield key >> 3, body[at : at + length]
        at += length


def _value(body: bytes) -> Any:
    number, value = next(_fields(body))
    if number == 1:
        return value.decode()
    if number in {2, 3}:
        return struct.unpack("<f" if number == 2 else "<d", value)[0]
    if number == 6:
        return _signed(value)
    return bool(value) if number == 7 else value


def _numbers(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        value, at = _varint(body, at)
        yield value


def _varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (body[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if body[at - 1] < 128:
            return value, at


def _signed(value: int) -> int:
    return (value >> 1) ^ -(value & 1)
