// Runs before the first paint, so that no theme flashes. The page follows the
// system until a theme is chosen.
(function () {
  var system = matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try {
      return localStorage.getItem("tabletalk.theme");
    } catch {
      return null; // Storage may be forbidden; the system's theme is right then.
    }
  }
  function apply() {
    var theme = chosen();
    document.documentElement.dataset.theme = theme === "light" || theme === "dark" ? theme : system.matches ? "dark" : "light";
  }
  apply();
  system.addEventListener("change", apply);
  addEventListener("tabletalk:theme", apply);
})();
