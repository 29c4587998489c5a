"""The guide for planners."""

from geodata.layers.text import Text
from webmap.helping.guide import Guide, Picture, Step

GUIDE = Guide(
    name="planner",
    title=Text("规划人员", "Planners"),
    lead=Text(
        "谁没有被服务到、为什么、下一个点放在哪里：先提问，再看原因，再试一试。",
        "Who isn't reached, why, and where the next post belongs: ask, see the causes, then try.",
    ),
    steps=(
        Step(
            Text("提出问题", "Ask"),
            Text(
                "选服务、分钟数、出行方式、星期和时刻，再选按什么计数。回答的是没有被服务到的比例；直线算出的数字写在"
                "旁边，从不叫作覆盖。",
                "Choose the service, the minutes, how one travels, the day and the time, and what is counted. The "
                "answer is the share that isn't reached; what a straight line would say stands beside it and is never "
                "called coverage.",
            ),
            Picture("coverage", Text("周一上午10点，步行5分钟", "5 minutes on foot, Monday at 10:00")),
        ),
        Step(
            Text("看看夜里", "Look at the night"),
            Text(
                "把时刻改到22:00：白天才开门的点不再计入，地图随之变暗。",
                "Change the time to 22:00: posts that are open by day only no longer count, and the map darkens.",
            ),
            Picture("night", Text("周一22:00，同一个问题", "The same question on Monday at 22:00")),
        ),
        Step(
            Text("问为什么", "Ask why"),
            Text(
                "每个盲区都有原因：过远、大门、河流或铁路、开放时间、单行、不可达、容量、无数据，还有怎样解决。点一个"
                "盲区，地图画出道路和直线。",
                "Each gap has its cause: distance, a gate, a river or railway, hours, one-ways, no way at all, posts "
                "that are full, nobody counted; and what would help. Press a gap to see its street and its straight "
                "line.",
            ),
            Picture("gap", Text("一个盲区，道路距离和直线距离", "One gap: by road, and in a straight line")),
        ),
        Step(
            Text("下一个点放在哪里", "Find where the next post belongs"),
            Text(
                "把点放到地图上拖动，比例马上更新；或让程序找出最好的几个位置，并说明是否已证明最优、差距最多多少。",
                "Drop a post on the map and drag it: the share follows at once. Or have the best sites worked out; "
                "the answer says whether it is proven, and how far off it may be at most.",
            ),
        ),
        Step(
            Text("保存和带走", "Keep it and take it away"),
            Text(
                "改动可以存为方案，与现状比较。报告有 PDF、表格、GeoPackage 和一个能离线打开的地图文件，都写明方法和数"
                "据日期。",
                "Changes can be kept as a scenario and compared with today. Reports are PDF, workbook, GeoPackage and "
                "a map in one file that opens offline; all say their method and the day of their data.",
            ),
        ),
    ),
    questions=(
        (
            Text("为什么写“太少，无法判断”？", "Why does it say “too few to tell”?"),
            Text(
                "数字小的时候，增减可能只是偶然。只有区间不含零变化时才标出升降；不到20的基数不写百分比。",
                "Small numbers go up and down by chance. A rise or fall is marked only where its interval leaves out "
                "no change, and nothing is told in percent on fewer than 20.",
            ),
        ),
        (
            Text("能说“5分钟到达”吗？", "May I say “there in 5 minutes”?"),
            Text(
                "不能。这是模型估计，不是出警承诺；每个回答都写明速度、路网日期和起算点。",
                "No. It is a model's estimate, no promise of response; each answer states its speeds, the day of its "
                "streets and where the clock begins.",
            ),
        ),
    ),
)
