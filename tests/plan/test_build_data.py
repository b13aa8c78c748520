"""Rebuilding the data package gives the shipped files, byte for byte."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools" / "build_data.py"
WRITTEN_ELSEWHERE = (
    "rules.toml",
    "kinds.toml",
    "city.toml",
    "indicators.csv",
    "station_reports.csv",
    "schemas/city.schema.json",
    "schemas/kinds.schema.json",
    "schemas/rules.schema.json",
    "solved/consolidation_joint.json",
    "solved/consolidation_phased.json",
    "solved/consolidation_single.json",
    "solved/siting.json",
)  # the builder declares these and does not write them


def run(*arguments: str, cwd: Path) -> None:
    subprocess.run([sys.executable, str(SCRIPT), *arguments], check=True, cwd=cwd, capture_output=True)


@pytest.mark.slow
def test_a_rebuild_is_identical_to_the_byte(tmp_path: Path) -> None:
    out = tmp_path / "data"
    out.mkdir()
    for name in WRITTEN_ELSEWHERE:
        if (ROOT / "data" / name).is_file():
            (out / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / "data" / name, out / name)
    # Another working folder: nothing may depend on where the command is given.
    run("--out", str(out), cwd=tmp_path)
    built = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    shipped = {path.relative_to(ROOT / "data").as_posix() for path in (ROOT / "data").rglob("*") if path.is_file()}
    assert built == shipped
    for name in sorted(built):
        assert (out / name).read_bytes() == (ROOT / "data" / name).read_bytes(), f"{name} differs: run `make data`"


def test_the_descriptor_alone_can_be_refreshed(tmp_path: Path) -> None:
    out = Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
    rules = out / "rules.toml"
    rules.write_bytes(rules.read_bytes() + b"\n# one more line\n")
    before = (out / "datapackage.json").read_bytes()
    run("--out", str(out), "--descriptor", cwd=tmp_path)
    after = (out / "datapackage.json").read_bytes()
    assert after != before
    shutil.copy(ROOT / "data" / "rules.toml", rules)
    run("--out", str(out), "--descriptor", cwd=tmp_path)
    assert (out / "datapackage.json").read_bytes() == before
