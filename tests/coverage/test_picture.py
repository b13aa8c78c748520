"""Coverage as it is drawn: one record that page, paper map and hand-outs share."""

from dataclasses import replace

import pytest

from mixplan.coverage import picture, reach
from mixplan.coverage import supply as coverage_supply
from mixplan.coverage.words import as_table, coverage_table, gap_detail, gap_table


@pytest.fixture(scope="module")
def shown(seen, layers, book):
    return picture.picture_of(coverage_supply.theme("mortar", book), seen, 12.0, layers, book)


def test_gaps_are_those_large_enough_to_be_named(shown, book):
    middle = float(shown.gaps["area_km2"].median())
    least = replace(book.parameters["coverage_gap_minimum_km2"], value=middle)
    stricter = replace(book, parameters={**book.parameters, least.id: least})
    found = picture.picture_of(shown.subject, shown.seen, 12.0, shown.layers, stricter)
    assert 0 < len(found.gaps) == (shown.gaps["area_km2"] > middle).sum() < len(shown.gaps)
    assert len(gap_table(found)) == len(found.gaps)


def test_what_counts_as_tight_is_the_rule_files_figure(shown, book):
    tight = replace(book.parameters["coverage_tight_spare_pct"], value=100.0)
    stricter = replace(book, parameters={**book.parameters, tight.id: tight})
    found = picture.picture_of(shown.subject, shown.seen, 12.0, shown.layers, stricter)
    assert "spare" in set(shown.spare["state"])
    assert "spare" not in set(found.spare["state"])


def test_bands_end_where_the_limits_say_and_the_rim_is_that_of_the_radius(shown):
    assert set(shown.bands["to_km"]) <= {*picture.BAND_LIMITS_KM, float("inf")}
    metres = shown.seen.supply.distance(shown.rim.geometry.iloc[0]).min()
    assert metres == pytest.approx(12_000, rel=1e-3)


def test_without_supply_there_is_no_rim_and_one_gap_a_piece_of_ground(shown, ground, layers, book):
    bare = reach.reach(ground, shown.seen.supply.iloc[:0])
    found = picture.picture_of(shown.subject, bare, 12.0, layers, book)
    assert found.rim.empty
    assert not found.planned
    assert found.gaps["nearest_km"].isna().all()


def test_a_site_of_a_proposal_makes_the_picture_one_of_plans(shown, ground, layers, book):
    sites = coverage_supply.planned_sites([{"id": "s1", "lon": 116.84, "lat": 40.37, "capacity": 40}])
    more = reach.reach(ground, coverage_supply.with_proposal(shown.seen.supply, sites))
    found = picture.picture_of(shown.subject, more, 12.0, layers, book)
    assert found.planned and not shown.planned
    assert "s1" in found.spare.index
    assert found.result.total.area_share > shown.result.total.area_share


def test_the_table_repeats_the_figures_in_per_cent_with_its_unit(shown):
    table, raw = coverage_table(shown), as_table(shown.result)
    assert table["面积覆盖 (%)"].tolist() == [round(100 * share, 1) for share in raw["area_share"]]
    assert "需求 (万t/年)" in table.columns


def test_a_gap_says_its_zone_area_and_demand(shown):
    row = shown.gaps.to_dict("records")[0]
    text = gap_detail(row, shown.subject)
    assert row["zone"] in text and f"{row['area_km2']:,.1f} km²" in text and "万t/年" in text
