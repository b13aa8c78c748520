"""What one rerun of each page costs the server: CPU seconds and bytes sent, in Streamlit's own runtime, no browser."""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import logging
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .filters import chosen_states

ROOT = Path(__file__).parents[1]
CPU_AIM_S, BYTES_AIM = 0.10, 30_000
KEPT_RUNS = 2  # after how many runs without it a browser forgets a message (global.maxCachedMessageAge)
TABLES = ("dataframe", "vega_lite_chart", "table")


@dataclass(frozen=True)
class Case:
    """A page, and what a planner changes on it from one rerun to the next."""

    page: str
    widget: str = ""
    values: tuple[Any, ...] = ()
    query: str = ""
    name: str = ""

    @property
    def title(self) -> str:
        """What the table calls it."""
        return self.name or self.page


CASES = [
    Case("overview"),
    Case("station_map", "year", (2015.0, 2014.0, 2013.0, 2012.0, 2011.0), name="station_map, year"),
    Case(
        "station_map",
        "station_filters",
        ({"kinds": ["cement"]}, {"kinds": ["concrete"]}, {"kinds": ["mortar"]}, {"kinds": ["precast"]}, {"kinds": []}),
        name="station_map, filter",
    ),
    Case("consolidation", "con_cap_wan_m3", (7000.0, 7050.0, 7100.0, 7150.0)),
    Case(
        "consolidation",
        "con_cap_wan_m3",
        (7000.0, 7050.0, 7100.0, 7150.0),
        query="plant=concrete-m021",
        name="consolidation, station",
    ),
    Case("siting", "siting_radius_km", (30.0, 31.0, 32.0, 33.0)),
    Case("coverage", "radius_mortar", (30.0, 31.0, 32.0, 33.0)),
    Case("targets", "targets_year", ("2011", "2010")),
    Case("briefing", "margin", (1000.0, 1050.0)),
    Case("briefing", query="step=1", name="briefing, present"),
    Case("data"),
]


@dataclass
class Client:
    """A browser that keeps for a while what it is told to keep, and counts what is sent to it."""

    done: asyncio.Event = field(default_factory=asyncio.Event)
    sent: list[tuple[int, str]] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)  # hash of a message, and the run that last had it
    runs: int = 0
    widgets: dict[str, tuple[str, str]] = field(default_factory=dict)  # id and kind by key
    problems: list[str] = field(default_factory=list)
    client_context: None = None
    page_hash: str = ""
    query: str = ""

    def write_forward_msg(self, message: Any) -> None:
        """Take a message as it goes over the wire."""
        from streamlit.runtime.runtime_util import serialize_forward_msg

        what = message.WhichOneof("type")
        element = message.delta.new_element if what == "delta" else None
        kind = element.WhichOneof("type") or "" if element is not None else ""
        self.sent.append((len(serialize_forward_msg(message)), kind or what))
        if message.metadata.cacheable and message.hash:
            self.kept[message.hash] = self.runs
        if what == "ref_hash":
            self.kept[message.ref_hash] = self.runs
        if kind == "exception":
            self.problems.append(element.exception.message)
        if kind:
            self._remember(kind, getattr(element, kind))
        if what == "new_session":
            self.page_hash = message.new_session.page_script_hash
        if what == "page_info_changed":
            self.query = message.page_info_changed.query_string
        if what == "script_finished" and message.script_finished != message.FINISHED_EARLY_FOR_RERUN:
            self.runs += 1
            self.kept = {name: run for name, run in self.kept.items() if self.runs - run <= KEPT_RUNS}
            self.done.set()

    def _remember(self, kind: str, widget: Any) -> None:
        identity = getattr(widget, "id", "")
        if identity.startswith("$$ID-"):
            self.widgets[identity.split("-", 2)[2]] = (identity, kind)


def _states(kind: str, identity: str, value: Any) -> list[Any]:
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    if kind == "bidi_component":
        return chosen_states(identity, value)
    state = WidgetState(id=identity)
    if kind == "slider" and isinstance(value, str):  # of a slider over a list, the option as it is shown
        state.string_array_value.data.append(value)
    elif kind == "slider":
        state.double_array_value.data.append(value)
    elif kind == "checkbox":
        state.bool_value = value
    elif kind == "button_group":
        state.string_array_value.data.extend(value)
    else:
        raise ValueError(f"no state for {kind}")
    return [state]


class Planner:
    """One session at the runtime, and what its widgets are set to."""

    def __init__(self, runtime: Any) -> None:
        self.runtime, self.client = runtime, Client()
        self.session = runtime.connect_session(self.client, {})
        self.set: dict[str, Any] = {}

    async def run(self, page: str) -> tuple[float, int, dict[str, int]]:
        """Run a page as its address and widgets are set; CPU seconds of this process, bytes sent, and those by kind."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        asked = message.rerun_script
        asked.query_string = self.client.query
        asked.page_name = page
        asked.page_script_hash = "" if page else self.client.page_hash
        asked.cached_message_hashes.extend(sorted(self.client.kept))
        for key, value in self.set.items():
            identity, kind = self.client.widgets[key]
            asked.widget_states.widgets.extend(_states(kind, identity, value))
        self.client.done.clear()
        self.client.sent.clear()
        before = time.process_time()
        self.runtime.handle_backmsg(self.session, message)
        await asyncio.wait_for(self.client.done.wait(), 300)
        await asyncio.sleep(0.05)
        taken = time.process_time() - before
        kinds: dict[str, int] = {}
        for size, kind in self.client.sent:
            kinds[kind] = kinds.get(kind, 0) + size
        return taken, sum(kinds.values()), kinds


@dataclass(frozen=True)
class Cost:
    """What a case came to."""

    case: Case
    first_s: float
    first_bytes: int
    new_s: float
    cpu_s: float
    sent: int
    tables: int
    kinds: dict[str, int]
    problems: tuple[str, ...]

    @property
    def missed(self) -> bool:
        """Whether it takes more than is aimed at; tables and charts that really changed are not counted."""
        return self.cpu_s > CPU_AIM_S or self.sent - self.tables > BYTES_AIM


async def measured(runtime: Any, case: Case, runs: int) -> Cost:
    """Open a page in a session of its own, change what is changed on it, and take the medians."""
    planner = Planner(runtime)
    planner.client.query = case.query
    page = "" if case.page == "overview" else case.page
    first_s, first_bytes, _kinds = await planner.run(page)
    if case.widget and case.widget not in planner.client.widgets:
        raise RuntimeError(f"{case.title}: no widget {case.widget}; {planner.client.problems}")
    values = itertools.cycle(case.values or (None,))
    new, taken = [], []
    settings = max(1, len(case.values))
    for number in range(runs + 2 * settings):
        if case.widget:
            planner.set[case.widget] = next(values)
        cost = await planner.run(page)
        if number < settings:
            new.append(cost)
        elif number >= 2 * settings:
            taken.append(cost)
    runtime.close_session(planner.session)
    kinds = max(taken, key=lambda cost: cost[1])[2]
    cpu_s = statistics.median(cost[0] for cost in taken)
    sent = int(statistics.median(cost[1] for cost in taken))
    new_s = statistics.median(cost[0] for cost in new)
    tables = int(statistics.median(sum(cost[2].get(kind, 0) for kind in TABLES) for cost in taken))
    return Cost(case, first_s, first_bytes, new_s, cpu_s, sent, tables, kinds, tuple(planner.client.problems))


def new_runtime() -> Any:
    """Streamlit's runtime with the app's script and settings, without a web server."""
    from streamlit.runtime import Runtime, RuntimeConfig
    from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.web import bootstrap

    from mixplan.base.paths import ROUTER

    os.chdir(ROOT)
    bootstrap.load_config_options({})
    return Runtime(
        RuntimeConfig(
            script_path=str(ROUTER),
            media_file_storage=MemoryMediaFileStorage("/media"),
            uploaded_file_manager=MemoryUploadedFileManager("/upload"),
        )
    )


async def _measure_all(cases: list[Case], runs: int) -> list[Cost]:
    runtime = new_runtime()
    await runtime.start()
    costs = [await measured(runtime, case, runs) for case in cases]
    runtime.stop()
    await runtime.stopped
    return costs


def main(argv: list[str]) -> int:
    """Print what a rerun of each page costs; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks reruns")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--pages", nargs="*", default=[])
    parser.add_argument("--kinds", action="store_true", help="list bytes by kind of element")
    args = parser.parse_args(argv)
    logging.disable(logging.WARNING)
    gc.freeze()
    with tempfile.TemporaryDirectory() as home:
        os.environ["MIXPLAN_HOME"] = home
        cases = [case for case in CASES if not args.pages or case.page in args.pages]
        costs = asyncio.run(_measure_all(cases, args.runs))
    missed = 0
    print("| page | first run, CPU s | kB | a new setting, CPU s | a rerun, CPU s | kB | and tables, charts | |")
    print("|---|---|---|---|---|---|---|---|")
    for cost in costs:
        missed += cost.missed
        print(
            f"| {cost.case.title} | {cost.first_s:.2f} | {cost.first_bytes / 1000:.0f} | {cost.new_s:.3f}"
            f" | {cost.cpu_s:.3f} | {(cost.sent - cost.tables) / 1000:.1f} | {cost.tables / 1000:.1f}"
            f" | {'missed' if cost.missed else ''} |"
        )
        if args.kinds:
            most = sorted(cost.kinds.items(), key=lambda item: -item[1])[:8]
            print("  " + ", ".join(f"{kind} {size / 1000:.1f}" for kind, size in most), file=sys.stderr)
        for problem in dict.fromkeys(cost.problems):
            print(f"  {cost.case.title}: {problem}", file=sys.stderr)
    return 1 if missed else 0
