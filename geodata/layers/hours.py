"""Weekly hours: read as people and OpenStreetMap write them, kept in one form, asked for a day and a minute."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from geodata.errors import InvalidInput

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_MINUTES = 24 * 60
ALWAYS = "24/7"
NEVER = "off"

Span = tuple[int, int]
"""Minutes after the day's midnight, the end not included; past 1440 it reaches into the next day."""
Week = tuple[tuple[Span, ...], ...]
"""Seven days from Monday, each with its spans in order."""

_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20}
_ALWAYS = re.compile(
    r"24/7|(?:mo-su|每天|每日|全年|全天)?(?:24|二十四)小?(?:时|h)(?:值班|值守|营业|开放|服务|不间断)?|全天(?:候|开放|营业|值班)?|(?:mo-su)?24h(?:rs?|ours)?|"
    r"(?:open)?24hours(?:aday)?|alwaysopen|roundtheclock"
)
_CHINESE_DAYS = dict(zip("一二三四五六日天", (*DAYS, "Su"), strict=True))
_DAY_WORDS = (
    (r"(?:星期|礼拜|周)([一二三四五六日天])(?=[一二三四五六日天](?![-至到]))", r"周\1,周"),
    (r"(?:星期|礼拜|周)([一二三四五六日天])\s*(?:至|到|-)\s*(?:星期|礼拜|周)?([一二三四五六日天])", r"周\1-周\2"),
    (r"工作日|平日|\bweekdays?\b", " mo-fr "),
    (r"双休日|周末|\bweekends?\b", " sa-su "),
    (r"每天|每日|天天|\bdaily\b|\bevery ?day\b", " mo-su "),
    (r"\bmon(?:day)?s?\b\.?", " mo "),
    (r"\btue(?:s|sday|sdays)?\b\.?", " tu "),
    (r"\bwed(?:nesday)?s?\b\.?", " we "),
    (r"\bthu(?:r|rs|rsday|rsdays)?\b\.?", " th "),
    (r"\bfri(?:day)?s?\b\.?", " fr "),
    (r"\bsat(?:urday)?s?\b\.?", " sa "),
    (r"\bsun(?:day)?s?\b\.?", " su "),
)
_TIME = (
    r"(?:(上午|早上|早晨|早|凌晨|中午|下午|傍晚|晚上|晚间|晚|夜间|夜)\s*)?"
    r"(\d{1,2})(?:[:.时点]\s*(?:(\d{2})分?|(半))?)?\s*(am|pm|a\.m\.|p\.m\.)?"
)
_TO = r"\s*(?:-|至|到|\bto\b)\s*"
_SPAN = re.compile(rf"{_TIME}{_TO}(?:次日|第二天|翌日)?\s*{_TIME}")
_DAY = "mo|tu|we|th|fr|sa|su"
_TOKEN = re.compile(
    rf"(?P<days>\b(?:{_DAY})\b(?:{_TO}(?:{_DAY})\b)?)|(?P<holiday>\b(?:ph|sh)\b)|"
    r"(?P<whole>24小时|24 ?h(?:ou)?rs?|全天)|(?P<off>\b(?:off|closed)\b|休息|不开放|关闭)|"
    rf"(?P<span>{_SPAN.pattern})|(?P<end>[;。])|(?P<gap>[,、及和与&:\s]+|\band\b|开放|营业|办公|值班)"
)
_AFTERNOON = {"下午", "傍晚", "晚上", "晚间", "晚", "夜间", "夜", "pm", "p.m."}
_NOON = {"中午"}


def canonical_hours(text: str) -> str | None:
    """Return weekly hours in the one form in which we keep them.

    Args:
        text: "周一至周五 9:00-17:00", "每天 8:00-22:00", "24小时", "Mon-Fri 9am-5pm" or OpenStreetMap's opening_hours.

    Returns:
        "Mo-Fr 09:00-17:00; Sa 09:00-12:00", "24/7", or "off"; None where it can't be read as weekly hours.
    """
    week = parse_week(text)
    return None if week is None else format_week(week)


def is_open(hours: str, weekday: int, minute: int) -> bool:
    """Tell whether a place is open.

    Args:
        hours: as `canonical_hours` writes them.
        weekday: 0 for Monday to 6 for Sunday, local time.
        minute: minutes after that day's midnight, 0..1439; a span holds its start and not its end.

    Raises:
        InvalidInput: no weekly hours, or no such minute.
    """
    if not (0 <= weekday < 7 and 0 <= minute < DAY_MINUTES):
        raise InvalidInput(f"weekday {weekday}, minute {minute}; wanted are 0..6 and 0..{DAY_MINUTES - 1}")
    week = parse_week(hours)
    if week is None:
        raise InvalidInput(f"{hours!r} are no weekly hours; wanted is a text such as 'Mo-Fr 09:00-17:00'")
    is_today = any(start <= minute < end for start, end in week[weekday])
    return is_today or any(minute < end - DAY_MINUTES for _, end in week[weekday - 1])


WEEK_MINUTES = 7 * DAY_MINUTES


def open_spans(hours: str) -> tuple[Span, ...]:
    """Return when a place is open as minutes after Monday's midnight, in order, those that touch as one.

    The end isn't included; the last span may reach past 10,080, into the next week. () for one that never opens, and
    one span of the whole week for one that never closes.

    Raises:
        InvalidInput: no weekly hours.
    """
    week = parse_week(hours)
    if week is None:
        raise InvalidInput(f"{hours!r} are no weekly hours; wanted is a text such as 'Mo-Fr 09:00-17:00'")
    midnights = [day * DAY_MINUTES for day in range(7)]
    found: list[Span] = []
    for start, end in sorted((at + start, at + end) for at in midnights for start, end in week[at // DAY_MINUTES]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    if len(found) > 1 and found[-1][1] - WEEK_MINUTES >= found[0][0]:
        # Sunday's last hours and Monday's first are one span.
        (start, end), last = found.pop(0), found[-1]
        found[-1] = (last[0], max(last[1], end + WEEK_MINUTES))
    if len(found) == 1 and found[0][1] - found[0][0] >= WEEK_MINUTES:
        return ((0, WEEK_MINUTES),)
    return tuple(found)


def next_change(hours: str, weekday: int, minute: int) -> int | None:
    """Return in how many minutes a place opens, or closes where it is open; None where it never does.

    Args:
        hours: as `canonical_hours` writes them.
        weekday: 0 for Monday to 6 for Sunday, local time.
        minute: minutes after that day's midnight, 0..1439.

    Raises:
        InvalidInput: no weekly hours.
    """
    now, spans = weekday * DAY_MINUTES + minute, open_spans(hours)
    if spans == ((0, WEEK_MINUTES),) or not spans:
        return None
    for start, end in spans:
        for at in (now, now + WEEK_MINUTES):
            if start <= at < end:
                return end - at
    return min((start - now) % WEEK_MINUTES for start, _ in spans)


@lru_cache(maxsize=4096)
def parse_week(text: str) -> Week | None:
    """Return the spans of each day, or None where the text can't be read as weekly hours."""
    plain = plain_hours(text)
    if _ALWAYS.fullmatch(re.sub(r"\s", "", plain)):
        return ((0, DAY_MINUTES),), *((((0, DAY_MINUTES),),) * 6)
    week: list[list[Span]] = [[] for _ in DAYS]
    rules = _rules(plain)
    if not rules or any(rule.is_wrong or not rule.says_when for rule in rules):
        return None
    for rule in rules:
        for day in rule.days or range(7):
            week[day] = [*week[day], *rule.spans] if rule.is_more else rule.spans
    return tuple(_merged(spans) for spans in week)


def format_week(week: Week) -> str:
    """Return a week in canonical form: days with equal hours together, Monday first."""
    if all(spans == ((0, DAY_MINUTES),) for spans in week):
        return ALWAYS
    groups: dict[tuple[Span, ...], list[int]] = {}
    for day, spans in enumerate(week):
        if spans:
            groups.setdefault(spans, []).append(day)
    rules = (f"{_day_list(days)} {','.join(map(_clock, spans))}" for spans, days in groups.items())
    return "; ".join(rules) or NEVER


def plain_hours(text: str) -> str:
    """Return a text about hours in plain small letters: half-width, days by their two letters."""
    plain = re.sub(r"[~—–－―−]+", "-", text.translate(_FULL_WIDTH).casefold()).replace("()", "")
    plain = re.sub(r"[()]", " ", plain).replace("\n", ";")
    for _ in range(3):
        plain = re.sub(*_DAY_WORDS[0], plain)
    for pattern, words in _DAY_WORDS[1:]:
        plain = re.sub(pattern, words, plain)
    return re.sub(
        r"(?:星期|礼拜|周)([一二三四五六日天])", lambda day: f" {_CHINESE_DAYS[day[1]].lower()} ", plain
    ).strip()


@dataclass
class _Rule:
    """Days and the spans that hold on them, as far as they have been read."""

    days: list[int] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    is_off: bool = False
    is_holiday: bool = False
    is_more: bool = False
    is_wrong: bool = False

    @property
    def says_when(self) -> bool:
        return bool(self.spans) or self.is_off

    @property
    def is_about_week(self) -> bool:
        return not (self.is_holiday and not self.days) and (self.says_when or bool(self.days))


def _rules(plain: str) -> list[_Rule]:
    """Return the rules of a text; one that can't be understood is wrong, and so is the text."""
    rules = [_Rule()]
    at = 0
    while at < len(plain):
        token = _TOKEN.match(plain, at)
        if token is None:
            return [_Rule(days=[0], is_wrong=True)]
        at = token.end()
        if token["end"] or ((token["days"] or token["holiday"]) and rules[-1].says_when):
            rules.append(_Rule())
        _take(token, rules)
    return [rule for rule in rules if rule.is_about_week or rule.is_wrong]


def _take(token: re.Match[str], rules: list[_Rule]) -> None:
    rule = rules[-1]
    if token["days"]:
        rule.days += _day_range(token["days"])
    rule.is_holiday |= bool(token["holiday"])
    rule.is_off |= bool(token["off"])
    if token["span"] or token["whole"]:
        span = _span(token["span"]) if token["span"] else (0, DAY_MINUTES)
        earlier = next((before.days for before in reversed(rules[:-1]) if before.days), [])
        if not rule.days and not rule.spans and not rule.is_holiday and earlier:
            rule.days, rule.is_more = earlier, True
        rule.is_wrong |= span is None
        rule.spans += [span] if span else []


def _day_range(text: str) -> list[int]:
    names = [name.capitalize() for name in re.findall(_DAY, text)]
    first, last = DAYS.index(names[0]), DAYS.index(names[-1])
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _span(text: str) -> Span | None:
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    start_words, end_words = found.groups()[:5], found.groups()[5:]
    start, end = clock_minute(*start_words), clock_minute(*end_words)
    if start is None or end is None:
        return None
    says_half = end_words[0] or end_words[4]
    if end <= start and not says_half and (start_words[0] in _AFTERNOON) and end + DAY_MINUTES // 2 > start:
        end += DAY_MINUTES // 2
    if end == start:
        return None
    return (start, end) if end > start else (start, end + DAY_MINUTES)


def clock_minute(before: str | None, hour: str, minute: str | None, half: str | None, after: str | None) -> int | None:
    """Return minutes after midnight, 0..1440; None for a time that no clock shows."""
    hours, minutes = int(hour), 30 if half else int(minute or 0)
    if hours > 24 or minutes > 59 or (hours == 24 and minutes):
        return None
    if after in ("am", "a.m.") and hours == 12:
        hours = 0
    is_late = before in _AFTERNOON or after in _AFTERNOON
    if hours < 12 and (is_late or (before in _NOON and hours < 6)):
        hours += 12
    return hours * 60 + minutes


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that touch or overlap as one, none longer than a day."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], min(max(end, merged[-1][1]), merged[-1][0] + DAY_MINUTES))
        else:
            merged.append((start, end))
    return tuple(merged)


def _clock(span: Span) -> str:
    start, end = span
    end = end if end <= DAY_MINUTES else end - DAY_MINUTES
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


def _day_list(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)
