/* Maps that stand beside each other look at the same place, and two pictures can lie on one map with a divider between. */
(function () {
  "use strict";

  // --- maps of one page that move together ---------------------------------------------------------------------------

  var group = "", following = false, KEPT = "mixplan-view-";

  function finite(view) {
    return Boolean(view) && [view.lat, view.lng, view.zoom].every(Number.isFinite);
  }

  // Goes where another map is. Nothing of it is told on, so that no map ever answers another.
  function follow(map, view) {
    following = true;
    try {
      if (view.done || view.zoom !== map.getZoom()) {
        map.setView([view.lat, view.lng], view.zoom, { animate: false });
      } else {
        map.stop();
        var from = map.latLngToContainerPoint(map.getCenter()), to = map.latLngToContainerPoint([view.lat, view.lng]);
        map._rawPanBy(to.subtract(from).round());  // no more than a shift, until the other map has come to rest
        map.fire("move");
      }
    } finally {
      following = false;
    }
  }

  function tell(center, zoom, done) {
    if (following) return;
    var view = { lat: center.lat, lng: center.lng, zoom: zoom, done: done, group: group };
    window.parent.dispatchEvent(new window.parent.CustomEvent("mixplan-view", { detail: { view: view, from: window } }));
    if (!done) return;
    try {  // a browser may forbid a tab to keep anything
      sessionStorage.setItem(KEPT + group, JSON.stringify(view));
    } catch (problem) {
      console.warn(problem);
    }
  }

  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT + group) || "null");
    } catch (problem) {
      return null;
    }
  }

  window.mixplan.together = function (map, name) {
    if (!name || group) return;
    group = name;
    var before = kept();
    if (finite(before)) follow(map, { lat: before.lat, lng: before.lng, zoom: before.zoom, done: true });
    else tell(map.getCenter(), map.getZoom(), true);
    function told(event) {
      var view = event.detail && event.detail.view;
      if (event.detail.from !== window && finite(view) && view.group === group) follow(map, view);
    }
    window.parent.addEventListener("mixplan-view", told);
    window.addEventListener("pagehide", function () { window.parent.removeEventListener("mixplan-view", told); });
    map.on("move", function () { tell(map.getCenter(), map.getZoom(), false); });
    map.on("zoomanim", function (event) { tell(event.center, event.zoom, false); });
    map.on("moveend", function () { tell(map.getCenter(), map.getZoom(), true); });
  };

  // --- two pictures on one map ---------------------------------------------------------------------------------------

  var SMALL = 0.02, LARGE = 0.1, split = null;

  function cut(map) {
    if (!split || !split.given) return;
    var size = map.getSize(), from = map.containerPointToLayerPoint([0, 0]), to = from.add(size);
    var x = from.x + Math.round(size.x * split.at);
    split.line.style.left = Math.round(size.x * split.at) + "px";
    mixplan.SIDES.forEach(function (side, n) {
      var pane = map.getPane("side-" + side), left = n ? x : from.x, right = n ? to.x : x;
      if (!pane) return;
      var corners = [[left, from.y], [right, from.y], [right, to.y], [left, to.y]];
      var text = corners.map(function (at) { return at[0] + "px " + at[1] + "px"; }).join(", ");
      pane.style.clipPath = "polygon(" + text + ")";
    });
  }

  function move(map, at) {
    split.at = Math.min(Math.max(at, 0), 1);
    var share = Math.round(100 * split.at);
    split.line.setAttribute("aria-valuenow", share);
    split.line.setAttribute("aria-valuetext", split.given.left + " " + share + " % · " + split.given.right);
    cut(map);
  }

  function divider(map) {
    var line = L.DomUtil.create("div", "mp-divider", map.getContainer());
    ["mp-divider-left", "mp-divider-grip", "mp-divider-right"].forEach(function (css) {
      line.appendChild(mixplan.element("span", css === "mp-divider-grip" ? "\u2194" : "", css));
    });
    line.tabIndex = 0;
    [["role", "slider"], ["aria-orientation", "horizontal"], ["aria-valuemin", 0], ["aria-valuemax", 100]].forEach(function (one) {
      line.setAttribute(one[0], one[1]);
    });
    function dragged(event) {
      var box = map.getContainer().getBoundingClientRect();
      move(map, (event.clientX - box.left) / box.width);
    }
    line.addEventListener("pointerdown", function (event) {
      line.setPointerCapture(event.pointerId);
      line.focus({ preventScroll: true });
      event.preventDefault();
    });
    line.addEventListener("pointermove", function (event) {
      if (line.hasPointerCapture(event.pointerId)) dragged(event);
    });
    line.addEventListener("keydown", function (event) {
      var step = event.shiftKey ? LARGE : SMALL;
      var to = { ArrowLeft: split.at - step, ArrowRight: split.at + step, Home: 0, End: 1 }[event.key];
      if (to === undefined) return;
      move(map, to);
      event.preventDefault();
      event.stopPropagation();  // the map would pan
    });
    L.DomEvent.disableClickPropagation(line);
    return line;
  }

  // ``given``: what the divider is called, and what lies to its left and to its right; nothing where there is none.
  window.mixplan.divide = function (map, given) {
    if (!split) {
      if (!given) return;
      split = { at: 0.5, line: divider(map), given: null };
      map.on("move viewreset zoomend resize", function () { cut(map); });
      map.on("layeradd", function () { cut(map); });  // its pane may be new
    }
    split.given = given || null;
    split.line.style.display = given ? "" : "none";
    if (!given) return;
    split.line.setAttribute("aria-label", given.title);
    split.line.querySelector(".mp-divider-left").textContent = given.left;
    split.line.querySelector(".mp-divider-right").textContent = given.right;
    move(map, split.at);
  };
  // Whether a side is what is seen at a point of the map.
  window.mixplan.onSide = function (map, side, point) {
    var x = map.layerPointToContainerPoint(point).x, line = map.getSize().x * (split ? split.at : 0.5);
    return side === "left" ? x <= line : x >= line;
  };
})();
