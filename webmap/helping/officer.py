"""The guide for grid officers and police."""

from geodata.layers.text import Text
from webmap.helping.guide import Guide, Picture, Step

GUIDE = Guide(
    name="officer",
    title=Text("网格员和民警", "Grid officers and police"),
    lead=Text(
        "先看到自己辖区里快到期和已逾期的隐患，再看小区和地图。手机上同样好用。",
        "See what is overdue and due soon in your own areas first, then the compound and the map. It is made for a "
        "phone.",
    ),
    steps=(
        Step(
            Text("登录", "Sign in"),
            Text(
                "从页脚“工作人员登录”进入，账号由数据管理员发给。登录后只看得到自己辖区的确切隐患。用完请在右上角退出"
                "。",
                "“Sign in for staff” is at the foot of each page; the data steward gives you an account. You see "
                "exact hazards of your own areas only. Sign out at the top when you are done.",
            ),
        ),
        Step(
            Text("从期限开始", "Begin with deadlines"),
            Text(
                "“期限”按逾期、今天、7天内、全部分组，最急的在最上面。每条写明类型、小区、办到哪一步、还有几天。",
                "“Deadlines” has Overdue, Today, 7 days and All, the most urgent first. Each says its kind, its "
                "compound, how far it has come and how many days are left.",
            ),
            Picture("deadlines", Text("逾期的隐患排在最上面", "Overdue hazards stand on top"), is_phone=True),
        ),
        Step(
            Text("打开小区", "Open the compound"),
            Text(
                "点小区名称：未销号的隐患、最近的警务点和步行时间、各个大门和开放时间、登记的全部内容，都在一页上。",
                "Press its name: open hazards, the nearest police posts with minutes on foot, gates with their hours, "
                "and all that is on record stand on one page.",
            ),
            Picture("dossier", Text("一个小区的全部情况", "All about one compound"), is_phone=True),
        ),
        Step(
            Text("登记隐患", "Record a hazard"),
            Text(
                "点“登记隐患”：手机给出位置和误差，标记可拖动，也可用箭头每次移动 5 米；手机给的是火星坐标时请勾选"
                "。再选类型和等级，核对位置后保存。附近已有同类隐患时会先列出来。可写几句情况说明，请勿写姓名和个人号码：能识别出的会被"
                "遮盖，保存后会告诉您遮盖了什么。可附照片，请勿拍入人脸、车牌和门牌。",
                "Press “Record a hazard”: the phone gives your position and how exact it is; drag the pin, or move it "
                "by arrows, 5 m at a time. Tick the box if the phone gives Mars coordinates. Choose kind and level, "
                "look where it says it is, and save. Hazards of the same kind near by are shown first. Say in a "
                "few words what it is, if you like, without people's names and numbers: what is recognised as one is "
                "masked, and you are told. A photo may come along: no faces, plates or door numbers.",
            ),
        ),
        Step(
            Text("登记下一环节", "Move it one state on"),
            Text(
                "在清单里点“登记下一环节”，再点环节。点错了，十秒内可撤销。登记整改的人不能复查；销号要有整改后的照片"
                "。需要延期时，点“延期”，选新期限并写明理由；设定期限的人不能自行延期，原期限和新期限都会显示。",
                "Press “Next step” in the list, then the step. A wrong tap can be undone for ten seconds. Who recorded "
                "the mending doesn't re-check it, and closing needs a photo of the mended place. “Put the deadline "
                "off” takes a later day and why; who set a deadline doesn't put it off, and both days are shown.",
            ),
        ),
        Step(
            Text("看地图", "See the map"),
            Text(
                "每条旁边的“地图”打开隐患的确切位置，连同大门和警务点。按返回键回到列表。",
                "“Map” beside each opens its exact spot with gates and police posts. Back leads to the list again.",
            ),
        ),
        Step(
            Text("最近的警务点和路线", "The nearest posts and the way"),
            Text(
                "点“最近警务点”：从您的位置、某个小区或某条隐患出发，列出步行最近的警务点、几分钟、现在是否开放，"
                "并在地图上画出路线。图钉可拖动，也可用箭头移动。",
                "“Nearest posts” lists the police posts that you reach soonest on foot from your position, a compound "
                "or a hazard, with minutes and what is open now, and draws the ways. Drag the pin, or use the arrows.",
            ),
        ),
        Step(
            Text("排出走访顺序", "Put a walk in order"),
            Text(
                "在清单里勾选“加入走访”（最多 12 条），点“排出走访顺序”：按已知道路总用时最短，可从您的位置出发，"
                "可打印。从门口算到门口，小区内的步行不计。打开过的走访顺序没有网络时也能看。",
                "Tick “On my walk” in the list, up to 12, and press “Put in walking order”: the least time on the "
                "streets that are known, from your position if you like, on paper too. Times run from gate to gate; "
                "ways within compounds aren't counted. An order that was opened can be read without a network.",
            ),
        ),
    ),
    questions=(
        (
            Text("没有网络怎么办？", "What if there is no network?"),
            Text(
                "照常登记隐患和环节：先存在本机，有网络时自动发送一次，日期按登记当天。不能接收的会说明原因，由您决定丢弃。"
                "打开期限清单后，辖区地图会预先存入本机（省流量模式除外），退出或较长时间未联网即清除。退出前请先等登记发完。",
                "Record hazards and steps as ever: they are kept on the phone and sent once when there is a network, "
                "with the day on which you recorded them. What isn't taken says why; you discard it. Your areas' map "
                "is kept ahead once the list has been opened (not while you save data) and goes when you sign out, or "
                "have been without a network for long: let records be sent before you sign out.",
            ),
        ),
        (
            Text("为什么看不到别的网格？", "Why don't I see another grid?"),
            Text(
                "数据库只把账号辖区内的记录交给你。调整辖区请找数据管理员。",
                "The database gives you the records of your account's areas alone. The data steward changes these.",
            ),
        ),
        (
            Text("谁知道我看了什么？", "Who knows what I looked at?"),
            Text(
                "看过居民看不到的确切内容会记入日志：看了哪类数据、在哪个页面、几点；日志不能修改，由数据管理员查看。",
                "Reading exactly what residents don't is noted: which layer, by which page, in which hour. Nobody can "
                "change the log; the data steward reads it.",
            ),
        ),
    ),
)
