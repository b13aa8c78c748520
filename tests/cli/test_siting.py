"""``mixplan site`` as it is called: what it prints, exit codes, Ctrl-C."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from mixplan.city.haul import straight_haul
from mixplan.cli.entry import main
from mixplan.registers.points import read_point_file

ROOT = Path(__file__).parents[2]
# Two warehouses of capacity 10 and 100 at fixed cost 5 and 50; three customers of demand 4, 6 and 8.
ORLIB = "2 3\n10 5\n100 50\n4\n4 40\n6\n6 60\n8\n80 8\n"


@pytest.fixture
def files(tmp_path):
    """Candidates, demand and existing plants on small files; returns their options."""
    rng = np.random.default_rng(4)

    def rows(prefix, count, column, amount):
        places = rng.uniform([116.0, 39.5], [116.9, 40.4], (count, 2)).round(6)
        return [f"id,lon,lat,{column}", *(f"{prefix}{n},{x},{y},{amount}" for n, (x, y) in enumerate(places))]

    options = []
    for name, lines in {
        "candidates": rows("c", 15, "capacity", 20),
        "demand": rows("d", 30, "weight", 2.5),
        "existing": rows("e", 2, "capacity", 5),
    }.items():
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        options += [f"--{name}", str(path)]
    return options


def run(capsys, *args):
    code = main(["site", *map(str, args)])
    out, err = capsys.readouterr()
    return code, out, err


def solved(capsys, *args):
    code, out, err = run(capsys, *args, "--json")
    assert code == 0, err
    return json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def test_the_bare_problem_is_feasible_and_costs_what_it_says(capsys, files):
    found = solved(capsys, "--lines", 4, *files, "--no-rules", "--detour", "1.0", "--gap", "0", "--seed", "7")
    assert set(found) >= {"status", "objective", "bound", "gap", "seconds", "seed", "sites", "flows", "unmet"}
    assert (found["status"], found["seed"]) == ("optimal", 7)
    assert sum(site["lines"] for site in found["sites"]) == 4
    tables = [read_point_file(Path(path)).points for path in files[1::2]]
    candidates, demand, existing = tables
    cost, delivered, used = 0.0, dict.fromkeys(demand.index, 0.0), {}
    for flow in found["flows"]:
        source = candidates if flow["kind"] == "site" else existing
        at, to = source.geometry[flow["site"]], demand.geometry[flow["demand"]]
        cost += flow["amount"] * at.distance(to) / 1000
        delivered[flow["demand"]] += flow["amount"]
        used[flow["site"]] = used.get(flow["site"], 0.0) + flow["amount"]
    assert found["objective"] == pytest.approx(cost)
    assert delivered == pytest.approx(dict.fromkeys(demand.index, 2.5))
    for site in found["sites"]:
        assert site["used"] == pytest.approx(used[site["id"]])
        assert site["used"] <= site["capacity"] + 1e-9
        assert (site["lon"], site["lat"]) == (candidates["lon"][site["id"]], candidates["lat"][site["id"]])
    assert straight_haul(demand.geometry, existing.geometry, detour=1.0).km.shape == (30, 2)


@pytest.mark.slow
def test_the_shipped_data_keep_quotas_and_rules(capsys):
    found = solved(capsys, "--quota", "NE=5", "--quota", "SW=4", "--gap", "0.05", "--time", "20")
    sectors = [site["sector"] for site in found["sites"]]
    assert (sectors.count("NE"), sectors.count("SW"), len(sectors)) == (5, 4, 11)
    assert found["bound"] <= found["objective"]
    assert found["unmet"] == pytest.approx(10)
    assert "仍缺 10 万t/年" in found["facts"][0]["text"]


def test_without_json_it_reads_well(capsys, files):
    code, out, _err = run(capsys, "--lines", 4, *files, "--no-rules", "--gap", "0.05")
    assert code == 0
    assert "相差不超过" in out or "理论最优" in out
    assert "平均运距" in out


def test_geojson_has_a_feature_a_site(capsys, files):
    _code, out, _err = run(capsys, "--lines", 4, *files, "--no-rules", "--gap", "0.05", "--geojson")
    assert len(json.loads(out)["features"]) == 4


def test_an_orlib_instance(capsys, tmp_path):
    path = tmp_path / "tiny.txt"
    path.write_text(ORLIB, encoding="ascii")
    found = solved(capsys, "--orlib", path, "--gap", "0")
    # Both open: 55 + 4 + 6 + 8; the second alone: 50 + 40 + 60 + 8.
    assert (found["objective"], found["status"]) == (pytest.approx(73), "optimal")
    assert [site["id"] for site in found["sites"]] == [1, 2]
    assert {flow["demand"] for flow in found["flows"]} == {1, 2, 3}
    assert solved(capsys, "--orlib", path, "--capacity", 18, "--gap", 0)["objective"] == pytest.approx(73)


def test_an_orlib_file_without_capacity_needs_one(capsys, tmp_path):
    path = tmp_path / "open.txt"
    path.write_text(ORLIB.replace("10 5", "capacity 5"), encoding="ascii")
    code, out, err = run(capsys, "--orlib", path, "--json")
    assert (code, out) == (1, "")
    assert "open.txt" in err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--demand", "{dir}/none.csv"], "打不开文件"),
        (["--orlib", "{dir}/none.txt"], "打不开文件"),
        (["--detour", "0.5"], "“绕行系数”的值 0.5 不可用"),
        (["--quota", "north=2"], "方位“north”不存在"),
        (["--force", "zz"], "没有编号为“zz”的候选点"),
        (["--forbid", "zz"], "没有编号为“zz”的候选点"),
        (["--gap", "2"], "--gap 是 2"),
        (["--seed", "-1"], "--seed 是 -1"),
        (["--time", "-1"], "--time 是 -1"),
        (["--demand", "{dir}/bad.csv"], "bad.csv 第 2 行，weight 列，值“-3”"),
        (["--demand", "{dir}/twice.csv"], "与第 2 行重复"),
        (["--demand", "{dir}/lost.csv"], "lost.csv 第 2 行，weight 列，值“”：不能为空"),
        (["--demand", "{dir}/empty.csv"], "没有一行可用"),
        (["--network", "{dir}/bad.csv"], "路网文件"),
    ],
)
def test_bad_input_exits_with_1_and_a_sentence(capsys, tmp_path, options, sentence):
    for name, rows in {
        "bad": "a,116.4,40.2,-3\n",
        "twice": "a,116.4,40.2,1\na,116.4,40.2,1\n",
        "lost": "a,116.4,40.2,\n",
        "empty": "",
    }.items():
        (tmp_path / f"{name}.csv").write_text(f"id,lon,lat,weight\n{rows}", encoding="utf-8")
    code, out, err = run(capsys, *(option.format(dir=tmp_path) for option in options), "--json")
    assert (code, out) == (1, "")
    assert sentence in err


@pytest.mark.parametrize("quota", ["NE", "NE=x", "NE=1-y"])
def test_a_quota_that_cannot_be_read_is_a_usage_error(quota):
    with pytest.raises(SystemExit) as stopped:
        main(["site", "--quota", quota])
    assert stopped.value.code == 2


def test_an_impossible_wish_answers_with_numbers(capsys, files):
    found = solved(capsys, "--lines", 99, *files, "--no-rules", "--time", 5)
    assert found["status"] == "infeasible"
    assert found["objective"] is None
    assert "要求 99 条线，候选点只容得下 15 条" in found["facts"][0]["text"]


@pytest.mark.slow
def test_ctrl_c_keeps_the_best_so_far(tmp_path):
    command = [sys.executable, "-m", "mixplan", "site", "--gap", "0", "--time", "300", "--progress", "--json"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        for _line in iter(process.stderr.readline, ""):
            if "%" in _line and "inf" not in _line:  # a first plan and a first bound are there
                break
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, err
    found = json.loads(out)
    assert found["status"] == "interrupted"
    assert len(found["sites"]) == 11
    assert found["bound"] <= found["objective"]


def test_a_plant_of_another_kind_or_closed_does_not_supply_mortar_and_is_named(capsys, files, tmp_path):
    path = tmp_path / "厂.csv"
    rows = ["a,116.4,40.0,5,,", "b,116.5,40.0,5,concrete,", "c,116.5,39.9,5,mortar,closed"]
    path.write_text("\n".join(["id,lon,lat,capacity,kind,status", *rows]), encoding="utf-8")
    found = solved(capsys, "--lines", 4, *files[:4], "--existing", path, "--no-rules", "--gap", "1")
    assert [plant["id"] for plant in found["existing"]] == ["a"]
    assert found["warnings"] == ["厂.csv 中有 2 个点的类别或状态不计入供应：b、c。"]
