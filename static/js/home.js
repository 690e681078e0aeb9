// The start page shows what is so now: asked for anew each minute, and at once when somebody comes back to the tab.
const MINUTE = 60_000;
let asked = Date.now();

function refresh() {
  if (document.hidden || Date.now() - asked < MINUTE - 1000) return;
  asked = Date.now();
  document.querySelectorAll("[data-refresh]").forEach((element) => element.dispatchEvent(new CustomEvent("refresh")));
}

setInterval(refresh, MINUTE);
document.addEventListener("visibilitychange", refresh);
