"""Counts, measures and money as people write them: 约300户, 三百, 1.2万, 12栋, 3,500.00元, 30 mph."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from etl.steps.parsed import Parsed, refused
from geodata.folding import fold

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10_000, "亿": 100_000_000}
_APPROXIMATE_BEFORE = re.compile(r"^(大约|大概|约计|将近|约|近|approx\.?|about|ca\.?|~|≈)\s*", re.IGNORECASE)
_COUNTERS = (
    r"(?:户|戶|栋|幢|座|人|个|間|间|层|台|套|处|家|口|条|名|席|車道|车道|年建成|年建|年|"
    r"households?|homes?|people|persons?|residents?|buildings?|storeys?|stories|floors?|levels?|desks?|seats?|lanes?)"
)
_APPROXIMATE_AFTER = re.compile(rf"(余|多|左右|上下|以上|\+)\s*({_COUNTERS}?)$", re.IGNORECASE)
_COUNTER = re.compile(rf"\s*{_COUNTERS}$", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_SCIENTIFIC = re.compile(r"[+-]?\d(\.\d+)?[eE][+-]?\d+")
_SCALED = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([千百万亿]+)")
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万亿]+")
_MPH = re.compile(r"(\d+(?:\.\d+)?)\s*mph", re.IGNORECASE)
_UNITS = {
    "km/h": re.compile(r"\s*(km/?h|kmh|kph|公里/小时|千米/小时|迈)$", re.IGNORECASE),
    "m": re.compile(r"\s*(m|米|公尺)$", re.IGNORECASE),
    "storeys": re.compile(r"\s*(层|f|storeys?|levels?)$", re.IGNORECASE),
}
_KMH_PER_MPH = Decimal("1.609344")
_CURRENCY = re.compile(r"^(人民币|rmb|cny|¥|￥)\s*|\s*(元整|元|圆|块|rmb|cny|yuan)$", re.IGNORECASE)
_MONEY_HEADINGS = ((re.compile(r"万元"), Decimal(10_000)), (re.compile(r"千元"), Decimal(1000)))


def parse_count(text: str) -> Parsed:
    """Read a whole number; an "about" is taken with a remark, a fraction or a range is refused."""
    core, is_approximate = _strip_words(fold(text))
    number = _decimal(core)
    if number is None:
        return refused("bad_number", "a whole number such as 300")
    if number != number.to_integral_value() or _SCIENTIFIC.fullmatch(core):
        return refused("not_whole", "a whole number such as 300")
    value = str(int(number))
    return Parsed(value, "approximate", f"{value} was taken") if is_approximate else Parsed(value)


def parse_number(text: str, unit: str | None) -> Parsed:
    """Read a measure in `unit`, converting miles an hour to km/h."""
    folded = fold(text)
    miles = _MPH.fullmatch(folded) if unit == "km/h" else None
    if miles:
        kmh = float(Decimal(miles[1]) * _KMH_PER_MPH)
        return Parsed(repr(kmh))
    if unit in _UNITS:
        folded = _UNITS[unit].sub("", folded)
    core, is_approximate = _strip_words(folded)
    number = _decimal(core)
    if number is None:
        return refused("bad_number", f"a number in {unit}" if unit else "a number")
    value = repr(float(number))
    return Parsed(value, "approximate", f"{value} was taken") if is_approximate else Parsed(value)


def parse_money(text: str, heading: str) -> Parsed:
    """Read an amount in yuan; 万元 in the heading or the text counts ten thousands."""
    folded = fold(text)
    core, is_approximate = _strip_words(_CURRENCY.sub("", folded))
    core = _CURRENCY.sub("", core)
    number = _decimal(core)
    if number is None:
        return refused("bad_amount", "an amount of money such as 12000 or 1.2万元")
    says_its_scale = bool(re.search(r"[百千万亿元圆块¥]", folded))
    scale = Decimal(1) if says_its_scale else heading_scale(heading)
    amount = number * scale
    value = amount.quantize(Decimal("0.01"))
    written = format(value, "f")
    if abs(value - amount) > Decimal("0.000001"):
        return Parsed(written, "rounded", f"{written} yuan was taken")
    return Parsed(written, "approximate", f"{written} yuan was taken") if is_approximate else Parsed(written)


def heading_scale(heading: str) -> Decimal:
    """Return how many yuan one unit of a column is: 10,000 where its heading says 万元, else 1."""
    return next((scale for pattern, scale in _MONEY_HEADINGS if pattern.search(fold(heading))), Decimal(1))


def _strip_words(text: str) -> tuple[str, bool]:
    """Return the number in the text, and whether words around it say that it is rough."""
    core = _APPROXIMATE_BEFORE.sub("", text)
    is_approximate = core != text
    after = _APPROXIMATE_AFTER.search(core)
    if after:
        return core[: after.start()].strip(), True
    return _COUNTER.sub("", core).strip(), is_approximate


def _decimal(text: str) -> Decimal | None:
    """Return the number that a text writes, in digits or in Chinese; None for anything else."""
    if _PLAIN.fullmatch(text) or _SCIENTIFIC.fullmatch(text):
        return _finite(text)
    if _GROUPED.fullmatch(text):
        return _finite(text.replace(",", ""))
    scaled = _SCALED.fullmatch(text)
    if scaled:
        factor = 1
        for word in scaled[2]:
            factor *= _TENS.get(word) or _BIG[word]
        return Decimal(scaled[1]) * factor
    return _chinese(text) if _CHINESE.fullmatch(text) else None


def _finite(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 15 else None


def _chinese(text: str) -> Decimal | None:
    """Return the value of Chinese numerals; None where they are out of order or can be read in two ways (二百五)."""
    if all(mark in _DIGITS for mark in text):
        return Decimal("".join(str(_DIGITS[mark]) for mark in text))
    total, rest = 0, text
    for mark, factor in (("亿", _BIG["亿"]), ("万", _BIG["万"])):
        head, found, tail = rest.partition(mark)
        if found:
            section = _below_ten_thousand(head)
            if not section:
                return None
            total, rest = total + section * factor, tail
    if not rest:
        return Decimal(total)
    section = _below_ten_thousand(rest)
    is_short = total > 0 and len(rest) == 1
    return None if section is None or is_short else Decimal(total + section)


_SECTION = re.compile(r"(?:(?P<千>.)千)?零?(?:(?P<百>.)百)?零?(?:(?P<十>.?)十)?(?P<gap>零?)(?P<一>[^十百千零])?")


def _below_ten_thousand(text: str) -> int | None:
    """Return 1..9999 in Chinese; a last digit after 百 or 千 needs its 零 or its unit."""
    found = _SECTION.fullmatch(text)
    if found is None:
        return None
    value = 0
    for word, unit in (("千", 1000), ("百", 100), ("十", 10), ("一", 1)):
        digit = found[word]
        if digit is None:
            continue
        if digit and digit not in _DIGITS:
            return None
        value += unit * (_DIGITS[digit] if digit else 1)
    is_open = found["一"] and found["十"] is None and (found["百"] or found["千"]) and "零" not in text
    return None if is_open else value
