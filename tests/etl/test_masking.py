"""A name that stands beside a personal number goes with it."""

import pytest

from etl.masking import mask_personal


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
