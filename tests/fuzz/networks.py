"""Malformed road networks, warehouse problems and PowerPoint templates."""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fuzz.case import Case, Entrance, Values
from fuzz.documents import DocumentKind, json_cases
from fuzz.tables import from_path
from fuzz.writing import zipped
from pptx import Presentation

from mixplan.city.network_files import read_network
from mixplan.handouts.template import opened_template
from mixplan.siting.solver.orlib import read_orlib_file

_LINE = {
    "type": "Feature",
    "properties": {},
    "geometry": {"type": "LineString", "coordinates": [[116.4, 39.8], [116.41, 39.8], [116.41, 39.81]]},
}


def _network(content: bytes, name: str) -> tuple[Values, list[str]]:
    return {"edges": len(read_network(content, name).edges)}, []


def _far(*corners: object) -> list[object]:
    return [[116.4, 39.8], *corners]


NETWORK = DocumentKind(
    Entrance("network", _network),
    {"type": "FeatureCollection", "features": [_LINE]},
    {"edges": 2},
    wrong=(
        (("features",), (None, {}, [], "x", [1], [None], [{}], [[]])),
        (("features", 0, "geometry"), (None, {}, "x", {"type": "Point", "coordinates": [116.4, 39.8]})),
        (
            ("features", 0, "geometry", "coordinates"),
            (
                *(
                    None,
                    [],
                    "x",
                    [[]],
                    [[116.4]],
                    [[116.4, 39.8]],
                    _far(),
                    _far([116.4, 39.8]),
                    _far(["116.41", "39.8"]),
                ),
                *(_far([116.41, True]), _far([116.4]), _far([None, None]), _far([1e308, 39.8]), _far([116.41, 1e308])),
                *(_far({"x": 1}), _far([[116.41, 39.8]]), [[39.8, 116.4], [39.8, 116.41]], [[2.3, 48.8], [2.4, 48.8]]),
                *([[500_000, 4_400_000], [500_100, 4_400_000]], [[0, 0], [1, 1]], _far([10**400, 39.8])),
            ),
        ),
        (("crs",), ({"type": "name", "properties": {"name": "EPSG:9999999"}}, "x", 7, {"properties": {}}, [1])),
    ),
    right=(
        (("features", 0, "geometry", "coordinates", 0), [116.4, 39.8, 55.0], {"edges": 2}),
        (("features", 0, "properties"), {"name": "{{7*7}}", "oneway": ["?"]}, {"edges": 2}),
        (("features", 0, "properties"), None, {"edges": 2}),
    ),
)

_GRAPHML = """<?xml version="1.0" encoding="utf-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="x" for="node" attr.name="x" attr.type="double"/><key id="y" for="node" attr.name="y" attr.type="double"/>
<graph edgedefault="directed">
<node id="a"><data key="x">116.4</data><data key="y">39.8</data></node>
<node id="b"><data key="x">116.41</data><data key="y">39.8</data></node>
<edge source="a" target="b"/>
</graph></graphml>
"""


def graphml_cases(seed: int) -> Iterator[Case]:
    """A graph that is cut, spoilt, or says things that mean nothing."""
    entrance = Entrance("graph", _network)
    yield Case(entrance, "as it is", "网.graphml", _GRAPHML.encode(), {"edges": 1}, refused=False)
    yield Case(entrance, "packed", "网.graphml.gz", gzip.compress(_GRAPHML.encode()), {"edges": 1}, refused=False)
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    for what, text in {
        **{
            f"x {odd!a}": _GRAPHML.replace("116.4<", f"{odd}<", 1)
            for odd in ("nan", "inf", "1e999", "", "x", "1_1", "٦٠")
        },
        "no x": _GRAPHML.replace('<data key="x">116.4</data>', "", 1),
        "edge to nowhere": _GRAPHML.replace('target="b"', 'target="c"'),
        "no edge": _GRAPHML.replace('<edge source="a" target="b"/>', ""),
        "to itself": _GRAPHML.replace('target="b"', 'target="a"'),
        "cut": _GRAPHML[:300],
        "not closed": _GRAPHML.replace("</graphml>", ""),
        "entities": _GRAPHML.replace("<graphml", f'<!DOCTYPE g [<!ENTITY e0 "a">{entities}]><graphml', 1).replace(
            'id="a"', 'id="&e11;"'
        ),
        "deep": "<graphml>" + "<graph>" * 100_000,
        **{
            f"shape {odd[:24]!a}": _GRAPHML.replace(
                'target="b"/>', f'target="b"><data key="geometry">{odd}</data></edge>'
            )
            for odd in (
                *(
                    "POINT (116.4 39.8)",
                    "LINESTRING EMPTY",
                    "LINESTRING (nan nan, 116.4 39.8)",
                    "LINESTRING (116.4 39.8)",
                ),
                *("LINESTRING (a b", "MULTILINESTRING ((116.4 39.8, 116.41 39.8))", "GEOMETRYCOLLECTION (" * 200_000),
                *("LINESTRING ((116.4 39.8, 116.41 39.8))", "0102000000", "LINESTRING (1e308 1e308, 116.4 39.8)"),
            )
        },
        **{f"x and U+{ord(sign):04X}": _GRAPHML.replace("116.4<", f"116.4{sign}<", 1) for sign in "\u2028\u200b\u0085"},
        "html": "<html><body>404</body></html>",
        "only a mark": "<",
    }.items():
        yield Case(entrance, what, "网.graphml", text.encode(), {}, refused=True)
    utf16 = _GRAPHML.replace("utf-8", "utf-16")
    yield Case(entrance, "utf-16", "网.graphml", utf16.encode("utf-16"), {"edges": 1}, refused=False)
    entity = utf16.replace("<graphml", '<!DOCTYPE g [<!ENTITY e "a">]><graphml', 1)
    yield Case(entrance, "entities in UTF-16", "网.graphml", entity.encode("utf-16"), {}, refused=True)
    edges = "<graphml><graph>" + "<edge/>" * 600_000 + "</graph></graphml>"
    yield Case(entrance, "packed edges", "网.gz", gzip.compress(edges.encode()), {}, refused=True)
    yield Case(entrance, "packed rubbish", "网.gz", b"\x1f\x8b" + bytes(40), {}, refused=True)
    yield Case(entrance, "packed and cut", "网.gz", gzip.compress(_GRAPHML.encode())[:60], {}, refused=True)
    yield Case(entrance, "packed bomb", "网.gz", lambda: gzip.compress(b" " * 600_000_000, 1), {}, refused=True)
    chance = random.Random(f"graph {seed}")
    for number in range(20):
        spoilt = bytearray(_GRAPHML.encode())
        for _time in range(chance.randint(1, 4)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        yield Case(entrance, f"bytes changed {number}", "网.graphml", bytes(spoilt))


def metre_cases() -> Iterator[Case]:
    """Lines in stated metres, with one coordinate that its system cannot hold or that lies elsewhere."""
    good = {"EPSG:4548": (450_000.0, 4_406_000.0), "EPSG:4527": (39_450_000.0, 4_406_000.0)}
    good |= {"EPSG:3857": (12_957_000.0, 4_840_000.0), "EPSG:32650": (449_000.0, 4_406_000.0)}
    globe = 2 * 20_037_508.342789
    for crs, (x, y) in good.items():
        stated = {"type": "name", "properties": {"name": crs}}

        def case(what: str, corners: object, values: Values, *, refused: bool, stated: object = stated) -> Case:
            line = {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": corners}}
            document = {"type": "FeatureCollection", "crs": stated, "features": [line]}
            return Case(NETWORK.entrance, what, "网.geojson", json.dumps(document).encode(), values, refused)

        yield case(f"{crs} as it is", [[x, y], [x + 100, y]], {"edges": 1}, refused=False)
        for odd in (
            *((x + far, y) for far in (1e15, 1e9, globe, -globe, 3 * globe)),
            (x, y + 1e15),
            (x, -1e8),
            (x, 3e7),
        ):
            yield case(f"{crs} {odd[0]:g}, {odd[1]:g}", [[x, y], odd], {}, refused=True)
        yield case(f"{crs} swapped", [[y, x], [y + 100, x]], {}, refused=True)


def _warehouses(path: Path) -> tuple[Values, list[str]]:
    found = read_orlib_file(path)
    return {"capacity": found.capacity.tolist(), "demand": found.demand.tolist()}, []


ORLIB = Entrance("orlib", from_path(_warehouses))
_ORLIB = "2 3\n10 5\n20 7\n4\n8 12\n0\n1 2\n5\n10 5\n"


def orlib_cases(seed: int) -> Iterator[Case]:
    """A warehouse problem whose words are not what its counts say."""
    entrance = ORLIB
    good = {"capacity": [10.0, 20.0], "demand": [4.0, 0.0, 5.0]}
    yield Case(entrance, "as it is", "cap.txt", _ORLIB.encode(), good, refused=False)
    yield Case(entrance, "one line", "cap.txt", _ORLIB.replace("\n", " ").encode(), good, refused=False)
    yield Case(entrance, "marked", "cap.txt", b"\xef\xbb\xbf" + _ORLIB.encode(), good, refused=False)
    yield Case(entrance, "utf-16", "cap.txt", _ORLIB.encode("utf-16"), good, refused=False)
    words = _ORLIB.split()
    for at, word in enumerate(words):
        for odd in ("nan", "inf", "-1", "x", "1e999", "1_0", "٦", "0x1", "1e308", "1,5"):
            text = " ".join((*words[:at], odd, *words[at + 1 :]))
            yield Case(entrance, f"word {at} {word} as {odd!a}", "cap.txt", text.encode(), {}, refused=True)
    for what, text in {
        "huge counts": "1000000000 1000000000 1 1",
        "many warehouses": "100000 1 1 1",
        "no warehouses": "0 3 1 1",
        "half a warehouse": "1.5 1 1 1 1 1",
        "endless number": " ".join((*words[:-1], "1" * 5_000_000 + "x")),
        "endless count": "9" * 5_000 + " 1",
        "short": " ".join(words[:-1]),
        "long": " ".join((*words, "7")),
        "counts only": "2 3",
        "empty": "",
        "words": "capacitated warehouse location",
        "json": '{"sites": []}',
    }.items():
        yield Case(entrance, what, "cap.txt", text.encode(), {}, refused=True)
    yield Case(entrance, "null bytes", "cap.txt", _ORLIB.encode().replace(b" ", b"\0"), {}, refused=True)
    chance = random.Random(f"orlib {seed}")
    for number in range(10):
        yield Case(entrance, f"rubbish {number}", "cap.txt", chance.randbytes(300))


@cache
def _slides() -> dict[str, bytes]:
    out = io.BytesIO()
    Presentation().save(out)
    with zipfile.ZipFile(out) as archive:
        return {part: archive.read(part) for part in archive.namelist()}


def _template(content: bytes, _name: str) -> tuple[Values, list[str]]:
    opened_template(content)
    return {"opened": True}, []


TEMPLATE = Entrance("template", _template)
_RELATION = '<Relationship Id="q" Type="http://schemas.openxmlformats.org/x/image" Target="{}"/>'


def template_cases(seed: int) -> Iterator[Case]:
    """PowerPoint files without what slides need, spoilt, or unpacking to too much."""
    entrance = TEMPLATE
    parts = _slides()
    whole = zipped(parts)
    yield Case(entrance, "as it is", "模板.pptx", whole, {"opened": True}, refused=False)
    presentation = parts["ppt/presentation.xml"]
    types, layout = "[Content_Types].xml", "ppt/slideLayouts/slideLayout1.xml"
    named = b'<p:nvSpPr><p:cNvPr id="9" name="x"/><p:cNvSpPr/><p:nvPr><p:ph idx="77"/></p:nvPr></p:nvSpPr>'
    links = "ppt/_rels/presentation.xml.rels"
    place = b"<p:sp>" + named + b"<p:spPr/></p:sp>"
    for what, content in {
        "empty": b"",
        "text": b"no slides",
        "old": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        "empty archive": zipped({}),
        "archive": zipped({"a.txt": b"a"}),
        "half": whole[: len(whole) // 2],
        "bomb": zipped(parts | {"ppt/media/a.bin": bytes(90_000_000)}),
        "many parts": zipped(parts | {f"ppt/media/{number}.bin": b"" for number in range(1_100)}),
        "many tags": zipped(parts | {"ppt/theme/theme1.xml": b"<a/>" * 1_000_001}),
        "many types": zipped(parts | {types: parts[types].replace(b"</Types>", b'<Default Extension="a"/>' * 100_000)}),
        "packed with lzma": zipped(parts, zipfile.ZIP_LZMA),
        "many placeholders": zipped(
            parts | {layout: parts[layout].replace(b"</p:spTree>", place * 101 + b"</p:spTree>")}
        ),
        "no types": zipped({name: part for name, part in parts.items() if name != "[Content_Types].xml"}),
        "no presentation": zipped({name: part for name, part in parts.items() if name != "ppt/presentation.xml"}),
        "presentation empty": zipped(parts | {"ppt/presentation.xml": b""}),
        "no master": zipped(parts | {"ppt/presentation.xml": presentation.replace(b"<p:sldMasterId ", b"<p:other ")}),
        **{
            f"width {odd!a}": zipped(parts | {"ppt/presentation.xml": presentation.replace(b"9144000", odd, 1)})
            for odd in (
                b"9_144_000",
                b"-9144000",
                b"9144000.0",
                "\u0669\u0661\u0664".encode() + b"4000",
                b"0x8B8800",
                b"",
            )
        },
        **{
            f"relation to {odd!a}": zipped(
                parts | {links: parts[links].replace(b"</Rel", _RELATION.format(odd).encode() + b"</Rel", 1)}
            )
            for odd in ("../../x.png", "/../x", "file:///etc/passwd", "..\\..\\x", "%2e%2e/../x", "//host/x")
        },
        "size nought": zipped(parts | {"ppt/presentation.xml": presentation.replace(b'cx="9144000"', b'cx="0"')}),
        "size endless": zipped(parts | {"ppt/presentation.xml": presentation.replace(b'cx="9144000"', b'cx="9e99"')}),
        "document type": zipped(
            parts | {"ppt/presentation.xml": b'<!DOCTYPE a [<!ENTITY b "c">]>' + presentation.partition(b"?>")[2]}
        ),
    }.items():
        yield Case(entrance, what, "模板.pptx", content, {}, refused=True)
    chance = random.Random(f"template {seed}")
    for number, name in enumerate(chance.sample(sorted(parts), 15)):
        part = bytearray(parts[name])
        for _time in range(chance.randint(1, 6)):
            part[chance.randrange(len(part))] = chance.randrange(256)
        yield Case(entrance, f"part changed {number}", "模板.pptx", zipped(parts | {name: bytes(part)}))
        yield Case(
            entrance, f"part missing {number}", "模板.pptx", zipped({k: v for k, v in parts.items() if k != name})
        )
        yield Case(entrance, f"part empty {number}", "模板.pptx", zipped(parts | {name: b""}))


def cases(seed: int) -> Iterator[Case]:
    """Every malformed network, warehouse problem and template."""
    yield from json_cases(NETWORK, seed)
    yield from metre_cases()
    packed = gzip.compress(json.dumps(NETWORK.document).encode())
    yield Case(NETWORK.entrance, "packed", "网.geojson.gz", packed, NETWORK.good, refused=False)
    yield from graphml_cases(seed)
    yield from orlib_cases(seed)
    yield from template_cases(seed)
