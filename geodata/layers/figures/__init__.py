"""All figures of a sub-district's year, by mechanism."""

from geodata.errors import NotFound
from geodata.layers.figure import Figure, Mechanism
from geodata.layers.figures import management, safety, self_government, services

_DECLARED = (*self_government.FIGURES, *management.FIGURES, *services.FIGURES, *safety.FIGURES)
FIGURES: tuple[Figure, ...] = tuple(
    figure for mechanism in Mechanism for figure in _DECLARED if figure.mechanism is mechanism
)


def get_figure(key: str) -> Figure:
    """Return the figure of that key.

    Raises:
        NotFound: there is none.
    """
    for figure in FIGURES:
        if figure.key == key:
            return figure
    raise NotFound(f"no figure {key[:60]!r}", zh=f"没有指标 {key[:60]!r}")
