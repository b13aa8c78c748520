"""Options that several commands take: numbers, and the file into which a document goes."""

import argparse
import json

import pytest

from mixplan.base.errors import DataError
from mixplan.base.paths import DATA_DIR
from mixplan.cli import arguments
from mixplan.cli.entry import main
from mixplan.plan.figures import Book
from mixplan.plan.indicators import load_indicators


@pytest.mark.parametrize("text", ["1_000", "٦٠", "0x10", "nan", "inf", "1e999", "", "1,5", "6\u200b0"])
def test_what_only_a_program_takes_for_a_number_is_refused_in_words(text):
    with pytest.raises(argparse.ArgumentTypeError, match="应为数字"):
        arguments.number(text)


def test_a_number_beyond_anything_about_a_city_is_refused():
    with pytest.raises(argparse.ArgumentTypeError, match=r"应在 -1e\+09 与 1e\+09 之间；收到的是“1e12”"):
        arguments.number("1e12")


@pytest.mark.parametrize("text", ["1.5", "1e12", "9" * 400])
def test_a_whole_number_is_whole_and_within_reason(text):
    with pytest.raises(argparse.ArgumentTypeError, match="应"):
        arguments.whole_number(text)


@pytest.mark.parametrize("text", ["-1", "1e9", "100001"])
def test_a_length_about_the_city_is_no_longer_than_a_register_may_state(text):
    with pytest.raises(argparse.ArgumentTypeError, match="应为 0 与 100,000 之间的米数"):
        arguments.metres(text)


def test_a_document_goes_into_a_file_instead_of_standard_output(capsys, tmp_path):
    assert main(["where", "116.4", "39.9", "--json"]) == 0
    printed = capsys.readouterr().out
    path = tmp_path / "folder" / "a.json"
    assert main(["where", "116.4", "39.9", "--json", "-o", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert path.read_text(encoding="utf-8") == printed and json.loads(printed)["ring"] == 2


def test_a_file_that_cannot_be_written_is_said_and_leaves_nothing(capsys, tmp_path):
    (tmp_path / "a").write_text("", encoding="utf-8")
    assert main(["where", "116.4", "39.9", "--json", "-o", str(tmp_path / "a" / "b.json")]) == 1
    assert "无法写入" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_file_without_its_form_is_refused_before_anything_is_worked_out(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["screen", "-o", "a.json"])
    assert stopped.value.code == 2
    assert "-o 要与 --json、--csv、--geojson 同用" in capsys.readouterr().err


def test_a_figure_that_is_missing_is_looked_for_in_the_file_that_was_given(tmp_path):
    path = tmp_path / "我的指标.csv"
    path.write_text(
        "\n".join((DATA_DIR / "indicators.csv").read_text(encoding="utf-8").splitlines()[:2]), encoding="utf-8"
    )
    with pytest.raises(DataError, match=r"^我的指标\.csv 中“nothing”2015"):
        Book(load_indicators(path)).get("nothing", 2015)


def test_a_register_without_one_usable_row_is_refused_after_its_faults(capsys, tmp_path):
    path = tmp_path / "a.csv"
    rows = [f"a{number},站,concrete,x" for number in range(30)]
    path.write_text("\n".join(("id,name,kind,capacity", *rows)), encoding="utf-8")
    assert main(["screen", "--plants", str(path)]) == 1
    said = capsys.readouterr().err.strip().splitlines()
    assert said[0].startswith("a.csv 第 2 行，capacity 列，值“x”")
    assert said[-2:] == ["a.csv：还有 10 处。", "a.csv 里没有一行可用。"]
