/* Asks now and then whether somebody else, or another tab, has changed the project; if so, has the page run again.
   Where a change could not be kept, has the page run again and again until it is: each run tries to. */
export default function (component) {
  const { address, revision, unsaved, every_ms } = component.data;
  let ended = false;
  async function look() {
    if (unsaved) {
      component.setTriggerValue("changed", Date.now());
      return;
    }
    if (document.hidden) return;
    try {
      const answer = await fetch(address, { cache: "no-store" });
      const now = answer.ok ? Number(await answer.text()) : 0;
      if (!ended && now > revision) {
        ended = true;  // the run that follows brings a new revision to compare with
        clearInterval(timer);
        component.setTriggerValue("changed", now);
      }
    } catch (error) {
      /* The server is away for the moment; the page itself says so. */
    }
  }
  const timer = setInterval(look, every_ms);
  if (!unsaved) document.addEventListener("visibilitychange", look);
  return function () {
    ended = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  };
}
