"""Finds and masks the numbers that point at a person: ID numbers, mobile numbers, licence plates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from etl.folding import fold

MASK = "***"

_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{6}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•\s]?"
    r"(?=[A-HJ-NP-Z0-9]*\d)[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳](?![A-Za-z0-9])"
)
# The hundred commonest family names: most of all people have one. Names are only looked for beside a personal number.
_FAMILY_NAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文肖"
)
_LABEL = r"(?:联系)?(?:电话|手机|身份证|证件|车牌)?号?码?"
_NAME_BEFORE = re.compile(rf"[{_FAMILY_NAMES}][\u4e00-\u9fff]{{1,2}}(?=[\s，,、：:(（]*{_LABEL}[\s：:]*\*\*\*)")
FULL_WIDTH = r"[０-９Ａ-Ｚ]"
MAY_HOLD = (
    r"\d{17}[\dXx]|1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]"
    rf"|{FULL_WIDTH}"
)
"""What every text with such a number has in it, and few others: a quick look before the careful one."""
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


def mask_personal(text: str, *, ids_only: bool = False) -> tuple[str, tuple[str, ...]]:
    """Return the text with personal numbers masked, and what kinds there were: "ID number", "mobile number", "plate".

    A family name that stands right before such a number goes with it.

    Args:
        text: a cell, or a sentence that quotes one.
        ids_only: for columns of keys and codes, where eleven digits are no telephone.
    """
    found: list[str] = []

    def hide(kind: str, is_true: Callable[[str], bool] = lambda _: True) -> Callable[[re.Match[str]], str]:
        def replaced(match: re.Match[str]) -> str:
            if not is_true(match[0]):
                return match[0]
            found.append(kind)
            return MASK

        return replaced

    folded = fold(text) if _FULL_WIDTH.search(text) else text
    masked = _ID_NUMBER.sub(hide("ID number", is_id_number), folded)
    if not ids_only:
        masked = _MOBILE.sub(hide("mobile number"), masked)
        masked = _PLATE.sub(hide("licence plate"), masked)
    if not found:
        return text, ()
    return _NAME_BEFORE.sub(MASK, masked).replace(MASK * 2, MASK), tuple(dict.fromkeys(found))


def masked(text: str) -> str:
    """Return what may be said of a text to anybody: itself, with every personal number masked."""
    return mask_personal(text)[0] if _QUICK.search(text) else text
