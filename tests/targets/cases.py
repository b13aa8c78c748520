"""The plan, entries as the store gives them, and the plan with one figure changed."""

import pandas as pd

from mixplan.plan.indicators import load_indicators
from mixplan.projects import entries as projects_entries
from mixplan.targets.entries import with_entries
from mixplan.targets.progress import progress

PLAN = load_indicators()


def entries(*rows):
    """Entries as the store gives them: (indicator, year, district, value, unit)."""
    data = [
        (number, *row, "通报", "", "张三", "2014-01-05T00:00:00+00:00", "", "")
        for number, row in enumerate(rows, start=1)
    ]
    return pd.DataFrame(data, columns=list(projects_entries.COLUMNS))


def item(indicator, as_of, *rows, frame=PLAN):
    """How one target stands in a year, with these entries."""
    found = progress(with_entries(frame, entries(*rows)), as_of=as_of)
    return next(p for p in found if p.indicator == indicator)


def changed(indicator, value, **match):
    """The plan with one figure changed."""
    frame = PLAN.copy()
    hit = frame["indicator"] == indicator
    for column, wanted in match.items():
        hit &= frame[column] == wanted
    assert hit.sum() == 1, (indicator, match, int(hit.sum()))
    frame.loc[hit, "value"] = value
    return frame
