"""Shared fixtures: the shipped layers and rules, and a maker of small registers."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from mixplan.data import COLUMNS, Layers, load_layers, load_plants, read_register
from mixplan.i18n import set_language
from mixplan.rules import RuleBook, load_rules

IN_FORCE = date(2015, 12, 31)


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


def make_register(*rows: dict[str, Any], datum: str = "wgs84") -> gpd.GeoDataFrame:
    """A register from dictionaries, read the way a planner's file is read."""
    table = pd.DataFrame(
        [{"id": f"p{n}", "name": f"站点 {n}", "kind": "concrete", **row} for n, row in enumerate(rows)]
    )
    register = read_register(table.to_csv(index=False).encode(), "register.csv", datum=datum)
    assert not register.errors, register.errors
    return register.plants


@pytest.fixture
def empty_register() -> gpd.GeoDataFrame:
    header = ",".join(column.code for column in COLUMNS)
    return read_register((header + "\n").encode(), "empty.csv").plants


def assert_aligned(result: pd.Series, points: gpd.GeoSeries, name: str) -> None:
    """The contract of every function over points: same index, its own name, nothing dropped."""
    assert result.index.equals(points.index)
    assert result.name == name
    assert len(result) == len(points)


Register = Callable[..., gpd.GeoDataFrame]
