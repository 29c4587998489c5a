"""The guide for data stewards."""

from geodata.layers.text import Text
from webmap.helping.guide import Guide, Picture, Step

GUIDE = Guide(
    name="steward",
    title=Text("数据管理员", "Data stewards"),
    lead=Text(
        "把各部门的表格载入、改正、发布，并管理账号。载入和发布在服务器上用命令完成。",
        "Load the departments' tables, mend them, publish them, and look after accounts. Loading and publishing are "
        "commands on the server.",
    ),
    steps=(
        Step(
            Text("先试一遍", "Try it first"),
            Text(
                "./csmap load --dry-run 文件：说明怎样理解表头和坐标、会增加和更改什么，什么都不保存。",
                "./csmap load --dry-run FILE says how it understood headings and coordinates and what it would add "
                "and change, and keeps nothing.",
            ),
        ),
        Step(
            Text("载入，看每一行的去向", "Load, and see where each row went"),
            Text(
                "./csmap load 文件：每一行不是载入、未变，就是隔离（写明单元格和原因）或忽略，四者之和等于读到的行数。"
                "改正文件后再载入一次即可。",
                "./csmap load FILE ends each row as loaded, unchanged, quarantined (with its cell and the reason) or "
                "ignored; the four add up to the rows read. Mend the file and load it again.",
            ),
        ),
        Step(
            Text("发布", "Publish"),
            Text(
                "./csmap publish：居民和规划人员看到的是发布的版本，在此之前看到的是上一版。",
                "./csmap publish: residents and planners see what is published, and until then the version before.",
            ),
        ),
        Step(
            Text("管理账号", "Look after accounts"),
            Text(
                "“账号”里添加、更改、停用账号；密码只显示一次。账号属于岗位，不用居民姓名；网格员和民警要填辖区代码。",
                "On “Accounts” you add, change and disable them; a password is shown once. An account is a role's, "
                "never a resident's name; grid officers and police need the codes of their areas.",
            ),
            Picture("accounts", Text("账号和它们的辖区", "Accounts with their areas")),
        ),
        Step(
            Text("查看日志", "Read the log"),
            Text(
                "“日志”记下登录、看过的确切内容、带走的文件和账号更改，至少保留半年，谁也不能改。",
                "The “Log” has sign-ins, what was read exactly, files taken away and changes to accounts. It is kept "
                "for half a year at least, and nobody can change it.",
            ),
        ),
    ),
    questions=(
        (
            Text("坐标偏了怎么办？", "What if everything lies a little off?"),
            Text(
                "多半是坐标系：用 --crs gcj02 或 bd09 说明来源。认不出坐标系的文件会被拒绝，并写明理由。",
                "It is mostly the coordinate system: say it with --crs gcj02 or bd09. A file whose system can't be "
                "told is refused with the reason.",
            ),
        ),
        (
            Text("表里有身份证号怎么办？", "What if a table holds identity numbers?"),
            Text(
                "身份证号、手机号、车牌和居民姓名在入口处就被去掉或遮盖，并写进回执。",
                "Identity numbers, mobile numbers, plates and residents' names are dropped or masked at the door, and "
                "the receipt says so.",
            ),
        ),
    ),
)
