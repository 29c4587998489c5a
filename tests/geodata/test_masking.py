"""A name that stands beside a personal number goes with it; in free words so does one by which somebody is called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.masking import MAY_HOLD, MAY_NAME, mask_personal


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("张三 电话13812345678", "*** 电话***"),
        ("请联系李小明，手机号：13812345678", "请联系***，手机号：***"),
        ("王先生（13812345678）反映", "***（***）反映"),
        ("杂物堵塞通道，电话13812345678", "杂物堵塞通道，电话***"),
        # Without a number nobody is pointed at, and words may look like names.
        ("高空抛物，张贴告示", "高空抛物，张贴告示"),
    ],
)
def test_a_name_goes_with_its_number(text: str, wanted: str) -> None:
    assert mask_personal(text)[0] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("王大爷家门口堆放纸箱", "***家门口堆放纸箱"),
        ("户主张三，长期占用", "户主***，长期占用"),
        ("联系人：黄丽丽 13812345678", "联系人：*** ***"),
        ("业主李某某私拉电线", "业主***私拉电线"),
        ("找老板刘强", "找老板***"),
        ("Mr. John Smith keeps his scooter here", "*** keeps his scooter here"),
        # nobody
        ("业主张贴告示，高空抛物", "业主张贴告示，高空抛物"),
        ("业主方同意整改", "业主方同意整改"),
        ("居民常在此充电", "居民常在此充电"),
        ("负责人未到场", "负责人未到场"),
        ("3栋2单元楼道堆放杂物", "3栋2单元楼道堆放杂物"),
        ("位于某小区3栋", "位于某小区3栋"),
        ("路段某处路灯不亮", "路段某处路灯不亮"),
        ("沿街商铺十余家", "沿街商铺十余家"),
        ("不得关停任何一家", "不得关停任何一家"),
    ],
)
def test_free_words_lose_whom_they_name(text: str, wanted: str) -> None:
    masked, kinds = mask_personal(text, is_prose=True)
    assert masked == wanted
    assert ("name" in kinds) == (wanted != text)
    # What loads look at first finds each of them.
    assert wanted == text or re.search(f"{MAY_HOLD}|{MAY_NAME}", text)
    assert mask_personal(masked, is_prose=True) == (masked, ())


@given(st.text(alphabet="王李张某户主业先生大爷家门，：1389湘A*工作室老", max_size=30))
def test_masking_free_words_twice_changes_nothing_more(text: str) -> None:
    once, _ = mask_personal(text, is_prose=True)
    assert mask_personal(once, is_prose=True) == (once, ())
