// What pages can do beyond forms and links. Everything here is a convenience: without it each page still works.
const THEMES = ["auto", "light", "dark"];

function reveal(root) {
  root.querySelectorAll(".js-only[hidden]").forEach((element) => { element.hidden = false; });
}

function nameTheme() {
  const name = document.querySelector("[data-theme-name]");
  if (name) name.textContent = name.dataset[window.crossdockTheme.wanted()] || name.textContent;
}

function confirmCopy(button) {
  const picture = button.querySelector("use");
  const [label, href] = [button.getAttribute("aria-label"), picture.getAttribute("href")];
  const show = (text, source, done) => {
    button.setAttribute("aria-label", text);
    picture.setAttribute("href", source);
    button.classList.toggle("copied", done);
  };
  show(button.dataset.copied || "Copied", href.replace("#copy", "#check"), true);
  setTimeout(show, 1500, label, href, false);
}

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    if (!copy.classList.contains("copied")) confirmCopy(copy);
    return;
  }
  if (event.target.closest("[data-theme-toggle]")) {
    const next = THEMES[(THEMES.indexOf(window.crossdockTheme.wanted()) + 1) % THEMES.length];
    window.crossdockTheme.choose(next);
    nameTheme();
    return;
  }
  const row = event.target.closest("tr[data-href]");
  if (row && !event.target.closest("a, button, input, select, label, summary") && !getSelection().toString()) {
    if (event.metaKey || event.ctrlKey) window.open(row.dataset.href);
    else location.assign(row.dataset.href);
  }
});

// Browsers keep a page that was left for the way back: it must not keep what was to be shown once.
window.addEventListener("pagehide", () => {
  document.querySelectorAll("[data-once]").forEach((element) => element.replaceChildren());
});

// Two ticks that exclude each other, such as a supplier's kind.
document.addEventListener("change", (event) => {
  const group = event.target.dataset.exclusive;
  if (group && event.target.checked) {
    document.querySelectorAll(`[data-exclusive="${group}"]`).forEach((other) => {
      if (other !== event.target) other.checked = false;
    });
  }
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing) {
    const search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
});

document.addEventListener("DOMContentLoaded", () => { reveal(document); nameTheme(); });
document.addEventListener("htmx:after:swap", () => reveal(document));

// A morph must not fold up what somebody has unfolded. htmx asks its extensions alone, by no event of the page.
htmx.registerExtension("unfolded", {
  htmx_before_morph_node: (element, { oldNode, newNode }) => {
    if (oldNode.nodeName === "DETAILS" && oldNode.open) newNode.open = true;
  },
});
