"""Results of ``mixplan site`` that are read back."""

import codecs
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.cells import file_content
from mixplan.base.i18n import gettext as _
from mixplan.registers.points import PointFile, read_points


@dataclass(frozen=True, kw_only=True)
class ProposalFile(PointFile):
    """A siting proposal that was read from a file.

    Attributes
    ----------
    points : GeoDataFrame
        The sites, each with its capacity, see `PointFile`.
    deliveries : DataFrame, optional
        Who supplies whom: ``site``, ``demand``, ``amount``; none where the file does not say.
    """

    deliveries: pd.DataFrame | None = None


def read_proposal(content: bytes, name: str) -> ProposalFile:
    """Read a siting proposal: a table with ``id, lon, lat, capacity``, or the JSON of ``mixplan site``.

    Every site must state its capacity.

    Raises
    ------
    DataError
        Where the file is neither.
    """
    deliveries = None
    if content.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{":
        sites, deliveries = _parts(content, name)
        content = sites.to_csv(index=False).encode()
    return ProposalFile(**vars(read_points(content, name, column="capacity")), deliveries=deliveries)


def read_proposal_file(path: Path) -> ProposalFile:
    """Read a siting proposal from a file, see `read_proposal`."""
    return read_proposal(file_content(path), path.name)


def _parts(content: bytes, name: str) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Sites and deliveries in the JSON of ``mixplan site``."""
    document: dict[str, Any]
    try:
        document = json.loads(content)
        sites = pd.DataFrame(document["sites"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(
            _("{file} 不是选址结果：JSON 中应有 sites 列表（{error}）。").format(file=name, error=error)
        ) from None
    if sites.empty:
        raise DataError(_("{file} 中没有站点。").format(file=name))
    try:
        flows = pd.DataFrame(document.get("flows") or [], columns=["site", "demand", "amount"])
        flows = flows.astype({"site": str, "demand": str, "amount": float})
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(_("{file} 中的 flows 读不出来：{error}。").format(file=name, error=error)) from None
    if len(wrong := flows[~flows["amount"].between(0, math.inf, inclusive="left")]):
        raise DataError(
            _("{file} 中 flows 第 {number} 项的 amount 是“{value:g}”，应为不小于 0 的数。").format(
                file=name, number=wrong.index[0] + 1, value=wrong["amount"].iloc[0]
            )
        )
    return sites, flows if len(flows) else None
