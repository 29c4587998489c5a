"""The first halves of invented names, dealt to the districts so that no two of them have one in common."""

from __future__ import annotations

from functools import cache

from etl.sample import names

_HEADS = (
    "青碧紫金银云霞星月岚溪泉石竹松柏枫桐兰荷翠丹玉锦绮素墨苍皓朗晴晓晨暮秋冬夏春雪霜露雾虹雷风岩沙砚琴棋诗画歌笛箫鼓钟磬"
    "鹤鹭雁燕莺鹿麟骏龙凤龟鲤菊梅桃李杏梨橘柚榕樟檀楠桂槐柳杨茶麦稻谷粟棉麻桑蚕蜜果花草叶枝根藤萝蕙芷蓉莲菱芦荻蒲葵"
    "安康宁和顺泰祥瑞福禄"
)
_TAILS = (
    "禾岭坪塘湾桥田坡林畈洲港渡冲垅埠井垭墩滩峰谷涧潭湖泽浦汀渚汊沟渠堰坝堤圩垸屋宅院庄寨堡屯营铺店市场坊里巷弄厝楼"
    "台阁亭轩榭廊桩柱梁础峡崖岗丘阜陵原野陌阡畴圃苑园囿篱栏栅垣墙门关隘口津济涛澜漪涟淙澄澈清源流波浪潮汐岸矶屿岛礁"
    "鸣翔舞跃飞归望听"
)
RESERVED = tuple(head + tail for tail in "澜屏川原台陂" for head in "青碧紫金银云霞星月岚溪泉石竹松柏枫桐兰荷")
"""The districts' own names, by their number."""
_MULTIPLIER = 7919
"""A prime that divides no number of pairs: its multiples go through all of them and leave no two alike side by side."""


@cache
def words() -> tuple[str, ...]:
    """Return the first halves of the first district's names, each once."""
    found = [name[:2] for group in names.STEMS for name in group]
    return tuple(dict.fromkeys(found))


@cache
def _pairs() -> tuple[str, ...]:
    known = {*words(), *RESERVED, *(name[:2] for _, name in names.COMMUNITIES)}
    pairs = [head + tail for head in dict.fromkeys(_HEADS) for tail in dict.fromkeys(_TAILS) if head != tail]
    return tuple(pair for pair in pairs if pair not in known)


def most() -> int:
    """Return to how many districts stems can be dealt."""
    return len(_pairs()) // len(words())


def dealt(number: int) -> dict[str, str]:
    """Return what stands in the names of invented district `number` (from 1) for each of `words`."""
    pairs, first = _pairs(), (number - 1) * len(words())
    dealt = [pairs[(first + rank) * _MULTIPLIER % len(pairs)] for rank in range(len(words()))]
    return dict(zip(words(), dealt, strict=True))
