// Ask again for what is on its way, but only while the tab is visible. What no longer waits renders without data-poll.
setInterval(() => {
  if (document.visibilityState !== "visible") return;
  document.querySelectorAll("[data-poll]").forEach((element) => element.dispatchEvent(new CustomEvent("poll")));
}, 3000);
