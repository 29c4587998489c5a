"""Finds and masks what points at a person: ID numbers, mobile numbers, licence plates, and names in free words.

The one rule for what files bring and for what officers write.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from geodata import persons
from geodata.folding import fold

MASK = "***"
ID_NUMBER, MOBILE, PLATE, NAME = "ID number", "mobile number", "licence plate", "name"
KINDS = (ID_NUMBER, MOBILE, PLATE, NAME)
"""What is told of what was masked, in this order."""

_ID_DIGITS = re.compile(r"(?<![0-9A-Za-z])\d{6}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?![0-9A-Za-z])")
_BETWEEN = "[\\s\u2010-\u2015\uff0d-]?"
"""Between parts of a number: a space, or a dash of any width."""
_PARTS = rf"1[3-9]\d{_BETWEEN}\d{{4}}{_BETWEEN}\d{{4}}"
_MOBILE = re.compile(rf"(?<![\d.])(?:\+?86{_BETWEEN})?{_PARTS}(?!\d)")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•\s]?"
    r"(?=[A-HJ-NP-Z0-9]*\d)[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳](?![A-Za-z0-9])"
)
# The hundred commonest family names: most of all people have one.
_FAMILY_NAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文肖"
)
_SURELY = "王李张刘陈杨赵吴徐孙胡朱郭罗梁郑韩唐冯邓曹彭苏蒋蔡贾魏薛阎潘杜戴汪廖邹熊郝崔邱侯邵孟尹黎贺赖龚"
"""Those that few other words begin with."""
_HANZI = "[\u4e00-\u9fff]"
_LABEL = r"(?:联系)?(?:电话|手机|身份证|证件|车牌)?号?码?"
_NAME_BEFORE = re.compile(rf"[{_FAMILY_NAMES}]{_HANZI}{{1,2}}(?=[\s，,、：:(（]*{_LABEL}[\s：:]*\*\*\*)")
# Ten-odd shops and any one of them are nobody.
_CALLED = re.compile(rf"(?<![一二三四五六七八九十百千数几两任])(?!任何|何一|余家|万家|万余)(?:{persons.PATTERN})")
# Not where something lies (位于某小区, 路段某处), nor what is done to some of them (提高某项).
_SO_AND_SO = re.compile(rf"(?<![位处属关对由至等路地提较])[{persons.FAMILY_NAMES}](?:某某|(?<![于段方])某)")
_ROLE = (
    "户主|业主|住户|租户|租客|房东|房主|店主|老板|车主|居民|村民|当事人|举报人|投诉人|反映人|报告人|上报人|联系人|负责人|责任人|"
    "经办人|姓名|名叫"
)
# The owner: Huang Lili; the owner Zhang San, where the clause ends with it: else it may be a verb.
_AFTER_ROLE = re.compile(
    rf"({_ROLE})([是为叫：:\s(（]+)?(?(2)[{_FAMILY_NAMES}]|[{_SURELY}]){_HANZI}{{1,2}}(?=[\s，,。；;、：:()（）\d*]|$)"
)
_MASKS = re.compile(r"(\*\*\*){2,}")

FULL_WIDTH = r"[０-９Ａ-Ｚ]"
MAY_HOLD = (
    rf"\d{{17}}[\dXx]|{_PARTS}|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]"
    rf"|{FULL_WIDTH}"
)
"""What every text with such a number has in it, and few others: a quick look before the careful one."""
MAY_NAME = rf"{persons.MAY_HOLD}|{_ROLE}|某"
"""What all free words have that name somebody."""
_QUICK = re.compile(MAY_HOLD)
_FULL_WIDTH = re.compile(FULL_WIDTH)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def is_id_number(text: str) -> bool:
    """Tell whether 18 characters are a Chinese ID number: a day of birth that exists and the right check digit."""
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _CHECK[total % 11] == text[17].upper()


def mask_personal(text: str, *, ids_only: bool = False, is_prose: bool = False) -> tuple[str, tuple[str, ...]]:
    """Return the text with what points at a person masked, and what kinds of KINDS there were.

    A family name that stands right before a personal number goes with it.

    Args:
        text: a cell, or a sentence that quotes one.
        ids_only: for columns of keys and codes, where eleven digits are no telephone.
        is_prose: free words, in which people are named by what they are called ("王大爷", "户主张三") without a number.
    """
    found: set[str] = set()

    def hide(kind: str, is_true: Callable[[str], bool] = lambda _: True) -> Callable[[re.Match[str]], str]:
        def replaced(match: re.Match[str]) -> str:
            if not is_true(match[0]):
                return match[0]
            found.add(kind)
            return MASK

        return replaced

    masked = fold(text) if _FULL_WIDTH.search(text) else text
    masked = _ID_DIGITS.sub(hide(ID_NUMBER, is_id_number), masked)
    if not ids_only:
        masked = _MOBILE.sub(hide(MOBILE), masked)
        masked = _PLATE.sub(hide(PLATE), masked)
    if found:
        masked = _NAME_BEFORE.sub(hide(NAME), masked)
    if is_prose:
        for pattern in (_CALLED, _SO_AND_SO):
            masked = pattern.sub(hide(NAME), masked)
        masked, count = _AFTER_ROLE.subn(rf"\1\2{MASK}", masked)
        found |= {NAME} if count else set()
    if not found:
        return text, ()
    return _MASKS.sub(MASK, masked), tuple(kind for kind in KINDS if kind in found)


def masked(text: str) -> str:
    """Return what may be said of a text to anybody: itself, with every personal number masked."""
    return mask_personal(text)[0] if _QUICK.search(text) else text


def is_left(text: str) -> bool:
    """Tell whether anything is left of a masked text but masks and what stands between them."""
    return bool(text.replace(MASK, "").strip(" ,;/、，；()（）-"))
