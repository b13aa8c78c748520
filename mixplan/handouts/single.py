"""Single files that pages offer beside what they show: a map, a chart, a table. A worker makes each when asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from mixplan import __version__
from mixplan.base.files.sheets import workbook_xlsx
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Watcher
from mixplan.handouts.telling import tell
from mixplan.plan.datapackage import data_version

if TYPE_CHECKING:
    import geopandas as gpd

    from mixplan.charts.theme import AnyChart
    from mixplan.city.layers import Layers
    from mixplan.coverage.picture import Picture
    from mixplan.maps.paper.sheet import StaticMap
    from mixplan.plan.rules import RuleBook

Form = Literal["png", "svg"]


@dataclass(frozen=True)
class Print:
    """How a picture is to be made: its form, and the line that names what it was made from, which may be empty."""

    form: Form
    origin: str = ""


def station_map_file(
    how: Print,
    plants: gpd.GeoDataFrame,
    judged: pd.DataFrame,
    layers: Layers,
    book: RuleBook,
    *,
    on: date,
    shown: Collection[str],
    watcher: Watcher,
) -> bytes:
    """The station map for print and slides; see `maps.paper.stations.station_map`."""
    from mixplan.maps.paper.stations import station_map

    tell(watcher, 0.1, _("正在绘制地图"))
    return _picture(how, station_map(plants, judged, layers, book, on=on, shown=shown), watcher)


def coverage_map_file(how: Print, picture: Picture, *, shade: str, watcher: Watcher) -> bytes:
    """The coverage map for print and slides; see `maps.paper.coverage.coverage_map`."""
    from mixplan.maps.paper.coverage import coverage_map

    tell(watcher, 0.1, _("正在绘制地图"))
    return _picture(how, coverage_map(picture, shade=shade), watcher)


def chart_file(how: Print, chart: AnyChart, *, watcher: Watcher) -> bytes:
    """A chart as a picture, which says below its title what it was made from."""
    from mixplan.charts.theme import chart_png, chart_svg

    tell(watcher, 0.1, _("正在绘制图表"))
    return chart_png(chart, origin=how.origin) if how.form == "png" else chart_svg(chart, origin=how.origin)


def workbook_file(sheets: dict[str, pd.DataFrame], *, watcher: Watcher) -> bytes:
    """Tables as a workbook."""
    tell(watcher, 0.1, _("正在写工作簿"))
    return workbook_xlsx(sheets)


def with_origin(sheets: Mapping[str, pd.DataFrame], origin: str) -> dict[str, pd.DataFrame]:
    """Sheets of a workbook with one more that names what they were made from, where that is known."""
    if not origin:
        return dict(sheets)
    rows = [(_("项目和版本"), origin), ("mixplan", __version__), (_("数据版本"), data_version())]
    return {**sheets, _("项目"): pd.DataFrame(rows, columns=[_("项目"), _("版本")])}


def plan_workbook_file(
    *args: Any, changed: Sequence[str] = (), origin: str = "", watcher: Watcher, **options: Any
) -> bytes:
    """A consolidation plan as a workbook; see `consolidation.tables.sheets`.

    Parameters
    ----------
    changed : sequence of str
        What has been set otherwise since it was solved, for a sheet in front.
    origin : str
        What it was made from, for a sheet behind.
    """
    from mixplan.consolidation.tables import sheets

    tell(watcher, 0.1, _("正在写工作簿"))
    front = {_("条件已改"): pd.DataFrame({_("求解之后改了"): list(changed)})} if changed else {}
    return workbook_xlsx(with_origin({**front, **sheets(*args, **options)}, origin))


def _picture(how: Print, drawn: StaticMap, watcher: Watcher) -> bytes:
    tell(watcher, 0.6, _("正在绘制地图"))
    drawn.name_origin(how.origin)
    return drawn.png() if how.form == "png" else drawn.svg()
