// Sets the theme before the first paint: the choice that was made here, or the system's. Says that scripts run, too.
(() => {
  document.documentElement.classList.add("js");
  const wanted = () => {
    try { return localStorage.getItem("theme") || "auto"; } catch { return "auto"; }
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const choice = wanted();
    document.documentElement.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
  };
  apply();
  dark.addEventListener("change", apply);
  window.crossdockTheme = {
    wanted,
    choose(choice) {
      try { localStorage.setItem("theme", choice); } catch { /* Private windows may refuse; the choice then lasts a page. */ }
      document.documentElement.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    },
  };
})();
