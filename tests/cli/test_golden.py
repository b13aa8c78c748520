"""Every command prints the same figures as before, on the shipped data and on small files of one's own.

The expected figures lie in ``tests/cli/golden``, a file an output. Strings and whole numbers must be the same; other
numbers may differ by one part in a million. What depends on the day's machine (seconds, versions, hashes) is left out.

A failure lists each place with its old and new value. Renew the files only where a figure changes on purpose, and list
each change with its cause in CHANGELOG.md::

    MIXPLAN_RENEW_GOLDEN=1 python -m pytest tests/cli/test_golden.py

A renewed file is reported as skipped, with its changes. The proven plans hold for the locked version of HiGHS: another
one may find another plan within the same gap. ``-m "not slow"`` leaves the long solves out.
"""

import csv
import io
import json
import math
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import html
from pptx import Presentation

from mixplan.cli.entry import main

GOLDEN = Path(__file__).parent / "golden"
RENEW = bool(os.environ.get("MIXPLAN_RENEW_GOLDEN"))
RELATIVE, ABSOLUTE = 1e-6, 1e-9
SHOWN = 40  # differences that a failure lists; the rest is counted

OWN_REGISTER = "--plants {input}/register_gcj02.csv --datum gcj02 --location-error 300"
OWN_SITES = "--candidates {input}/candidates.csv --demand {input}/demand.csv --existing {input}/existing.csv --gap 0"
# Command lines by name. {input} is the folder of small files, {out} a new folder, {run:NAME} a file with what the
# command NAME printed. Time limits are so long that every solve ends by its gap, which makes it repeatable.
COMMANDS = {
    "where_fifth_ring": "where 116.39 39.99 --json",
    "where_miyun_2014": "where 116.83 40.37 --date 2014-01-01 --json",
    "where_tianjin_gcj02": "where 117.2 39.13 --datum gcj02 --json",
    "where_text": "where 116.39 39.99",
    "where_text_en": "--lang en where 116.39 39.99",
    "where_elsewhere": "where 2.35 48.86",
    "screen_2006": "screen --json --date 2006-12-31",
    "screen_2010": "screen --json --date 2010-12-31",
    "screen_2011": "screen --json --date 2011-12-31",
    "screen_2015": "screen --json --date 2015-12-31",
    "screen_margin_csv": "screen --csv --margin 500",
    "screen_text": "screen",
    "screen_own": f"screen {OWN_REGISTER} --json",
    "screen_own_csv": f"screen {OWN_REGISTER} --csv",
    "screen_own_geojson": f"screen {OWN_REGISTER} --geojson",
    "screen_own_text": f"screen {OWN_REGISTER}",
    "screen_own_text_en": f"--lang en screen {OWN_REGISTER}",
    "coverage_30km": "coverage --json --radius 30",
    "coverage_default": "coverage --json",
    "coverage_concrete_districts_2011": "coverage --json --theme concrete --by district --year 2011 --radius 12.5",
    "coverage_supply": "coverage --json --supply {input}/supply.csv --radius 25",
    "coverage_network": "coverage --json --supply {input}/supply.csv --network {input}/network.geojson --radius 40",
    "coverage_proposal": "coverage --json --siting {run:site} --radius 30",
    "coverage_text": "coverage --supply {input}/supply.csv --radius 25",
    "coverage_text_en": "--lang en coverage --radius 30",
    "targets": "targets --json",
    "targets_2012": "targets --json --year 2012",
    "targets_text": "targets",
    "targets_text_en": "--lang en targets",
    "audit": "audit --json",
    "audit_text": "audit --strict",
    "audit_text_en": "--lang en audit",
    "site": "site --json --gap 0.05 --time 600",
    "site_quotas": "site --json --quota NE=5 --quota SW=3-4 --objective coverage --imports --gap 0.05 --time 600",
    "site_own": f"site --json {OWN_SITES} --lines 3 --at-most --no-rules",
    "site_own_network": f"site --json {OWN_SITES} --lines 3 --no-rules --network {{input}}/network.geojson",
    "site_own_infeasible": f"site --json {OWN_SITES} --lines 99",
    "site_own_geojson": f"site --geojson {OWN_SITES} --lines 3 --no-rules",
    "site_own_text": f"site {OWN_SITES} --lines 3 --no-rules",
    "site_orlib": "site --orlib {input}/orlib.txt --gap 0 --json",
    "site_orlib_text": "site --orlib {input}/orlib.txt --gap 0 --capacity 18",
    "consolidate": "consolidate --json --gap 0.05 --time 600",
    "consolidate_limits": "consolidate --json --lock {input}/locks.csv --max-flagged 60 --ring-cap 5=40"
    " --district-cap 朝阳区=20 --set haul_cost=2.5 --otherwise --gap 0.1 --time 600",
    "consolidate_joint": "consolidate --json --joint --lines 11 --gap 0.1 --time 600",
    "consolidate_phases": "consolidate --json --phases --set merge_neighbours=0 --gap 0.3 --time 600",
    "consolidate_infeasible": "consolidate --json --cap 3000",
    "consolidate_text": "consolidate --gap 0.1 --time 600",
    "report": "report --siting {run:site} --consolidation {run:consolidate} --format pptx,html,xlsx,geojson -o {out}",
    "report_en": "--lang en report --format xlsx -o {out}",
}


@dataclass(frozen=True)
class Run:
    """What a command returned, printed and wrote."""

    code: int
    out: str
    err: str
    files: dict[str, bytes]

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    def file(self, ending: str) -> bytes:
        """The one file with this ending."""
        (found,) = (content for name, content in self.files.items() if name.endswith(ending))
        return found


@cache
def run(name: str) -> Run:
    """Run one of `COMMANDS` in this process, once; planners' own entries are those of an empty folder."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIXPLAN_HOME", f"{folder}/home")

        def place(match: re.Match[str]) -> str:
            if match["what"] == "input":
                return str(GOLDEN / "input")
            if match["what"] == "out":
                return f"{folder}/out"
            path = Path(folder) / f"{match['name']}.json"
            path.write_text(run(match["name"]).out, encoding="utf-8")
            return str(path)

        argv = [re.sub(r"\{(?P<what>input|out|run):?(?P<name>\w*)\}", place, word) for word in COMMANDS[name].split()]
        streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2)]
        with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
            code = main(argv)
        texts = []
        for stream in streams:
            stream.flush()
            texts.append(stream.buffer.getvalue().decode("utf-8").replace(f"{folder}/", ""))
        out = Path(folder) / "out"
        files = {path.name: path.read_bytes() for path in sorted(out.iterdir())} if out.is_dir() else {}
    return Run(code, texts[0], texts[1], files)


# --- what is kept of an output ----------------------------------------------------------------------------------------


VARYING = {"seconds", "versions", "input_hash"}
# What names a row, in this order, as many as it takes; rows are compared with their namesakes, wherever they stand.
NAMES = ("id", "plant_id", "rule_id", "site", "demand", "year", "limit", "code", "most_flagged")
LONG_FLOWS, LONG_TABLE = 600, 110


def kept(value: Any) -> Any:
    """A JSON value without what varies, floats at nine digits, and lists of rows by the rows' names."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: kept(item) for key, item in value.items() if key not in VARYING}
    if isinstance(value, list | tuple):
        names = [name for name in NAMES if value and all(isinstance(row, dict) and name in row for row in value)]
        for known in range(1, len(names) + 1):
            titles = [" ".join(str(row[name]) for name in names[:known]) for row in value]
            if len(set(titles)) == len(titles):
                rows = [{key: item for key, item in row.items() if key not in names[:known]} for row in value]
                return dict(zip(titles, map(kept, rows), strict=True))
        return [kept(item) for item in value]
    return value


def lines(text: str) -> list[str]:
    """Lines of a text without seconds and hashes."""
    text = re.sub(r"\d+\.\d+( 秒| s\b| seconds)", r"…\1", text)
    return re.sub(r"\b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{12,16}\b", "<hash>", text).splitlines()


def as_text(name: str) -> Any:
    """What a command printed for people."""
    done = run(name)
    return {"code": done.code, "out": lines(done.out), "err": lines(done.err)}


def as_json(name: str) -> Any:
    """What a command printed as JSON; a flood of deliveries as its sums by year."""
    done = run(name)
    value = done.json
    flows = value.get("flows", []) if isinstance(value, dict) else []
    if len(flows) > LONG_FLOWS:
        value["flows"] = [
            {
                "year": year,
                "count": len(rows),
                "amount": math.fsum(row["amount"] for row in rows),
                "amount_km": math.fsum(row["amount"] * row["haul_km"] for row in rows),
            }
            for year in sorted({row["year"] for row in flows})
            for rows in [[row for row in flows if row["year"] == year]]
        ]
    return {"code": done.code, "out": kept(value), "err": lines(done.err)}


def finding_counts(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Findings by rule, its limit and clause, verdict and certainty."""
    marks = ("rule_id", "threshold", "unit", "clause", "verdict", "certainty")
    return dict(sorted(Counter(" ".join(str(row[mark]) for mark in marks) for row in rows).items()))


def finding_figures(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The figures of each finding; what is the same for a whole rule stands in `finding_counts`."""
    columns = ("verdict", "certainty", "value", "distance_m", "accuracy_m", "subject_id")
    found: dict[str, Any] = {}
    for row in rows:
        found.setdefault(row["plant_id"], {})[row["rule_id"]] = [kept(row[column]) for column in columns]
    return found


def as_findings(name: str) -> Any:
    """Findings of the shipped register without their reasons, which `as_reasons` keeps."""
    rows = run(name).json
    return {"counts": finding_counts(rows), "findings": finding_figures(rows)}


def as_reasons(name: str) -> Any:
    """Findings of the shipped register in words, by rule and plant; what a rule says of every plant stands once."""
    found: dict[str, Any] = {}
    for row in run(name).json:
        found.setdefault(row["rule_id"], {})[row["plant_id"]] = row["reason"]
    said = {rule: sorted(set(reasons.values())) for rule, reasons in found.items()}
    return {rule: said[rule] if len(said[rule]) == 1 else reasons for rule, reasons in found.items()}


def as_changed_findings(name: str) -> Any:
    """Counts, and those findings only that are not the same on the last day of the plan."""
    rows, last = run(name).json, run("screen_2015").json
    return {"counts": finding_counts(rows), "changed": kept([row for row in rows if row not in last])}


def number(text: str) -> Any:
    """A cell of a CSV as a number where it is one."""
    try:
        return float(text)
    except ValueError:
        return text


def rows_of_csv(name: str) -> list[dict[str, Any]]:
    """The rows that a command printed as CSV, by column."""
    table = csv.DictReader(io.StringIO(run(name).out.removeprefix("\ufeff")))
    return [{column: number(cell) for column, cell in row.items()} for row in table]


def as_csv(name: str) -> Any:
    """What a command printed as CSV, row by row."""
    done = run(name)
    return {"code": done.code, "out": kept(rows_of_csv(name)), "err": lines(done.err)}


def as_flags_of_margin(name: str) -> Any:
    """A CSV of the shipped register: counts, and the flags of the rule that the margin is about."""
    rows = rows_of_csv(name)
    near = [row for row in rows if (row["rule_id"], row["verdict"]) == ("near_sensitive_area", "flag")]
    return {"columns": list(rows[0]), "counts": finding_counts(rows), "near": kept(near)}


def table_of(rows: Sequence[Sequence[Any]]) -> Any:
    """The rows of a table; of a long one the head, the number of rows and the sums of its number columns."""
    if any("geopandas" in row for row in rows):
        return "versions, left out"
    if len(rows) <= LONG_TABLE:
        return [kept([lines(cell)[0] if isinstance(cell, str) and cell else cell for cell in row]) for row in rows]
    numbers = [[v for v in column if isinstance(v, int | float)] for column in zip(*rows[1:], strict=True)]
    sums = {
        str(head): [len(found), kept(math.fsum(found))] for head, found in zip(rows[0], numbers, strict=True) if found
    }
    return {"columns": list(rows[0]), "rows": len(rows) - 1, "count and sum": sums}


def as_sheets(name: str) -> Any:
    """Every sheet of a report's workbook."""
    book = openpyxl.load_workbook(io.BytesIO(run(name).file(".xlsx")))
    return {sheet.title: table_of(list(sheet.iter_rows(values_only=True))) for sheet in book}


def as_slides(name: str) -> Any:
    """Texts, tables, chart figures and notes of every slide."""
    slides = []
    for slide in Presentation(io.BytesIO(run(name).file(".pptx"))).slides:
        found: list[Any] = []
        for shape in slide.shapes:
            if shape.has_text_frame and shape.text_frame.text.strip():
                found.append(lines(shape.text_frame.text))
            elif shape.has_table:
                found.append(table_of([[cell.text for cell in row.cells] for row in shape.table.rows]))
            elif shape.has_chart:
                plot = shape.chart.plots[0]
                found.append(
                    {"categories": list(plot.categories)} | {s.name: kept(list(s.values)) for s in plot.series}
                )
        if slide.has_notes_slide:
            found.append({"notes": lines(slide.notes_slide.notes_text_frame.text)})
        slides.append(found)
    return slides


def as_page(name: str) -> Any:
    """Texts and tables of the single web page, each in reading order."""
    page = html.document_fromstring(run(name).file(".html").decode("utf-8"))
    for drawn in page.xpath("//script | //style | //svg"):
        drawn.drop_tree()
    texts = [" ".join(text.split()) for text in page.body.xpath(".//text()[not(ancestor::table)]")]
    tables = [
        [[" ".join(c.text_content().split()) for c in row] for row in t.xpath(".//tr")] for t in page.xpath("//table")
    ]
    return {
        "texts": lines("\n".join(text for text in texts if text)),
        "tables": [table_of(rows) for rows in tables],
    }


def as_layers(name: str) -> Any:
    """Of each GeoJSON layer the number of shapes and points, the frame, the columns and their sums."""
    found = {}
    for file, content in run(name).files.items():
        if not file.endswith(".geojson"):
            continue
        features = json.loads(content)["features"]
        places = [place for feature in features for place in corners(feature["geometry"]["coordinates"])]
        table = [list(features[0]["properties"]), *(list(f["properties"].values()) for f in features)]
        found[file] = {
            "shapes": dict(sorted(Counter(f["geometry"]["type"] for f in features).items())),
            "points": len(places),
            "frame": kept([pick(axis) for pick in (min, max) for axis in zip(*places, strict=True)]),
            "columns": table[0],
            "sums": {
                head: kept(math.fsum(v for v in column if isinstance(v, int | float)))
                for head, column in zip(table[0], zip(*table[1:], strict=True), strict=True)
                if any(isinstance(v, int | float) for v in column)
            },
        }
    return found


def corners(coordinates: Any) -> Iterator[tuple[float, float]]:
    """Every point of a GeoJSON geometry's coordinates."""
    if isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
    else:
        for part in coordinates:
            yield from corners(part)


SPECIAL: dict[str, dict[str, Callable[[str], Any]]] = {
    "screen_2010": {"": as_changed_findings},
    "screen_2011": {"": as_changed_findings},
    "screen_2015": {"": as_findings, "_reasons": as_reasons},
    "screen_margin_csv": {"": as_flags_of_margin},
    "screen_own_csv": {"": as_csv},
    "report": {"": as_text, "_sheets": as_sheets, "_slides": as_slides, "_page": as_page, "_layers": as_layers},
    "report_en": {"_sheets": as_sheets},
}
SLOW = {"site", "site_quotas", "coverage_proposal", "report", "report_en"} | {
    name for name in COMMANDS if name.startswith("consolidate")
}


def outputs() -> Iterator[Any]:
    """Each golden file: its name, the command, and what is kept of that command's output."""
    for name, line in COMMANDS.items():
        usual = as_json if re.search(r"--(geo)?json\b", line) else as_text
        for ending, view in SPECIAL.get(name, {"": usual}).items():
            marks = [pytest.mark.slow] if name in SLOW else []
            yield pytest.param(name + ending, name, view, id=name + ending, marks=marks)


# --- comparing --------------------------------------------------------------------------------------------------------


def differences(old: Any, new: Any, at: str = "") -> Iterator[str]:
    """Each place where two outputs differ, as ``path: old → new``."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _in_records(old, new, at)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _in_lists(old, new, at)
    elif not same(old, new):
        yield f"{at.removesuffix(' › ')}: {short(old)} → {short(new)}"


def _in_records(old: dict[str, Any], new: dict[str, Any], at: str) -> Iterator[str]:
    for key in old:
        if key not in new:
            yield f"{at}{key}: {short(old[key])} → gone"
    for key in new:
        if key not in old:
            yield f"{at}{key}: not there → {short(new[key])}"
    common = [key for key in old if key in new]
    if common != [key for key in new if key in old]:
        yield f"{at}the order of the rows is another"
    for key in common:
        yield from differences(old[key], new[key], f"{at}{key} › ")


def _in_lists(old: list[Any], new: list[Any], at: str) -> Iterator[str]:
    if all(isinstance(item, str) for item in [*old, *new]):
        for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind != "equal":
                yield f"{at}{a}: {short(old[a:b])} → {short(new[c:d])}"
        return
    if len(old) != len(new):
        yield f"{at}length: {len(old)} → {len(new)}"
    for place, (a, b) in enumerate(zip(old, new, strict=False)):
        yield from differences(a, b, f"{at}{place} › ")


def same(old: Any, new: Any) -> bool:
    """Whether two single values are the same; a float may differ by `RELATIVE`, or by `ABSOLUTE` near zero."""
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (old, new))
    if numbers and float in (type(old), type(new)):
        return math.isclose(old, new, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return type(old) is type(new) and old == new


def short(value: Any) -> str:
    """A value on one line, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"


def pretty(value: Any, indent: str = "") -> str:
    """JSON with one row a line, so that a change of one row is a change of one line."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if isinstance(value, dict):
        row = len(text) <= 400 and not any(isinstance(item, dict) for item in value.values())
    else:
        row = not isinstance(value, list) or not any(isinstance(item, dict | list | str) for item in value)
    if len(text) <= 100 or row:
        return text
    deeper = indent + " "
    if isinstance(value, dict):
        rows = [f"{json.dumps(key, ensure_ascii=False)}: {pretty(item, deeper)}" for key, item in value.items()]
    else:
        rows = [pretty(item, deeper) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n" + ",\n".join(deeper + row for row in rows) + f"\n{indent}{closing}"


# --- the tests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "name", "view"), list(outputs()))
def test_figures_are_as_before(file, name, view):
    path = GOLDEN / f"{file}.json"
    new = json.loads(pretty(view(name)))
    old = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    found = list(differences(old, new))
    listed = "\n".join(["", *found[:SHOWN], *([f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else [])])
    if RENEW and found:
        path.write_text(pretty(new) + "\n", encoding="utf-8")
        pytest.skip(f"renewed {path.name}, {len(found)} changes:{listed}")
    if found:
        pytest.fail(f"mixplan {COMMANDS[name]}{listed}", pytrace=False)


def test_every_golden_file_belongs_to_a_command():
    assert {path.stem for path in GOLDEN.glob("*.json")} == {param.values[0] for param in outputs()}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ["a › b: 1 → 2"]),
        ({"a": 1}, {}, ["a: 1 → gone"]),
        ({}, {"a": [1]}, ["a: not there → [1]"]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, ["the order of the rows is another"]),
        (["x", "y"], ["x", "new", "y"], ['1: [] → ["new"]']),
        ([[1], [2]], [[1]], ["length: 2 → 1"]),
        ({"m": 1000.0}, {"m": 1000.0005}, []),
        ({"m": 1000.0}, {"m": 1000.002}, ["m: 1000.0 → 1000.002"]),
        ({"m": 0.0}, {"m": 1e-12}, []),
        ({"m": 1}, {"m": 1.0}, []),
        ({"m": 1}, {"m": True}, ["m: 1 → true"]),
        ({"m": 5.0}, {"m": None}, ["m: 5.0 → null"]),
        ({"m": "通过"}, {"m": "需治理"}, ['m: "通过" → "需治理"']),
    ],
)
def test_a_difference_is_said_by_its_place_with_old_and_new(old, new, said):
    assert list(differences(old, new)) == said
