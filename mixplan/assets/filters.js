/* In the page: choices that filter a map. A click counts at once here and in the map (map_messages.js); it also goes to
   the server, whose answer has the last word. Whatever comes from data is written as text. */
const panels = new WeakMap();
// An answer that is not here by then, though nothing runs, will not come: the server was away. The click is told
// again. After so many times what the server says holds.
const OVERDUE_MS = 9000, TIMES = 3;

function made(tag, text, css) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (css) element.className = css;
  return element;
}

class Panel {
  constructor() {
    this.whole = made("div", undefined, "panel");
    this.drawn = "";
    this.asked = null;  // the sign of the last click that the server has not answered yet, and how often it was told
  }

  // Takes what the server says, unless it does not know of the planner's last click yet.
  take(component) {
    const data = component.data;
    this.send = component.setTriggerValue;
    if (this.asked && data.told === this.asked.told) this.asked = null;
    if (!this.asked) this.chosen = data.chosen;
    this.data = data;
    const drawn = JSON.stringify([data.groups, data.words]);
    if (drawn !== this.drawn) this.draw();
    this.drawn = drawn;
    this.mark();
  }

  draw() {
    this.whole.replaceChildren(...this.data.groups.map((group) => this.group(group)));
    const clear = made("button", this.data.words.clear, "clear");
    clear.type = "button";
    clear.addEventListener("click", () => {
      this.data.groups.forEach((group) => { this.chosen = { ...this.chosen, [group.name]: group.default }; });
      this.tell();
    });
    this.whole.appendChild(clear);
  }

  group(group) {
    const box = made("div", undefined, "group"), pills = made("div", undefined, "pills");
    const label = made("span", group.label, "label");
    const said = group.note ? [made("p", group.note, "note")] : [];
    pills.setAttribute("role", "group");
    pills.setAttribute("aria-label", group.label);
    group.options.forEach((option) => {
      const pill = made("button", option.label, "pill");
      pill.type = "button";
      pill.value = option.code;
      pill.addEventListener("click", () => this.toggle(group.name, option.code));
      pills.appendChild(pill);
    });
    if (!group.folded) {
      box.append(label, ...said, pills);
    } else {
      const fold = made("details"), summary = made("summary");
      summary.append(label, made("span", "", "now"));
      fold.append(summary, ...said, pills);
      box.appendChild(fold);
    }
    box.dataset.name = group.name;
    return box;
  }

  // Shows what is chosen.
  mark() {
    this.data.groups.forEach((group, at) => {
      const box = this.whole.children[at], codes = new Set(this.chosen[group.name]);
      box.querySelectorAll(".pill").forEach((pill) => pill.setAttribute("aria-pressed", String(codes.has(pill.value))));
      const now = box.querySelector(".now"), named = group.options.filter((option) => codes.has(option.code));
      const words = this.data.words;
      if (now) now.textContent = named.map((option) => option.label).join(words.comma) || words.all;
    });
  }

  toggle(name, code) {
    const before = this.chosen[name];
    const codes = before.includes(code) ? before.filter((one) => one !== code) : [...before, code];
    this.chosen = { ...this.chosen, [name]: codes };
    this.tell();
  }

  tell() {
    this.asked = { told: crypto.getRandomValues(new Uint32Array(2)).join("-"), times: 0 };
    this.ask();
  }

  ask() {
    const told = this.asked.told;
    this.asked.times += 1;
    this.show(told);
    this.send("chosen", { chosen: this.chosen, told });
    this.wait();
  }

  wait() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.overdue(), OVERDUE_MS);
  }

  overdue() {
    if (!this.asked || !this.whole.isConnected) return;
    if (document.querySelector('[data-test-script-state="running"]')) {
      this.show(this.asked.told);
      this.wait();
    } else if (this.asked.times < TIMES) {
      this.ask();
    } else {
      this.asked = null;
      this.chosen = this.data.chosen;
      this.show(this.data.told);
    }
  }

  // Shows what is chosen, here and in the map.
  show(told) {
    this.mark();
    const detail = { map: this.data.map, chosen: this.chosen, told };
    window.dispatchEvent(new CustomEvent("mixplan-filter", { detail }));
  }
}

export default function (component) {
  const parent = component.parentElement;
  let panel = panels.get(parent);
  if (!panel) {
    panel = new Panel();
    panels.set(parent, panel);
  }
  const place = parent.querySelector("div div");
  if (panel.whole.parentNode !== place) place.replaceChildren(panel.whole);
  panel.take(component);
}
