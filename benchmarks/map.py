"""How soon the map shows a filter, beside a loop of folium markers; and the first map, beside an empty page.

Everything runs on this machine in a real Chromium: the workbench as it is served, and two small pages of the usual
kind, one with the same number of ``folium.CircleMarker`` with a tooltip and one that is empty.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright

from .load.machine import use
from .servers import served, small_page, workbench

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
LONGEST_MS = 180_000

# The usual way: the map is made anew in a loop. Leaflet comes from this server, as no network is to be measured.
USUAL = """
import os, random
import folium, streamlit as st, streamlit.components.v1 as components
from mixplan.base.assets import leaflet_folder
from streamlit_folium import st_folium
leaflet = components.declare_component("leaflet_assets", path=leaflet_folder())
draw = random.Random(1)
sites = [(40 + draw.gauss(0, .2), 116.4 + draw.gauss(0, .25)) for _ in range(int(os.environ["SITES"]))]
half = st.toggle("half")
canvas = folium.Map([40, 116.4], zoom_start=9, tiles=None)
canvas.default_js = [("leaflet", f"../{leaflet.name}/leaflet.js")]
canvas.default_css = [("leaflet", f"../{leaflet.name}/leaflet.css")]
for n, (lat, lon) in enumerate(sites[: len(sites) // 2] if half else sites):
    folium.CircleMarker([lat, lon], radius=5, tooltip=f"site {n}").add_to(canvas)
st_folium(canvas, key="map", use_container_width=True, returned_objects=[])
"""
EMPTY = """
import streamlit as st
st.write("nothing")
"""

# Milliseconds from a click to the first frame in which so many marks are there.
PAINTED = """
([wanted, count, longest]) => new Promise((done, failed) => {
  const begin = performance.now();
  let clicked = null;
  document.addEventListener("click", () => { if (clicked === null) clicked = performance.now(); }, {capture: true});
  function look() {
    let found = -1;
    const frame = Array.from(document.querySelectorAll("iframe")).find(f => f.title.includes("st_folium"));
    try {
      const view = frame.contentWindow;
      found = count === "ours" ? view.mixplan.painted("plants")
                               : view.document.querySelectorAll("path.leaflet-interactive").length;
    } catch (nothing) { /* the frame is being made */ }
    if (found === wanted && clicked !== null) done(performance.now() - clicked);
    else if (performance.now() - begin > longest) failed(new Error("painted " + found + " instead of " + wanted));
    else requestAnimationFrame(look);
  }
  look();
})
"""


def register_of(folder: Path, sites: int) -> Path:
    """A register of so many stations, every second one a mortar plant."""
    draw = random.Random(1)
    file = folder / f"register{sites}.csv"
    rows = [
        f"p{n},site {n},{'mortar' if n % 2 else 'concrete'},{116.4 + draw.gauss(0, 0.25):.5f},"
        f"{40 + draw.gauss(0, 0.2):.5f},50,20\n"
        for n in range(sites)
    ]
    file.write_text("id,name,kind,lon,lat,location_error_m,capacity\n" + "".join(rows), encoding="utf-8")
    return file


def settled(page: Page) -> None:
    """Wait until the page's script has run."""
    page.wait_for_timeout(500)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=LONGEST_MS)
    page.wait_for_timeout(500)


def import_register(page: Page, file: Path) -> None:
    """Load a register into the session, as a planner does."""
    page.get_by_text("导入自己的登记册").click()
    settled(page)
    page.locator('input[aria-label="坐标系"]').fill("WGS")
    page.get_by_role("option", name="WGS-84").click()
    settled(page)
    page.locator('input[type="file"]').set_input_files(file)
    page.get_by_text(file.name).first.wait_for()
    settled(page)
    page.locator("button:not([disabled])", has_text="导入").last.click()
    page.get_by_text("正在使用导入的登记册").wait_for(timeout=LONGEST_MS)
    settled(page)


def filter_ms(page: Page, click: Callable[[], None], wanted: int, count: str) -> float:
    """Milliseconds from the click to the first frame with so many marks."""
    waiting = page.evaluate_handle(f"args => {{ window.painted = ({PAINTED})(args); }}", [wanted, count, LONGEST_MS])
    waiting.dispose()
    click()
    return float(page.evaluate("() => window.painted"))


def usual_filter(browser: Browser, folder: Path, sites: int, runs: int) -> tuple[float, bool]:
    """Median of the usual way, and whether it got there; where it did not, the time until it was given up."""
    with served(small_page(folder, "usual.py", USUAL), folder, SITES=str(sites)) as server:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(LONGEST_MS)
        page.goto(server.address)
        switch = page.locator('[data-testid="stCheckbox"] label').first
        switch.wait_for()
        begin, taken = time.perf_counter(), []
        try:
            page.frame_locator("iframe[title*=st_folium]").locator("path").nth(sites - 1).wait_for(state="attached")
            settled(page)
            for n in range(runs):
                begin = time.perf_counter()
                taken.append(filter_ms(page, switch.click, sites if n % 2 else sites // 2, "usual"))
                settled(page)
        except Error:  # a filter mounts the map anew, so that the first view tells as much
            return 1000 * (time.perf_counter() - begin), False
        finally:
            page.close()
    return statistics.median(taken), True


def own_filter(browser: Browser, folder: Path, sites: int, runs: int) -> float:
    """Median of the workbench's station map."""
    with served(workbench(), folder) as server:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(LONGEST_MS)
        page.goto(f"{server.address}/station_map")
        settled(page)
        import_register(page, register_of(folder, sites))
        pill = page.get_by_role("button", name="预拌砂浆厂（普通干混）", exact=True)
        taken = []
        for n in range(runs):
            taken.append(filter_ms(page, pill.click, sites if n % 2 else sites // 2, "ours"))
            settled(page)
        page.close()
    return statistics.median(taken)


def first_s(
    browser: Browser, command: list[str], folder: Path, seen: Callable[[Page], Locator], path: str = "", **around: str
) -> tuple[float, float]:
    """Seconds from the start of a server to the first view of a page, and from a new browser's request to it."""
    with served(command, folder, **around) as server:
        taken = []
        for begin in (server.started, None, None, None, None):
            if len(taken) == 1:
                _wait_until_idle(server.pid)
            context = browser.new_context(viewport={"width": 1400, "height": 1000})
            page = context.new_page()
            page.set_default_timeout(LONGEST_MS)
            at = time.perf_counter() if begin is None else begin
            page.goto(f"{server.address}/{path}")
            seen(page).wait_for(state="attached")
            taken.append(time.perf_counter() - at)
            context.close()
    return taken[0], statistics.median(taken[1:])


def _wait_until_idle(process: int) -> None:
    """Wait until a server that warms itself up has done so."""
    still = 0
    for _look in range(60):
        before = use(process).app_cpu_s
        time.sleep(1)
        still = still + 1 if use(process).app_cpu_s - before < 0.05 else 0
        if still == 4:
            return


def marks(of: str) -> Callable[[Page], Locator]:
    """The first mark in a page's map."""
    return lambda page: page.frame_locator("iframe[title*=st_folium]").locator(of).first


def main(arguments: Sequence[str]) -> int:
    """Print the figures as tables; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks map", description=__doc__)
    parser.add_argument("--sites", type=int, nargs="*", default=[179, 20_000])
    parser.add_argument("--runs", type=int, default=4)
    parser.add_argument("--only", choices=["filter", "start"], action="append")
    options = parser.parse_args(arguments)
    wanted = options.only or ["filter", "start"]
    print(f"{date.today()}  {os.cpu_count()} cores  {platform.machine()}  load {os.getloadavg()[0]:.1f}\n")
    missed = 0
    # The workers of long work stay for a moment after a server has ended, and may still write there.
    room = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with sync_playwright() as playwright, room as name:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        folder = Path(name)
        if "filter" in wanted:
            missed += _filters(browser, folder, options.sites, options.runs)
        if "start" in wanted:
            missed += _starts(browser, folder)
        browser.close()
    return 1 if missed else 0


def _said(good: bool) -> str:
    return "" if good else "missed"


def _filters(browser: Browser, folder: Path, sites: Sequence[int], runs: int) -> int:
    missed = 0
    print("| sites | usual, filter → painted ms | workbench ms | sooner | aim | |\n|---|---|---|---|---|---|")
    for count in sites:
        own = own_filter(browser, folder, count, runs)
        usual, reached = usual_filter(browser, folder, count, runs if count < 5000 else 1)
        aim, ratio, more = (5 if count < 5000 else 30), usual / own, "" if reached else "> "
        missed += ratio < aim
        row = [
            f"{count}",
            f"{more}{usual:,.0f}",
            f"{own:,.0f}",
            f"{more}{ratio:.1f} ×",
            f"≥ {aim} ×",
            _said(ratio >= aim),
        ]
        print(f"| {' | '.join(row)} |", flush=True)
    return missed


def _starts(browser: Browser, folder: Path) -> int:
    nothing, usual = small_page(folder, "empty.py", EMPTY), small_page(folder, "usual.py", USUAL)
    empty = first_s(browser, nothing, folder, lambda page: page.get_by_text("nothing", exact=True))
    bare = first_s(browser, usual, folder, marks("path.leaflet-interactive"), SITES="5")
    own = first_s(browser, workbench(), folder, marks(".leaflet-plants-pane path"), "station_map")
    missed = 0
    print("\n| first view | empty page s | a bare map s | first map s | ratio | bare map's | aim | |")
    print("|---|---|---|---|---|---|---|---|")
    for what, a, b, c, aim in zip(("cold server", "server warmed up"), empty, bare, own, (2.0, 1.6), strict=True):
        missed += c / a > aim
        row = [what, f"{a:.2f}", f"{b:.2f}", f"{c:.2f}", f"{c / a:.1f} ×", f"{b / a:.1f} ×", f"≤ {aim:g} ×"]
        print(f"| {' | '.join([*row, _said(c / a <= aim)])} |", flush=True)
    return missed
