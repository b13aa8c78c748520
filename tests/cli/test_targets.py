"""`mixplan targets` and `mixplan audit` as functions: output and exit codes."""

import json
from pathlib import Path

import pytest

from mixplan.cli.entry import main
from mixplan.cli.indicators import INDICATORS
from mixplan.projects import entries
from mixplan.targets.entries import Entry


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path))


def run(*argv):
    return main(argv)


def test_targets_prints_every_target(capsys):
    assert run("targets") == 0
    out = capsys.readouterr().out
    assert "截至 2017 年" in out
    assert out.count("[无数据]") == 13 and out.count("[达标]") == 1
    assert "≤ 7,000 万m³/年" in out


def test_targets_as_json_counts_entries_and_the_year(capsys):
    entries.add_actual(Entry("mortar_use", 2013, 450, "万t", "年报", "张三"))
    assert run("targets", "--json", "--year", "2013") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["as_of"] == 2013 and len(found["targets"]) == 14
    assert found["counts"] == {"met": 0, "on_track": 1, "behind": 0, "no_data": 13}
    assert run("targets", "--json", "--year", "2012") == 0
    assert json.loads(capsys.readouterr().out)["counts"]["no_data"] == 14


def test_a_wrong_year_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as caught:
        run("targets", "--year", "13")
    assert caught.value.code == 2
    assert "2013" in capsys.readouterr().err


def test_audit_prints_and_strict_fails_while_findings_are_open(capsys):
    assert run("audit") == 0
    assert "94.7 %" in capsys.readouterr().out
    assert run("audit", "--strict") == 1
    assert run("audit", "--json", "--strict") == 1
    capsys.readouterr()
    assert run("audit", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["open"] == sum(i["verdict"] != "agrees" for i in found["items"])
    assert {"id", "formula", "clauses", "stated", "recomputed", "difference", "tolerance", "verdict"} <= set(
        found["items"][0]
    )


def test_audit_of_a_file_with_a_planted_error(tmp_path, capsys):
    text = INDICATORS.read_text(encoding="utf-8") if isinstance(INDICATORS, Path) else ""
    wrong = text.replace(",4986,", ",4896,")
    assert wrong != text
    path = tmp_path / "indicators.csv"
    path.write_text(wrong, encoding="utf-8")
    assert run("audit", "--json", "--indicators", str(path)) == 0
    items = {i["id"]: i for i in json.loads(capsys.readouterr().out)["items"]}
    assert items["concrete_utilisation_2010"]["verdict"] == "differs"
    assert items["concrete_utilisation_2010"]["recomputed"] == pytest.approx(46.718, abs=1e-3)


def test_a_missing_file_is_a_sentence(tmp_path, capsys):
    assert run("audit", "--indicators", str(tmp_path / "gone.csv")) == 1
    assert "gone.csv" in capsys.readouterr().err
