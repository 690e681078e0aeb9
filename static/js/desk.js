// The packing desk: the scan field keeps the focus, items count up without a reload, and the columns follow the day.
const ELSEWHERE = "input, textarea, select, button, a, summary, [contenteditable]";

const scanField = () => document.querySelector(".desk #code");

// A scanner types like a keyboard: what it types must land in the field, unless somebody is busy in another one.
document.addEventListener("keydown", (event) => {
  const field = scanField();
  const typing = event.target.closest("input, textarea, select");
  if (field && !typing && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) field.focus();
}, true);

function refocus() {
  const field = scanField();
  if (field && (document.activeElement === document.body || document.activeElement === null)) field.focus({ preventScroll: true });
}
document.addEventListener("pointerup", (event) => {
  if (!event.target.closest(ELSEWHERE) && !String(getSelection())) setTimeout(refocus);
});
document.addEventListener("htmx:after:swap", refocus);
window.addEventListener("pageshow", refocus);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refocus(); });

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// Wrong items are told by colour, words, a sound and, where the device can, by shaking.
let sound = null;
function beep(pitch, seconds) {
  if (!window.AudioContext || !navigator.userActivation?.hasBeenActive) return;
  sound ||= new AudioContext();
  const [tone, volume] = [sound.createOscillator(), sound.createGain()];
  tone.type = "square";
  tone.frequency.value = pitch;
  volume.gain.value = 0.15;
  tone.connect(volume).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + seconds);
}

function tell(words) {
  const loud = document.getElementById("desk-loud");
  loud.textContent = words;
  loud.hidden = !words;
  if (!words) return;
  beep(220, 0.5);
  navigator.vibrate?.([200, 80, 200]);
}

function fill(pattern, values) {
  return pattern.replace(/%\((\w+)\)s/g, (all, name) => values[name] ?? all);
}

const itemsOf = () => [...document.querySelectorAll("[data-items] [data-line]")];
const counted = (item) => Number(item.querySelector("[data-counted]").textContent);

function matching(code) {
  const wanted = code.toLowerCase();
  const fitting = itemsOf().filter((item) => JSON.parse(item.dataset.codes).some((name) => name.toLowerCase() === wanted));
  return fitting.find((item) => counted(item) < Number(item.dataset.open)) || fitting[0];
}

function show() {
  const form = document.querySelector("[data-count]");
  if (!form) return;
  const address = new URL(form.dataset.home, location.href); // Also after a refused form, whose address can't be loaded anew.
  let all = true;
  for (const item of itemsOf()) {
    const [name, units] = [`n${item.dataset.line}`, counted(item)];
    document.querySelectorAll(`input[type=hidden][name=${name}]`).forEach((field) => { field.value = units; });
    if (units) address.searchParams.set(name, units);
    item.classList.toggle("done", units >= Number(item.dataset.open));
    all &&= units >= Number(item.dataset.open);
  }
  document.querySelector("[data-rest]")?.toggleAttribute("hidden", all);
  document.querySelector(".desk")?.classList.toggle("complete", all && itemsOf().length > 0);
  history.replaceState(history.state, "", address);
}

function step(form, item, by) {
  const [units, open] = [counted(item) + by, Number(item.dataset.open)];
  if (units > open) {
    tell(fill(form.dataset.many, { count: open, title: item.dataset.title }));
    return;
  }
  tell("");
  if (by > 0) beep(880, 0.08);
  item.querySelector("[data-counted]").textContent = Math.max(0, units);
  item.classList.remove("counted");
  void item.offsetWidth; // Lets the flash begin anew for the next unit of the same item.
  item.classList.add("counted");
  show();
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-count]");
  if (!form) return;
  event.preventDefault();
  const button = event.submitter?.closest("[data-by]");
  const field = scanField();
  if (button) {
    step(form, button.closest("[data-line]"), Number(button.dataset.by));
    return;
  }
  const code = field.value.trim();
  field.value = "";
  field.focus();
  if (!code) return;
  const item = matching(code);
  if (item) step(form, item, 1);
  else tell(fill(form.dataset.wrong, { code }));
});

document.addEventListener("DOMContentLoaded", show);
