"""The services whose reach is asked for: which places give one, how one travels there, and what counts as near."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from geodata.coverage.modes import MODES
from geodata.errors import GeodataError, NotFound, SettingsError
from geodata.layers import get_layer
from geodata.layers.text import Text
from geodata.settings import CONFIG_NAME, Settings

Direction = Literal["from_post", "to_post"]
DIRECTIONS: tuple[Direction, ...] = ("from_post", "to_post")
_ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Service:
    """One kind of help that places give and people need near by.

    Attributes:
        id: its name in commands, addresses and csmap.toml.
        title: what people call it.
        layer: the layer of the places that give it: the posts.
        where: which of them, as (field, values): a post has one of the values of each field; () for all.
        mode: how one travels, a name of `MODES`.
        minutes: the standard, shortest first; the first one counts unless another is asked for.
        direction: "from_post" for those who come to the place, "to_post" for people who go to the post.
        definition: what "covered" means here, and who says so.
        posts: what its posts are, in the definition's words and the plural; None where the title says enough.
        residents_a_unit: how many residents one unit of a post's capacity can serve; None where room isn't asked for.
    """

    id: str
    title: Text
    layer: str
    mode: str
    minutes: tuple[float, ...]
    direction: Direction
    definition: Text
    where: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())
    residents_a_unit: int | None = None
    posts: Text | None = None


_POLICE_POSTS = Text("警务点（派出所、社区警务室或警务亭）", "police posts (stations, rooms and kiosks)")
_SHIPPED = (
    Service(
        id="police_room",
        title=Text("社区警务室", "Community police room"),
        layer="police_post",
        mode="walk",
        minutes=(5, 15),
        direction="to_post",
        residents_a_unit=2000,
        posts=_POLICE_POSTS,
        definition=Text(
            "居民步行到最近的警务点（派出所、社区警务室或警务亭）：5分钟，或15分钟。时间从小区门口算到警务点门口。"
            "依据：《城市居住区规划设计标准》GB 50180-2018 的五分钟、十五分钟生活圈。"
            "每个服务席位按2000名居民计，为本项目的假定，可在 csmap.toml 中修改。",
            "Residents walk to the nearest police post (station, room or kiosk) in 5 minutes, or in 15: from the "
            "compound's gate to the post's door. After the five and fifteen minute circles of GB 50180-2018. 2,000 "
            "residents for each desk are this project's assumption; csmap.toml may say otherwise.",
        ),
    ),
    Service(
        id="patrol",
        title=Text("巡逻快速反应", "Patrol response"),
        layer="police_post",
        mode="car",
        minutes=(1, 3, 5),
        direction="from_post",
        posts=_POLICE_POSTS,
        definition=Text(
            "警车从最近的警务点出发，1、3、5分钟到达，从出车起算。“1、3、5分钟”在各地含义不同："
            "天津按地点分级（车站、机场等重点部位1分钟，银行、学校、商场3至5分钟）；"
            "武汉按力量分级（派出所、警务站1分钟，分局、大队3分钟，市局直属5分钟）；"
            "贵阳按警情轻重分级；湖南“城市快警”按城区人流密集路段的布点分级。本图不区分，只按行车时间计算。",
            "A patrol car from the nearest police post arrives within 1, 3 or 5 minutes of setting out. '1-3-5 "
            "minutes' means other things in other places: in Tianjin it goes by the place (stations and airports 1, "
            "banks, schools and shops 3 to 5), in Wuhan by the unit (stations and kiosks 1, district teams 3, city "
            "teams 5), "
            "in Guiyang by how urgent the call is, in Hunan's 'City Quick Police' by platforms in crowded streets. "
            "This map makes no such difference: it counts driving time.",
        ),
    ),
    Service(
        id="fire",
        title=Text("消防救援", "Fire and rescue"),
        layer="service_point",
        where=(("kind", ("fire_station",)),),
        mode="car",
        minutes=(5,),
        direction="from_post",
        posts=Text("消防站", "fire stations"),
        definition=Text(
            "消防车从消防站出发，5分钟内到达。依据：《城市消防站建设标准》建标152-2017（接到出动指令后5分钟内到达"
            "辖区边缘）；本图只计行车时间，不含接警和出车。",
            "A fire engine reaches the place within 5 minutes. After the standard for urban fire stations, Jianbiao "
            "152-2017: 5 minutes from the order to the edge of the station's area. This map counts the drive only, not "
            "the time until the engine leaves.",
        ),
    ),
    Service(
        id="clinic",
        title=Text("社区卫生服务", "Clinic"),
        layer="service_point",
        where=(("kind", ("clinic", "hospital")),),
        mode="walk",
        minutes=(15,),
        direction="to_post",
        posts=Text("诊所、社区卫生服务站或医院", "clinics and hospitals"),
        definition=Text(
            "居民步行15分钟可到达诊所、社区卫生服务站或医院。"
            "依据：《社区生活圈规划技术指南》TD/T 1062-2021 的15分钟生活圈。",
            "Residents walk to a clinic or hospital in 15 minutes. After the fifteen minute circle of TD/T 1062-2021.",
        ),
    ),
)
SERVICES: Mapping[str, Service] = MappingProxyType({service.id: service for service in _SHIPPED})
"""Those that come with csmap, by id."""


def services_of(settings: Settings) -> dict[str, Service]:
    """Return a deployment's services by id: the shipped ones, and those of its csmap.toml, which go before.

    Raises:
        SettingsError: csmap.toml describes one that can't be.
    """
    found = dict(SERVICES)
    for stated in settings.service:
        service = _stated(stated, found, str(settings.home / CONFIG_NAME))
        found[service.id] = service
    return found


def get_service(settings: Settings, service_id: str) -> Service:
    """Return the service of that id.

    Raises:
        NotFound: there is none; the message lists those that there are.
        SettingsError: as `services_of`.
    """
    known = services_of(settings)
    if service_id not in known:
        raise NotFound(
            f"no service {service_id!r}; there are {', '.join(sorted(known))}",
            zh=f"没有服务 {service_id!r}；可选：{'、'.join(sorted(known))}",
        )
    return known[service_id]


def _stated(stated: Mapping[str, Any], known: Mapping[str, Service], path: str) -> Service:
    """Return the service of one [[service]] table: what it leaves out is as the known one of its id has it."""
    name = stated.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise SettingsError(f'{path} has a [[service]] with id = {name!r}; wanted is a word such as "clinic"')
    unknown = sorted(stated.keys() - _READ.keys())
    if unknown:
        raise SettingsError(f"{path}: service {name} has {unknown[0]!r}; known are {', '.join(_READ)}")
    read: dict[str, Any] = {}
    for key, value in stated.items():
        try:
            read[key] = _READ[key](value)
        except (ValueError, GeodataError) as error:
            raise SettingsError(f"{path}: service {name} has {key} = {value!r}; {error}") from None
    if "posts" not in read and {"layer", "where"} & read.keys():
        # Other places give it than those that the words are about.
        read["posts"] = None
    base = known.get(name)
    if base is None:
        missing = [key for key in _NEEDED if key not in read]
        if missing:
            raise SettingsError(f"{path}: service {name} lacks {missing[0]!r}; a new one has {', '.join(_NEEDED)}")
        read = {"title": Text(name, name)} | read
    service = Service(**read) if base is None else replace(base, **read)
    _check_where(service, path)
    return service


_NEEDED = ("layer", "mode", "minutes", "direction", "definition")


def _check_where(service: Service, path: str) -> None:
    """Refuse a filter by a field that the layer hasn't, or by a value that the field can't have."""
    layer = get_layer(service.layer)
    for name, values in service.where:
        known = layer.field(name)
        if known is None:
            fields = ", ".join(each.name for each in layer.fields)
            raise SettingsError(f"{path}: service {service.id} asks for {name!r} of {layer.id}; it has {fields}")
        choices = {choice.value for choice in known.choices}
        wrong = sorted(set(values) - choices) if choices else []
        if wrong:
            there = ", ".join(sorted(choices))
            raise SettingsError(f"{path}: service {service.id} asks for {name} = {wrong[0]!r}; {layer.id} has {there}")


def _text(value: object) -> Text:
    """Return a text given once for all languages, or as {zh = "...", en = "..."}."""
    if isinstance(value, str) and value.strip():
        return Text(value, value)
    if isinstance(value, Mapping) and value.keys() == {"zh", "en"} and all(isinstance(v, str) for v in value.values()):
        return Text(value["zh"], value["en"])
    raise ValueError('wanted is a text, or { zh = "...", en = "..." }')


def _layer(value: object) -> str:
    layer = get_layer(str(value))
    if layer.geometry != "point":
        raise ValueError("wanted is a layer of points, such as police_post or service_point")
    return layer.id


def _where(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, Mapping):
        raise ValueError('wanted is a table such as { kind = ["clinic", "hospital"] }')
    found = []
    for name, values in value.items():
        if not isinstance(values, list) or not values or not all(isinstance(each, str) for each in values):
            raise ValueError('wanted is a list of texts for each field, such as { kind = ["clinic"] }')
        found.append((str(name), tuple(values)))
    return tuple(found)


def _mode(value: object) -> str:
    if value not in MODES:
        raise ValueError(f"wanted is one of {', '.join(MODES)}")
    return str(value)


def _minutes(value: object) -> tuple[float, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(
        isinstance(each, int | float) and not isinstance(each, bool) and 0 < each <= LONGEST_MINUTES for each in values
    ):
        raise ValueError(f"wanted are minutes of more than 0, at most {LONGEST_MINUTES}")
    return tuple(sorted(values))


LONGEST_MINUTES = 24 * 60
"""A standard of more than a day is a slip."""


def _direction(value: object) -> Direction:
    if value != "from_post" and value != "to_post":
        raise ValueError(f"wanted is one of {', '.join(DIRECTIONS)}")
    return value


def _residents(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ValueError("wanted is a whole number of more than 0")
    return value


_READ: Mapping[str, Callable[[object], object]] = {
    "id": str,
    "title": _text,
    "layer": _layer,
    "where": _where,
    "mode": _mode,
    "minutes": _minutes,
    "direction": _direction,
    "definition": _text,
    "posts": _text,
    "residents_a_unit": _residents,
}
"""How each word of a [[service]] table is read; ValueError says what is wanted."""
