"""The hand-outs by format: one table that the page and the command line share."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mixplan.base.files.archives import bundle_zip
from mixplan.base.files.sheets import table_csv
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import set_language
from mixplan.handouts import geodata, html, pptx, workbook
from mixplan.handouts.pdf import pages as pdf
from mixplan.handouts.report import Report
from mixplan.handouts.tables import assumption_table, report_maps, source_table, version_table
from mixplan.handouts.telling import Tell, tell_nobody
from mixplan.maps.paper import sheet


@dataclass(frozen=True)
class Format:
    """One kind of hand-out: how it is made and what a browser calls it."""

    ending: str
    mime: str
    make: Callable[[Report, bytes | None, Tell], bytes]


FORMATS = {
    "pptx": Format(
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        lambda report, template, progress: pptx.pptx_bytes(report, template, progress=progress),
    ),
    "pdf": Format("pdf", "application/pdf", lambda r, _template, progress: pdf.pdf_bytes(r, progress=progress)),
    "html": Format("html", "text/html", lambda r, _template, progress: html.html_bytes(r, progress=progress)),
    "xlsx": Format(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda report, _template, _progress: workbook.xlsx_bytes(report),
    ),
    "gpkg": Format(
        "gpkg", "application/geopackage+sqlite3", lambda report, _template, _progress: geodata.gpkg_bytes(report)
    ),
}


def _map_files(report: Report, progress: Tell) -> dict[str, bytes]:
    """The story's maps as pictures, by name and ending."""
    progress(0.1, _("正在绘制地图"))
    found: dict[str, bytes] = {}
    drawn = report_maps(report, sheet.A4)
    for n, (name, one) in enumerate(drawn.items()):
        progress(0.4 + 0.6 * n / len(drawn), one.title)
        found |= {f"{name}.png": one.png(), f"{name}.svg": one.svg()}
    return found


# Kinds of hand-out that are several files, by the ending of their names.
SETS: dict[str, Callable[[Report, Tell], dict[str, bytes]]] = {
    "geojson": lambda report, _progress: {
        f"{layer}.geojson": data for layer, data in geodata.geojson_files(report).items()
    },
    "maps": _map_files,
}
NAMES = (*FORMATS, *SETS)


def format_label(name: str) -> str:
    """Name of a format, as a button says it."""
    return {
        "pptx": _("演示文稿 PPTX"),
        "pdf": _("报告 PDF"),
        "html": _("单个网页 HTML"),
        "xlsx": _("工作簿 XLSX"),
        "gpkg": _("地理数据 GPKG"),
        "geojson": _("地理数据 GeoJSON"),
        "maps": _("地图 PNG、SVG"),
    }[name]


def _stem(report: Report) -> str:
    return re.sub(r'[\\/:*?"<>|\s]+', "_", report.title)


def make(report: Report, name: str, *, template: bytes | None = None, progress: Tell = tell_nobody) -> dict[str, bytes]:
    """One hand-out as files: name (in the report's language) to content.

    GeoJSON and maps are one file a layer or picture, and with them come their sources, assumptions and versions.
    """
    set_language(report.language)  # a server makes files in its own threads
    stem = _stem(report)
    if name in SETS:
        notes = {"sources": source_table(), "assumptions": assumption_table(report), "versions": version_table(report)}
        parts = SETS[name](report, progress) | {f"{key}.csv": table_csv(table) for key, table in notes.items()}
        found = {f"{stem}_{part}": content for part, content in parts.items()}
    else:
        form = FORMATS[name]
        found = {f"{stem}.{form.ending}": form.make(report, template, progress)}
    progress(1.0, "")
    return found


def make_one(
    report: Report, name: str, *, template: bytes | None = None, progress: Tell = tell_nobody
) -> tuple[str, bytes, str]:
    """One hand-out as one file, as a browser downloads it: name, content and media type; several are zipped."""
    found = make(report, name, template=template, progress=progress)
    if name in FORMATS:
        file, content = next(iter(found.items()))
        return file, content, FORMATS[name].mime
    return f"{_stem(report)}_{name}.zip", bundle_zip(found), "application/zip"
