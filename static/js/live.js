// What changes by itself, [data-every="seconds"], is asked for anew while the page is visible, and at once when somebody
// comes back to it after longer than that. What no longer waits for anything renders itself without it.
(() => {
  const opened = Date.now();
  const asked = new Map();

  function ask() {
    if (document.visibilityState !== "visible") return;
    document.querySelectorAll("[data-every]").forEach((element) => {
      if (Date.now() - (asked.get(element.id) ?? opened) < element.dataset.every * 1000) return;
      asked.set(element.id, Date.now());
      element.dispatchEvent(new CustomEvent("refresh"));
    });
  }

  setInterval(ask, 1000);
  document.addEventListener("visibilitychange", ask);
})();
