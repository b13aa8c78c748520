"""Counts of stations: real and modelled apart, the unlicensed ones in no total."""

import geopandas as gpd
import pandas as pd
import pytest

from mixplan.screening.stations import Split, flag_count, flag_sentence, split, totals


def stations(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["status", "evidence", "verdict", "certainty"])


STOCK, BARE = "inventory_2010", "unlicensed"


@pytest.mark.parametrize(
    ("rows", "flagged", "certain", "unlicensed"),
    [
        ([], Split(0, 0), Split(0, 0), Split(0, 0)),
        ([(STOCK, "modelled", "flag", "certain")], Split(0, 1), Split(0, 1), Split(0, 0)),
        ([(STOCK, "sourced", "flag", "borderline")], Split(1, 0), Split(0, 0), Split(0, 0)),
        ([(STOCK, "sourced", "pass", "certain"), (STOCK, "modelled", "unknown", None)], *[Split(0, 0)] * 3),
        ([(BARE, "sourced", "flag", "certain"), (BARE, "sourced", "pass", "certain")], *[Split(0, 0)] * 2, Split(2, 0)),
        ([("later", "sourced", "flag", "certain"), ("outside", "sourced", "flag", "certain")], *[Split(0, 0)] * 3),
    ],
    ids=["empty", "certain modelled", "borderline real", "not flagged", "unlicensed", "other statuses"],
)
def test_what_counts_where(
    rows: list[tuple[str, str, str, str | None]], flagged: Split, certain: Split, unlicensed: Split
) -> None:
    found = flag_count(stations(*rows))
    assert (found.flagged, found.certain, found.unlicensed) == (flagged, certain, unlicensed)


def test_the_unlicensed_are_said_only_where_there_are_some() -> None:
    flagged, bare = (STOCK, "sourced", "flag", "certain"), (BARE, "sourced", "flag", "certain")
    said = "1 个站点需治理（真实 1 · 推算 0），其中 1 个确定（真实 1 · 推算 0）"
    more = "；另有 1 个无资质站点（真实 1 · 推算 0），不在合计内"
    assert flag_sentence(flag_count(stations(flagged))) == said
    assert flag_sentence(flag_count(stations(flagged, bare))) == said + more


def test_the_parts_are_the_rows(plants: gpd.GeoDataFrame) -> None:
    found = split(plants)
    assert found.count == len(plants)
    assert found.modelled == list(plants["evidence"]).count("modelled")


def test_the_totals_by_ring_and_district_say_how_many_are_modelled() -> None:
    table = pd.DataFrame(
        {
            "ring": pd.array([5, 5, 6], dtype="Int64"),
            "district_shown": ["朝阳区", "大兴区", "大兴区"],
            "drawn": ["flag", "borderline", "pass"],
            "evidence": ["sourced", "modelled", "modelled"],
        }
    )
    by_ring, by_district = (
        totals(table, by).set_index(name)[["站点", "其中推算"]].to_dict("split")
        for by, name in (("ring", "环路"), ("district_shown", "区县"))
    )
    assert by_ring["index"] == ["四至五环", "五至六环", "合计"] and by_ring["data"] == [[2, 1], [1, 1], [3, 2]]
    assert by_district["index"] == ["大兴区", "朝阳区", "合计"] and by_district["data"] == [[2, 2], [1, 0], [3, 2]]


def test_what_lies_in_no_known_district_comes_last_before_the_total() -> None:
    table = pd.DataFrame(
        {"district_shown": ["—", "朝阳区"], "drawn": ["unknown", "pass"], "evidence": ["sourced", "sourced"]}
    )
    assert totals(table, "district_shown")["区县"].tolist() == ["朝阳区", "—", "合计"]
