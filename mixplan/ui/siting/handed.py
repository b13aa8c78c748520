"""The sites of the project's desk as other pages take them over, whether or not anybody has been on this page."""

from typing import Any

from mixplan.base.errors import DataError, SitingError
from mixplan.ui.siting import plan


def sites() -> list[dict[str, Any]]:
    """The chosen sites: id, lon, lat and capacity (万t a year); none where there is no plan or no case."""
    try:
        found = plan.at_hand().proposal.sites
    except (DataError, SitingError):  # the siting page says it
        return []
    return [
        {"id": str(row.Index), "lon": float(row.lon), "lat": float(row.lat), "capacity": float(row.capacity)}
        for row in found.itertuples()
    ]
