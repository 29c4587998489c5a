"""The same tasks by other libraries: run by the Python of .venv-bench, with nothing of csmap to import.

    python peers.py TASK IN.npz OUT.npz

Prints the CPU seconds that the task took, and those that building its structures took, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Arrays = Mapping[str, Any]
Answered = tuple[float, float, Any]
"""CPU seconds for the task, CPU seconds to build what it works on, and the answer."""


def _cpu(task: Callable[[], Any]) -> tuple[float, Any]:
    began = _spent()
    answer = task()
    return _spent() - began, answer


def _spent() -> float:
    """CPU seconds of this process and its children: some solvers are programs of their own."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def networkx_nearest(given: Arrays) -> Answered:
    """Times from the nearest post by networkx."""
    import networkx as nx

    graph: Any = nx.DiGraph()
    graph.add_nodes_from(range(len(given["x_m"])))
    arcs = zip(given["tail"].tolist(), given["head"].tolist(), given["cost_ds"].tolist(), strict=True)
    build_s, _ = _cpu(lambda: graph.add_weighted_edges_from(arcs))
    took_s, times = _cpu(lambda: nx.multi_source_dijkstra_path_length(graph, set(given["posts"].tolist())))
    found = np.full(len(given["x_m"]), np.inf)
    found[list(times)] = list(times.values())
    return took_s, build_s, found


def pandana_nearest(given: Arrays) -> Answered:
    """Times to the nearest post by pandana, on reversed arcs: it looks from nodes to posts."""
    import pandana
    import pandas as pd

    ends = pd.Series(given["head"]), pd.Series(given["tail"])
    cost = pd.DataFrame({"cost": given["cost_ds"].astype(float)})
    places = pd.Series(given["x_m"]), pd.Series(given["y_m"])
    most = 100_000.0
    build_s, network = _cpu(lambda: pandana.Network(*places, *ends, cost, twoway=False))

    def ask() -> Any:
        posts = given["posts"]
        network.set_pois("post", most, 1, pd.Series(given["x_m"][posts]), pd.Series(given["y_m"][posts]))
        return network.nearest_pois(most, "post", num_pois=1)

    took_s, table = _cpu(ask)
    found = table[1].to_numpy().astype(float)
    return took_s, build_s, np.where(found >= most, np.inf, found)


def access_catchments(given: Arrays) -> Answered:
    """Catchments of PySAL access, with steps for weights; those of one step are its plain ones."""
    import pandas as pd
    from access import Access, weights

    times = pd.DataFrame({"origin": given["place"], "dest": given["post"], "cost": given["minutes"]})
    people = pd.DataFrame({"id": range(len(given["people"])), "people": given["people"]})
    supply = pd.DataFrame({"id": range(len(given["supply"])), "supply": given["supply"]})
    steps = {float(limit): float(weight) for limit, weight in given["steps"]}
    build_s, model = _cpu(
        lambda: Access(
            demand_df=people, demand_index="id", demand_value="people",
            supply_df=supply, supply_index="id", supply_value="supply", cost_df=times,
            cost_origin="origin", cost_dest="dest", cost_name="cost", neighbor_cost_df=times,
            neighbor_cost_origin="origin", neighbor_cost_dest="dest", neighbor_cost_name="cost",
        )
    )  # fmt: skip
    fall = weights.step_fn(steps) if len(steps) > 1 else None
    took_s, table = _cpu(
        lambda: model.two_stage_fca(name="own", cost="cost", max_cost=max(steps), weight_fn=fall, normalize=False)
    )
    return took_s, build_s, table["own_supply"].reindex(range(len(given["people"]))).to_numpy()


def spopt_sites(given: Arrays) -> Answered:
    """What the best choice of sites comes to, by spopt with its usual solver."""
    import pulp
    from spopt import locate

    cost, people, limit, p = given["cost"], given["people"], float(given["limit"]), int(given["p"])
    builders = {
        "MCLP": lambda: locate.MCLP.from_cost_matrix(cost, people, service_radius=limit, p_facilities=p),
        "LSCP": lambda: locate.LSCP.from_cost_matrix(cost, service_radius=limit),
        "p-median": lambda: locate.PMedian.from_cost_matrix(cost, people, p_facilities=p),
        "p-center": lambda: locate.PCenter.from_cost_matrix(cost, p_facilities=p),
    }
    build_s, model = _cpu(builders[str(given["what"])])
    took_s, _ = _cpu(lambda: model.solve(pulp.PULP_CBC_CMD(msg=False)))
    return took_s, build_s, np.array([model.problem.objective.value()])


def spopt_regions(given: Arrays) -> Answered:
    """Regions of at least so much work each, as many as may be, by spopt's max-p: it knows no number of them."""
    import geopandas as gpd
    import libpysal
    from shapely.geometry import Point
    from spopt.region import MaxPHeuristic

    near: dict[int, list[int]] = {unit: [] for unit in range(len(given["work"]))}
    for one, other in given["pairs"].tolist():
        near[one].append(other)
        near[other].append(one)
    table = gpd.GeoDataFrame({"work": given["work"]}, geometry=[Point(unit, 0) for unit in near])
    build_s, weights = _cpu(lambda: libpysal.weights.W(near, silence_warnings=True))
    np.random.seed(1)  # its only door to what it draws
    model = MaxPHeuristic(table, weights, ["work"], "work", threshold=float(given["least"]), top_n=2)
    took_s, _ = _cpu(model.solve)
    return took_s, build_s, np.asarray(model.labels_)


def esda_hotspots(given: Arrays) -> Answered:
    """Gi* by libpysal and esda, without permutations."""
    import libpysal
    from esda.getisord import G_Local

    places = np.column_stack([given["x_m"], given["y_m"]])
    build_s, near = _cpu(
        lambda: libpysal.weights.DistanceBand(
            places, threshold=float(given["radius_m"]), binary=True, silence_warnings=True
        )
    )
    took_s, found = _cpu(lambda: G_Local(given["value"], near, transform="B", star=True, permutations=0))
    return took_s, build_s, found.Zs


TASKS: dict[str, Callable[[Arrays], Answered]] = {
    "networkx": networkx_nearest,
    "pandana": pandana_nearest,
    "access": access_catchments,
    "spopt": spopt_sites,
    "spopt-regions": spopt_regions,
    "esda": esda_hotspots,
}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    task, source, target = sys.argv[1:]
    with np.load(source) as arrays:
        given = dict(arrays)
    took_s, build_s, answer = TASKS[task](given)
    np.savez(target, answer=answer)
    sys.stdout.write("\n" + json.dumps({"took_s": took_s, "build_s": build_s}) + "\n")
