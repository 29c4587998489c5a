"""Counts, measures and money as people write them: 约300户, 三百, 1.2万, 12栋, 3,500.00元, 30 mph."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from etl.folding import fold
from etl.steps.parsed import Parsed, refused

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
    has_own_scale = (
        core != (core := re.sub(r"(万|千)$", "", core)) and _PLAIN.fullmatch(core.replace(",", "")) is not None
    )
    own = Decimal(1)
    if has_own_scale:
        own = Decimal(10_000) if "万" in folded else Decimal(1000)
    number = _decimal(core)
    if number is None:
        return refused("bad_amount", "an amount of money such as 12000 or 1.2万元")
    says_yuan = bool(re.search(r"元|圆|块|¥", folded))
    scale = own if has_own_scale or says_yuan else heading_scale(heading)
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
    """Return the value of Chinese numerals; None where they can be read in two ways (二百五)."""
    if all(mark in _DIGITS for mark in text):
        return Decimal("".join(str(_DIGITS[mark]) for mark in text)) if len(text) != 1 or text else None
    total, section, digit, last_unit = 0, 0, None, 0
    for mark in text:
        if mark in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[mark]
            last_unit = 1 if digit == 0 else last_unit
        elif mark in _TENS:
            section += (1 if digit in (None, 0) else digit or 0) * _TENS[mark]
            digit, last_unit = None, _TENS[mark]
        else:
            total = (total + section + (digit or 0)) * _BIG[mark]
            section, digit, last_unit = 0, None, _BIG[mark]
    if digit and last_unit >= 100:
        return None
    return Decimal(total + section + (digit or 0))
