"""The ground of the ban zones."""

import pytest

from mixplan.base.errors import DataError
from mixplan.coverage import ground as coverage_ground


def test_names_and_zones_follow_the_year(layers, demand, book):
    early = coverage_ground.zone_ground(layers, demand, book, year=2006)
    assert early.ids == ("fourth_ring_2006", "total")
    assert "延庆县" in coverage_ground.zone_ground(layers, demand, book, year=2010, by="district").names
    with pytest.raises(DataError, match="2006"):
        coverage_ground.zone_ground(layers, demand, book, year=2005)
