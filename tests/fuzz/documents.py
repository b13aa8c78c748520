"""Malformed documents: JSON of plans, proposals and layers, TOML of rules, kinds and the city."""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fuzz.case import Case, Entrance, Values
from fuzz.tables import HIDDEN, from_path

from mixplan.base.paths import DATA_DIR
from mixplan.city.layers import read_layer
from mixplan.plan.city import load_city
from mixplan.plan.kinds import load_kinds
from mixplan.plan.rules import load_rules
from mixplan.registers.decisions import read_decisions
from mixplan.registers.proposals import read_proposal


@dataclass(frozen=True)
class DocumentKind:
    """A good document, what is taken from it, and what must not stand in its places.

    Attributes
    ----------
    wrong : tuple
        Paths into the document, each with values that mean nothing there.
    right : tuple
        Paths, each with a value and what must then be taken.
    """

    entrance: Entrance
    document: Any
    good: Values
    wrong: tuple[tuple[tuple[str | int, ...], tuple[Any, ...]], ...]
    right: tuple[tuple[tuple[str | int, ...], Any, Values], ...] = ()

    def edited(self, path: tuple[str | int, ...], value: Any) -> Any:
        """The document with another value in one place."""
        copy = json.loads(json.dumps(self.document))
        at = copy
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value
        return copy


def _plan(content: bytes, name: str) -> tuple[Values, list[str]]:
    found = read_decisions(content, name)
    return {plant: (row["action"], row["into"], row["capacity"]) for plant, row in found.iterrows()}, []


def _proposal(content: bytes, name: str) -> tuple[Values, list[str]]:
    found = read_proposal(content, name)
    found.refuse_errors()
    flows = found.deliveries
    given = [] if flows is None else [tuple(row) for row in flows.itertuples(index=False)]
    return {"sites": found.points["capacity"].to_dict(), "flows": given}, ["注"] if found.doubts else []


def _layer(path: Any) -> tuple[Values, list[str]]:
    return dict.fromkeys(read_layer(path)["id"], True), []


_NO_AMOUNTS = (-1, 1e9, "x", "1_0", "٦", True, [1], {"a": 1}, "inf", "NaN", "1e999", 10**400)
_NO_IDS = (None, [], {}, True, "", *(f"A{chr(point)}" for point in HIDDEN), "x" * 101)
_ODD_IDS = (" x", "x ", "x\n", "\u3000x", "x\u2028", "\x1fx")
PLAN = DocumentKind(
    Entrance("plan", _plan),
    {
        "actions": [
            {"plant_id": "A", "action": "merge", "into": "B", "capacity_after": 0},
            {"plant_id": "B", "action": "upgrade", "into": None, "year": 2013, "capacity_after": 120.5},
        ],
        "flows": [{"plant_id": "B", "demand": "d1", "year": 2015, "amount": 100}],
    },
    {"A": ("merge", "B", 0.0), "B": ("upgrade", None, 120.5)},
    wrong=(
        (("actions",), (None, {}, [], "x", 1, [1], [None], [[]], [{}])),
        (("actions", 0, "plant_id"), (*_NO_IDS, *_ODD_IDS, "B", "\uff22", "\u0412")),
        (("actions", 0, "action"), (None, "move", ["merge"], {}, 1, "Merge ", "合并", "retain", "close", "upgrade")),
        (("actions", 0, "capacity_after"), (500, 1e-9, "60")),
        (("actions", 0, "into"), (None, "\u0412", " B", "A", {"id": "B"}, ["B"], 7, True, "B\u200b")),
        (("actions", 1, "capacity_after"), _NO_AMOUNTS),
        (("actions", 1, "capacity"), (60, None)),
        (("actions", 1, "action"), ("close", "merge", "retain")),
        (("actions", 0, "reason"), ({}, [], 1)),
        (("actions", 1, "year"), (True, "x", 20.5, 1e9, [2015])),
        (("actions", 1, "capacity_before"), (*_NO_AMOUNTS, 130)),
        (("flows",), ({"a": 1}, "x", [1], [[]], [{}], 1, True)),
        (("flows", 0, "plant_id"), (*_NO_IDS, *_ODD_IDS, "C")),
        (("flows", 0, "demand"), (*_NO_IDS, *_ODD_IDS)),
        (("flows", 0, "year"), (True, "x", 20.5, 1e9, [2015])),
        (("flows", 0, "amount"), (None, *_NO_AMOUNTS)),
    ),
    right=(
        (("actions", 1, "capacity_after"), "160", {"A": ("merge", "B", 0.0), "B": ("upgrade", None, 160.0)}),
        (("actions", 1, "reason"), "站{{7*7}}", {"A": ("merge", "B", 0.0), "B": ("upgrade", None, 120.5)}),
    ),
)
_SITE = {"id": "s1", "lon": 116.4, "lat": 39.8, "capacity": 60}
_FLOW = {"site": "s1", "demand": "d1", "amount": 2.5, "kind": "site"}
PROPOSAL = DocumentKind(
    Entrance("proposal document", _proposal),
    {"sites": [_SITE], "flows": [_FLOW], "existing": [{"id": "m1", "capacity": 2, "kind": "existing"}]},
    {"sites": {"s1": 60.0}, "flows": [("s1", "d1", 2.5)]},
    wrong=(
        (("sites",), (None, {}, [], "x", [1], [[]], [None], [{}])),
        (("sites", 0, "id"), (*_NO_IDS, *_ODD_IDS, " s1 ")),
        (("sites", 0, "lon"), (None, "x", 39.8, 1e308, [116.4], {"a": 1}, True, 0)),
        (("sites", 0, "lat"), (None, "x", 116.4, -39.8, [39.8])),
        (("sites", 0, "capacity"), (None, *_NO_AMOUNTS)),
        (("flows",), ({"a": 1}, "x", [1], [[]], [{}], 1, True)),
        (("flows", 0, "site"), (*_NO_IDS, *_ODD_IDS, "s2", " s1")),
        (("flows", 0, "demand"), (*_NO_IDS, *_ODD_IDS)),
        (("flows", 0, "kind"), (None, "sites", ["site"], {}, 1)),
        (("sites",), ([_SITE | {f"key {number}": 1} for number in range(300)],)),
        (("sites", 0), (_SITE | {"产能": 60},)),
        (("sites", 0), tuple(_SITE | {key: odd} for key in ("lines", "used") for odd in (-3, "x", True, [1], "1_0"))),
        (("flows", 0, "amount"), (None, 60.2, *_NO_AMOUNTS)),
        (("flows", 0), ({"site": "m1", "demand": "d1", "amount": 2.1, "kind": "existing"},)),
        (("flows",), ([_FLOW | {"amount": 31}] * 2, [_FLOW, _FLOW | {"demand": "d\uff11"}])),
        (("flows", 0, "kind"), ("existing", "wet")),
        (("existing",), ([{"id": "s1", "capacity": -1}], [{"id": None}], {"s1": 1}, [1], "x")),
    ),
    right=(
        (("flows",), [], {"sites": {"s1": 60.0}, "flows": []}),
        (("flows",), None, {"sites": {"s1": 60.0}, "flows": []}),
        (("existing", 0, "capacity"), None, {"sites": {"s1": 60.0}, "flows": [("s1", "d1", 2.5)]}),
        (
            ("flows", 0),
            {"site": "m1", "demand": "d1", "amount": 2, "kind": "existing"},
            {"sites": {"s1": 60.0}, "flows": [("m1", "d1", 2.0)]},
        ),
        (("flows", 0, "amount"), 60, {"sites": {"s1": 60.0}, "flows": [("s1", "d1", 60.0)]}),
        (("sites", 0, "name"), "{{7*7}}", {"sites": {"s1": 60.0}, "flows": [("s1", "d1", 2.5)]}),
    ),
)
_SQUARE = [[[116.3, 39.8], [116.4, 39.8], [116.4, 39.9], [116.3, 39.8]]]
LAYER = DocumentKind(
    Entrance("layer", from_path(_layer)),
    {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"id": "z1"}, "geometry": {"type": "Polygon", "coordinates": _SQUARE}}
        ],
    },
    {"z1": True},
    wrong=(
        (("features",), (None, {}, [], "x", [1])),
        (("features", 0, "geometry"), (None, {}, "x", {"type": "Polygon"}, {"type": "Circle", "coordinates": [1, 2]})),
        (("features", 0, "geometry", "coordinates"), ([], [[]], "x", [[["a", "b"]]], [[[1e308, 1e308]]], [[[1]]])),
        (("features", 0, "properties"), (None, {})),
        (("type",), (None, "x", [])),
    ),
)
DOCUMENTS = (PLAN, PROPOSAL, LAYER)


def json_cases(kind: DocumentKind, seed: int) -> Iterator[Case]:
    """One document in every way that is no JSON, or means nothing."""

    def case(what: str, content: bytes, values: Values | None, *, refused: bool | None) -> Case:
        return Case(kind.entrance, what, "文.json", content, values, refused)

    text = json.dumps(kind.document, ensure_ascii=False)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        yield case(encoding, text.encode(encoding), kind.good, refused=False)
    yield case("utf-16 big", b"\xfe\xff" + text.encode("utf-16-be"), kind.good, refused=False)
    yield case("spaced", ("\r\n" + json.dumps(kind.document, indent=4) + "\n\n").encode(), kind.good, refused=False)
    for what, content in _no_json(text).items():
        yield case(what, content, {}, refused=True)
    for path, values in kind.wrong:
        for value in values:
            content = json.dumps(kind.edited(path, value)).encode()
            yield case(f"{'.'.join(map(str, path))} {str(value)[:14]!a}", content, {}, refused=True)
    for path, value, taken in kind.right:
        yield case(f"{path[-1]} {value!a}", json.dumps(kind.edited(path, value)).encode(), taken, refused=False)
    chance = random.Random(f"{kind.entrance.name} {seed}")
    for number in range(20):
        yield case(f"cut {number}", text.encode()[: chance.randrange(1, len(text))], {}, refused=True)
        spoilt = bytearray(text.encode())
        for _time in range(chance.randint(1, 4)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        yield case(f"bytes changed {number}", bytes(spoilt), None, refused=None)


def _no_json(text: str) -> dict[str, bytes]:
    number = next(part for part in ("120.5", "116.4") if part in text)
    deep = "[" * 100_000 + "]" * 100_000
    return {
        **{f"number {odd}": text.replace(number, odd, 1).encode() for odd in ("NaN", "Infinity", "-Infinity", "1e999")},
        **{f"number {odd}": text.replace(number, odd, 1).encode() for odd in ("0x10", "1_000", "+5", ".5", "05", "٦٠")},
        "endless number": text.replace(number, "9" * 5_000, 1).encode(),
        "deep": deep.encode(),
        "deep inside": text.replace(number, deep, 1).encode(),
        "deep and open": ("[" * 1_000_000).encode(),
        "deep objects": ('{"a":' * 100_000).encode(),
        "quotes without end": ('{"a": "' + '\\"' * 1_000_000).encode(),
        "key twice": ('{"actions": [], "sites": [], "features": [], ' + text[1:]).encode(),
        "half a character": re.sub('"(id|action|type)"', r'"\\ud800": 1, "\1"', text).encode(),
        "comma at the end": text[:-1].encode() + b",}",
        "single quotes": text.replace('"', "'").encode(),
        "comment": b"// plan\n" + text.encode(),
        "two documents": text.encode() * 2,
        "lines": text.encode() + b"\n" + text.encode(),
        "words": b"no json",
        "nothing": b"",
        "spaces": b" \n ",
        "mark only": b"\xef\xbb\xbf",
        "null bytes": text.encode().replace(b" ", b"\0"),
        "utf-16 without mark": text.encode("utf-16-le"),
        "list": b"[]",
        "list of lists": b"[[[]]]",
        "text": b'"text"',
        "number": b"7",
        "null": b"null",
        "error of the command": b'{"status": "infeasible", "actions": []}',
        "control character": text.replace('": ', '\x01": ', 1).encode(),
        "yaml": b"actions:\n - plant_id: A\n",
        "html": b"<html></html>",
        "zip": b"PK\x03\x04" + bytes(50),
    }


def _toml(load: Callable[[Any], Any]) -> Callable[[bytes, str], tuple[Values, list[str]]]:
    def read(path: Any) -> tuple[Values, list[str]]:
        load(path)
        return {"read": True}, []

    return from_path(read)


TOML = {
    "rules": (load_rules.__wrapped__, "rules.toml", 'id = "', "value = "),
    "kinds": (load_kinds.__wrapped__, "kinds.toml", 'id = "', "radius = "),
    "city": (load_city.__wrapped__, "city.toml", 'name = "', "number = "),
}


def toml_cases(seed: int) -> Iterator[Case]:
    """The plan's own files, changed by a department's hand."""
    for name, (load, file, key, amount) in TOML.items():
        entrance = Entrance(name, _toml(load))
        text = (DATA_DIR / file).read_text(encoding="utf-8")
        line = next(line for line in text.splitlines() if line.startswith(amount))
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
            yield Case(entrance, encoding, file, text.encode(encoding), {"read": True}, refused=False)
        for what, content in {
            **{f"amount {odd}": text.replace(line, f"{amount}{odd}", 1) for odd in ("nan", "inf", "-inf", "[1]", "")},
            **{
                f"amount {odd}": text.replace(line, f"{amount}{odd}", 1)
                for odd in ("1_", "1e999", "true", "{}", "9" * 400, "9" * 5_000)
            },
            "thousands of rows": text + f"\n[[{text.partition('[[')[2].partition(']]')[0]}]]" * 20_000,
            "thousands of keys": "".join(f"key{number} = 1\n" for number in range(20_000)) + text,
            "endless value": text.replace(line, f"{amount}['{'x' * 500_000}']", 1),
            "endless file": text + "#" * 2**21,
            "key twice": text.replace(line, f"{line}\n{line}", 1),
            "unknown key": text.replace(line, f"{line}\nsomething = 1", 1),
            "open quote": text.replace(key, key + '"', 1),
            "empty": "",
            "json": '{"rule": []}',
            "deep": "a = " + "[" * 20_000,
            "words": "no toml at all",
        }.items():
            yield Case(entrance, what, file, content.encode(), {}, refused=True)
        chance = random.Random(f"{name} {seed}")
        for number in range(5):
            yield Case(entrance, f"cut {number}", file, text.encode()[: chance.randrange(len(text))])
            spoilt = bytearray(text.encode())
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
            yield Case(entrance, f"byte changed {number}", file, bytes(spoilt))


def cases(seed: int) -> Iterator[Case]:
    """Every malformed document."""
    for kind in DOCUMENTS:
        yield from json_cases(kind, seed)
    yield from toml_cases(seed)
