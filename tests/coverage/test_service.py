"""What plants can serve within their capacity."""

import numpy as np
import pytest
from coverage_cases import supply_at
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from mixplan.coverage import reach
from mixplan.coverage import result as coverage_result
from mixplan.coverage import service as coverage_service
from mixplan.siting import solver


def test_a_full_plant_covers_without_serving(ground):
    result = coverage_result.coverage(reach.reach(ground, supply_at((0, 0, 0.0))), 200.0)
    assert result.total.demand_share == pytest.approx(1)
    assert result.total.served_share == 0


def test_a_single_plant_delivers_all_it_can_to_the_nearest_points(ground):
    seen = reach.reach(ground, supply_at((0, 0, 5.0)))
    service = coverage_service.serve(seen, 200.0)
    assert list(service.flows.columns) == ["supply_id", "demand_id", "amount", "distance_km"]
    assert set(service.flows["supply_id"]) == {"p0"}
    assert service.used.to_dict() == pytest.approx({"p0": 5.0})
    assert (service.used.name, service.served.name) == ("used", "served")
    by_point = service.flows.set_index("demand_id")["amount"].reindex(ground.demand.index, fill_value=0.0)
    assert by_point.to_numpy() == pytest.approx(service.served.to_numpy())
    distance = ground.demand.distance(seen.supply.geometry["p0"])
    served_full = service.served >= ground.demand["weight"] - 1e-9
    assert distance[by_point > 0].max() <= distance[~served_full].min()
    km = service.flows.set_index("demand_id")["distance_km"]
    assert km.to_numpy() == pytest.approx(distance[km.index].to_numpy() / 1000)


@pytest.mark.parametrize("radius_km", [8.0, 20.0])
def test_what_is_served_in_all_is_a_maximum_flow(seen, radius_km):
    scale = 10**4
    plants, wanted = len(seen.supply), len(seen.ground.demand)
    size = plants + wanted + 2
    flow = np.zeros((size, size), dtype=np.int32)
    flow[0, 1 : plants + 1] = np.rint(seen.capacity * scale)
    flow[1 : plants + 1, plants + 1 : -1] = np.where(seen.distance_m <= radius_km * 1000, 10**8, 0)
    flow[plants + 1 : -1, -1] = np.rint(seen.ground.demand["weight"] * scale)
    best = maximum_flow(csr_array(flow), 0, size - 1).flow_value / scale
    service = coverage_service.serve(seen, radius_km)
    assert service.served.sum() == pytest.approx(best, abs=0.05)
    assert service.flows["amount"].sum() == pytest.approx(service.served.sum())
    assert (service.used <= seen.capacity + 1e-6).all()
    assert (service.served <= seen.ground.demand["weight"] + 1e-6).all()
    assert (service.flows["distance_km"] <= radius_km).all()


@pytest.fixture(params=["register", "one large plant behind many small ones"])
def any_supply(request, seen, ground):
    """The register's plants, and a supply of which the nearest plants of a point are not enough to serve it."""
    if request.param == "register":
        return seen
    small = [(200.0 * n, 0.0, 0.05) for n in range(12)]
    return reach.reach(ground, supply_at(*small, (12_000.0, 3_000.0, 400.0)))


@pytest.mark.parametrize("radius_km", [8.0, 20.0])
def test_deliveries_cost_what_the_siting_solver_finds_for_the_same_question(any_supply, radius_km):
    """Two programs that share no code: this one writes down few ways, siting's writes them all."""
    seen = any_supply
    km = seen.distance_m.T / 1000
    weight = seen.ground.demand["weight"].to_numpy(float)
    problem = solver.SitingProblem(
        unit_cost=np.empty((len(weight), 0)),
        demand=weight,
        capacity=np.empty(0),
        unit_cost_existing=np.where(km <= radius_km, km, np.inf),
        capacity_existing=seen.capacity,
        unmet_penalty=1e4,
    )
    best = solver.allocate(problem, np.empty(0, dtype=int))
    service = coverage_service.serve(seen, radius_km)
    flows = service.flows
    assert service.served.sum() == pytest.approx(weight.sum() - best.unmet.sum(), rel=1e-6)
    haul = float((flows["amount"] * flows["distance_km"]).sum())
    assert haul == pytest.approx(best.cost - 1e4 * best.unmet.sum(), rel=1e-6)
