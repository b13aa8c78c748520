"""The flagged stations on a small map."""

import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.screening.stations import inventory
from mixplan.screening.verdicts import FLAG
from mixplan.ui import mapview, shared


def small_map(judged: pd.DataFrame, table: pd.DataFrame) -> None:
    """The flagged stations over zones and rings."""
    on = shared.rules().period_end
    counted = inventory(table)
    flagged = counted[counted["verdict"] == FLAG]
    ground = (mapview.background(layer, on) for layer in ("zones", "districts", "rings"))
    stations = mapview.stations(shared.margin_m(), on, judged, table["district_shown"]).only(flagged.index)
    mapview.show_map([*ground, stations], title=_("需治理站点"), key="overview_map", height=430)
