/* What the workbench's maps need beyond Leaflet: shapes for plants, names, panes by zoom, tooltips, pointer coordinates.
   Whatever comes from data is written as text, never as HTML. */
(function () {
  "use strict";

  // More marks than these in one document are painted on a canvas; fewer are shapes of the page.
  var MANY = 1000;

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
  // Its tip is the place itself, so that it stands above what it is pinned to.
  function pin() {
    var points = [[0, 0]];
    for (var degree = -120; degree <= 120; degree += 20) {
      var angle = (degree * Math.PI) / 180;
      points.push([0.85 * Math.sin(angle), -1.9 - 0.85 * Math.cos(angle)]);
    }
    return points;
  }
  var SHAPES = {
    triangle: polygon(3, 0), square: polygon(4, Math.PI / 4), diamond: polygon(4, 0),
    pentagon: polygon(5, 0), hexagon: polygon(6, 0), star: star(), pin: pin(),
  };
  // Shapes of equal radius differ in area; these factors make them weigh the same to the eye.
  var SIZE = { triangle: 1.35, square: 1.2, diamond: 1.25, pentagon: 1.15, hexagon: 1.1, star: 1.6, pin: 1 };

  // Panes from bottom to top, with the zoom from which each is shown.
  var PANES = {
    land: [310, 0], water: [320, 0], zones: [330, 0], areas: [340, 0], lines: [350, 0], roads: [360, 0],
    flows: [370, 0], candidates: [590, 0], interchanges: [600, 12], plants: [610, 0], chosen: [620, 0], labels: [630, 0], details: [628, 9.75], towns: [625, 11],
  };

  // Where two pictures lie on one map, each has panes of its own inside one that is cut at the divider (map_together.js).
  var SIDES = ["left", "right"], SIDES_HEIGHT = 606;
  function paneOf(map, name, side) {
    if (!side) return name;
    var whole = "side-" + side, own = name + "-" + side;
    if (!map.getPane(whole)) map.createPane(whole).style.zIndex = SIDES_HEIGHT;
    if (!map.getPane(own)) {
      var pane = map.createPane(own, map.getPane(whole));
      pane.style.zIndex = PANES[name][0];
      pane.style.pointerEvents = map.getPane(name).style.pointerEvents;
    }
    return own;
  }

  // A click on a map that is partly out of sight is to be a click: the page must not jump to the map first.
  L.Map.Keyboard.include({
    _onMouseDown: function () {
      if (!this._focused) this._map.getContainer().focus({ preventScroll: true });
    },
  });

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

  function element(tag, text, css) {
    var made = document.createElement(tag);
    made.textContent = text;
    if (css) made.className = css;
    return made;
  }

  // --- few features: each is a shape of the page -------------------------------------------------------------------

  function layerOf(feature, look, pane) {
    var options = L.extend({ smoothFactor: 0.6 }, look.style, { pane: pane });
    options.pointToLayer = function (_feature, latlng) {
      var label = feature.properties.label;
      if (label !== undefined) {
        var icon = L.divIcon({ className: "mp-label " + (look.cls || ""), html: element("span", label), iconSize: [0, 0] });
        return L.marker(latlng, { pane: pane, interactive: false, keyboard: false, icon: icon });
      }
      if (look.metres) return L.circle(latlng, L.extend({ radius: look.metres }, options));
      return new ShapeMarker(latlng, L.extend({ shape: look.shape, radius: look.radius || 6 }, options));
    };
    var layer = L.GeoJSON.geometryToLayer(feature, options);
    layer.feature = feature;
    return layer;
  }

  function eachShape(layer, act) {
    if (layer.eachLayer) layer.eachLayer(function (part) { eachShape(part, act); });
    else act(layer);
  }

  function Shapes(map, source, side) {
    var found = (this.found = { feature: null, clicked: null });
    this.source = source;
    this.side = side;
    this.layers = source.features.map(function (feature) {
      var look = source.looks[feature.properties.look], layer = layerOf(feature, look, paneOf(map, look.pane, side));
      if (feature.properties.tip || feature.properties.id !== undefined) {
        layer.on("mouseover", function () { found.feature = feature; });
        layer.on("mouseout", function () { if (found.feature === feature) found.feature = null; });
        layer.on("click", function () { found.clicked = feature; });
      }
      return layer;
    });
    this.now = this.layers.map(function () { return true; });
    this.group = L.layerGroup(this.layers).addTo(map);
  }
  Shapes.prototype = {
    show: function (wanted) {
      var now = this.now, found = this.found;
      this.layers.forEach(function (layer, i) {
        var on = wanted(i);
        if (on === now[i]) return;
        now[i] = on;
        if (!on && found.feature === layer.feature) found.feature = null;
        eachShape(layer, function (shape) {
          var drawn = shape.getElement();
          if (drawn) drawn.style.display = on ? "" : "none";
        });
      });
    },
    toFront: function () {
      this.layers.forEach(function (layer) {
        eachShape(layer, function (shape) { if (shape.bringToFront) shape.bringToFront(); });
      });
    },
    at: function () { return this.found.feature; },
    clicked: function () {
      var feature = this.found.clicked;
      this.found.clicked = null;
      return feature;
    },
    count: function () { return this.now.filter(Boolean).length; },
    remove: function () { this.group.remove(); },
  };

  // --- many marks: one canvas --------------------------------------------------------------------------------------

  function sprite(look, ratio) {
    var style = look.style, r = (look.radius || 6) * (SIZE[look.shape] || 1);
    var half = Math.ceil(r + (style.weight || 0) + 1), canvas = document.createElement("canvas");
    canvas.width = canvas.height = 2 * half * ratio;
    var ink = canvas.getContext("2d");
    ink.scale(ratio, ratio);
    ink.translate(half, half);
    ink.beginPath();
    (SHAPES[look.shape] || []).forEach(function (p) { ink.lineTo(r * p[0], r * p[1]); });
    if (!SHAPES[look.shape]) ink.arc(0, 0, r, 0, 2 * Math.PI);
    ink.closePath();
    if (style.fill !== false) {
      ink.globalAlpha = style.fillOpacity === undefined ? 0.2 : style.fillOpacity;
      ink.fillStyle = style.fillColor || style.color;
      ink.fill();
    }
    if (style.weight !== 0 && style.stroke !== false) {
      ink.globalAlpha = style.opacity === undefined ? 1 : style.opacity;
      ink.lineWidth = style.weight || 3;
      ink.lineCap = style.lineCap || "round";
      ink.strokeStyle = style.color;
      ink.setLineDash(style.dashArray ? style.dashArray.split(" ").map(Number) : []);
      ink.stroke();
    }
    return { canvas: canvas, half: half, reach: r + 2, interactive: style.interactive !== false };
  }

  // Leaflet's canvas knows where it lies and how it follows a zoom; what is painted on it is our own.
  var Dots = L.Canvas.extend({
    initialize: function (map, source, side) {
      L.Canvas.prototype.initialize.call(this, { pane: paneOf(map, source.looks[0].pane, side), padding: 0.25 });
      this.source = source;
      this.side = side;
      var features = source.features, n = features.length;
      this.world = new Float64Array(2 * n);
      this.placed = new Float32Array(2 * n);
      this.flags = new Uint8Array(n).fill(1);
      for (var i = 0; i < n; i++) {
        var at = features[i].geometry.coordinates, p = map.project([at[1], at[0]], 0);
        this.world[2 * i] = p.x;
        this.world[2 * i + 1] = p.y;
      }
      var ratio = L.Browser.retina ? 2 : 1;
      this.sprites = source.looks.map(function (look) { return sprite(look, ratio); });
      this.addTo(map);
    },
    _initContainer: function () {
      this._container = document.createElement("canvas");
      this._container.style.pointerEvents = "none";  // what lies below is to be found as well
      this._ctx = this._container.getContext("2d");
    },
    _draw: function () {
      if (!this._bounds) return;
      var map = this._map, scale = map.getZoomScale(map.getZoom(), 0), origin = map.getPixelOrigin();
      var min = this._bounds.min, max = this._bounds.max, features = this.source.features;
      for (var i = 0; i < this.flags.length; i++) {
        var x = this.world[2 * i] * scale - origin.x, y = this.world[2 * i + 1] * scale - origin.y;
        this.placed[2 * i] = x;
        this.placed[2 * i + 1] = y;
        if (!this.flags[i] || x < min.x || x > max.x || y < min.y || y > max.y) continue;
        var mark = this.sprites[features[i].properties.look];
        this._ctx.drawImage(mark.canvas, x - mark.half, y - mark.half, 2 * mark.half, 2 * mark.half);
      }
    },
    show: function (wanted) {
      var changed = false;
      for (var i = 0; i < this.flags.length; i++) {
        var on = wanted(i) ? 1 : 0;
        changed = changed || on !== this.flags[i];
        this.flags[i] = on;
      }
      if (changed) this._redraw();
    },
    at: function (point) {
      for (var i = this.flags.length - 1; i >= 0; i--) {
        if (!this.flags[i]) continue;
        var feature = this.source.features[i], mark = this.sprites[feature.properties.look];
        var dx = this.placed[2 * i] - point.x, dy = this.placed[2 * i + 1] - point.y;
        if (mark.interactive && dx * dx + dy * dy <= mark.reach * mark.reach) return feature;
      }
      return null;
    },
    clicked: function (point) { return this.at(point); },
    toFront: function () { this.getPane().appendChild(this._container); },
    count: function () { return this.flags.reduce(function (sum, on) { return sum + on; }, 0); },
  });

  function onlyMarks(source) {
    return source.looks.every(function (look) { return look.shape && look.pane === source.looks[0].pane; }) &&
      source.features.every(function (feature) {
        return feature.geometry.type === "Point" && feature.properties.label === undefined;
      });
  }

  // --- the map -----------------------------------------------------------------------------------------------------

  // What lies under the pointer, of all that is drawn: of the topmost pane, and there what was drawn last.
  function under(map, point, ask) {
    var found = null, height = 0;
    map.mixplan.drawn.forEach(function (one) {
      if (one.side && !mixplan.onSide(map, one.side, point)) return;
      var feature = one[ask](point), pane = feature && PANES[one.source.looks[feature.properties.look].pane];
      if (!pane || pane[0] < height) return;
      found = feature;
      height = pane[0];
    });
    return found;
  }

  function tooltips(map) {
    var tip = L.tooltip({ className: "mp-tip" }), told = null;
    function hide() {
      if (told) map.closeTooltip(tip);
      told = null;
    }
    map.on("mousemove", function (event) {
      var feature = under(map, event.layerPoint, "at");
      map.getContainer().classList.toggle("mp-picks", Boolean(feature));
      if (!feature || !feature.properties.tip) return hide();
      if (told !== feature) {
        var box = document.createElement("div");
        feature.properties.tip.forEach(function (line) { box.appendChild(element("div", line)); });
        tip.setContent(box);
      }
      tip.setLatLng(event.latlng);
      if (!told) map.openTooltip(tip);
      told = feature;
    });
    map.on("mouseout zoomstart", hide);
  }

  function pointer(map) {
    var control = L.control({ position: "bottomleft" });
    control.onAdd = function () {
      var box = L.DomUtil.create("div", "mp-pointer");
      map.mixplan.pointer = box;
      map.on("mousemove", function (event) {
        var at = event.latlng.wrap();
        box.textContent = at.lng.toFixed(5) + "°E  " + at.lat.toFixed(5) + "°N  WGS-84";
      });
      map.on("mouseout", function () { box.textContent = map.mixplan.words.pointer || ""; });
      return box;
    };
    control.addTo(map);
  }

  window.mixplan = {
    // Everything that no message changes.
    setup: function (map, bounds) {
      map.mixplan = { drawn: [], words: {} };
      map.setMinZoom(7);
      map.setMaxZoom(17);
      // Not animated: a view asked for right afterwards would be lost in the animation.
      map.fitBounds(bounds, { animate: false });
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
      map.attributionControl.setPrefix(false);
      L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
      pointer(map);
      tooltips(map);
    },
    // What the map is called and says of itself, in the reader's language.
    describe: function (map, words) {
      var before = map.mixplan.words;
      map.mixplan.words = words;
      map.getContainer().setAttribute("aria-label", words.title);
      if (before.pointer !== words.pointer) map.mixplan.pointer.textContent = words.pointer;
      if (before.notice !== words.notice) {
        if (before.notice) map.attributionControl.removeAttribution(mixplan.escaped(before.notice));
        map.attributionControl.addAttribution(mixplan.escaped(words.notice));
      }
    },
    SIDES: SIDES,
    // Draws a layer document; the answer shows and hides its features without drawing them again.
    draw: function (map, source, side) {
      var many = source.features.length > MANY && onlyMarks(source);
      var one = many ? new Dots(map, source, side) : new Shapes(map, source, side);
      map.mixplan.drawn.push(one);
      return one;
    },
    erase: function (map, one) {
      map.mixplan.drawn = map.mixplan.drawn.filter(function (other) { return other !== one; });
      one.remove();
    },
    // Switches for layers, usable with the keyboard; ``act`` is told which one and whether it is on.
    switches: function (title, all, act) {
      var whole = L.DomUtil.create("fieldset", "mp-switches leaflet-control-layers");
      if (title) whole.appendChild(element("legend", title));
      all.forEach(function (one) {
        var row = document.createElement("label"), input = document.createElement("input");
        input.type = "checkbox";
        input.value = one.id;
        input.checked = Boolean(one.on);
        input.addEventListener("change", function () { act(one.id, input.checked); });
        row.appendChild(input);
        row.appendChild(element("span", one.label));
        whole.appendChild(row);
      });
      L.DomEvent.disableClickPropagation(whole);
      L.DomEvent.disableScrollPropagation(whole);
      return whole;
    },
    under: under,
    element: element,
    escaped: function (text) { return element("span", text).innerHTML; },
  };
})();
