"""The ground of 2015 and of 2010, the register's supply, and what is seen of one from the other."""

import pytest

from mixplan.coverage import ground as coverage_ground
from mixplan.coverage import reach
from mixplan.coverage import supply as coverage_supply
from mixplan.registers.points import load_demand


@pytest.fixture(scope="session")
def demand():
    return load_demand()


@pytest.fixture(scope="session")
def ground(layers, demand, book):
    return coverage_ground.zone_ground(layers, demand, book, year=2015)


@pytest.fixture(scope="session")
def early_ground(layers, demand, book):
    return coverage_ground.zone_ground(layers, demand, book, year=2010)


@pytest.fixture(scope="session")
def supply(plants):
    return coverage_supply.supply_points(plants)


@pytest.fixture(scope="session")
def seen(ground, supply):
    return reach.reach(ground, supply)
