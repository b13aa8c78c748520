"""What several test modules use: small registers, a day on which the plan's rules bind, the contract of series."""

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from mixplan.registers.plants import read_register

IN_FORCE = date(2015, 12, 31)


def make_register(*rows: dict[str, Any], datum: str = "wgs84") -> gpd.GeoDataFrame:
    """A register from dictionaries, read the way a planner's file is read."""
    table = pd.DataFrame(
        [{"id": f"p{n}", "name": f"站点 {n}", "kind": "concrete", **row} for n, row in enumerate(rows)]
    )
    register = read_register(table.to_csv(index=False).encode(), "register.csv", datum=datum)
    assert not register.errors, register.errors
    return register.plants


def assert_aligned(result: pd.Series, points: gpd.GeoSeries, name: str) -> None:
    """The contract of every function over points: same index, its own name, nothing dropped."""
    assert result.index.equals(points.index)
    assert result.name == name
    assert len(result) == len(points)


def shapes(pane: str) -> str:
    """Script that counts the shapes that are shown in one pane of a map; what is filtered out is there, hidden."""
    return (
        f"""Array.from(document.querySelectorAll('.leaflet-{pane}-pane path')).filter(p => !p.style.display).length"""
    )
