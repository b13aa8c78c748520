"""The worst files of their size: no reader takes more than 20 times the file and 200 MB, or more than ten seconds.

Some of them run with the suite, all with ``make fuzz``.
"""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fuzz.tables import PLANTS
from fuzz.writing import MAIN, csv_text, workbook_parts, xlsx, zipped

from mixplan.base.files.cells import MAX_REGISTER_ROWS

TIMES, PLUS_MB, LONGEST_S = 20, 200, 10.0
MB = 2**20
_ROWS = [
    PLANTS.rows[0],
    *([f"A{number}", f"站{number}", "concrete", "116.4", "39.8", "60"] for number in range(MAX_REGISTER_ROWS)),
]


def _cells(count: int) -> bytes:
    cell = '<c t="inlineStr"><is><t>x</t></is></c>'
    rows = f"<row>{cell * 50}</row>" * (count // 50)
    return zipped(workbook_parts(f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'))


def _strings(count: int) -> bytes:
    parts = workbook_parts(f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>')
    texts = "".join(f"<si><t>{number}</t></si>" for number in range(count))
    return zipped(parts | {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>'})


def _lines(count: int) -> bytes:
    line = '{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[116.4,%f],[116.5,%f]]}}'
    features = ",".join(line % (39 + number / count, 39.5 + number / count) for number in range(count))
    return f'{{"type":"FeatureCollection","features":[{features}]}}'.encode()


def _own_keys(count: int) -> bytes:
    site = '{"id":"s%d","lon":116.4,"lat":39.8,"capacity":60,"k%d":1}'
    return f'{{"sites":[{",".join(site % (number, number) for number in range(count))}]}}'.encode()


def _shared_text(length: int) -> bytes:
    cell = '<c t="s"><v>0</v></c>'
    rows = f"<row>{cell * 50}</row>" * 2_000
    parts = workbook_parts(f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>')
    return zipped(parts | {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>{"ё" * length} </t></si></sst>'})


WORST: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "csv, one row of commas": ("plants", "a.csv", lambda: b"id,name,kind\n" + b"," * 19 * MB),
    "csv, header of commas": ("plants", "a.csv", lambda: b"id,name,kind" + b",x" * 9 * MB),
    "csv, blank lines": ("plants", "a.csv", lambda: b"id,name,kind\n" + b"\n" * 19 * MB),
    "csv, every row wrong": (
        "plants",
        "a.csv",
        lambda: csv_text([_ROWS[0], *(["", *r[1:]] for r in _ROWS[1:])]).encode(),
    ),
    "csv, as many rows as allowed": ("plants", "a.csv", lambda: csv_text(_ROWS).encode()),
    "csv, long cells": (
        "plants",
        "a.csv",
        lambda: b"id,name,kind\n" + b"".join(b"%d,%s,x\n" % (n, b"y" * 2_000) for n in range(9_000)),
    ),
    "csv, quotes": ("plants", "a.csv", lambda: b'id,name,kind\n"' + b'""' * 9 * MB),
    "xlsx, as many rows as allowed": ("plants", "a.xlsx", lambda: xlsx(_ROWS)),
    "xlsx, as many cells as allowed": ("plants", "a.xlsx", lambda: _cells(499_950)),
    "xlsx, too many cells": ("plants", "a.xlsx", lambda: _cells(1_200_000)),
    "xlsx, as many texts as allowed": ("plants", "a.xlsx", lambda: _strings(490_000)),
    "xlsx, too many texts": ("plants", "a.xlsx", lambda: _strings(700_000)),
    "xlsx, bomb": ("plants", "a.xlsx", lambda: zipped({"xl/a.xml": b" " * 1_000_000_000})),
    "xlsx, tags": ("plants", "a.xlsx", lambda: zipped(workbook_parts("<a>" + "<a/>" * 5_900_000 + "</a>"))),
    "xlsx, one text in many cells": ("plants", "a.xlsx", lambda: _shared_text(32_000)),
    "csv, long names in Cyrillic": (
        "plants",
        "a.csv",
        lambda: csv_text([_ROWS[0], *([r[0], "ё" * 900, *r[2:]] for r in _ROWS[1:])]).encode(),
    ),
    "json, own keys": ("proposal document", "a.json", lambda: _own_keys(24_000)),
    "json, numbers": ("plan", "a.json", lambda: b'{"actions":[' + b"1," * 9 * MB + b"1]}"),
    "json, objects": ("plan", "a.json", lambda: b"[" + b"{}," * 6 * MB + b"{}]"),
    "json, brackets": ("plan", "a.json", lambda: b"[" + b"[]," * 6 * MB + b"[]]"),
    "json, fifty deep": ("plan", "a.json", lambda: b"[" + b",".join([b"[" * 49 + b"]" * 49] * 200_000) + b"]"),
    "json, keys": ("plan", "a.json", lambda: b"{" + b",".join(b'"%d":1' % n for n in range(1_500_000)) + b"}"),
    "json, open brackets": ("plan", "a.json", lambda: b"[" * 19 * MB),
    "json, escapes": ("plan", "a.json", lambda: b'["' + b'\\"' * 9 * MB),
    "json, one long number": ("plan", "a.json", lambda: b"[" + b"9" * 19 * MB + b"]"),
    "geojson, lines": ("network", "a.geojson", lambda: _lines(150_000)),
    "geojson, one long line": (
        "network",
        "a.geojson",
        lambda: _lines(1).replace(b"[116.5,", b"[116.41,39.8]," * 1_400_000 + b"[116.5,"),
    ),
    "geojson, packed corners": (
        "network",
        "a.geojson.gz",
        lambda: gzip.compress(b'{"type":"LineString","coordinates":[' + b"[116,40]," * 2_200_000 + b"[116.1,40]]}"),
    ),
    "graphml, edges": (
        "network",
        "a.graphml",
        lambda: b"<graphml><graph>" + b"<edge/>" * 2_700_000 + b"</graph></graphml>",
    ),
    "graphml, depth": ("network", "a.graphml", lambda: b"<graphml>" + b"<a>" * 6_000_000),
    "csv, names of signs made of many": (
        "plants",
        "a.csv",
        lambda: csv_text([_ROWS[0], *([r[0], "\ufdfa" * 100, *r[2:]] for r in _ROWS[1:24_000])]).encode(),
    ),
    "orlib, huge counts": ("orlib", "a.txt", lambda: b"1000000000 1000000000 " + b"1 " * 9 * MB),
    "orlib, words": ("orlib", "a.txt", lambda: b"1 1 " + b"1 " * 9 * MB),
    "template, bomb": ("template", "a.pptx", lambda: zipped({"ppt/a.xml": b" " * 1_000_000_000})),
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in kB on Linux only")
@pytest.mark.parametrize("name", WORST if "MIXPLAN_FUZZ" in os.environ else list(WORST)[::8])
def test_no_file_takes_much_more_than_its_size(tmp_path: Path, name: str) -> None:
    entrance, file, make = WORST[name]
    path = tmp_path / file
    path.write_bytes(make())
    tests = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(tests), str(tests.parent)))}
    command = [sys.executable, "-m", "fuzz.weigh", entrance, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    taken = json.loads(done.stdout)
    assert taken["mb"] <= TIMES * path.stat().st_size / MB + PLUS_MB, taken
    assert taken["seconds"] <= LONGEST_S, taken
