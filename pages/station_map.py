"""站点地图: which stations are flagged, where, why, and how sure that is."""

import streamlit as st

from mixplan import ui
from mixplan.base.i18n import gettext as _
from mixplan.screening.stations import passing
from mixplan.ui import mapview
from mixplan.ui.station_map import card, controls, figures, map, selection
from mixplan.ui.station_map import table as station_map_table

ui.begin("station_map")
ui.header(_("站点地图"), _("哪些站点需要治理，为什么，有多大把握？"))

settings = controls.controls()
view = settings.view()
ui.register_report()
plants, _version = ui.register()
findings, judged = ui.screened(view.margin_m, view.on)
table = ui.stations(view.margin_m, view.on)
shown = passing(table, view.chosen)

top = st.container()
left, right = st.columns([7, 4], gap="medium")
with left:
    above = st.container()
    # The map before all else, the controls included.
    map.draw(plants, table, shown, judged, findings, view)
    mapview.let_it_appear()
    st.caption(_("禁现区只约束工地，不禁止厂站；政府投资工程在全市范围内都禁止现场搅拌砂浆，不以图上范围为限。"))
with st.sidebar:
    ui.register_controls()
    settings.draw()
with top:
    figures.key_figures(shown)
with above:
    selection.search_box(plants)
with right:
    station_map_table.table(plants, shown)
    card.card(plants, table, findings)
figures.totals_tabs(shown)
map.static_download(plants.loc[shown.index], judged, view)
ui.footer(
    _("站点：data/plants.csv 或导入的登记册；界线与敏感区：data/geo；规则：data/rules.toml。来源与许可见“数据与来源”。")
)
