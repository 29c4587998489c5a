"""Persons in the names of organisations, and what isn't one."""

from __future__ import annotations

import re

import pytest

from geodata.persons import MAY_HOLD, PATTERN


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("张三工作室", "工作室"),
        ("老李调解室", "调解室"),
        ("街心社区王丽娟人民调解工作室", "街心社区人民调解工作室"),
        ("“欧阳海”志愿服务队", "“”志愿服务队"),
        ("王大姐帮帮团", "帮帮团"),
        ("为刘爷爷家安装扶手", "为家安装扶手"),
        ("老王说事", "说事"),
        ("李姐议事厅", "议事厅"),
        ("司马律师驿站", "驿站"),
        ("为张建国家加装扶手", "为家加装扶手"),
        ("李秀英家门口坡道", "家门口坡道"),
        ("老王家门口", "家门口"),
        ("王小明党员先锋岗", "党员先锋岗"),
        ("冼明辉调解室", "调解室"),
        ("老逄说事", "说事"),
        ("Linda老师心理咨询室", "心理咨询室"),
        ("Linda Smith老师工作室", "工作室"),
        ("Mary-Jane 律师调解室", "调解室"),
        ("O'Neil老师驿站", "驿站"),
        ("Mr John Smith’s corner", " corner"),
        ("Mr. J. Smith studio", " studio"),
        ("Miss Li studio", " studio"),
        ("Dr. Smith English corner", " corner"),
        # nobody
        ("娄底社区服务队", "娄底社区服务队"),
        ("佘山志愿服务队", "佘山志愿服务队"),
        ("ABC驿站", "ABC驿站"),
        ("English corner", "English corner"),
        ("Smithfield 驿站", "Smithfield 驿站"),
        ("WeCare志愿服务队", "WeCare志愿服务队"),
        ("温馨驿站", "温馨驿站"),
        ("雷锋志愿服务队", "雷锋志愿服务队"),
        ("金牌调解室", "金牌调解室"),
        ("方便大家门口停车", "方便大家门口停车"),
        ("星物管社会工作室", "星物管社会工作室"),
        ("金谷社区志愿服务队", "金谷社区志愿服务队"),
        ("火车站社区服务队", "火车站社区服务队"),
        ("老年人服务站", "老年人服务站"),
        ("小区安全巡逻队", "小区安全巡逻队"),
        ("江边路灯改造", "江边路灯改造"),
        ("高层住宅消防管网", "高层住宅消防管网"),
        ("童心课堂", "童心课堂"),
    ],
)
def test_a_person_goes_and_the_rest_stays(name: str, left: str) -> None:
    assert re.sub(PATTERN, "", name) == left
    assert name == left or re.search(MAY_HOLD, name), "a look for what may hold a person passes it over"
