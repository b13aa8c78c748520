"""Files of points and proposals."""

import json

import pytest

from mixplan.base.errors import DataError
from mixplan.coverage import supply as coverage_supply
from mixplan.registers.points import read_points
from mixplan.registers.proposals import read_proposal


def test_points_files_and_their_errors():
    found = read_points("编号,经度,纬度,产能\n甲,116.4,39.9,50\n乙,x,39.9,1\n甲,116.4,39.9,1\n".encode(), "供应.csv")
    assert list(found.points.index) == ["甲"] and found.points.geometry.crs.to_epsg() == 4548
    assert [(e.row, e.column) for e in found.errors] == [(3, "lon"), (4, "id")]
    sites = read_proposal(b'{"sites": [{"id": 1, "lon": 116.4, "lat": 39.9, "capacity": 40, "used": 3}]}', "r.json")
    assert list(sites.points.index) == ["1"] and not sites.errors
    with pytest.raises(DataError, match="sites"):
        read_proposal(b'{"nothing": 1}', "r.json")
    with pytest.raises(DataError, match="capacity"):
        coverage_supply.planned_sites([{"id": "a", "lon": 116.4, "lat": 39.9}])


SITE = '"sites": [{"id": "a", "lon": 116.4, "lat": 39.9, "capacity": 20}]'


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ('{"sites": []}', "p.json 中没有站点。"),
        (f'{{{SITE}, "flows": [{{"site": "a", "demand": "d", "amount": -5}}]}}', "flows 第 1 项的 amount 是“-5”"),
        (f'{{{SITE}, "flows": [{{"site": "a", "demand": "d", "amount": 1e999}}]}}', "数“1e999”太大，应为有限的数"),
        ('{"sites":' + "[" * 100_000 + "]" * 100_000 + "}", "列表或对象嵌套超过 50 层"),
    ],
    ids=["no site", "less than nothing delivered", "endless delivery", "nested without end"],
)
def test_a_proposal_that_means_nothing_is_refused(document: str, sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        read_proposal(document.encode(), "p.json")
    assert sentence in str(caught.value)


def test_a_proposal_may_begin_with_a_byte_order_mark() -> None:
    assert read_proposal(f"{{{SITE}}}".encode("utf-8-sig"), "p.json").points.index.tolist() == ["a"]


def test_a_line_end_in_a_name_begins_no_site_of_its_own():
    site = {"id": "s1", "lon": 116.4, "lat": 39.9, "capacity": 40, "name": "x\rs9,116.5,39.9,40,y"}
    assert read_proposal(json.dumps({"sites": [site]}).encode(), "p.json").points.index.tolist() == ["s1"]
