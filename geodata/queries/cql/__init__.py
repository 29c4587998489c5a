"""CQL2 filters: what a program asks of a layer, as a condition on what its reader may see and nothing else.

OGC API - Features Part 3 and CQL2 (OGC 21-065r2). The grammar is the cql2 library's; what an expression means, and that
it only ever names what the reader has, is here.
"""

from geodata.queries.cql.conditions import condition, equals
from geodata.queries.cql.grammar import LANGUAGES, check_language
from geodata.queries.cql.places import box_of
from geodata.queries.cql.terms import GEOMETRY, queryables

__all__ = ["GEOMETRY", "LANGUAGES", "box_of", "check_language", "condition", "equals", "queryables"]
