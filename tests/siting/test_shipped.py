"""The siting plan that is shipped solved, evaluated again without the solver: deliveries by scipy's linear program."""

import json
import math

import numpy as np
import pytest
from scipy.optimize import linprog

from mixplan.base.paths import DATA_DIR
from mixplan.city.sectors import SECTORS
from mixplan.coverage import supply
from mixplan.registers.points import load_demand
from mixplan.siting import kept
from mixplan.siting.asked import asked_of
from mixplan.siting.candidates import candidate_grid, judged_candidates
from mixplan.siting.case import build_case
from mixplan.siting.inputs import SitingInputs, no_points
from mixplan.siting.settings import default_settings
from mixplan.siting.wishes import SitingWishes
from mixplan.siting.words import gap_sentence

AGAIN = "data or default settings have changed: run `make solved`"


@pytest.fixture
def record():
    return json.loads((DATA_DIR / "solved" / "siting.json").read_text(encoding="utf-8"))


def test_it_answers_what_the_page_asks_today(record, book):
    today = asked_of(SitingWishes().settings(book, margin_m=book.margin_m))
    assert kept.read_kept(record, name="siting").inputs.hash == today.hash, AGAIN


def test_it_is_proven_to_the_default_gap(record, book):
    found = record["proposal"]
    assert found["status"] in ("optimal", "gap_reached")
    assert 0 < found["bound"] <= found["objective"]
    assert (found["objective"] - found["bound"]) / found["objective"] <= SitingWishes().effort().gap
    assert 0 < found["seconds"] < 1800
    assert set(found["libraries"]) == {"highspy", "numpy", "scipy"}


@pytest.fixture
def sites(record, layers, book):
    """The chosen sites, from the grid as the rules judge it."""
    wanted = default_settings(book)
    grid = candidate_grid(layers, spacing_km=wanted.grid_km)
    judged = judged_candidates(grid, wanted, layers, book, on=book.period_end, own=False)
    return judged.loc[list(record["proposal"]["lines"])]


def test_its_sites_keep_the_wishes(record, sites, book):
    wanted = record["inputs"]["settings"]
    assert (sites["excluded_by"] == "").all()
    assert sum(record["proposal"]["lines"].values()) == wanted["lines"]
    assert max(record["proposal"]["lines"].values()) <= wanted["lines_per_site"]
    at = list(sites.geometry)
    apart = [math.hypot(a.x - b.x, a.y - b.y) / 1000 for n, a in enumerate(at) for b in at[:n]]
    assert min(apart) >= wanted["spacing_km"] - 1e-3
    assert set(sites["sector"].dropna()) <= {*SECTORS, ""}


def test_its_cost_is_that_of_the_cheapest_deliveries(record, sites, plants, layers, book):
    wanted, demand = record["inputs"]["settings"], load_demand()
    works = supply.existing_supply(plants, layers)
    at = [*sites.geometry, *works.geometry]
    lines = list(record["proposal"]["lines"].values())
    capacity = [*(wanted["line_capacity_wan_t"] * n for n in lines), *works["capacity"].astype(float)]
    m, n = len(demand), len(at)
    km = np.array([[math.hypot(a.x - d.x, a.y - d.y) for a in at] for d in demand.geometry]) / 1000 * wanted["detour"]
    # Columns: a delivery from each source to each point, then what is left unmet of each point.
    cost = np.concatenate([km.ravel(), np.full(m, wanted["unmet_penalty_km"])])
    served = np.hstack([np.kron(np.eye(m), np.ones(n)), np.eye(m)])
    shipped = np.hstack([np.kron(np.ones(m), np.eye(n)), np.zeros((n, m))])
    best = linprog(cost, A_ub=shipped, b_ub=capacity, A_eq=served, b_eq=demand["weight"].to_numpy(float))
    assert record["proposal"]["objective"] == pytest.approx(best.fun + wanted["fixed_cost"] * sum(lines), rel=1e-6)


def test_it_is_made_whole_for_the_page(record, plants, layers, book):
    inputs = kept.read_kept(record, name="siting").inputs
    given = SitingInputs(
        load_demand(), supply.existing_supply(plants, layers), no_points(), supply.concrete_stations(plants)
    )
    case = build_case(given, inputs.settings, layers, book, on=book.period_end)
    found = kept.proposal_of(case, record, name="siting")
    assert found.plan == record["proposal"]["lines"]
    assert found.stats.served + found.stats.unmet == pytest.approx(load_demand()["weight"].sum())
    assert "相差不超过" in gap_sentence(found)
