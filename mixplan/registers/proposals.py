"""Results of ``mixplan site`` that are read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.cells import MAX_REGISTER_ROWS, file_content
from mixplan.base.files.columns import CellError, RowError, amount_between, id_cell, shown
from mixplan.base.files.jsonfiles import is_json, read_json_text
from mixplan.base.files.workbooks import MAX_COLUMNS
from mixplan.base.i18n import N_
from mixplan.base.i18n import gettext as _
from mixplan.registers.points import PointFile, read_points

_SUPPLIES = ("site", "existing", "import", "wet")  # what a delivery may come from
_AMOUNT = amount_between(0, 100_000)  # 万t a year


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
    if is_json(content):
        sites, deliveries = _parts(content, name)
        # With this end of a line the writer puts quotes round either of its two signs in a name.
        content = sites.to_csv(index=False, lineterminator="\r\n").encode()
    return ProposalFile(**vars(read_points(content, name, column="capacity")), deliveries=deliveries)


def read_proposal_file(path: Path) -> ProposalFile:
    """Read a siting proposal from a file, see `read_proposal`."""
    return read_proposal(file_content(path), path.name)


def _parts(content: bytes, name: str) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Sites and deliveries in the JSON of ``mixplan site``."""
    document = read_json_text(content, name)
    sites = document.get("sites") if isinstance(document, dict) else None
    if not isinstance(sites, list) or not all(isinstance(site, dict) for site in sites):
        raise DataError(
            _("{file} 不是选址结果：JSON 中应有 sites 列表，每项有 id、lon、lat 和 capacity。").format(file=name)
        )
    if not sites:
        raise DataError(_("{file} 中没有站点。").format(file=name))
    # A table of them has a cell for every key at every site, whether it has it or not.
    if len(sites) > MAX_REGISTER_ROWS or len({key for site in sites for key in site}) > MAX_COLUMNS:
        raise DataError(
            _("{file} 的 sites 超过 {rows:,} 项，或各项的键合计超过 {columns} 种，请只留下要导入的站点。").format(
                file=name, rows=MAX_REGISTER_ROWS, columns=MAX_COLUMNS
            )
        )
    for number, site in enumerate(sites, start=1):
        for key in ("id", "name", "lon", "lat", "capacity", "year"):
            if isinstance(site.get(key), dict | list | bool):
                raise DataError(
                    _("{file} 中 sites 第 {number} 项的 {key} 是“{value}”，应为文字或数。").format(
                        file=name, number=number, key=key, value=shown(site[key])
                    )
                )
    known = {str(site.get("id")).strip() for site in sites}
    return pd.DataFrame(sites, dtype=object), _deliveries(document.get("flows"), known, name)


def _deliveries(flows: Any, sites: set[str], name: str) -> pd.DataFrame | None:
    """Who supplies whom; a delivery from a site of the proposal must name one."""
    if not flows:
        return None
    if not isinstance(flows, list) or not all(isinstance(flow, dict) for flow in flows):
        raise DataError(_("{file} 中的 flows 应为列表，每项有 site、demand 和 amount。").format(file=name))
    rows = []
    for number, flow in enumerate(flows, start=1):
        rows.append(tuple(_flow_value(flow, key, number, name) for key in ("site", "demand", "amount")))
        if (kind := flow.get("kind", "site")) not in _SUPPLIES:
            raise DataError(
                _("{file} 中 flows 第 {number} 项的 kind 是“{value}”，应为 {allowed} 之一。").format(
                    file=name, number=number, value=shown(kind), allowed=_("、").join(_SUPPLIES)
                )
            )
        if kind == "site" and rows[-1][0] not in sites:
            raise DataError(
                _("{file} 中 flows 第 {number} 项的 site 是“{value}”，sites 中没有这个编号。").format(
                    file=name, number=number, value=shown(rows[-1][0])
                )
            )
    return pd.DataFrame(rows, columns=["site", "demand", "amount"])


def _flow_value(flow: Mapping[str, Any], key: str, number: int, name: str) -> Any:
    """An id, or an amount of 0 or more."""
    value = flow.get(key)
    try:
        if value is None or isinstance(value, dict | list | bool):
            raise CellError(N_("应为文字或数"))
        return _AMOUNT(str(value)) if key == "amount" else id_cell(str(value).strip())
    except CellError as fault:
        problem = RowError(0, key, "", fault.text, fault.details).message
        raise DataError(
            _("{file} 中 flows 第 {number} 项的 {key} 是“{value}”：{problem}。").format(
                file=name, number=number, key=key, value=shown(value), problem=problem
            )
        ) from None
