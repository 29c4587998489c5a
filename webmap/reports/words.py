"""What a report says besides its figures, in the languages that it speaks."""

from __future__ import annotations

from collections.abc import Mapping

from geodata.layers.text import Text

SITE_COLOUR = "#d0006f"

REPORT = Text("服务覆盖报告", "Coverage report")
WEIGHTS = {
    "residents": Text("居民", "Residents"),
    "households": Text("户数", "Households"),
    "elderly": Text("65岁及以上老人", "People aged 65 and over"),
    "hazards": Text("隐患", "Hazards"),
    "incidents": Text("警情", "Incidents"),
}
UNITS = {
    "residents": "people",
    "households": "households",
    "elderly": "people",
    "hazards": "hazards",
    "incidents": "cases",
}
"""What is counted -> its unit, as `Wording.amount` says it."""
DEMANDS = {
    "building": Text("建筑", "buildings"),
    "compound": Text("小区", "compounds"),
    "cell": Text("人口格网", "population cells"),
}
ANY_TIME = Text("不限时间", "at any time")
MINUTES = Text("{} 分钟", "{} min")
WITHIN = Text("{} 分钟以内", "up to {} min")
BETWEEN = Text("{}–{} 分钟", "{}–{} min")
BEYOND = Text("超过 {} 分钟", "over {} min")
HEADLINE = Text(
    "{total}中，{covered}（{share}）在 {minutes} 分钟内可达，另有 {missed}不在范围内。",
    "Within {minutes:minute|minutes}: {covered} of {total} ({share}); beyond: {missed}.",
)
STRAIGHT = Text(
    "若按 {metres} 米的直线距离画圈，会算成 {people}：直线不顾围墙、河流和绕行。",
    "Circles of {metres} m, in a straight line, would count {people}: they mind no walls, rivers or detours.",
)
IN_REACH = Text("可达", "Within reach")
OUT_OF_REACH = Text("不可达", "Out of reach")
SHARE = Text("可达比例", "Share in reach")
IN_A_STRAIGHT_LINE = Text("直线距离内（{} 米）", "In a straight line ({} m)")
SERVED = Text("可达且有余量", "In reach and with room")
SLOWER = Text("速度慢 20%", "20% slower")
QUICKER = Text("速度快 20%", "20% quicker")
COUNTED = Text("统计总数", "Counted")
UNKNOWN = Text("没有人口数据的地点", "Places whose people nobody has counted")

TIMES = Text("到最近服务点的时间", "Time to the nearest post")
TIMES_FROM = Text("最近服务点到达的时间", "Time from the nearest post")
GAPS = Text("未覆盖的地点（按原因）", "Places out of reach, by cause")
GAPS_AND_FULL = Text("未覆盖或可达而无余量的地点（按原因）", "Places out of reach, or in reach of full posts, by cause")
LISTED = Text("圆环：列入下表的缺口", "Rings: the gaps of the table below")
LINES = Text("直线距离（对照）", "Straight line, to compare")
POSTS = Text("服务点", "Posts")
CLOSED_THEN = Text("当时不开放或时间不明：不计入", "Closed then, or of unknown hours: not counted")
SITES = Text("建议新增的服务点", "Proposed sites")
SIZES = Text("人数越多，符号越大", "The more people, the larger")
SITE = Text("建议点 {}", "Site {}")
BASE = Text("道路", "Roads")

SUMMARY = Text("摘要", "Summary")
WHY = Text("为什么不可达", "Why they aren't reached")
WHY_UNSERVED = Text("为什么不可达，或可达而无余量", "Why they aren't reached, or aren't served")
WHERE = Text("缺口最大的地方", "The largest gaps")
BY_AREA = Text("按区域", "By area")
NEXT = Text("下一个服务点建在哪里", "Where the next posts belong")
ABOUT = Text("定义与说明", "Definition and caveats")
RECEIPT = Text("计算凭据", "Receipt")
GAP_SHEET = Text("缺口与对策", "Gaps and remedies")
CURVE = Text("按服务点数量", "By the number of posts")
NEXT_SHEET = Text("建议新增", "Proposed sites")
RANK = Text("序号", "Rank")
NOTICE = Text("声明", "Notice")
PAIRS = Text("起讫点（OD）", "Places and posts (OD)")
ROUTES = Text("路线", "Routes")
POST_CODE = Text("服务点编号", "Post's code")
POST_NAME = Text("服务点", "Post")
IS_NEAREST = Text("最近", "Nearest")
LENGTH_M = Text("路线长（米）", "Way (m)")
PLACES = Text("地点", "Places")
MAP = Text("地图", "Map")
LEGEND = Text("图例与图层", "Legend and layers")
SKIP = Text("跳过地图，直接看表格", "Skip the map, go to the tables")

CAUSE = Text("原因", "Cause")
PLACE_COUNT = Text("地点数", "Places")
REMEDY = Text("对策", "Remedy")
NAME = Text("名称", "Name")
CODE = Text("编号", "Code")
LAYER = Text("图层", "Layer")
AREA = Text("区域", "Area")
TIME = Text("用时", "Time")
MINUTES_COLUMN = Text("用时（分钟）", "Minutes")
MINUTES_MEDIAN = Text("用时中位数（分钟）", "Minutes, median")
SHORTEST, LONGEST = Text("最短（分钟）", "Shortest (min)"), Text("最长（分钟）", "Longest (min)")
MINUTES_OVER = Text("超出（分钟）", "Minutes over")
NEAREST = Text("最近的服务点", "Nearest post")
HOURS = Text("开放时间", "Hours")
OPEN_THEN = Text("当时开放", "Open then")
GAIN = Text("新增覆盖", "Newly reached")
POSITION = Text("位置", "Position")
LONGITUDE, LATITUDE = Text("经度（WGS 84）", "Longitude (WGS 84)"), Text("纬度（WGS 84）", "Latitude (WGS 84)")
SNAP = Text("距道路（米）", "From its street (m)")
STRAIGHT_M = Text("直线距离（米）", "Straight line (m)")
IS_COVERED = Text("可达", "Within reach")
UNNAMED = Text("未命名", "without a name")
OUTSIDE_COMPOUNDS = Text("{}（小区以外）", "{} (outside compounds)")
NO_AREA = Text("不在任何区域内", "in no such area")
OTHERS = Text("另有 {gaps} 处较小的缺口，共 {people}。", "{gaps:smaller gap|smaller gaps} more, {people} in all.")
NOBODY = Text("所有人都可达。", "Everybody is within reach.")
NO_SITES = Text("没有任何建议点能增加可达人数。", "No site would bring anybody within reach.")
AFTER = Text(
    "增设 {sites} 处后，可达 {after}（现在 {before}）。",
    "With {sites} more: {after} within reach, in place of {before}.",
)
OBJECTIVES = {
    "mclp": Text("目标：时限内可达的人最多。", "Wanted were most people within the limit."),
    "cmclp": Text("目标：时限内可达且有服务余量的人最多。", "Wanted were most people who find room within the limit."),
    "p-median": Text("目标：所有人的路程总和最短。", "Wanted were the shortest ways in all."),
    "p-center": Text("目标：最远者的路程最短。", "Wanted was the shortest longest way."),
    "lscp": Text("目标：用最少的服务点覆盖所有人。", "Wanted were the fewest posts for everybody."),
}
MOVED = Text(
    "新设 {sites} 处，{closed} 改设他处或关闭后，可达 {after}（现在 {before}）。",
    "With {sites:new post|new posts} and without {closed}: {after} within reach, in place of {before}.",
)
CLOSING = Text(
    "关闭 {closed} 后，可达人数由 {before} 变为 {after}。",
    "Without {closed}, {after} would be within reach; {before} are now.",
)
PROVEN = Text(
    "已证明：在 {} 个候选点中没有更好的选择。", "Proven: of {:place|places} to choose from, no other choice is better."
)
NOT_PROVEN = Text(
    "未证明最优：最好的选择至多再好 {gap}（{candidates} 个候选点）。",
    "Not proven: the best choice of {candidates:place|places} is at most {gap} better.",
)

PROVEN_ALONE = Text("已证明：没有更好的选择。", "Proven: no other choice is better.")
NOT_PROVEN_ALONE = Text("未证明最优：最好的选择至多再好 {}。", "Not proven: the best choice is at most {} better.")

DEPENDS = Text("结论取决于什么", "What the answer depends on")
SHARES_OF_ALL = Text(
    "比例均以全部已统计人数为基数。离道路超过限值的地点、大门或服务点无法计算路线。",
    "Shares are of all who are counted. A place, a gate or a post that is farther from any street than the limit "
    "can't be routed.",
)
DEFINITION = Text("定义", "Definition")
CLOCK = Text("计时", "The clock")
INCLUSIVE = Text("时限", "Limit")
CHANGES = Text("假设的改动", "Changes supposed")
CHANGED_IS = Text("按方案中的 {} 项改动计算，并非现状", "as if {:change|changes} had been made; not as things are")
NOT_COUNTED = Text(
    "（与本服务或出行方式无关，未计入）", " (isn't about this service or way of travelling, and doesn't count here)"
)
CHANGE, KIND = Text("改动", "Change"), Text("类型", "Kind")
IS_COUNTED, SHAPE = Text("计入", "Counted"), Text("形状（WKT）", "Shape (WKT)")
CHANGED_POST = Text("新增、迁移或调整的服务点", "Post that is new, moved or changed")
GONE_POST = Text("关闭或迁走的服务点", "Post that is closed or stands elsewhere")
CHANGED_GATE = Text("新开或开放的出入口", "Gate that is new or open")
NEW_CROSSING = Text("新增通道", "New crossing")
BOTH_WAYS = Text("允许双向通行的道路", "Road open both ways")
BARRIER = Text("封闭的路线或区域", "Barrier")
CLOSED_SPOT = Text("封闭的路口或路段", "Road closed at a spot")
LIMIT_IS = Text("{} 分钟，含本数", "{} min, inclusive")
MOMENT = Text("时刻", "Moment")
DEMAND = Text("人口依据", "Where people are")
SPEEDS = Text("速度", "Speeds")
NETWORK = Text("路网", "Streets")
NETWORK_IS = Text(
    "{nodes} 个节点，{edges} 条路段；未连通 {pieces} 片、{cut} 个节点；路网日期 {date}",
    "{nodes:node|nodes}, {edges:edge|edges}; cut off: {pieces:piece|pieces} with {cut:node|nodes}; as of {date}",
)
SNAPPING = Text("接入道路", "Joining the streets")
SNAPPING_IS = Text("最远 {} 米以内，实际最远 {} 米", "within {} m; the farthest is {} m away")
POSTS_ARE = Text(
    "已知 {known} 个，计入 {open} 个，时间不明 {unknown} 个，离道路太远 {off} 个",
    "{known} known, {open} counted, {unknown} of unknown hours, {off} too far from any street",
)
LEFT_OUT = Text("未落到地点", "Of no known place")
LEFT_OUT_IS = Text("另有{}，不属于任何已知地点，未计入", "{} more, not counted here")
LEFT_OUT_UNTOLD = Text(
    "部分区域数量过少或统计不全，不予列出", "some areas have too few to be told, or weren't counted in each month"
)
DATA = Text("数据", "Data")
DATA_IS = Text("{title}：{count} 条（第 {load} 次导入）", "{title}: {count} (load {load})")
CODE_VERSION = Text("程序版本", "Code")
AS_OF = Text("数据截至 {}", "Data as of {}")
SENSITIVE = Text(
    "速度变化 ±20% 时，{} 的人结论会改变。", "Were all ways 20% slower or quicker, the answer of {} would change."
)

REMEDIES: Mapping[str, Text] = {
    "count_people": Text("补充人口数据", "Count the people"),
    "join": Text("接通道路", "Join it to the streets"),
    "open_gate": Text("开放大门 {gate}", "Open gate {gate}"),
    "new_gate": Text("新开一个门", "A new gate"),
    "both_ways": Text("允许双向通行：{streets}", "Both ways on {streets}"),
    "crossing": Text("增设过河（过轨）通道", "A crossing"),
    "keep_open": Text("延长 {post} 的开放时间", "Keep {post} open"),
    "new_post": Text("就近增设服务点", "A post nearer by"),
    "more_room": Text("增加 {post} 的席位", "More desks at {post}"),
}
THE_STREET = Text("该路段", "that street")
