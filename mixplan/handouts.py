"""The hand-outs by format: one table that the page and the command line share."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mixplan import reports_files, reports_html, reports_pdf, reports_pptx
from mixplan.i18n import gettext as _
from mixplan.i18n import set_language
from mixplan.reports import Report
from mixplan.reports_pptx import Progress, no_progress


@dataclass(frozen=True)
class Format:
    """One kind of hand-out: how it is made and what a browser calls it."""

    ending: str
    mime: str
    make: Callable[[Report, bytes | None, Progress], bytes]


FORMATS = {
    "pptx": Format(
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        lambda report, template, progress: reports_pptx.pptx_bytes(report, template, progress=progress),
    ),
    "pdf": Format("pdf", "application/pdf", lambda r, _template, progress: reports_pdf.pdf_bytes(r, progress=progress)),
    "html": Format("html", "text/html", lambda r, _template, progress: reports_html.html_bytes(r, progress=progress)),
    "xlsx": Format(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda report, _template, _progress: reports_files.xlsx_bytes(report),
    ),
    "gpkg": Format(
        "gpkg", "application/geopackage+sqlite3", lambda report, _template, _progress: reports_files.gpkg_bytes(report)
    ),
}


def format_label(name: str) -> str:
    """Name of a format, as a button says it."""
    return {
        "pptx": _("演示文稿 PPTX"),
        "pdf": _("报告 PDF"),
        "html": _("单个网页 HTML"),
        "xlsx": _("工作簿 XLSX"),
        "gpkg": _("地理数据 GPKG"),
        "geojson": _("地理数据 GeoJSON"),
    }[name]


def make(
    report: Report, name: str, *, template: bytes | None = None, progress: Progress = no_progress
) -> dict[str, bytes]:
    """One hand-out as files: name (in the report's language) to content; GeoJSON gives one file a layer."""
    set_language(report.language)  # a server makes files in its own threads
    stem = re.sub(r'[\\/:*?"<>|\s]+', "_", report.title)
    if name == "geojson":
        found = {f"{stem}_{layer}.geojson": data for layer, data in reports_files.geojson_files(report).items()}
    else:
        form = FORMATS[name]
        found = {f"{stem}.{form.ending}": form.make(report, template, progress)}
    progress(1.0, "")
    return found
