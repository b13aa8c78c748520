"""Counts of concrete stations that were reported after the plan."""

from functools import cache
from pathlib import Path

import pandas as pd

from mixplan.base.paths import DATA_DIR


@cache
def load_station_reports(path: Path = DATA_DIR / "station_reports.csv") -> pd.DataFrame:
    """Counts of concrete stations reported after the plan, by city or district, each with its own definition."""
    return pd.read_csv(path, dtype={"sites": int}, keep_default_na=False)
