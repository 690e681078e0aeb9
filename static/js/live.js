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

  // An error is no news: the page stays as it is until the next answer. What is closed to us now, the whole page says.
  document.addEventListener("htmx:before:response", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (response.status < 400 || !sourceElement.matches("[data-every]")) return;
    event.preventDefault();
    if (response.status === 403 || response.status === 404) location.reload();
  });
})();
