"""Which figures a reader has: those of which every layer and field that they are read from is theirs."""

from __future__ import annotations

from sqlalchemy import func, select

from geodata.errors import NotFound
from geodata.layers import get_layer
from geodata.layers.figure import OF, Figure, Mechanism
from geodata.layers.figures import FIGURES, get_figure
from geodata.layers.layer import Layer
from geodata.layers.publishing import AtCompound, CountsByArea
from geodata.queries.reading import Reading

MOST_WORDS = 24
"""So many kinds in a source's words are figures of their own, in order; where there are more, their list has them all.
"""


def figures_of(reading: Reading) -> tuple[Figure, ...]:
    """Return the figures that a reader can have: whose layers and fields are theirs, and whose days aren't withheld."""
    own = (figure for figure in FIGURES if is_for(reading, figure))
    return tuple(each for figure in own for each in (_apart(reading, figure) if figure.is_pattern else [figure]))


def figure_of(reading: Reading, key: str) -> Figure:
    """Return a figure by key.

    Raises:
        NotFound: there is none for this reader, whether or not there is one for others.
    """
    declared = get_figure(key.partition(OF)[0])
    if is_for(reading, declared):
        found = _apart(reading, declared) if declared.is_pattern else [declared]
        for figure in found:
            if figure.key == key:
                return figure
    raise NotFound(f"no figure {key[:60]!r}", zh=f"没有指标 {key[:60]!r}")


def words_beyond(reading: Reading, mechanism: Mechanism) -> int:
    """Return how many words of a mechanism's records are no figures of their own, as there are too many of them."""
    found = 0
    for pattern in FIGURES:
        if pattern.is_pattern and pattern.mechanism is mechanism and is_for(reading, pattern):
            layer = reading.layer(pattern.layer)
            words = func.count(reading.table(layer).c[pattern.each].distinct())
            query = select(words).where(reading.row_rule(layer), reading.own_rule(layer))
            found += max(0, int(reading.connection.execute(query).scalar_one()) - MOST_WORDS)
    return found


def listed_layer(reading: Reading, figure: Figure) -> Layer:
    """Return the layer of which the figure counts records, as the reader gets it."""
    return reading.layer(figure.listed)


def is_total(reading: Reading, figure: Figure) -> bool:
    """Tell whether the reader gets the figure from totals of years that are over."""
    return listed_layer(reading, figure).is_totals


def is_for(reading: Reading, figure: Figure) -> bool:
    """Tell whether a reader may have a figure, or the pattern of several."""
    layers = {layer.id: layer for layer in reading.layers}
    read = figure.reads(get_layer(figure.layer))
    if not read.keys() <= layers.keys():
        return False
    if layers[figure.layer].is_totals:
        return _is_in_totals(reading, figure)
    return all(_has(reading, layers[layer_id], fields) for layer_id, fields in read.items())


def _has(reading: Reading, layer: Layer, fields: frozenset[str]) -> bool:
    """Tell whether a reader gets a layer's records with all of these fields of them."""
    rule = layer.publication(reading.reader.audience)
    # A field that is published of some records alone counts those, and not what happened.
    partial = rule.only_then if isinstance(rule, AtCompound) else ()
    return not layer.is_totals and fields.isdisjoint(partial) and fields <= set(reading.table(layer).c.keys())


def _is_in_totals(reading: Reading, figure: Figure) -> bool:
    """Tell whether totals by year tell a figure: they add up what it does, by the same day and of the same words."""
    rule = get_layer(figure.layer).publication(reading.reader.audience)
    is_plain = not (figure.where or figure.distinct or figure.dated_by or figure.measure or figure.last_days)
    told = figure.date, figure.each or None, figure.amount
    return isinstance(rule, CountsByArea) and is_plain and told == (rule.date, rule.by, rule.amount)


def _apart(reading: Reading, pattern: Figure) -> list[Figure]:
    """Return the figures that a pattern stands for: of the words that the reader's own records have, in order."""
    layer = reading.layer(pattern.layer)
    word = reading.table(layer).c[pattern.each]
    query = select(word).distinct().where(reading.row_rule(layer), reading.own_rule(layer)).order_by(word)
    return [pattern.of(each) for each in reading.connection.execute(query.limit(MOST_WORDS)).scalars()]
