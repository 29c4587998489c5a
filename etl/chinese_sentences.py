"""What is said of rows, English to Chinese; {words} stand for what differs from one row to the next.

The first that fits counts: what says more comes before what says less.
"""

from __future__ import annotations

from itertools import combinations

OUTCOMES = {"quarantined": "未录入", "ignored": "略过", "noted": "已录入，请核对"}

SENTENCES = {
    # etl/steps/leave_out.py
    "the row is empty; it is left out": "空行，略过",
    "the row sums up others; it is left out": "合计行，略过",
    "the row is a line under the table, no record; it is left out": "表后说明，不是记录，略过",
    "{heading} is 同上, but there is no row above to take it from": "{heading}写“同上”，但上面没有可取的行",
    # etl/steps/personal.py
    "{heading} held {personal}; it was left out": "{heading}中有{personal}，属个人信息，已去除",
    # etl/steps/keys.py, etl/line.py, etl/steps/children.py
    "the row says the same as row {row}; it is left out": "与第 {row} 行内容相同，略过",
    "the key {key} is that of row {row}, which says something else; wanted is one row for each key": (
        "编号{key}与第 {row} 行相同而内容不同；每个编号应只有一行"
    ),
    "{heading} has {count} characters; wanted is a key of at most {most}": (
        "{heading}有 {count} 个字；编号不应超过 {most} 个字"
    ),
    "its record of {layer} is that of row {row}; nothing of it was loaded; wanted is one row for each key, "
    "with all that belongs to it": "所属的{layer}记录与第 {row} 行是同一条，本行未录入；每个编号应只有一行，内容写全",
    "the record of {layer} that it belongs to was not loaded": "所属的{layer}记录未录入，本项因此未录入",
    "{heading} is {value}: none of the {layer} that are known has that key; wanted is one that was loaded before": (
        "{heading}为{value}：已有的{layer}中没有这个编号；应先录入该记录"
    ),
    "{heading} is empty; wanted is one that was loaded before": "{heading}为空；应填写已录入记录的编号",
    # Compounds and areas
    "no compound is known for certain as {name}; by this row the record has none": (
        "没有能确定叫{name}的小区；本行的记录暂不属于任何小区"
    ),
    "the place lies more than {distance} m from the compound that the row names; wanted is the true place or the right "
    "name: one of them is another's, or the coordinates are in another system": (
        "位置距本行所写小区超过 {distance} 米；请核对位置和小区名称：其中之一属于别处，或坐标系不对"
    ),
    "there are neither coordinates nor the name of a compound that is known; wanted is one of them": (
        "既没有坐标，也没有已知小区的名称；应至少有一项"
    ),
    "{heading} is {value}: none is known by that; wanted is {wanted}": "{heading}为{value}：没有查到；应为{wanted}",
    "{heading} is {value}: no area is known by that; wanted is an area's code or its name: load the areas first": (
        "{heading}为{value}：没有这个区域；应为区域的代码或名称，请先录入区域"
    ),
    "the place lies in none of the {count} areas of the level {level}": (
        "位置不在 {count} 个{level}级区域中的任何一个之内"
    ),
    "the row names no area, and no area with an outline is known in which its place could lie": (
        "本行没有写区域，也没有带边界的区域可供查找"
    ),
    "the row has neither an area nor coordinates; wanted is one of them": "本行既没有区域，也没有坐标；应至少有一项",
    "the row has the key of row {row}; an incident counts once": "编号与第 {row} 行相同；同一警情只计一次",
    # etl/steps/agree.py, etl/steps/order.py
    "{heading} is {value}, but {other} in row {row}, which is about the same {about}; wanted is one row that holds": (
        "{heading}为{value}，第 {row} 行却为{other}，而两行的{about}相同；应只留属实的一行"
    ),
    "{heading} is {value}; wanted is a day up to {today}, the day of the data: it is about what has happened": (
        "{heading}为{value}；应不晚于数据日期 {today}，因为写的是已发生的事"
    ),
    "{heading} is {value}, before {other}, {day}; wanted is the earlier day first": (
        "{heading}为{value}，早于{other}的 {day}；先后颠倒"
    ),
    "{heading} is {value}, more than {other}, {whole}; wanted is a part of the whole at most": (
        "{heading}为{value}，大于{other}的 {whole}；部分不应大于整体"
    ),
    "{heading} is {value}, more than {other}, {whole}; is that so?": (
        "{heading}为{value}，大于{other}的 {whole}；是否属实？"
    ),
    # Places
    "0, 0 is a spot in the Gulf of Guinea and stands for no coordinates; wanted is the true place": (
        "0, 0 表示没有坐标；应填写真实位置"
    ),
    "the place lies inside the boundary only with x and y exchanged; wanted are longitude and latitude in their "
    "order": ("经纬度互换后才在界内；应先经度后纬度"),
    "the place lies where {system} isn't valid": "位置超出 {system} 的适用范围",
    "the coordinates are NaN or infinite; wanted are numbers": "坐标不是有效数字；应为数字",
    "the coordinates can't be read; wanted are numbers such as 112.0021 and 27.7312": (
        "坐标无法识别；应为数字，如 112.0021 和 27.7312"
    ),
    "there are no coordinates; no record of {layer} can do without a place": "没有坐标；{layer}的记录必须有位置",
    "the place lies outside the boundary and its margin": "位置在边界及其缓冲范围之外",
    "the place reaches over the boundary and its margin; wanted is one that lies inside": (
        "图形越出边界及其缓冲范围；应在其内"
    ),
    "the place lies {distance} km outside the boundary and its margin; wanted is one inside": (
        "位置在边界及其缓冲范围之外 {distance} 公里；应在其内"
    ),
    "the outline was invalid ({why}) and was mended; its area changed by {change}": (
        "轮廓有误（{why}），已修复；面积变化 {change}"
    ),
    "the {shape} is invalid ({why}); wanted is one with two ends apart": "{shape}有误（{why}）；两端应不在同一点",
    "the outline is invalid ({why}), and mending would change its area by {change}; wanted is one that doesn't cross "
    "itself: draw it again": "轮廓有误（{why}），修复会使面积变化 {change}；轮廓不应自交，请重画",
    "the outline is invalid ({why}), and mending would make another shape of it; wanted is one that doesn't cross "
    "itself: draw it again": "轮廓有误（{why}），修复会改变形状；轮廓不应自交，请重画",
    "the place is a {shape}; wanted is a {wanted}: an outline, not just a point": (
        "图形是{shape}；应为{wanted}：要轮廓，不能只是点"
    ),
    "the place is a {shape}; wanted is a {wanted}": "图形是{shape}；应为{wanted}",
    "the place is a {shape}; a point on it was taken": "图形是{shape}；已取其上一点",
    "nothing says how much of the cell is land; wanted are its km2": "没有说明网格中陆地有多少；应填写平方公里数",
    # etl/steps/parse.py
    "{zh} ({en}) is missing; no record of {layer} can do without it": "缺少“{zh}”；{layer}的记录必须填写",
    "{heading} is {value}; wanted is {wanted}": "{heading}为{value}；应为{wanted}",
    "{heading} is {value}; wanted are at most {count} characters": "{heading}为{value}；不应超过 {count} 个字",
    "{heading} is {value}, which is no {wanted}; it was left out": "{heading}为{value}，不是{wanted}，未采用",
    "{heading} is {value}; {taken}, the day that a spreadsheet keeps as this number, was taken": (
        "{heading}为{value}；已按表格软件的日期序号取作 {taken}"
    ),
    "{heading} is {value}; {taken} was taken": "{heading}为{value}；已取作 {taken}",
    "{heading} is empty; wanted is {wanted}": "{heading}为空；应为{wanted}",
}


def _of_persons() -> dict[str, str]:
    """Return what a cell held of persons, in all the ways in which several kinds come together."""
    kinds = (
        ("an ID number", "身份证号"),
        ("a mobile number", "手机号"),
        ("a licence plate", "车牌号"),
        ("a name", "姓名"),
    )
    chosen = (each for count in range(1, 5) for each in combinations(kinds, count))
    return {" and ".join(one for one, _ in each): "、".join(one for _, one in each) for each in chosen}


PHRASES = {
    **_of_persons(),
    "the name or an alias of a compound, in its own community": "小区的名称或别名，且属于所写的社区",
    "an area's code or its name": "区域的代码或名称",
    "empty": "空",
    "it": "该项",
    "point": "点",
    "line": "线",
    "ring": "环线",
    "polygon": "面",
    "area": "面",
    "set of points": "多个点",
    "collection": "混合图形",
    "shape": "其他图形",
    "weekly hours such as {example}": "每周的时间，如 {example}",
    "at most {count} characters": "不超过 {count} 个字",
    "a text of at most {count} characters": "不超过 {count} 个字",
    "{unit} from {low} to {high}": "{low} 至 {high} 的数（{unit}）",
    "{unit} at most {high}": "不大于 {high} 的数（{unit}）",
    "a whole number such as {example}": "整数，如 {example}",
    "a number in {unit}": "数字（{unit}）",
    "a number": "数字",
    "an amount of money such as {one} or {other}": "金额，如 {one} 或 {other}",
    "a day such as {day}: a month alone doesn't say the day": "日期，如 {day}；只有月份不知是哪一天",
    "a day such as {day}: this may be either of two days": "日期，如 {day}；这里可能是两天中的任何一天",
    "a day such as {day}, with its year": "日期，如 {day}，要写年份",
    "a day such as {day} that the calendar has": "日历上有的日期，如 {day}",
    "a day with its time such as {moment}": "日期和时间，如 {moment}",
    "a day such as {day}": "日期，如 {day}",
    "a day from {first} to {last}": "{first} 至 {last} 年的日期",
    "a month such as {month}": "月份，如 {month}",
    "the code in full: a spreadsheet has rounded this one; make the column text": (
        "完整的编号：这一个已被表格软件舍入，请把该列设为文本"
    ),
    "a code of {length} characters, this one has {count}": "{length} 位的编号，这一个有 {count} 位",
    "one of {labels}": "下列之一：{labels}",
    "是 or 否": "是或否",
    "node numbers parted by spaces": "以空格分隔的节点号",
    "buildings": "栋",
    "desks": "个窗口",
    "households": "户",
    "incidents": "起",
    "km/h": "公里/小时",
    "lanes": "车道",
    "m2": "平方米",
    "people": "人",
    "seats": "席",
    "storeys": "层",
    "term": "届",
    "year": "年",
    "yuan": "元",
}
