"""The first page from a cold server loads what it shows and no more."""

import subprocess
import sys
from pathlib import Path

import pytest

from mixplan.base.paths import PAGES, ROUTER

ROOT = Path(__file__).parents[2]
# Solvers, charts, paper maps, slides, documents and workbooks: none of them stands on the first page.
NOT_SHOWN = {
    "scipy",
    "highspy",
    "networkx",
    "altair",
    "vl_convert",
    "matplotlib",
    "pptx",
    "reportlab",
    "openpyxl",
}
FIRST_PAGE = """
import sys
from streamlit.testing.v1 import AppTest
page = AppTest.from_file(sys.argv[1], default_timeout=120).run()
assert not page.exception, [e.value for e in page.exception]
print("modules:", *{name.split(".")[0] for name in sys.modules})
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "shown"),
    [(ROUTER, set()), (PAGES / "station_map.py", set()), (PAGES / "briefing.py", {"altair", "scipy", "highspy"})],
    ids=["router", "station_map", "briefing"],
)
def test_the_first_page_loads_what_it_shows(page, shown):
    command = [sys.executable, "-c", FIRST_PAGE, str(page)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, cwd=ROOT)
    loaded = set(done.stdout.splitlines()[-1].removeprefix("modules:").split())
    assert "folium" in loaded
    assert loaded & NOT_SHOWN <= shown
