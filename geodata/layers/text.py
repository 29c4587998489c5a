"""Words that are declared in every language of the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh-CN", "en"]


@dataclass(frozen=True)
class Text:
    """A declared word or phrase in the languages that the pages speak."""

    zh: str
    en: str

    def get(self, language: str) -> str:
        """Return the text in `language`; English for any language but Chinese."""
        return self.zh if language.lower().startswith("zh") else self.en
