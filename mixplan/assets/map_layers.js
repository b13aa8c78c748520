/* In the page, beside a map: hands on to the server which layers the planner has switched on in the map. */
export default function (component) {
  function switched(event) {
    if (event.detail.map !== component.data.map) return;
    event.preventDefault();  // it has been taken
    component.setTriggerValue("layers", event.detail.on);
  }
  window.addEventListener("mixplan-layers", switched);
  return function () { window.removeEventListener("mixplan-layers", switched); };
}
