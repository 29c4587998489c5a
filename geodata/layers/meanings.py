"""What a field means wherever it stands under that name; where it means more, its layer says so beside it."""

from __future__ import annotations

from geodata.layers.field import Field
from geodata.layers.text import Text

_BAND = "_band"

USUAL = {
    # names and where something is
    "name": Text("登记的名称", "Its name on record"),
    "name_zh": Text("中文名称", "Its name in Chinese"),
    "name_en": Text("英文名称", "Its name in English"),
    "aliases": Text(
        "曾用名、俗称和简称，搜索时同样有效", "Former, popular and short names; the search knows them, too"
    ),
    "kind": Text("属于哪一类", "Which kind it is"),
    "code": Text("编号，按文本保存，前面的零不丢失", "Its code, kept as text with its leading zeros"),
    "address": Text("公布的地址", "The published address"),
    "phone": Text("公布的单位电话，不是个人的", "The published number of the place, never a person's"),
    "hours": Text("每周开放时间，按本地时间；24/7 表示从不关闭", "Weekly hours in local time; 24/7 never closes"),
    "compound_name": Text("记录所写的小区名称", "The compound as the record names it"),
    "compound_id": Text("按名称和社区找到的小区", "The compound that was found by name and community"),
    "community": Text("记录所写的社区", "The community as the record names it"),
    "area_name": Text("记录所写的区域", "The area as the record names it"),
    "area_id": Text("按代码或名称找到的区域", "The area that was found by code or name"),
    "area_code": Text("记录所写的区域代码", "The code of the area as the record states it"),
    "parent_code": Text("上一级区域的代码", "The code of the area above"),
    "scheme": Text("编码或评定所依据的办法；不同办法之间不作比较", "By which rules; two schemes aren't compared"),
    "building": Text("在哪一栋楼", "In which building it was"),
    # days
    "used_from": Text("从这一天起使用", "In use from this day"),
    "used_to": Text("用到这一天", "In use until this day"),
    "valid_from": Text("从这一天起有效", "It holds from this day"),
    "valid_to": Text("到这一天为止；空白表示仍有效", "It held until this day; empty as long as it does"),
    "starts_on": Text("开始的日期", "The day it began"),
    "ends_on": Text("结束的日期；空白表示仍在继续", "The day it ended; empty as long as it lasts"),
    "since": Text("从这一天起", "From this day on"),
    "started_on": Text("开工的日期", "The day work began"),
    "finished_on": Text("完工的日期；空白表示尚未完工", "The day work was done; empty as long as it isn't"),
    "founded_on": Text("成立的日期", "The day it was founded"),
    "held_on": Text("举行的日期", "The day it was held"),
    "happened_on": Text("发生的日期", "The day it happened"),
    "happened_at": Text("在网页上登记的时刻", "The moment at which it was recorded on the web"),
    "counted_on": Text("统计所对应的日期", "The day that the count is of"),
    "assessed_on": Text("作出评定的日期", "The day the grade was given"),
    "period": Text("评定所对应的时期", "The time that the grade is for"),
    "month": Text("统计所对应的月份", "The month that the count is of"),
    "found_on": Text(
        "检查发现的日期；居民看不到未销号隐患的日期", "The day it was found; residents see none of open ones"
    ),
    "due_on": Text("整改的最后期限", "The last day to mend it"),
    "due_before": Text("延期或重新派遣前的期限", "The last day to mend it before this step"),
    "note": Text("办理人的说明，不含个人信息", "What was said of the step; persons are masked"),
    "closed_on": Text("复查合格、销号的日期", "The day it was closed after a re-check"),
    "solved_on": Text("解决的日期", "The day it was solved"),
    "opened_on": Text("受理的日期", "The day it was brought"),
    "settled_on": Text("办结的日期", "The day it was settled"),
    "linked_on": Text("接入平台的日期", "Connected since this day"),
    "blown_at": Text("发出吹哨的时刻", "The moment the whistle was blown"),
    "due_at": Text("部门应到场的时刻", "The moment the department had to be there"),
    "arrived_at": Text("部门到场的时刻", "The moment the department came"),
    "closed_at": Text("部门办结的时刻", "The moment the department was done"),
    "year": Text("已结束的一年", "A year that is over"),
    # people and numbers
    "households": Text("登记的户数", "Households on record"),
    "residents": Text("登记的人口", "People on record"),
    "aged_65": Text("65岁及以上的人口", "People aged 65 and over"),
    "attendances": Text("到场人次，同一人可多次计入", "How many came; who comes twice counts twice"),
    "members": Text("登记的队员人数，不含姓名", "How many belong to it; nobody by name"),
    "capacity": Text("可同时服务的人数", "How many can be served at the same time"),
    "incidents": Text("一个区域一个月内某类警情的数量", "How many of a kind an area had in a month; never single ones"),
    "total": Text("一年的合计；过少时不公布", "The sum of a year; withheld where it is too small"),
    "is_withheld": Text(
        "数字过少，公布后可能指向个人", "The number is too small to be told without telling of somebody"
    ),
    "seats": Text("委员会的席位", "Seats of the committee"),
    "party_seats": Text("其中党员占的席位", "Seats of these that party members hold"),
    "number": Text("第几届", "Which term it is, from the first"),
    "building_count": Text("楼栋数", "How many buildings it has"),
    "built_year": Text("主体建成的年份", "The year most of it was built"),
    "levels": Text("地上层数", "Storeys above the ground"),
    "area_m2": Text("一格的面积", "The area of one cell"),
    # money
    "budget": Text("各来源计划金额之和", "What all sources plan together"),
    "planned": Text("该来源计划出的钱", "What this source plans to give"),
    "received": Text("该来源已到位的钱", "What this source has handed over"),
    "spent": Text("已支出的钱", "What of it has been spent"),
    "funder": Text("钱从哪里来", "Where the money comes from"),
    "fee_scheme": Text("物业费怎样收取", "How fees are taken"),
    # what was found, and what came of it
    "status": Text("目前办到哪一步", "How far it has come"),
    "level": Text("重要程度，由人认定", "How grave it is, set by a person"),
    "department": Text("负责的部门", "The department in charge"),
    "description": Text("现场看到的情况，不含个人信息", "What was seen there; persons are masked"),
    "evidence": Text("依据哪份文件", "Which document says so"),
    "grade": Text("评定的等级", "The grade that was given"),
    "issuer": Text("由谁评定", "Who gave the grade"),
    "items": Text("评定时查看的事项和结果", "What was looked at, and what was found"),
    "company_name": Text("物业公司的名称", "The property company's name"),
    "property_company": Text("今天负责的物业公司", "The company that looks after it today"),
    "end_reason": Text("合同为何结束", "Why it ended"),
    "origin": Text("新成立或换届产生", "Founded anew or elected again"),
    "mode": Text("由谁管理、怎样管理", "Who runs it, and how"),
    "lacks_manager": Text("没有物业服务企业管理", "No company looks after it"),
    "lacks_authority": Text("没有主管单位", "No office is in charge of it"),
    "lacks_guards": Text("没有人防物防", "Nobody and nothing guards it"),
    "title": Text("会上提出的事项", "What the meeting raised"),
    "subject": Text("请部门来办的事项", "What the department was called for"),
    "topic": Text("培训的内容", "What it was about"),
    "outcome": Text("怎样办结", "How it ended"),
    "platform": Text("平台的名称", "The platform's name"),
    "service_class": Text("能办理多少业务", "How much can be dealt with there"),
    # streets and water
    "street": Text("200 米以内最近的有名道路", "The nearest street with a name, within 200 m"),
    "highway": Text("道路等级，按 OpenStreetMap", "The class of the road, as in OpenStreetMap"),
    "ref": Text("道路编号", "The number of the road"),
    "oneway": Text("车辆只能单向通行", "Vehicles may go one way only"),
    "oneway_bicycle": Text("自行车只能单向通行", "Bicycles may go one way only"),
    "oneway_foot": Text("行人只能单向通行", "One may walk one way only"),
    "junction": Text("环岛等交叉口", "A roundabout or the like"),
    "maxspeed_kmh": Text("允许的最高车速", "The highest speed allowed"),
    "lanes": Text("车道数", "How many lanes it has"),
    "bridge": Text("是否在桥上", "Whether it is on a bridge"),
    "tunnel": Text("是否在地下", "Whether it is below the ground"),
    "access": Text("一般能否通行", "Whether one may pass in general"),
    "foot": Text("能否步行", "Whether one may walk"),
    "bicycle": Text("能否骑自行车", "Whether one may cycle"),
    "motor_vehicle": Text("机动车能否通行", "Whether motor vehicles may pass"),
    "service": Text("小区内、停车场内等道路", "A way inside a compound, a car park and the like"),
    "surface": Text("路面材料", "What it is paved with"),
    "node_ids": Text("路线经过的节点", "The nodes it runs through"),
    "from_way": Text("从哪条路来", "The road that one comes from"),
    "via": Text("经过哪个路口", "The crossing that one comes over"),
    "to_way": Text("不能或只能转入的路", "The road that one may not, or may only, turn into"),
}
"""By the name of the field."""


def meaning_of(field: Field) -> Text | None:
    """Return what a field means: what its layer says of it, else what is meant by its name everywhere.

    A number of which only the band is told means what the number does.
    """
    return field.meaning or USUAL.get(field.name) or USUAL.get(field.name.removesuffix(_BAND))
