"""Where posts belong: the fewest that cover all, the most people covered, the shortest ways, the shortest longest way.

Every answer says how good it is: the objective that was reached, a bound that nothing can beat, the gap between them,
and whether it is proven.
"""

from geodata.coverage.siting.answer import Siting
from geodata.coverage.siting.center import solve_p_center
from geodata.coverage.siting.covering import solve_lscp, solve_mclp
from geodata.coverage.siting.median import solve_p_median
from geodata.coverage.siting.room import solve_capacitated_mclp

__all__ = ["Siting", "solve_capacitated_mclp", "solve_lscp", "solve_mclp", "solve_p_center", "solve_p_median"]
