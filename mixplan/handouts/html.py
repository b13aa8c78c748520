"""The report as one self-contained HTML file: interactive map, tables and charts that need no network."""

import re
from typing import Any

import pandas as pd
from markupsafe import Markup

from mixplan.base.assets import map_script, map_style
from mixplan.base.files.jsontext import json_text
from mixplan.base.i18n import gettext as _
from mixplan.base.progress import Watcher, unwatched
from mixplan.charts.board import board_chart
from mixplan.charts.coverage import curve_chart
from mixplan.charts.theme import chart_svg
from mixplan.handouts import story
from mixplan.handouts import tables as handouts_tables
from mixplan.handouts.cells import cell_text, is_number
from mixplan.handouts.report import Report
from mixplan.handouts.telling import tell
from mixplan.maps import consolidation, coverage, ground, legend, stations
from mixplan.maps import style as maps_style
from mixplan.maps.documents import document
from mixplan.plan.kinds import plant_kinds
from mixplan.screening import verdicts

_CSS = """
body {margin: 0; font-family: "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  color: #222; line-height: 1.6; background: #fff;}
main {max-width: 1280px; margin: 0 auto; padding: 0 24px 60px;}
h1 {font-size: 1.7rem; margin: 24px 0 2px;} h2 {font-size: 1.25rem; margin: 40px 0 6px; color: var(--main);}
h3 {font-size: 1.02rem; margin: 22px 0 6px;}
.sub, .note {color: #666; font-size: .92rem;}
nav {position: sticky; top: 0; background: #fff; border-bottom: 1px solid #ddd; padding: 8px 0; z-index: 2000;
  display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: .92rem;}
a {color: var(--main); text-decoration: none;}
#map {height: min(74vh, 760px); border: 1px solid #bbb; margin: 12px 0;}
.facts {display: flex; flex-wrap: wrap; gap: 10px 34px; margin: 8px 0;}
.facts div {font-size: .86rem; color: #666;} .facts b {display: block; font-size: 1.3rem; color: var(--main);}
.scroll {overflow: auto; max-height: 62vh; border: 1px solid #ddd;}
table {border-collapse: collapse; font-size: .84rem; width: 100%;}
th {position: sticky; top: 0; background: var(--main); color: #fff; text-align: left; padding: 5px 8px;
  cursor: pointer;}
td {padding: 4px 8px; border-bottom: 1px solid #eee; vertical-align: top; min-width: 3em; white-space: pre-line;}
td.n {text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap;}
input[data-table] {padding: 4px 8px; margin: 4px 0; width: 260px; max-width: 100%; font: inherit;}
h2, figure, #map {scroll-margin-top: 64px;}
figure {margin: 12px 0; overflow-x: auto;} figure svg {max-width: 100%; height: auto;}
.mp-legend {display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: .86rem;}
.mp-key {display: inline-flex; align-items: center; gap: 5px; white-space: nowrap;}
.leaflet-popup-content {max-height: 260px; overflow: auto;}
@media print {nav, input {display: none;} .scroll {max-height: none; overflow: visible;}}
"""

_JS = """
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("map-data").textContent);
  var map = L.map("map", { minZoom: 7, maxZoom: 17, zoomSnap: 0.25, zoomDelta: 0.5 });
  window.reportMap = map;
  mixplan.setup(map, data.bounds);
  mixplan.describe(map, data.words);
  mixplan.draw(map, data.ground);
  var drawn = data.layers.map(function (layer) { return mixplan.draw(map, layer.document); });
  function show(n, on) { drawn[n].show(function () { return on; }); }
  var switches = L.control({ position: "topright" });
  switches.onAdd = function () {
    return mixplan.switches("", data.layers.map(function (layer, n) {
      show(n, layer.shown);
      return { id: n, label: layer.name, on: layer.shown };
    }), show);
  };
  switches.addTo(map);
  map.on("click", function (event) {
    var feature = mixplan.under(map, event.layerPoint, "clicked");
    var lines = feature && data.reasons[feature.properties.id];
    if (!lines) return;
    var box = document.createElement("div");
    lines.forEach(function (line, n) { box.appendChild(mixplan.element(n ? "div" : "b", line)); });
    L.popup().setLatLng(event.latlng).setContent(box).openOn(map);
  });
  document.querySelectorAll("input[data-table]").forEach(function (box) {
    box.addEventListener("input", function () {
      var wanted = box.value.trim().toLowerCase();
      document.getElementById(box.dataset.table).querySelectorAll("tbody tr").forEach(function (row) {
        row.style.display = row.textContent.toLowerCase().indexOf(wanted) < 0 ? "none" : "";
      });
    });
  });
  document.querySelectorAll("th").forEach(function (head) {
    head.addEventListener("click", function () {
      var body = head.closest("table").tBodies[0], column = head.cellIndex, down = head.dataset.down !== "1";
      head.dataset.down = down ? "1" : "";
      var rows = Array.prototype.slice.call(body.rows);
      rows.sort(function (a, b) {
        var x = a.cells[column].dataset.v || a.cells[column].textContent;
        var y = b.cells[column].dataset.v || b.cells[column].textContent;
        var both = !isNaN(parseFloat(x)) && !isNaN(parseFloat(y)) && a.cells[column].className === "n";
        return (both ? parseFloat(x) - parseFloat(y) : x.localeCompare(y, "zh")) * (down ? 1 : -1);
      });
      rows.forEach(function (row) { body.appendChild(row); });
    });
  });
})();
"""


def html_bytes(report: Report, *, watcher: Watcher = unwatched) -> bytes:
    """The report as one file: open it from a folder or a USB stick, nothing is loaded from anywhere."""
    tell(watcher, 0.1, _("正在准备地图"))
    data = json_text(_map_data(report), indent=None).replace("<", "\\u003c")
    tell(watcher, 0.6, _("正在绘制图表"))
    body = _body(report)
    style = map_style() + _CSS + f":root {{--main: {maps_style.BLUE};}}"
    script = map_script("map.js").replace("</script", "<\\/script")
    page = (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if report.language == "zh" else "en"}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # The file says itself that nothing may be loaded, so that a slip shows at once.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline';"
        " style-src 'unsafe-inline'; img-src data:\">\n"
        f"{Markup('<title>{}</title>').format(report.title)}\n<style>{style}</style>\n</head>\n<body>\n{body}\n"
        f'<script type="application/json" id="map-data">{data}</script>\n'
        f"<script>{script}</script>\n<script>{_JS}</script>\n"
        "</body>\n</html>\n"
    )
    return page.encode("utf-8")


def _map_data(report: Report) -> dict[str, Any]:
    """Layers of the interactive map, from the functions behind the pages."""
    layers, book, on = report.layers, report.book, report.on
    inventory = report.counted_plants
    one = report.covered
    overlays: list[tuple[str, bool, list[dict[str, Any]]]] = [
        (_("禁现区"), True, ground.ban_zone_layer(layers, on)),
        (_("环境敏感区"), True, ground.sensitive_layer(layers)),
        (_("区县"), True, ground.district_layer(layers, on, book)),
        (_("环路"), True, ground.ring_layer(layers)),
        (_("厂站：判定"), True, stations.plant_layer(inventory, report.judged, report.counted["district_shown"])),
        (_("覆盖：距最近供应点"), False, coverage.band_layer(one)),
        (_("覆盖：半径和缺口"), False, [*coverage.rim_layer(one), *coverage.gap_layer(one)]),
        (_("砂浆供应点和新线"), report.sites is not None, coverage.supply_layer(one)),
    ]
    if report.decisions is not None:
        acted = consolidation.with_actions(report.plan_stations, report.decisions)
        overlays.append((_("整合处置"), False, consolidation.action_layer(acted)))
    notice = _("示意图，不作为划界依据") + " · " + _("水系、水源 © OpenStreetMap 贡献者 (ODbL)")
    return {
        "bounds": maps_style.first_view(),
        "words": {"notice": notice, "pointer": _("移动鼠标显示坐标"), "title": report.title},
        "ground": document([*ground.land_layer(layers), *ground.water_layer(layers)]).content,
        "layers": [
            {"name": name, "shown": shown, "document": document(collections).content}
            for name, shown, collections in overlays
        ],
        "reasons": {
            str(key): [row["name"], verdicts.verdict_label(row["drawn"]), row["reason"]]
            for key, row in report.counted.to_dict("index").items()
        },
    }


def _body(report: Report) -> Markup:
    tables = handouts_tables.tables(report)
    steps = story.story(report)
    anchors = [(step.key, story.step_label(step.key)) for step in steps]
    anchors += [("map", _("地图")), ("tables", _("表格")), ("sources", _("来源、假设和版本"))]
    links = Markup("").join(Markup('<a href="#{}">{}</a>').format(*anchor) for anchor in anchors)
    parts = [
        Markup("<main><h1>{}</h1>").format(report.title),
        Markup('<p class="sub">{} · {}</p><nav>{}</nav>').format(report.subtitle, _("示意图，不作为划界依据"), links),
        Markup('<div id="map"></div>'),
        legend.legend(list(plant_kinds()), layers=("zones", "areas")),
        _more_legends(report),
    ]
    for step in steps:
        facts = Markup("").join(Markup("<div>{}<b>{}</b></div>").format(*fact) for fact in step.facts)
        parts.append(_heading(step.key, step.title) + Markup('<div class="facts">{}</div>').format(facts))
        parts.append(Markup('<p class="note">{}</p>').format(step.notes))
        if step.key == "coverage":
            chart = curve_chart(report.curve, report.curve_before, radius_km=report.covered.result.radius_km)
            parts.append(_figure(chart_svg(chart.properties(width=760)), "curve"))
        elif step.key == "targets":
            parts.append(_figure(chart_svg(board_chart(report.targets)), "board"))
    parts.append(_heading("tables", _("表格")))
    last = {_("来源"), _("规则与假设"), _("版本")}
    skipped = {_("判定")}  # every finding of every station: the workbook has it
    shown = {name: table for name, table in tables.items() if name not in skipped}
    for n, (name, table) in enumerate(shown.items()):
        if name == _("来源"):
            parts.append(_heading("sources", _("来源、假设和版本")))
        parts.append(_table(name, table, f"t{n}", searchable=name not in last and len(table) > 15))
    parts.append(Markup("</main>"))
    return Markup("\n").join(parts)


def _more_legends(report: Report) -> Markup:
    """Legends of the layers on coverage and consolidation."""
    text = legend.coverage_legend(report.covered)
    if report.decisions is not None:
        used = [action for action in maps_style.ACTION_COLOUR if (report.decisions["action"] == action).any()]
        text += legend.action_legend(used, extra={})
    return text


def _heading(anchor: str, text: str) -> Markup:
    return Markup('<h2 id="{}">{}</h2>').format(anchor, text)


def _figure(drawn: bytes, name: str) -> Markup:
    """A chart inline; its ids are made its own, since several charts share the page."""
    svg = re.sub(r"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>", "", drawn.decode("utf-8"))
    svg = re.sub(r'id="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'url\(["\']?#([^)"\']+)["\']?\)', rf"url(#{name}-\1)", svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    return Markup('<figure id="chart-{}">{}</figure>').format(name, Markup(svg))


def _cell(value: object) -> Markup:
    text = cell_text(value)
    if is_number(value):
        return Markup('<td class="n" data-v="{}">{}</td>').format(value, text)
    return Markup("<td>{}</td>").format(text)


def _table(name: str, table: pd.DataFrame, anchor: str, *, searchable: bool) -> Markup:
    nothing = Markup("")
    head = nothing.join(Markup("<th>{}</th>").format(column) for column in table.columns)
    rows = nothing.join(
        Markup("<tr>{}</tr>").format(nothing.join(map(_cell, row))) for row in table.itertuples(index=False)
    )
    box = Markup('<input data-table="{}" placeholder="{}" aria-label="{}">').format(anchor, *[_("筛选表格")] * 2)
    return Markup(
        '<h3>{}</h3>{}<div class="scroll"><table id="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(name, box if searchable else "", anchor, head, rows)
