// "All on this page" ticks every row that can be ticked; without JavaScript the tick itself stands for them.
function boxes() {
  return [...document.querySelectorAll("input[name=shipment][form=ticked]:not([disabled])")];
}

document.addEventListener("change", (event) => {
  const all = document.querySelector("[data-tick-all]");
  if (!all) return;
  if (event.target === all) boxes().forEach((box) => { box.checked = all.checked; });
  else if (event.target.name === "shipment") {
    all.checked = boxes().every((box) => box.checked);
    all.indeterminate = !all.checked && boxes().some((box) => box.checked);
  }
});
