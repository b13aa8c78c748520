"""Files that leave the workbench, as bytes: tables for spreadsheets and GIS, safe to open."""

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook.child import INVALID_TITLE_REGEX

from mixplan.city.datums import GEOGRAPHIC_CRS

# A cell that begins with one of these, full-width or after white space too, is run as a formula by spreadsheets.
_FORMULA_STARTS = ("=", "+", "-", "@")


def neutral(value: object) -> object:
    """A text that a spreadsheet would run as a formula gets a leading apostrophe; everything else stays."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    runs = unicodedata.normalize("NFKC", text).lstrip().startswith(_FORMULA_STARTS)
    return "'" + text if runs else text


def table_csv(table: pd.DataFrame) -> bytes:
    """A table as CSV in UTF-8 with byte-order mark, which Excel on a Chinese Windows reads without asking."""
    return b"\xef\xbb\xbf" + table.rename(columns=neutral).map(neutral).to_csv(
        index=False, lineterminator="\r\n"
    ).encode("utf-8")


def workbook_xlsx(sheets: dict[str, pd.DataFrame]) -> bytes:
    """Tables as an XLSX workbook: one sheet each, typed cells, frozen header with filters, sensible widths."""
    book = Workbook()
    book.remove(book.active)
    for title, table in sheets.items():
        sheet = book.create_sheet(INVALID_TITLE_REGEX.sub(" ", title)[:31])
        sheet.append([neutral(str(column)) for column in table.columns])
        for row in table.itertuples(index=False):
            sheet.append([None if _missing(cell) else neutral(cell) for cell in row])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = sheet.dimensions
        for number, column in enumerate(table.columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = _width(table, column)
    buffer = io.BytesIO()
    book.save(buffer)
    return steady_zip(buffer.getvalue())


def steady_zip(package: bytes) -> bytes:
    """An Office file without the moment of its making, so that the same content gives the same bytes.

    Entries get one fixed date, stated times of creation and change too; workbooks inside a presentation alike.
    """
    fixed = "2011-01-01T00:00:00Z"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith(".xlsx"):
                content = steady_zip(content)
            elif entry.filename.endswith("core.xml"):
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + fixed.encode(), content)
            target.writestr(_entry(entry.filename), content)
    return out.getvalue()


def bundle_zip(files: dict[str, bytes]) -> bytes:
    """Several files as one, without the moment of its making."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(_entry(name), content)
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (2011, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _missing(cell: object) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and cell != cell)


def _width(table: pd.DataFrame, column: str) -> float:
    """Column width in characters; a Chinese character takes two."""
    texts = [str(column), *map(str, table[column].head(200))]
    widest = max(sum(2 if ord(c) > 0x2E80 else 1 for c in text) for text in texts)
    return min(max(widest + 3, 8), 60)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as plain JSON records: missing values are ``null``, numbers are numbers."""
    parsed: list[dict[str, Any]] = [
        {str(k): (None if _missing(v) else v.item() if hasattr(v, "item") else v) for k, v in row.items()}
        for row in table.to_dict("records")
    ]
    return parsed


def geojson(frame: gpd.GeoDataFrame, *, warnings: Sequence[str] | None = None) -> str:
    """A layer as GeoJSON text in WGS-84 degrees; a row without geometry keeps ``null``.

    ``warnings`` become a member of their own beside the features.
    """
    degrees = frame.to_crs(GEOGRAPHIC_CRS)
    features = []
    shapes = json.loads(degrees.geometry.to_json())["features"]
    for row, shape in zip(records(pd.DataFrame(degrees.drop(columns=degrees.geometry.name))), shapes, strict=True):
        features.append({"type": "Feature", "properties": row, "geometry": shape["geometry"]})
    document: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if warnings is not None:
        document["warnings"] = list(warnings)
    return json.dumps(document, ensure_ascii=False)
