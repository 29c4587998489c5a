"""How Chinese names are typed in Latin letters: their pinyin, syllable by syllable, with readings that differ."""

from __future__ import annotations

import re
from functools import lru_cache

MOST_WAYS = 8
SHORTEST = 2
_PARTS = re.compile(r"([\u3400-\u9fff]+)|([A-Za-z]+|\d+)")
_TYPED = re.compile(r"[a-z0-9]+")


def spelled(name: str) -> str | None:
    """Return the ways to spell a name, ";" between them and a space between syllables; None for one without hanzi.

    The likeliest way comes first, then ways in which one character is read otherwise; at most eight. "3号" is
    "3 hao".
    """
    ways = [""]
    has_hanzi = False
    for hanzi, plain in _PARTS.findall(name):
        has_hanzi = has_hanzi or bool(hanzi)
        first, *others = _ways(hanzi) if hanzi else (plain.lower(),)
        likeliest = ways[0]
        ways = [f"{way} {first}" for way in ways] + [f"{likeliest} {other}" for other in others]
    return ";".join(way.strip() for way in ways[:MOST_WAYS]) if has_hanzi else None


def typed_pattern(text: str) -> str | None:
    """Return the regular expression by which typed letters are found in `spelled`; None where they can't be pinyin.

    Each letter goes on with a syllable or begins the next one, so that "jinxiu", "jxhf" and "jinxhf" all fit
    "jin xiu hua fu"; the first one begins a syllable.
    """
    letters = re.sub(r"[\s'’]", "", text.lower()).replace("ü", "v")
    if len(letters) < SHORTEST or not _TYPED.fullmatch(letters):
        return None
    return "([a-z0-9]* )?".join(letters)


@lru_cache(maxsize=100_000)
def _ways(hanzi: str) -> tuple[str, ...]:
    """Return the readings of a run of hanzi, the likeliest first."""
    from pypinyin import Style, lazy_pinyin, pinyin  # its dictionary takes half a second, and most commands spell none

    likeliest = lazy_pinyin(hanzi, style=Style.NORMAL)
    ways = [" ".join(likeliest)]
    for place, readings in enumerate(pinyin(hanzi, style=Style.NORMAL, heteronym=True)):
        rarer = (reading for reading in readings if reading != likeliest[place])
        ways += [" ".join([*likeliest[:place], reading, *likeliest[place + 1 :]]) for reading in rarer]
    return tuple(ways[:MOST_WAYS])
