"""Results of ``mixplan site`` that are read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mixplan.base.errors import DataError
from mixplan.base.files.cells import MAX_REGISTER_ROWS, file_content
from mixplan.base.files.columns import shown
from mixplan.base.files.jsonfiles import is_json, read_json_text
from mixplan.base.files.workbooks import MAX_COLUMNS
from mixplan.base.i18n import gettext as _
from mixplan.registers.items import AMOUNT, Items, refuse_overload
from mixplan.registers.points import PointFile, read_points

_SUPPLIES = ("site", "existing", "import", "wet")  # what a delivery may come from


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
    document = read_json_text(content, name) if is_json(content) else None
    if document is not None:
        # With this end of a line the writer puts quotes round either of its two signs in a name.
        content = _sites(document, name).to_csv(index=False, lineterminator="\r\n").encode()
    found = read_points(content, name, column="capacity")
    # Deliveries of sites that could not be read would be some of a whole that nobody has.
    flows = None if document is None or found.errors else _deliveries(document, found.points["capacity"], name)
    return ProposalFile(**vars(found), deliveries=flows)


def read_proposal_file(path: Path) -> ProposalFile:
    """Read a siting proposal from a file, see `read_proposal`."""
    return read_proposal(file_content(path), path.name)


def _sites(document: Any, name: str) -> pd.DataFrame:
    """Sites in the JSON of ``mixplan site``, as a table."""
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
    rows = Items.of(document, "sites", name)
    rows.column("id")
    for key in ("name", "lon", "lat", "capacity", "year"):
        rows.column(key, str, needed=False)
    for key in ("lines", "used"):  # not taken over, but a file in which they are no amounts is none of ours
        rows.column(key, AMOUNT, needed=False)
    return pd.DataFrame(sites, dtype=object)


def _deliveries(document: Mapping[str, Any], sites: pd.Series, name: str) -> pd.DataFrame | None:
    """Who supplies whom: a site that delivers must be in the proposal, and nobody delivers more than there is."""
    flows = Items.of(document, "flows", name)
    if not flows.rows:
        return None
    source, demand, amount = flows.column("site"), flows.column("demand"), flows.column("amount", AMOUNT)
    flows.refuse_look_alikes("demand", demand)
    kinds = [flow.get("kind", "site") for flow in flows.rows]
    for row, (kind, site) in enumerate(zip(kinds, source, strict=True)):
        if kind not in _SUPPLIES:
            raise flows.refusal(row, "kind", _("应为 {allowed} 之一").format(allowed=_("、").join(_SUPPLIES)))
        if kind == "site" and site not in sites.index:
            raise flows.refusal(row, "site", _("sites 中没有这个编号"))
    found = pd.DataFrame({"site": source, "demand": demand, "amount": amount})
    own = pd.Series(kinds) == "site"  # another supply may bear the id of a site
    others = Items.of(document, "existing", name)
    known = set(others.column("id"))
    for row in found.index[~own & ~found["site"].isin(known)] if known else ():
        raise flows.refusal(row, "site", _("existing 中没有这个编号"))
    held = pd.Series(others.column("capacity", AMOUNT, needed=False), others.column("id"), dtype=float)
    for some, capacity in ((found[own], sites), (found[~own], held[~held.index.duplicated()])):
        refuse_overload(some.groupby("site")["amount"].sum(), capacity, name, _source_words)
    return found


def _source_words(source: Any) -> str:
    return _("供应点“{id}”").format(id=shown(source))
