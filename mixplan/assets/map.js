/* What the workbench's maps need beyond Leaflet: shapes for plants, labels, panes by zoom, pointer coordinates. */
(function () {
  "use strict";

  // Corner points of each shape on the unit circle; a circle is drawn with arcs instead.
  function polygon(corners, turn) {
    var points = [];
    for (var i = 0; i < corners; i++) {
      var angle = turn + (2 * Math.PI * i) / corners;
      points.push([Math.sin(angle), -Math.cos(angle)]);
    }
    return points;
  }
  function star() {
    return polygon(10, 0).map(function (p, i) {
      return i % 2 ? [p[0] * 0.45, p[1] * 0.45] : p;
    });
  }
  var SHAPES = {
    triangle: polygon(3, 0), square: polygon(4, Math.PI / 4), diamond: polygon(4, 0),
    pentagon: polygon(5, 0), hexagon: polygon(6, 0), star: star(),
  };
  // Shapes of equal radius differ in area; these factors make them weigh the same to the eye.
  var SIZE = { triangle: 1.35, square: 1.2, diamond: 1.25, pentagon: 1.15, hexagon: 1.1, star: 1.6 };

  var ShapeMarker = L.CircleMarker.extend({
    _updatePath: function () {
      var corners = SHAPES[this.options.shape];
      if (!corners) return L.CircleMarker.prototype._updatePath.call(this);
      var r = this._radius * SIZE[this.options.shape], c = this._point;
      var path = corners.map(function (p, i) {
        return (i ? "L" : "M") + (c.x + r * p[0]).toFixed(1) + " " + (c.y + r * p[1]).toFixed(1);
      });
      this._renderer._setPath(this, this._empty() ? "M0 0" : path.join("") + "z");
    },
  });

  // Panes from bottom to top, with the zoom from which each is shown.
  var PANES = {
    land: [310, 0], water: [320, 0], zones: [330, 0], areas: [340, 0], lines: [350, 0], roads: [360, 0],
    flows: [370, 0], candidates: [590, 0], interchanges: [600, 12], plants: [610, 0], chosen: [620, 0], labels: [630, 0], details: [628, 9.75], towns: [625, 11],
  };

  function pointer(map, text) {
    var control = L.control({ position: "bottomleft" });
    control.onAdd = function () {
      var box = L.DomUtil.create("div", "mp-pointer");
      box.textContent = text;
      map.on("mousemove", function (event) {
        var at = event.latlng.wrap();
        box.textContent = at.lng.toFixed(5) + "°E  " + at.lat.toFixed(5) + "°N  WGS-84";
      });
      map.on("mouseout", function () { box.textContent = text; });
      return box;
    };
    control.addTo(map);
  }

  window.mixplan = {
    setup: function (map, options) {
      // The component counts clicks from 0 while Python's default is null: it would report "a change" as soon as the
      // map stands, and every page would run twice. null + 1 is 1, so the count itself is the same.
      if (window.__GLOBAL_DATA__) window.__GLOBAL_DATA__.last_object_clicked_count = null;
      // Not animated: a view asked for right afterwards would be lost in the animation.
      map.fitBounds(options.bounds, { animate: false });
      Object.keys(PANES).forEach(function (name) {
        var pane = map.getPane(name) || map.createPane(name);
        pane.style.zIndex = PANES[name][0];
      });
      ["labels", "details", "towns", "interchanges"].forEach(function (name) {
        map.getPane(name).style.pointerEvents = "none";
      });
      function show() {
        Object.keys(PANES).forEach(function (name) {
          map.getPane(name).style.display = map.getZoom() >= PANES[name][1] ? "" : "none";
        });
      }
      map.on("zoomend", show);
      show();
      map.attributionControl.setPrefix(false).addAttribution(options.notice);
      if (options.tiles) L.tileLayer(options.tiles.url, { attribution: options.tiles.attribution }).addTo(map);
      L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
      pointer(map, options.pointer);
      map.getContainer().setAttribute("aria-label", options.title);
    },
    point: function (feature, latlng) {
      var p = feature.properties;
      if (p.label) {
        return L.marker(latlng, {
          pane: p.pane, interactive: false, keyboard: false,
          icon: L.divIcon({ className: "mp-label " + (p.cls || ""), html: "<span>" + p.label + "</span>", iconSize: [0, 0] }),
        });
      }
      if (p.metres) return L.circle(latlng, { radius: p.metres, pane: p.pane });
      return new ShapeMarker(latlng, { shape: p.shape, radius: p.radius || 6, pane: p.pane });
    },
    each: function (feature, layer) {
      if (feature.properties.tip) layer.bindTooltip(feature.properties.tip, { sticky: true });
    },
  };
})();
