"""Words of officers: bounded, plain, and without anybody in them."""

import pytest

from geodata.errors import InvalidInput
from geodata.remarks import Remark, remark


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("", Remark()),
        (" \r\n ", Remark()),
        ("楼道\r\n堆放　纸箱", Remark("楼道 堆放 纸箱")),
        ("户主张三 13812345678", Remark("户主*** ***", ("mobile number", "name"))),
        ("13812345678", Remark(None, ("mobile number",))),
        # Marks that nobody sees don't hide a number; a bell is no word.
        ("138\u200b1234\u202e5678\u2069\a!", Remark("*** !", ("mobile number",))),
        # Nor do dashes of other widths, or marks on its digits.
        ("138－1234－5678", Remark(None, ("mobile number",))),
        ("138\u20131234\u20135678", Remark(None, ("mobile number",))),
        ("１３８－１２３４－５６７８", Remark(None, ("mobile number",))),
        ("".join(f"{digit}\ufe0f\u20e3" for digit in "13812345678"), Remark(None, ("mobile number",))),
        ("e\u0301tage", Remark("\u00e9tage")),
        ("\u0645\u062e\u0631\u062c", Remark("\u0645\u062e\u0631\u062c")),
        ("x" * 200, Remark("x" * 200)),
    ],
)
def test_what_is_kept_of_words(stated: str, kept: Remark) -> None:
    assert remark(stated) == kept


@pytest.mark.parametrize(("stated", "said"), [("x" * 10_000, "10,000 characters; 200"), ("e" + "\u0334" * 9, "marks")])
def test_what_cannot_be_kept_is_said(stated: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        remark(stated)
