"""Questions asked of a whole column get the answers that each cell would get alone."""

from __future__ import annotations

import re

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from etl.steps.columns import fold_all, is_exactly, matches
from geodata.folding import fold

TEXTS = st.lists(
    st.text(max_size=6) | st.sampled_from(["ＡＢ１", "　甲 ", "\x85乙", "\ufeffP1", "a\nb "]) | st.none(), max_size=9
)


def _column(texts: list[str | None]) -> pd.Series[str]:
    return pd.Series(texts, index=range(2, 2 + len(texts)), dtype="str")


@given(TEXTS)
def test_a_column_is_folded_like_its_cells(texts: list[str | None]) -> None:
    folded = fold_all(_column(texts))
    assert [text if isinstance(text, str) else None for text in folded] == [
        None if text is None else fold(text) for text in texts
    ]


@given(TEXTS, st.booleans())
def test_a_pattern_finds_the_same_in_texts_that_repeat(texts: list[str | None], repeats: bool) -> None:
    column = [*texts, *texts, *texts] if repeats else texts
    wanted = [text is not None and re.search("[a-z甲]", text) is not None for text in column]
    assert matches(_column(column), "[a-z甲]").tolist() == wanted


def test_a_word_counts_with_white_space_around_it() -> None:
    assert is_exactly(_column(["同上", " 同上　", "同上楼", None]), {"同上"}).tolist() == [True, True, False, False]
