"""What a Shapefile can't say in its own table: names of more than ten signs, labels, credit and notice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from geodata.layers.text import Text
from webmap.files.wish import Wish

LONGEST = 254
"""A text has no more bytes."""
_NAME = 10

_COLUMNS = Text("字段（短名 = 全名：含义）", "Columns (short name = full name: meaning)")
_CUT = Text(
    "下列字段的部分文字超过254字节，在此文件中被截短，GeoPackage中是完整的：{}",
    "Some texts of these columns have more than 254 bytes and are cut off here; a GeoPackage has them whole: {}",
)
_ENCODED = Text("文字编码：UTF-8", "Texts are in UTF-8")


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Return by name one of at most ten signs, no two of them the same in capitals.

    >>> short_names(["name", "compound_id", "compound_name", "compound_number"])
    {'name': 'name', 'compound_id': 'compound_i', 'compound_name': 'compound_n', 'compound_number': 'compound_2'}
    """
    found: dict[str, str] = {}
    # Names that fit stay as they are, whatever is cut before them.
    taken = {name.upper() for name in names if len(name) <= _NAME}
    for name in names:
        short, number = name[:_NAME], 1
        while len(name) > _NAME and short.upper() in taken:
            number += 1
            short = f"{name[: _NAME - len(f'_{number}')]}_{number}"
        taken.add(short.upper())
        found[name] = short
    return found


def readme(wish: Wish, names: Mapping[str, str], shortened: Collection[str]) -> str:
    """Return the text beside a Shapefile.

    Args:
        wish: whose it is.
        names: by field, its short name; the id's too.
        shortened: fields of which some values were cut.
    """
    say = wish.wording.say
    lines = [wish.description(), "", say(_ENCODED), "", say(_COLUMNS)]
    lines.append(f"{names['id']} = id: {wish.key_label()}")
    lines += [f"{names[field.name]} = {field.name}: {wish.labels[field.name]}" for field in wish.fields]
    for field in wish.fields:
        lines += [f"    {choice.value} = {say(choice.label)}" for choice in field.choices]
    if shortened:
        lines += ["", wish.wording.fill(_CUT, ", ".join(sorted(shortened)))]
    return "\r\n".join("\n".join(lines).split("\n")) + "\r\n"
