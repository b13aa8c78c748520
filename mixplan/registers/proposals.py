"""Results of ``mixplan site`` that are read back."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.cells import file_content
from mixplan.base.files.columns import RowError
from mixplan.base.i18n import N_
from mixplan.base.i18n import gettext as _
from mixplan.registers.points import PointFile, read_points


def read_sites(content: bytes, name: str) -> PointFile:
    """Read the sites of a siting proposal: a table with ``id, lon, lat, capacity``, or the JSON of ``mixplan site``.

    A row without capacity is an error here.
    """
    if content.lstrip()[:1] == b"{":
        try:
            rows = pd.DataFrame(json.loads(content)["sites"])
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                _("{file} 不是选址结果：JSON 中应有 sites 列表（{error}）。").format(file=name, error=error)
            ) from None
        content = rows.to_csv(index=False).encode()
    found = read_points(content, name)
    bad = found.points["capacity"].isna()
    errors = [RowError(0, "capacity", "", N_("站点 {site} 没有产能"), (("site", i),)) for i in found.points.index[bad]]
    return replace(found, points=found.points[~bad], errors=(*found.errors, *errors))


def read_site_file(path: Path) -> PointFile:
    """Read the sites of a siting proposal from a file, see `read_sites`."""
    return read_sites(file_content(path), path.name)


def read_deliveries(content: bytes, name: str) -> pd.DataFrame | None:
    """Who supplies whom in the JSON of ``mixplan site``: ``site``, ``demand``, ``amount``; None in other files."""
    if content.lstrip()[:1] != b"{":
        return None
    try:
        flows = pd.DataFrame(json.loads(content).get("flows") or [], columns=["site", "demand", "amount"])
        flows = flows.astype({"site": str, "demand": str, "amount": float})
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(_("{file} 中的 flows 读不出来：{error}。").format(file=name, error=error)) from None
    return flows if len(flows) else None


def read_deliveries_file(path: Path) -> pd.DataFrame | None:
    """Deliveries of a siting proposal from a file, see `read_deliveries`."""
    return read_deliveries(file_content(path), path.name)
