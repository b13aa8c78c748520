"""Malformed tables: every kind of fault in every table that planners bring, as CSV and as a workbook."""

import csv
import random
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fuzz.case import Case, Entrance, Values
from fuzz.writing import csv_text, sheet_xml, workbook_parts, xlsx, zipped

from mixplan.base.files.cells import MAX_REGISTER_ROWS
from mixplan.base.paths import DATA_DIR
from mixplan.plan.indicators import load_indicators
from mixplan.registers.decisions import read_locks
from mixplan.registers.plants import read_register
from mixplan.registers.points import complete_points, read_points
from mixplan.registers.proposals import read_proposal

Reader = Callable[[bytes, str], tuple[Values, list[str]]]
Rows = list[list[str]]


@dataclass(frozen=True)
class TableKind:
    """A table with two good rows, and what is taken from each of them.

    Attributes
    ----------
    ids, numbers, codes : tuple of str
        Columns that hold an id, an amount from 0 on, a word out of a list.
    value : str
        The amount that is taken from a row, whose number may be written in other ways.
    whole : bool
        Whether one wrong row refuses the file, instead of being left out.
    """

    entrance: Entrance
    rows: Rows
    ids: tuple[str, ...]
    numbers: tuple[str, ...]
    codes: tuple[str, ...]
    value: str
    whole: bool

    @property
    def good(self) -> dict[str, Any]:
        """What must be taken from the table as it stands."""
        return {row[0]: self.taken(row) for row in self.rows[1:]}

    def taken(self, row: list[str]) -> Any:
        """What must be taken from one of its rows."""
        text = row[self.rows[0].index(self.value)] if self.value else row[1]
        return float(text) if self.value in self.numbers else text

    def edited(self, column: str, text: str) -> Rows:
        """The table with one cell of its first row changed."""
        at = self.rows[0].index(column)
        first = [text if number == at else cell for number, cell in enumerate(self.rows[1])]
        return [self.rows[0], first, *self.rows[2:]]

    def without_first(self) -> dict[str, Any]:
        """What must be taken where the first row is wrong."""
        return {} if self.whole else {row[0]: self.taken(row) for row in self.rows[2:]}


def _plants(content: bytes, name: str) -> tuple[Values, list[str]]:
    found = read_register(content, name)
    return found.plants["capacity"].to_dict(), [*found.error_sentences, *(["注"] if found.doubts else [])]


def _points(column: str) -> Reader:
    def read(content: bytes, name: str) -> tuple[Values, list[str]]:
        found = read_points(content, name, column=column)
        return complete_points(found)[column].to_dict(), ["注"] if found.doubts else []

    return read


def _proposal(content: bytes, name: str) -> tuple[Values, list[str]]:
    found = read_proposal(content, name)
    found.refuse_errors()
    return found.points["capacity"].to_dict(), ["注"] if found.doubts else []


def _locks(content: bytes, name: str) -> tuple[Values, list[str]]:
    found = read_locks(content, name)
    return dict(found.locks), ["注"] if found.doubts else []


def from_path(read: Callable[[Path], Any]) -> Callable[[bytes, str], Any]:
    """A reader of paths as one of bytes; the file lies in a folder of its own."""

    def from_bytes(content: bytes, name: str) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(content)
            return read(path)

    return from_bytes


def _indicators(path: Path) -> tuple[Values, list[str]]:
    found = load_indicators(path)
    return dict(zip(found["indicator"], found["value"], strict=True)), []


PLANTS = TableKind(
    Entrance("plants", _plants),
    [
        ["id", "name", "kind", "lon", "lat", "capacity"],
        ["A-1", "甲站", "concrete", "116.4", "39.8", "60"],
        ["A-2", "乙站", "mortar", "116.5", "39.9", "45"],
    ],
    ids=("id",),
    numbers=("capacity", "lon", "lat"),
    codes=("kind",),
    value="capacity",
    whole=False,
)
DEMAND = TableKind(
    Entrance("demand", _points("weight")),
    [["id", "lon", "lat", "weight"], ["d1", "116.4", "39.8", "60"], ["d2", "116.5", "39.9", "4.5"]],
    ids=("id",),
    numbers=("weight", "lon", "lat"),
    codes=(),
    value="weight",
    whole=True,
)
CANDIDATES = TableKind(
    Entrance("candidates", _points("capacity")),
    [["编号", "经度", "纬度", "产能"], ["c1", "116.4", "39.8", "60"], ["c2", "116.5", "39.9", "20"]],
    ids=("编号",),
    numbers=("产能", "经度"),
    codes=(),
    value="产能",
    whole=True,
)
PROPOSAL = TableKind(
    Entrance("proposal", _proposal),
    [["id", "lon", "lat", "capacity"], ["s1", "116.4", "39.8", "60"], ["s2", "116.5", "39.9", "20"]],
    ids=("id",),
    numbers=("capacity", "lon"),
    codes=(),
    value="capacity",
    whole=True,
)
LOCKS = TableKind(
    Entrance("decisions", _locks),
    [["id", "decision"], ["A-1", "retain"], ["A-2", "close"]],
    ids=("id",),
    numbers=(),
    codes=("decision",),
    value="",
    whole=True,
)


def _indicator_rows() -> Rows:
    with (DATA_DIR / "indicators.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    first = next(row for row in rows[1:] if row[9] == "33")
    other = next(row for row in rows[1:] if row[0] != first[0] and not row[14])
    return [rows[0], first, other]


INDICATORS = TableKind(
    Entrance("indicators", from_path(_indicators)),
    _indicator_rows(),
    ids=(),
    numbers=("value", "rounding"),
    codes=("kind", "direction"),
    value="value",
    whole=True,
)
KINDS = (PLANTS, DEMAND, CANDIDATES, PROPOSAL, LOCKS, INDICATORS)

NO_NUMBERS = (
    *("1_000", "1_16.5", "٦٠", "６_0", "0x10", "0b1", "1e999", "inf", "-inf", "Infinity", "nan", "NaN", "1e308"),
    *("1,5", "1,16.5", "0,500", "1234,567", "1,2345", "1 000", "12.5.1", "--5", "+-3", "1e", "e5", "½", "6²", "①"),
    *("六十", "60\u200b", "6\u200b0", "\u202e60", "60%", "#REF!", "=1+1", "true", "[60]", "6\n0", "−60", "9" * 400),
)
NUMBERS = {"6e1": 60.0, "６０": 60.0, "+60": 60.0, "60.": 60.0, "0060": 60.0, "60.000": 60.0, " 60 ": 60.0, ".5": 0.5}
HIDDEN = (
    0x200B,
    0x200C,
    0x200D,
    0x2060,
    0x202E,
    0x202A,
    0x2066,
    0x00AD,
    0x061C,
    0x180E,
    0x3164,
    0xFE0F,
    0xE0041,
    0x115F,
    0x2028,
    0x2029,
    0x2069,
    0x000B,
    0x001F,
    0x0085,
    0xFEFF,
)
ODD_IDS = (
    "站{{",
    "{% raw %}",
    "{# 注",
    "{{7*7}}",
    "$\\frac",
    "<img onerror>",
    "=1+1",
    "𠮷𡈽",
    "a b",
    "a'b\"c",
    "A–1",
    "x" * 100,
)
BAD_IDS = ("9.1110106e+16", "9.11E+16", "x" * 101, "")


def _both(kind: TableKind, what: str, rows: Rows, values: Values | None, *, refused: bool | None) -> Iterator[Case]:
    yield Case(kind.entrance, what, "表.csv", csv_text(rows).encode(), values, refused)
    if all(_in_xml(cell) for row in rows for cell in row):
        yield Case(kind.entrance, what, "表.xlsx", xlsx(rows), values, refused)


def _in_xml(text: str) -> bool:
    return all(c >= " " or c in "\t\n" for c in text) and not any("\ud800" <= c <= "\udfff" for c in text)


def cells(kind: TableKind) -> Iterator[Case]:
    """Single cells that are wrong, or right and written in an unusual way."""
    for column in kind.numbers:
        for text in NO_NUMBERS:
            yield from _both(
                kind, f"{column} {text[:12]!a}", kind.edited(column, text), kind.without_first(), refused=True
            )
    for column in kind.codes:
        for text in ("anything", "close\u200b", "retain;close", "1", "{{7*7}}", "retain close"):
            yield from _both(kind, f"{column} {text!a}", kind.edited(column, text), kind.without_first(), refused=True)
    if kind.value in kind.numbers:
        for text, value in NUMBERS.items():
            values = kind.good | {kind.rows[1][0]: value}
            yield from _both(kind, f"{kind.value} {text!a}", kind.edited(kind.value, text), values, refused=False)
    for column in kind.ids:
        hidden = [form.format(chr(point)) for point in HIDDEN for form in ("A{}1", "A1{}", "{}A1")]
        for text in (*BAD_IDS, *hidden):
            yield from _both(kind, f"id {text[:12]!a}", kind.edited(column, text), kind.without_first(), refused=True)
        for text in ODD_IDS:
            row = kind.edited(column, text)
            values = {text: kind.taken(row[1]), kind.rows[2][0]: kind.taken(row[2])}
            yield from _both(kind, f"id {text[:12]!a}", row, values, refused=False)
        alike = kind.edited(column, "Ａ–2" if kind.rows[2][0] == "A-2" else kind.rows[2][0].upper())
        values = {alike[1][0]: kind.taken(alike[1]), kind.rows[2][0]: kind.taken(alike[2])}
        yield from _both(kind, "ids alike", alike, values, refused=True)  # kept, and said
        twice = [*kind.rows, kind.rows[1]]
        if kind is not LOCKS:
            yield from _both(kind, "id twice", twice, {} if kind.whole else kind.good, refused=True)


def places() -> Iterator[Case]:
    """Coordinates that are none, or lie elsewhere."""
    for lon, lat in (
        *(
            ("39.8", "116.4"),
            ("0", "0"),
            ("-1", "-1"),
            ("116.4", ""),
            ("", "39.8"),
            ("2.35", "48.86"),
            ("9999", "9999"),
        ),
        *(("1e308", "39.8"), ("116.4", "1e308"), ("inf", "inf"), ("1e7", "4e6"), ("116.4", "-39.8"), ("180", "90")),
    ):
        for kind in (PLANTS, DEMAND, CANDIDATES):
            at = kind.rows[0].index("经度" if kind is CANDIDATES else "lon")
            row = [*kind.rows[1][:at], lon, lat, *kind.rows[1][at + 2 :]]
            rows = [kind.rows[0], row, *kind.rows[2:]]
            yield from _both(kind, f"place {lon}, {lat}", rows, kind.without_first(), refused=True)


def files(kind: TableKind, seed: int) -> Iterator[Case]:
    """Whole files: encodings, headers, quotes, sizes, damage."""
    text, good = csv_text(kind.rows), kind.good
    chinese = text.replace(kind.rows[0][0], "编号", 1) if kind.ids else text
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        yield Case(kind.entrance, encoding, "表.csv", chinese.encode(encoding), good, refused=False)
    yield Case(kind.entrance, "utf-16 big", "表.csv", b"\xfe\xff" + text.encode("utf-16-be"), good, refused=False)
    yield Case(kind.entrance, "line ends", "表.csv", text.replace("\n", "\r\n").encode(), good, refused=False)
    yield Case(kind.entrance, "old line ends", "表.csv", text.replace("\n", "\r").encode(), good, refused=False)
    yield Case(kind.entrance, "blank lines", "表.csv", text.replace("\n", "\n\n,,\n").encode(), good, refused=False)
    header, first, rest = text.split("\n", 2)
    for what, content in {
        "utf-16 without mark": text.encode("utf-16-le"),
        "utf-32": text.encode("utf-32"),
        "null": text.replace(",", ",\0", 1).encode(),
        "empty": b"",
        "blank": b"\n\n \n",
        "no header": f"{first}\n{rest}".encode(),
        "header twice": f"{header},{header}\n{first},{first}\n".encode(),
        "other words": text.replace(kind.rows[0][0], "什么", 1).encode(),
        "semicolons": text.replace(",", ";").encode(),
        "wide": (header + ",x" * 300 + "\n" + first).encode(),
        "long": (text + (first + "\n") * (MAX_REGISTER_ROWS + 1)).encode(),
        "open quote": f'{header}\n"{first}\n{rest}'.encode(),
        "words after quote": f'{header}\n"{first}"x\n{rest}'.encode(),
        "endless cell": f'{header}\n"{"x" * 200_000}",{first}\n'.encode(),
        "html": b"<html><table><tr><td>id</td></tr></table></html>",
        "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "json": b'{"id": 1}',
        "old office": bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600,
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "half characters": text.encode()[:-2] + b"\xff\xff\x80",
        "one byte changed in Chinese": (chinese + "甲乙丙丁").encode().replace("乙".encode(), b"\xb4\xb9\x99", 1),
        "cut in Chinese": (chinese + "甲乙丙丁").encode()[:-1],
    }.items():
        yield Case(kind.entrance, what, "表.csv", content, {}, refused=True)
    longer = f"{header}\n{first},7,8\n{rest}".encode()
    yield Case(kind.entrance, "more cells than names", "表.csv", longer, kind.without_first(), refused=True)
    chance = random.Random(f"{kind.entrance.name} {seed}")
    for number in range(10):
        spoilt = bytearray(chinese.encode())
        for _time in range(chance.randint(1, 6)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        yield Case(kind.entrance, f"bytes changed {number}", "表.csv", bytes(spoilt))
        yield Case(kind.entrance, f"cut {number}", "表.csv", chinese.encode()[: chance.randrange(len(chinese))])


def workbooks(kind: TableKind, seed: int) -> Iterator[Case]:
    """Workbooks that are damaged, huge once unpacked, or have something far out."""
    rows, good = kind.rows, kind.good
    parts = workbook_parts(sheet_xml(rows))
    sheet = "xl/worksheets/sheet1.xml"
    far = '<c r="{at}" t="inlineStr"><is><t>x</t></is></c>'

    def row(number: int, at: str) -> str:
        return f'<row r="{number}">{far.format(at=at)}</row>'

    yield Case(kind.entrance, "as it is", "表.xlsx", zipped(parts), good, refused=False)
    everywhere = "".join(row(number, f"XFD{number}") for number in range(10, 3000))
    for what, extra in {"far right": row(9, "XFD9"), "corner": row(1048576, "XFD1048576"), "right": everywhere}.items():
        yield Case(kind.entrance, what, "表.xlsx", xlsx(rows, extra=extra), good, refused=False)

    def spoilt(what: str, content: bytes | Callable[[], bytes]) -> Case:
        return Case(kind.entrance, what, "表.xlsx", content, {}, refused=True)

    yield spoilt("far down", xlsx(rows, extra=row(1048576, "A1048576")))
    wide = [[*rows[0], *[""] * (16_384 - len(rows[0]) - 1), "x"], *rows[1:]]
    yield spoilt("far right in the header", xlsx(wide))
    yield spoilt("nowhere", xlsx(rows, extra=row(9, "AAAA9")))
    yield spoilt("row nought", xlsx(rows, extra=row(9, "A0")))
    for text in ("1_000", "abc", "1e99999", "٦٠", "0x1"):
        yield spoilt(f"stored {text!a}", xlsx(rows, extra=f'<row r="9"><c r="A9"><v>{text}</v></c></row>'))
    for text in ("-1", "7", "x", ""):
        stored = f'<row r="9"><c r="A9" t="s"><v>{text}</v></c></row>'
        if text:
            yield spoilt(f"shared {text!a}", xlsx(rows, extra=stored))
    for name in list(parts)[:1] + list(parts)[2:]:  # the second only says where the others are
        yield spoilt(f"without {name}", zipped({key: text for key, text in parts.items() if key != name}))
        yield Case(
            kind.entrance, f"half of {name}", "表.xlsx", zipped(parts | {name: parts[name][: len(parts[name]) // 2]})
        )
        yield spoilt(f"empty {name}", zipped(parts | {name: ""}))
    yield spoilt("document type", zipped(parts | {sheet: '<!DOCTYPE a [<!ENTITY b "c">]>' + parts[sheet]}))
    yield spoilt("many parts", zipped(parts | {f"xl/{number}.bin": "" for number in range(2_001)}))

    def longer(part: str, end: str, extra: str) -> bytes:
        return zipped(parts | {part: parts[part].replace(end, extra + end, 1)})

    long_text = row(9, "A9").replace(">x<", f">{'x' * 40_000}<")
    shared = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(9, 809))
    strings = {"xl/sharedStrings.xml": f"<sst><si><t>{'x' * 30_000}</t></si></sst>"}
    types, book = "[Content_Types].xml", "xl/workbook.xml"
    yield spoilt("many tags", lambda: longer(sheet, "</sheetData>", "<a/>" * 6_000_000))
    yield spoilt("deep", longer(sheet, "</sheetData>", "<a>" * 100_000))
    yield spoilt("many types", longer(types, "</Types>", '<Override PartName="/a" ContentType="b"/>' * 60_000))
    yield spoilt("many names", longer(book, "</workbook>", '<definedName name="a">A</definedName>' * 60_000))
    yield spoilt("long text", longer(sheet, "</sheetData>", long_text))
    yield spoilt("one long text in many cells", zipped(strings | parts | {sheet: sheet_xml(rows, extra=shared)}))
    twice = '<row r="9"><c r="A9"><v>6</v><v>0</v></c></row>'
    yield spoilt("two values in a cell", longer(sheet, "</sheetData>", twice))
    links = "xl/_rels/workbook.xml.rels"
    for target in ("../../x/sheet1.xml", "file:///etc/passwd", "../_rels/.rels", "sheet2.xml"):
        yield spoilt(
            f"sheet at {target}", zipped(parts | {links: parts[links].replace("worksheets/sheet1.xml", target)})
        )
    for column in kind.ids:
        for escape in ("A_x200B_1", "A1_x2028_", "_x202E_A1", "A_x000A_1"):
            content = xlsx(kind.edited(column, escape))
            yield Case(kind.entrance, f"id {escape}", "表.xlsx", content, kind.without_first(), refused=True)
        content = xlsx(kind.edited(column, "A_x005F_x200B_1"))
        escaped = [cell.replace("_x005F_", "_") for cell in kind.edited(column, "A_x005F_x200B_1")[1]]
        values = {escaped[0]: kind.taken(escaped), kind.rows[2][0]: kind.taken(kind.rows[2])}
        yield Case(kind.entrance, "id with an escaped escape", "表.xlsx", content, values, refused=False)
    yield spoilt("cell twice", longer(sheet, "</sheetData>", row(2, "A2")))
    yield spoilt("lzma", zipped(parts, zipfile.ZIP_LZMA))
    entity = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]>' + parts[sheet]
    yield spoilt("document type in UTF-16", zipped(parts | {sheet: entity.encode("utf-16")}))
    yield spoilt("bomb", lambda: zipped(parts | {"xl/media.bin": b"\0" * 110_000_000}))
    none = parts["xl/workbook.xml"].partition("<sheet ")[0] + "</sheets></workbook>"
    yield spoilt("no sheets", zipped(parts | {"xl/workbook.xml": none}))
    yield spoilt("archive of a table", zipped({"表.csv": csv_text(rows)}))
    yield spoilt("empty archive", zipped({}))
    yield spoilt("empty sheet", xlsx([]))
    yield spoilt("only a mark", b"PK\x03\x04")
    whole = zipped(parts)
    chance = random.Random(f"{kind.entrance.name} workbook {seed}")
    for number in range(10):
        changed = bytearray(whole)
        for _time in range(chance.randint(1, 20)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield Case(kind.entrance, f"bytes changed {number}", "表.xlsx", bytes(changed))
        yield spoilt(f"cut {number}", whole[: chance.randrange(4, len(whole) - 30)])


def cases(seed: int) -> Iterator[Case]:
    """Every malformed table."""
    yield from places()
    for kind in KINDS:
        yield from cells(kind)
        yield from files(kind, seed)
        yield from workbooks(kind, seed)
