// Lists with ticks: keys to move and tick, and news that come in without losing what is ticked, typed or unfolded.
(() => {
  const ROWS = "[data-list] tbody tr[data-href]";
  const TICKS = "[data-list] td.tick input[type=checkbox]:not([disabled])";
  const all = (what) => [...document.querySelectorAll(what)];
  let ticked = new Set();
  let last = null;
  let came = Date.now();

  const rowOf = (element) => element?.closest?.(ROWS) ?? null;
  const linkOf = (row) => row?.querySelector("td:not(.tick) a[href]");

  function count() {
    const ticks = all(TICKS);
    ticked = new Set(ticks.filter((tick) => tick.checked).map((tick) => tick.value));
    document.querySelectorAll("[data-tick-all]").forEach((every) => {
      every.checked = ticks.length > 0 && ticked.size === ticks.length;
      every.indeterminate = ticked.size > 0 && !every.checked;
    });
    document.querySelectorAll("[data-ticked]").forEach((place) => {
      place.textContent = place.dataset.ticked.replace("…", ticked.size);
    });
    document.querySelectorAll("[data-list]").forEach((list) => list.classList.toggle("has-ticks", ticked.size > 0));
  }

  function tick(box, to, range) {
    const boxes = all(TICKS);
    const [from, here] = [boxes.indexOf(last), boxes.indexOf(box)];
    const span = range && from >= 0 ? boxes.slice(Math.min(from, here), Math.max(from, here) + 1) : [box];
    span.forEach((each) => { each.checked = to; });
    last = box;
    count();
  }

  function move(step) {
    const rows = all(ROWS);
    if (!rows.length) return;
    const here = rows.indexOf(rowOf(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
    linkOf(rows[next])?.focus();
    rows[next].scrollIntoView({ block: "nearest" });
  }

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const box = rowOf(document.activeElement)?.querySelector("td.tick input");
      if (box) tick(box, !box.checked, false);
    },
    "?": () => document.getElementById("keys")?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
    if (busy || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) document.querySelector(opener.dataset.open)?.showModal();
    if (event.target.matches(TICKS)) tick(event.target, event.target.checked, event.shiftKey);
    if (event.target.matches("[data-untick]")) { all(TICKS).forEach((box) => { box.checked = false; }); count(); }
    // A menu folds up when somebody clicks beside it.
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-tick-all]")) return;
    all(TICKS).forEach((box) => { box.checked = event.target.checked; });
    count();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  // News are put into the page as it stands.
  let focused = null;

  function tell() {
    const minutes = Math.floor((Date.now() - came) / 60000);
    document.querySelectorAll("[data-updated]").forEach((note) => {
      note.textContent = minutes < 1 ? note.dataset.updated : note.dataset.ago.replace("…", minutes);
    });
  }

  setInterval(tell, 30000);

  document.addEventListener("htmx:before:swap", () => { focused = rowOf(document.activeElement)?.id ?? null; });
  document.addEventListener("htmx:after:swap", () => {
    all(TICKS).forEach((box) => { box.checked = ticked.has(box.value); });
    if (focused && !rowOf(document.activeElement)) linkOf(document.getElementById(focused))?.focus();
    came = Date.now();
    count();
    tell();
  });
  document.addEventListener("DOMContentLoaded", () => { count(); tell(); });
})();
