"""What is said of rows reads in Chinese with every value that the English has."""

from __future__ import annotations

import pytest

from etl.chinese import in_chinese, outcome_in_chinese
from etl.issues import Issue
from etl.steps.locate import SWAPPED

COMPOUND = "the name or an alias of a compound, in its own community"
EARLIER = "one that was loaded before"


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("户数 is '约三百'; wanted is a whole number such as 300", "户数为“约三百”；应为整数，如 300"),
        (
            "户数 is '90000'; wanted is households from 0 to 50,000",
            "户数为“90000”；应为0 至 50,000 的数（户）",
        ),
        (
            f"小区名称 is '丁苑': none is known by that; wanted is {COMPOUND}; perhaps 丁香苑 (A) or 丁家院 is meant",
            "小区名称为“丁苑”：没有查到；应为小区的名称或别名，且属于所写的社区；是否指：丁香苑 (A)、丁家院",
        ),
        (
            f"经度 and 纬度 say '27.73, 112.0': {SWAPPED}",
            "经度、纬度为“27.73, 112.0”：经纬度互换后才在界内；应先经度后纬度",
        ),
        (
            f"工作室 is 'S9': none of the 'Studios' that are known has that key; wanted is {EARLIER}",
            "工作室为“S9”：已有的“社工工作室”中没有这个编号；应先录入该记录",
        ),
        (
            "日期 is '2月30日'; wanted is a day such as 2025-03-05, with its year",
            "日期为“2月30日”；应为日期，如 2025-03-05，要写年份",
        ),
        ("备注 held an ID number and a mobile number; it was left out", "备注中有身份证号、手机号，属个人信息，已去除"),
        # A value may read like a sentence, or hold signs that mean something to a format.
        ("名称 is '{x} is 1; wanted is 2'; wanted is a number", "名称为“{x} is 1; wanted is 2”；应为数字"),
        ("nobody has said this before", "nobody has said this before"),
    ],
)
def test_a_sentence_reads_in_chinese_with_its_values(english: str, chinese: str) -> None:
    issue = Issue("quarantined", "reason", english, row=2)
    assert in_chinese(issue) == chinese
    assert in_chinese(issue) == chinese, "the same when it was the last that fitted"
    assert outcome_in_chinese(issue) == "未录入"
