"""The faults that are planted in each file, and what has to become of each: the rules, not what the code does.

Numbers of persons are well formed and evidently invented: region 990100 doesn't exist, nor does a number of zeros.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from etl.sample.records.planting import Change, Extra, Planting
from etl.sample.records.table import Cell, Row

INVENTED_PHONE, INVENTED_ID, INVENTED_PLATE = "13900000000", "990100199001010012", "湘K00000"
_MASK = "***"
_DAYS_OF_SERIALS = date(1899, 12, 30)


def full_width(value: Cell) -> str:
    """Return a number or text with full-width digits and letters, as Chinese keyboards write them."""
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalnum() else sign for sign in str(value))


def in_chinese(value: Cell) -> str:
    """Return a whole number below 10,000 in Chinese numerals: 305 is 三百零五."""
    digits, units = "零一二三四五六七八九", ("", "十", "百", "千")
    text = "".join(
        digits[int(digit)] + (units[power] if digit != "0" else "")
        for power, digit in zip(range(len(str(value)) - 1, -1, -1), str(value), strict=True)
    )
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.rstrip("零")


def in_ten_thousands(value: Cell) -> str:
    """Return an amount as 2.3万."""
    return f"{_whole(value) / 10_000:g}万"


def as_serial(value: Cell) -> int:
    """Return a day as the number that a spreadsheet keeps for it."""
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no day")
    return (value - _DAYS_OF_SERIALS).days


def _whole(value: Cell) -> int:
    return int(str(value))


def _personal(part: str, kind: str, column: str, at: int, field: str, tail: str) -> Change:
    """A text with the number of a person, or of a person's car, at its end: the number must not get in."""
    number = next(one for one in (INVENTED_PHONE, INVENTED_ID, INVENTED_PLATE) if one in tail)
    return Change(
        part=part,
        kind=kind,
        column=column,
        at=at,
        field=field,
        write=lambda value: f"{value}{tail}",
        wanted=lambda value: f"{value}{tail.replace(number, _MASK)}",
        reason="personal_data",
    )


def _is_round(row: Row) -> bool:
    """Whether a project costs whole thousands, 10,000 yuan or more."""
    total = _whole(row.cells["计划总额(元)"])
    return total % 1000 == 0 and total >= 10_000


def _dms(value: Cell) -> str:
    degrees = float(str(value))
    minutes = (degrees - int(degrees)) * 60
    return f"{int(degrees)}°{int(minutes)}′{(minutes - int(minutes)) * 60:.4f}″"


def names(rival: str) -> list[Planting]:
    """Return the faults of the table of other names; `rival` is a compound in another community than the row's."""
    return [
        Extra(part="别名", kind="unknown_compound", reason="no_compound", at=3, cells={"小区名称": "天鹅湖畔御苑"}),
        Extra(part="别名", kind="wrong_community", reason="no_compound", at=lambda row: row.cells["小区名称"] != rival,
              column="小区名称", cells={"小区名称": rival, "所属社区": "湖滨社区"},
              note="a compound of another community: a name counts in its own only"),
        Extra(part="别名", kind="end_before_start", reason="dates_out_of_order", column="停用日期",
              at=lambda row: bool(row.cells["停用日期"]), cells={"停用日期": date(1931, 1, 1)}),
        Change(part="别名", kind="nothing_word", column="启用日期", at=lambda row: row.cells["启用日期"] is None,
               write=lambda _: "不详", wanted=lambda _: None, field="used_from"),
    ]  # fmt: skip


def hazards(aliases: Mapping[str, tuple[str, str]]) -> list[Planting]:
    """Return the faults of the hazard ledger; `aliases` gives the other name of a compound that has one,
    and its code."""
    nowhere: dict[str, Cell] = {"经度": "", "纬度": ""}
    return [
        Extra(kind="impossible_date", reason="no_such_day", at=20, cells={"检查时间": "2025年2月30日"}),
        Extra(kind="swapped_axes", reason="swapped_axes", at=45, column="经度",
              cells={"经度": "27.731842", "纬度": "112.004417"}),
        Extra(kind="next_county", reason="outside_boundary", at=70, column="经度",
              cells={"经度": "111.664208", "纬度": "27.692315"}, note="a place in the county to the west"),
        Extra(kind="nan_coordinate", reason="not_finite", at=95, cells={"经度": "NaN"}),
        Extra(kind="null_island", reason="null_island", at=120, column="经度", cells={"经度": "0", "纬度": "0"}),
        Extra(kind="unknown_compound", reason="no_place", at=145, cells={"所在小区": "天鹅湖畔御苑", **nowhere}),
        Extra(kind="ambiguous_name", reason="no_place", at=170, cells={"所在小区": "新欣小区", **nowhere},
              note="one character from 新星小区 and from 新兴小区: nobody may guess"),
        Extra(kind="unknown_choice", reason="unknown_choice", at=195, cells={"隐患类型": "占道经营"}),
        Extra(kind="yearless_date", reason="no_year", at=220, cells={"检查时间": "3月5日"}),
        Extra(kind="ambiguous_date", reason="ambiguous_date", at=245, cells={"检查时间": "03/04/2025"}),
        Extra(kind="overlong_text", reason="too_long", at=270, cells={"问题描述": "详见附件说明。" * 1_500}),
        Extra(kind="duplicate_row", reason="duplicate", outcome="ignored", at=295, keeps_key=True, cells={}),
        Extra(kind="repeated_key", reason="repeated_key", at=320, keeps_key=True, column="隐患编号",
              cells={"问题描述": "与上一行编号相同的另一处隐患"}),
        _personal("", "phone_in_text", "问题描述", 30, "description", f"，联系电话{INVENTED_PHONE}"),
        _personal("", "id_in_text", "问题描述", 55, "description", f"，证件号{INVENTED_ID}"),
        _personal("", "plate_in_text", "问题描述", 80, "description", f"，{INVENTED_PLATE}长期占用"),
        Change(kind="alias", column="所在小区", at=lambda one: one.cells["所在小区"] in aliases, field="compound_id",
               write=lambda name: aliases[str(name)][0], wanted=lambda name: aliases[str(name)][1],
               note="a former name or nickname: it has to match"),
        Change(kind="empty_key", column="隐患编号", at=355, write=lambda _: "", wanted=lambda _: None),
        Change(kind="dms_coordinate", column="经度", at=380, write=_dms, wanted=lambda _: None),
    ]  # fmt: skip


def projects(gcj_place: tuple[float, float]) -> list[Planting]:
    """Return the faults of the projects' ledger; `gcj_place` is where its 40th project's compound is in GCJ-02."""
    return [
        Extra(part="微实事", kind="ditto_in_first_row", reason="ditto", at=0, is_above=True,
        cells={"所在小区": "同上"}),
        Extra(part="微实事", kind="end_before_start", reason="dates_out_of_order", at=25, column="完工日期",
              cells={"状态": "已完工", "开工日期": date(2025, 6, 18), "完工日期": date(2025, 5, 6)}),
        Extra(part="微实事", kind="gcj_place", reason="far_from_compound", at=40, column="经度",
              cells={"经度": gcj_place[0], "纬度": gcj_place[1]},
              note="a place in GCJ-02 in a BD-09 file: hundreds of metres from the compound that the row names"),
        Extra(part="微实事", kind="negative_count", reason="out_of_range", at=60, cells={"受益户数": -12}),
        Extra(part="微实事", kind="error_in_cell", reason="bad_amount", at=85, cells={"计划总额(元)": "#REF!"}),
        Change(part="微实事", kind="approximate_count", column="受益户数", at=100, field="households",
        reason="approximate",
               write=lambda count: f"约{count}户"),
        Change(part="微实事", kind="chinese_number", column="受益户数", at=130, field="households", write=in_chinese),
        Change(part="微实事", kind="ten_thousands", column="计划总额(元)", at=_is_round, field="budget",
        write=in_ten_thousands),
        Change(part="微实事", kind="full_width_digits", column="受益户数", at=160, field="households",
        write=full_width),
        Change(part="微实事", kind="formula_without_value", column="计划总额(元)", at=190, field="budget",
               write=lambda _: "=J194+M194", wanted=lambda _: None, note="never calculated: it holds no value"),
    ]  # fmt: skip


PARTY: tuple[Planting, ...] = (
    Extra(part="党支部", kind="missing_value", reason="missing_value", at=12, cells={"支部名称": None}),
    Extra(part="覆盖小区", kind="lost_zeros", reason="no_parent", at=6, cells={"支部编号": lambda code: _whole(code)},
          note="a number where the code has leading zeros: never repaired"),
    Extra(part="覆盖小区", kind="unknown_compound", reason="no_compound", at=30, cells={"覆盖小区": "天鹅湖畔御苑"}),
    Change(part="覆盖小区", kind="hidden_row", column="覆盖小区", at=50, write=lambda name: name, field="compound_name",
           is_hidden=True),
)  # fmt: skip

COMMITTEES: tuple[Planting, ...] = (
    Change(part="业委会", kind="nothing_word", column="成立时间", at=lambda row: row.cells["运行状态"] == "筹备中",
           write=lambda _: "待定", field="founded_on"),
    Extra(part="届次", kind="end_before_start", reason="dates_out_of_order", at=8, column="任期 届满",
          cells={"任期 届满": date(2019, 1, 1)}),
    Extra(part="届次", kind="text_in_number", reason="bad_number", at=40, cells={"委员席位 总数": "见附件"}),
    Change(part="届次", kind="date_serial", column="任期 起始", at=70, write=as_serial, field="starts_on",
    reason="date_serial"),
)  # fmt: skip

PROPERTY: tuple[Planting, ...] = (
    Extra(part="红黑榜", kind="unknown_grade", reason="unknown_choice", at=15, cells={"等级": "D"}),
    Extra(part="红黑榜", kind="month_only", reason="month_only", at=100, cells={"评定日期": "2025年10月"}),
    Change(part="红黑榜", kind="full_width_letter", column="等级", at=30, write=full_width, field="grade"),
)  # fmt: skip

CARE: tuple[Planting, ...] = (
    Extra(part="三无小区", kind="bad_flag", reason="bad_flag", at=9, cells={"三无情形 无人防物防": "部分"}),
    Extra(part="管理模式", kind="ambiguous_name", reason="no_compound", at=44, cells={"小区名称": "景锈花园"},
          note="one character from 景秀花园 and from 景绣花园"),
)  # fmt: skip

STUDIO: tuple[Planting, ...] = (
    Extra(part="法律咨询", kind="impossible_date", reason="no_such_day", at=33, cells={"咨询日期": "2025-09-31"}),
    Extra(part="坐诊", kind="empty_parent_key", reason="no_parent", at=20, cells={"工作室编号": None}),
)  # fmt: skip

DISPUTES: tuple[Planting, ...] = (
    Extra(kind="end_before_start", reason="dates_out_of_order", at=60, column="办结日期",
          cells={"受理日期": "2025年8月20日", "办结日期": "2025年8月2日", "处理结果": "调解成功"}),
    Extra(kind="unknown_compound", reason="no_compound", at=90, cells={"发生小区": "白鹭洲一号"}),
)  # fmt: skip

WHISTLES: tuple[Planting, ...] = (
    Extra(part="哨单", kind="impossible_date", reason="no_such_day", at=167, cells={"吹哨时间": "2025年6月31日 10:20"}),
    Extra(part="部门响应", kind="parent_turned_away", reason="no_parent", at=120, cells={"哨单编号": "CS2025169"},
          note="the whistle that it answers was turned away"),
    Extra(part="部门响应", kind="end_before_start", reason="dates_out_of_order", at=60, column="到场 办结时间",
          cells={"到场 时间": "2025年4月3日 15:10", "到场 办结时间": "2025年4月3日 9:40"}),
    _personal("哨单", "phone_in_text", "吹哨事项", 40, "subject", f"（{INVENTED_PHONE}）"),
)  # fmt: skip


def meetings(year: str, before: str) -> list[Planting]:
    """Return the faults of the meetings' workbook, whose sheets are named by their year."""
    return [
        Extra(part=year, kind="repeated_key", reason="repeated_key", at=80, keeps_key=True, column="会议编号",
              cells={"参会人数": 7}),
        Change(part=before, kind="full_width_date", column="召开日期", at=33, field="held_on",
               write=lambda day: full_width(day.isoformat() if isinstance(day, date) else day)),
        Extra(part="议题", kind="unknown_parent", reason="no_parent", at=150, cells={"会议编号": "LYH2025999"}),
    ]  # fmt: skip


VOLUNTEERS: tuple[Planting, ...] = (
    Extra(part="志愿活动", kind="duplicate_row", reason="duplicate", outcome="ignored", at=200, keeps_key=True,
    cells={}),
    Change(part="志愿活动", kind="approximate_count", column="参与人次", at=300, field="attendances",
    reason="approximate",
           write=lambda count: f"{count}余人"),
)  # fmt: skip

INCIDENTS: tuple[Planting, ...] = (
    Extra(part="盗窃警情", kind="rounded_code", reason="rounded_code", at=30, cells={"社区代码": "4.31302E+11"}),
    Change(part="刑事发案", kind="float_code", column="社区代码", at=50, write=lambda code: f"{code}.0",
    field="area_code",
           reason="number_as_code"),
    Extra(part="刑事发案", kind="negative_count", reason="out_of_range", at=100, cells={"起数": -3}),
)  # fmt: skip

POPULATION: tuple[Planting, ...] = (
    Extra(part="网格人口", kind="unknown_area", reason="no_area", at=40,
          cells={"网格代码": "43130200209901", "网格": "青云社区第1网格"}),
    Extra(part="网格人口", kind="wrong_length", reason="no_area", at=70,
    cells={"网格代码": lambda code: str(code)[:-1]},
          note="a digit is missing: the name beside it is no proof"),
    Change(part="社区人口", kind="number_as_code", column="社区代码", at=5, write=_whole, field="area_code"),
)  # fmt: skip
