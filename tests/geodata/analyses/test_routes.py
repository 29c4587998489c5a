"""The way of each place to its post: as long as its time says, on the streets, in the direction of travel."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geodata.analyses.coverage import Answer, Question, cover, od_frame, route_frame
from geodata.coverage.pairs import site_times
from geodata.crs import to_metric
from geodata.settings import Settings

pytestmark = pytest.mark.xdist_group("sample town")


@pytest.fixture(scope="module", params=["police_room", "patrol"])
def answer(request: pytest.FixtureRequest, sample_town: Settings) -> Answer:
    """One on foot to the post, one by car from there, with one-ways and forbidden turns."""
    return cover(sample_town, Question(request.param, at="Mon 10:00"))


def test_each_way_leads_from_door_to_door_and_takes_the_time_that_is_told(
    sample_town: Settings, answer: Answer
) -> None:
    frame = route_frame(sample_town, answer)
    own = np.flatnonzero(answer.post >= 0)
    assert len(frame) == len(own) > 500
    assert frame["minutes"].tolist() == (answer.time_ds[own] / 600).tolist()
    assert frame["post"].tolist() == [answer.posts[post].code for post in answer.post[own]]
    lines = to_metric(list(frame.geometry), sample_town.metric_crs)
    assert np.allclose(shapely.length(lines), frame["length_m"], atol=0.01)
    to_post = answer.asked.is_to_post
    at_post = shapely.get_point(lines, -1 if to_post else 0)
    posts = answer.ground.post_points[answer.post[own]]
    assert shapely.distance(at_post, posts).max() < 0.05
    # No way is quicker than the quickest street, nor shorter than the straight line from its other end.
    at_home = shapely.get_point(lines, 0 if to_post else -1)
    assert (frame["length_m"] >= shapely.distance(at_home, posts) - 0.05).all()
    if to_post:
        # On foot one speed holds but for steps: 4.5 km/h are 75 m a minute, rounded for each stretch.
        assert (frame["length_m"] <= 75 * frame["minutes"] * 1.02 + 2).all()
        flat = frame[frame["length_m"] > 200]
        assert (flat["length_m"] / flat["minutes"]).median() == pytest.approx(75, rel=0.02)


def test_ways_run_on_the_streets(sample_town: Settings, answer: Answer) -> None:
    lines = to_metric(list(route_frame(sample_town, answer).geometry[::97]), sample_town.metric_crs)
    streets = answer.ground.stage(frozenset()).streets.index
    # But for the walk between street and door at both ends.
    corners = np.concatenate([shapely.get_coordinates(line)[1:-1] for line in lines])
    _, away_m = streets.query_nearest(shapely.points(corners), all_matches=False, return_distance=True)
    assert away_m.max() < 0.05


def test_pairs_have_every_post_in_time_and_the_nearest_first(sample_town: Settings, answer: Answer) -> None:
    frame = od_frame(answer)
    nearest = frame[frame["is_nearest"]]
    own = np.flatnonzero(answer.post >= 0)
    assert nearest["minutes"].tolist() == (answer.time_ds[own] / 600).tolist()
    assert (nearest["is_covered"].to_numpy() == answer.is_covered[own]).all()
    others = frame[~frame["is_nearest"]]
    assert len(others) > 0
    assert (others["minutes"] <= answer.asked.minutes).all()
    least = frame.groupby(["layer", "code"], dropna=False)["minutes"].min()
    first = nearest.groupby(["layer", "code"], dropna=False)["minutes"].min()
    assert (least == first).all()
    # As many as a search from each post by itself finds.
    ground = answer.ground
    entries, site = ground.entries_now()
    posts = ground.open_posts().those(np.flatnonzero(ground.open_posts().is_joined))
    times = site_times(
        ground.stage(frozenset()).streets, posts, entries, site_count=ground.site_count,
        limit_ds=answer.asked.limit_ds,
    )  # fmt: skip
    assert frame["is_covered"].sum() == np.diff(times.indptr)[site].sum()
