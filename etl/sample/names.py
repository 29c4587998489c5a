"""The words that names are made of. Only the twelve communities and their codes are facts; all else is invented."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


STREET_NAME, STREET_CODE = "乐坪街道", "431302001"
STATION_NAME, RIVER_NAME = "娄底站（示例）", "涟滨河（示例）"
COMMUNITIES = tuple(
    (f"{STREET_CODE}{number:03d}", f"{name}社区")
    for number, name in enumerate(
        ("街心", "贤童", "童家", "蜜峰", "清泉", "长春", "廖家", "新建", "月塘", "大塘", "金谷", "火车站"), start=1
    )
)

# Two pairs of neighbours in the alphabet that people mix up are planted on purpose: 锦绣/锦秀, 新星/新兴.
_ESTATE = _words(
    "锦绣 锦秀 新星 新兴 吉祥 丽都 春晖 翠湖 康泰 银河 金桂 怡景 书香 滨江 和顺 福临 碧水 城南 阳光 紫云 "
    "江畔 湘中 枫林 云溪 松涛 天润 华庭 明珠 龙腾 御景 香樟 望江 景秀 景绣 鸿运 凤凰 玉兰 祥和 名都 嘉和 "
    "长青 乐居 清风 盛世 东方 荷塘 梧桐 桃源 星光 南苑 北苑 恒泰 广盛 竹园 涟滨 海棠"
)
_ESTATE_ENDS = _words("花园 家园 苑 小区 名园 新村")
_TOWER_ENDS = _words("华府 国际 公馆 公寓 名苑 城")
_UNITS = _words(
    "原物资局 粮食局 供销社 农机厂 水泵厂 建筑公司 纺织厂 氮肥厂 汽运公司 邮电局 商业局 二轻局 自来水公司 食品公司 "
    "百货公司 林业局 水利局 煤建公司 机械厂 印刷厂 酒厂 外贸公司 医药公司 五交化公司 棉麻公司 糖烟酒公司 "
    "电影公司 新华书店 农资公司 石油公司 地税所 工商所 房管所 园林处 环卫所 公路段 车务段 机务段 工务段 地质队 "
    "电厂 蔬菜公司 木材公司 化工厂 玻璃厂 塑料厂 服装厂 皮鞋厂 陶瓷厂 罐头厂"
)
_UNIT_ENDS = _words("宿舍 家属院 职工院")
_OLD = _words(
    "金谷里 老街口 井湾里 石板巷 上正街 下正街 豆腐巷 草鞋街 铁匠铺 油榨湾 晒谷坪 柳树湾 樟树下 码头上 桥头边 "
    "枣子园 菜园里 花门楼 新塘湾 陈家坪 老仓库 大码头 三角坪 灯盏巷 半边街 竹山湾 月形山"
)
_OLD_ENDS = _words("片区 院子 老区")

MAJOR_ROADS = {
    "A1": ("乐坪西路", "S209"),
    "A2": ("新星南路", ""),
    "A3": ("长青街", ""),
    "A4": ("涟滨东路", ""),
    "B1": ("城北大道", ""),
    "B2": ("乐坪大道", ""),
    "B3": ("春园路", ""),
    "B4": ("湘中大道", "G234"),
    "W": ("滨江西路", ""),
    "E": ("滨江东路", ""),
    "RN": ("铁北路", ""),
    "RS": ("站前路", ""),
}
_ROAD_STARTS = _words(
    "甘桂 早元 扶青 石塘 花山 文艺 育才 贤童 童家 蜜峰 清泉 长春 廖家 新建 月塘 大塘 金谷 吉星 丹阳 涟钢 "
    "氐星 万宝 秋园 桂花 朝阳 光明 和平 建设 友谊 青年 解放 胜利 民主 团结 红旗 东风 前进 幸福 向阳 "
    "湘阳 孙水 高溪 群丰 星星 南阳 涟水 双江 关家 洪家 枫塘 荷叶 茅塘 石井 沙坪 白鹭 云山"
)

COMPANIES = tuple(
    f"{stem}物业服务有限公司"
    for stem in _words("梓禾 槐荫 青藤 晴川 栖迟 云岫 砚池 麦垄 知汀 汀兰 稻香 湖隐 暮山 听松 拾光 望禾 鹿鸣涧 半亩")
)
HILLS = ("月形山公园", "云山公园")
PUBLIC = {
    "school": tuple(f"乐坪第{number}小学" for number in "一二三四五六七八九"),
    "hospital": ("乐坪街道医院", "涟滨康复医院"),
    "office": ("乐坪街道办事处", "乐坪街道政务服务中心", "乐坪市场监管所", "乐坪文化站"),
    "market": ("中心农贸市场", "井湾里菜市场"),
    "mall": ("街心百货", "乐坪广场商城"),
}


STEMS = (
    *(_ROAD_STARTS, tuple(name for name, _ in MAJOR_ROADS.values()), _ESTATE, _OLD, HILLS),
    ("街心转盘",),
)
"""The names whose first two characters are a district's own; all other names have the district's before them."""


def roads(rng: np.random.Generator) -> Iterator[str]:
    """Yield invented street names, never one twice: 路 first, then 街 and 巷, then numbered lanes."""
    starts = [str(name) for name in rng.permutation(_ROAD_STARTS)]
    yield from (f"{start}路" for start in starts)
    yield from (f"{start}{end}" for end in ("街", "巷", "横路", "一路", "二路") for start in starts)
    yield from (f"{start}{number}巷" for number in "一二三四五六七八九" for start in starts)


def compounds(kind: str, rng: np.random.Generator) -> Iterator[str]:
    """Yield invented names for compounds of one kind, never one twice."""
    if kind == "old_open":
        pairs = [f"{start}{end}" for end, start in product(_OLD_ENDS, rng.permutation(_OLD))]
        yield from pairs
    elif kind == "unit_yard":
        yield from ("机关大院", "老党校院", "学府教工楼")
        yield from (f"{start}{end}" for end, start in product(_UNIT_ENDS, rng.permutation(_UNITS)))
    else:
        ends = _TOWER_ENDS if kind == "tower" else _ESTATE_ENDS
        # The planted look-alikes come first, so that they are there at any seed.
        yield from ("锦绣华府", "锦秀华府") if kind == "tower" else ("新星小区", "新兴小区", "景秀花园", "景绣花园")
        starts = [str(name) for name in rng.permutation(_ESTATE)]
        for number in range(len(starts) * len(ends)):
            yield f"{starts[number % len(starts)]}{ends[(number + number // len(starts)) % len(ends)]}"
