/* Keys of the presenter: they reach the story wherever the focus is, also inside the map's frame. */
export default function (component) {
  const { setTriggerValue, setStateValue } = component;
  const KEYS = {
    ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", Enter: "next",
    ArrowLeft: "previous", ArrowUp: "previous", PageUp: "previous", Home: "first", End: "last",
    Escape: "leave", n: "notes", N: "notes",
  };
  if (window.mixplanPresenter) window.mixplanPresenter();

  let busy = 0;
  function pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const inField = event.target.closest && event.target.closest("input, textarea, select, button, [role=slider], [role=radio]");
    const always = event.key === "PageDown" || event.key === "PageUp" || event.key === "Escape";
    if (inField && !always) return;
    if (event.key === "f" || event.key === "F") {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen().catch(function () {});
      return;
    }
    const move = KEYS[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    // Two events for one press, from a frame and from the page, count once.
    const now = Date.now();
    if (now - busy < 60) return;
    busy = now;
    setTriggerValue("move", move);
  }
  // After the pointer has let go of a slider or button the keys belong to the story again.
  function released() {
    setTimeout(function () {
      const held = document.activeElement;
      if (held && held.closest && held.closest("[role=slider], input[type=range], button")) held.blur();
    }, 50);
  }
  const heard = new Set();
  function listen(where) {
    if (heard.has(where)) return;
    heard.add(where);
    where.addEventListener("keydown", pressed, true);
    where.addEventListener("pointerup", released, true);
  }
  listen(document);
  function frames() {
    document.querySelectorAll("iframe").forEach(function (frame) {
      try {
        if (frame.contentDocument) listen(frame.contentDocument);
      } catch (error) { /* another origin: its keys are its own */ }
    });
  }
  frames();
  const watch = setInterval(frames, 400);

  let wait = null;
  function size() {
    clearTimeout(wait);
    wait = setTimeout(function () { setStateValue("height", window.innerHeight); }, 150);
  }
  if (component.data.height !== window.innerHeight) size();
  window.addEventListener("resize", size);

  window.mixplanPresenter = function () {
    clearInterval(watch);
    clearTimeout(wait);
    heard.forEach(function (where) {
      where.removeEventListener("keydown", pressed, true);
      where.removeEventListener("pointerup", released, true);
    });
    window.removeEventListener("resize", size);
    window.mixplanPresenter = null;
  };
  return window.mixplanPresenter;
}
