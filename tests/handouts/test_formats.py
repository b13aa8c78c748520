"""The formats as page and command make them."""

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from opened import SITES

from mixplan.cli.entry import main
from mixplan.handouts import formats


def test_every_format_has_a_button_text():
    labels = [formats.format_label(name) for name in formats.NAMES]
    assert all(labels) and len(set(labels)) == len(labels)


def test_a_set_of_files_comes_as_one_with_its_sources(plain):
    name, content, mime = formats.make_one(plain, "geojson")
    assert name.endswith(".zip") and mime == "application/zip"
    assert content == formats.make_one(plain, "geojson")[1], "the same to the byte"
    endings = {entry.split("_")[-1] for entry in zipfile.ZipFile(io.BytesIO(content)).namelist()}
    assert {"stations.geojson", "sources.csv", "assumptions.csv", "versions.csv"} <= endings


@pytest.mark.slow
def test_the_command_writes_whole_files_with_chinese_names(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("MIXPLAN_HOME", str(tmp_path / "home"))
    siting = tmp_path / "site.json"
    siting.write_text(json.dumps({"sites": SITES, "flows": []}), encoding="utf-8")
    out = tmp_path / "材料"
    assert main(["report", "--siting", str(siting), "--format", "xlsx,geojson", "-o", str(out)]) == 0
    names = {path.name for path in out.iterdir()}
    assert "散装水泥、预拌制品和预制构件规划实施汇报.xlsx" in names
    assert not any(name.startswith(".") for name in names)
    written = capsys.readouterr().out.splitlines()
    assert {Path(line) for line in written} == {path for path in out.iterdir() if path.is_file()}
    assert main(["report", "--format", "xlsx", "-o", str(out), "--lang", "en"]) == 0
    english = openpyxl.load_workbook(next(out.glob("Bulk*.xlsx")))
    assert "Summary" in english.sheetnames
    assert main(["report", "--siting", str(tmp_path / "none.json"), "--format", "xlsx", "-o", str(out)]) == 1
    with pytest.raises(SystemExit) as usage:
        main(["report", "--format", "docx", "-o", str(out)])
    assert usage.value.code == 2
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert main(["report", "--format", "xlsx", "-o", str(blocked / "x")]) == 1
