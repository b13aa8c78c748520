"""Verdicts and findings of stations, as several pages show them."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from mixplan.base.i18n import gettext as _
from mixplan.base.i18n import local
from mixplan.maps import style
from mixplan.screening import stations, verdicts
from mixplan.ui import shared, texts


def verdict_figures(table: pd.DataFrame, boxes: Sequence[Any]) -> None:
    """One figure a verdict, each split into real and modelled stations."""
    for box, drawn in zip(boxes, verdicts.listed(table["drawn"]), strict=True):
        rows = table[table["drawn"] == drawn]
        box.metric(texts.plain(verdicts.verdict_label(drawn)), texts.number(len(rows)))
        box.caption(texts.plain(stations.split(rows).text()))


def finding_html(finding: Mapping[Hashable, Any], say: Callable[[str], str] = verdicts.verdict_label) -> Markup:
    """One finding: rule, verdict (named by ``say``), clause, reason, and the note of a rule that is an assumption."""
    rule = shared.rules().rule(finding["rule_id"])
    drawn = verdicts.verdict_class(finding["verdict"], finding["certainty"])
    flagged = finding["verdict"] == verdicts.FLAG
    verdict = _("提示") if rule.advisory and flagged else say(drawn)
    colour = style.VERDICT_COLOUR["unknown" if rule.advisory and flagged else drawn]
    note = Markup("")
    if flagged and rule.kind == "assumption":
        note = Markup("<br><small>{}</small>").format(_("假设：{note}").format(note=local(rule, "note")))
    return Markup('<div class="mp-finding" style="border-color:{}"><i>{}</i><b>{}</b>{}<br>{}{}</div>').format(
        colour, finding["clause"], local(rule, "title"), verdict, finding["reason"], note
    )
