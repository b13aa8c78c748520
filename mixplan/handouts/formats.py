"""The hand-outs by format: one table that the page and the command line share."""

from collections.abc import Callable
from dataclasses import dataclass

from mixplan.base.files.archives import bundle_zip
from mixplan.base.files.names import file_stem
from mixplan.base.files.sheets import table_csv
from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import set_language
from mixplan.base.progress import Watcher, unwatched
from mixplan.handouts.report import Report
from mixplan.handouts.tables import assumption_table, source_table, version_table
from mixplan.handouts.telling import tell


@dataclass(frozen=True)
class Format:
    """One kind of hand-out: how it is made and what a browser calls it."""

    ending: str
    mime: str
    make: Callable[[Report, bytes | None, Watcher], bytes]


# What makes a file is loaded when somebody asks for it: the page shows the buttons only.


def _pptx(report: Report, template: bytes | None, watcher: Watcher) -> bytes:
    from mixplan.handouts.pptx import pptx_bytes

    return pptx_bytes(report, template, watcher=watcher)


def _pdf(report: Report, _template: bytes | None, watcher: Watcher) -> bytes:
    from mixplan.handouts.pdf.pages import pdf_bytes

    return pdf_bytes(report, watcher=watcher)


def _html(report: Report, _template: bytes | None, watcher: Watcher) -> bytes:
    from mixplan.handouts.html import html_bytes

    return html_bytes(report, watcher=watcher)


def _xlsx(report: Report, _template: bytes | None, _watcher: Watcher) -> bytes:
    from mixplan.handouts.workbook import xlsx_bytes

    return xlsx_bytes(report)


def _gpkg(report: Report, _template: bytes | None, _watcher: Watcher) -> bytes:
    from mixplan.handouts.geodata import gpkg_bytes

    return gpkg_bytes(report)


def _geojson_files(report: Report, _watcher: Watcher) -> dict[str, bytes]:
    """The story's layers, by name and ending."""
    from mixplan.handouts.geodata import geojson_files

    return {f"{layer}.geojson": data for layer, data in geojson_files(report).items()}


def _map_files(report: Report, watcher: Watcher) -> dict[str, bytes]:
    """The story's maps as pictures, by name and ending."""
    from mixplan.handouts.pictures import report_maps
    from mixplan.maps.paper.sheet import A4

    tell(watcher, 0.1, _("正在绘制地图"))
    found: dict[str, bytes] = {}
    drawn = report_maps(report, A4)
    for n, (name, one) in enumerate(drawn.items()):
        tell(watcher, 0.4 + 0.6 * n / len(drawn), one.title)
        if report.stamp.origin is not None:
            one.name_origin(report.stamp.origin.text)
        found |= {f"{name}.png": one.png(), f"{name}.svg": one.svg()}
    return found


FORMATS = {
    "pptx": Format("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", _pptx),
    "pdf": Format("pdf", "application/pdf", _pdf),
    "html": Format("html", "text/html", _html),
    "xlsx": Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "gpkg": Format("gpkg", "application/geopackage+sqlite3", _gpkg),
}

# Kinds of hand-out that are several files, by the ending of their names.
SETS: dict[str, Callable[[Report, Watcher], dict[str, bytes]]] = {
    "geojson": _geojson_files,
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


def make(report: Report, name: str, *, template: bytes | None = None, watcher: Watcher = unwatched) -> dict[str, bytes]:
    """One hand-out as files: name (in the report's language) to content.

    GeoJSON and maps are one file a layer or picture, and with them come their sources, assumptions and versions.
    """
    set_language(report.language)  # a server makes files in its own threads
    stem = file_stem(report.title)
    if name in SETS:
        notes = {"sources": source_table(), "assumptions": assumption_table(report), "versions": version_table(report)}
        line = "" if report.stamp.origin is None else report.stamp.origin.text
        tables = {f"{key}.csv": table_csv(table, origin=line) for key, table in notes.items()}
        parts = SETS[name](report, watcher) | tables
        found = {f"{stem}_{part}": content for part, content in parts.items()}
    else:
        form = FORMATS[name]
        found = {f"{stem}.{form.ending}": form.make(report, template, watcher)}
    tell(watcher, 1.0, "")
    return found


def make_one(
    report: Report, name: str, *, template: bytes | None = None, watcher: Watcher = unwatched
) -> tuple[str, bytes, str]:
    """One hand-out as one file, as a browser downloads it: name, content and media type; several are zipped."""
    found = make(report, name, template=template, watcher=watcher)
    if name in FORMATS:
        file, content = next(iter(found.items()))
        return file, content, FORMATS[name].mime
    return f"{file_stem(report.title)}_{name}.zip", bundle_zip(found), "application/zip"
