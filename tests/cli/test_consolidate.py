"""The command ``mixplan consolidate``."""

import json
from pathlib import Path

import openpyxl
import pytest

from mixplan.cli.entry import main


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    plants = tmp_path / "plants.csv"
    plants.write_text(
        "id,name,kind,lon,lat,capacity,location_error_m\n"
        "a,甲站,concrete,116.40,39.93,80,10\nb,乙站,concrete,116.70,39.90,80,10\n",
        encoding="utf-8",
    )
    demand = tmp_path / "demand.csv"
    demand.write_text("id,lon,lat,weight\nd1,116.55,39.915,50\n", encoding="utf-8")
    return str(plants), str(demand)


def test_the_command_line_prints_the_promised_keys(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    plants, demand = files
    code = main(["consolidate", "--plants", plants, "--demand", demand, "--cap", "100", "--radius", "60", "--json"])
    result = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {"status", "objective", "bound", "gap", "actions", "flows", "totals"} <= result.keys()
    assert {"plant_id", "action", "into", "year", "capacity_before", "capacity_after", "reason"} <= result["actions"][
        0
    ].keys()
    assert {"plant_id", "demand", "year", "amount"} <= result["flows"][0].keys()
    assert {"year", "capacity", "sites", "demand", "served", "mean_haul_km"} <= result["totals"][0].keys()
    assert sum(flow["amount"] for flow in result["flows"]) == pytest.approx(50)  # a file alone is 万m³ as it stands
    assert {a["plant_id"]: a["action"] for a in result["actions"]} == {"a": "close", "b": "retain"}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("a,116.4,40,1\nb,116.4,40,x\n", "d.csv 第 3 行，weight 列，值“x”：应为数字"),
        ('a,116.4,40,"1,5"\n', "d.csv 第 2 行，weight 列，值“1,5”：应为数字"),  # not 15
        ("a,116.4,40,\n", "d.csv 第 2 行，weight 列，值“”：不能为空"),
        ("a,116.4,40,1\na,116.4,40,2\n", "d.csv 第 3 行，id 列，值“a”：与第 2 行重复"),
    ],
)
def test_a_demand_file_with_a_wrong_row_is_refused(
    rows: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "d.csv"
    path.write_text("id,lon,lat,weight\n" + rows, encoding="utf-8")
    assert main(["consolidate", "--demand", str(path)]) == 1
    assert sentence in capsys.readouterr().err


def test_a_demand_file_may_use_the_headers_that_siting_takes(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "d.csv"
    path.write_text("编号,经度,纬度,需求量(万m³)\nd1,116.55,39.915,50\n", encoding="gb18030", errors="replace")
    common = ["consolidate", "--plants", files[0], "--demand", str(path), "--cap", "100", "--radius", "60", "--json"]
    assert main(common) == 0
    assert sum(flow["amount"] for flow in json.loads(capsys.readouterr().out)["flows"]) == pytest.approx(50)


def test_the_command_line_says_what_is_infeasible(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    plants, demand = files
    code = main(["consolidate", "--plants", plants, "--demand", demand, "--cap", "40", "--json"])
    printed = capsys.readouterr()
    assert code == 1 and "差" in printed.err
    result = json.loads(printed.out)
    assert result["status"] == "infeasible"
    assert result["limits"][0]["limit"] == "capacity" and result["limits"][0]["short"] == pytest.approx(50 / 0.9 - 40)


def test_locks_phases_and_workbooks_on_the_command_line(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plants, demand = files
    lock, out = tmp_path / "lock.csv", tmp_path / "plan.xlsx"
    lock.write_text("id,decision\na,keep\n", encoding="utf-8")
    common = [
        "consolidate",
        "--plants",
        plants,
        "--demand",
        demand,
        "--cap",
        "100",
        "--radius",
        "60",
        "--lock",
        str(lock),
    ]
    assert main([*common, "--phases", "--closures", "1", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [row["year"] for row in result["totals"]] == [2011, 2012, 2013, 2014, 2015]
    assert next(a for a in result["actions"] if a["plant_id"] == "a")["action"] in ("retain", "upgrade")
    assert main([*common, "--xlsx", str(out)]) == 0
    sheets = openpyxl.load_workbook(out).sheetnames
    assert sheets == ["处置", "逐年", "供应", "接替", "回测", "回测（区）", "假设"]
    lock.write_text("id,decision\nzzz,keep\n", encoding="utf-8")
    assert main(common) == 1
    assert "zzz" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--closures", "3"], "--closures 要与 --phases 同用"),
        (["--lines", "3"], "--lines 要与 --joint 同用"),
        (["--quota", "NE=3"], "--quota 要与 --joint 同用"),
    ],
)
def test_an_option_that_would_change_nothing_is_refused(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["consolidate", *options]) == 1
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--district-cap", "--ring-cap", "--quota"])
def test_a_count_is_written_in_digits(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["consolidate", "--joint", option, "5=²"]) == 1
    assert f"{option} 应写作 名称=个数，收到的是“5=²”" in capsys.readouterr().err
