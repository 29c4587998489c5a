"""Recognises persons in the names of organisations and works: 张三工作室, 老李调解室, 为王大爷家装扶手."""

from __future__ import annotations

FAMILY_NAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文肖"
    "樊殷施陶洪翟颜倪严倪温季俞章鲁葛伍韦申尤毕聂焦柳邢骆岳齐梅庄辛涂祁舒耿牟詹苗凌费纪靳甄裴屈鲍覃霍翁隋柏柯阮桂闵"
    "柴冉闫苑臧游卜简饶欧莫谌匡瞿阳粟晏"
    "冼邝逄亓褚卞缪佟晁窦蔺郗仝阙郦蹇阚禤郄郜隗仉逯胥訾宓笪郇鞠昝糜苟奚裘邬"
)
"""Those that most people have, and rare ones whose sign is hardly anything else.

Without what begins the names of places and things as often (成, 安, 康, 车, 水, 华; 娄底, 佘山, 滕州).
"""
_TWO_SIGNS = "欧阳|司马|上官|诸葛|皇甫|尉迟|公孙|慕容|令狐|夏侯|司徒|端木|宇文"
_HANZI = "[\u4e00-\u9fff]"
_CALLED = (
    "大爷|大妈|大娘|大姐|大哥|大叔|大婶|奶奶|爷爷|阿姨|叔叔|婶婶|嫂子|先生|女士|小姐|师傅|律师|法官|警官|书记|主任|"
    "医生|大夫|老师|教授|同志"
)
_WORK = "调解|工作室|工作站|工作坊|咨询|帮|说|谈|讲|议|评|聊|巡|问|热线|驿站|有约|志愿|服务|维修|理发|法律|心理|爱心"
_BETWEEN = "(人民|爱心|法律|调解|社会|心理|党员|志愿|服务|家庭|个人|公益|巾帼|技能|大师|劳模|名师)"
_HOUSE = "工作室|工作站|工作坊|调解室|咨询室|志愿队|服务队|巡逻队|帮帮团|驿站|热线|团队|先锋岗|社工站"
_LATIN = "[A-Z][A-Za-z'’-]*[a-z]"
"""A name in Latin letters, O’Neil and Mary-Jane with it."""
_TITLE = "Mr|Mrs|Ms|Miss|Dr"
_NOBODY = "温馨|文明|文化|常青|常春|夏日|金牌|雷锋|孟母|万家"
"""What begins like a name and is nobody's."""

PATTERN = "|".join(
    (
        # Mr Wang, Wang Xiaoming the lawyer, old Li the chairman
        f"([老小阿大]?[{FAMILY_NAMES}]{_HANZI}{{0,2}}|({_TWO_SIGNS}){_HANZI}{{0,2}})({_CALLED})",
        f"[{FAMILY_NAMES}](姐|哥|嫂|叔|婶|姨|伯)",
        # Linda Smith the teacher, Mr J. Smith, Dr John Smith: of two names the second may be a person's, too
        f"({_LATIN}|[A-Z]\\.)( ({_LATIN}|[A-Z]\\.)){{0,2}} ?({_CALLED})",
        f"({_TITLE})\\.?( [A-Z]\\.){{0,2}}( {_LATIN}){{1,2}}",
        # old Li, before what he does
        f"[老小阿大][{FAMILY_NAMES}](?=({_WORK}))",
        # old Wang's, Zhang San's home
        f"(?!{_NOBODY})[老小]?[{FAMILY_NAMES}]({_HANZI}?(?![大人居自全住]){_HANZI})?(?=家(门|里|中|装|加|安|改|修|$))",
        # Zhang San, before the words for what bears his name
        f'(({_TWO_SIGNS}){_HANZI}{{1,2}}|(?!{_NOBODY})[{FAMILY_NAMES}]{_HANZI}{{1,2}})(?=[”"』」]?{_BETWEEN}*({_HOUSE}))',
    )
)
"""Of a person, for Python's and for PostgreSQL's regular expressions; no colon in it, which SQLAlchemy would bind.

It takes a place for a person now and then (高桥服务队): the name is then shorter than it need be. A family name that is
a place's or a thing's as often it doesn't know, nor one in Latin letters without a title: a studio may be called so.
"""

MAY_HOLD = f"({_TITLE})[. ]|[姐哥嫂叔婶姨伯老小阿大家]|{_CALLED}|{_HOUSE}"
"""Without one of these PATTERN finds nothing; a look for them costs a twentieth of one for it."""
