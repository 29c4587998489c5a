"""Grids of equal workload: whole units, each grid in one piece, as much as may be left where it is today.

pairs = neighbours_on(streets, places, unit)                     # units that touch on the network
plan = balance(workload, households, pairs, today, time_limit_s=60)
plan.district, plan.spread, plan.moved_households, plan.is_met, plan.obstacles
"""

from geodata.coverage.districts.adjacency import neighbours_on
from geodata.coverage.districts.balance import balance
from geodata.coverage.districts.large import Aside, set_aside
from geodata.coverage.districts.plan import Obstacle, Plan

__all__ = ["Aside", "Obstacle", "Plan", "balance", "neighbours_on", "set_aside"]
"""Districting in one import."""
