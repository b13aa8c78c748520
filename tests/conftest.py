"""Shared fixtures: the shipped layers, rules and register, and an empty register."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import settings

from mixplan.base.i18n import set_language
from mixplan.city.layers import Layers, load_layers
from mixplan.plan.rules import RuleBook, load_rules
from mixplan.registers.plants import COLUMNS, load_plants, read_register

# How long an example takes depends on what else the machine does, so no property fails for being slow; and every run
# tries the same examples.
settings.register_profile("mixplan", deadline=None, derandomize=True)
settings.load_profile("mixplan")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run in several processes, those of one file run in one: they share what it computed."""
    browser = Path(__file__).parent / "e2e"
    for item in items:
        group = "browser" if browser in item.path.parents else item.path.as_posix()
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    set_language("zh")
    yield
    set_language("zh")


@pytest.fixture(scope="session")
def layers() -> Layers:
    return load_layers()


@pytest.fixture(scope="session")
def book() -> RuleBook:
    return load_rules()


@pytest.fixture(scope="session")
def plants() -> gpd.GeoDataFrame:
    return load_plants()


@pytest.fixture
def empty_register() -> gpd.GeoDataFrame:
    header = ",".join(column.code for column in COLUMNS)
    return read_register((header + "\n").encode(), "empty.csv").plants
