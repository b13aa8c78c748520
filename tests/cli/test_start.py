"""A light command loads nothing heavy: what it does not need, it does not wait for."""

import subprocess
import sys

import pytest

from mixplan.cli.entry import COMMANDS, main

# What costs time to import, by what it is for.
TABLES = {"numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "pydantic"}
SOLVERS = {"scipy", "highspy", "networkx"}
DRAWING = {"matplotlib", "altair", "folium", "branca", "pptx", "reportlab", "vl_convert", "fontTools", "lxml"}
PAGES = {"streamlit", "streamlit_folium"}
WORDS = {"pypinyin", "openpyxl"}
DATABASES = {"sqlalchemy", "alembic", "psycopg"}

LOADED = """
import sys
from mixplan.cli.entry import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print("modules:", *{name.split(".")[0] for name in sys.modules})
"""


def loaded(*argv):
    """Top names of the modules that a command has loaded when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *argv], capture_output=True, text=True, encoding="utf-8", check=True
    )
    return set(done.stdout.splitlines()[-1].removeprefix("modules:").split())


@pytest.mark.parametrize("argv", [["--version"], ["--help"], ["--lang", "en", "--help"], ["fly"], ["serve", "--help"]])
def test_help_and_version_load_no_library_at_all(argv):
    assert loaded(*argv) & (TABLES | SOLVERS | DRAWING | PAGES | WORDS | DATABASES) == set()


@pytest.mark.parametrize("argv", [["where", "116.39", "39.99"], ["screen"], ["screen", "--csv"]])
def test_where_and_screen_load_only_what_reads_and_measures(argv):
    assert loaded(*argv) & (SOLVERS | DRAWING | PAGES | WORDS | DATABASES) == set()


@pytest.mark.parametrize("command", ["targets", "audit"])
def test_targets_and_audit_load_no_maps_and_no_solver(command):
    assert loaded(command) & (SOLVERS | DRAWING | PAGES | WORDS | {"geopandas", "shapely", "alembic"}) == set()


@pytest.mark.parametrize("command", ["coverage", "site", "consolidate"])
def test_no_command_that_computes_loads_what_draws(command):
    assert loaded(command, "--help") & (DRAWING | PAGES | DATABASES) == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_describes_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: mixplan {command}")
