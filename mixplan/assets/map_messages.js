/* How the workbench speaks to its maps: a message names layer documents, which of their features are shown, and where to
   look; the documents are fetched once and kept. Layers are switched on and off here, without asking the server. */
(function () {
  "use strict";

  var TRIES = 3, MOST_DRAWN = 40, MOST_READ = 60, SAVED_AFTER_MS = 1000, OVERDUE_MS = 10000;
  var read = new Map();  // layer documents by name: promises, and what they came to; what was asked for longest ago first
  var drawn = new Map();  // what has been drawn of them, by name and side; what was shown longest ago comes first
  var latest = null, serial = 0, view = "", saving = null, on = new Set(), said = "", tiles = null, box = null, filter = null;

  function later(ms) { return new Promise(function (done) { setTimeout(done, ms); }); }

  function fetched(name, left) {
    // From the map's own frame, component/<name>/index.html, so that it holds under any base path.
    return fetch("../../layers/" + name + ".json").then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    }).catch(function (problem) {
      if (left <= 1) throw problem;
      return later(400 * (TRIES - left + 1)).then(function () { return fetched(name, left - 1); });
    });
  }

  function load(name) {
    var entry = read.get(name);
    if (!entry) {
      entry = { source: null, promise: null };
      entry.promise = fetched(name, TRIES).then(function (source) { entry.source = source; }, function () {
        if (read.get(name) === entry) read.delete(name);
        entry.failed = true;
      }).then(function () { return entry; });
    }
    read.delete(name);
    read.set(name, entry);
    if (read.size > MOST_READ) read.delete(read.keys().next().value);
    return entry;
  }

  function flags(shown) {
    if (shown === undefined || shown === null) return function () { return true; };
    var bytes = atob(shown);
    return function (i) { return (bytes.charCodeAt(i >> 3) & (128 >> (i & 7))) !== 0; };
  }

  function nothing() { return false; }

  function place(layer) { return layer.at + "/" + (layer.side || ""); }

  function wanted(layer) { return !layer.switch || on.has(layer.switch); }

  // What a filter that the planner has just set lets pass: of every choice one of the codes chosen, or nothing chosen.
  function filtered(layer) {
    var facets = filter && layer.facets && read.get(layer.facets);
    if (!facets || !facets.source) return null;
    var stays = new Set(layer.stays || []), tests = [];
    Object.keys(filter.chosen).forEach(function (name) {
      var codes = filter.chosen[name], bits = Object.hasOwn(facets.source, name) && facets.source[name];
      if (!codes.length || !bits) return;
      var any = codes.filter(function (code) { return Object.hasOwn(bits, code); }).map(function (code) { return flags(bits[code]); });
      tests.push(function (i) { return any.some(function (has) { return has(i); }); });
    });
    return function (i) { return stays.has(i) || tests.every(function (test) { return test(i); }); };
  }

  function paint(message) {
    var names = new Set(), added = false;
    message.layers.forEach(function (layer) {
      var entry = read.get(layer.at), name = place(layer), one = drawn.get(name);
      if (!wanted(layer) || (!one && !(entry && entry.source))) return;
      names.add(name);
      if (one) {
        drawn.delete(name);
        if (added) one.toFront();  // what stands later in the message lies on top
      } else {
        one = mixplan.draw(map, entry.source, layer.side);
        added = true;
      }
      drawn.set(name, one);
      one.show(filtered(layer) || flags(layer.shown));
    });
    drawn.forEach(function (one, name) {
      if (names.has(name)) return;
      one.show(nothing);
      if (drawn.size > MOST_DRAWN) {
        mixplan.erase(map, one);
        drawn.delete(name);
      }
    });
  }

  function tell(text) {
    if (!box) {
      box = L.control({ position: "topright" });
      box.onAdd = function () {
        var said = L.DomUtil.create("div", "mp-failed");
        said.setAttribute("role", "alert");
        return said;
      };
      box.addTo(map);
    }
    box.getContainer().textContent = text;
    box.getContainer().style.display = text ? "" : "none";
  }

  // Paints what is asked for as soon as all of it is here; an answer that comes late is kept, not painted.
  function bring() {
    var message = latest, mine = ++serial;
    var open = message.layers.filter(wanted).filter(function (layer) {
      return !drawn.has(place(layer)) && !load(layer.at).source;
    }).map(function (layer) { return layer.at; });
    if (!open.length) {
      tell("");
      paint(message);
      return ahead(message, mine);
    }
    Promise.all(open.map(function (name) { return load(name).promise; })).then(function (entries) {
      if (mine !== serial) return;
      tell(entries.some(function (entry) { return entry.failed; }) ? message.words.failed : "");
      paint(message);
      ahead(message, mine);
    });
  }

  // What a switch or a filter will need is read while nothing else is to do, so that either paints at once.
  function ahead(message, mine) {
    (window.requestIdleCallback || setTimeout)(function () {
      if (mine !== serial) return;
      message.layers.forEach(function (layer) {
        if (!drawn.has(place(layer))) load(layer.at);
        if (layer.facets) load(layer.facets);
      });
    });
  }

  // A filter is set in the page (filters.js): it holds here until the server's answer to it has come.
  function follow(event) {
    var given = event.detail;
    if (!latest || !given || given.map !== latest.key) return;
    if (!given.chosen || typeof given.chosen !== "object" || !Object.values(given.chosen).every(Array.isArray)) return;
    filter = { chosen: given.chosen, told: given.told, at: performance.now() };
    bring();
  }

  // Until the server knows of a switch the tab keeps it: whoever leaves the page at once finds it when he comes back.
  var UNSAVED = "mixplan-layers", UNSAVED_FOR_MS = 60000;
  function told() {
    var codes = latest.switches.all.map(function (one) { return one.id; }).filter(function (id) { return on.has(id); });
    return { map: latest.key, on: codes };
  }
  function saveSoon() {
    keep(JSON.stringify({ switched: told(), at: Date.now() }));
    clearTimeout(saving);
    saving = setTimeout(save, SAVED_AFTER_MS);
  }
  function save() {
    // The page's own listener (map_layers.js) hands it to the server; a page that is still being built has none yet.
    var event = new window.parent.CustomEvent("mixplan-layers", { detail: told(), cancelable: true });
    if (window.parent.dispatchEvent(event)) return saveSoon();
    saving = null;
    keep("");
  }
  // A browser may forbid a tab to keep anything, or have no room left: the map works without.
  function keep(text) {
    try {
      sessionStorage.setItem(UNSAVED, text);
    } catch (problem) {
      console.warn(problem);
    }
  }
  function unsaved() {
    try {
      var found = JSON.parse(sessionStorage.getItem(UNSAVED) || "null"), switched = found && found.switched;
      var ours = switched && switched.map === latest.key && Date.now() - found.at < UNSAVED_FOR_MS;
      return ours && Array.isArray(switched.on) ? switched.on : null;
    } catch (problem) {
      return null;
    }
  }

  var panel = null, panelSaid = "";
  function switches(given) {
    var text = JSON.stringify([given && given.title, given && given.all]);
    if (text !== panelSaid) {
      panelSaid = text;
      if (panel) panel.remove();
      panel = null;
      if (given) {
        panel = L.control({ position: "topright" });
        panel.onAdd = function () { return panelOf(given); };
        panel.addTo(map);
      }
    }
    if (!given) return;
    // What the planner has just switched is newer than what the server knows.
    var known = JSON.stringify(given.on), left = said === "" && unsaved();
    if (left) {
      on = new Set(left);
      said = known;
      saveSoon();
    }
    if (known !== said && !saving) on = new Set(given.on);
    said = known;
    panel.getContainer().querySelectorAll("input").forEach(function (input) { input.checked = on.has(input.value); });
  }

  function panelOf(given) {
    return mixplan.switches(given.title, given.all, function (id, checked) {
      if (checked) on.add(id);
      else on.delete(id);
      bring();
      saveSoon();
    });
  }

  function ground(given) {
    var text = JSON.stringify(given || null);
    if (text === (tiles ? tiles.said : "null")) return;
    if (tiles) tiles.layer.remove();
    tiles = null;
    if (!given) return;
    tiles = { said: text, layer: L.tileLayer(given.url, { attribution: mixplan.escaped(given.attribution) }).addTo(map) };
  }

  function listen() {
    window.parent.addEventListener("mixplan-filter", follow);
    window.addEventListener("pagehide", function () { window.parent.removeEventListener("mixplan-filter", follow); });
    map.on("click", function (event) {
      var feature = mixplan.under(map, event.layerPoint, "clicked"), id = feature && feature.properties.id;
      var picks = latest.wants.indexOf("pick") >= 0 && id !== null && id !== undefined;
      if (!picks && latest.wants.indexOf("point") < 0) return;
      var at = event.latlng.wrap();
      // The time makes every click a new value: two on the same mark are two.
      window.Streamlit.setComponentValue({ pick: picks ? id : null, lon: at.lng, lat: at.lat, when: Date.now() });
    });
  }

  window.mixplan.messages = 0;  // how many have come
  window.mixplan.show = function (code) {
    var bytes = Uint8Array.from(atob(code), function (sign) { return sign.charCodeAt(0); });
    if (!latest) listen();
    latest = JSON.parse(new TextDecoder().decode(bytes));
    mixplan.messages += 1;
    if (filter && (latest.told === filter.told || performance.now() - filter.at > OVERDUE_MS)) filter = null;
    mixplan.describe(map, latest.words);
    switches(latest.switches);
    ground(latest.tiles);
    var asked = JSON.stringify(latest.view || null);
    if (latest.view && asked !== view) map.setView([latest.view[0], latest.view[1]], latest.view[2], { animate: false });
    view = asked;
    mixplan.together(map, latest.together);
    mixplan.divide(map, latest.sides);
    bring();
    return L.layerGroup();  // for the component, which takes off what came with the last message
  };
  // How many features of a pane are painted, for tests and measurements.
  window.mixplan.painted = function (pane) {
    var count = 0;
    drawn.forEach(function (one) {
      if (one.source.looks.length && one.source.looks[0].pane === pane) count += one.count();
    });
    return count;
  };
})();
