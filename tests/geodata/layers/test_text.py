"""English nouns go with their numbers."""

from __future__ import annotations

import pytest

from geodata.layers.text import counted, filled


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 people"), (1, "1 person"), (1.2, "1 person"), (2, "2 people"), (1200, "1,200 people")]
)
def test_a_count_has_its_noun(number: float, said: str) -> None:
    assert counted(number, "person", "people") == said


def test_sentences_say_nouns_for_one_and_for_many() -> None:
    sentence = "{posts:post|posts} within {minutes:minute|minutes} ({share:.1%})"
    assert filled(sentence, posts=1, minutes="1", share=0.5) == "1 post within 1 minute (50.0%)"
    assert filled(sentence, posts="1,001", minutes="1.5", share=1) == "1,001 posts within 1.5 minutes (100.0%)"
    assert filled("{} of {:node|nodes}", 1, 3) == "1 of 3 nodes"
    assert filled("{} 个 {name}", 2, name="点") == "2 个 点"
