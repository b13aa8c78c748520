"""The command line: what it prints, and its exit codes."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from mixplan.base.files.sheets import workbook_xlsx
from mixplan.base.paths import APP_ROOT
from mixplan.city.datums import wgs84_to_gcj02
from mixplan.cli.entry import main
from mixplan.screening.judge import screen

REGISTER = "id,name,kind,lon,lat,location_error_m\nx,某站,concrete,{lon},{lat},10\n"


@pytest.fixture
def register(tmp_path):
    def write(text):
        path = tmp_path / "名册.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def run(capsys, *args):
    code = main(list(args))
    out, err = capsys.readouterr()
    return code, out, err


def test_where_in_json(capsys):
    code, out, _err = run(capsys, "where", "116.39", "39.99", "--json")
    place = json.loads(out)
    assert code == 0
    assert (place["ring"], place["district"]) == (5, "朝阳区")
    assert place["rings"]["4"]["inside"] is False


def test_where_outside_beijing_has_no_ring_and_no_district(capsys):
    place = json.loads(run(capsys, "where", "117.2", "39.13", "--json")[1])
    assert (place["ring"], place["district"]) == (None, None)


def test_where_in_gcj02_is_the_same_place(capsys):
    lon, lat = wgs84_to_gcj02(116.39, 39.99)
    place = json.loads(run(capsys, "where", str(lon), str(lat), "--datum", "gcj02", "--json")[1])
    assert place["lon"] == pytest.approx(116.39, abs=1e-5)


def test_where_follows_the_date(capsys):
    before = json.loads(run(capsys, "where", "116.83", "40.37", "--date", "2014-01-01", "--json")[1])
    after = json.loads(run(capsys, "where", "116.83", "40.37", "--date", "2016-01-01", "--json")[1])
    assert (before["district"], after["district"]) == ("密云县", "密云区")
    assert json.loads(run(capsys, "where", "116.4", "39.9", "--date", "2005-01-01", "--json")[1])["ban_zones"] == []


def test_where_reads_well(capsys):
    code, out, _err = run(capsys, "where", "116.39", "39.99")
    assert code == 0
    assert "朝阳区" in out
    assert "· 四至五环\n" in out
    assert "禁现区" in out


def test_where_elsewhere_in_the_world_is_bad_input(capsys):
    code, out, err = run(capsys, "where", "2.35", "48.86")
    assert (code, out) == (1, "")
    assert "坐标 2.35, 48.86" in err
    assert "经度应在 113–120" in err


@pytest.mark.parametrize(
    ("lon", "lat", "datum", "why"),
    [
        ("39.9", "116.4", "wgs84", "颠倒"),
        ("20450000", "4417000", "cgcs2000", "东坐标无法识别"),
        ("450000", "4417000", "wgs84", "核对坐标系"),
        ("1e8", "39.9", "gcj02", "经度应在"),
    ],
)
def test_where_says_why_a_coordinate_cannot_be_right(capsys, lon, lat, datum, why):
    code, out, err = run(capsys, "where", lon, lat, "--datum", datum)
    assert (code, out) == (1, "")
    assert why in err


def test_screen_prints_the_same_findings_as_the_library(capsys, plants, layers, book):
    code, out, _err = run(capsys, "screen", "--json")
    printed = pd.DataFrame(json.loads(out))
    found = screen(plants, layers, book, on=book.period_end)
    assert code == 0
    assert printed["verdict"].tolist() == found["verdict"].tolist()
    columns = [
        "plant_id",
        "rule_id",
        "verdict",
        "value",
        "threshold",
        "unit",
        "distance_m",
        "certainty",
        "clause",
        "reason",
    ]
    assert set(columns) <= set(printed.columns)


def test_screen_in_words_ends_with_the_headline_of_the_hand_outs(capsys):
    last = run(capsys, "screen")[1].splitlines()[-1]
    assert last.startswith("96 个站点需治理（真实 3 · 推算 93），其中 7 个确定（真实 2 · 推算 5）；另有 9 个无资质站点")


def test_screen_an_own_register_in_gcj02(capsys, register):
    lon, lat = wgs84_to_gcj02(116.39, 39.99)
    code, out, _err = run(
        capsys, "screen", "--plants", register(REGISTER.format(lon=lon, lat=lat)), "--datum", "gcj02", "--json"
    )
    ring = next(f for f in json.loads(out) if f["rule_id"] == "inside_fifth_ring")
    assert code == 0
    assert (ring["verdict"], ring["certainty"]) == ("flag", "certain")
    assert ring["distance_m"] < 0


def test_screen_csv_and_geojson(capsys, register):
    path = register(REGISTER.format(lon=116.39, lat=39.99))
    assert main(["screen", "--plants", path, "--csv"]) == 0
    assert capsys.readouterr().out.lstrip("\ufeff").startswith("plant_id,rule_id,verdict")
    assert main(["screen", "--plants", path, "--geojson"]) == 0
    shapes = gpd.GeoDataFrame.from_features(json.loads(capsys.readouterr().out)["features"])
    assert shapes.geometry.iloc[0].x == pytest.approx(116.39, abs=1e-6)


def test_before_the_plan_no_station_is_flagged_for_its_place(capsys):
    out = json.loads(run(capsys, "screen", "--date", "2011-11-21", "--json")[1])
    assert not any(f["rule_id"] == "inside_fifth_ring" for f in out)


def test_a_bad_row_is_named_and_the_good_rows_are_screened(capsys, register):
    text = REGISTER.format(lon=116.39, lat=39.99) + "y,坏,brick,116.4,39.9,10\n"
    code, out, err = run(capsys, "screen", "--plants", register(text), "--json")
    assert code == 1
    assert "第 3 行，kind 列，值“brick”" in err
    assert {f["plant_id"] for f in json.loads(out)} == {"x"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("screen", "--plants"),
        ("coverage", "--supply"),
        ("coverage", "--siting"),
        ("site --lines 1 --no-rules", "--candidates"),
        ("site --lines 1 --no-rules", "--demand"),
        ("site --lines 1 --no-rules", "--existing"),
        ("consolidate --cap 200 --demand 50 --radius 200 --time 20", "--plants"),
        ("consolidate --cap 200 --demand 50 --radius 200 --time 20 --plants {plants}", "--lock"),
        ("consolidate --cap 200 --radius 200 --time 20 --plants {plants}", "--demand"),
    ],
)
def test_sheets_that_are_not_read_are_said_on_stderr_and_in_json(capsys, tmp_path, command, option):
    row = {"id": "a", "name": "甲", "kind": "concrete", "lon": 116.4, "lat": 39.95, "capacity": 120}
    table = pd.DataFrame([{**row, "weight": 10, "decision": "undecided"}])
    path, plants = tmp_path / "两表.xlsx", tmp_path / "plants.csv"
    path.write_bytes(workbook_xlsx({"一": table, "二": table}))
    pd.DataFrame([row]).to_csv(plants, index=False)
    code, out, err = run(capsys, *(part.format(plants=plants) for part in command.split()), option, str(path), "--json")
    sentence = "两表.xlsx：只读了工作表“一”，未读：二。"
    document = json.loads(out)
    assert code == 0, err
    assert sentence in err
    assert sentence in (document[0] if isinstance(document, list) else document)["warnings"]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "编号,名称,类别,X坐标,Y坐标\na,甲,搅拌站,116.4,39.9\nb,乙,搅拌站,116.4,39.9\n",
            [
                "名册.csv：没有认出坐标列 经度、纬度；未识别的列：X坐标、Y坐标。",
                "2 个站点中有 2 个没有坐标：凡要看位置的判定，对这些站点都是“资料不足”。",
            ],
        ),
        (
            "id,name,kind\na,甲,concrete\n",
            [
                "名册.csv：没有认出坐标列 经度、纬度；未识别的列：—。",
                "1 个站点中有 1 个没有坐标：凡要看位置的判定，对这些站点都是“资料不足”。",
            ],
        ),
        (
            "id,name,kind,lon,lat\na,甲,concrete,,\nb,乙,concrete,116.4,39.9\n",
            ["2 个站点中有 1 个没有坐标：凡要看位置的判定，对这些站点都是“资料不足”。"],
        ),
        ("id,name,kind,lon,lat\na,甲,concrete,116.4,39.9\n", []),
    ],
    ids=["headers not recognised", "no headers", "empty cells", "all placed"],
)
def test_screen_says_for_how_many_stations_no_place_was_read(capsys, register, text, sentences):
    path = register(text)
    code, out, err = run(capsys, "screen", "--plants", path, "--json")
    assert code == 0
    assert [line for line in err.splitlines() if "坐标" in line and not line.startswith("未识别")] == sentences
    assert all(finding["warnings"] == sentences for finding in json.loads(out))
    assert json.loads(run(capsys, "screen", "--plants", path, "--geojson")[1])["warnings"] == sentences


def test_screen_counts_the_stations_without_a_place_in_the_shipped_register(capsys, plants):
    _code, _out, err = run(capsys, "screen")
    assert f"{len(plants)} 个站点中有 {plants['lon'].isna().sum()} 个没有坐标" in err


def test_a_report_says_which_sheet_of_a_proposal_was_not_read(capsys, tmp_path):
    sites = pd.DataFrame([{"id": "a", "lon": 116.7, "lat": 40.1, "capacity": 40}])
    path = tmp_path / "两表.xlsx"
    path.write_bytes(workbook_xlsx({"一": sites, "二": sites}))
    code, _out, err = run(capsys, "report", "--siting", str(path), "--format", "geojson", "-o", str(tmp_path / "out"))
    assert code == 0
    assert "两表.xlsx：只读了工作表“一”，未读：二。" in err


@pytest.mark.parametrize("encoding", ["cp936", "ascii"])
@pytest.mark.parametrize("line", ["screen --json", "screen", "where 116.4 39.9", "--help"])
def test_a_pipe_gets_utf8_whatever_the_console_speaks(encoding, line):
    command = [sys.executable, "-m", "mixplan", *line.split()]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, env=environment, capture_output=True, check=True, cwd=Path(__file__).parents[2])
    assert any("\u4e00" <= character <= "\u9fff" for character in done.stdout.decode("utf-8"))


def test_english_is_english_throughout(capsys):
    code, out, _err = run(capsys, "--lang", "en", "where", "116.39", "39.99")
    assert code == 0
    assert not re.search("[\u4e00-\u9fff]", out)
    with pytest.raises(SystemExit):
        main(["--lang", "en", "screen", "--help"])
    assert not re.search("[\u4e00-\u9fff]", capsys.readouterr().out)


@pytest.fixture
def served(monkeypatch) -> Callable[..., str]:
    """What Streamlit is told by ``mixplan serve`` with some options."""
    started = {}
    monkeypatch.setattr("mixplan.cli.serve.runpy.run_module", lambda name, **_options: started.update(argv=sys.argv[:]))
    monkeypatch.setattr("mixplan.cli.serve.os.chdir", lambda path: None)
    monkeypatch.setattr(sys, "argv", ["mixplan"])

    def told(*options: str) -> str:
        assert main(["serve", *options]) == 0
        return " ".join(started["argv"])

    return told


def test_serve_never_waits_for_an_answer(served):
    text = served("--port", "9000")
    assert "--server.port 9000" in text
    assert "--server.showEmailPrompt false" in text


def test_serve_says_where_the_workbench_is_and_streamlit_neither_greets_nor_advertises(served, capsys):
    served("--port", "9000", "--base-path", "plan")
    assert "http://127.0.0.1:9000/plan" in capsys.readouterr().out
    config = tomllib.loads((APP_ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["logger"]["hideWelcomeMessage"] is True


def test_serve_on_this_machine_alone_knows_no_other_name_and_warns_of_nothing(served, capsys):
    text = served()
    assert re.findall(r"--server.allowedHosts (\S+)", text) == ["localhost", "127.0.0.1", "::1"]
    assert "--server.allowedHosts plan.example" in served("--host", "plan.example")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("address", ["0.0.0.0", "10.1.2.3", "::", "plan.example"])
def test_serve_beyond_this_machine_says_what_that_means_without_a_login(served, capsys, address):
    assert "allowedHosts" not in served("--address", address)
    assert f"注意：{address} 对办公网开放" in capsys.readouterr().err
    main(["--lang", "en", "serve", "--address", address])
    assert "docs/deployment.md" in capsys.readouterr().err


def test_serve_under_a_path(served):
    assert "--server.baseUrlPath plan/mixplan" in served("--base-path", "/plan/mixplan/")
    assert "baseUrlPath" not in served()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "fly",
        "where 116",
        "where a b",
        "screen --date soon",
        "screen --json --csv",
        "screen --margin nan",
        "screen --margin -1",
        "screen --datum gcj02",
        "serve --port 99999",
        "serve --workers 0",
        "serve --workers many",
        "serve --workers 65",
        "serve --workers ٢",
        f"serve --workers {'9' * 5000}",
        "serve --base-path ../x",
    ],
)
def test_wrong_usage_is_exit_2(capsys, line):
    with pytest.raises(SystemExit) as stop:
        main(line.split())
    assert stop.value.code == 2
    assert "usage" in capsys.readouterr().err
