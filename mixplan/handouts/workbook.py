"""The report as a workbook."""

import pandas as pd

from mixplan.base.files.sheets import workbook_xlsx
from mixplan.base.i18n import gettext as _
from mixplan.handouts.report import Report
from mixplan.handouts.story import story
from mixplan.handouts.tables import tables


def xlsx_bytes(report: Report) -> bytes:
    """The report as a workbook: what it says first, then every table on a sheet of its own."""
    rows = [(report.title, report.subtitle, "")]
    for step in story(report):
        rows += [(step.title, label, value) for label, value in step.facts]
        rows.append((step.title, _("说明"), step.notes))
    summary = pd.DataFrame(rows, columns=[_("结论"), _("项目"), _("数值")])
    sheets = tables(report)
    assumed = sheets[_("规则与假设")]
    sheets[_("规则与假设")] = assumed.assign(**{_("数值"): assumed[_("数值")].map(_reckonable)})
    return workbook_xlsx({_("摘要"): summary, **sheets})


def _reckonable(text: str) -> object:
    """A number where a text is one, so that a spreadsheet can reckon with it."""
    try:
        return float(text)
    except ValueError:
        return text
