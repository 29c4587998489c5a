"""How values are said to people: the same words on the map, in lists, in the panel and in briefings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from geodata.layers.field import Field
from geodata.layers.layer import Layer
from geodata.layers.text import Text, filled

Day = date
MISSING = "—"
LOCALES = {"zh-CN": "zh_Hans_CN", "en": "en_GB"}

UNITS: dict[str, tuple[str, str, str]] = {
    "households": ("{} 户", "{} household", "{} households"),
    "people": ("{} 人", "{} person", "{} people"),
    "buildings": ("{} 栋", "{} building", "{} buildings"),
    "seats": ("{} 席", "{} seat", "{} seats"),
    "term": ("第 {} 届", "term {}", "term {}"),
    "incidents": ("{} 起", "{}", "{}"),
    "hazards": ("{} 处隐患", "{} hazard", "{} hazards"),
    "cases": ("{} 起", "{} incident", "{} incidents"),
    "records": ("{} 件", "{}", "{}"),
    "m2": ("{} 平方米", "{} m²", "{} m²"),
    "desks": ("{} 个席位", "{} desk", "{} desks"),
    "storeys": ("{} 层", "{} storey", "{} storeys"),
    "lanes": ("{} 条", "{} lane", "{} lanes"),
    "year": ("{} 年", "{}", "{}"),
    "level": ("{}", "{}", "{}"),
    "yuan": ("{} 元", "¥{}", "¥{}"),
    "km/h": ("{} 公里/小时", "{} km/h", "{} km/h"),
    "km": ("{} 公里", "{} km", "{} km"),
    "m": ("{} 米", "{} m", "{} m"),
    "h": ("{} 小时", "{} hour", "{} hours"),
    "min": ("{} 分钟", "{} minute", "{} minutes"),
}
"""Unit -> how a number of it is said: in Chinese, of one in English, of several in English."""

NAMES_OF_DAYS = {
    "Mo": Text("周一", "Mon"),
    "Tu": Text("周二", "Tue"),
    "We": Text("周三", "Wed"),
    "Th": Text("周四", "Thu"),
    "Fr": Text("周五", "Fri"),
    "Sa": Text("周六", "Sat"),
    "Su": Text("周日", "Sun"),
    "PH": Text("法定节假日", "public holidays"),
}
_DAYS = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH)(?:-(Mo|Tu|We|Th|Fr|Sa|Su))?\b")
_TIMES = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")
_BAND = re.compile(r"(?:(<|>=)(\d+)|(\d+)-(\d+))")
ALWAYS = Text("24 小时", "Open 24 hours")
DAILY = Text("每天", "Daily")
CLOSED = Text("不开放", "closed")
WITHHELD = Text("不公布", "withheld")
BY_STREET = Text("{kind}（{street}）", "{kind}, {street}")
"""What is called by its kind and tells by which street it stands."""
YES, NO = Text("是", "Yes"), Text("否", "No")
NODES = Text("{} 个节点", "{:node|nodes}")


class Wording:
    """Says values in one language: "zh-CN" or "en"."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.is_chinese = language.lower().startswith("zh")
        self._locale = LOCALES["zh-CN" if self.is_chinese else "en"]

    def say(self, text: Text) -> str:
        """Return a declared word."""
        return text.get(self.language)

    def fill(self, text: Text, *values: object, **named: object) -> str:
        """Return a declared sentence with its gaps filled, in English with the noun for one or for many."""
        return filled(self.say(text), *values, **named)

    def value(self, field: Field, value: object) -> str:
        """Return a field's value as people read it, with its unit; MISSING where there is none."""
        if value is None or value == "" or value == []:
            return MISSING
        if field.kind == "choice" or field.words:
            word = field.word(str(value))
            return self.say(word.label) if word else str(value)
        if field.kind == "text" and field.unit and field.name.endswith("_band"):
            return self.band(str(value), field.unit)
        if field.kind in {"count", "number", "money"} and isinstance(value, int | float | Decimal):
            return self.amount(value, field.unit)
        if field.kind == "month" and isinstance(value, date):
            return str(format_skeleton("yMMMM", value, locale=self._locale))
        if field.kind == "moment" and isinstance(value, datetime):
            return f"{self.date(value)} {value:%H:%M}"
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, bool) or field.kind == "flag":
            return self.say(YES if value in (True, "true") else NO)
        if field.kind == "hours":
            return self.hours(str(value))
        if isinstance(value, list | tuple):
            return self._several(field, value)
        return str(value)

    def name(self, layer: Layer, name: str) -> str:
        """Return a record's name: where a choice names the records of a layer, the choice's label."""
        field = layer.field(layer.name_field)
        return self.value(field, name) if field and field.kind == "choice" else name

    def name_of(self, layer: Layer, named_by: str, name: str, street: str = "") -> str:
        """Return what is named by a field of its layer: the label, where that field is a choice, with its street."""
        field = layer.field(named_by)
        said = self.value(field, name) if field and field.choices else name
        return self.fill(BY_STREET, kind=said, street=street) if street else said

    def number(self, value: float | Decimal) -> str:
        """Return a number with at most two digits after the point, grouped by thousands."""
        return str(format_decimal(value, format="#,##0.##", locale=self._locale))

    def percent(self, share: float, digits: int = 1, *, signed: bool = False) -> str:
        """Return a share, 1 being the whole, in percent: the sign stands at its number, in all languages alike."""
        value = round(100 * share, digits) + 0  # never minus zero
        sign = ("+" if value > 0 else "−" if value < 0 else "±") if signed else ""
        return f"{sign}{self.number(abs(value) if signed else value)}%"

    def amount(self, value: float | Decimal, unit: str | None) -> str:
        """Return a number of `unit`; years are not grouped."""
        said = str(value) if unit == "year" else self.number(value)
        if unit is None:
            return said
        chinese, one, several = UNITS.get(unit, ("{} " + unit,) * 3)
        if self.is_chinese:
            return chinese.format(said)
        return (one if value == 1 else several).format(said)

    def distance(self, metres: float) -> str:
        """Return a distance as people say it: by ten metres, from a kilometre on by a hundred."""
        if metres < 995:
            return self.amount(round(metres, -1), "m")
        return self.amount(round(metres / 1000, 1), "km")

    def band(self, band: str, unit: str) -> str:
        """Return a band such as "<100", "100-299" or ">=1000" in words."""
        match = _BAND.fullmatch(band)
        if match is None:
            return band
        sign, edge, low, high = match.groups()
        if sign is None:
            return self._of_many(f"{self.number(int(low))}–{self.number(int(high))}", unit)
        said = self._of_many(self.number(int(edge)), unit)
        if sign == "<":
            return f"不足 {said}" if self.is_chinese else f"under {said}"
        return f"{said}及以上" if self.is_chinese else f"{said} or more"

    def date(self, value: date) -> str:
        """Return a day: 2025年10月31日, 31 October 2025."""
        day = value.date() if isinstance(value, datetime) else value
        return str(format_date(day, format="long", locale=self._locale))

    def period(self, starts_on: Day, ends_on: Day | None) -> str:
        """Return from when until when something holds, both days included."""
        first = self.date(starts_on)
        if ends_on is None:
            return f"{first}起" if self.is_chinese else f"since {first}"
        return first + ("至" if self.is_chinese else " – ") + self.date(ends_on)

    def hours(self, hours: str) -> str:
        """Return weekly hours such as "Mo-Fr 09:00-17:00; Sa 09:00-12:00" in words."""
        if hours.strip() == "24/7":
            return self.say(ALWAYS)
        said = _TIMES.sub(r"\1–\2", hours)
        said = _DAYS.sub(self._days, said)
        said = re.sub(r"\b(off|closed)\b", self.say(CLOSED), said)
        said = re.sub(r"\s*;\s*", "；" if self.is_chinese else "; ", said)
        return re.sub(r"\s*,\s*", "、" if self.is_chinese else ", ", said).strip()

    def join(self, words: Iterable[str]) -> str:
        """Return words as a list within a sentence."""
        return ("、" if self.is_chinese else ", ").join(words)

    def _of_many(self, said: str, unit: str) -> str:
        chinese, _, several = UNITS.get(unit, ("{} " + unit,) * 3)
        return (chinese if self.is_chinese else several).format(said)

    def _several(self, field: Field, values: list[object] | tuple[object, ...]) -> str:
        if field.kind == "nodes":
            return self.fill(NODES, self.number(len(values)))
        return self.join(str(value) for value in values)

    def _days(self, match: re.Match[str]) -> str:
        first, last = match.groups()
        said = self.say(NAMES_OF_DAYS[first])
        if last is None:
            return said
        if (first, last) == ("Mo", "Su"):
            return self.say(DAILY)
        return said + ("至" if self.is_chinese else "–") + self.say(NAMES_OF_DAYS[last])
