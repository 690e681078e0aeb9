// Ask again for what is on its way, but only while the tab is visible. What no longer waits renders without data-poll.
setInterval(() => {
  if (document.visibilityState !== "visible") return;
  document.querySelectorAll("[data-poll]").forEach((element) => element.dispatchEvent(new CustomEvent("poll")));
}, 3000);

// A morph must not fold up what somebody has unfolded.
document.addEventListener("htmx:before:morph:node", (event) => {
  const { oldNode, newNode } = event.detail;
  if (oldNode.nodeName === "DETAILS" && oldNode.open) newNode.open = true;
});
