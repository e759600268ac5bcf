// j and k walk through the rows of a list, Enter opens one, / goes to the search: by the place of the key, since a
// Kazakh or Russian layout has other letters there. What is typed is not left behind without a warning.
// All of it works without this script.
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
  const is = (event, code, key) => event.code === code || event.key === key;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || typing(event.target)) return;
    if (is(event, "KeyJ", "j")) go(1);
    else if (is(event, "KeyK", "k")) go(-1);
    else if (is(event, "Slash", "/")) {
      const search = document.querySelector("input[type=search]");
      if (search === null) return;
      event.preventDefault();
      search.focus();
    }
  });

  // Whoever types a number beside a list means that number.
  document.addEventListener("input", (event) => {
    const picked = document.getElementById(event.target.dataset?.picks ?? "");
    if (picked !== null && event.target.value.trim() !== "") picked.checked = true;
  });

  // One form is sent, or the page left, while words stand in another form: ask first.
  const changed = (control) => {
    if (control.matches("button, [type=hidden], [readonly]")) return false;
    if (control.matches("[type=checkbox], [type=radio]")) return control.checked !== control.defaultChecked;
    if (control.matches("select")) {
      const drawn = [...control.options].findIndex((option) => option.defaultSelected);
      return control.selectedIndex !== Math.max(drawn, 0);
    }
    return "defaultValue" in control && control.value !== control.defaultValue;
  };
  const touched = (form) => form.method === "post" && [...form.elements].some(changed);
  let leaving = false;
  document.addEventListener("submit", (event) => {
    const other = [...document.forms].find((form) => form !== event.target && touched(form));
    if (other !== undefined && !window.confirm(document.body.dataset.unsaved)) {
      event.preventDefault();
      const control = [...other.elements].find(changed);
      control.closest("details:not([open])")?.setAttribute("open", "");
      control.focus();
      return;
    }
    leaving = true;
  });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => {
    // What was refused stands in the page as if it had been drawn so: data-kept.
    if (!leaving && ("kept" in document.body.dataset || [...document.forms].some(touched))) event.preventDefault();
  });
})();
