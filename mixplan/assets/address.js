/* Only what a planner does is a step for Back. What a page puts into its address by itself, when it opens or as the
   rest of a step, takes the place of the entry that is there; Streamlit makes an entry of everything. */
(() => {
  const push = history.pushState.bind(history);
  let acted = false;
  const act = () => { acted = true; };
  const watch = (one) => {
    for (const kind of ["pointerdown", "keydown"]) one.addEventListener(kind, act, { capture: true, passive: true });
  };
  watch(window);
  // A click on a map is seen by the map's frame alone: the first one takes the focus there.
  addEventListener("blur", () => {
    const frame = document.activeElement;
    if (frame?.tagName === "IFRAME") {
      act();
      if (frame.contentDocument) watch(frame.contentWindow);
    }
  });
  addEventListener("popstate", () => { acted = false; });
  const names = (address) => new URL(address ?? "", location.href).searchParams.has("project");
  const inAnyLanguage = (address) => {
    const found = new URL(address ?? "", location.href);
    found.searchParams.delete("lang");
    return found.href;
  };
  history.pushState = (state, title, to) => {
    // A project is named as soon as it is kept: that is no step, what was changed is. Nor is another language.
    const named = names(to) && !names(location.href);
    if (!acted || named || inAnyLanguage(to) === inAnyLanguage(location.href)) {
      history.replaceState(state, title, to);
      return;
    }
    push(state, title, to);
    acted = false;
  };
})();
