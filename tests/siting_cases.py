"""Places, points and cases that the tests of siting share."""

import numpy as np

from mixplan.registers.points import point_frame
from mixplan.siting.case import check_case
from mixplan.siting.inputs import no_points
from mixplan.siting.settings import Effort
from mixplan.siting.words import fact_sentence

EFFORT = Effort(0.0, 20, 0)
# Places around the city by name; all lie in Beijing.
NORTH_EAST, NORTH_EAST_2, SOUTH_WEST = (116.75, 40.15), (116.80, 40.18), (116.05, 39.72)
FAR_WEST, INSIDE_RING = (115.90, 40.05), (116.40, 39.95)


def points(*places, **columns):
    """Points a, b, c … at (lon, lat), with columns."""
    rows = [
        {"id": "abcdefghij"[n], "lon": place[0], "lat": place[1], **{k: v[n] for k, v in columns.items()}}
        for n, place in enumerate(places)
    ]
    return point_frame(rows) if rows else no_points()


def said(case):
    """What is short or contradictory in a case, in words."""
    return " ".join(fact_sentence(fact, case) for fact in check_case(case))


def random_case(make, seed, **changes):
    """Twelve candidates and twenty demand points at random places, five lines wanted, a little too much capacity."""
    rng = np.random.default_rng(seed)
    places = rng.uniform([116.0, 39.5], [116.9, 40.4], (32, 2))
    rows = [{"id": f"p{n}", "lon": x, "lat": y, "weight": 2.0, "capacity": 9.0} for n, (x, y) in enumerate(places)]
    frame = point_frame(rows)
    return make(frame.iloc[:12], frame.iloc[12:], lines=5, line_capacity_wan_t=9.0, **changes)
