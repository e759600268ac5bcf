// j and k walk through the rows of a list, Enter opens one, / goes to the search. All of it works without.
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  const go = (step) => {
    const all = rows();
    if (all.length === 0) return;
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    (next.matches("a, button") ? next : next.querySelector("a, button"))?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search === null) return;
      event.preventDefault();
      search.focus();
    }
  });
})();
