"""Names in another language than the page's: Chinese ones are marked and spelled on English pages alone."""

from __future__ import annotations

import pytest

from geodata.settings import Settings
from tests.district import Client
from webmap import create_app
from webmap.naming import foreign, named

ZH = '<span lang="zh-CN">{}</span>'


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("锦绣花园", ZH.format("锦绣花园") + ' <span class="spelled">Jin xiu hua yuan</span>'),
        ("新坪路12号院", ZH.format("新坪路12号院") + ' <span class="spelled">Xin ping lu 12 hao yuan</span>'),
        ("Post, 人民路", "Post, " + ZH.format("人民路") + ' <span class="spelled">Ren min lu</span>'),
        ("Garden <b>", "Garden <b>"),
        ("园<b>", ZH.format("园") + '&lt;b&gt; <span class="spelled">Yuan b</span>'),
    ],
)
def test_a_name_is_spelled_where_its_letters_cant_be_read(published: Settings, name: str, english: str) -> None:
    app = create_app(published)
    with app.test_request_context("/?lang=en"):
        assert str(named(name)) == english
    with app.test_request_context("/?lang=zh-CN"):
        assert str(named(name)) == name


def test_of_a_sentence_the_chinese_parts_alone_are_marked(published: Settings) -> None:
    with create_app(published).test_request_context("/?lang=en"):
        said = "Grid 3 · 乐坪（第3网格）, 育才 & West"
        assert str(foreign(said)) == f"Grid 3 · {ZH.format('乐坪（第3网格）')}, {ZH.format('育才')} &amp; West"
        assert foreign("A & B") == "A & B"


def test_a_list_and_a_record_tell_a_chinese_name_as_what_it_is(client: Client) -> None:
    page = client().get("/list?layer=alias&lang=en").text
    assert ZH.format("锦绣花园") + ' <span class="spelled">Jin xiu hua yuan</span>' in page
    assert "spelled" not in client().get("/list?layer=alias&lang=zh-CN").text
