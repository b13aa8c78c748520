"""``mixplan coverage`` as it is typed."""

import json

import pytest

from mixplan.cli.entry import main

KEYS = ["id", "name", "area_share", "area_share_low", "area_share_high", "demand_share", "served_share", "nearest_km"]


def run(capsys, *arguments):
    code = main(["coverage", *arguments])
    return code, capsys.readouterr()


def test_json_has_the_promised_shape(capsys):
    code, out = run(capsys, "--radius", "20", "--json")
    document = json.loads(out.out)
    assert code == 0 and document["radius_km"] == 20 and document["year"] == 2015
    assert [list(row) for row in document["rows"]] == [KEYS] * 14
    assert list(document["total"]) == KEYS


def test_by_district_and_year(capsys):
    _code, out = run(capsys, "--year", "2006", "--by", "district", "--json")
    document = json.loads(out.out)
    assert {row["name"] for row in document["rows"]} == {"东城区", "西城区", "朝阳区", "丰台区", "海淀区"}


@pytest.mark.parametrize("row", ["", "a,116.4,39.9,很多\n"])
def test_a_supply_without_a_usable_row_is_refused_with_its_faults(capsys, tmp_path, row):
    path = tmp_path / "空.csv"
    path.write_text("id,lon,lat,capacity\n" + row, encoding="utf-8")
    code, out = run(capsys, "--supply", str(path), "--json")
    assert code == 1 and out.out == ""
    assert "空.csv 里没有一行可用" in out.err and ("很多" in out.err) == bool(row)


def test_a_supply_that_does_not_count_is_zero_and_said(capsys, tmp_path):
    path = tmp_path / "停.csv"
    path.write_text("id,lon,lat,capacity,kind\na,116.4,39.9,50,concrete\n", encoding="utf-8")
    code, out = run(capsys, "--supply", str(path), "--json")
    total = json.loads(out.out)["total"]
    assert code == 0 and total["area_share"] == total["served_share"] == 0 and total["nearest_km"] is None
    assert "0 %" in out.err and "不计入供应：a" in out.err


def network(path, *lines):
    path.write_text(json.dumps({"type": "MultiLineString", "coordinates": lines}), encoding="utf-8")
    return str(path)


def test_a_network_in_pieces_is_warned_of_in_text_and_json(capsys, tmp_path):
    road, island = [[116.2, 39.8], [116.6, 39.9], [116.5, 40.0]], [[115.97, 40.45], [115.99, 40.47]]
    code, out = run(capsys, "--network", network(tmp_path / "路.geojson", road, island), "--json")
    document = json.loads(out.out)
    assert code == 0 and document["network"]["pieces"] == 2
    assert 0 < document["network"]["demand_share_reached"] < 0.95
    assert any("2 块" in text for text in document["warnings"])
    assert any("只够得到需求的" in text for text in document["warnings"])
    assert all(text in out.err for text in document["warnings"])
    far = [point for point in document["network"]["unreached"] if point["obstacle"] == "far"]
    assert far and all(point["metres"] > 5_000 for point in far), "said to be too far only where it is"


def test_a_network_of_another_city_is_refused(capsys, tmp_path):
    code, out = run(capsys, "--network", network(tmp_path / "上海.geojson", [[121.4, 31.2], [121.5, 31.3]]), "--json")
    assert code == 1 and out.out == "" and "上海.geojson 不在本市" in out.err


def test_own_supply_with_a_proposal(capsys, tmp_path):
    path, sites = tmp_path / "供应.csv", tmp_path / "方案.json"
    path.write_text("id,lon,lat,capacity\na,116.4,39.9,50\n", encoding="utf-8")
    sites.write_text('{"sites": [{"id": "s", "lon": 116.84, "lat": 40.37, "capacity": 40}]}', encoding="utf-8")
    _code, before = run(capsys, "--supply", str(path), "--json")
    code, after = run(capsys, "--supply", str(path), "--siting", str(sites), "--json")
    a, b = json.loads(before.out)["total"], json.loads(after.out)["total"]
    assert code == 0 and b["area_share"] > a["area_share"] and b["served_share"] > a["served_share"]


def test_words_in_english(capsys):
    assert main(["--lang", "en", "coverage", "--radius", "12"]) == 0
    out = capsys.readouterr()
    assert "Total: area covered" in out.out and "placed by a model" in out.err


@pytest.mark.parametrize("arguments", [["--supply", "没有.csv"], ["--radius", "-3"], ["--year", "2005"]])
def test_bad_input_is_said_in_a_sentence(capsys, arguments):
    code, out = run(capsys, *arguments)
    assert code == 1 and out.err.strip() and "Traceback" not in out.err


def test_a_bad_row_is_named_and_the_rest_used(capsys, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,lon,lat,capacity\na,116.4,39.9,50\nb,x,39.9,1\n", encoding="utf-8")
    code, out = run(capsys, "--supply", str(path), "--json")
    assert code == 1 and "第 3 行" in out.err and json.loads(out.out)["supply_count"] == 1


def test_wrong_usage_exits_with_2(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["coverage", "--by", "ring"])
    assert stopped.value.code == 2
    capsys.readouterr()


def test_points_that_do_not_count_as_supply_are_named(capsys, tmp_path):
    path = tmp_path / "供应.csv"
    rows = ["a,116.4,39.9,50,,", "b,116.4,39.9,50,concrete,", "c,116.4,39.9,50,mortar,closed", "d,116.4,39.9,5,mortar,"]
    path.write_text("\n".join(["id,lon,lat,capacity,kind,status", *rows]), encoding="utf-8")
    code, out = run(capsys, "--supply", str(path), "--json")
    document = json.loads(out.out)
    assert code == 0 and document["supply_count"] == 2
    assert "供应.csv 中有 2 个点的类别或状态不计入供应：b、c。" in document["warnings"]


@pytest.mark.parametrize("year", ["99999", "0000", "-1", "20"])
def test_a_year_is_four_digits(capsys, year):
    with pytest.raises(SystemExit, match="2"):
        main(["coverage", "--year", year])
    assert "--year" in capsys.readouterr().err
