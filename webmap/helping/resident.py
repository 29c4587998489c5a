"""The guide for residents."""

from geodata.layers.text import Text
from webmap.helping.guide import Guide, Picture, Step

GUIDE = Guide(
    name="resident",
    title=Text("居民", "Residents"),
    lead=Text(
        "找到自己的小区，就知道最近的警务点步行几分钟、现在开不开门、该给谁打电话。不用登录。",
        "Find your compound, and you know how many minutes the nearest police post is on foot, whether it is open "
        "now, and whom to call. You need no account.",
    ),
    steps=(
        Step(
            Text("输入小区名称", "Type the name of your compound"),
            Text(
                "打开首页就可以输入：正式名称、曾用名、俗称、门口的街道或拼音首字母都行，如“xxxq”。用上下键选择，按回车打开。",
                "Just begin to type on the first page: its name, a former or popular name, the street of its gate, or "
                "the initials of its pinyin, such as “xxxq”. Choose by the arrow keys, open with Enter.",
            ),
            Picture(
                "search",
                Text("搜索框下列出找到的小区", "The compounds that were found stand below the search"),
                is_phone=True,
            ),
        ),
        Step(
            Text("先看这几行", "Read the first lines"),
            Text(
                "第一行是最近的警务点：步行分钟数、现在是否开放、从哪个门出小区；关门时旁边总有紧急电话。下面是附近服"
                "务和电话，点号码就能拨打。设备有语音时，可以按“朗读”。",
                "The first line is the nearest police post: minutes on foot, whether it is open now, by which gate "
                "you go out; the emergency number is always beside it. Below are services near by and numbers to "
                "call: press one to dial it. Where your device has a voice, press “Read aloud”.",
            ),
            Picture(
                "answer",
                Text("面板里的回答，地图上画出步行路线", "The answer in the panel, and the way on foot on the map"),
            ),
        ),
        Step(
            Text("展开想知道的", "Unfold what you want to know"),
            Text(
                "网格和社区、已公布的隐患、附近微实事和资金来源、物业评级、本季度变化，都收在下面，点一下展开。每个小"
                "区和社区都有自己的网页，可以分享和打印。",
                "Grid and community, published hazards, micro-projects near by with where their money comes from, the "
                "property grade and what happened this quarter are folded below. Each compound and each community has "
                "a page of its own, to be shared and printed.",
            ),
            Picture(
                "folds",
                Text("小区网页，下面是可以展开的各项", "The page of a compound with what unfolds"),
                is_phone=True,
            ),
        ),
        Step(
            Text("字再大一点", "Make it larger"),
            Text(
                "右上角的“关怀版”把字和按钮放大，以清单为主，也适合屏幕阅读和键盘操作。旁边可以选浅色或深色、中文"
                "或英文。",
                "“Care mode” at the top makes letters and buttons large and gives lists more room than maps. Beside it "
                "you choose light or dark, Chinese or English.",
            ),
            Picture("care", Text("关怀版里的同一个回答", "The same answer in care mode"), is_phone=True),
        ),
    ),
    questions=(
        (
            Text("为什么看不到具体的隐患位置？", "Why don't I see exactly where a hazard is?"),
            Text(
                "居民看到的是隐患所在的小区、类型和状态，而且晚几天公布：太具体会帮到想做坏事的人。销号后才公布日期。",
                "Residents see a hazard's compound, kind and status, some days late: more would help those who mean "
                "harm. Days are told once it is closed.",
            ),
        ),
        (
            Text("步行时间准吗？", "Are the minutes on foot exact?"),
            Text(
                "是按真实道路、从小区大门出发估算的，不是承诺。所有大门都算开着，所以大门的开放时间要自己看一眼。",
                "They are estimated on the real streets from the compound's gate, and no promise. All gates count as "
                "open: look at a gate's hours yourself.",
            ),
        ),
        (
            Text("地图打不开怎么办？", "What if the map doesn't open?"),
            Text(
                "旧电脑会自动打开“简版地图”；没有脚本时首页就是完整清单。“清单”里有地图上的所有内容。",
                "Old computers get the “simple map” by themselves; without scripts the first page is its list. The "
                "“List” has everything that the map has.",
            ),
        ),
        (
            Text("地图上有个人信息吗？", "Does the map know persons?"),
            Text(
                "没有。地图只有地点、机构和数量；数字太小、可能指向个人时不公布。",
                "No. It holds places, organisations and counts; numbers so small that they would tell of somebody are "
                "withheld.",
            ),
        ),
        (
            Text("怎样下载数据？", "How do I download the data?"),
            Text(
                "清单上方有表格下载，网页可以直接打印；“简版地图”是一个文件，离线也能打开。程序接口在“数据说明”里的“开"
                "发者”。",
                "Above a list you can download a spreadsheet, and every page prints. The “simple map” is one file "
                "that opens offline. What programs read stands under “For developers” on “About the data”.",
            ),
        ),
    ),
)
